"""What the clock decides of a calendar's page, and when it decides otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from icsfeed.publication.phases import Phase, turns_of
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import midnight_of, to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the clock decides.

    Attributes:
        phases: Of the calendar's windows, in their order.
        upcoming: The next window that is going to take place, None if none is announced.
        days: How many days away the next one is, 0 or 1; None where it is farther.
        since: The newest boundary that was passed, None before the first.
        until: The next boundary, None after the last.
    """

    phases: tuple[Phase, ...]
    upcoming: PublishedWindow | None
    days: int | None
    since: datetime | None
    until: datetime | None


def situation_at(published: PublishedCalendar, moment: datetime) -> Situation:
    """Return what the clock decides at a moment."""
    turns = [turns_of(each) for each in published.windows]
    phases = tuple(next((phase for turn, phase in reversed(each) if turn <= moment), Phase.AHEAD) for each in turns)
    ahead = (
        each for each, phase in zip(published.windows, phases, strict=True) if phase is Phase.AHEAD and not each.is_cancelled
    )
    upcoming = next(ahead, None)
    boundaries = [turn for each in turns for turn, _ in each]
    days = None
    if upcoming is not None:
        zone = published.calendar.timezone
        day = to_local(upcoming.start, zone).date()
        boundaries += [midnight_of(day - timedelta(days=back), zone) for back in (0, 1)]
        away = (day - to_local(moment, zone).date()).days
        days = away if away <= 1 else None
    return Situation(
        phases=phases,
        upcoming=upcoming,
        days=days,
        since=max((each for each in boundaries if each <= moment), default=None),
        until=min((each for each in boundaries if each > moment), default=None),
    )
