"""The phases of a window: ahead, under way, unconfirmed, settling, over; and when they change.

What else changes with the clock, midnight above all, is in `boundaries` of `publication.publication`.
"""

from datetime import datetime, timedelta
from enum import Enum

from icsfeed.model import Impact
from icsfeed.replay import PublishedWindow
from icsfeed.zones import midnight_after_days

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


def lacks_end(window: PublishedWindow) -> bool:
    """Return whether a window was reported begun and its end was not."""
    actual = window.window.actual
    return actual is not None and actual.end is None and not window.is_cancelled


def phase_of(window: PublishedWindow, now: datetime, zone: str) -> Phase:
    """Return the present phase of a window; a cancelled one is ahead until its planned end, then over."""
    return phase_at(phase_changes_of(window, now, zone), now)


def end_of(changes: PhaseChanges) -> datetime:
    """Return when a window with these phase changes is no longer under way."""
    return next(moment for moment, phase in changes if phase is not Phase.UNDER_WAY)


def phase_at(changes: PhaseChanges, moment: datetime) -> Phase:
    """Return the phase at a moment, given the phase changes."""
    return next((phase for since, phase in reversed(changes) if since <= moment), Phase.AHEAD)


def phase_changes_of(window: PublishedWindow, now: datetime, zone: str) -> PhaseChanges:
    """Return when a window's phase changes; reported times override planned ones.

    Without a reported end the window is unconfirmed for two hours after its planned end, four if it is open-ended.
    If its start was reported, it takes as long as planned from then on, at least to the planned end, and is unconfirmed
    until its end is reported: at present however long that takes, ahead only to the end of the present day,
    so that one forgotten report does not close every evening.
    After that it is settling until the time its class `takes` has passed since the start.

    Parameters:
        window: The window.
        now: The present.
        zone: Whose day counts.
    """
    actual = window.window.actual
    if window.is_cancelled:
        return ((window.end, Phase.OVER),)
    begins = actual.start if actual is not None else window.start
    reported = actual.end if actual is not None else None
    ends = reported or max(window.end, begins + (window.end - window.start))
    sure = certain = ends
    if window.heavier.impact is not Impact.NONE:
        if reported is None:
            sure += UNREPORTED_OPEN_ENDED if window.is_open_ended else UNREPORTED
        if lacks_end(window):
            sure = max(sure, midnight_after_days(now + timedelta(seconds=1), 0, zone))
        certain = max(sure, begins + (window.heavier.takes or timedelta()))
    stages = ((begins, Phase.UNDER_WAY, ends), (ends, Phase.UNCONFIRMED, sure), (sure, Phase.SETTLING, certain))
    return (*((start, phase) for start, phase, end in stages if start < end), (certain, Phase.OVER))
