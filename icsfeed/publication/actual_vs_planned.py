"""What became of the plan: planned and actual downtime of the windows whose end was reported, class by class.

It follows from the journal alone: the clock has no part in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from icsfeed.model import Calendar, DowntimeClass, Impact
from icsfeed.replay import PublishedWindow

PLOTTED_FROM = 5
"""The number of windows from which on a plot tells more than the row of a table."""

_STEPS = tuple(
    timedelta(minutes=each) for each in (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 5760, 10080)
)
_MOST_STEPS = 6
_HOURS = timedelta(hours=1)
_IN_MINUTES_BELOW = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """Planned and actual downtime of one class's windows.

    Attributes:
        of: The class; a window of two classes counts with the heavier one.
        actual: How long each window really took, shortest first; never empty.
        planned: The median of how long they were to take; zero where nothing was planned.
        open_ended: Whether one of them might well have lasted longer than planned.
    """

    of: DowntimeClass
    actual: tuple[timedelta, ...]
    planned: timedelta
    open_ended: bool

    @property
    def count(self) -> int:
        """On how many windows it rests."""
        return len(self.actual)

    @property
    def median(self) -> timedelta:
        """The middle one of the actual downtimes; of an even number, the mean of the two in the middle."""
        return _median(self.actual)

    @property
    def plot(self) -> "Plot | None":
        """The downtimes as a drawing; None where there are too few of them."""
        return draw_plot(self.actual, planned=self.planned) if self.count >= PLOTTED_FROM else None


def realised_in(calendar: Calendar, windows: Iterable[PublishedWindow]) -> tuple[Realised, ...]:
    """Return planned and actual downtime for each class that has windows whose end was reported, from light to heavy.

    Cancelled windows do not count, nor those of a class without impact.
    Classes that the calendar no longer has come last, by their keys.
    """
    found: dict[str, list[PublishedWindow]] = {}
    for window in windows:
        if not window.is_cancelled and window.heavier.impact is not Impact.NONE and _actual(window) is not None:
            found.setdefault(window.heavier.key, []).append(window)
    order = {each.key: rank for rank, each in enumerate(calendar.classes)}
    keys = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    return tuple(_realised(found[key]) for key in keys)


def _realised(windows: Sequence[PublishedWindow]) -> Realised:
    """Return planned and actual downtime of windows of one class."""
    return Realised(
        of=windows[0].heavier,
        actual=tuple(sorted(length for each in windows if (length := _actual(each)) is not None)),
        planned=_median([_planned(each) for each in windows]),
        open_ended=any(each.is_open_ended for each in windows),
    )


def _planned(window: PublishedWindow) -> timedelta:
    """Return how long a window was to take: up to the end that operations named, else its class's downtime."""
    return window.heavier.downtime.length if window.window.end is None else window.window.end - window.start


def _actual(window: PublishedWindow) -> timedelta | None:
    """Return how long a window really took; None while nobody reported its end."""
    actual = window.window.actual
    return None if actual is None or actual.end is None else actual.end - actual.start


def _median(lengths: Sequence[timedelta]) -> timedelta:
    """Return the median of one length or more."""
    return timedelta(seconds=median(each.total_seconds() for each in lengths))


# The plot

WIDTH = 340
_LEFT, _RIGHT = 10.0, 42.0
_RADIUS = 5.0
_APART = 2 * _RADIUS + 1
_TALLEST = 88.0
"""The highest pile of dots; in a higher one they overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing of lengths as dots on a line, piled where they are close together; all numbers are the drawing's own units.

    Attributes:
        width: Of the drawing.
        height: Of the drawing, without the room that the template adds for words.
        left: Where nothing stands.
        right: Where the axis ends.
        dots: Centres of the dots.
        radius: Of the dots.
        ticks: Places on the axis with what stands there, in minutes or hours.
        in_hours: Whether the ticks are hours.
        planned: Where the planned length stands.
        median: Where the median stands.
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
    """Return lengths as a drawing.

    Parameters:
        lengths: One or more, shortest first.
        planned: What is marked beside them.
    """
    longest = max(*lengths, planned, timedelta(minutes=1))
    step = next(
        (each for each in _STEPS if each * _MOST_STEPS >= longest), -(-longest // (_MOST_STEPS * _STEPS[-1])) * _STEPS[-1]
    )
    steps = -(-longest // step)
    in_hours = step * steps > _IN_MINUTES_BELOW and not step % _HOURS
    unit = _HOURS if in_hours else timedelta(minutes=1)

    def place(length: timedelta) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (length / (step * steps)), 1)

    levels = list(_pile([place(each) for each in lengths]))
    apart = min(_APART, _TALLEST / max(1, *levels))
    height = round(max(levels) * apart + 2 * _RADIUS + 2, 1)
    return Plot(
        width=WIDTH,
        height=height,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        dots=tuple(
            (place(length), round(height - _RADIUS - 1 - level * apart, 1)) for length, level in zip(lengths, levels, strict=True)
        ),
        radius=_RADIUS,
        ticks=tuple((place(step * number), step * number // unit) for number in range(steps + 1)),
        in_hours=in_hours,
        planned=place(planned),
        median=place(_median(lengths)),
    )


def _pile(places: Iterable[float]) -> Iterator[int]:
    """Give for each place, from the left, the lowest level on which it touches none before it."""
    last: list[float] = []
    for place in places:
        level = next((number for number, before in enumerate(last) if place - before >= _APART), len(last))
        last[level : level + 1] = [place]
        yield level
