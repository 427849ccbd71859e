"""Which windows the feeds of a calendar hold at a moment."""

from dataclasses import dataclass
from datetime import datetime

from icsfeed.model import MOST_EVENTS
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import midnight_after_days

CANCELLED_DAYS = 14
"""How many days a cancelled window stays in the feeds after its planned end."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which windows the feeds of a calendar hold at a moment.

    Attributes:
        windows: In the order (start, UID).
        changed: Boundaries up to the moment at which the choice changed; the newest one counts.
        until: The next moment at which it will change; None if only the journal can change it.
        left_out: How many windows that lie ahead had no room.
    """

    windows: tuple[PublishedWindow, ...]
    changed: tuple[datetime, ...]
    until: datetime | None
    left_out: int


def leaves_at(window: PublishedWindow, zone: str) -> datetime:
    """Return when a window that will not take place leaves the feeds."""
    return midnight_after_days(window.end, CANCELLED_DAYS, zone)


def select(published: PublishedCalendar, moment: datetime) -> Selection:
    """Return which windows the feeds hold: all but long cancelled ones, and at most 500.

    The oldest ended ones make room first; if that is not enough, the farthest ahead.
    """
    zone = published.calendar.timezone
    leaving = {each.uid: leaves_at(each, zone) for each in published.windows if each.is_cancelled}
    gone = [leaves for leaves in leaving.values() if leaves <= moment]
    shown = [each for each in published.windows if each.uid not in leaving or leaving[each.uid] > moment]
    excess = max(0, len(shown) - MOST_EVENTS)
    ended = sorted((each for each in shown if each.end <= moment), key=lambda each: (each.end, each.uid))
    dropped = {each.uid for each in ended[:excess]}
    kept = [each for each in shown if each.uid not in dropped]
    boundaries = [leaves for leaves in leaving.values() if leaves > moment]
    if excess > len(ended):
        boundaries += [each.end for each in shown if each.end > moment]
    return Selection(
        windows=tuple(kept[:MOST_EVENTS]),
        changed=(*gone, *(each.end for each in ended[:excess])),
        until=min(boundaries, default=None),
        left_out=max(0, len(kept) - MOST_EVENTS),
    )
