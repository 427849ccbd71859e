"""What the clock decides of a calendar's page, and when it decides otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icsfeed.publication.phases import Phase, Turns, phase_at
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import YEARS, midnight_of, to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the clock decides.

    Attributes:
        phases: Of the calendar's windows, in their order.
        upcoming: The next window that is going to take place, None if none is announced.
        days: How many days away the next one is, 0 or 1; None where it is farther.
        is_this_year: Whether the next one begins in the present year, so that its date is clear without.
        since: The newest boundary that was passed, None before the first.
        until: The next boundary, None after the last.
    """

    phases: tuple[Phase, ...]
    upcoming: PublishedWindow | None
    days: int | None
    is_this_year: bool
    since: datetime | None
    until: datetime | None


def situation_at(published: PublishedCalendar, moment: datetime, turns: Mapping[str, Turns]) -> Situation:
    """Return what the clock decides at a moment.

    Parameters:
        published: The windows.
        moment: The present.
        turns: Of the windows, by UID.
    """
    phases = tuple(phase_at(turns[each.uid], moment) for each in published.windows)
    ahead = (
        each for each, phase in zip(published.windows, phases, strict=True) if phase is Phase.AHEAD and not each.is_cancelled
    )
    upcoming = next(ahead, None)
    boundaries = [turn for each in turns.values() for turn, _ in each]
    days, is_this_year = None, False
    if upcoming is not None:
        zone = published.calendar.timezone
        day, today = to_local(upcoming.start, zone).date(), to_local(moment, zone).date()
        boundaries += _days_that_count(day, zone, begins=turns[upcoming.uid][0][0])
        days = (day - today).days if (day - today).days in {0, 1} else None
        is_this_year = day.year == today.year
    return Situation(
        phases=phases,
        upcoming=upcoming,
        days=days,
        is_this_year=is_this_year,
        since=max((each for each in boundaries if each <= moment), default=None),
        until=min((each for each in boundaries if each > moment), default=None),
    )


def _days_that_count(day: date, zone: str, *, begins: datetime) -> list[datetime]:
    """Return when the days begin from which the next window's day is told otherwise: its year's, the day before, its own.

    The day after counts too where the window is said to begin as late as that.
    """
    days = {day - timedelta(days=1), day, date(day.year, 1, 1)}
    midnights = [midnight_of(each, zone) for each in days if each.year in YEARS]
    over = midnight_of(day + timedelta(days=1), zone) if (day + timedelta(days=1)).year in YEARS else begins
    return [*midnights, over] if over < begins else midnights
