"""Journals that git merges by its union driver, as older attributes had it, go on being read."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.publishing.desk import FIRST, SECOND, THIRD, Desk, value, window
from tests.repository import git
from tests.support import REAL

NOTED = FIRST + "    note: Van de een.\n"
MOVED = FIRST.replace("12-07", "12-09")


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Desk, Desk]:
    """Two desks that have the same repository, with one window published."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    desk = Desk(one)
    desk.write(FIRST)
    (one / "schedule" / ".gitattributes").write_text("*.journal.jsonl merge=union text eol=lf\n", encoding="utf-8")
    shutil.copy(REAL / ".gitignore", one / "schedule")
    desk.publish()
    git(one, "init", "--initial-branch=main", "--quiet")
    commit(desk)
    git(tmp_path, "clone", "--quiet", "one", "two")
    return desk, Desk(two, now=desk.now + timedelta(seconds=30))


def commit(desk: Desk) -> None:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message=published")


def publish(desk: Desk, *windows: str) -> None:
    desk.write(*windows)
    desk.publish()
    commit(desk)


def merge(one: Desk, two: Desk, *, succeeds: bool = True) -> None:
    git(one.root, "pull", "--quiet", "--no-rebase", "--no-edit", "../two", "main", succeeds=succeeds)
    one.now = max(one.now, two.now)


def test_locks_and_leftovers_are_no_part_of_the_repository(clones: tuple[Desk, Desk]) -> None:
    names = git(clones[0].root, "ls-files").split()
    assert names == [f"schedule/{name}" for name in (".gitattributes", ".gitignore", "example.journal.jsonl", "example.yaml")]


def test_different_windows_of_two_clones_are_all_published_once(clones: tuple[Desk, Desk]) -> None:
    one, two = clones
    publish(one, SECOND, FIRST)
    publish(two, FIRST, THIRD)
    merge(one, two)
    outcome = one.publish()
    assert outcome.difference.lines == ()
    assert {uid: value(event, "SEQUENCE") for uid, event in one.events().items()} == {
        "first@example.com": "0",
        "second@example.com": "0",
        "third@example.com": "0",
    }
    assert len(one.lines()) == 4


def test_a_window_edited_in_both_clones_goes_on_counting(clones: tuple[Desk, Desk]) -> None:
    one, two = clones
    publish(one, NOTED)
    publish(two, MOVED)
    before = [value(each.event("first"), "LAST-MODIFIED") for each in clones]
    merge(one, two)
    outcome = one.publish()
    assert outcome.is_done
    after = one.event("first")
    assert "Van de een." in value(after, "DESCRIPTION")
    assert "Moved: was Tue 7 December 21:00\\, now Thu 9 December 21:00" in value(after, "DESCRIPTION")
    assert value(after, "SEQUENCE") == "3"
    assert value(after, "LAST-MODIFIED") > max(before)
    assert value(after, "DTSTART") == "20271209T200000Z"


def test_a_journal_merges_also_where_the_schedule_conflicts(clones: tuple[Desk, Desk]) -> None:
    one, two = clones
    publish(one, FIRST.replace("12-07", "12-10"))
    publish(two, MOVED)
    merge(one, two, succeeds=False)
    assert "<<<<<<<" in one.file.read_text()
    assert "<<<<<<<" not in one.journal.read_text()
    one.write(window("first", "2027-12-11 21:00"))
    one.publish()
    commit(one)
    assert (value(one.event("first"), "SEQUENCE"), value(one.event("first"), "DTSTART")) == ("3", "20271211T200000Z")


def test_both_directions_give_one_feed(clones: tuple[Desk, Desk]) -> None:
    one, two = clones
    publish(one, FIRST, SECOND)
    publish(two, MOVED, THIRD)
    git(one.root, "clone", "--quiet", ".", "../three")
    merge(one, two, succeeds=False)
    one.write(MOVED, SECOND, THIRD)
    commit(one)
    git(two.root, "pull", "--quiet", "--no-rebase", "--strategy-option=ours", "--no-edit", "../three", "main")
    two.write(MOVED, SECOND, THIRD)
    assert (one.publish().difference.lines, two.publish().difference.lines) == ((), ())
    assert sorted(one.lines()) == sorted(two.lines())
    assert one.events() == two.events()


def test_lines_of_the_same_second_merge(clones: tuple[Desk, Desk]) -> None:
    one, two = clones
    two.now = one.now
    publish(one, SECOND, FIRST)
    publish(two, FIRST, THIRD)
    assert one.published().newest == two.published().newest
    merge(one, two)
    assert one.publish().difference.lines == ()
    assert set(one.events()) == {f"{each}@example.com" for each in ("first", "second", "third")}
