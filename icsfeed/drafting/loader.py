"""Raw nodes into a calendar and its windows, with every problem of the file at once.

A window with a fault is left out and the next one is read, so that one run names all faults.
"""

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from icsfeed.drafting.fields import Fields, entries_of
from icsfeed.drafting.header import HeaderLoader
from icsfeed.drafting.keys import WINDOW_KEYS
from icsfeed.drafting.reader import Node, read_yaml
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.windows import WindowLoader, find_occurrence_ids
from icsfeed.grammar import find_fault_in_id, find_fault_in_name
from icsfeed.model import LONGEST_SPAN, Calendar, DowntimeClass, Status, Window
from icsfeed.problems import Place, Problem, ScheduleError, has_errors, sort_problems
from icsfeed.zones import id_from_start, to_local

SUFFIX = ".yaml"
"""How a schedule file's name ends, behind the calendar's name."""

_TOP = ("calendar", "classes", "windows")


def load_schedule(data: bytes, *, file: str, key: str) -> Schedule:
    """Return the calendar and windows of a schedule file.

    Parameters:
        data: The whole file.
        file: The name under which problems tell it.
        key: The calendar's name.

    Raises:
        ScheduleError: Something in it is an error; carries every problem and warning, sorted by place.
    """
    loader = _Loader(file, key)
    root, problems_of_syntax = read_yaml(data, file=file)
    loader.fields.problems.extend(problems_of_syntax)
    loader.load(root)
    problems = sort_problems(loader.fields.problems)
    if has_errors(problems) or loader.calendar is None:
        raise ScheduleError(problems)
    return loader.finish(loader.calendar, problems)


def find_schedules(folder: Path) -> dict[str, Path]:
    """Return the schedule files of a folder by their calendars' names, sorted; other files are ignored."""
    paths = (path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith(".") and not path.is_dir())
    return {path.name.removesuffix(SUFFIX): path for path in sorted(paths)}


@dataclass(slots=True)
class _Loader:
    """One file on its way from nodes to values."""

    file: str
    key: str
    fields: Fields = field(default_factory=Fields)
    calendar: Calendar | None = None
    windows: list[Window] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    exceptions: dict[str, AbstractMapping[str, Any]] = field(default_factory=dict)
    entries: WindowLoader = field(init=False)
    _ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the reader of the windows, which shares what is collected."""
        self.entries = WindowLoader(fields=self.fields, classes=[], exceptions=self.exceptions, places=self.places)

    def load(self, root: Node) -> None:
        """Read everything."""
        self.places["FILE"] = Place(file=self.file, line=1)
        fault = find_fault_in_name(self.key)
        if fault is not None:
            cure = "Give the file another name, such as schedule/my-service.yaml."
            self.fields.error(Place(file=self.file), f'the file\'s name makes the calendar "{self.key}": {fault}', cure)
        top = self.fields.read_mapping(root, keys=_TOP, required=_TOP, may_be_empty=("windows",), what="the file")
        head = HeaderLoader(self.fields, self.key, self.places)
        header = head.read_header(top.get("calendar"))
        classes = head.read_classes(top.get("classes"))
        if header is not None and classes:
            self._make_calendar(header, classes)
        self.entries.classes += [each.text for each, _ in entries_of(top.get("classes"))]
        for node in self.fields.read_items(top.get("windows"), what='"windows"'):
            self._read_window(node, header)
        self._refuse_ids_of_occurrences()
        if self.calendar is not None and not has_errors(self.fields.problems):
            self._warn_of_windows(self.finish(self.calendar))

    def finish(self, calendar: Calendar, warnings: tuple[Problem, ...] = ()) -> Schedule:
        """Return what has been read."""
        return Schedule(
            file=self.file,
            calendar=calendar,
            windows=tuple(sorted(self.windows, key=lambda window: (window.start, window.id))),
            places=self.places,
            warnings=warnings,
            exceptions=self.exceptions,
        )

    def _make_calendar(self, header: dict[str, Any], classes: list[DowntimeClass]) -> None:
        """Keep the calendar; a rule of the model that nothing above has told is told at the file."""
        try:
            self.calendar = Calendar(key=self.key, classes=tuple(classes), **header)
        except ValueError as error:
            if not has_errors(self.fields.problems):
                self.fields.error(self.places["FILE"], str(error))

    # Windows

    def _read_window(self, node: Node, header: dict[str, Any] | None) -> None:
        """Keep a window, unless something in it is an error."""
        fields, before = self.fields, len(self.fields.problems)
        values = fields.read_mapping(node, keys=WINDOW_KEYS, required=("start", "class"), what="a window")
        facts = self.entries.read_facts(values)
        repeat = self.entries.read_repeat(values, facts.get("start"))
        if repeat is not None and {"start", "end"} <= facts.keys() and facts["end"] - facts["start"] > LONGEST_SPAN:
            fields.error(values["end"].place, "a repeated window lasts at most a year")
        id_ = self._read_id(values.get("id"), node, facts.get("start"), header, repeats=repeat is not None)
        if id_ is None or not {"start", "classes"} <= facts.keys() or has_errors(fields.problems[before:]):
            return
        window = Window(id=id_, repeat=repeat, **facts)
        self.windows.append(window)
        self.places[id_] = node.place
        if repeat is not None:
            self.entries.read_changes(values.get("changes"), window)

    def _read_id(
        self, node: Node | None, window: Node, start: datetime | None, header: dict[str, Any] | None, *, repeats: bool
    ) -> str | None:
        """Return the window's id, its own or the one that its start gives; each is used once, ignoring case."""
        if node is not None:
            place, source = node.place, ""
            id_ = self.fields.read_checked(node, lambda text: self._find_fault_in_id(text, header), what="id")
        elif start is not None:
            place, id_, source = window.place, id_from_start(start, self.fields.zone), ", which its start gives,"
        else:
            return None
        if id_ is not None and id_.casefold() in self._ids:
            cure = f"The other one is in line {self._ids[id_.casefold()]}. Give this one an `id` of its own."
            self.fields.error(place, f'the id "{id_}"{source} is there already', cure)
            return None
        fault = self.entries.find_fault_in_series_id(id_) if id_ is not None and repeats else None
        if fault is not None:
            self.fields.error(place, f'id "{id_}": {fault}')
        if id_ is not None:
            self._ids[id_.casefold()] = str(place.line)
        return id_

    def _refuse_ids_of_occurrences(self) -> None:
        """Keep an error for each window whose id an occurrence of a repeated one may have."""
        series = [window.id for window in self.windows if window.repeat is not None]
        for id_ in find_occurrence_ids([window.id for window in self.windows], series):
            cure = "Give this one another id; an exception of a repeated window stands below its `changes:`."
            self.fields.error(self.places[id_], f'the id "{id_}" is kept for an occurrence of a repeated window', cure)

    def _find_fault_in_id(self, id_: str, header: dict[str, Any] | None) -> str | None:
        """Return what is wrong with an id, also beside the calendar's former names."""
        names = (self.key, *(header["formerly"] if header else ()))
        return next((fault for name in names if (fault := find_fault_in_id(id_, calendar=name))), None)

    def _warn_of_windows(self, schedule: Schedule) -> None:
        """Warn of windows that overlap, and of occurrences whose wall-clock time is skipped or comes twice.

        Of repeated windows those up to the year behind the newest start count, as no clock has a say here.
        """
        if schedule.windows:
            last = date(to_local(schedule.windows[-1].start, self.fields.zone).year + 1, 12, 31)
            for series in schedule.series.values():
                self.entries.warn_of_clock_changes(series, last)
            self._warn_of_overlaps(schedule, last)

    def _warn_of_overlaps(self, schedule: Schedule, last: date) -> None:
        """Warn of each window that begins before another one has ended; cancelled ones are in nobody's way."""
        windows = [each for each in schedule.until(last).values() if each.status is not Status.CANCELLED]
        spans = [(each.start, schedule.end_of(each), each.id) for each in windows]
        longest = spans[:1]
        for before, after in pairwise(spans):
            longest = [max(longest[0], before, key=lambda span: span[1])]
            if after[0] < longest[0][1]:
                ends = f"{to_local(longest[0][1], self.fields.zone):%Y-%m-%d %H:%M}"
                message = f'"{after[2]}" overlaps "{longest[0][2]}", which lasts until {ends}'
                self.fields.warn(schedule.place_of(after[2]), message)
