"""Raw nodes into a calendar and its windows, with every problem of the file at once.

A window with a fault is left out and the next one is read, so that one run names all faults.
"""

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from icsfeed.drafting.fields import Fields, entries_of
from icsfeed.drafting.header import HeaderLoader
from icsfeed.drafting.keys import WINDOW_KEYS
from icsfeed.drafting.reader import Node, read_yaml
from icsfeed.grammar import find_fault_in_id, find_fault_in_name
from icsfeed.model import Actual, Calendar, DowntimeClass, Status, Window, classes_in_order, planned_end
from icsfeed.problems import Place, Problem, ScheduleError, has_errors, shorten, sort_problems, suggest
from icsfeed.zones import id_from_start, to_local

SUFFIX = ".yaml"
"""How a schedule file's name ends, behind the calendar's name."""

_TOP = ("calendar", "classes", "windows")
_CURE_OF_END = "An end after midnight has the next day's date."


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A schedule file without errors: the draft of what may be published.

    Attributes:
        file: The name under which problems tell it.
        windows: In the order (start, id).
        places: Where each window stands, by id, and where `domain` and the file's first line do, by those words in capitals.
        warnings: What is odd but stops nothing and depends on no clock.
    """

    file: str
    calendar: Calendar
    windows: tuple[Window, ...]
    places: AbstractMapping[str, Place]
    warnings: tuple[Problem, ...]

    def heavier_class(self, window: Window) -> DowntimeClass:
        """Return the class by which a window's length and impact go."""
        found = self.calendar.find_class(window.classes[-1])
        if found is None:
            raise KeyError(window.classes[-1])
        return found

    def end_of(self, window: Window) -> datetime:
        """Return when a window is expected to end."""
        return planned_end(window, self.heavier_class(window))


def load_schedule(data: bytes, *, file: str, key: str) -> Schedule:
    """Return the calendar and windows of a schedule file.

    Parameters:
        data: The whole file.
        file: The name under which problems tell it.
        key: The calendar's name.

    Raises:
        ScheduleError: Something in it is an error; carries every problem and warning, sorted by place.
    """
    root, problems_of_syntax = read_yaml(data, file=file)
    loader = _Loader(file, key)
    loader.fields.problems.extend(problems_of_syntax)
    loader.load(root)
    problems = sort_problems(loader.fields.problems)
    if has_errors(problems) or loader.calendar is None:
        raise ScheduleError(problems)
    return Schedule(
        file=file,
        calendar=loader.calendar,
        windows=tuple(sorted(loader.windows, key=lambda window: (window.start, window.id))),
        places=loader.places,
        warnings=problems,
    )


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
    _ids: dict[str, str] = field(default_factory=dict)

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
        known = [each.text for each, _ in entries_of(top.get("classes"))]
        for node in self.fields.read_items(top.get("windows"), what='"windows"'):
            self._read_window(node, known, header)
        if self.calendar is not None:
            self._warn_of_overlaps(self.calendar)

    def _make_calendar(self, header: dict[str, Any], classes: list[DowntimeClass]) -> None:
        """Keep the calendar; a rule of the model that nothing above has told is told at the file."""
        try:
            self.calendar = Calendar(key=self.key, classes=tuple(classes), **header)
        except ValueError as error:
            if not has_errors(self.fields.problems):
                self.fields.error(self.places["FILE"], str(error))

    # Windows

    def _read_window(self, node: Node, known: list[str], header: dict[str, Any] | None) -> None:
        """Keep a window, unless something in it is an error."""
        fields, before = self.fields, len(self.fields.problems)
        values = fields.read_mapping(node, keys=WINDOW_KEYS, required=("start", "class"), what="a window")
        for key in ("repeat", "changes"):
            if key in values:
                cure = "Write each date as a window of its own."
                fields.error(values[key].place, f'"{key}": repeated windows are not understood yet', cure)
        start = fields.read_moment(values.get("start"), what='"start"')
        end = fields.read_moment(values.get("end"), what='"end"')
        if start is not None and end is not None and end <= start:
            fields.error(values["end"].place, f'"end" is not after "start", {self._tell(start)}', _CURE_OF_END)
        status = fields.read_choice(values.get("status"), [each.value for each in Status], what="status")
        classes = self._read_window_classes(values.get("class"), known)
        facts: dict[str, Any] = {
            "start": start,
            "end": end,
            "classes": classes,
            "status": Status(status) if status else Status.CONFIRMED,
            "planned": fields.read_truth(values.get("planned"), what='"planned"', default=True),
            "title": fields.read_text(values.get("title"), what='"title"', one_line=True),
            "reason": fields.read_text(values.get("reason"), what='"reason"'),
            "note": fields.read_text(values.get("note"), what='"note"'),
            "actual": self._read_actual(values.get("actual")),
        }
        id_ = self._read_id(values.get("id"), node, start, header)
        if id_ is not None and start is not None and classes and not has_errors(fields.problems[before:]):
            self.windows.append(Window(id=id_, **facts))
            self.places[id_] = node.place

    def _tell(self, moment: datetime) -> str:
        """Return a moment in local time, for a message."""
        return f"{to_local(moment, self.fields.zone):%Y-%m-%d %H:%M}"

    def _read_window_classes(self, node: Node | None, known: list[str]) -> tuple[str, ...] | None:
        """Return one key, or two, the lighter first."""
        scalar = self.fields.read_scalar(node, what='"class"', cure="Two classes have a slash between them.")
        if scalar is None or not known:  # that no class is defined has been told
            return None
        keys = [each.strip() for each in scalar.text.split("/")]
        for key in keys:
            if key not in known and key:
                cure = f"{suggest(key, known)}Classes: {', '.join(known)}."
                if "," in key:
                    cure = f"Two classes have a slash between them. Classes: {', '.join(known)}."
                self.fields.error(scalar.place, f'unknown class "{shorten(key)}"', cure)
        if len(keys) > 2 or len(set(keys)) < len(keys) or "" in keys:
            message = f'"{shorten(scalar.text)}": a window has one class, or two different ones with a slash between them'
            self.fields.error(scalar.place, message)
            return None
        return classes_in_order(keys, known) if all(key in known for key in keys) else None

    def _read_actual(self, node: Node | None) -> Actual | None:
        values = self.fields.read_mapping(node, keys=("start", "end"), required=("start",), what='"actual"')
        start = self.fields.read_moment(values.get("start"), what='"start" of "actual"')
        end = self.fields.read_moment(values.get("end"), what='"end" of "actual"')
        if start is None:
            return None
        if end is not None and end <= start:
            message = f'"end" of "actual" is not after its "start", {self._tell(start)}'
            self.fields.error(values["end"].place, message, _CURE_OF_END)
            return None
        return Actual(start=start, end=end)

    def _read_id(self, node: Node | None, window: Node, start: datetime | None, header: dict[str, Any] | None) -> str | None:
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
        if id_ is not None:
            self._ids[id_.casefold()] = str(place.line)
        return id_

    def _find_fault_in_id(self, id_: str, header: dict[str, Any] | None) -> str | None:
        """Return what is wrong with an id, also beside the calendar's former names."""
        names = (self.key, *(header["formerly"] if header else ()))
        return next((fault for name in names if (fault := find_fault_in_id(id_, calendar=name))), None)

    def _warn_of_overlaps(self, calendar: Calendar) -> None:
        """Warn of each window that begins before another one has ended; cancelled ones are in nobody's way."""
        spans = []
        for window in self.windows:
            heavier = calendar.find_class(window.classes[-1])
            if heavier is not None and window.status is not Status.CANCELLED:
                spans.append((window.start, planned_end(window, heavier), window.id))
        spans.sort()
        longest = spans[:1]
        for before, after in pairwise(spans):
            longest = [max(longest[0], before, key=lambda span: span[1])]
            if after[0] < longest[0][1]:
                message = f'"{after[2]}" overlaps "{longest[0][2]}", which lasts until {self._tell(longest[0][1])}'
                self.fields.warn(self.places[after[2]], message)
