"""Lines that a journal had in git's history, and has no longer."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.lost_lines import find_lost_lines
from tests.repository import commit, git, make_repository
from tests.service.conftest import announced, write_journal

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

AT = datetime(2026, 1, 2, tzinfo=UTC)
ONE, TWO, THREE = (announced(id_, AT + timedelta(hours=hours)) for hours, id_ in enumerate(("one", "two", "three")))


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal that was committed with one window, then with two."""
    folder = tmp_path / "repository" / "schedule"
    folder.mkdir(parents=True)
    journal = write_journal(folder)
    append(journal, ONE)
    make_repository(folder.parent)
    append(journal, TWO)
    commit(folder.parent)
    return journal


def append(journal: Path, *lines: str) -> None:
    journal.write_text(journal.read_text(encoding="utf-8") + "".join(lines), encoding="utf-8")


def remove(journal: Path, *lines: str) -> None:
    text = journal.read_text(encoding="utf-8")
    for line in lines:
        text = text.replace(line, "")
    journal.write_text(text, encoding="utf-8")


def lost(journal: Path) -> set[str]:
    data = journal.read_bytes() if journal.exists() else b""
    return {f"{line}\n" for line in find_lost_lines(journal, data)}


def test_a_journal_that_only_grew_has_lost_nothing(journal: Path) -> None:
    append(journal, THREE)
    assert lost(journal) == set()


def test_lines_in_another_order_are_not_lost(journal: Path) -> None:
    journal.write_text("".join(reversed(journal.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    assert lost(journal) == set()


def test_removed_lines_are_lost_whether_committed_or_not(journal: Path) -> None:
    remove(journal, ONE)
    assert lost(journal) == {ONE}
    commit(journal.parent)
    append(journal, THREE)
    commit(journal.parent)
    assert lost(journal) == {ONE}


def test_a_reverted_commit_is_lost(journal: Path) -> None:
    git(journal.parent, "revert", "--no-edit", "HEAD")
    assert lost(journal) == {TWO}


def test_a_journal_that_is_missing_has_lost_all(journal: Path) -> None:
    every = {f"{line}\n" for line in journal.read_text(encoding="utf-8").splitlines()}
    journal.unlink()
    assert lost(journal) == every
    commit(journal.parent)
    assert lost(journal) == every


def branch_of(journal: Path) -> None:
    """Publish `THREE` on a branch, and another change of the same place on main."""
    git(journal.parent, "switch", "--quiet", "--create", "branch")
    append(journal, THREE)
    commit(journal.parent)
    git(journal.parent, "switch", "--quiet", "main")
    append(journal, announced("four", AT))
    commit(journal.parent)


def test_what_a_merge_threw_away_is_lost(journal: Path) -> None:
    branch_of(journal)
    assert lost(journal) == set()
    git(journal.parent, "merge", "--quiet", "--strategy=ours", "--no-edit", "branch")
    assert lost(journal) == {THREE}


def test_what_a_merge_under_way_throws_away_is_lost(journal: Path) -> None:
    branch_of(journal)
    git(journal.parent, "merge", "--quiet", "branch", succeeds=False)
    git(journal.parent, "checkout", "--ours", "--", journal.name)
    assert lost(journal) == {THREE}


def test_a_line_that_only_a_merge_brought_is_lost_once_it_is_removed(journal: Path) -> None:
    branch_of(journal)
    git(journal.parent, "merge", "--quiet", "branch", succeeds=False)
    git(journal.parent, "checkout", "--ours", "--", journal.name)
    append(journal, THREE, announced("settled", AT))
    commit(journal.parent)
    assert lost(journal) == set()
    remove(journal, announced("settled", AT))
    commit(journal.parent)
    assert lost(journal) == {announced("settled", AT)}


def test_lines_that_nobody_could_read_are_not_lost(journal: Path) -> None:
    whole = journal.read_text(encoding="utf-8")
    append(journal, THREE[:40] + "\n", THREE.replace("announced", "unheard"))
    commit(journal.parent)
    journal.write_text(whole, encoding="utf-8")
    assert lost(journal) == set()


def test_other_line_ends_lose_nothing(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes().replace(b"\n", b"\r\n"))
    assert lost(journal) == set()
    commit(journal.parent)
    journal.write_bytes(journal.read_bytes().replace(b"\r\n", b"\n"))
    assert lost(journal) == set()


def test_a_journal_of_another_name_begins_anew(journal: Path) -> None:
    other = journal.rename(journal.with_name("other.journal.jsonl"))
    remove(other, ONE)
    commit(journal.parent)
    assert lost(other) == set()


def test_the_target_of_a_link_is_what_counts(journal: Path, tmp_path: Path) -> None:
    link = tmp_path / journal.name
    link.symlink_to(journal)
    remove(journal, TWO)
    assert lost(link) == {TWO}


def test_the_repository_is_that_of_the_file_also_within_a_hook(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(journal, TWO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert lost(journal) == {TWO}


def test_settings_of_a_person_change_nothing(journal: Path) -> None:
    for name, value in (
        ("log.follow", "true"), ("log.showRoot", "false"), ("diff.noprefix", "true"), ("color.ui", "always"),
        ("diff.external", "false"), ("log.diffMerges", "first-parent"),
    ):  # fmt: skip
        git(journal.parent, "config", name, value)
    (journal.parents[1] / ".git" / "info" / "attributes").write_text("*.jsonl -diff\n", encoding="utf-8")
    branch_of(journal)
    git(journal.parent, "merge", "--quiet", "--strategy=ours", "--no-edit", "branch")
    remove(journal, ONE)
    assert lost(journal) == {ONE, THREE}


# What the branch stood at


def test_a_commit_that_the_branch_was_reset_from_is_lost(journal: Path) -> None:
    append(journal, THREE)
    commit(journal.parent)
    git(journal.parent, "reset", "--hard", "HEAD~2")
    assert lost(journal) == {TWO, THREE}
    append(journal, announced("four", AT))
    commit(journal.parent)
    assert lost(journal) == {TWO, THREE}


def test_what_came_with_a_pull_is_lost_after_a_reset(journal: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(journal.parents[1]), "follower")
    follower = tmp_path / "follower" / "schedule" / journal.name
    append(journal, THREE)
    commit(journal.parent)
    append(journal, announced("four", AT))
    commit(journal.parent)
    git(follower.parent, "pull", "--quiet", "--ff-only")
    assert lost(follower) == set()
    git(follower.parent, "reset", "--hard", "HEAD~2")
    assert lost(follower) == {THREE, announced("four", AT)}


def test_a_line_that_was_amended_away_is_lost(journal: Path) -> None:
    remove(journal, TWO)
    git(journal.parent, "commit", "--quiet", "--all", "--amend", "--no-edit", "--allow-empty")
    assert lost(journal) == {TWO}


def test_the_message_of_a_commit_is_amended_without_loss(journal: Path) -> None:
    git(journal.parent, "commit", "--quiet", "--amend", "--message=better")
    assert lost(journal) == set()


def test_a_branch_that_is_older_or_another_commit_that_is_visited_has_lost_nothing(journal: Path) -> None:
    git(journal.parent, "tag", "first", "HEAD~1")
    for visit in (("switch", "--create", "older", "HEAD~1"), ("checkout", "first"), ("switch", "--detach", "HEAD")):
        git(journal.parent, *visit)
        assert lost(journal) == set()
        git(journal.parent, "switch", "main")
        assert lost(journal) == set()


def test_a_rebase_a_cherry_pick_and_a_stash_lose_nothing(journal: Path) -> None:
    git(journal.parent, "switch", "--quiet", "--create", "branch")
    append(journal, THREE)
    commit(journal.parent)
    git(journal.parent, "switch", "--quiet", "main")
    (journal.parent / "notes.txt").write_text("x", encoding="utf-8")
    commit(journal.parent)
    git(journal.parent, "switch", "--quiet", "branch")
    git(journal.parent, "rebase", "--quiet", "main")
    assert lost(journal) == set()
    git(journal.parent, "switch", "--quiet", "main")
    git(journal.parent, "cherry-pick", "branch")
    assert lost(journal) == set()
    append(journal, announced("four", AT))
    git(journal.parent, "stash")
    assert lost(journal) == set()
    git(journal.parent, "stash", "pop")
    assert lost(journal) == set()


def test_without_a_reflog_the_history_counts(journal: Path) -> None:
    git(journal.parent, "config", "core.logAllRefUpdates", "false")
    (journal.parents[1] / ".git" / "logs" / "refs" / "heads" / "main").unlink()
    remove(journal, ONE)
    assert lost(journal) == {ONE}
    commit(journal.parent)
    assert lost(journal) == {ONE}


# Where nothing can be known


def test_outside_a_work_tree_nothing_is_lost(tmp_path: Path) -> None:
    journal = write_journal(tmp_path)
    journal.write_text("", encoding="utf-8")
    assert lost(journal) == set()


def test_before_the_first_commit_nothing_is_lost(tmp_path: Path) -> None:
    journal = write_journal(tmp_path)
    git(tmp_path, "init", "--quiet")
    assert lost(journal) == set()
    git(tmp_path, "add", journal.name)
    journal.unlink()
    assert lost(journal) == set()


def test_in_a_shallow_clone_nothing_is_lost(journal: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{journal.parents[1]}", "shallow")
    clone = tmp_path / "shallow" / "schedule" / journal.name
    remove(clone, TWO)
    assert lost(clone) == set()


def test_without_git_nothing_is_lost(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove(journal, TWO)
    monkeypatch.setenv("PATH", "")
    assert lost(journal) == set()
