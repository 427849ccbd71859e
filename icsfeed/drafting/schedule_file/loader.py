"""Loads a schedule file: YAML nodes become a calendar and its windows, or every problem of the file at once.

After a window with an error, the next one is read, so that one run reports all errors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.fields import Fields, entries_of
from icsfeed.drafting.schedule_file.header import HeaderLoader
from icsfeed.drafting.schedule_file.reader import Mapping as MappingNode
from icsfeed.drafting.schedule_file.reader import Node, Scalar, Sequence, read_yaml
from icsfeed.drafting.schedule_file.windows import WINDOW_KEYS, WindowLoader
from icsfeed.model import LONGEST_ID_OF_SERIES, LONGEST_SPAN, Calendar, Window
from icsfeed.names import find_fault_in_id, find_fault_in_name
from icsfeed.problems import Place, Problem, ScheduleError, Severity, has_errors, sort_problems
from icsfeed.recurrence import series_of
from icsfeed.zones import id_from_start, to_local

SUFFIX = ".yaml"
"""The end of a schedule file's name, after the calendar's name."""

_TOP = ("calendar", "classes", "windows")


def load_schedule(data: bytes, *, file: str, key: str, partly: bool = False, header: Calendar | None = None) -> Schedule:
    """Return the calendar and windows of a schedule file.

    Parameters:
        data: The whole file.
        file: Its name in messages.
        key: The calendar's name.
        partly: Leave out the entries of `windows` that have an error. Such a schedule does not say which windows vanished.
        header: With `partly`, takes the place of `calendar` and `classes` if one of them has an error.

    Raises:
        ScheduleError: The file has an error, or one that cannot be left out; carries all errors and warnings, sorted by place.
    """
    root, problems_of_syntax = read_yaml(data, file=file)
    schedule, problems = _load(root, problems_of_syntax, _Loader(file, key))
    if schedule is None and partly:
        schedule = _load_right_entries(root, problems_of_syntax, problems, _Loader(file, key, header))
    if schedule is None:
        raise ScheduleError(problems)
    return replace(schedule, data=data)


def _load(root: Node, problems_of_syntax: Iterable[Problem], loader: "_Loader") -> tuple[Schedule | None, tuple[Problem, ...]]:
    """Return the schedule, None if it has an error, and all problems."""
    loader.fields.problems.extend(problems_of_syntax)
    schedule = loader.load(root)
    problems = sort_problems(loader.fields.problems)
    if schedule is None or has_errors(problems):
        return None, problems
    return replace(schedule, warnings=problems), problems


def _load_right_entries(
    root: Node, problems_of_syntax: Iterable[Problem], problems: tuple[Problem, ...], like: "_Loader"
) -> Schedule | None:
    """Return the schedule without the entries that have an error; None if there is an error elsewhere.

    An entry reaches from its first line to that of the next entry or section. `like` has the header to use where that of the
    file has an error, if there is one.
    """
    windows = next((value for name, value in entries_of(root) if name.text == "windows"), None)
    entries = windows.items if isinstance(windows, Sequence) else ()
    lines = {each.place.line for each in entries}
    begins = sorted({*lines, *(name.place.line for name, _ in entries_of(root))})
    heads = {name.place.line for name, _ in entries_of(root) if like.header and name.text in {"calendar", "classes"}}

    def begin_of(problem: Problem) -> int:
        return max((line for line in begins if line <= problem.place.line), default=0)

    errors, wrong = [each for each in problems if each.severity is Severity.ERROR], set[int]()
    while new := {begin_of(each) for each in problems if each.severity is Severity.ERROR} - wrong:
        if not new <= lines | heads:
            return None
        wrong |= new
        right = tuple(each for each in entries if each.place.line not in wrong)
        rest = [each for each in problems_of_syntax if begin_of(each) not in wrong]
        loader = _Loader(like.file, like.key, like.header if wrong & heads else None)
        schedule, problems = _load(_with_entries(root, right), rest, loader)
        if schedule is not None:
            ids = (_written_id(each) for each in entries if each.place.line in wrong)
            return replace(schedule, errors=tuple(errors), left_out=frozenset(filter(None, ids)))
    return None


def _with_entries(root: Node, entries: tuple[Node, ...]) -> Node:
    """Return the nodes of a file with these entries of `windows`."""
    if not isinstance(root, MappingNode):
        return root
    replaced = (
        (name, replace(value, items=entries) if name.text == "windows" and isinstance(value, Sequence) else value)
        for name, value in root.entries
    )
    return replace(root, entries=tuple(replaced))


def _written_id(entry: Node) -> str:
    """Return the id of an entry as it is written; empty without one."""
    return next((each.text.strip() for name, each in entries_of(entry) if name.text == "id" and isinstance(each, Scalar)), "")


def find_schedules(folder: Path) -> dict[str, Path]:
    """Return the schedule files of a folder by their calendars' names, sorted; other files are ignored."""
    paths = (path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith(".") and not path.is_dir())
    return {path.name.removesuffix(SUFFIX): path for path in sorted(paths)}


def _find_fault_in_id(id_: str, *, names: Iterable[str]) -> str | None:
    """Return what is wrong with an id in a calendar with these names, current and former."""
    return next(filter(None, (find_fault_in_id(id_, calendar=name) for name in names)), None)


@dataclass(slots=True)
class _Loader:
    """The windows, places and exceptions of a file, read so far."""

    file: str
    key: str
    header: Calendar | None = None
    fields: Fields = field(default_factory=Fields)
    windows: list[Window] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    exceptions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _ids: dict[str, int] = field(default_factory=dict)

    def load(self, root: Node) -> Schedule | None:
        """Read the whole file; None if it has an error."""
        fields = self.fields
        self.places["FILE"] = Place(file=self.file, line=1)
        fault = find_fault_in_name(self.key)
        if fault is not None:
            cure = "Rename the file, for example to schedule/my-service.yaml."
            fields.error(Place(file=self.file), f'file name "{self.key}": {fault}', cure)
        top = fields.read_mapping(root, keys=_TOP, required=_TOP, may_be_empty=("windows",), what="the file")
        calendar, keys = self.header or self._read_calendar(top), [each.text for each, _ in entries_of(top.get("classes"))]
        if self.header is not None:
            fields.languages = fields.wanted = self.header.languages
            fields.zone, keys = self.header.timezone, [each.key for each in self.header.classes]
            self.places["DOMAIN"] = self.places["FILE"]
        entries = WindowLoader(fields=fields, classes=keys, exceptions=self.exceptions, places=self.places)
        for node in fields.read_items(top.get("windows"), what='"windows"'):
            self._read_window(node, entries, former_names=calendar.formerly if calendar else ())
        self._refuse_ids_of_occurrences()
        if calendar is None or has_errors(fields.problems):
            return None
        schedule = Schedule(
            file=self.file,
            calendar=calendar,
            windows=tuple(sorted(self.windows, key=lambda window: (window.start, window.id))),
            places=self.places,
            warnings=(),
            exceptions=self.exceptions,
        )
        self._warn_of_windows(schedule, entries)
        return schedule

    def _read_calendar(self, top: Mapping[str, Node]) -> Calendar | None:
        """Return the calendar that the file describes; None if it has an error."""
        head = HeaderLoader(self.fields, self.key, self.places)
        header = head.read_header(top.get("calendar"))
        classes = head.read_classes(top.get("classes"))
        if not header or not classes or has_errors(self.fields.problems):
            return None
        return Calendar(key=self.key, classes=tuple(classes), **header)

    # Windows

    def _read_window(self, node: Node, entries: WindowLoader, *, former_names: tuple[str, ...]) -> None:
        """Add a window, unless it has an error."""
        fields, before = self.fields, len(self.fields.problems)
        values = fields.read_mapping(node, keys=WINDOW_KEYS, required=("start", "class"), what="a window")
        facts = entries.read_facts(values)
        repeat = entries.read_repeat(values, facts.get("start"))
        if repeat is not None and {"start", "end"} <= facts.keys() and facts["end"] - facts["start"] > LONGEST_SPAN:
            fields.error(values["end"].place, "a repeated window lasts at most a year")
        id_ = self._read_id(values.get("id"), node.place, facts.get("start"), former_names)
        if id_ is not None and repeat is not None and len(id_) > LONGEST_ID_OF_SERIES:
            message = f'id "{id_}": the id of a repeated window has at most {LONGEST_ID_OF_SERIES} characters'
            fields.error(values["id"].place, message)
        if id_ is None or not {"start", "classes"} <= facts.keys() or has_errors(fields.problems[before:]):
            return
        window = Window(id=id_, repeat=repeat, local_end=repeat is not None and "end" in facts, **facts)
        self.windows.append(window)
        self.places[id_] = node.place
        if repeat is not None:
            entries.read_changes(values.get("changes"), window)

    def _read_id(self, node: Node | None, place: Place, start: datetime | None, former_names: tuple[str, ...]) -> str | None:
        """Return the window's id, given or derived from its start; None after an error, such as a duplicate ignoring case."""
        if node is not None:
            place, source = node.place, ""
            fault = partial(_find_fault_in_id, names=(self.key, *former_names))
            id_ = self.fields.read_checked(node, fault, what="id")
        else:
            source = ", derived from its start"
            id_ = id_from_start(start, self.fields.zone) if start is not None else None
        if id_ is None:
            return None
        if id_.casefold() in self._ids:
            cure = f"The first one is on line {self._ids[id_.casefold()]}. Give this window its own `id`."
            self.fields.error(place, f'duplicate id "{id_}"{source}', cure)
            return None
        self._ids[id_.casefold()] = place.line
        return id_

    def _refuse_ids_of_occurrences(self) -> None:
        """Report each window whose id has the form of an occurrence's of a repeated window here."""
        series = {window.id.casefold() for window in self.windows if window.repeat is not None}
        for window in self.windows:
            if series_of(window.id).casefold() in series:
                message = f'id "{window.id}" is reserved for an occurrence of a repeated window'
                cure = "Give this window another id, or write it under `changes:` of the repeated window."
                self.fields.error(self.places[window.id], message, cure)

    def _warn_of_windows(self, schedule: Schedule, entries: WindowLoader) -> None:
        """Warn of occurrences affected by clock changes, and of months that a rule skips.

        Looks up to the end of the year after the newest start: a load must not depend on the clock.
        """
        if schedule.windows:
            last = date(to_local(schedule.windows[-1].start, self.fields.zone).year + 1, 12, 31)
            for series in schedule.series.values():
                entries.warn_of_clock_changes(series, last)
                entries.warn_of_months(series, last)
