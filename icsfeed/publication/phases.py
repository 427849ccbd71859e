"""The phases of a window: ahead, under way, unconfirmed, settling, over; and when they change."""

from datetime import datetime, timedelta
from enum import Enum

from icsfeed.model import Impact
from icsfeed.replay import PublishedWindow

UNREPORTED = timedelta(hours=2)
"""How long after its planned end a window without a reported end may overrun."""

UNREPORTED_OPEN_ENDED = timedelta(hours=4)
"""The same for an open-ended window."""


class Phase(Enum):
    """The phase of a window; one without impact is never unconfirmed or settling."""

    AHEAD = "ahead"
    UNDER_WAY = "under way"
    UNCONFIRMED = "unconfirmed"
    """Its planned end has passed, and no end is reported."""

    SETTLING = "settling"
    """The service is available again, but the whole update is not finished."""

    OVER = "over"


PhaseChanges = tuple[tuple[datetime, Phase], ...]
"""When a window's phase changes, each moment with the phase that begins, in order; before the first it is ahead."""


def phase_of(window: PublishedWindow, moment: datetime) -> Phase:
    """Return the phase of a window at a moment; a cancelled one is ahead until its planned end, then over."""
    return phase_at(phase_changes_of(window), moment)


def phase_at(changes: PhaseChanges, moment: datetime) -> Phase:
    """Return the phase at a moment, given the phase changes."""
    return next((phase for since, phase in reversed(changes) if since <= moment), Phase.AHEAD)


def phase_changes_of(window: PublishedWindow) -> PhaseChanges:
    """Return when a window's phase changes; reported times override planned ones.

    Without a reported end the window is unconfirmed for two hours after its planned end, four if it is open-ended.
    After that it is settling until the time its class `takes` has passed since the start.
    """
    actual = window.window.actual
    if window.is_cancelled:
        return ((window.end, Phase.OVER),)
    begins = actual.start if actual is not None else window.start
    reported = actual.end if actual is not None else None
    ends = reported or max(window.end, begins)
    sure = certain = ends
    if window.heavier.impact is not Impact.NONE:
        if reported is None:
            sure += UNREPORTED_OPEN_ENDED if window.is_open_ended else UNREPORTED
        certain = max(sure, begins + (window.heavier.takes or timedelta()))
    stages = ((begins, Phase.UNDER_WAY, ends), (ends, Phase.UNCONFIRMED, sure), (sure, Phase.SETTLING, certain))
    return (*((start, phase) for start, phase, end in stages if start < end), (certain, Phase.OVER))
