"""The coming evenings in words, one row an evening, for the planning page."""

from dataclasses import dataclass
from datetime import date

from icsfeed.languages import format_day
from icsfeed.model import Impact, Status
from icsfeed.publication.availability import Conflict, State
from icsfeed.publication.evenings import Evening
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """A window in words.

    Attributes:
        kind: Its effect on the service, as a CSS class: `closed`, `at-risk` or `no-impact`.
        hours: Start and end.
        what: Its classes or its summary.
        details: Sentences.
    """

    id: str
    kind: str
    hours: str
    what: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EveningRow:
    """An evening in words.

    Attributes:
        kind: As in `WindowRow`, or `open` or `unknown`.
        name: The full date.
        weekday: The abbreviated day of the week.
        short_date: Day and abbreviated month.
        remark: A sentence for time without windows; may be empty.
    """

    kind: str
    day: date
    name: str
    weekday: str
    short_date: str
    windows: tuple[WindowRow, ...]
    remark: str


def evening_row(evening: Evening, words: Words, zone: str) -> EveningRow:
    """Return an evening in words, with its windows' times in a zone."""
    remark = ""
    if not evening.conflicts:
        remark = words.say("Nothing planned") if evening.state is State.OPEN else words.say("Nothing known yet")
    elif not evening.is_known:
        remark = words.say("Nothing else is known yet.")
    return EveningRow(
        kind="no-impact" if evening.conflicts and evening.state is State.OPEN else kind_of_state(evening.state),
        day=evening.day,
        name=words.date(evening.start),
        weekday=_weekday(evening.day, words),
        short_date=_date(evening.day, words),
        windows=tuple(_window_row(each, evening.day, words, zone) for each in evening.conflicts),
        remark=remark,
    )


def _window_row(conflict: Conflict, day: date, words: Words, zone: str) -> WindowRow:
    window = conflict.window
    what = words.classes(window)
    if window.window.status is Status.TENTATIVE:
        what = words.say("Provisional: {line}").format(line=what)
    return WindowRow(
        id=window.window.id,
        kind=kind_of_conflict(conflict),
        hours=_hours(conflict, day, words, zone),
        what=what,
        details=_details(window, words),
    )


def _hours(conflict: Conflict, day: date, words: Words, zone: str) -> str:
    """Return when a window starts and ends, with the date where that is on another day."""
    window = conflict.window
    if window.window.expected_end is None and window.window.actual is None and not window.heavier.downtime.length:
        return words.clock(conflict.start)
    days = [to_local(each, zone).date() for each in (conflict.start, conflict.end)]
    start, end = (
        words.clock(moment) if local == day else f"{_weekday(local, words)} {_date(local, words)} {words.clock(moment)}"
        for moment, local in zip((conflict.start, conflict.end), days, strict=True)
    )
    hours = f"{start}–{end}" if days == [day, day] else f"{start} – {end}"
    is_open = window.is_open_ended and conflict.is_unconfirmed
    return words.say("{time} or later").format(time=hours) if is_open else hours


def _weekday(day: date, words: Words) -> str:
    return format_day(day, "EEE", words.language)


def _date(day: date, words: Words) -> str:
    return format_day(day, words.say("d MMM"), words.language)


def _details(window: PublishedWindow, words: Words) -> tuple[str, ...]:
    """Return the downtime unless it is an outage, which the symbol shows."""
    impact = window.heavier.impact
    if impact is Impact.NONE:
        return (words.say("no downtime"),)
    return (words.downtime(window),) if impact is Impact.DEGRADED else ()


def kind_of_state(state: State) -> str:
    """Return a state as a CSS class."""
    return state.value.replace(" ", "-")


def kind_of_conflict(conflict: Conflict) -> str:
    """Return a window's effect on the service as a CSS class."""
    return "no-impact" if conflict.state is State.OPEN else kind_of_state(conflict.state)
