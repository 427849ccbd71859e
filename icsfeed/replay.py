"""The published calendar and the revisions of its windows: the journal's lines, replayed.

Nothing about a revision is stored anywhere: SEQUENCE, CREATED and LAST-MODIFIED are counted from the lines each time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from icsfeed.model import Calendar, DowntimeClass, Status, Window, has_downtime, planned_end
from icsfeed.problems import Problem
from icsfeed.recurrence import horizon, occurrences, split_id


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
    """

    window: Window
    classes: tuple[DowntimeClass, ...]
    uid: str
    sequence: int
    created: datetime
    modified: datetime
    moved: tuple[Window, Window] | None

    def __hash__(self) -> int:
        """Return a hash that costs little; what is equal has the same revision."""
        return hash((self.uid, self.sequence, self.modified))

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
        return has_downtime(self.window, self.heavier)

    @property
    def is_open_ended(self) -> bool:
        """Whether it may well last longer than its event."""
        return self.window.end is None and (self.window.expected or self.heavier.downtime).open_ended

    @property
    def over_at(self) -> datetime | None:
        """When it is over: its reported end, else its planned one; None while it is under way and nobody reported an end."""
        actual = self.window.actual
        return actual.end if actual is not None else self.end

    def has_ended(self, now: datetime) -> bool:
        """Tell whether it is over."""
        return self.over_at is not None and self.over_at <= now


@dataclass(frozen=True, kw_only=True)
class PublishedCalendar:
    """A journal, replayed.

    Attributes:
        calendar: Header and classes as the last `calendar` line gave them.
        windows: All that were ever published, in the order (start, UID); of repeated ones the occurrences up to `last`.
        series: Repeated windows as their newest lines gave them, by id.
        last: The last date of repeated windows' rules that counts; None where none does.
        header_versions: Each `calendar` line's stamp with what it said, oldest first.
        lines: All lines in the order in which they count.
        warnings: What is odd about the file but does not stop it.
    """

    calendar: Calendar
    windows: tuple[PublishedWindow, ...]
    header_versions: tuple[tuple[datetime, Calendar], ...]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...] = ()
    series: Mapping[str, Window] = field(default_factory=dict)
    last: date | None = None
    _at: dict[date, "PublishedCalendar"] = field(default_factory=dict, repr=False, compare=False)

    def at(self, moment: datetime) -> "PublishedCalendar":
        """Return the calendar as it is published at a moment, with the occurrences that are within reach then."""
        return self.until(horizon(moment, self.calendar.timezone))

    def until(self, last: date) -> "PublishedCalendar":
        """Return the calendar with its occurrences up to a last date of their rules."""
        if not self.series or self.last == last:
            return self
        if last not in self._at:
            self._at[last] = replay(self.lines, last=last, warnings=self.warnings)
        return self._at[last]

    @property
    def newest(self) -> datetime:
        """The newest stamp."""
        return self.lines[-1].at

    @cached_property
    def by_id(self) -> Mapping[str, PublishedWindow]:
        """The windows by their ids."""
        return {each.window.id: each for each in self.windows}


def replay(lines: Iterable[Line], *, last: date | None = None, warnings: tuple[Problem, ...] = ()) -> PublishedCalendar:
    """Return the published calendar after these lines.

    Parameters:
        lines: In the order in which they count; one at least is a `calendar` line.
        last: The last date of repeated windows' rules that counts; None leaves their occurrences out.
        warnings: Kept with the result.
    """
    lines = tuple(lines)
    replaying = _Replay(last=last)
    for line in lines:
        replaying.take(line)
    calendar = replaying.calendars[-1][1]
    windows = (replaying.publish(history) for history in replaying.histories.values() if history.is_within(last))
    return PublishedCalendar(
        calendar=calendar,
        windows=tuple(sorted(windows, key=lambda each: (each.start, each.uid))),
        header_versions=tuple(replaying.calendars),
        lines=lines,
        warnings=warnings,
        series={id_: versions[-1] for id_, versions in replaying.series.items()},
        last=last,
    )


@dataclass(slots=True)
class _History:
    """What has happened to one window so far.

    Attributes:
        series: Of an occurrence, the repeated window's id.
        day: Of an occurrence, the date that the rule gave.
        is_own: Whether an occurrence has had a line of its own; its facts are that line's from then on.
    """

    window: Window
    created: datetime
    modified: datetime
    sequence: int = 0
    series: str = ""
    day: date | None = None
    is_own: bool = False
    moved: tuple[Window, Window] | None = None

    def is_within(self, last: date | None) -> bool:
        """Tell whether it is within reach; an occurrence may have a line of its own long before."""
        return self.day is None or last is None or self.day <= last

    def revise(self, at: datetime) -> None:
        """Count a revision."""
        self.sequence += 1
        self.modified = at

    def become(self, window: Window) -> None:
        """Take over new facts, and remember where it was if they are elsewhere."""
        if (self.window.start, self.window.expected_end) != (window.start, window.expected_end):
            self.moved = (self.window, window)
        self.window = window


@dataclass(slots=True)
class _Replay:
    """Lines taken in, one after the other."""

    last: date | None
    calendars: list[tuple[datetime, Calendar]] = field(default_factory=list)
    classes: dict[str, DowntimeClass] = field(default_factory=dict)
    histories: dict[str, _History] = field(default_factory=dict)
    series: dict[str, list[Window]] = field(default_factory=dict)
    _announced: dict[str, datetime] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        """Take in a line."""
        if line.calendar is not None:
            self._take_calendar(line.calendar, line.at)
        elif line.window is not None and line.window.repeat is not None:
            self._take_series(line.window, line)
        elif line.window is not None:
            self._take_window(line.window, line)

    def _take_calendar(self, calendar: Calendar, at: datetime) -> None:
        """Count a revision of each window whose event says something else from here on."""
        if self.calendars:
            every = _told_in_every_event(self.calendars[-1][1]) != _told_in_every_event(calendar)
            changed = {each.key for each in calendar.classes if self.classes.get(each.key, each) != each}
            for history in self.histories.values():
                if every or not changed.isdisjoint(history.window.classes):
                    history.revise(at)
        self.classes |= {each.key: each for each in calendar.classes}
        self.calendars.append((at, calendar))

    def _take_window(self, window: Window, line: Line) -> None:
        """Take in a line of a window's own, or of an occurrence's."""
        history = self.histories.get(window.id)
        if history is None:
            history = self.histories[window.id] = self._begin(window, line.at)
        else:
            history.revise(line.at)
        history.is_own = True
        history.become(window)

    def _begin(self, window: Window, at: datetime, *, lines: int | None = None) -> _History:
        """Return the history of a window that is new; an occurrence's begins where its repeated window's lines have come to."""
        series, day = split_id(window.id)
        if series not in self.series:
            return _History(window=window, created=at, modified=at)
        sequence = len(self.series[series]) if lines is None else lines
        created = self._announced[series]
        return _History(window=window, created=created, modified=at, sequence=sequence, series=series, day=day)

    def _take_series(self, series: Window, line: Line) -> None:
        """Take in a line of a repeated window: it revises what has not ended and gives what is new within reach."""
        revisions = len(self.series.setdefault(series.id, []))
        self.series[series.id].append(series)
        self._announced.setdefault(series.id, line.at)
        given = self._occurrences(series)
        self._forget_unpublished(series.id, given, line.at)
        for history in self.histories.values():
            if history.series == series.id and not self._has_ended(history.window, line.at):
                history.revise(line.at)
                if not history.is_own and history.window.id in given:
                    history.become(given[history.window.id])
        for id_, window in given.items():
            if id_ not in self.histories and not (revisions and self._has_ended(window, line.at)):
                self.histories[id_] = self._begin(window, line.at, lines=revisions)

    def _forget_unpublished(self, series: str, given: Mapping[str, Window], at: datetime) -> None:
        """Drop what an earlier line gave beyond the reach that it had until now, and this one does not give."""
        if self.calendars:
            reach = horizon(at, self.calendars[-1][1].timezone)
            for id_, history in list(self.histories.items()):
                if history.series == series and not history.is_own and id_ not in given and not history.is_within(reach):
                    del self.histories[id_]

    def _occurrences(self, series: Window) -> dict[str, Window]:
        """Return what a repeated window gives within reach."""
        if self.last is None or not self.calendars:
            return {}
        return occurrences(series, zone=self.calendars[-1][1].timezone, last=self.last)

    def _has_ended(self, window: Window, at: datetime) -> bool:
        """Tell whether a window was over at a line's stamp."""
        if window.actual is not None:
            return window.actual.end is not None and window.actual.end <= at
        heavier = self.classes.get(window.classes[-1])
        return heavier is not None and planned_end(window, heavier) <= at

    def publish(self, history: _History) -> PublishedWindow:
        """Return a window with its revision."""
        window, calendar = history.window, self.calendars[-1][1]
        return PublishedWindow(
            window=window,
            classes=tuple(self.classes[key] for key in window.classes),
            uid=f"{window.id}@{calendar.domain}",
            sequence=history.sequence,
            created=history.created,
            modified=history.modified,
            moved=history.moved,
        )


def _told_in_every_event(calendar: Calendar) -> tuple[object, ...]:
    """Return the facts of a calendar that each of its events says."""
    return (calendar.service, calendar.contact, calendar.url, calendar.timezone, calendar.default_language)


def cancelled(window: Window) -> Window:
    """Return the window as it is published once it is withdrawn."""
    return replace(window, status=Status.CANCELLED)
