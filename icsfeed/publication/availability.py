"""Whether the service can be counted on at a moment, by what is published of one window."""

from datetime import datetime, timedelta
from enum import Enum

from icsfeed.model import Impact, Status
from icsfeed.replay import PublishedWindow

UNREPORTED = timedelta(hours=2)
"""How long after its planned end a window that nobody reported the end of may still be going on."""

UNREPORTED_OPEN_ENDED = timedelta(hours=4)
"""The same for a window that may well last longer than planned."""


class State(Enum):
    """What a window makes of the service; `OPEN` is nothing."""

    CLOSED = "closed"
    AT_RISK = "at risk"
    OPEN = "open"


def state_of(window: PublishedWindow, moment: datetime) -> State:
    """Return what a window makes of the service at a moment.

    It is closed from its start to its end, reported ones before planned ones; only at risk if the impact is but degraded,
    or the window tentative. After an end that nobody reported it is at risk for two hours, four if it is open-ended,
    and after any end until the whole update is over.
    """
    actual, impact = window.window.actual, window.heavier.impact
    if window.is_cancelled or impact is Impact.NONE:
        return State.OPEN
    begins = actual.start if actual is not None else window.start
    reported = actual.end if actual is not None else None
    ends = reported or max(window.end, begins)
    if begins <= moment < ends:
        certain = impact is Impact.OUTAGE and window.window.status is Status.CONFIRMED
        return State.CLOSED if certain else State.AT_RISK
    return State.AT_RISK if ends <= moment < _safe_from(window, begins, ends, is_reported=reported is not None) else State.OPEN


def _safe_from(window: PublishedWindow, begins: datetime, ends: datetime, *, is_reported: bool) -> datetime:
    """Return from when on a window that ended is no risk any more."""
    over = begins + (window.heavier.takes or timedelta())
    if is_reported:
        return max(ends, over)
    return max(ends + (UNREPORTED_OPEN_ENDED if window.is_open_ended else UNREPORTED), over)
