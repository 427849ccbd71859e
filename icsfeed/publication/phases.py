"""Where a window stands at a moment, by the clock and what was reported of it."""

from datetime import datetime, timedelta
from enum import Enum

from icsfeed.model import Impact
from icsfeed.replay import PublishedWindow

UNREPORTED = timedelta(hours=2)
"""How long after its planned end a window that nobody reported the end of may still be going on."""

UNREPORTED_OPEN_ENDED = timedelta(hours=4)
"""The same for a window that may well last longer than planned."""


class Phase(Enum):
    """Where a window stands; one that has no impact is never unconfirmed or settling."""

    AHEAD = "ahead"
    UNDER_WAY = "under way"
    UNCONFIRMED = "unconfirmed"
    """It should be over by now, and nobody has said so."""

    SETTLING = "settling"
    """The service is back, and the whole update is not over yet."""

    OVER = "over"


Turns = tuple[tuple[datetime, Phase], ...]
"""Moments at which a window comes to stand elsewhere, each with where; in the order of time."""


def phase_of(window: PublishedWindow, moment: datetime) -> Phase:
    """Return where a window stands at a moment.

    A cancelled window is ahead until its planned end, then over: it will not take place at all.
    """
    return phase_at(turns_of(window), moment)


def phase_at(turns: Turns, moment: datetime) -> Phase:
    """Return where a window with these turns stands at a moment."""
    return next((phase for turn, phase in reversed(turns) if turn <= moment), Phase.AHEAD)


def turns_of(window: PublishedWindow) -> Turns:
    """Return the moments at which a window comes to stand elsewhere.

    Reported moments outrank planned ones.
    An end that nobody reported is not sure for two hours, four if the window is open-ended;
    and after any end the whole update may go on for as long as its class says.
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
