"""A service runs while two clones publish at once; its feed follows only what was settled."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.publishing.desk import FIRST, SECOND, events_of, value, window
from tests.repository import git
from tests.support import REAL, Service, icsfeed, make_folder, schedule_text, serving, wait_until

NEW = window("20271221T2100", "2027-12-21 21:00")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def revision(service: Service, id_: str) -> tuple[str, str, str]:
    """Return SEQUENCE, DTSTART and STATUS of a window in the feed of a service."""
    event = events_of(service.ask("/example.ics").body)[f"{id_}@example.com"]
    return value(event, "SEQUENCE"), value(event, "DTSTART"), value(event, "STATUS")


def run(root: Path, who: str, *arguments: str, status: int = 0) -> str:
    done = icsfeed(*arguments, cwd=root, GIT_AUTHOR_NAME=who)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=published")


def test_a_cancellation_and_a_move_at_once_beside_a_running_service(tmp_path: Path) -> None:
    ann, bob = tmp_path / "ann", tmp_path / "bob"
    ann.mkdir()
    make_folder(ann, schedule_text(FIRST, SECOND))
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(REAL / name, ann / "schedule")
    (ann / ".gitignore").write_text("*.log\n", encoding="utf-8")
    run(ann, "ann", "publish")
    git(ann, "init", "--initial-branch=main", "--quiet")
    commit(ann)
    git(tmp_path, "clone", "--quiet", "ann", "bob")
    with serving(bob) as service:

        def shows(*expected: str) -> Callable[[], bool]:
            return lambda: revision(service, "first") == expected

        assert revision(service, "first") == ("0", "20271207T200000Z", "CONFIRMED")
        run(ann, "ann", "cancel", "first", "--publish")
        commit(ann)
        run(bob, "bob", "add", "2027-12-21 21:00", "standaard", "--publish")
        run(bob, "bob", "move", "first", "2027-12-09 21:00", "--publish")
        commit(bob)
        moved = ("1", "20271209T200000Z", "CONFIRMED")
        wait_until(shows(*moved))
        git(bob, "pull", "--quiet", "--no-rebase", "--no-edit", str(ann), "main", succeeds=False)
        unread = "schedule/example.journal.jsonl:4 two people published at once; `icsfeed reconcile` settles it"
        wait_until(lambda: f"cannot read {unread}" in service.log())
        both = schedule_text(FIRST.replace("12-07", "12-09").replace("first\n", "first\n    status: cancelled\n"), SECOND, NEW)
        make_folder(bob, both)
        wait_until(lambda: f"not published: {unread}" in service.log())
        assert "first was cancelled by ann and moved by bob" in run(bob, "bob", "reconcile", status=1)
        assert revision(service, "first") == moved
        run(bob, "bob", "reconcile", "--yes")
        commit(bob)
        settled = ("2", "20271209T200000Z", "CANCELLED")
        wait_until(shows(*settled))
        git(ann, "pull", "--quiet", "--ff-only", str(bob), "main")
    with serving(ann, "--no-publish") as service:
        assert revision(service, "first") == settled
    assert run(ann, "ann", "diff") == "example: nothing to publish\n"
