"""Selects the windows in the feeds: at most 500, and no long-cancelled ones; a class feed has its class and heavier ones."""

from dataclasses import dataclass
from datetime import datetime

from icsfeed.model import MOST_EVENTS, Calendar, DowntimeClass
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import midnight_after_days

CANCELLED_DAYS = 14
"""How long a cancelled window stays in the feeds: until the local midnight this many days after its planned end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The windows in the feeds of a calendar.

    Attributes:
        windows: In the order (start, UID).
        left_out: The number of future windows that exceed the limit.
    """

    windows: tuple[PublishedWindow, ...]
    left_out: int


def select_windows(published: PublishedCalendar, moment: datetime) -> Selection:
    """Return the windows in the feeds at a moment.

    Above the limit the windows that ended first are dropped, then those furthest ahead.
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


def is_in_class_feed(downtime_class: DowntimeClass, from_class: DowntimeClass | None, calendar: Calendar) -> bool:
    """Return whether a class is `from_class` or heavier, as every class is without one.

    A class that the calendar no longer has is compared by impact and downtime.
    """
    if from_class is None:
        return True
    keys = [each.key for each in calendar.classes]
    if downtime_class.key in keys and from_class.key in keys:
        return keys.index(downtime_class.key) >= keys.index(from_class.key)
    return (downtime_class.impact.rank, downtime_class.downtime.length) >= (from_class.impact.rank, from_class.downtime.length)
