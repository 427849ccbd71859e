"""A window in the schedule file, added or changed: only the lines that must change do.

Every change is proven before it is returned: the new text is loaded, and must say the new window and all else as before.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from icsfeed.drafting.files import LOCK_SECONDS, one_writer, replace_file
from icsfeed.drafting.layout import Layout
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.spelling import Value, spell_moment
from icsfeed.drafting.spots import Kind, LayoutError, Spot
from icsfeed.grammar import LANGUAGES
from icsfeed.model import Actual, Calendar, Status, Text, Window

_ORDER = ("id", "start", "end", "class", "title", "status", "planned", "reason", "note", "actual")
"""In which order a window's keys are written; a new one comes behind the nearest of those before it."""


class ChangedError(Exception):
    """Somebody else saved the file since it was read; nothing was overwritten."""


def add_window(data: bytes, schedule: Schedule, window: Window) -> bytes:
    """Return the file with a new window where the file's own order puts it: newest first or oldest first, else at the end.

    Parameters:
        data: The file from which `schedule` was loaded.
        schedule: What it says.
        window: Its id is not in the schedule.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    layout = Layout(data)
    owner = layout.root.find("windows")
    if owner is None:
        raise LayoutError('the key "windows" is not found')
    entries = _entries(layout, schedule)
    number = _find_number([each.start for _, each in entries], window.start)
    like, when = "", None
    if entries:
        beside, other = entries[number - 1 if number else 0]
        like, when = _text_of(beside, "start"), other.start
    written = _write(window, schedule.calendar, like, when)
    layout.add_item(owner, number, [(key, written[key]) for key in _ORDER if key in written])
    return _prove(layout, schedule, window)


def change_window(data: bytes, schedule: Schedule, window: Window) -> bytes:
    """Return the file with a window as it now shall be; only what differs is written.

    Parameters:
        data: The file from which `schedule` was loaded.
        schedule: What it says.
        window: Its id is in the schedule.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    layout = Layout(data)
    entry, before = next(found for found in _entries(layout, schedule) if found[1].id == window.id)
    if window == before:
        return data
    like = _text_of(entry, "start")
    was, now = (_write(each, schedule.calendar, like, before.start) for each in (before, window))
    removed = {key for key in was if key not in now}
    if entry.find("id") is None:
        first = next(key for key, _ in entry.pairs if key.text not in removed)
        layout.add_pair_before(entry, first, "id", window.id)
    layout.remove_pairs(entry, removed)
    for key in _ORDER:
        if key not in now or now[key] == was.get(key):
            continue
        pair = entry.find(key)
        if pair is None:
            layout.add_pair(entry, _find_predecessor(entry, key, removed), key, now[key])
        elif key in {"start", "end"}:
            moment = getattr(window, key)
            spelt = spell_moment(moment, schedule.calendar, like=pair[1].text, when=getattr(before, key))
            layout.set_value(entry, pair, spelt)
        else:
            _set(layout, entry, pair, was.get(key, ""), now[key])
    return _prove(layout, schedule, window)


def save(path: Path, before: bytes, after: bytes, *, patience: float = LOCK_SECONDS) -> None:
    """Put new bytes in place of a schedule file, unless it is no longer what was read.

    Parameters:
        path: May be a link; what it points to is replaced.
        before: What was read.
        after: What it shall be; mode and owner stay.
        patience: How many seconds to wait for another writer.

    Raises:
        ChangedError: Somebody else saved the file meanwhile.
        BusyError: Another writer is at work.
        OSError: The file cannot be read or written.
    """

    def check() -> None:
        if path.read_bytes() != before:
            raise ChangedError(path.as_posix())

    with one_writer(path, like=path, seconds=patience):
        check()
        replace_file(path, after, like=path, check=check)


def _entries(layout: Layout, schedule: Schedule) -> list[tuple[Spot, Window]]:
    """Return the windows in the order of the file, each with its mapping there."""
    owner = layout.root.find("windows")
    places = ((schedule.places[window.id], window) for window in schedule.windows)
    by_index = {layout.index(place.line, place.column): window for place, window in places}
    return [(item, by_index[item.begin]) for item in (owner[1].items if owner else ()) if item.begin in by_index]


def _text_of(entry: Spot, key: str) -> str:
    """Return how a value is written, nothing for one that is no text."""
    pair = entry.find(key)
    return pair[1].text if pair else ""


def _find_number(starts: list[datetime], start: datetime) -> int:
    """Return before how many entries a new one does not come."""
    falls = any(after < before for before, after in pairwise(starts))
    rises = any(after > before for before, after in pairwise(starts))
    if falls == rises:
        return len(starts)
    later = [number for number, each in enumerate(starts) if (each < start if falls else each > start)]
    return min(later, default=len(starts))


def _find_predecessor(entry: Spot, key: str, removed: set[str]) -> Spot:
    """Return the value behind which a new key comes."""
    for name in reversed(_ORDER[: _ORDER.index(key)]):
        pair = entry.find(name)
        if pair is not None and name not in removed:
            return pair[1]
    return entry.pairs[-1][1]


def _set(layout: Layout, mapping: Spot, pair: tuple[Spot, Spot], was: Value, now: Value) -> None:
    """Give a key another value; of keys with values only those that differ are written, if none has to go."""
    old = pair[1]
    if isinstance(now, str) or isinstance(was, str) or old.kind is not Kind.MAPPING or set(was) - set(now):
        layout.set_value(mapping, pair, now)
        return
    for key, text in now.items():
        known = old.find(key)
        if known is None:
            layout.add_pair(old, old.pairs[-1][1], key, text)
        elif was[key] != text:
            layout.set_value(old, known, text)


def _write(window: Window, calendar: Calendar, like: str, when: datetime | None) -> dict[str, Value]:
    """Return what an entry says for a window, by key; what is said by silence is left out."""
    written: dict[str, Value] = {
        "id": window.id,
        "start": spell_moment(window.start, calendar, like=like, when=when),
        "class": "/".join(window.classes),
    }
    if window.end is not None:
        written["end"] = spell_moment(window.end, calendar, like=like, when=when)
    if window.status is not Status.CONFIRMED:
        written["status"] = window.status.value
    if not window.planned:
        written["planned"] = "false"
    for key, text in (("title", window.title), ("reason", window.reason), ("note", window.note)):
        if text is not None:
            written[key] = _write_text(text)
    if window.actual is not None:
        written["actual"] = dict(_write_actual(window.actual, calendar))
    return written


def _write_text(text: Text) -> Value:
    """Return one text, or those of all languages in icsfeed's order."""
    versions = dict(text.versions)
    return versions[""] if "" in versions else {language: versions[language] for language in LANGUAGES if language in versions}


def _write_actual(actual: Actual, calendar: Calendar) -> Iterator[tuple[str, str]]:
    """Give what really happened, in digits."""
    yield "start", spell_moment(actual.start, calendar)
    if actual.end is not None:
        yield "end", spell_moment(actual.end, calendar)


def _prove(layout: Layout, schedule: Schedule, window: Window) -> bytes:
    """Return the new bytes, having seen that they say the new window, and everything else as before."""
    data = layout.bytes_after()
    after = load_schedule(data, file=schedule.file, key=schedule.calendar.key)
    others = {each.id: each for each in schedule.windows if each.id != window.id}
    found = {each.id: each for each in after.windows}
    if after.calendar != schedule.calendar or found != {**others, window.id: window}:
        raise LayoutError("something else would change with it")
    return data
