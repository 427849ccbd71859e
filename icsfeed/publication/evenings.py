"""The coming evenings, each with what is announced for it: when people do the work that maintenance disturbs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icsfeed.publication.availability import Availability, Conflict, State
from icsfeed.zones import midnight_of, next_time_of_day, to_local

BEGINNING = time(18)
"""The local time at which an evening begins; it ends at midnight."""

COMING = 14
"""How many evenings are shown, today's first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """One evening, `[18:00, midnight)` in the calendar's zone.

    Attributes:
        state: The worst of it.
        conflicts: The windows announced for it, those without impact too.
        is_known: Whether the plan is known up to its end.
    """

    day: date
    start: datetime
    end: datetime
    state: State
    conflicts: tuple[Conflict, ...]
    is_known: bool


def coming_evenings(availability: Availability, moment: datetime) -> tuple[Evening, ...]:
    """Return the evenings from the local day of a moment on."""
    today = to_local(moment, availability.published.calendar.timezone).date()
    return tuple(_evening(availability, today + timedelta(days=days)) for days in range(COMING))


def _evening(availability: Availability, day: date) -> Evening:
    zone = availability.published.calendar.timezone
    start, end = next_time_of_day(midnight_of(day, zone), BEGINNING, zone), midnight_of(day + timedelta(days=1), zone)
    return Evening(
        day=day,
        start=start,
        end=end,
        state=availability.state(start, end),
        conflicts=availability.conflicts(start, end),
        is_known=availability.is_known(end),
    )
