"""A conflict of a merge, a rebase, a cherry-pick, a revert or a stash: each message names the commands that fit."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from icsfeed.drafting.publishing import publish
from tests.commands.desk import run
from tests.publishing.desk import FIRST, NO_ANSWERS, SECOND
from tests.reconciling.clones import Clone, make_clones
from tests.repository import git
from tests.support import make_folder, schedule_text

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CANCELLED = schedule_text(FIRST.replace("first\n", "first\n    status: cancelled\n"), SECOND)
MOVED = schedule_text(FIRST.replace("12-07", "12-09"), SECOND)
BOTH = schedule_text(FIRST.replace("12-07", "12-09").replace("first\n", "first\n    status: cancelled\n"), SECOND)


@pytest.fixture
def clones(tmp_path: Path) -> list[Clone]:
    """Ann, who cancelled the first window, and Bob, who knows nothing of it."""
    ann, bob = make_clones(tmp_path, schedule_text(FIRST, SECOND), "ann", "bob")
    ann.publish(CANCELLED)
    return [ann, bob]


def merge(ann: Clone, bob: Clone) -> None:
    bob.publish(MOVED)
    bob.pull(ann)


def rebase(ann: Clone, bob: Clone) -> None:
    bob.publish(MOVED)
    bob.pull(ann, "--rebase")


def apply_patches(ann: Clone, bob: Clone) -> None:
    bob.publish(MOVED)
    bob.git("fetch", "--quiet", str(ann.root), "main")
    bob.git("rebase", "--apply", "FETCH_HEAD", succeeds=False)


def cherry_pick(ann: Clone, bob: Clone) -> None:
    bob.publish(MOVED)
    bob.git("fetch", "--quiet", str(ann.root), "main")
    bob.git("cherry-pick", "FETCH_HEAD", succeeds=False)


def revert(_: Clone, bob: Clone) -> None:
    bob.publish(CANCELLED)
    bob.publish(CANCELLED.replace("12-14", "12-15"))
    bob.git("revert", "--no-edit", "HEAD~1", succeeds=False)


def stash(ann: Clone, bob: Clone) -> None:
    make_folder(bob.root, MOVED)
    publish(bob.desk.folder, "example", now=bob.clock.tick(), answers=NO_ANSWERS)
    bob.git("stash")
    bob.git("pull", "--quiet", "--ff-only", str(ann.root), "main")
    bob.git("stash", "pop", succeeds=False)


WAYS = [
    (merge, "merge", "git merge --abort", "git commit"),
    (rebase, "rebase", "git rebase --abort", "git rebase --continue"),
    (apply_patches, "rebase", "git rebase --abort", "git rebase --continue"),
    (cherry_pick, "cherry-pick", "git cherry-pick --abort", "git cherry-pick --continue"),
    (revert, "revert", "git revert --abort", "git revert --continue"),
    (stash, "stash", "git reset --merge", "git commit"),
]
Way = Callable[[Clone, Clone], None]


@pytest.mark.parametrize(("way", "name", "undo", "finish"), WAYS, ids=[each[0].__name__ for each in WAYS])
def test_what_is_named_takes_it_back(clones: list[Clone], way: Way, name: str, undo: str, finish: str) -> None:
    ann, bob = clones
    way(ann, bob)
    cure = f"two people published at once; `icsfeed reconcile` settles it (or `{undo}` undoes the {name})"
    assert cure in run(bob.root, "check").out
    assert f"`{undo}` undoes the {name}" in run(bob.root, "cancel", "second", "--publish", now=None).err
    assert "`git switch" not in run(bob.root, "reconcile", now=None).err
    bob.git(*undo.split()[1:])
    assert run(bob.root, "check").status == 0
    assert bob.git("status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.parametrize(("way", "name", "undo", "finish"), WAYS, ids=[each[0].__name__ for each in WAYS])
def test_what_is_named_after_reconcile_finishes_it(clones: list[Clone], way: Way, name: str, undo: str, finish: str) -> None:
    ann, bob = clones
    way(ann, bob)
    make_folder(bob.root, BOTH)
    said = run(bob.root, "reconcile", "--yes", now=None)
    assert said.err == f"example: now commit it: `git add schedule/example.journal.jsonl` and `{finish}`\n"
    bob.git("add", "schedule/example.yaml")
    for command in re.findall("`git ([^`]+)`", said.err):
        bob.git(*command.split(), *(["--message=settled"] if command == "commit" else []))
    assert bob.git("status", "--branch", "--porcelain", "--untracked-files=no").startswith("## main")
    assert run(bob.root, "check").status == 0
    assert run(bob.root, "reconcile", now=None).out == "example: the journal is in order; nothing to reconcile\n"
    bob.look()


def test_in_a_work_tree_beside_the_first_one_too(clones: list[Clone]) -> None:
    ann, bob = clones
    bob.publish(MOVED)
    bob.git("fetch", "--quiet", str(ann.root), "main:other")
    git(bob.root, "worktree", "add", "--quiet", "../beside", "other")
    git(bob.root.parent / "beside", "rebase", "main", succeeds=False)
    assert "`git rebase --abort` undoes the rebase" in run(bob.root.parent / "beside", "check").out
