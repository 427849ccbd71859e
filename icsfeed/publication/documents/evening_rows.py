"""The coming evenings and their windows in words, each short enough to be taken in at a glance."""

from dataclasses import dataclass
from datetime import date

from icsfeed.model import Impact, Status
from icsfeed.publication.availability import Conflict, State
from icsfeed.publication.documents.months import name_day
from icsfeed.publication.evenings import Evening
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A window in words.

    Attributes:
        kind: What it does to the service: `closed`, `at-risk` or `no-impact`; part of a class name.
        hours: From when to when.
        what: Its classes, or more of it.
        details: Sentences.
    """

    id: str
    kind: str
    hours: str
    what: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """An evening in words.

    Attributes:
        kind: As a window's, or `open` or `unknown`.
        name: Its date.
        weekday: Its day of the week, short.
        short: Its day and month, short.
        rest: What is to be said apart from the windows; may be empty.
    """

    kind: str
    day: date
    name: str
    weekday: str
    short: str
    lines: tuple[Line, ...]
    rest: str


def glance_at(evening: Evening, words: Words, zone: str) -> Glance:
    """Return an evening in words; its days are those of a zone."""
    rest = ""
    if not evening.conflicts:
        rest = words.say("Nothing planned") if evening.state is State.OPEN else words.say("Nothing known yet")
    elif not evening.is_known:
        rest = words.say("Nothing else is known yet.")
    kind = kind_of(evening.state)
    return Glance(
        kind="no-impact" if evening.conflicts and evening.state is State.OPEN else kind,
        day=evening.day,
        name=words.date(evening.start),
        weekday=_weekday(evening.day, words),
        short=_date(evening.day, words),
        lines=tuple(_line(each, evening.day, words, zone) for each in evening.conflicts),
        rest=rest,
    )


def _line(conflict: Conflict, day: date, words: Words, zone: str) -> Line:
    """Return a window in the words that are enough for a line of an evening."""
    window = conflict.window
    what = words.classes(window)
    if window.window.status is Status.TENTATIVE:
        what = words.say("Provisional: {line}").format(line=what)
    return Line(
        id=window.window.id,
        kind=effect_of(conflict),
        hours=_hours(conflict, day, words, zone),
        what=what,
        details=_felt(window, words),
    )


def _hours(conflict: Conflict, day: date, words: Words, zone: str) -> str:
    """Return from when to when a window lasts, by the clock alone where that is on this day."""
    window = conflict.window
    if window.window.end is None and window.window.actual is None and not window.heavier.downtime.length:
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
    return name_day(day, "EEE", words.language)


def _date(day: date, words: Words) -> str:
    return name_day(day, words.say("d MMM"), words.language)


def _felt(window: PublishedWindow, words: Words) -> tuple[str, ...]:
    """Return how a window that leaves the service there is felt."""
    impact = window.heavier.impact
    if impact is Impact.NONE:
        return (words.say("no downtime"),)
    return (words.downtime(window),) if impact is Impact.DEGRADED else ()


def kind_of(state: State) -> str:
    """Return a state as part of a class name."""
    return state.value.replace(" ", "-")


def effect_of(conflict: Conflict) -> str:
    """Return what a window does to the service, as part of a class name."""
    return "no-impact" if conflict.state is State.OPEN else kind_of(conflict.state)
