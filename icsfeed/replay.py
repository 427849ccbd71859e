"""The published calendar and the revisions of its windows: the journal's lines, replayed.

Nothing about a revision is stored anywhere: SEQUENCE, CREATED and LAST-MODIFIED are counted from the lines each time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property

from icsfeed.model import Calendar, DowntimeClass, Impact, Status, Window, planned_end
from icsfeed.problems import Problem


class Change(Enum):
    """What a line says happened."""

    CALENDAR = "calendar"
    ANNOUNCED = "announced"
    CHANGED = "changed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    BEGUN = "begun"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One published change.

    Attributes:
        at: Its stamp, in UTC and whole seconds.
        by: Who published it; never shown to customers.
        calendar: Header and classes as they now are, where the change is `calendar`.
        window: The window as it now is, elsewhere.
    """

    at: datetime
    by: str
    change: Change
    calendar: Calendar | None = None
    window: Window | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedWindow:
    """A window as it is published, with its revision.

    Attributes:
        classes: One, or two when it is not yet decided which, the lighter first.
        uid: RFC 5545 section 3.8.4.7.
        sequence: How often it was revised since it was announced (RFC 5545 section 3.8.7.4).
        created: When it was announced.
        modified: When it was revised last.
        moved: The window before and after its newest move.
        heaviest_so_far: Keys of the heavier classes that it has had, the present one too.
    """

    window: Window
    classes: tuple[DowntimeClass, ...]
    uid: str
    sequence: int
    created: datetime
    modified: datetime
    moved: tuple[Window, Window] | None
    heaviest_so_far: tuple[str, ...]

    @property
    def heavier(self) -> DowntimeClass:
        """The class by which length, impact and feeds go."""
        return self.classes[-1]

    @property
    def start(self) -> datetime:
        """The planned start."""
        return self.window.start

    @cached_property
    def end(self) -> datetime:
        """The planned end."""
        return planned_end(self.window, self.heavier)

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.window.status is Status.CANCELLED

    @property
    def has_downtime(self) -> bool:
        """Whether the service is away or limited for a time during it."""
        return self.heavier.impact is not Impact.NONE and bool(self.window.end or self.heavier.downtime.length)

    @property
    def is_open_ended(self) -> bool:
        """Whether it may well last longer than its event."""
        return self.window.end is None and self.heavier.downtime.open_ended

    def has_ended(self, now: datetime) -> bool:
        """Tell whether it is over, by its reported end, else by its planned one."""
        actual = self.window.actual
        return (actual.end if actual and actual.end else self.end) <= now


@dataclass(frozen=True, kw_only=True)
class PublishedCalendar:
    """A journal, replayed.

    Attributes:
        calendar: Header and classes as the last `calendar` line gave them.
        windows: All that were ever published, in the order (start, UID).
        calendars: Each `calendar` line's stamp with what it said, oldest first.
        lines: All lines in the order in which they count.
        warnings: What is odd about the file but does not stop it.
    """

    calendar: Calendar
    windows: tuple[PublishedWindow, ...]
    calendars: tuple[tuple[datetime, Calendar], ...]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def newest(self) -> datetime:
        """The newest stamp."""
        return self.lines[-1].at

    @cached_property
    def by_id(self) -> Mapping[str, PublishedWindow]:
        """The windows by their ids."""
        return {each.window.id: each for each in self.windows}


@dataclass(slots=True)
class _History:
    """What has happened to one window so far."""

    window: Window
    created: datetime
    modified: datetime
    sequence: int = 0
    moved: tuple[Window, Window] | None = None
    heaviest: list[str] = field(default_factory=list)

    def revise(self, at: datetime) -> None:
        """Count a revision."""
        self.sequence += 1
        self.modified = at


def replay(lines: Iterable[Line], *, warnings: tuple[Problem, ...] = ()) -> PublishedCalendar:
    """Return the published calendar after these lines.

    Parameters:
        lines: In the order in which they count; one at least is a `calendar` line.
        warnings: Kept with the result.
    """
    lines = tuple(lines)
    histories: dict[str, _History] = {}
    classes: dict[str, DowntimeClass] = {}
    calendars: list[tuple[datetime, Calendar]] = []
    for line in lines:
        if line.calendar is not None:
            _revise_all(histories.values(), calendars[-1][1] if calendars else None, line, classes)
            classes |= {each.key: each for each in line.calendar.classes}
            calendars.append((line.at, line.calendar))
        elif line.window is not None:
            _revise_one(histories, line.window, line)
    windows = (_publish(history, calendars[-1][1], classes) for history in histories.values())
    return PublishedCalendar(
        calendar=calendars[-1][1],
        windows=tuple(sorted(windows, key=lambda each: (each.start, each.uid))),
        calendars=tuple(calendars),
        lines=lines,
        warnings=warnings,
    )


def _revise_one(histories: dict[str, _History], window: Window, line: Line) -> None:
    """Take in a line of a window's own."""
    history = histories.get(window.id)
    if history is None:
        history = histories[window.id] = _History(window=window, created=line.at, modified=line.at)
    else:
        if line.change is Change.MOVED:
            history.moved = (history.window, window)
        history.window = window
        history.revise(line.at)
    if window.classes[-1] not in history.heaviest:
        history.heaviest.append(window.classes[-1])


def _revise_all(histories: Iterable[_History], before: Calendar | None, line: Line, classes: Mapping[str, DowntimeClass]) -> None:
    """Count a revision of each window whose event says something else after a `calendar` line."""
    now = line.calendar
    if before is None or now is None:
        return
    every = _told_in_every_event(before) != _told_in_every_event(now)
    changed = {each.key for each in now.classes if each.key in classes and classes[each.key] != each}
    for history in histories:
        if every or not changed.isdisjoint(history.window.classes):
            history.revise(line.at)


def _told_in_every_event(calendar: Calendar) -> tuple[object, ...]:
    """Return the facts of a calendar that each of its events says."""
    return (calendar.service, calendar.contact, calendar.url, calendar.timezone, calendar.default_language)


def _publish(history: _History, calendar: Calendar, classes: Mapping[str, DowntimeClass]) -> PublishedWindow:
    """Return a window with its revision."""
    return PublishedWindow(
        window=history.window,
        classes=tuple(classes[key] for key in history.window.classes),
        uid=f"{history.window.id}@{calendar.domain}",
        sequence=history.sequence,
        created=history.created,
        modified=history.modified,
        moved=history.moved,
        heaviest_so_far=tuple(history.heaviest),
    )


def cancelled(window: Window) -> Window:
    """Return the window as it is published once it is withdrawn."""
    return replace(window, status=Status.CANCELLED)
