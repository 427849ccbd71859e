"""Reads and writes the journal, a file of JSON lines with everything that was ever published; nothing else is stored.

Lines are replayed in the order of `_order`, not of the file, so that journals that git's union driver merged can be read.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from icsfeed.git_operation import find_operation, undo
from icsfeed.model import Calendar, Text, Window
from icsfeed.names import printable
from icsfeed.problems import Place, Problem, ScheduleError, Severity
from icsfeed.recurrence import Rule
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from icsfeed.zones import MomentError, read_rfc3339, render_rfc3339, zone_names

SUFFIX = ".journal.jsonl"
"""The end of a journal's file name, after the calendar's name."""


def render_line(line: Line) -> str:
    """Return a line of the journal without its line feed; keys are sorted, so that equal lines have equal text."""
    facts: dict[str, Any] = {"at": render_rfc3339(line.at), "by": line.by, "change": line.change.value}
    if line.calendar is not None:
        facts["calendar"] = _facts(line.calendar, without="key")
    if line.window is not None:
        facts["id"] = line.window.id
        facts["window"] = _facts(line.window, without="id")
    if line.sequence is not None:
        facts["sequence"] = line.sequence
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _facts(value: Calendar | Window, *, without: str) -> dict[str, Any]:
    """Return a value as JSON, without facts that are empty or the default."""
    facts: dict[str, Any] = _prune(msgspec.to_builtins(value, enc_hook=_encode))
    del facts[without]
    if not facts.get("local_end"):
        facts.pop("local_end", None)
    return facts


def _encode(value: object) -> object:
    """Return a text as one string, or as strings by language."""
    if isinstance(value, Text):
        versions = dict(value.versions)
        return versions.get("", versions)
    raise NotImplementedError


def _decode(kind: type, value: object) -> object:
    """Return a text from what `_encode` returned."""
    if kind is Text and isinstance(value, str):
        return Text.of(value)
    if kind is Text and isinstance(value, dict) and all(isinstance(each, str) for each in value.values()):
        return Text.of(value)
    raise ValueError("not a text")


def _prune(facts: Any) -> Any:
    """Return facts without those that are None or an empty tuple, at any depth."""
    if isinstance(facts, dict):
        return {key: _prune(value) for key, value in facts.items() if value is not None and value != ()}
    return [_prune(each) for each in facts] if isinstance(facts, list | tuple) else facts


class _RawLine(msgspec.Struct):
    """A line as JSON; unknown facts are ignored."""

    at: str
    by: str
    change: Change
    id: str = ""
    calendar: dict[str, Any] | None = None
    window: dict[str, Any] | None = None
    sequence: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None


def _read_line(text: str, key: str) -> Line:
    """Return the line that a text describes.

    Raises:
        ValueError: The text is not JSON, or a fact is missing or invalid; the message says which.
    """
    try:
        raw = msgspec.json.decode(text, type=_RawLine)
        at, by = read_rfc3339(raw.at), printable(raw.by)
        if raw.change is Change.CALENDAR:
            if raw.calendar is None:
                raise ValueError("it lacks the fact `calendar`")
            calendar = msgspec.convert(raw.calendar | {"key": key}, Calendar, dec_hook=_decode)
            if calendar.timezone not in zone_names():
                raise ValueError(f'there is no zone "{calendar.timezone}"')
            return Line(at=at, by=by, change=raw.change, calendar=calendar, sequence=raw.sequence)
        if raw.window is None:
            raise ValueError("it lacks the fact `window`")
        window = msgspec.convert(raw.window | {"id": raw.id}, Window, dec_hook=_decode)
        if window.repeat is not None:
            Rule(window.repeat)
        return Line(at=at, by=by, change=raw.change, window=window, sequence=raw.sequence)
    except MomentError as error:
        raise ValueError(error.message) from error
    except (RecursionError, OverflowError) as error:
        raise ValueError("it is nested too deeply or has a number too large") from error


def is_readable(text: str) -> bool:
    """Return whether a text is a line of a journal."""
    try:
        _read_line(text, "any")
    except ValueError:
        return False
    return True


# Conflicts


_MARKER = re.compile(r"(<{7,}|>{7,}|={7,}|[|]{7,})( |$)")


def is_conflict_marker(line: str) -> bool:
    """Return whether a line is one that git wrote around the two sides of a conflict; no line of JSON looks like it."""
    return _MARKER.match(line) is not None


# The file


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalText:
    """The lines of a journal, not yet read.

    Attributes:
        lines: Whole lines, in the order of the file.
        torn: The last line if it was cut off while it was written, else empty.
    """

    lines: tuple[str, ...]
    torn: str = ""


def split_journal(data: bytes) -> JournalText:
    """Return the lines of a journal; a last line without a line feed is torn unless it is JSON.

    Raises:
        UnicodeDecodeError: A whole line is not UTF-8.
    """
    whole, _, last = data.rpartition(b"\n")
    lines = [line.removesuffix("\r") for line in whole.decode("utf-8").split("\n")] if whole else []
    if not last:
        return JournalText(lines=tuple(lines))
    try:
        text = last.decode("utf-8")
        json.loads(text)
    except (ValueError, RecursionError):
        return JournalText(lines=tuple(lines), torn=last.decode("utf-8", "replace"))
    return JournalText(lines=(*lines, text))


def _split(data: bytes, file: str) -> JournalText:
    """Return the lines of a journal; raise ScheduleError if one is not UTF-8."""
    try:
        return split_journal(data)
    except UnicodeDecodeError as error:
        place = Place(file=file, line=data.count(b"\n", 0, error.start) + 1)
        raise ScheduleError([Problem(place=place, message="this line is not UTF-8", cure=_CURE)]) from error


def load_journal(
    data: bytes, *, file: str, key: str, known: dict[str, Line] | None = None, lost: Iterable[str] = ()
) -> PublishedCalendar:
    """Return the published calendar of a journal.

    Parameters:
        data: The whole file.
        file: Its name in messages.
        key: The calendar's name.
        known: A cache for repeated loads: the lines by their texts; updated.
        lost: Lines that the file may lack, and that are replayed too unless it is empty.

    Raises:
        ScheduleError: A line is not JSON or has a missing or invalid fact, there is no `calendar` line, or git left a conflict.
    """
    text = _split(data, file)
    numbered = list(enumerate(text.lines, start=1))
    marked = next((number for number, line in numbered if is_conflict_marker(line)), None)
    if marked is not None:
        raise ScheduleError([Problem(place=Place(file=file, line=marked), message=_describe_conflict(Path(file)))])
    if any(line.strip() for line in text.lines):
        numbered += [(0, line) for line in lost]
    lines = read_lines(numbered, file=file, key=key, known=known)
    torn = Problem(
        place=Place(file=file, line=len(text.lines) + 1),
        message="the last line was cut off while it was written, and is left out",
        cure="The next `icsfeed publish` drops it.",
        severity=Severity.WARNING,
    )
    return replay(lines.values(), warnings=(torn,) if text.torn else ())


def read_lines(
    numbered: Iterable[tuple[int, str]], *, file: str, key: str, known: dict[str, Line] | None = None
) -> dict[str, Line]:
    """Return lines by their texts, each once, in the order of replay.

    Parameters:
        numbered: The texts of lines with their numbers in the file.
        file: Its name in messages.
        key: The calendar's name.
        known: A cache for repeated loads: the lines by their texts; updated.

    Raises:
        ScheduleError: A line is not JSON or has a missing or invalid fact, or there is no `calendar` line.
    """
    problems: list[Problem] = []
    known = {} if known is None else known
    read: dict[str, tuple[Line, int]] = {}
    for number, each in numbered:
        if each.strip() and each not in read:
            try:
                read[each] = (known.get(each) or _read_line(each, key), number)
            except ValueError as error:
                problems.append(Problem(place=Place(file=file, line=number), message=_describe(error), cure=_CURE))
    ordered = dict(sorted(read.items(), key=lambda item: _order(item[1][0], item[0])))
    problems = problems or _find_gaps(list(ordered.values()), file)
    if problems:
        raise ScheduleError(problems)
    known.clear()
    known.update((each, line) for each, (line, _) in read.items())
    return {each: line for each, (line, _) in ordered.items()}


def load_sides(data: bytes, lost: Iterable[str], *, file: str, key: str) -> tuple[dict[str, Line], tuple[frozenset[str], ...]]:
    """Return the lines of all sides of a journal by their texts, in the order of replay, and the texts that each side has.

    Parameters:
        data: The whole file; its two sides are what stands between conflict markers, without them there is one.
        lost: Lines that it lacks.
        file: Its name in messages.
        key: The calendar's name.

    Raises:
        ScheduleError: As for `load_journal`, but not for a conflict.
    """
    text = _split(data, file)
    numbered = [(number, line) for number, line in enumerate(text.lines, start=1) if not is_conflict_marker(line)]
    whole = read_lines([*numbered, *((0, line) for line in lost)], file=file, key=key)
    has_conflict = len(numbered) < len(text.lines)
    return whole, tuple(frozenset(whole.keys() & side) for side in _split_conflict(text.lines)[: 1 + has_conflict])


def _split_conflict(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return both sides of a journal with conflict markers; of one without, the same lines twice.

    What both sides had in common before the conflict (the third part of style diff3) counts for both: it was published.
    Markers longer than seven characters, which git nests there, are left out.
    """
    sides: tuple[list[str], list[str]] = ([], [])
    parts = {"<": sides[:1], "|": sides, "=": sides[1:], ">": sides}
    current: tuple[list[str], ...] = sides
    for line in lines:
        if not is_conflict_marker(line):
            for side in current:
                side.append(line)
        elif len(line.split(" ")[0]) == 7:
            current = parts[line[0]]
    return sides


_CURE = "Restore the file from git; a journal is only ever appended to, by `icsfeed publish`."


def _describe_conflict(path: Path) -> str:
    """Return what a journal with conflict markers means, and its cure."""
    operation = find_operation(path)
    return f"two people published at once; `icsfeed reconcile` settles it (or `{undo(operation)}` undoes the {operation})"


def _order(line: Line, text: str) -> tuple[datetime, bool, str]:
    """Return the sort key of a line: stamp, then calendars and repeated windows before other windows, then text."""
    return line.at, line.window is not None and line.window.repeat is None, text


def _describe(error: ValueError) -> str:
    """Return the message for a line that cannot be read."""
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        return f"this line of the journal has a wrong fact: {message}"
    if isinstance(error, msgspec.DecodeError):
        return f"this line of the journal is not JSON: {message}"
    return f"this line of the journal is wrong: {message}"


def _find_gaps(lines: list[tuple[Line, int]], file: str) -> list[Problem]:
    """Return problems for a journal without a `calendar` line, and for windows whose class is in no line."""
    classes = {each.key for line, _ in lines if line.calendar for each in line.calendar.classes}
    if not classes:
        return [Problem(place=Place(file=file, line=1), message="no line of the journal says what the calendar is", cure=_CURE)]
    return [
        Problem(place=Place(file=file, line=number), message=f'no line of the journal has the class "{key}"', cure=_CURE)
        for line, number in lines
        if line.window
        for key in line.window.classes
        if key not in classes
    ]


# Whether a file changed

Signature = tuple[int, int, int, int]


def find_signature(path: Path) -> Signature | None:
    """Return size, device, inode and modification time of a file, links followed; None if it cannot be found."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_dev, status.st_ino, status.st_mtime_ns)
