"""The coming evenings, each with its windows and the worst state of the service."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icsfeed.publication.availability import Availability, Conflict, State
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
        conflicts: Its windows, including those without impact.
        is_known: Whether the plan is known for all of it.
    """

    day: date
    start: datetime
    end: datetime
    state: State
    conflicts: tuple[Conflict, ...]
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
        conflicts=availability.conflicts(start, end),
        is_known=availability.is_known(end),
    )
