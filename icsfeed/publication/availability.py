"""Whether the service can be counted on at a moment, by what is published of one window."""

from datetime import datetime
from enum import Enum

from icsfeed.model import Impact, Status
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.replay import PublishedWindow


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
    impact, phase = window.heavier.impact, phase_of(window, moment)
    if window.is_cancelled or impact is Impact.NONE or phase in {Phase.AHEAD, Phase.OVER}:
        return State.OPEN
    certain = phase is Phase.UNDER_WAY and impact is Impact.OUTAGE and window.window.status is Status.CONFIRMED
    return State.CLOSED if certain else State.AT_RISK
