"""Whether the service can be counted on, at a moment and over a stretch, by what is published.

What is published counts for the past as well: a moment is not unknown merely because it is over, or before the journal began.
Nothing is said of what is not known: where the plan ends, the service is not open but unknown.
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
from icsfeed.publication.phases import Phase, phase_of, turns_of
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.zones import YEARS, instant_of_occurrence, midnight_of, to_local

OTHER_DAYS = 28
"""How many days are looked at for one on which the same time is free."""

_EVER = datetime.min.replace(tzinfo=UTC)
_LAST_DAY = date(YEARS[-1], 12, 31)


class State(Enum):
    """What the service is, from the worst to the best; of a single window, what it makes of the service: `OPEN` is nothing."""

    CLOSED = "closed"
    AT_RISK = "at risk"
    UNKNOWN = "unknown"
    OPEN = "open"


_RANKS = {state: rank for rank, state in enumerate(State)}


def state_of(window: PublishedWindow, moment: datetime) -> State:
    """Return what a window makes of the service at a moment.

    It is closed from its start to its end, reported ones before planned ones; only at risk if the impact is but degraded,
    or the window tentative. After an end that nobody reported it is at risk for two hours, four if it is open-ended,
    and after any end until the whole update is over.
    """
    return _state_in(window, phase_of(window, moment))


def _state_in(window: PublishedWindow, phase: Phase) -> State:
    """Return what a window makes of the service in a phase."""
    impact = window.heavier.impact
    if window.is_cancelled or impact is Impact.NONE or phase in {Phase.AHEAD, Phase.OVER}:
        return State.OPEN
    certain = phase is Phase.UNDER_WAY and impact is Impact.OUTAGE and window.window.status is Status.CONFIRMED
    return State.CLOSED if certain else State.AT_RISK


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states; open where there are none."""
    return min(states, key=_RANKS.__getitem__, default=State.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A window that is in the way of somebody's plans, whatever it does to the service.

    Attributes:
        state: The worst that it makes of the service in the stretch; open if it has no impact there.
        start: When it begins, reported before planned.
        end: When it ends, likewise.
        settled: From when on nothing of it is felt; its end, or later where it may overrun or go on.
        is_unconfirmed: Whether nobody has reported its end, so that it may overrun.
    """

    window: PublishedWindow
    state: State
    start: datetime
    end: datetime
    settled: datetime
    is_unconfirmed: bool


@dataclass(frozen=True, kw_only=True)
class Availability:
    """What is published of a calendar, as a line of states through all time; made when it is first asked.

    Attributes:
        published: Its windows count, cancelled ones apart.
    """

    published: PublishedCalendar

    @cached_property
    def _turns(self) -> tuple[tuple[PublishedWindow, tuple[tuple[datetime, Phase], ...]], ...]:
        """The windows that will or did take place, each with its phases."""
        return tuple((each, turns_of(each)) for each in self.published.windows if not each.is_cancelled)

    @cached_property
    def known_until(self) -> datetime | None:
        """The end of what is known (exclusive); None if nothing is.

        That is the midnight after `planned_until`, without it the end of the last window that is not cancelled.
        Repeated windows are only known as far as they are within reach.
        """
        calendar = self.published.calendar
        if calendar.planned_until is not None:
            last = min(calendar.planned_until, _LAST_DAY)
            if self.published.series and self.published.last is not None:
                last = min(last, self.published.last)
            return midnight_of(last + timedelta(days=1), calendar.timezone)
        return max((max(window.end, _end_of(turns)) for window, turns in self._turns), default=None)

    def is_known(self, end: datetime) -> bool:
        """Tell whether the plan is known up to a moment, which is no longer part of it."""
        return self.known_until is not None and end <= self.known_until

    @cached_property
    def _line(self) -> tuple[list[datetime], list[State]]:
        """When each state begins, and which; neighbours differ, and the first one has been for ever."""
        changes: dict[datetime, Counter[State]] = {self.known_until: Counter()} if self.known_until is not None else {}
        for window, turns in self._turns:
            for (start, phase), (end, _) in pairwise(turns):
                state = _state_in(window, phase)
                changes.setdefault(start, Counter())[state] += 1
                changes.setdefault(end, Counter())[state] -= 1
        starts, states = [_EVER], [State.UNKNOWN if self.known_until is None else State.OPEN]
        counts: Counter[State] = Counter()
        for moment in sorted(changes):
            counts.update(changes[moment])
            state = self._state(counts, moment)
            if state is not states[-1]:
                starts.append(moment)
                states.append(state)
        return starts, states

    def _state(self, counts: Counter[State], moment: datetime) -> State:
        """Return the state at a moment at which so many windows make so much of the service."""
        if counts[State.CLOSED]:
            return State.CLOSED
        if counts[State.AT_RISK]:
            return State.AT_RISK
        return State.UNKNOWN if self.known_until is None or moment >= self.known_until else State.OPEN

    def state(self, start: datetime, end: datetime | None = None) -> State:
        """Return the worst state of a stretch `[start, end)`; without an end, or with an empty stretch, that of the instant."""
        starts, states = self._line
        first = bisect_right(starts, start) - 1
        last = first + 1 if end is None or end <= start else bisect_left(starts, end)
        return worst(states[first:last])

    def next_change(self, moment: datetime) -> datetime | None:
        """Return when the state is another one for the first time after a moment; None if it stays for ever."""
        starts, _ = self._line
        following = bisect_right(starts, moment)
        return starts[following] if following < len(starts) else None

    def next_free(self, moment: datetime, length: timedelta = timedelta()) -> datetime | None:
        """Return the first instant at or after a moment from which the service is open for so long.

        Parameters:
            moment: Aware.
            length: Not negative; none asks for an open instant.

        Returns:
            None if that is not known. What is open ends with what is known at the latest.
        """
        starts, states = self._line
        for index in range(bisect_right(starts, moment) - 1, len(starts) - 1):
            begins = max(starts[index], moment)
            if states[index] is State.OPEN and begins + length <= starts[index + 1]:
                return begins
        return None

    def free_at_same_time(self, start: datetime, length: timedelta, moment: datetime) -> datetime | None:
        """Return a start on the first later day on which the service is open at the same local time for so long.

        Saturdays and Sundays count only for who asks about one.

        Parameters:
            start: Aware; what is asked about.
            length: More than nothing.
            moment: The present, before which nothing is offered.

        Returns:
            None if none of the next `OTHER_DAYS` days is known to be free then.
        """
        zone = self.published.calendar.timezone
        wall, today = to_local(start, zone).replace(tzinfo=None), to_local(moment, zone).date()
        first = max(wall.date() + timedelta(days=1), today)
        for day in (first + timedelta(days=days) for days in range(OTHER_DAYS)):
            if day.year not in YEARS or wall.weekday() < SATURDAY <= day.weekday():
                continue
            begins, _ = instant_of_occurrence(datetime.combine(day, wall.time()), zone)
            if begins >= moment and self.state(begins, begins + length) is State.OPEN:
                return begins
        return None

    def conflicts(self, start: datetime, end: datetime | None = None) -> tuple[Conflict, ...]:
        """Return the windows in the way in a stretch `[start, end)`, in the order (start, UID).

        Those without impact are among them; so are those that are over and may still be felt.
        Without an end, or with an empty stretch, they are those at the instant.
        """
        is_instant = end is None or end <= start
        until = start if end is None else end
        found = []
        for window, turns in self._turns:
            if turns[-1][0] <= start or turns[0][0] > until or (turns[0][0] == until and not is_instant):
                continue
            phases = pairwise(turns)
            met = (phase for (first, phase), (last, _) in phases if last > start and (first < until or first <= start))
            found.append(
                Conflict(
                    window=window,
                    state=worst(_state_in(window, phase) for phase in met),
                    start=turns[0][0],
                    end=_end_of(turns),
                    settled=turns[-1][0],
                    is_unconfirmed=any(phase is Phase.UNCONFIRMED for _, phase in turns),
                )
            )
        return tuple(found)

    @cached_property
    def _boundaries(self) -> list[datetime]:
        """Every moment at which a window comes to stand elsewhere, and the end of what is known, in order."""
        moments = {moment for _, turns in self._turns for moment, _ in turns}
        return sorted(moments | ({self.known_until} if self.known_until is not None else set()))

    def holds_for(self, moment: datetime, length: timedelta = timedelta()) -> timedelta | None:
        """Return how long an answer about the stretch from the present moment stays true as the stretch moves on with the clock.

        It stays so until either end of the stretch comes upon a boundary; None is for ever.
        """
        following = bisect_right(self._boundaries, moment)
        waits = [each - moment for each in self._boundaries[following : following + 1]]
        if length:
            reached = bisect_left(self._boundaries, moment + length)
            waits += [each - length - moment for each in self._boundaries[reached : reached + 1]]
        return min(waits, default=None)


def _end_of(turns: tuple[tuple[datetime, Phase], ...]) -> datetime:
    """Return when a window is no longer under way."""
    return next(moment for moment, phase in turns if phase is not Phase.UNDER_WAY)
