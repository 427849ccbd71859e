"""`--for`, `--end`, `move` and the exceptions of a series, as commands write them into the file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.arguments import Arguments
from icsfeed.drafting.editor import add_window, change_window, find_window
from icsfeed.model import Status, Text, Window
from icsfeed.zones import to_local
from tests.editing.desk import make_desk
from tests.editing.test_any_series import commands
from tests.support import HEAD, load

NIGHT = """\
windows:
  - id: night
    start: 2036-01-05 22:00
    end: 2036-01-06 06:00
    class: standaard
    repeat: FREQ=WEEKLY
    changes:
      2036-02-02: cancelled
      1 maart 2036 t/m 15 maart 2036: cancelled
  - id: one
    start: 2036-01-08 22:00
    end: 2036-01-09 06:00
    class: standaard
"""
NOW = datetime(2036, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class File:
    """The windows of a schedule file, changed by commands."""

    windows: str = NIGHT

    def change(self, id_: str, *, length: str | None = None, end: str | None = None, **facts: Any) -> None:
        """Change a window as `change` does."""
        schedule = load(HEAD + self.windows)
        before = find_window(schedule, id_)
        lengths = Arguments(schedule, NOW).lengths(before.start, length=length, until=end)
        self.windows = change_window(schedule, replace(before, **lengths, **facts)).data.decode().removeprefix(HEAD)

    def move(self, id_: str, when: str) -> None:
        """Move a window as `move` does."""
        schedule = load(HEAD + self.windows)
        moved = Arguments(schedule, NOW).move(find_window(schedule, id_), when)
        self.windows = change_window(schedule, moved).data.decode().removeprefix(HEAD)

    def times(self, id_: str) -> tuple[str, str]:
        """Return when a window begins and ends."""
        schedule = load(HEAD + self.windows)
        found = find_window(schedule, id_)
        start, end = (to_local(each, "Europe/Amsterdam") for each in (found.start, schedule.end_of(found)))
        return f"{start:%m-%d %H:%M}", f"{end:%m-%d %H:%M}"


def test_a_length_and_an_end_replace_each_other(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    assert desk.run("change", "later", "--for", "4 uur").out.startswith("changed later: for\n")
    assert "    for: 4 hours\n" in desk.windows()
    assert desk.run("change", "later", "--for", "at least 90 minutes").out.startswith("changed later: for\n")
    assert "    for: at least 1 hour 30 minutes\n" in desk.windows()
    assert desk.run("change", "later", "--end", "23:00").out.startswith("changed later: end, for\n")
    assert "for:" not in desk.windows()
    assert "    end: 2036-12-14 23:00\n" in desk.windows()
    assert desk.run("change", "later", "--for", "none").out.startswith("changed later: end\n")
    assert "end:" not in desk.windows()


def test_a_series_takes_either_too() -> None:
    file = File()
    file.change("night", length="8h")
    assert file.times("night-20360329") == ("03-29 22:00", "03-30 07:00")
    file.change("night", end="06:00")
    assert file.times("night-20360329") == ("03-29 22:00", "03-30 06:00")


def test_a_new_series_ends_at_its_time_on_the_clock() -> None:
    schedule = load(HEAD + NIGHT)
    start = datetime(2036, 1, 7, 22, tzinfo=UTC)
    lengths = Arguments(schedule, NOW).lengths(start, length=None, until="05:00")
    added = add_window(schedule, Window(id="new", start=start, classes=("standaard",), repeat="FREQ=WEEKLY", **lengths))
    assert File(added.data.decode().removeprefix(HEAD)).times("new-20360331") == ("03-31 23:00", "04-01 05:00")


def test_an_occurrences_length_stands_beside_its_date() -> None:
    file = File()
    file.change("night-20360112", length="2h")
    assert "      2036-01-12: {for: 2 hours}\n" in file.windows
    assert file.times("night-20360112") == ("01-12 22:00", "01-13 00:00")
    file.change("night-20360112", end="23:00")
    assert "      2036-01-12: {end: 2036-01-12 23:00}\n" in file.windows
    file.change("night-20360112", end="2036-01-13 06:00")
    assert file.windows == NIGHT


@pytest.mark.parametrize(
    ("id_", "when", "there"),
    [
        ("night-20360112", "2036-01-13 01:00", ("01-13 01:00", "01-13 09:00")),
        ("night-20360329", "2036-03-28 22:00", ("03-28 22:00", "03-29 06:00")),
        ("night-20360322", "2036-03-29 23:00", ("03-29 23:00", "03-30 07:00")),
        ("one", "2036-03-29 22:00", ("03-29 22:00", "03-30 06:00")),
        ("one", "2036-10-25 21:00", ("10-25 21:00", "10-26 05:00")),
    ],
)
def test_an_end_moves_along_on_the_clock_and_is_written_only_where_it_is_a_windows_own(
    id_: str, when: str, there: tuple[str, str]
) -> None:
    file = File()
    file.move(id_, when)
    assert file.times(id_) == there
    assert (f"{{start: {when}}}" in file.windows) is (id_ != "one")


def test_an_occurrence_with_a_length_of_its_own_keeps_it() -> None:
    file = File()
    file.change("night-20360329", length="8h")
    file.move("night-20360329", "23:00")
    assert "2036-03-29: {start: 2036-03-29 23:00, for: 8 hours}\n" in file.windows
    assert file.times("night-20360329") == ("03-29 23:00", "03-30 08:00")


RANGE = "      1 maart 2036 t/m 15 maart 2036: cancelled\n"


def test_a_single_date_within_a_range_is_written_beside_it() -> None:
    file = File()
    file.change("night-20360308", status=Status.CONFIRMED)
    assert f"{RANGE}      2036-03-08: confirmed\n" in file.windows
    file.change("night-20360301", note=Text.of("Toch niet"))
    assert "      2036-03-01: {status: cancelled, note: Toch niet}\n" in file.windows
    file.change("night-20360308", status=Status.CANCELLED)
    assert "      2036-03-08: {status: cancelled}\n" in file.windows or "      2036-03-08: cancelled\n" in file.windows
    file.change("night-20360223", note=Text.of("x"))
    assert "      2036-02-23: {note: x}\n" in file.windows
    assert RANGE in file.windows


def test_what_a_series_changes_leaves_ranges_alone() -> None:
    file = File()
    file.move("night", "23:00")
    assert RANGE in file.windows
    assert load(HEAD + file.windows).exceptions == load(HEAD + NIGHT).exceptions


def test_diff_names_exceptions_that_are_published_long_ahead(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, NIGHT)
    said = desk.run("diff")
    assert said.status == 1
    assert "night-20360308  Saturday 8 March 2036" in said.out


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 15), commands(), st.sampled_from(["end: 2036-01-06 06:00", "for: 8 hours"]))
def test_whatever_happens_to_one_date_all_others_stay(week: int, command: Callable[[Window], Window], length: str) -> None:
    schedule = load(HEAD + NIGHT.replace("end: 2036-01-06 06:00", length))
    id_ = f"night-{date(2036, 1, 5) + timedelta(days=7 * week):%Y%m%d}"
    before, last = find_window(schedule, id_), date(2036, 12, 31)
    after = command(before)

    changed = change_window(schedule, after)

    assert changed.until(last) == {**schedule.until(last), id_: after}
    assert RANGE.encode() in changed.data
    assert find_window(change_window(changed, before), id_) == before


def test_the_text_null_is_written_in_quotes() -> None:
    file = File()
    file.change("one", title=Text.of("null"))
    assert '    title: "null"\n' in file.windows
