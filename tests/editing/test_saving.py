"""A save that is interrupted, or that is not alone."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.cli.commands import main
from icsfeed.drafting.editor import ChangedError, change_window, save
from icsfeed.drafting.files import BusyError, one_writer
from icsfeed.model import Status, Text, Window
from tests.editing.desk import WINDOWS, Desk, make_desk
from tests.support import HEAD, ROOT, clean_environment, load


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_a_save_by_somebody_else_is_noticed_and_nothing_is_overwritten(desk: Desk) -> None:
    before = desk.file.read_bytes()
    desk.file.write_bytes(before + b"# by hand\n")
    with pytest.raises(ChangedError):
        save(desk.file, before, before.replace(b"21:00", b"22:00"))
    assert desk.file.read_bytes() == before + b"# by hand\n"


def test_one_saves_at_a_time(desk: Desk) -> None:
    before = desk.file.read_bytes()
    with one_writer(desk.file, like=desk.file), pytest.raises(BusyError):
        save(desk.file, before, before + b"# new\n", patience=0.05)
    assert desk.file.read_bytes() == before


@pytest.mark.parametrize("arguments", [("cancel", "later", "--draft"), ("publish", "--past")])
def test_a_full_disk_changes_nothing_and_is_told_with_the_file(desk: Desk, arguments: tuple[str, ...]) -> None:
    """A limit on the size of files stands for the full disk."""
    before = desk.file.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "icsfeed", *arguments],
        cwd=desk.root,
        env=clean_environment(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        check=False,
    )

    name = desk.journal.name if "publish" in arguments else desk.file.name
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(f"schedule/{name}: File too large; nothing was changed")
    assert desk.file.read_bytes() == before
    assert sorted(each.name for each in desk.file.parent.iterdir()) == [f".{name}.lock", desk.file.name]


def fork(arguments: list[str]) -> int:
    """Run a command in a process of its own, which prints nothing; return its id."""
    child = os.fork()
    if child == 0:
        os.environ["GIT_AUTHOR_NAME"] = "tests"
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # the child just ends
        try:
            main.main(arguments)
        finally:
            os._exit(0)
    return child


def test_two_hundred_commands_killed_at_any_moment_leave_the_old_or_the_new_file(desk: Desk) -> None:
    seed = os.environ.get("ICSFEED_TEST_SEED") or str(time.time_ns())
    sys.stdout.write(f"ICSFEED_TEST_SEED={seed}\n")
    chance, outcomes = random.Random(seed), {"old": 0, "new": 0}
    folder = ["--schedule", str(desk.file.parent), "--draft"]
    started = time.monotonic()
    os.waitpid(fork(["move", "later", "20:00", *folder]), 0)
    longest = time.monotonic() - started
    for run in range(200):
        old = desk.file.read_bytes()
        before = load(old.decode())
        window = next(each for each in before.windows if each.id == "later")
        arguments, after = choose(window, run)
        new = change_window(before, after).data
        child = fork([arguments[0], "later", *arguments[1:], *folder])
        time.sleep(chance.uniform(0, longest))  # the random moment itself
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        left = desk.file.read_bytes()
        assert left in (old, new)
        load(left.decode())
        outcomes["old" if left == old else "new"] += 1
    assert min(outcomes.values()) > 0, outcomes
    assert desk.run("change", "later", "--note", "Zuletzt.").status == 0
    assert list(desk.file.parent.glob(".*.tmp")) == []
    assert desk.file.read_bytes().startswith((HEAD + WINDOWS.partition("  - id")[0]).encode())


def choose(window: Window, run: int) -> tuple[list[str], Window]:
    """Return a command and what it makes of the window."""
    if run % 3 == 0:
        note = Text.of(f"Nummer {run}: x")
        return ["change", "--note", f"Nummer {run}: x"], replace(window, note=note)
    if run % 3 == 1:
        day = timedelta(days=1 if window.start.day == 14 else -1)
        return ["move", f"{(window.start + day).day} december"], replace(window, start=window.start + day)
    if window.status is Status.CANCELLED:
        return ["confirm"], replace(window, status=Status.CONFIRMED, reason=None)
    return ["cancel", "--reason", f"Nr. {run}"], replace(window, status=Status.CANCELLED, reason=Text.of(f"Nr. {run}"))
