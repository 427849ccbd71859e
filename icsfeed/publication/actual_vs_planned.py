"""Compares planned with actual downtime, by class, for windows whose end was reported; draws a dot plot.

It depends on the journal only, not on the clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from icsfeed.model import Calendar, DowntimeClass, Impact
from icsfeed.replay import PublishedWindow

FEWEST_PLOTTED = 5
"""The fewest windows that get a plot; with fewer there is only the table row."""

_STEPS = tuple(
    timedelta(minutes=each) for each in (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 5760, 10080)
)
_MOST_STEPS = 6
_HOURS = timedelta(hours=1)
_IN_MINUTES_BELOW = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualVsPlanned:
    """Planned and actual downtime of one class's windows.

    Attributes:
        downtime_class: The class; a window of two classes counts in the heavier one.
        actual: Actual durations, shortest first; never empty.
        planned: Median of the planned durations; zero for a class without downtime.
        open_ended: Whether the downtime of one of them was open-ended.
    """

    downtime_class: DowntimeClass
    actual: tuple[timedelta, ...]
    planned: timedelta
    open_ended: bool

    @property
    def count(self) -> int:
        """The number of windows."""
        return len(self.actual)

    @property
    def median(self) -> timedelta:
        """Median of the actual durations."""
        return _median(self.actual)

    @property
    def plot(self) -> "Plot | None":
        """The durations as a dot plot; None for fewer than `FEWEST_PLOTTED`."""
        return draw_plot(self.actual, planned=self.planned) if self.count >= FEWEST_PLOTTED else None


def actual_vs_planned_by_class(calendar: Calendar, windows: Iterable[PublishedWindow]) -> tuple[ActualVsPlanned, ...]:
    """Return planned and actual downtime for each class with a reported end, from light to heavy, removed classes last.

    Cancelled windows and classes without impact do not count.
    """
    found: dict[str, list[PublishedWindow]] = {}
    for window in windows:
        if not window.is_cancelled and window.heavier.impact is not Impact.NONE and _find_actual_length(window) is not None:
            found.setdefault(window.heavier.key, []).append(window)
    order = {each.key: rank for rank, each in enumerate(calendar.classes)}
    keys = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    return tuple(_compare(found[key]) for key in keys)


def _compare(windows: Sequence[PublishedWindow]) -> ActualVsPlanned:
    """Return planned and actual downtime of one class's windows, one or more."""
    return ActualVsPlanned(
        downtime_class=windows[0].heavier,
        actual=tuple(sorted(length for each in windows if (length := _find_actual_length(each)) is not None)),
        planned=_median([_planned_length(each) for each in windows]),
        open_ended=any(each.is_open_ended for each in windows),
    )


def _planned_length(window: PublishedWindow) -> timedelta:
    """Return the planned duration: up to the planned end, else the class's downtime."""
    end = window.facts.expected_end
    return window.heavier.downtime.length if end is None else end - window.start


def _find_actual_length(window: PublishedWindow) -> timedelta | None:
    """Return the actual duration; None until an end is reported."""
    actual = window.facts.actual
    return None if actual is None or actual.end is None else actual.end - actual.start


def _median(lengths: Sequence[timedelta]) -> timedelta:
    """Return the median of one duration or more."""
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


# The plot

WIDTH = 340
_LEFT, _RIGHT = 10.0, 42.0
_RADIUS = 5.0
_DISTANCE = 2 * _RADIUS + 1
_GREATEST_HEIGHT = 88.0
"""Height of the highest stack of dots; in a higher one the dots overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A dot plot of durations, stacked where they are close together; coordinates in units of the SVG.

    Attributes:
        width: Of the plot.
        height: Of the plot, without the labels that the template adds.
        left: Where the axis begins, at zero.
        right: Where the axis ends.
        dots: Centres of the dots.
        radius: Of the dots.
        ticks: Positions on the axis with their numbers, in minutes or hours.
        in_hours: Whether the ticks are hours.
        planned: Position of the planned duration.
        median: Position of the median.
    """

    width: int
    height: float
    left: float
    right: float
    dots: tuple[tuple[float, float], ...]
    radius: float
    ticks: tuple[tuple[float, int], ...]
    in_hours: bool
    planned: float
    median: float


def draw_plot(lengths: Sequence[timedelta], *, planned: timedelta) -> Plot:
    """Return durations as a dot plot.

    Parameters:
        lengths: One or more, shortest first.
        planned: The planned duration, marked with a line.
    """
    longest = max(*lengths, planned, timedelta(minutes=1))
    step = next(
        (each for each in _STEPS if each * _MOST_STEPS >= longest), -(-longest // (_MOST_STEPS * _STEPS[-1])) * _STEPS[-1]
    )
    steps = -(-longest // step)
    in_hours = step * steps > _IN_MINUTES_BELOW and not step % _HOURS
    unit = _HOURS if in_hours else timedelta(minutes=1)

    def position(length: timedelta) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (length / (step * steps)), 1)

    levels = list(_levels([position(each) for each in lengths]))
    distance = min(_DISTANCE, _GREATEST_HEIGHT / max(1, *levels))
    height = round(max(levels) * distance + 2 * _RADIUS + 2, 1)
    return Plot(
        width=WIDTH,
        height=height,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        dots=tuple(
            (position(length), round(height - _RADIUS - 1 - level * distance, 1))
            for length, level in zip(lengths, levels, strict=True)
        ),
        radius=_RADIUS,
        ticks=tuple((position(step * number), step * number // unit) for number in range(steps + 1)),
        in_hours=in_hours,
        planned=position(planned),
        median=position(_median(lengths)),
    )


def _levels(positions: Iterable[float]) -> Iterator[int]:
    """Yield for each position, from the left, the lowest level on which its dot touches no other."""
    last: list[float] = []
    for position in positions:
        level = next((number for number, before in enumerate(last) if position - before >= _DISTANCE), len(last))
        last[level : level + 1] = [position]
        yield level
