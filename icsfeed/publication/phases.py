"""The phases of a window: ahead, under way, unconfirmed, settling, over; and when they change."""

from datetime import datetime, timedelta
from enum import Enum

from icsfeed.model import Impact
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import next_midnight

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
    actual = window.facts.actual
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
    until its end is reported. For future moments this is assumed only until the end of today, so that one forgotten report
    does not close every evening.
    After that it is settling until the time its class `takes` has passed since the start.

    Parameters:
        window: The window.
        now: The present.
        zone: Whose day counts.
    """
    actual = window.facts.actual
    if window.is_cancelled:
        return ((window.end, Phase.OVER),)
    start = actual.start if actual is not None else window.start
    reported = actual.end if actual is not None else None
    end = reported or max(window.end, start + (window.end - window.start))
    confirmed_at = settled_at = end
    if window.heavier.impact is not Impact.NONE:
        if reported is None:
            confirmed_at += UNREPORTED_OPEN_ENDED if window.is_open_ended else UNREPORTED
        if lacks_end(window):
            confirmed_at = max(confirmed_at, next_midnight(now, zone))
        settled_at = max(confirmed_at, start + (window.heavier.takes or timedelta()))
    stages = ((start, Phase.UNDER_WAY, end), (end, Phase.UNCONFIRMED, confirmed_at), (confirmed_at, Phase.SETTLING, settled_at))
    return (*((since, phase) for since, phase, until in stages if since < until), (settled_at, Phase.OVER))


def boundaries(published: PublishedCalendar, moment: datetime) -> tuple[datetime, ...]:
    """Return the moments after `moment` at which a calendar's documents may change, in order.

    These are the windows' phase changes and planned ends, since the plan may be known no further, and the next local midnight,
    when "today" changes, cancelled windows leave the feeds and the horizon of repeated windows moves.
    """
    zone = published.calendar.timezone
    changes = {at for each in published.windows for at, _ in phase_changes_of(each, moment, zone)}
    ends = {each.end for each in published.windows}
    return tuple(sorted({at for at in changes | ends if at > moment} | {next_midnight(moment, zone)}))
