"""What happens to a journal when who writes it is killed, is not alone, or may not write."""

import fcntl
import os
import random
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.files import BusyError, one_writer, replace_file
from icsfeed.drafting.publishing import publish
from icsfeed.journal import load_journal
from tests.publishing.desk import FIRST, NO_ANSWERS, SECOND, Desk, window
from tests.support import NOW, schedule_text

NOBODY = 65534


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def fork(work: Callable[[], None]) -> int:
    """Run something in a process of its own that ends without cleaning up; return its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def strays(desk: Desk) -> list[str]:
    return [each.name for each in desk.journal.parent.glob(".*.tmp")]


# Killed


def test_a_publication_killed_at_any_moment_leaves_the_old_or_the_new_journal(desk: Desk) -> None:
    seed = os.environ.get("ICSFEED_TEST_SEED") or str(time.time_ns())
    sys.stdout.write(f"ICSFEED_TEST_SEED={seed}\n")
    chance, outcomes = random.Random(seed), {"old": 0, "new": 0}
    desk.write(FIRST)
    desk.publish()
    for run in range(200):
        old = desk.journal.read_bytes()
        desk.now += timedelta(minutes=1)
        desk.write(window("first", "2027-12-07 21:00", f"note: Nummer {run}."))
        child = fork(lambda: (publish(desk.folder, "example", now=desk.now, answers=NO_ANSWERS), None)[1])
        time.sleep(chance.uniform(0, 0.03))  # the random moment itself
        os.kill(child, signal.SIGKILL)
        ended(child)
        left = desk.journal.read_bytes()
        assert left.startswith(old)
        assert left[len(old) :].count(b"\n") in (0, 1)
        load_journal(left, file="example.journal.jsonl", key="example")
        assert left.endswith(b"\n")
        outcomes["old" if left == old else "new"] += 1
    assert min(outcomes.values()) > 0, outcomes
    desk.write(window("first", "2027-12-07 21:00", "note: Zuletzt."))
    assert desk.publish().is_done
    assert strays(desk) == []
    assert desk.published().by_id["first"].sequence == outcomes["new"] + 1


def stop_before(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Kill the process before it calls a function of the operating system."""
    monkeypatch.setattr(os, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize("step", ["fsync", "fchmod", "fchown", "replace"])
def test_a_publication_killed_before_a_step_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    desk.write(FIRST)
    desk.publish()
    old = desk.journal.read_bytes()
    desk.write(FIRST, SECOND)

    def work() -> None:
        stop_before(monkeypatch, step)
        desk.publish()

    assert ended(fork(work)) == -signal.SIGKILL

    assert desk.journal.read_bytes() == old


def test_what_a_killed_publication_left_is_swept_by_the_next_one(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    left = desk.journal.with_name(f".{desk.journal.name}.abc123.tmp")
    other = desk.journal.with_name(".other.journal.jsonl.abc123.tmp")
    for each in (left, other):
        each.write_text("half a li")
    desk.write(FIRST, SECOND)
    desk.publish()
    assert strays(desk) == [other.name]


def test_the_lock_of_a_killed_publication_is_free(desk: Desk) -> None:
    desk.write(FIRST)
    reader, writer = os.pipe()

    def work() -> None:
        with one_writer(desk.journal, like=desk.file):
            os.write(writer, b"x")
            signal.pause()

    child = fork(work)
    assert os.read(reader, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    ended(child)
    with one_writer(desk.journal, like=desk.file, seconds=0):
        pass


def test_a_write_that_fails_leaves_the_old_journal_and_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(FIRST)
    desk.publish()
    old = desk.journal.read_bytes()
    desk.write(FIRST, SECOND)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            desk.publish()
    assert (desk.journal.read_bytes(), strays(desk)) == (old, [])


# At once


@pytest.mark.parametrize("number", [2, 5])
def test_several_publications_at_once_lose_and_double_nothing(desk: Desk, number: int) -> None:
    desk.write(FIRST)
    desk.publish()
    old = desk.journal.read_bytes()
    desk.write(FIRST, SECOND)
    for child in [fork(lambda: (desk.publish(), None)[1]) for _ in range(number)]:
        assert ended(child) == 0
    new = desk.journal.read_bytes()
    assert new.startswith(old)
    assert new[len(old) :].count(b"\n") == 1
    assert set(desk.events()) == {"first@example.com", "second@example.com"}


def test_several_publications_of_several_saves_all_count(desk: Desk) -> None:
    """Each save adds a window; whoever comes last has published all of them."""
    desk.write(FIRST)
    desk.publish()
    saved = threading.Lock()
    windows = [FIRST]

    def add(number: int) -> None:
        with saved:
            windows.append(window(f"w{number}", f"2027-12-{number + 10} 21:00"))
            beside = desk.root / f"{number}.yaml"
            beside.write_text(schedule_text(*windows), encoding="utf-8")
            beside.replace(desk.file)
        assert publish(desk.folder, "example", now=NOW, answers=NO_ANSWERS).is_done

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(add, range(5)))
    lines = [each.window.id for each in desk.published().lines if each.window]
    assert sorted(lines) == ["first", "w0", "w1", "w2", "w3", "w4"]


def test_what_was_saved_and_published_since_a_draft_was_loaded_counts(desk: Desk) -> None:
    desk.write(FIRST)
    draft = desk.folder.load("example")
    desk.write(FIRST, SECOND)
    desk.publish()
    assert publish(desk.folder, "example", now=desk.now, answers=NO_ANSWERS, draft=draft).difference.lines == ()
    desk.write(FIRST, SECOND, window("third", "2028-01-04 21:00"))
    lines = publish(desk.folder, "example", now=desk.now, answers=NO_ANSWERS, draft=draft).difference.lines
    assert [each.window.id for each in lines if each.window] == ["third"]


@contextmanager
def held(desk: Desk, who: str) -> Iterator[None]:
    """Hold the lock as another process does."""
    with desk.journal.with_name(f".{desk.journal.name}.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(who)
        lock.flush()
        yield


def test_a_publication_that_waits_too_long_says_who_is_at_work(desk: Desk) -> None:
    desk.write(FIRST)
    with held(desk, "ann, process 4711"), pytest.raises(BusyError) as caught:
        publish(desk.folder, "example", now=NOW, answers=NO_ANSWERS, patience=0.1)
    assert str(caught.value) == "ann, process 4711, is at work on example.journal.jsonl; try again"
    assert not desk.journal.exists()


def test_a_publication_says_who_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob\x1b[2J é")
    desk.write(FIRST)
    with one_writer(desk.journal, like=desk.file), pytest.raises(BusyError) as caught:
        publish(desk.folder, "example", now=NOW, answers=NO_ANSWERS, patience=0)
    assert str(caught.value).startswith(f"Bob[2J é, process {os.getpid()}, is at work on ")


def test_a_publication_waits_for_another_one(desk: Desk) -> None:
    desk.write(FIRST)
    waiting = threading.Event()

    def work() -> bool:
        waiting.set()
        return publish(desk.folder, "example", now=NOW, answers=NO_ANSWERS, patience=30).is_done

    with ThreadPoolExecutor(1) as pool:
        with held(desk, "ann"):
            done = pool.submit(work)
            assert waiting.wait(10)
            assert not done.done()
        assert done.result(timeout=60)


# Owner, mode, links


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o664, 0o644])
def test_the_mode_of_a_journal_is_kept(desk: Desk, mode: int) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.journal.chmod(mode)
    desk.write(FIRST, SECOND)
    desk.publish()
    assert stat.S_IMODE(desk.journal.stat().st_mode) == mode


def test_a_first_journal_takes_the_mode_of_the_schedule(desk: Desk) -> None:
    desk.write(FIRST)
    desk.file.chmod(0o640)
    desk.publish()
    assert stat.S_IMODE(desk.journal.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_are_kept_and_a_first_journal_takes_the_schedules(desk: Desk) -> None:
    desk.write(FIRST)
    os.chown(desk.file, NOBODY, 12345)
    desk.publish()
    os.chown(desk.file, 0, 0)
    desk.write(FIRST, SECOND)
    desk.publish()
    status = desk.journal.stat()
    assert (status.st_uid, status.st_gid) == (NOBODY, 12345)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_whoever_may_edit_the_schedule_may_publish_after_root_did(desk: Desk) -> None:
    desk.write(FIRST)
    os.chown(desk.file, NOBODY, NOBODY)
    desk.file.chmod(0o640)
    desk.publish()
    status = desk.journal.with_name(f".{desk.journal.name}.lock").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (NOBODY, NOBODY, 0o640)


def test_a_member_of_the_group_keeps_the_group(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def chown(_: int, owner: int, group: int) -> None:
        given.append((owner, group))
        if owner != -1:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", chown)
    desk.write(FIRST)
    replace_file(desk.journal, b"x", like=desk.file)
    status = desk.file.stat()
    assert given == [(status.st_uid, status.st_gid), (-1, status.st_gid)]


def test_a_journal_that_is_a_link_stays_one(desk: Desk) -> None:
    elsewhere = desk.root / "data"
    elsewhere.mkdir()
    desk.write(FIRST)
    desk.journal.symlink_to(elsewhere / "published.jsonl")
    desk.publish()
    desk.write(FIRST, SECOND)
    desk.publish()
    assert desk.journal.is_symlink()
    assert (elsewhere / "published.jsonl").read_bytes().count(b"\n") == 3
    assert set(desk.events()) == {"first@example.com", "second@example.com"}


def test_a_link_and_what_it_points_to_have_one_lock(desk: Desk) -> None:
    desk.write(FIRST)
    target = desk.root / "real.jsonl"
    desk.journal.symlink_to(target)
    with one_writer(target, like=desk.file), pytest.raises(BusyError):
        publish(desk.folder, "example", now=NOW, answers=NO_ANSWERS, patience=0)
