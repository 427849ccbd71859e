"""The coming evenings, each with its windows and the worst state of the service, and in words for the planning page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icsfeed.languages import format_day
from icsfeed.model import Calendar, Impact, Status
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
class Evening:
    """One evening, `[18:00, midnight)` in the calendar's zone.

    Attributes:
        state: The worst state.
        overlaps: Its windows, including those without impact.
        is_known: Whether the plan is known for all of it.
    """

    day: date
    start: datetime
    end: datetime
    state: State
    overlaps: tuple[Overlap, ...]
    is_known: bool


def coming_evenings(availability: Availability, moment: datetime) -> tuple[Evening, ...]:
    """Return the evenings from the local date of a moment on, in order."""
    today = to_local(moment, availability.published.calendar.timezone).date()
    return tuple(_evening(availability, today + timedelta(days=days)) for days in range(EVENINGS_SHOWN))


def _evening(availability: Availability, day: date) -> Evening:
    zone = availability.published.calendar.timezone
    start, end = next_time_of_day(midnight_of(day, zone), EVENING_START, zone), midnight_of(day + timedelta(days=1), zone)
    return Evening(
        day=day,
        start=start,
        end=end,
        state=availability.state(start, end),
        overlaps=availability.overlaps(start, end),
        is_known=availability.is_known(end),
    )


# In words


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
        remarks: About time without windows, and a freeze; may be empty.
    """

    kind: str
    day: date
    name: str
    weekday: str
    short_date: str
    windows: tuple[WindowRow, ...]
    remarks: tuple[str, ...]


def evening_row(evening: Evening, words: Words, calendar: Calendar, moment: datetime) -> EveningRow:
    """Return an evening in words; a window that has begun by the moment may be overrunning."""
    freezes = [each for each in calendar.freezes if each.first <= evening.day <= each.last]
    remarks = [words.say("No maintenance: {title}").format(title=words.text(each.title)) for each in freezes]
    if evening.overlaps:
        remarks = [] if evening.is_known else [words.say("Nothing else is known yet.")]
    elif evening.state is not State.OPEN:
        remarks = [words.say("Nothing known yet"), *remarks]
    else:
        remarks = remarks or [words.say("Nothing planned")]
    return EveningRow(
        kind="no-impact" if evening.overlaps and evening.state is State.OPEN else kind_of_state(evening.state),
        day=evening.day,
        name=words.date(evening.start),
        weekday=_weekday(evening.day, words),
        short_date=_date(evening.day, words),
        windows=tuple(_window_row(each, evening.day, words, calendar.timezone, moment) for each in evening.overlaps),
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
    if window.facts.expected_end is None and window.facts.actual is None and not window.heavier.downtime.length:
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
