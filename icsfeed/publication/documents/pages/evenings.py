"""The coming evenings in words for the planning page, each with its windows and the worst state of the service."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icsfeed.languages import format_day
from icsfeed.model import Impact, Status
from icsfeed.publication.availability import Availability, Overlap, State
from icsfeed.publication.documents.pages.state_in_words import kind_of_state
from icsfeed.publication.phases import lacks_end
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, next_time_of_day, to_local

EVENING_START = time(18)
"""Local time at which an evening begins; it ends at midnight."""

EVENINGS_SHOWN = 14
"""The number of evenings, beginning with today's."""


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
class Evening:
    """An evening in words.

    Attributes:
        kind: As in `WindowRow`, or `open` or `unknown`.
        name: The full date.
        weekday: The abbreviated day of the week.
        short_date: Day and abbreviated month.
        remarks: About time without windows, and a freeze; may be empty.
    """

    kind: str
    day: date
    name: str
    weekday: str
    short_date: str
    windows: tuple[WindowRow, ...]
    remarks: tuple[str, ...]


def coming_evenings(availability: Availability, words: Words, moment: datetime) -> tuple[Evening, ...]:
    """Return the evenings from the local date of a moment on, in order; a window that has begun by then may be overrunning."""
    today = to_local(moment, availability.published.calendar.timezone).date()
    return tuple(_evening(today + timedelta(days=days), availability, words, moment) for days in range(EVENINGS_SHOWN))


def hours_of_evening(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when the evening of a local date begins and ends."""
    return next_time_of_day(midnight_of(day, zone), EVENING_START, zone), midnight_of(day + timedelta(days=1), zone)


def _evening(day: date, availability: Availability, words: Words, moment: datetime) -> Evening:
    calendar = availability.published.calendar
    start, end = hours_of_evening(day, calendar.timezone)
    state, overlaps = availability.state(start, end), availability.overlaps(start, end)
    freezes = [each for each in calendar.freezes if each.first <= day <= each.last]
    remarks = [words.say("No maintenance: {title}").format(title=words.text(each.title)) for each in freezes]
    if overlaps:
        remarks = [] if availability.is_known(end) else [words.say("Nothing else is known yet.")]
    elif state is not State.OPEN:
        remarks = [words.say("Nothing known yet"), *remarks]
    else:
        remarks = remarks or [words.say("Nothing planned")]
    return Evening(
        kind="no-impact" if overlaps and state is State.OPEN else kind_of_state(state),
        day=day,
        name=words.date(start),
        weekday=_weekday(day, words),
        short_date=_date(day, words),
        windows=tuple(_window_row(each, day, words, calendar.timezone, moment) for each in overlaps),
        remarks=tuple(remarks),
    )


def _window_row(overlap: Overlap, day: date, words: Words, zone: str, moment: datetime) -> WindowRow:
    window = overlap.window
    what = words.classes(window)
    if window.facts.status is Status.TENTATIVE:
        what = words.say("Provisional: {line}").format(line=what)
    return WindowRow(
        id=window.id,
        kind=kind_of_overlap(overlap),
        hours=_hours(overlap, day, words, zone),
        what=what,
        details=(*_details(window, words), *_overrun(overlap, day, words, zone, moment)),
    )


def _hours(overlap: Overlap, day: date, words: Words, zone: str) -> str:
    """Return when a window starts and ends, with the date where that is on another day."""
    window = overlap.window
    if not window.has_end and window.facts.actual is None:
        return words.clock(overlap.start)
    start, end = (_time(each, day, words, zone) for each in (overlap.start, overlap.end))
    hours = f"{start} – {end}" if " " in start + end else f"{start}–{end}"
    is_open = window.is_open_ended and overlap.is_unconfirmed
    return words.say("{time} or later").format(time=hours) if is_open else hours


def _time(moment: datetime, day: date, words: Words, zone: str) -> str:
    """Return a moment's clock time, after its date if it is on another day; midnight at the end of the day is 24:00."""
    local = to_local(moment, zone).date()
    if local == day:
        return words.clock(moment)
    if moment == midnight_of(day + timedelta(days=1), zone):
        return "24:00"
    return f"{_weekday(local, words)} {_date(local, words)} {words.clock(moment)}"


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


def _overrun(overlap: Overlap, day: date, words: Words, zone: str, moment: datetime) -> tuple[str, ...]:
    """Return until when a window that has begun may overrun; empty if its end is reported, or it is over."""
    if not overlap.is_unconfirmed or not overlap.start <= moment < overlap.settled:
        return ()
    if lacks_end(overlap.window):
        return (words.say("no end reported yet"),)
    return (words.say("may overrun until {time}").format(time=_time(overlap.settled, day, words, zone)),)


def kind_of_overlap(overlap: Overlap) -> str:
    """Return a window's effect on the service as a CSS class."""
    return "no-impact" if overlap.state is State.OPEN else kind_of_state(overlap.state)
