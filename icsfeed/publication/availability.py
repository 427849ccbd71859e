"""The state of the service at a moment or over a period: open, closed, at risk, or unknown after the end of the plan.

Past moments have a state too, even before the journal began.
"""

from bisect import bisect_left, bisect_right
from calendar import SATURDAY
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cached_property
from itertools import pairwise

from icsfeed.model import Impact, Status
from icsfeed.publication.phases import Phase, PhaseChanges, end_of, phase_changes_of
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import YEARS, midnight_of, resolve_wall_clock, to_local, wall_clock

OTHER_DAYS = 28
"""How many days are searched for one on which the same time is free."""

_BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
_LAST_DAY = date(YEARS[-1], 12, 31)


class State(Enum):
    """The state of the service; of a single window, its effect on the service, where `OPEN` is none.

    Members are in order, worst first; `worst` relies on it.
    """

    CLOSED = "closed"
    AT_RISK = "at risk"
    UNKNOWN = "unknown"
    OPEN = "open"


_RANKS = {state: rank for rank, state in enumerate(State)}


def effect_of(window: PublishedWindow, phase: Phase) -> State:
    """Return a window's effect on the service in a phase.

    Under way it is closed, but only at risk if the impact is degraded or the window tentative.
    While unconfirmed or settling it is at risk.
    """
    impact = window.heavier.impact
    if window.is_cancelled or impact is Impact.NONE or phase in {Phase.AHEAD, Phase.OVER}:
        return State.OPEN
    is_closed = phase is Phase.UNDER_WAY and impact is Impact.OUTAGE and window.facts.status is Status.CONFIRMED
    return State.CLOSED if is_closed else State.AT_RISK


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states; open if there are none."""
    return min(states, key=_RANKS.__getitem__, default=State.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A window during a period, with or without impact.

    Attributes:
        state: Its worst effect on the service in the period.
        start: The reported start, else the planned one.
        end: The reported end, else the planned one.
        settled: When it is over: its end, or later if it may overrun or the update goes on.
        is_unconfirmed: Whether no end is reported, so that it may overrun.
    """

    window: PublishedWindow
    state: State
    start: datetime
    end: datetime
    settled: datetime
    is_unconfirmed: bool


@dataclass(frozen=True, kw_only=True)
class Availability:
    """The states of a calendar's service over time, calculated on first use.

    Attributes:
        published: The calendar; cancelled windows do not count.
        now: The present, which decides how long a window without a reported end may go on.
    """

    published: PublishedCalendar
    now: datetime

    @cached_property
    def _phase_changes(self) -> tuple[tuple[PublishedWindow, PhaseChanges], ...]:
        """The windows that are not cancelled, each with its phase changes."""
        zone = self.published.calendar.timezone
        return tuple((each, phase_changes_of(each, self.now, zone)) for each in self.published.windows if not each.is_cancelled)

    @cached_property
    def known_until(self) -> datetime | None:
        """The end (exclusive) of the time for which a plan is known; None if there is none.

        It is the midnight after `planned_until`, without it the end of the last window that is not cancelled.
        It is never later than the horizon of repeated windows.
        """
        calendar = self.published.calendar
        if calendar.planned_until is not None:
            last = min(calendar.planned_until, _LAST_DAY)
            if self.published.series and self.published.last is not None:
                last = min(last, self.published.last)
            return midnight_of(last + timedelta(days=1), calendar.timezone)
        return max((max(window.end, end_of(changes)) for window, changes in self._phase_changes), default=None)

    def is_known(self, end: datetime) -> bool:
        """Return whether the plan is known up to a moment (exclusive)."""
        return self.known_until is not None and end <= self.known_until

    @cached_property
    def _timeline(self) -> tuple[list[datetime], list[State]]:
        """When each state begins, and the states; consecutive ones differ, and the first has no beginning."""
        deltas: dict[datetime, Counter[State]] = {self.known_until: Counter()} if self.known_until is not None else {}
        for window, changes in self._phase_changes:
            for (start, phase), (end, _) in pairwise(changes):
                state = effect_of(window, phase)
                deltas.setdefault(start, Counter())[state] += 1
                deltas.setdefault(end, Counter())[state] -= 1
        starts, states = [_BEGINNING_OF_TIME], [State.UNKNOWN if self.known_until is None else State.OPEN]
        counts: Counter[State] = Counter()
        for moment in sorted(deltas):
            counts.update(deltas[moment])
            state = self._state(counts, moment)
            if state is not states[-1]:
                starts.append(moment)
                states.append(state)
        return starts, states

    def _state(self, counts: Counter[State], moment: datetime) -> State:
        """Return the state at a moment, given the number of windows with each effect."""
        if counts[State.CLOSED]:
            return State.CLOSED
        if counts[State.AT_RISK]:
            return State.AT_RISK
        return State.UNKNOWN if self.known_until is None or moment >= self.known_until else State.OPEN

    def state(self, start: datetime, end: datetime | None = None) -> State:
        """Return the worst state of `[start, end)`; without an end, or if that is empty, the state at `start`."""
        starts, states = self._timeline
        first = bisect_right(starts, start) - 1
        last = first + 1 if end is None or end <= start else bisect_left(starts, end)
        return worst(states[first:last])

    def next_change(self, moment: datetime) -> datetime | None:
        """Return the first moment after a moment at which the state changes; None if it never does."""
        starts, _ = self._timeline
        following = bisect_right(starts, moment)
        return starts[following] if following < len(starts) else None

    def next_free(self, moment: datetime, length: timedelta = timedelta()) -> datetime | None:
        """Return the first instant from a moment on at which the service is open for a length of time, which may be zero.

        None if there is no such instant before `known_until`.
        """
        starts, states = self._timeline
        for index in range(bisect_right(starts, moment) - 1, len(starts) - 1):
            start = max(starts[index], moment)
            if states[index] is State.OPEN and start + length <= starts[index + 1]:
                return start
        return None

    def free_at_same_time(self, start: datetime, length: timedelta, moment: datetime) -> datetime | None:
        """Return the same local time on the first later day on which the service is then open for a length of time.

        Weekends count only if `start` is on one.

        Parameters:
            start: The time to find again.
            length: Positive.
            moment: The present; earlier times are skipped.

        Returns:
            None if none of the next `OTHER_DAYS` days is known to be free at that time.
        """
        zone = self.published.calendar.timezone
        wall, today = wall_clock(start, zone), to_local(moment, zone).date()
        first = max(wall.date() + timedelta(days=1), today)
        for day in (first + timedelta(days=days) for days in range(OTHER_DAYS)):
            if day.year not in YEARS or wall.weekday() < SATURDAY <= day.weekday():
                continue
            found, _ = resolve_wall_clock(datetime.combine(day, wall.time()), zone)
            if found >= moment and self.state(found, found + length) is State.OPEN:
                return found
        return None

    def overlaps(self, start: datetime, end: datetime | None = None) -> tuple[Overlap, ...]:
        """Return the windows during `[start, end)`, in the order (start, UID).

        Windows without impact, unconfirmed and settling ones are included.
        Without an end, or if that is empty, they are the windows at `start`.
        """
        is_instant = end is None or end <= start  # an instant meets a window that starts then, a period does not
        until = start if end is None else end
        found = []
        for window, changes in self._phase_changes:
            if changes[-1][0] <= start or changes[0][0] > until or (changes[0][0] == until and not is_instant):
                continue
            phases = pairwise(changes)
            overlapped = (phase for (since, phase), (end_, _) in phases if end_ > start and (since < until or since <= start))
            found.append(
                Overlap(
                    window=window,
                    state=worst(effect_of(window, phase) for phase in overlapped),
                    start=changes[0][0],
                    end=end_of(changes),
                    settled=changes[-1][0],
                    is_unconfirmed=any(phase is Phase.UNCONFIRMED for _, phase in changes),
                )
            )
        return tuple(found)

    @cached_property
    def _boundaries(self) -> list[datetime]:
        """Every phase change of a window, and `known_until`, in order."""
        moments = {moment for _, changes in self._phase_changes for moment, _ in changes}
        return sorted(moments | ({self.known_until} if self.known_until is not None else set()))

    def valid_for(self, moment: datetime, length: timedelta = timedelta()) -> timedelta | None:
        """Return the time until an answer about `[moment, moment + length)`, which moves with the clock, may change.

        It may when the period's start or end reaches a phase change or `known_until`; None if neither ever does.
        """
        following = bisect_right(self._boundaries, moment)
        waits = [each - moment for each in self._boundaries[following : following + 1]]
        if length:
            reached = bisect_left(self._boundaries, moment + length)
            waits += [each - length - moment for each in self._boundaries[reached : reached + 1]]
        return min(waits, default=None)
