"""Which windows the feeds of a calendar hold at a moment."""

from dataclasses import dataclass
from datetime import datetime

from icsfeed.model import MOST_EVENTS
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import midnight_after_days

CANCELLED_DAYS = 14
"""How many days a cancelled window stays in the feeds after its planned end, up to the midnight that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which windows the feeds of a calendar hold at a moment.

    Attributes:
        windows: In the order (start, UID).
        left_out: How many windows that lie ahead had no room.
    """

    windows: tuple[PublishedWindow, ...]
    left_out: int


def select(published: PublishedCalendar, moment: datetime) -> Selection:
    """Return which windows the feeds hold: all but long cancelled ones, and at most 500.

    The oldest ended ones make room first; if that is not enough, the farthest ahead.
    """
    zone = published.calendar.timezone
    shown = [
        each
        for each in published.windows
        if not each.is_cancelled or midnight_after_days(each.end, CANCELLED_DAYS, zone) > moment
    ]
    over = sorted((each.over_at, each.uid) for each in shown if each.over_at is not None and each.over_at <= moment)
    dropped = {uid for _, uid in over[: max(0, len(shown) - MOST_EVENTS)]}
    kept = [each for each in shown if each.uid not in dropped]
    return Selection(windows=tuple(kept[:MOST_EVENTS]), left_out=max(0, len(kept) - MOST_EVENTS))
