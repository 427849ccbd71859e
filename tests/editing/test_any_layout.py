from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.editor import add_window, change_window
from icsfeed.drafting.layout import LayoutError
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.model import Actual, Status, Text, Window
from tests.editing.layouts import KEY, LINES, TEXTS, File, files

FACTS = {"start": "start", "end": "end", "classes": "class", "actual": "actual"}
CLASSES = st.sampled_from([("standaard",), ("operationeel",), ("standaard", "uitgebreid")])
FEW = settings(max_examples=300, deadline=None, derandomize=True)


def versions(words: st.SearchStrategy[str]) -> st.SearchStrategy[Text | None]:
    in_both = st.fixed_dictionaries({"nl": words, "en": words})
    return st.one_of(st.none(), words.map(Text.of), in_both.map(Text.of), words.map(lambda text: Text.of({"nl": text})))


def shift(window: Window, minutes: int) -> Window:
    by = timedelta(minutes=minutes)
    return replace(window, start=window.start + by, end=window.end + by if window.end else None)


def really(window: Window, *, ended: bool) -> Window:
    start = window.start + timedelta(minutes=3)
    return replace(window, actual=Actual(start=start, end=start + timedelta(minutes=28) if ended else None))


def commands() -> st.SearchStrategy[Callable[[Window], Window]]:
    """Give what each command makes of a window."""
    return st.one_of(
        st.integers(-5000, 500000).filter(bool).map(lambda minutes: lambda window: shift(window, minutes)),
        CLASSES.map(lambda classes: lambda window: replace(window, classes=classes)),
        st.sampled_from([None, 1, 3000]).map(
            lambda hours: lambda window: replace(window, end=window.start + timedelta(hours=hours) if hours else None)
        ),
        versions(LINES).map(lambda title: lambda window: replace(window, title=title)),
        versions(TEXTS).map(lambda note: lambda window: replace(window, note=note)),
        st.tuples(st.sampled_from(Status), versions(TEXTS)).map(
            lambda both: lambda window: replace(window, status=both[0], reason=both[1])
        ),
        st.just(lambda window: replace(window, status=Status.CONFIRMED, title=None, reason=None, note=None)),
        st.booleans().map(lambda ended: lambda window: really(window, ended=ended)),
    )


def load(data: bytes) -> Schedule:
    return load_schedule(data, file="schedule/example.yaml", key=KEY)


def by_id(schedule: Schedule) -> dict[str, Window]:
    return {window.id: window for window in schedule.windows}


def touched(before: Window, after: Window) -> set[str]:
    names = ("start", "end", "classes", "status", "title", "reason", "note", "actual")
    return {FACTS.get(name, name) for name in names if getattr(before, name) != getattr(after, name)}


def is_subsequence(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(any(line == other for other in rest) for line in few)


@FEW
@given(files(), st.data())
def test_only_the_lines_of_the_window_change_and_the_file_means_what_was_asked(file: File, data: st.DataObject) -> None:
    schedule = file.load()
    number = data.draw(st.integers(0, len(file.entries) - 1))
    entry, before, own, behind = file.entries[number]
    id_ = f"w{number}" if f"w{number}" in by_id(schedule) else next(each for each in by_id(schedule) if each[0] != "w")
    window = by_id(schedule)[id_]
    after = data.draw(commands())(window)

    changed = change_window(schedule, after).data

    assert by_id(load(changed)) == {**by_id(schedule), id_: after}
    assert load(changed).calendar == schedule.calendar
    assert changed.startswith(before)
    rest = behind.partition(b"\n")[2] if behind[:1] in {b"\r", b"\n"} else behind
    assert changed.endswith(rest)
    fresh = changed[len(before) : len(changed) - len(rest)]
    assert (b"\r\n" in fresh) <= (b"\r\n" in own + behind[:2])
    kept = [line.lstrip(" -") for key, line in entry.lines if key not in touched(window, after)]
    now = [line.lstrip(" -") for line in fresh.decode().splitlines()]
    assert is_subsequence([line for line in kept if line], now)
    if after == window:
        assert changed == file.data


def new_windows() -> st.SearchStrategy[Window]:
    minutes = st.integers(0, 2_000_000).map(lambda minutes: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
    return st.builds(
        Window,
        id=st.just("new"),
        start=minutes,
        classes=CLASSES,
        title=versions(LINES),
        note=versions(TEXTS),
        planned=st.booleans(),
    )


@FEW
@given(files(least=0), new_windows())
def test_a_new_window_is_put_in_where_the_order_of_the_file_wants_it(file: File, window: Window) -> None:
    schedule = file.load()

    changed = add_window(schedule, window).data

    assert by_id(load(changed)) == {**by_id(schedule), "new": window}
    starts, grown = ([window.start for window in in_order_of_file(each)] for each in (schedule, load(changed)))
    for ordered in (sorted(starts), sorted(starts, reverse=True)):
        if len(starts) > 1 and starts == ordered:
            assert grown == sorted(grown, reverse=starts[0] > starts[-1])
    if file.entries:
        assert is_insertion(file.data, changed)
    for _, _, own, _ in file.entries:
        assert own in changed
    assert changed.endswith(b"\n") == file.data.endswith(b"\n")


@FEW
@given(files(odd=True), st.integers(0, 3), commands(), new_windows())
def test_in_any_layout_a_change_is_refused_or_right_and_changes_nothing_else(
    file: File, number: int, command: Callable[[Window], Window], new: Window
) -> None:
    schedule = file.load()
    _, before, _, behind = file.entries[number % len(file.entries)]
    window = in_order_of_file(schedule)[number % len(file.entries)]
    after = command(window)
    with suppress(LayoutError):
        changed = change_window(schedule, after).data
        assert by_id(load(changed)) == {**by_id(schedule), window.id: after}
        assert load(changed).calendar == schedule.calendar
        assert changed.startswith(before)
        assert changed.endswith(behind.partition(b"\n")[2])
    with suppress(LayoutError):
        grown = add_window(schedule, new).data
        assert by_id(load(grown)) == {**by_id(schedule), "new": new}
        assert is_insertion(file.data, grown)


def in_order_of_file(schedule: Schedule) -> list[Window]:
    places = schedule.places
    return sorted(schedule.windows, key=lambda window: (places[window.id].line, places[window.id].column))


def is_insertion(old: bytes, new: bytes) -> bool:
    """Tell whether one piece was put in and nothing else changed."""
    same = next((number for number, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    return new.endswith(old[same:])


@FEW
@given(files(), st.lists(st.tuples(st.integers(0, 9), commands()), min_size=2, max_size=5))
def test_an_evening_of_changes_leaves_the_file_as_the_last_of_each_window_said(
    file: File, changes: list[tuple[int, Callable[[Window], Window]]]
) -> None:
    schedule, wanted = file.load(), by_id(file.load())
    for number, command in changes:
        id_ = sorted(wanted)[number % len(wanted)]
        wanted[id_] = command(wanted[id_])
        schedule = load(change_window(schedule, wanted[id_]).data)
    assert by_id(schedule) == wanted
    for (_, before, own, _), (_, until, _, _) in pairwise(file.entries):
        assert until[len(before) + len(own) :] in schedule.data
