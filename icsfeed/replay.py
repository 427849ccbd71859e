"""Replays the journal: `Line`s with their `Change`s become a `PublishedCalendar` of `PublishedWindow`s.

SEQUENCE, CREATED and LAST-MODIFIED follow from the lines; each replay counts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from icsfeed.model import Calendar, DowntimeClass, Status, Window, actual_or_planned_end, has_downtime, planned_end
from icsfeed.problems import Problem
from icsfeed.recurrence import horizon, occurrences, series_of, split_id


class Change(Enum):
    """The kind of change that a line of the journal publishes."""

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
    """One line of the journal: a published change.

    Attributes:
        at: The stamp, in UTC and whole seconds.
        by: Who published it; never shown to customers.
        calendar: The new header and classes; only for the change `calendar`.
        window: The new window, single or repeated or an occurrence; for all other changes.
        sequence: The SEQUENCE of what the line revises, written by `reconcile`; None to count one more.
            With it, a `calendar` line revises every window.
    """

    at: datetime
    by: str
    change: Change
    calendar: Calendar | None = None
    window: Window | None = None
    sequence: int | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedWindow:
    """A single window or an occurrence as it is published, with its revision.

    Attributes:
        facts: What was published of it.
        classes: One, or two when it is not yet decided which, the lighter first.
        uid: RFC 5545 section 3.8.4.7.
        sequence: The number of revisions since it was announced (RFC 5545 section 3.8.7.4).
        created: When it was announced.
        modified: When it was last revised, or announced.
        moved_from: The window before its newest move; None if it never moved.
    """

    facts: Window
    classes: tuple[DowntimeClass, ...]
    uid: str
    sequence: int
    created: datetime
    modified: datetime
    moved_from: Window | None

    def __hash__(self) -> int:
        """Return a cheap hash; equal windows share uid, sequence and modified."""
        return hash((self.uid, self.sequence, self.modified))

    @property
    def id(self) -> str:
        """Its id, stable when it moves."""
        return self.facts.id

    @property
    def heavier(self) -> DowntimeClass:
        """The class that decides length, impact and feeds."""
        return self.classes[-1]

    @property
    def start(self) -> datetime:
        """The planned start."""
        return self.facts.start

    @cached_property
    def end(self) -> datetime:
        """The planned end."""
        return planned_end(self.facts, self.heavier)

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.facts.status is Status.CANCELLED

    @property
    def has_downtime(self) -> bool:
        """Whether the service is unavailable or limited for a time."""
        return has_downtime(self.facts, self.heavier)

    @property
    def has_end(self) -> bool:
        """Whether people are told an end: operations gave one, or the class has downtime."""
        return self.facts.expected_end is not None or bool(self.heavier.downtime.length)

    @property
    def is_open_ended(self) -> bool:
        """Whether it may last longer than its event."""
        return self.facts.end is None and (self.facts.expected or self.heavier.downtime).open_ended

    @property
    def over_at(self) -> datetime | None:
        """Its reported end, else its planned end; None if it began and no end is reported."""
        return actual_or_planned_end(self.facts, self.heavier)

    def has_ended(self, now: datetime) -> bool:
        """Return whether it is over."""
        return self.over_at is not None and self.over_at <= now


@dataclass(frozen=True, kw_only=True)
class PublishedCalendar:
    """Everything that the lines of a journal publish.

    Attributes:
        calendar: Header and classes of the last `calendar` line.
        windows: All single windows ever published and the occurrences up to `last`, in the order (start, UID).
        series: Repeated windows as in their newest lines, by id.
        last: The last date of a rule whose occurrence is included; None for no occurrences.
        header_versions: The stamp and the calendar of each `calendar` line, oldest first.
        lines: In the order of replay.
        warnings: About the journal's file.
    """

    calendar: Calendar
    windows: tuple[PublishedWindow, ...]
    header_versions: tuple[tuple[datetime, Calendar], ...]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...] = ()
    series: Mapping[str, Window] = field(default_factory=dict)
    last: date | None = None
    _by_last: dict[date, "PublishedCalendar"] = field(default_factory=dict, repr=False, compare=False)

    def at(self, moment: datetime) -> "PublishedCalendar":
        """Return the calendar with its occurrences up to the horizon of a moment."""
        return self.until(horizon(moment, self.calendar.timezone))

    def until(self, last: date) -> "PublishedCalendar":
        """Return the calendar with the occurrences whose dates by the rule are not after `last`."""
        if not self.series or self.last == last:
            return self
        if last not in self._by_last:
            self._by_last[last] = replay(self.lines, last=last, warnings=self.warnings)
        return self._by_last[last]

    @property
    def newest(self) -> datetime:
        """The newest stamp."""
        return self.lines[-1].at

    @cached_property
    def by_id(self) -> Mapping[str, PublishedWindow]:
        """The windows by their ids."""
        return {each.id: each for each in self.windows}


def replay(lines: Iterable[Line], *, last: date | None = None, warnings: tuple[Problem, ...] = ()) -> PublishedCalendar:
    """Return the published calendar after these lines.

    Parameters:
        lines: In the order of replay; at least one is a `calendar` line.
        last: The last date of a rule whose occurrence is included; None for no occurrences.
        warnings: Kept with the result.
    """
    lines = tuple(lines)
    state = _Replay(last=last)
    for line in lines:
        state.apply(line)
    calendar = state.calendars[-1][1]
    windows = (state.published_window(history) for history in state.histories.values() if history.is_up_to(last))
    return PublishedCalendar(
        calendar=calendar,
        windows=tuple(sorted(windows, key=lambda each: (each.start, each.uid))),
        header_versions=tuple(state.calendars),
        lines=lines,
        warnings=warnings,
        series={id_: versions[-1] for id_, versions in state.series.items()},
        last=last,
    )


@dataclass(slots=True)
class _History:
    """The history of a single window or an occurrence, up to the line being replayed.

    Attributes:
        series: Id of an occurrence's repeated window; else empty.
        day: Date of an occurrence by the rule; None for a single window.
        has_own_line: Whether a line of its own was replayed; from then on, lines of its series no longer change its facts.
    """

    window: Window
    created: datetime
    modified: datetime
    sequence: int = 0
    series: str = ""
    day: date | None = None
    has_own_line: bool = False
    moved_from: Window | None = None

    def is_up_to(self, last: date | None) -> bool:
        """Return whether its date by the rule is not after `last`; always for a single window."""
        return self.day is None or last is None or self.day <= last

    def revise(self, line: Line) -> None:
        """Count a revision."""
        self.sequence = self.sequence + 1 if line.sequence is None else line.sequence
        self.modified = line.at

    def set_window(self, window: Window) -> None:
        """Set new facts, and keep the old ones if start or end differ."""
        if (self.window.start, self.window.expected_end) != (window.start, window.expected_end):
            self.moved_from = self.window
        self.window = window


@dataclass(slots=True)
class _Replay:
    """The state of a replay.

    Attributes:
        classes: The newest version of every class, also of those that the calendar no longer has.
        series: All versions of each repeated window, oldest first, by id.
    """

    last: date | None
    calendars: list[tuple[datetime, Calendar]] = field(default_factory=list)
    classes: dict[str, DowntimeClass] = field(default_factory=dict)
    histories: dict[str, _History] = field(default_factory=dict)
    series: dict[str, list[Window]] = field(default_factory=dict)
    _series_created: dict[str, datetime] = field(default_factory=dict)
    _series_sequences: dict[str, int] = field(default_factory=dict)

    def apply(self, line: Line) -> None:
        """Replay the next line."""
        if line.calendar is not None:
            self._apply_calendar(line.calendar, line)
        elif line.window is not None and line.window.repeat is not None:
            self._apply_series(line.window, line)
        elif line.window is not None:
            self._apply_window(line.window, line)

    def _apply_calendar(self, calendar: Calendar, line: Line) -> None:
        """Revise every window if a fact in every event changed, else only the windows of changed classes."""
        if self.calendars:
            all_change = facts_in_every_event(self.calendars[-1][1]) != facts_in_every_event(calendar)
            changed = {each.key for each in calendar.classes if self.classes.get(each.key, each) != each}
            for history in self.histories.values():
                if all_change or line.sequence is not None or not changed.isdisjoint(history.window.classes):
                    history.revise(line)
        self.classes |= {each.key: each for each in calendar.classes}
        self.calendars.append((line.at, calendar))

    def _apply_window(self, window: Window, line: Line) -> None:
        """Announce or revise a single window or an occurrence."""
        history = self.histories.get(window.id)
        if history is None:
            series = series_of(window.id)
            counted = self._series_sequences[series] + 1 if series in self.series else 0
            sequence = counted if line.sequence is None else line.sequence
            history = self.histories[window.id] = self._start_history(window, line.at, sequence=sequence)
        else:
            history.revise(line)
        history.has_own_line = True
        history.set_window(window)

    def _start_history(self, window: Window, at: datetime, *, sequence: int) -> _History:
        """Return the history of a window that has none yet.

        Parameters:
            window: A single window or an occurrence.
            at: The stamp of the line that announces it.
            sequence: As counted from its series' lines, 0 for a single window.
                An occurrence that only comes within reach now must not start lower: every earlier line of its
                series would have revised it, and the result may not depend on `last`.
        """
        id_of_series, day = split_id(window.id)
        if id_of_series not in self.series:
            return _History(window=window, created=at, modified=at, sequence=sequence)
        created = self._series_created[id_of_series]
        return _History(window=window, created=created, modified=at, sequence=sequence, series=id_of_series, day=day)

    def _apply_series(self, series: Window, line: Line) -> None:
        """Revise the occurrences that have not ended, and announce those that the rule newly gives up to `last`."""
        at, is_new = line.at, series.id not in self.series
        self.series.setdefault(series.id, []).append(series)
        self._series_created.setdefault(series.id, at)
        counted = 0 if is_new else self._series_sequences[series.id] + 1
        sequence = counted if line.sequence is None else line.sequence
        self._series_sequences[series.id] = sequence
        given = self._occurrences(series)
        self._forget_unpublished(series.id, given, at)
        for history in self.histories.values():
            if history.series == series.id and not self._has_ended(history.window, at):
                history.revise(line)
                if not history.has_own_line and history.window.id in given:
                    history.set_window(given[history.window.id])
        for id_, window in given.items():
            if id_ not in self.histories and (is_new or not self._has_ended(window, at)):
                self.histories[id_] = self._start_history(window, at, sequence=sequence)

    def _forget_unpublished(self, series: str, given: Mapping[str, Window], at: datetime) -> None:
        """Drop occurrences that the new rule no longer gives and that nobody has seen, as they were still beyond the horizon."""
        if self.calendars:
            seen = horizon(at, self.calendars[-1][1].timezone)
            for id_, history in list(self.histories.items()):
                if history.series == series and not history.has_own_line and id_ not in given and not history.is_up_to(seen):
                    del self.histories[id_]

    def _occurrences(self, series: Window) -> dict[str, Window]:
        """Return the occurrences of a repeated window up to `last`, by id; none without `last`."""
        if self.last is None or not self.calendars:
            return {}
        return occurrences(series, zone=self.calendars[-1][1].timezone, last=self.last)

    def _has_ended(self, window: Window, at: datetime) -> bool:
        """Return whether a window was over at a line's stamp; False if its class, and so its length, is in no line so far."""
        heavier = self.classes.get(window.classes[-1])
        if heavier is None:
            end = window.actual.end if window.actual is not None else None
        else:
            end = actual_or_planned_end(window, heavier)
        return end is not None and end <= at

    def published_window(self, history: _History) -> PublishedWindow:
        """Return a window with its revision."""
        window, calendar = history.window, self.calendars[-1][1]
        return PublishedWindow(
            facts=window,
            classes=tuple(self.classes[key] for key in window.classes),
            uid=f"{window.id}@{calendar.domain}",
            sequence=history.sequence,
            created=history.created,
            modified=history.modified,
            moved_from=history.moved_from,
        )


def facts_in_every_event(calendar: Calendar) -> tuple[object, ...]:
    """Return the calendar's facts that `publication.documents.feeds` renders in every event; the two must match."""
    return (calendar.service, calendar.contact, calendar.url, calendar.timezone, calendar.default_language)


def cancelled(window: Window) -> Window:
    """Return a withdrawn window as it is published."""
    return replace(window, status=Status.CANCELLED)
