"""What `icsfeed reconcile` says, asks and leaves alone; and what other commands say meanwhile."""

from pathlib import Path

import pytest

from tests.commands.desk import Said, converse, run, save
from tests.publishing.desk import FIRST, SECOND, THIRD
from tests.support import schedule_text

CANCELLED = FIRST.replace("first\n", "first\n    status: cancelled\n")
MOVED = FIRST.replace("12-07", "12-09")
CURE = "two people published at once; `icsfeed reconcile` settles it (or `git merge --abort` undoes the merge)"


def lines_of(root: Path) -> list[str]:
    return journal_of(root).read_text(encoding="utf-8").splitlines()


def journal_of(root: Path) -> Path:
    return root / "schedule" / "example.journal.jsonl"


@pytest.fixture
def merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose journal has the conflict of a merge: ann cancelled the first window, bob moved it and announced another."""
    save(tmp_path, schedule_text(FIRST, SECOND))
    assert run(tmp_path, "publish").status == 0
    common = lines_of(tmp_path)
    sides = []
    for who, windows in (("ann", (CANCELLED, SECOND)), ("bob", (MOVED, SECOND, THIRD))):
        monkeypatch.setenv("GIT_AUTHOR_NAME", who)
        journal_of(tmp_path).write_text("".join(f"{line}\n" for line in common), encoding="utf-8")
        save(tmp_path, schedule_text(*windows))
        assert run(tmp_path, "publish").status == 0
        sides.append(lines_of(tmp_path)[len(common) :])
    conflict = [*common, "<<<<<<< HEAD", *sides[0], "=======", *sides[1], ">>>>>>> bob"]
    journal_of(tmp_path).write_text("".join(f"{line}\n" for line in conflict), encoding="utf-8")
    return tmp_path


def reconcile(root: Path, *arguments: str) -> Said:
    return run(root, "reconcile", *arguments, now=None)


def test_without_a_terminal_it_names_all_that_is_in_question_and_writes_nothing(merged: Path) -> None:
    before = lines_of(merged)
    assert reconcile(merged) == Said(
        1,
        "",
        "example: first was cancelled by ann and moved by bob; the schedule says: Thursday 9 December 21:00, confirmed\n"
        "example: nothing was written; correct the schedule, or publish what it says: `icsfeed reconcile --yes`\n",
    )
    assert lines_of(merged) == before


def test_a_yes_writes_the_lines_of_both_sides_and_what_the_schedule_says(merged: Path) -> None:
    before = [line for line in lines_of(merged) if line.startswith("{")]
    said = reconcile(merged, "--yes")
    assert (said.status, said.out) == (
        0,
        (
            "example: the journal is whole again\n"
            "example: 1 change published\n"
            "  changed    first  Thursday 9 December 2027, 21:00–21:20  Example: Standard maintenance (about 20 min)\n"
        ),
    )
    assert said.err == "example: now commit it: `git add schedule/example.journal.jsonl` and `git commit`\n"
    *kept, last = lines_of(merged)
    assert sorted(kept) == sorted(before)
    assert '"sequence":2' in last
    assert reconcile(merged) == Said(0, "example: the journal is in order; nothing to reconcile\n", "")


def test_two_sides_with_the_same_lines_need_no_answer(merged: Path) -> None:
    *common, first, second = [line for line in lines_of(merged) if line.startswith("{")]
    conflict = [*common, "<<<<<<< HEAD", first, second, "=======", second, first, ">>>>>>> bob"]
    journal_of(merged).write_text("".join(f"{line}\n" for line in conflict), encoding="utf-8")
    assert reconcile(merged).out == "example: the journal is whole again\n"
    assert sorted(lines_of(merged)) == sorted([*common, first, second])


def test_where_nothing_was_published_nothing_is_to_do(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    assert reconcile(tmp_path) == Said(0, "example: the journal is in order; nothing to reconcile\n", "")
    assert not journal_of(tmp_path).exists()


def test_what_vanished_needs_an_answer_of_its_own(merged: Path) -> None:
    save(merged, schedule_text(SECOND, THIRD))
    said = reconcile(merged, "--yes")
    assert (said.status, said.err) == (
        1,
        (
            "example: first was cancelled by ann and moved by bob; the schedule says: nothing; the window is gone"
            " (it would be published as cancelled)\n"
            "example: nothing was written; correct the schedule, or publish what it says:"
            " `icsfeed reconcile --yes --withdraw first`\n"
        ),
    )
    assert reconcile(merged, "--yes", "--withdraw", "first").status == 0
    assert run(merged, "diff").out == "example: nothing to publish\n"


def test_what_else_differs_is_named_as_a_draft(merged: Path) -> None:
    save(merged, schedule_text(MOVED, SECOND.replace("12-14", "12-15"), THIRD))
    draft = "example: still a draft: moved second; `icsfeed diff` shows it\n"
    for arguments in ((), ("--yes",)):
        assert draft in reconcile(merged, *arguments).err
    assert "moved      second" in run(merged, "diff").out


def test_a_schedule_with_an_error_is_settled_first(merged: Path) -> None:
    before = lines_of(merged)
    save(merged, schedule_text("<<<<<<< HEAD\n", CANCELLED, "=======\n", MOVED, ">>>>>>> bob\n", SECOND))
    said = reconcile(merged, "--yes")
    assert said.status == 1
    assert "git conflict marker" in said.err
    assert said.err.endswith("example: nothing was written because of the errors above\n")
    assert lines_of(merged) == before


@pytest.mark.parametrize(
    "command",
    [("publish",), ("diff",), ("list",), ("check",), ("show", "first"), ("cancel", "second", "--publish")],
    ids=lambda command: command[0],
)
def test_every_other_command_writes_nothing_and_names_the_cure(merged: Path, command: tuple[str, ...]) -> None:
    before = lines_of(merged)
    said = run(merged, *command, now=None)
    assert said.status == 1
    assert f"schedule/example.journal.jsonl:4: error: {CURE}\n" in said.out + said.err
    assert lines_of(merged) == before


def test_a_preview_is_refused(merged: Path) -> None:
    assert run(merged, "reconcile").status == 2


@pytest.mark.parametrize(("keys", "status"), [(b"y\n", 0), (b"n\n", 1)])
def test_on_a_terminal_it_asks_one_by_one(merged: Path, keys: bytes, status: int) -> None:
    before = lines_of(merged)
    found, shown = converse(merged, keys, "reconcile")
    assert found == status
    assert "the schedule says: Thursday 9 December 21:00, confirmed. Publish that? [y/N]: " in shown
    assert (lines_of(merged) == before) is bool(status)
