"""A window in the schedule file, added or changed: only the lines that must change do.

Every change is proven before it is returned: the new text is loaded, and must say the new window and all else as before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

from icsfeed.drafting.files import LOCK_SECONDS, one_writer, replace_file
from icsfeed.drafting.layout import Layout
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.spelling import Value, spell_date, spell_moment
from icsfeed.drafting.spots import Kind, LayoutError, Spot
from icsfeed.grammar import LANGUAGES
from icsfeed.model import Actual, Calendar, Status, Text, Window
from icsfeed.moments import read_date
from icsfeed.problems import RefusedError
from icsfeed.recurrence import SERIES_ID, occurrences

_ORDER = ("id", "start", "end", "class", "title", "status", "planned", "reason", "note", "actual", "repeat", "changes")
"""In which order a window's keys are written; a new one comes behind the nearest of those before it."""


_FACTS = {"class": "classes"}
"""What facts are called in a window, where that is not what their keys are."""

_KEYS_OF_CHANGE = tuple(key for key in _ORDER if key not in {"id", "repeat", "changes"})


class ChangedError(RefusedError):
    """Somebody else saved the file since it was read; nothing was overwritten."""


def find_occurrence(schedule: Schedule, id_: str) -> Window | None:
    """Return an occurrence as its repeated window gives it, without what it has otherwise; None where there is none."""
    match = SERIES_ID.fullmatch(id_)
    series = schedule.series.get(match["series"]) if match else None
    if match is None or series is None:
        return None
    try:
        day = date.fromisoformat(match["date"])
    except ValueError:
        return None
    return occurrences(series, zone=schedule.calendar.timezone, last=day).get(id_)


def find_window(schedule: Schedule, id_: str) -> Window:
    """Return a window, a repeated one, or an occurrence as it is planned.

    Raises:
        KeyError: The schedule has none with this id.
    """
    known = {each.id: each for each in schedule.windows}
    if id_ in known:
        return known[id_]
    given = find_occurrence(schedule, id_)
    if given is None:
        raise KeyError(id_)
    return replace(given, **schedule.exceptions.get(id_, {}))


def add_window(schedule: Schedule, window: Window) -> Schedule:
    """Return the schedule with a new window where the file's own order puts it: newest first or oldest first, else at the end.

    Parameters:
        schedule: As it was loaded.
        window: Its id is not in the schedule.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    layout = Layout(schedule.data)
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


def change_window(schedule: Schedule, window: Window) -> Schedule:
    """Return the schedule with a window as it now shall be; only what differs is written, of an occurrence below `changes`.

    Parameters:
        schedule: As it was loaded.
        window: Its id is in the schedule, or is an occurrence's.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    before = find_window(schedule, window.id)
    if window == before:
        return schedule
    layout = Layout(schedule.data)
    given = None if window.id in {each.id for each in schedule.windows} else find_occurrence(schedule, window.id)
    if given is not None:
        _Occurrence(layout, schedule, given, before).change(window)
        return _prove(layout, schedule, window)
    entry = _find_entry(layout, schedule, window.id)
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
            raise ChangedError(f"{path} was saved by somebody else meanwhile; nothing was overwritten, so try again")

    with one_writer(path, like=path, seconds=patience):
        check()
        replace_file(path, after, like=path, check=check)


def _entries(layout: Layout, schedule: Schedule) -> list[tuple[Spot, Window]]:
    """Return the windows in the order of the file, each with its mapping there."""
    owner = layout.root.find("windows")
    places = ((schedule.places[window.id], window) for window in schedule.windows)
    by_index = {layout.index(place.line, place.column): window for place, window in places}
    return [(item, by_index[item.begin]) for item in (owner[1].items if owner else ()) if item.begin in by_index]


def _find_entry(layout: Layout, schedule: Schedule, id_: str) -> Spot:
    """Return where a window stands."""
    return next(entry for entry, window in _entries(layout, schedule) if window.id == id_)


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
    return next(value for key_, value in reversed(entry.pairs) if key_.text not in removed)


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
    if window.repeat is not None:
        written["repeat"] = window.repeat
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


class _Occurrence:
    """One occurrence of a repeated window, to be changed below `changes`."""

    def __init__(self, layout: Layout, schedule: Schedule, given: Window, before: Window) -> None:
        """Find what the file says about it.

        Parameters:
            layout: In which it is changed.
            schedule: What the file says.
            given: The occurrence as its repeated window gives it.
            before: The occurrence as it is planned.
        """
        series, _, day = given.id.rpartition("-")
        self._layout, self._calendar, self._given, self._before = layout, schedule.calendar, given, before
        self._series = schedule.series[series]
        self._day = date.fromisoformat(day)
        self._entry = _find_entry(layout, schedule, series)
        self._owner = self._entry.find("changes")
        self._changes = self._owner[1] if self._owner else None
        if self._changes is not None and self._changes.kind is not Kind.MAPPING:
            raise LayoutError('"changes" refers to another place of the file')
        pairs = self._changes.pairs if self._changes else ()
        self._dates = [(read_date(key.text, languages=schedule.calendar.languages), (key, value)) for key, value in pairs]
        self._pair = next((pair for each, pair in self._dates if each == self._day), None)
        self._old = self._pair[1] if self._pair else None
        if self._old is not None and self._old.kind is Kind.ALIAS:
            raise LayoutError(f"what differs on {self._day.isoformat()} refers to another place of the file")

    def change(self, window: Window) -> None:
        """Write what the occurrence has otherwise than its series."""
        old = self._old
        start = old.find("start") if old else None
        like, when = (start[1].text, self._before.start) if start else (_text_of(self._entry, "start"), self._series.start)
        now = self._write(window, like, when)
        if not now:
            self._remove()
        elif self._pair is None or old is None:
            self._add("cancelled" if now == {"status": "cancelled"} else now)
        elif self._changes is None or not (old.kind is Kind.MAPPING and any(key.text in now for key, _ in old.pairs)):
            is_word = old.kind is Kind.SCALAR and now == {"status": "cancelled"}
            self._layout.set_value(self._changes or self._entry, self._pair, "cancelled" if is_word else now)
        else:
            self._change_keys(old, window, self._write(self._before, like, when), now)

    def _write(self, window: Window, like: str, when: datetime) -> dict[str, Value]:
        """Return what `changes` says for the occurrence: what differs, and what was written and stays as it was."""
        spelt = _write(window, self._calendar, like, when)
        spelt = {"status": window.status.value, "planned": str(window.planned).lower(), **spelt}
        given, written = self._given, self._written()
        found: dict[str, Value] = {}
        for key in _KEYS_OF_CHANGE:
            fact = _FACTS.get(key, key)
            value, usual = getattr(window, fact), getattr(given, fact)
            if key == "end" and usual is not None and "start" in found:
                usual += window.start - given.start
            if value == usual and not (key in written and value == getattr(self._before, fact)):
                continue
            if key not in spelt:
                raise LayoutError(f"an occurrence cannot go without the {key} that {self._series.id} has")
            found[key] = spelt[key]
        return found

    def _written(self) -> set[str]:
        """Return the keys that are written for the occurrence; a word alone is its status."""
        if self._old is None:
            return set()
        return {key.text for key, _ in self._old.pairs} if self._old.kind is Kind.MAPPING else {"status"}

    def _add(self, value: Value) -> None:
        """Write a date that was not there, behind those before it."""
        earlier = [each for each in self._dates if each[0] < self._day]
        nearest, beside = (earlier or self._dates)[-1] if self._dates else (None, None)
        key = spell_date(self._day, self._calendar, like=beside[0].text if beside else "", when=nearest)
        if self._changes is None or self._owner is None:
            after = _find_predecessor(self._entry, "changes", set())
            self._layout.add_pair(self._entry, after, "changes", {key: value}, below=True)
        elif beside is None:
            self._layout.set_value(self._entry, self._owner, {key: value})
        elif earlier:
            self._layout.add_pair(self._changes, beside[1], key, value)
        else:
            self._layout.add_first_pair(self._changes, key, value)

    def _change_keys(self, old: Spot, window: Window, was: Mapping[str, Value], now: Mapping[str, Value]) -> None:
        """Change, add and take out keys of the mapping that is there."""
        removed = self._written() - set(now)
        self._layout.remove_pairs(old, removed)
        for key, value in now.items():
            pair = old.find(key)
            if pair is None:
                self._layout.add_pair(old, _find_predecessor(old, key, removed), key, value)
            elif value == was.get(key):
                continue
            elif key in {"start", "end"}:
                before = getattr(self._before, key)
                spelt = spell_moment(getattr(window, key), self._calendar, like=pair[1].text, when=before)
                self._layout.set_value(old, pair, spelt)
            else:
                _set(self._layout, old, pair, was.get(key, ""), value)

    def _remove(self) -> None:
        """Take the date out, and `changes` with the last one."""
        if self._pair is None or self._changes is None:
            raise LayoutError("the occurrence has nothing of its own")
        if len(self._changes.pairs) > 1:
            self._layout.remove_pairs(self._changes, {self._pair[0].text})
        else:
            self._layout.remove_pairs(self._entry, {"changes"})


def _prove(layout: Layout, schedule: Schedule, window: Window) -> Schedule:
    """Return the new schedule, having seen that it says the new window, and everything else as before."""
    after = load_schedule(layout.bytes_after(), file=schedule.file, key=schedule.calendar.key)
    is_occurrence = find_occurrence(schedule, window.id) is not None
    others = {each.id: each for each in schedule.windows if each.id != window.id}
    found = {each.id: each for each in after.windows}
    is_meant = found == (others if is_occurrence else {**others, window.id: window})
    if after.calendar != schedule.calendar or not is_meant or find_window(after, window.id) != window:
        raise LayoutError("something else would change with it")
    if _exceptions_beside(after, window) != _exceptions_beside(schedule, window):
        raise LayoutError("something else would change with it")
    return after


def _exceptions_beside(schedule: Schedule, window: Window) -> dict[str, Mapping[str, object]]:
    """Return what must stay as it was when a window changes.

    An occurrence that is moved lasts as long as its series, unless it has an end of its own.
    """
    found: dict[str, Mapping[str, object]] = {}
    for id_, facts in schedule.exceptions.items():
        if id_ != window.id:
            follows = window.repeat is not None and id_[:-9] == window.id and "start" in facts
            found[id_] = {name: value for name, value in facts.items() if not (follows and name == "end")}
    return found
