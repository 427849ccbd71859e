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
        gone: Cancelled windows that left, each with the boundary at which it did.
        squeezed: Boundaries up to the moment at which another window may have come or gone, as there is no room for all.
        until: The next moment at which it will change; None if only the journal can change it.
        left_out: How many windows that lie ahead had no room.
    """

    windows: tuple[PublishedWindow, ...]
    gone: tuple[tuple[PublishedWindow, datetime], ...]
    squeezed: tuple[datetime, ...]
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
    gone = [(each, leaving[each.uid]) for each in published.windows if each.uid in leaving and leaving[each.uid] <= moment]
    shown = [each for each in published.windows if each.uid not in leaving or leaving[each.uid] > moment]
    excess = max(0, len(shown) - MOST_EVENTS)
    over = {each.uid: each.over_at for each in shown if each.over_at is not None}
    ended = sorted((each for each in shown if each.has_ended(moment)), key=lambda each: (over[each.uid], each.uid))
    dropped = {each.uid for each in ended[:excess]}
    kept = [each for each in shown if each.uid not in dropped]
    squeezed = [over[each.uid] for each in ended[:excess]]
    if len(published.windows) > MOST_EVENTS:
        squeezed += [leaves for _, leaves in gone]
    boundaries = [leaves for leaves in leaving.values() if leaves > moment]
    if excess > len(ended):
        boundaries += [over_at for over_at in over.values() if over_at > moment]
    return Selection(
        windows=tuple(kept[:MOST_EVENTS]),
        gone=tuple(gone),
        squeezed=tuple(squeezed),
        until=min(boundaries, default=None),
        left_out=max(0, len(kept) - MOST_EVENTS),
    )
