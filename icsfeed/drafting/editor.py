"""Adds or changes a window in the schedule file; only the lines that must change do.

Each edit is verified before it is returned: the new text is loaded, and only the windows meant may differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from icsfeed.drafting.files import LOCK_SECONDS, one_writer, replace_file
from icsfeed.drafting.layout import Layout, LayoutError, YamlValue, read_values, render_block
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.durations import render_duration
from icsfeed.model import Status, Text, Window
from icsfeed.moments import read_dates
from icsfeed.names import LANGUAGES
from icsfeed.problems import Place, RefusedError, ScheduleError
from icsfeed.reading import read_file
from icsfeed.recurrence import change_occurrence, find_occurrence, series_of, split_id
from icsfeed.zones import is_repeated, render_with_offset, to_local


class ChangedError(RefusedError):
    """Somebody else saved the file since it was read; nothing was overwritten."""


def _find_given(schedule: Schedule, id_: str) -> Window | None:
    """Return an occurrence as the rule of its repeated window gives it, without its exception; None if it is no occurrence."""
    series = schedule.series.get(series_of(id_))
    return find_occurrence(series, id_, zone=schedule.calendar.timezone) if series is not None else None


def find_window(schedule: Schedule, id_: str) -> Window:
    """Return a window, a repeated window, or an occurrence with its exception.

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
    """Return the schedule with new windows, placed by the file's order: newest first or oldest first, else at the end.

    Parameters:
        schedule: As it was loaded.
        added: Windows whose ids are not in the schedule, each with those of its occurrences that differ from it.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file's layout does not allow a safe edit.
    """
    starts, data = [each.start for each in _in_order_of_file(schedule)], schedule.data
    falls, _ = _find_order(starts)
    remaining = [(_with_local_end(window), exceptions) for window, exceptions in added]
    remaining.sort(key=lambda each: each[0].start, reverse=falls)
    while remaining:
        batch = remaining[: None if starts else 1]  # the first entry of an empty list, then the others, laid out like it
        layout = Layout(data, schedule.file)
        for window, exceptions in batch:
            index = _index_in_file(layout, schedule, _find_index(starts, window.start))
            layout.add_entry(index, _entry_as_yaml(window, exceptions, schedule.calendar.timezone))
        data, remaining = layout.edited(), remaining[len(batch) :]
        starts = starts or [each.start for each, _ in batch]
    changed = [each for window, exceptions in added for each in (_with_local_end(window), *exceptions)]
    return _verify(data, schedule, changed)


def render_windows(windows: Iterable[tuple[Window, Sequence[Window]]], zone: str) -> str:
    """Return entries for a schedule file's `windows`, each with those of its occurrences that differ from it."""
    return "".join(f"  - {render_block(_entry_as_yaml(window, exceptions, zone), 4)}\n" for window, exceptions in windows)


def change_window(schedule: Schedule, window: Window) -> Schedule:
    """Return the schedule with a changed window; only differences are written, those of an occurrence under `changes`.

    Parameters:
        schedule: As it was loaded.
        window: As it shall be; its id is a window's in the schedule, or an occurrence's.

    Raises:
        ScheduleError: The file would have an error.
        LayoutError: The file's layout does not allow a safe edit.
    """
    before, window = find_window(schedule, window.id), _with_local_end(window)
    if window == before:
        return schedule
    layout, zone = Layout(schedule.data, schedule.file), schedule.calendar.timezone
    id_ = window.id if any(each.id == window.id for each in schedule.windows) else series_of(window.id)
    entry = next(each for each in layout.entries() if layout.line(each) == schedule.places[id_].line)
    written = read_values(entry)
    if id_ == window.id:
        old, new = _window_as_yaml(before, zone), _window_as_yaml(window, zone)
    else:
        changes = written.get("changes", {})
        old, new = {"changes": changes}, {"changes": _changes_as_yaml(schedule, changes, before, window)}
    values = {key: _keep_spelling(written.get(key), old.get(key), value) for key, value in new.items() if value}
    added = {key: value for key, value in values.items() if key not in written}
    kept = {key: value for key, value in written.items() if key not in old}  # such as a default that the file writes out
    layout.change(entry, {"id": id_, **added, **kept, **values})  # a new key goes below the one before it: `id` or a new one
    return _verify(layout.edited(), schedule, [window])


def _with_local_end(window: Window) -> Window:
    """Return a window as the loader makes it: in a file, the end of a repeated window is a wall-clock time."""
    return replace(window, local_end=window.repeat is not None and window.end is not None)


def save(path: Path, before: bytes, after: bytes, *, patience: float = LOCK_SECONDS) -> None:
    """Replace the content of a schedule file, unless somebody else changed it; mode and owner stay.

    Parameters:
        path: May be a link; its target is replaced.
        before: The content that was read.
        after: The new content.
        patience: How many seconds to wait for another writer.

    Raises:
        ChangedError: Somebody else saved the file meanwhile.
        BusyError: Another writer held the lock for all that time.
        OSError: The file cannot be read or written.
    """
    with one_writer(path, like=path, seconds=patience):
        save_under_lock(path, before, after)


def save_under_lock(path: Path, before: bytes, after: bytes) -> None:
    """Do the same for whoever holds the file's lock."""

    def check() -> None:
        if read_file(path) != before:
            raise ChangedError(f"{path} was saved by somebody else meanwhile; nothing was overwritten, so try again")

    check()  # before a temporary file is written, and again just before it takes the file's place: editors take no lock
    replace_file(path, after, like=path, check=check)


def _in_order_of_file(schedule: Schedule) -> list[Window]:
    """Return the windows in the order of the file."""
    places = schedule.places
    return sorted(schedule.windows, key=lambda window: (places[window.id].line, places[window.id].column))


def _index_in_file(layout: Layout, schedule: Schedule, index: int) -> int:
    """Return the index among all entries of the file for one among those without an error."""
    windows = _in_order_of_file(schedule)
    if not schedule.errors or index >= len(windows):
        return len(layout.entries()) if schedule.errors else index
    lines = [layout.line(each) for each in layout.entries()]
    return lines.index(schedule.places[windows[index].id].line)


def _find_order(starts: list[datetime]) -> tuple[bool, bool]:
    """Return whether the starts fall, and whether they rise; equal neighbours count for neither, and a mix is no order."""
    falls = any(after < before for before, after in pairwise(starts))
    rises = any(after > before for before, after in pairwise(starts))
    return falls and not rises, rises and not falls


def _find_index(starts: list[datetime], start: datetime) -> int:
    """Return the index at which to insert a window; the end if the starts are in no order."""
    falls, rises = _find_order(starts)
    if not (falls or rises):
        return len(starts)
    following = (index for index, each in enumerate(starts) if (each < start if falls else each > start))
    return next(following, len(starts))


def _entry_as_yaml(window: Window, exceptions: Sequence[Window], zone: str) -> dict[str, YamlValue]:
    """Return the values of a new entry; its `changes` are the occurrences that differ from it."""
    changes: dict[str, YamlValue] = {}
    for each in exceptions:
        given, (_, day) = find_occurrence(window, each.id, zone=zone), split_id(each.id)
        if given is None or day is None:
            raise ValueError(f"{each.id} is no occurrence of {window.id}")
        inherited = _occurrence_as_yaml(given, zone)
        exception = {key: value for key, value in _occurrence_as_yaml(each, zone).items() if value != inherited.get(key)}
        changes[day.isoformat()] = "cancelled" if exception == {"status": "cancelled"} else exception
    values = _window_as_yaml(window, zone)
    return {**values, "changes": changes} if changes else values


def _window_as_yaml(window: Window, zone: str) -> dict[str, YamlValue]:
    """Return the values of an entry in the order in which keys are written; defaults are omitted."""
    actual = {"start": window.actual.start, "end": window.actual.end} if window.actual else {}
    values: dict[str, YamlValue] = {
        "id": window.id,
        "start": _moment_as_yaml(window.start, zone),
        "end": _moment_as_yaml(window.end, zone) if window.end else "",
        "for": render_duration(window.expected.length, open_ended=window.expected.open_ended) if window.expected else "",
        "class": "/".join(window.classes),
        "title": _text_as_yaml(window.title),
        "status": window.status.value if window.status is not Status.CONFIRMED else "",
        "planned": "" if window.planned else "false",
        "reason": _text_as_yaml(window.reason),
        "note": _text_as_yaml(window.note),
        "actual": {key: _moment_as_yaml(moment, zone) for key, moment in actual.items() if moment is not None},
        "repeat": window.repeat or "",
    }
    return {key: value for key, value in values.items() if value}


def _moment_as_yaml(moment: datetime, zone: str) -> str:
    """Return `2027-12-20 21:00`, with an offset where the clock shows that time twice."""
    if is_repeated(moment, zone):
        return render_with_offset(moment, zone)
    local = to_local(moment, zone)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def _text_as_yaml(text: Text | None) -> YamlValue:
    """Return the one text for all languages, or the texts by language; empty for no text."""
    versions = dict(text.versions) if text else {}
    return versions.get("") or {language: versions[language] for language in LANGUAGES if language in versions}


def _keep_spelling(written: YamlValue | None, old: YamlValue | None, new: YamlValue) -> YamlValue:
    """Return the value to write: as it is written now where its meaning stays (`2 uur` for `2 hours`).

    Parameters:
        written: As the file has it.
        old: The same, as this module would write it.
        new: The new value, as this module writes it.
    """
    if isinstance(written, Mapping) and isinstance(old, Mapping) and isinstance(new, Mapping):
        return {key: _keep_spelling(written.get(key), old.get(key), value) for key, value in new.items()}
    return written if written and old == new else new


def _changes_as_yaml(schedule: Schedule, changes: YamlValue, before: Window, window: Window) -> Mapping[str, YamlValue]:
    """Return the value of `changes` after one occurrence changed, in the order of its dates.

    Parameters:
        schedule: As it was loaded.
        changes: The value as the file has it; empty for none.
        before: The occurrence as it is planned.
        window: The occurrence as it shall be.
    """
    changes = {} if isinstance(changes, str) else changes
    _, day = split_id(window.id)
    if day is None:
        raise ValueError(f"{window.id} is no occurrence's id")
    dates = {key: read_dates(key, languages=schedule.calendar.languages) for key in changes}
    own_key = next((key for key, each in dates.items() if each == (day, day)), day.isoformat())
    exception = _exception_as_yaml(schedule, changes.get(own_key, ""), before, window)
    if not exception and any(first <= day <= last for key, (first, last) in dates.items() if key != own_key):
        exception = window.status.value  # without an exception of its own, a range of dates would cancel it
    merged = {**changes, own_key: exception}
    return {key: merged[key] for key in sorted(merged, key=lambda key: dates.get(key, (day, day))) if merged[key]}


def _exception_as_yaml(schedule: Schedule, written: YamlValue, before: Window, window: Window) -> YamlValue:
    """Return one occurrence's value in `changes`: where it differs from its series; empty if nowhere.

    A key that the file has already stays as it is written, unless its value changes.

    Parameters:
        schedule: As it was loaded.
        written: The value as the file has it: keys, or a status alone; empty for none.
        before: The occurrence as it is planned.
        window: The occurrence as it shall be.
    """
    zone = schedule.calendar.timezone
    if isinstance(written, str):
        file_values: Mapping[str, YamlValue] = {"status": written} if written else {}
    else:
        file_values = written
    old, new = _occurrence_as_yaml(before, zone), _occurrence_as_yaml(window, zone)
    inherited = _inherited_as_yaml(schedule, window, _find_given(schedule, window.id) or before)
    exception: dict[str, YamlValue] = {}
    for key in {**new, **inherited}:
        if key in file_values and new.get(key) == old.get(key):
            exception[key] = file_values[key]
        elif key in new and new[key] != inherited.get(key):
            exception[key] = _keep_spelling(file_values.get(key), old.get(key), new[key])
        elif key not in new and not (key in _LENGTHS and _LENGTHS & new.keys()):
            why = f"an occurrence cannot lack the {key} that {series_of(window.id)} has"
            raise LayoutError(schedule.place_of(window.id), why)
    return "cancelled" if exception == {"status": "cancelled"} and isinstance(written, str) else exception


_LENGTHS = frozenset({"end", "for"})
"""An occurrence's own `end` or `for` replaces whichever of them its series has."""


def _occurrence_as_yaml(window: Window, zone: str) -> dict[str, YamlValue]:
    """Return the values of an occurrence; `status` and `planned` always, because what its series has need not be the default."""
    return {"status": window.status.value, "planned": str(window.planned).lower(), **_window_as_yaml(window, zone)}


def _inherited_as_yaml(schedule: Schedule, window: Window, given: Window) -> dict[str, YamlValue]:
    """Return the values that an occurrence has where its exception does not set them.

    An occurrence that starts at another time than its rule gives inherits an end that is as much later or earlier.
    The start itself is the rule's, so that one that differs is written.

    Parameters:
        schedule: As it was loaded.
        window: The occurrence as it shall be.
        given: The occurrence as the rule gives it.
    """
    zone, shifted = schedule.calendar.timezone, given
    if window.start != given.start:
        shifted = change_occurrence(given, {"start": window.start}, series=schedule.series[series_of(window.id)], zone=zone)
    return {**_occurrence_as_yaml(shifted, zone), "start": _moment_as_yaml(given.start, zone)}


def _verify(data: bytes, schedule: Schedule, changed: Sequence[Window]) -> Schedule:
    """Return the new bytes as a schedule.

    Parameters:
        data: The file after the edit.
        schedule: The file before it.
        changed: The windows and occurrences that were added or changed, as they shall be.

    Raises:
        ScheduleError: The new file has an error.
        LayoutError: Anything else differs from the old schedule, or a changed window is not as it shall be.
    """
    header, is_partial = schedule.calendar, bool(schedule.errors)
    after = load_schedule(data, file=schedule.file, key=header.key, partly=is_partial, header=header)
    ids, known = {each.id for each in changed}, [(each.message, each.place.source) for each in schedule.errors]
    if [(each.message, each.place.source) for each in after.errors] != known:
        raise ScheduleError(after.errors)
    expected = {each.id: each for each in (*schedule.windows, *changed) if _find_given(after, each.id) is None}
    if (
        after.calendar != schedule.calendar
        or {each.id: each for each in after.windows} != expected
        or any(find_window(after, each.id) != each for each in changed)
        or _exceptions_without(ids, after) != _exceptions_without(ids, schedule)
    ):
        raise LayoutError(Place(file=schedule.file), "something else would change with it")
    return after


def _exceptions_without(ids: set[str], schedule: Schedule) -> dict[str, Mapping[str, object]]:
    """Return the exceptions of all occurrences but these."""
    return {id_: facts for id_, facts in schedule.exceptions.items() if id_ not in ids}
