"""A journal only grows: one that lacks lines that it had, or is missing though there was one, is never written."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.auto_publish import AutoPublisher
from icsfeed.drafting.files import lock_of
from icsfeed.drafting.lost_lines import served_copy_of
from icsfeed.drafting.publishing import publish
from icsfeed.problems import ScheduleError
from tests.commands.desk import run
from tests.publishing.desk import FIRST, NO_ANSWERS, SECOND, THIRD, Desk
from tests.repository import commit, git, make_repository
from tests.support import NOW, REAL, icsfeed

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

MOVED = FIRST.replace("12-07", "12-09")
BACK = "`icsfeed reconcile` brings them back"
GONE = "the journal is missing or empty, but there was one; restore it from a backup"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk outside of git that published twice."""
    root = tmp_path / "root"
    root.mkdir()
    desk = Desk(root)
    desk.write(FIRST, SECOND)
    desk.publish()
    desk.write(MOVED, SECOND)
    desk.publish()
    return desk


@pytest.fixture
def tracked(desk: Desk) -> Desk:
    """The same, in a repository: each publication is a commit."""
    whole = desk.lines()
    write_lines(desk, whole[:-1])
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(REAL / name, desk.root / "schedule")
    make_repository(desk.root)
    write_lines(desk, whole)
    commit(desk.root)
    return desk


def write_lines(desk: Desk, lines: list[str]) -> None:
    desk.journal.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def refused(desk: Desk) -> str:
    """Return why a save is not published, which `check` says too; nothing is written."""
    before = desk.journal.read_bytes() if desk.journal.exists() else None
    with pytest.raises(ScheduleError) as caught:
        desk.publish()
    assert (desk.journal.read_bytes() if desk.journal.exists() else None) == before
    (problem,) = caught.value.problems
    assert problem in desk.folder.check("example", desk.now)[1]
    assert f"give the calendar another name: rename {desk.file}" in problem.cure
    return problem.message


# In a git work tree


@needs_git
@pytest.mark.parametrize("then_saved", [True, False])
def test_a_reverted_publication_is_refused(tracked: Desk, *, then_saved: bool) -> None:
    git(tracked.root, "revert", "--no-edit", "HEAD")
    if then_saved:
        tracked.write(FIRST, SECOND, THIRD)
    assert refused(tracked) == f"the journal lacks 1 line that it had; {BACK}"


@needs_git
def test_a_publication_that_the_branch_was_reset_from_is_refused_and_settled(tracked: Desk) -> None:
    whole = tracked.lines()
    git(tracked.root, "reset", "--hard", "HEAD~1")
    tracked.write(FIRST, SECOND, THIRD)
    assert refused(tracked) == f"the journal lacks 1 line that it had; {BACK}"
    said = run(tracked.root, "reconcile", "--yes", now=None)
    assert (said.status, said.out.partition("\n")[0]) == (0, "example: the journal is whole again")
    assert tracked.lines()[: len(whole)] == whole
    commit(tracked.root)
    assert run(tracked.root, "reconcile", now=None).out == "example: the journal is in order; nothing to reconcile\n"
    assert tracked.publish().is_done


@needs_git
def test_a_visited_branch_is_drafted_and_published_on(tracked: Desk) -> None:
    git(tracked.root, "switch", "--quiet", "--create", "older", "HEAD~1")
    tracked.write(FIRST, SECOND, THIRD)
    assert tracked.publish().is_done
    commit(tracked.root)
    git(tracked.root, "switch", "--quiet", "main")
    assert run(tracked.root, "check").status == 0


@needs_git
def test_a_restored_backup_and_removed_lines_are_refused(tracked: Desk) -> None:
    whole = tracked.lines()
    for kept in (whole[:1], whole[:2], [whole[0], whole[3]]):
        write_lines(tracked, kept)
        assert refused(tracked) == f"the journal lacks {len(whole) - len(kept)} lines that it had; {BACK}"
    write_lines(tracked, whole)
    assert tracked.publish().is_done


@needs_git
def test_what_was_published_after_the_loss_does_not_hide_it(tracked: Desk) -> None:
    whole = tracked.lines()
    tracked.write(FIRST, SECOND, THIRD)
    tracked.publish()
    write_lines(tracked, [*whole[:-1], tracked.lines()[-1]])
    commit(tracked.root)
    assert refused(tracked) == f"the journal lacks 1 line that it had; {BACK}"


@needs_git
def test_what_a_merge_settled_in_a_hurry_threw_away_is_refused(tracked: Desk) -> None:
    git(tracked.root, "switch", "--quiet", "--create", "branch")
    tracked.write(MOVED, SECOND, THIRD)
    tracked.publish()
    commit(tracked.root)
    git(tracked.root, "switch", "--quiet", "main")
    git(tracked.root, "merge", "--quiet", "--no-ff", "--strategy=ours", "--no-edit", "branch")
    assert refused(tracked) == f"the journal lacks 1 line that it had; {BACK}"


@needs_git
def test_a_journal_that_is_gone_but_in_the_index_is_restored_from_it(tracked: Desk) -> None:
    lock_of(tracked.journal).unlink()
    for damage in (tracked.journal.unlink, lambda: tracked.journal.write_text("\n", encoding="utf-8")):
        damage()
        message = refused(tracked)
        command = f"git -C {tracked.folder.path} restore {tracked.journal.name}"
        assert message == f"the journal is missing or empty; `{command}` brings it back"
        git(tracked.root, *command.split()[1:])
        assert tracked.publish().is_done


@needs_git
def test_a_journal_whose_deletion_was_committed_is_not_begun_anew(tracked: Desk) -> None:
    tracked.journal.unlink()
    lock_of(tracked.journal).unlink()
    commit(tracked.root)
    assert refused(tracked) == f"the journal lacks 4 lines that it had; {BACK}"


@needs_git
def test_in_a_shallow_clone_lost_lines_are_not_known(tracked: Desk) -> None:
    git(tracked.root, "revert", "--no-edit", "HEAD")
    git(tracked.root.parent, "clone", "--quiet", "--depth=1", f"file://{tracked.root}", "shallow")
    shallow = Desk(tracked.root.parent / "shallow", now=tracked.now)
    assert shallow.publish().is_done


@needs_git
@pytest.mark.parametrize(
    "command",
    [
        ("publish",),
        ("publish", "--dry-run"),
        ("diff",),
        ("add", "2027-12-28 21:00", "standaard", "--publish"),
        ("add", "2027-12-28 21:00", "standaard", "--draft"),
        ("move", "second", "22:00", "--publish"),
        ("change", "second", "--note", "x"),
        ("cancel", "second", "--draft"),
        ("confirm", "second", "--publish"),
        ("edit",),
        ("check",),
    ],
)
def test_each_command_that_would_publish_names_the_cure_and_changes_nothing(
    tracked: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    git(tracked.root, "revert", "--no-edit", "HEAD")
    monkeypatch.setenv("VISUAL", "false")
    before = tracked.file.read_bytes(), tracked.journal.read_bytes()
    done = icsfeed(*command, cwd=tracked.root)
    assert done.returncode == 1
    said = "schedule/example.journal.jsonl: error: the journal lacks 1 line that it had; `icsfeed reconcile` brings them back\n"
    assert said in done.stdout + done.stderr
    assert (tracked.file.read_bytes(), tracked.journal.read_bytes()) == before


@needs_git
def test_a_calendar_of_another_name_begins_anew(tracked: Desk) -> None:
    tracked.journal.unlink()
    tracked.file.rename(tracked.file.with_name("another.yaml"))
    assert publish(tracked.folder, "another", now=tracked.now, answers=NO_ANSWERS).is_done
    assert run(tracked.root, "check").status == 0


# Outside of git


def test_what_somebody_had_seen_is_refused_when_it_is_gone(desk: Desk) -> None:
    whole = desk.lines()
    write_lines(desk, whole[:-2])
    publisher = AutoPublisher(desk.folder, lambda: NOW + timedelta(hours=1), had=lambda _: whole)
    with pytest.raises(ScheduleError) as caught:
        publish(desk.folder, "example", now=desk.now, answers=NO_ANSWERS, had=whole)
    message = f"the journal lacks 2 lines that it had; {BACK}, else restore a backup"
    assert [each.message for each in caught.value.problems] == [message]
    publisher.publish_saves(at_start=True)
    assert desk.lines() == whole[:-2]


def test_lines_that_cannot_be_kept_beside_a_journal_are_told_once_and_kept_later(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    served_copy_of(desk.journal).mkdir()
    publisher = AutoPublisher(desk.folder, lambda: NOW)
    for _ in range(2):
        publisher.keep_lost_lines({"example": tuple(desk.lines())})
    (message,) = caplog.messages
    assert message.startswith(f"{desk.journal}: cannot keep the lines that it lost: ")
    served_copy_of(desk.journal).rmdir()
    publisher.keep_lost_lines({"example": tuple(desk.lines())})
    assert served_copy_of(desk.journal).read_text(encoding="utf-8").splitlines() == desk.lines()


def test_a_journal_that_is_missing_is_not_begun_anew_where_its_lock_says_that_there_was_one(desk: Desk) -> None:
    for damage in (desk.journal.unlink, desk.journal.touch):
        damage()
        assert refused(desk) == GONE
    AutoPublisher(desk.folder, lambda: NOW).publish_saves(at_start=True)
    assert desk.journal.read_bytes() == b""
    lock_of(desk.journal).unlink()
    assert desk.publish().is_done


def test_a_first_publication_that_failed_does_not_count_as_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST.replace("2027", "2020"))
    assert not desk.publish().is_done
    desk.save("nonsense")
    with pytest.raises(ScheduleError):
        desk.publish()
    desk.write(FIRST)
    assert desk.publish().is_done
