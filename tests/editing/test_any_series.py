from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icsfeed.drafting.editor import change_window, find_window
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Text, Window
from tests.editing.layouts import LINES, TEXTS
from tests.editing.series import DAYS, SeriesFile, files, load
from tests.editing.test_any_layout import is_insertion, is_subsequence, really, shift, versions

FEW = settings(max_examples=150, deadline=None, derandomize=True)
LAST = date(2029, 12, 31)


def commands() -> st.SearchStrategy[Callable[[Window], Window]]:
    """Give what each command makes of an occurrence."""
    return st.one_of(
        st.integers(-5000, 50000).filter(bool).map(lambda minutes: lambda window: shift(window, minutes)),
        st.sampled_from([("standaard",), ("uitgebreid",), ("operationeel", "standaard")]).map(
            lambda classes: lambda window: replace(window, classes=classes)
        ),
        st.just(lambda window: replace(window, status=Status.CANCELLED)),
        st.just(lambda window: replace(window, status=Status.CONFIRMED, reason=None)),
        LINES.map(lambda title: lambda window: replace(window, title=Text.of(title))),
        st.tuples(st.sampled_from(Status), versions(TEXTS)).map(
            lambda both: lambda window: replace(window, status=both[0], reason=both[1])
        ),
        st.booleans().map(lambda ended: lambda window: really(window, ended=ended)),
        st.tuples(LINES, st.integers(1, 900)).map(
            lambda both: lambda window: replace(shift(window, both[1]), classes=("standaard",), note=Text.of(both[0]))
        ),
    )


def meanings(schedule: Schedule) -> dict[str, Window]:
    return {**{window.id: window for window in schedule.windows}, **schedule.until(LAST)}


def lines_beside(file: SeriesFile, schedule: Schedule, id_: str) -> list[str]:
    """Return the lines of the entry that an exception's change must leave."""
    lines = file.own.decode().splitlines()
    if id_ not in schedule.exceptions:
        return lines if len(lines) > 1 and "  - {" not in lines[0] and not any("changes: {" in line for line in lines) else []
    first = schedule.places[id_].line - 1 - file.before.count(b"\n")
    following = (number for number in range(first + 1, len(lines)) if len(lines[number]) - len(lines[number].lstrip()) <= 6)
    kept = lines[:first] + lines[next(following, len(lines)) :]
    if len(schedule.exceptions) > 1:
        return kept
    return [line for line in kept if line.startswith("    ") and line[4] not in " c"]


@FEW
@given(files(), st.sampled_from(DAYS), commands())
def test_only_the_exception_of_the_occurrence_changes_and_the_file_means_what_was_asked(
    file: SeriesFile, day: str, command: Callable[[Window], Window]
) -> None:
    schedule, id_ = file.load(), f"round-{day.replace('-', '')}"
    after = command(find_window(schedule, id_))

    changed = change_window(schedule, after).data

    assert meanings(load(changed)) == {**meanings(schedule), id_: after}
    assert changed.startswith(file.before)
    assert changed.endswith(file.behind)
    assert (b"\r\n" in changed) == (b"\r\n" in file.data)
    fresh = changed[len(file.before) : len(changed) - len(file.behind)].decode().splitlines()
    assert is_subsequence(lines_beside(file, schedule, id_), fresh)
    if id_ not in schedule.exceptions and not file.has_empty_changes and changed != file.data:
        assert is_insertion(file.data, changed)
    if after == find_window(schedule, id_):
        assert changed == file.data


@FEW
@given(files(), st.lists(st.tuples(st.sampled_from(DAYS), commands()), min_size=2, max_size=5))
def test_an_evening_of_exceptions_leaves_the_file_as_the_last_of_each_said(
    file: SeriesFile, changes: list[tuple[str, Callable[[Window], Window]]]
) -> None:
    schedule, wanted = file.load(), meanings(file.load())
    for day, command in changes:
        id_ = f"round-{day.replace('-', '')}"
        wanted[id_] = command(wanted[id_])
        schedule = load(change_window(schedule, wanted[id_]).data)
    assert meanings(schedule) == wanted


@FEW
@given(files(), st.sampled_from(DAYS))
def test_what_is_cancelled_and_confirmed_again_leaves_the_bytes_that_were_there(file: SeriesFile, day: str) -> None:
    schedule, id_ = file.load(), f"round-{day.replace('-', '')}"
    window = find_window(schedule, id_)
    assume(id_ not in schedule.exceptions and not file.has_empty_changes)
    cancelled = change_window(schedule, replace(window, status=Status.CANCELLED)).data
    assert cancelled != file.data
    assert change_window(load(cancelled), window).data == file.data


@FEW
@given(files(), commands())
def test_a_series_that_changes_leaves_its_exceptions(file: SeriesFile, command: Callable[[Window], Window]) -> None:
    schedule = file.load()
    window = find_window(schedule, "round")
    changed_facts = command(replace(window, repeat=None))
    after = replace(changed_facts, start=window.start, end=window.end, actual=None, repeat=window.repeat)

    changed = change_window(schedule, after).data

    assert find_window(load(changed), "round") == after
    assert load(changed).exceptions == schedule.exceptions
    assert changed.startswith(file.before)
    assert changed.endswith(file.behind)
