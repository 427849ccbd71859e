import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from icsfeed.journal import load_journal
from tests.hostile.wire import connection, parse
from tests.storm.processes import listeners, workers_of
from tests.support import WINDOW, Service, beginning, icsfeed, make_folder, schedule_text, serving, wait_until

LONG = "x" * 40_000
MANY = [f"{WINDOW.replace('20271207T2100', f'w{number}')}    note: {number}{LONG}\n" for number in range(40)]
NEW = [each.replace(LONG, "") for each in MANY]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with two workers; each test leaves it with as many."""
    folder = tmp_path_factory.mktemp("life")
    make_folder(folder, schedule_text(WINDOW))
    with serving(folder, workers=2) as running:
        wait_until(lambda: listeners(running.port) == 2)
        yield running


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which so much is published that an answer does not fit into what a kernel keeps for a connection."""
    folder = tmp_path_factory.mktemp("heavy")
    make_folder(folder, schedule_text(*MANY))
    done = icsfeed("publish", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def is_refused(service: Service) -> bool:
    try:
        with connection(service.port):
            return False
    except ConnectionError:
        return True


def test_it_ends_after_the_last_answer_is_out_and_takes_no_new_connections(heavy: Path) -> None:
    with serving(heavy, "--no-publish") as service, connection(service.port, receive_buffer=2048) as slow:
        whole = service.ask("/example.json").body
        slow.sendall(b"GET /example.json HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.recv(1, socket.MSG_PEEK)
        service.process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(service))
        assert service.process.poll() is None
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # from here on it reads as fast as it can
        received = b""
        while part := slow.recv(1 << 16):
            received += part

        assert [each.body for each in parse(received)] == [whole]
        assert service.process.wait(timeout=60) == 0


def test_an_answer_that_is_cut_off_by_a_killed_worker_is_shorter_than_it_says(heavy: Path) -> None:
    with serving(heavy, "--no-publish") as service, connection(service.port, receive_buffer=2048) as slow:
        slow.sendall(b"GET /example.json HTTP/1.1\r\nHost: x\r\n\r\n")
        received = slow.recv(1 << 16)
        for each in workers_of(service):
            os.kill(each, signal.SIGKILL)
        with suppress(ConnectionError):
            while part := slow.recv(1 << 16):
                received += part
        wait_until(service.answers)
        whole = service.ask("/example.json").body

    head, _, body = received.partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}" in head.decode()
    assert len(body) < len(whole)
    assert whole.startswith(body)


def test_a_worker_that_is_killed_comes_back_however_often(service: Service) -> None:
    for _ in range(2):
        before = set(workers_of(service))
        os.kill(max(before, key=workers_of(service).index), signal.SIGKILL)  # the youngest
        wait_for_another(service, before)
        wait_until(service.answers)

    assert service.process.poll() is None
    assert "Traceback" not in service.log()


def wait_for_another(service: Service, before: set[int]) -> None:
    """Wait until a worker is there that was not there before, and all are."""
    wait_until(lambda: bool(set(workers_of(service)) - before) and len(workers_of(service)) == 2)


@pytest.mark.parametrize("damage", ["not json\n", None])
def test_workers_that_start_while_the_journal_is_broken_have_what_was_published(service: Service, damage: str | None) -> None:
    journal = service.log_file.parent / "schedule" / "example.journal.jsonl"
    whole, before = journal.read_bytes(), service.ask("/example.ics")
    if damage is None:
        journal.unlink()
    else:
        journal.write_text(damage, encoding="utf-8")
    for each in (old := set(workers_of(service))):
        os.kill(each, signal.SIGKILL)
    wait_until(lambda: len(set(workers_of(service)) - old) == 2 and service.answers())
    after, health = service.ask("/example.ics"), service.ask("/healthz")
    journal.write_bytes(whole)
    wait_until(lambda: listeners(service.port) == 2)

    assert (before.status, after.body) == (200, before.body)
    assert (health.status, b'"degraded"' in health.body) == (200, True)


def test_a_worker_that_cannot_begin_leaves_the_others_to_answer_and_tries_again(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--metrics", workers=2, TMPDIR=str(tmp_path)) as service:
        wait_until(lambda: listeners(service.port) == 2)
        (runtime_folder,) = tmp_path.glob("icsfeed-*")
        runtime_folder.rename(tmp_path / "cleaned up")
        os.kill(workers_of(service)[0], signal.SIGKILL)
        wait_until(lambda: service.log().count("a worker could not start: FileNotFoundError: ") >= 2)
        assert service.ask("/example.ics").status == 200
        (tmp_path / "cleaned up").rename(runtime_folder)
        wait_until(lambda: listeners(service.port) == 2)
        assert service.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_before_any_worker_answers(tmp_path: Path, number: signal.Signals) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with beginning(tmp_path, workers=2) as service:
        wait_until(lambda: service.process.poll() is not None or len(workers_of(service)) == 2)
        service.process.send_signal(number)
        assert service.process.wait(timeout=60) == 0, service.log()


def test_it_ends_well_when_a_terminal_interrupts_it_and_its_workers(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, workers=2) as service:
        wait_until(lambda: listeners(service.port) == 2)
        for each in (*workers_of(service), service.process.pid):
            os.kill(each, signal.SIGINT)
        assert service.process.wait(timeout=60) == 0
        assert "Traceback" not in service.log()


def test_it_ends_well_while_workers_are_being_replaced(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, workers=4) as service:
        wait_until(lambda: len(workers_of(service)) == 4)
        before = workers_of(service)
        for each in before:
            os.kill(each, signal.SIGKILL)
        wait_until(lambda: bool(set(workers_of(service)) - set(before)))
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=60) == 0


@pytest.mark.parametrize("moment", ["before the journal is written", "while it is", "after it was"])
def test_when_it_is_told_to_end_while_it_publishes_the_journal_is_whole(tmp_path: Path, moment: str) -> None:
    file = make_folder(tmp_path, schedule_text(WINDOW))
    journal = file.with_name("example.journal.jsonl")
    with serving(tmp_path) as service:
        before = journal.read_bytes()
        file.write_text(schedule_text(WINDOW, *NEW), encoding="utf-8")
        if moment == "while it is":
            wait_until(lambda: any(file.parent.glob(".*.tmp")) or journal.read_bytes() != before)
        if moment == "after it was":
            wait_until(lambda: journal.read_bytes() != before)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=60) == 0
        after = journal.read_bytes()
    published = load_journal(after, file="", key="example")

    assert after.startswith(before)
    assert published.warnings == ()
    assert len(published.windows) in {1, 1 + len(NEW)}
    done = icsfeed("publish", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(load_journal(journal.read_bytes(), file="", key="example").windows) == 1 + len(NEW)
