"""A window in the schedule file, added or changed: only the lines that must change do.

Every change is proven before it is returned: the new text is loaded, and must say the new window and all else as before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from icsfeed.drafting.files import LOCK_SECONDS, one_writer, replace_file
from icsfeed.drafting.layout import Layout, LayoutError, Value, read, render_block
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.durations import render_duration
from icsfeed.model import Status, Text, Window
from icsfeed.moments import read_dates
from icsfeed.names import LANGUAGES
from icsfeed.problems import Place, RefusedError
from icsfeed.recurrence import change_occurrence, find_occurrence, series_of, split_id
from icsfeed.zones import is_repeated, render_with_offset, to_local


class ChangedError(RefusedError):
    """Somebody else saved the file since it was read; nothing was overwritten."""


def _find_given(schedule: Schedule, id_: str) -> Window | None:
    """Return an occurrence as its repeated window gives it, without what it has otherwise; None where there is none."""
    series = schedule.series.get(series_of(id_))
    return find_occurrence(series, id_, zone=schedule.calendar.timezone) if series is not None else None


def find_window(schedule: Schedule, id_: str) -> Window:
    """Return a window, a repeated one, or an occurrence as it is planned.

    Raises:
        KeyError: The schedule has none with this id.
    """
    known = {each.id: each for each in schedule.windows}
    if id_ in known:
        return known[id_]
    given = _find_given(schedule, id_)
    if given is None:
        raise KeyError(id_)
    return schedule.change_occurrence(given, schedule.series[series_of(id_)])


def add_window(schedule: Schedule, window: Window) -> Schedule:
    """Return the schedule with a new window, as `add_windows` does."""
    return add_windows(schedule, [(window, ())])


def add_windows(schedule: Schedule, added: Sequence[tuple[Window, Sequence[Window]]]) -> Schedule:
    """Return the schedule with new windows where the file's own order puts them: newest first or oldest first, else at the end.

    Parameters:
        schedule: As it was loaded.
        added: Windows whose ids are not in the schedule, each with those of its occurrences that differ from it.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    starts, data = [each.start for each in _in_order_of_file(schedule)], schedule.data
    falls, _ = _find_order(starts)
    rest = sorted(((_as_file(window), changes) for window, changes in added), key=lambda each: each[0].start, reverse=falls)
    while rest:
        layout, now = Layout(data, schedule.file), rest[: None if starts else 1]  # a list that is empty takes one first
        for window, changes in now:
            layout.add_entry(_find_number(starts, window.start), _write_entry(window, changes, schedule.calendar.timezone))
        data, rest = layout.edited(), rest[len(now) :]
        starts = starts or [each.start for each, _ in now]
    return _prove(data, schedule, [each for window, changes in added for each in (_as_file(window), *changes)])


def render_windows(windows: Iterable[tuple[Window, Sequence[Window]]], zone: str) -> str:
    """Return entries of a schedule file's `windows`, each with those of its occurrences that differ from it."""
    return "".join(f"  - {render_block(_write_entry(window, changes, zone), 4)}\n" for window, changes in windows)


def change_window(schedule: Schedule, window: Window) -> Schedule:
    """Return the schedule with a window as it now shall be; only what differs is written, of an occurrence below `changes`.

    Parameters:
        schedule: As it was loaded.
        window: Its id is in the schedule, or is an occurrence's.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    before, window = find_window(schedule, window.id), _as_file(window)
    if window == before:
        return schedule
    layout, zone = Layout(schedule.data, schedule.file), schedule.calendar.timezone
    ids = [each.id for each in _in_order_of_file(schedule)]
    id_ = window.id if window.id in ids else series_of(window.id)
    entry = layout.entries()[ids.index(id_)]
    written = read(entry)
    if id_ == window.id:
        old, new = _write(before, zone), _write(window, zone)
    else:
        changes = written.get("changes", {})
        old, new = {"changes": changes}, {"changes": _change_occurrence(schedule, changes, before, window)}
    now = {key: _keep(written.get(key), old.get(key), value) for key, value in new.items() if value}
    first = {key: value for key, value in now.items() if key not in written}  # right below the id
    stays = {key: value for key, value in written.items() if key not in old}
    layout.change(entry, {"id": id_, **first, **stays, **now})
    return _prove(layout.edited(), schedule, [window])


def _as_file(window: Window) -> Window:
    """Return a window as the file says it: the end of a repeated one is a wall-clock time there."""
    return replace(window, local_end=window.repeat is not None and window.end is not None)


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


def _in_order_of_file(schedule: Schedule) -> list[Window]:
    """Return the windows in the order in which they stand in the file."""
    places = schedule.places
    return sorted(schedule.windows, key=lambda window: (places[window.id].line, places[window.id].column))


def _find_order(starts: list[datetime]) -> tuple[bool, bool]:
    """Return whether each start, or none, is later than the one before it, as far as they differ."""
    falls = any(after < before for before, after in pairwise(starts))
    rises = any(after > before for before, after in pairwise(starts))
    return falls and not rises, rises and not falls


def _find_number(starts: list[datetime], start: datetime) -> int:
    """Return before how many entries a new one does not come."""
    falls, rises = _find_order(starts)
    if not (falls or rises):
        return len(starts)
    later = [number for number, each in enumerate(starts) if (each < start if falls else each > start)]
    return min(later, default=len(starts))


def _write_entry(window: Window, changes: Sequence[Window], zone: str) -> dict[str, Value]:
    """Return what an entry says for a window and those of its occurrences that differ from it."""
    says, differs = _write(window, zone), {}
    for each in changes:
        given, (_, day) = find_occurrence(window, each.id, zone=zone), split_id(each.id)
        if given is None or day is None:
            raise ValueError(f"{each.id} is no occurrence of {window.id}")
        usual, now = ({"status": one.status.value, **_write(one, zone)} for one in (given, each))
        found = {key: value for key, value in now.items() if value != usual.get(key)}
        differs[day.isoformat()] = "cancelled" if found == {"status": "cancelled"} else found
    return {**says, "changes": differs} if differs else says


def _write(window: Window, zone: str) -> dict[str, Value]:
    """Return what an entry says for a window, in the order in which keys are written; what silence says is left out."""
    actual = {"start": window.actual.start, "end": window.actual.end} if window.actual else {}
    written: dict[str, Value] = {
        "id": window.id,
        "start": _write_moment(window.start, zone),
        "end": _write_moment(window.end, zone) if window.end else "",
        "for": render_duration(window.expected.length, open_ended=window.expected.open_ended) if window.expected else "",
        "class": "/".join(window.classes),
        "title": _write_text(window.title),
        "status": window.status.value if window.status is not Status.CONFIRMED else "",
        "planned": "" if window.planned else "false",
        "reason": _write_text(window.reason),
        "note": _write_text(window.note),
        "actual": {key: _write_moment(moment, zone) for key, moment in actual.items() if moment is not None},
        "repeat": window.repeat or "",
    }
    return {key: value for key, value in written.items() if value}


def _write_moment(moment: datetime, zone: str) -> str:
    """Return a moment as `2027-12-20 21:00`, with its offset where that alone does not say it."""
    if is_repeated(moment, zone):
        return render_with_offset(moment, zone)
    local = to_local(moment, zone)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def _write_text(text: Text | None) -> Value:
    """Return one text, those of all languages in icsfeed's order, or nothing."""
    versions = dict(text.versions) if text else {}
    return versions.get("") or {language: versions[language] for language in LANGUAGES if language in versions}


def _keep(written: Value | None, old: Value | None, new: Value) -> Value:
    """Return a value to be written; what means the same as before stays as it is written."""
    if isinstance(written, Mapping) and isinstance(old, Mapping) and isinstance(new, Mapping):
        return {key: _keep(written.get(key), old.get(key), value) for key, value in new.items()}
    return written if written and old == new else new


def _change_occurrence(schedule: Schedule, changes: Value, before: Window, window: Window) -> Mapping[str, Value]:
    """Return what `changes` of a repeated window says once one occurrence is another; its dates in their order."""
    changes = {} if isinstance(changes, str) else changes
    _, day = split_id(window.id)
    if day is None:
        raise ValueError(f"{window.id} is no occurrence's id")
    dates = {name: read_dates(name, languages=schedule.calendar.languages) for name in changes}
    name = next((name for name, each in dates.items() if each == (day, day)), day.isoformat())
    says = _write_occurrence(schedule, changes.get(name, ""), before, window)
    if not says and any(first <= day <= last for each, (first, last) in dates.items() if each != name):
        says = window.status.value  # a range beside it cancels it otherwise
    found = {each: says if each == name else changes[each] for each in {**changes, name: says}}
    return {each: found[each] for each in sorted(found, key=lambda each: dates.get(each, (day, day))) if found[each]}


def _write_occurrence(schedule: Schedule, written: Value, before: Window, window: Window) -> Value:
    """Return what differs from its series, and what is written already and stays; nothing where nothing is left to say.

    Parameters:
        schedule: What the file says.
        written: What the file says of this occurrence, nothing or a status alone for one.
        before: The occurrence as it is planned.
        window: As it shall be.
    """
    zone, given = schedule.calendar.timezone, _find_given(schedule, window.id) or before
    usually = given
    if window.start != given.start:  # without an end of its own it shifts along
        usually = change_occurrence(given, {"start": window.start}, series=schedule.series[series_of(window.id)], zone=zone)
    was, now, usual = (
        {"status": each.status.value, "planned": str(each.planned).lower(), **_write(each, zone)}
        for each in (before, window, usually)
    )
    usual["start"] = _write_moment(given.start, zone)
    old: Mapping[str, Value] = ({"status": written} if written else {}) if isinstance(written, str) else written
    found = {}
    for key in {**now, **usual}:
        if key in old and now.get(key) == was.get(key):
            found[key] = old[key]
        elif now.get(key) != usual.get(key):
            if key not in now and not (key in _LENGTHS and _LENGTHS & now.keys()):
                why = f"an occurrence cannot go without the {key} that {series_of(window.id)} has"
                raise LayoutError(schedule.place_of(window.id), why)
            if key in now:
                found[key] = _keep(old.get(key), was.get(key), now[key])
    return "cancelled" if found == {"status": "cancelled"} and isinstance(written, str) else found


_LENGTHS = frozenset({"end", "for"})
"""Keys of which one replaces the other, an occurrence's own also its series'."""


def _prove(data: bytes, schedule: Schedule, now: Sequence[Window]) -> Schedule:
    """Return what the new bytes say, having seen that it is these windows and occurrences, and everything else as before."""
    after = load_schedule(data, file=schedule.file, key=schedule.calendar.key)
    windows = {each.id: each for each in (*schedule.windows, *now) if _find_given(after, each.id) is None}
    is_meant = {each.id: each for each in after.windows} == windows and all(find_window(after, each.id) == each for each in now)
    beside = [_exceptions_beside(each, {window.id: window for window in now}) for each in (schedule, after)]
    if after.calendar != schedule.calendar or not is_meant or beside[0] != beside[1]:
        raise LayoutError(Place(file=schedule.file), "something else would change with it")
    return after


def _exceptions_beside(schedule: Schedule, now: Mapping[str, Window]) -> dict[str, Mapping[str, object]]:
    """Return what must stay as it was when windows change."""
    return {id_: facts for id_, facts in schedule.exceptions.items() if id_ not in now}
