import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from prometheus_client import Counter, Metric
from prometheus_client.parser import text_string_to_metric_families

from icsfeed.web import metrics
from icsfeed.web.metrics import Metered
from tests.support import ROOT, clean_environment

WORKER = """
import os, resource, signal, sys
from pathlib import Path
from icsfeed.publication.journals import Addresses, JournalFolder
from icsfeed.publication.source import Source
from icsfeed.web.metrics import measure

folder = Path(sys.argv[1])
{before}

def inner(environ, start_response):
    start_response("200 OK", [])
    return [b"answered"]

app = measure(inner, Source(JournalFolder(Path("none")), Addresses()), folder)
print(app({{"PATH_INFO": "/example.ics", "REQUEST_METHOD": "GET"}}, lambda *_: None), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A worker that answers one request for a feed, and is killed."""


def run_worker(folder: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Run a worker from its begin to its end, after some statements of its own."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER.format(before=before), str(folder)],
        cwd=folder.parent,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "[b'answered']\n"), done.stderr
    return done


def nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise AssertionError("/metrics is not passed on")


def ask(folder: Path) -> tuple[int, str]:
    """Return the status and body of `/metrics`."""
    statuses = []

    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
        statuses.append(int(status[:3]))
        return lambda _: None

    app = Metered(nothing, folder, Counter("unused", "Not asked for.", registry=None))
    body = b"".join(app({"PATH_INFO": "/metrics", "REQUEST_METHOD": "GET"}, start))
    return statuses[-1], body.decode()


def count(folder: Path) -> float:
    """Return how many requests are told."""
    status, body = ask(folder)
    assert status == HTTPStatus.OK
    families = text_string_to_metric_families(body)
    return sum(each.value for one in families for each in one.samples if each.name == "icsfeed_requests_total")


def counters(folder: Path) -> list[Path]:
    return sorted(folder.glob("counter_*.db"))


def pid_of_the_dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_workers_that_die_again_and_again_leave_no_more_files_and_no_count_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    for _ in range(5):
        run_worker(folder)
    assert len(list(folder.iterdir())) == 3
    assert count(folder) == 5
    assert list(folder.iterdir()) == counters(folder)
    assert count(folder) == 5


def test_the_counters_of_a_worker_that_is_alive_are_left_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    run_worker(folder)
    (dead,) = counters(folder)
    alive = dead.rename(folder / f"counter_{os.getpid()}.db")
    run_worker(folder)
    assert len(counters(folder)) == 2
    assert alive in counters(folder)
    assert count(folder) == 2


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\xff\xff\0\0torn"])
def test_a_torn_file_keeps_no_other_figure_from_being_told(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "metrics"
    run_worker(folder)
    of_dead, of_living = (folder / f"counter_{pid}.db" for pid in (pid_of_the_dead(), os.getpid()))
    for path in (of_dead, of_living):
        path.write_bytes(content)

    assert count(folder) == 1
    assert not of_dead.exists()
    assert of_living.exists()


def test_a_torn_file_of_a_worker_with_the_same_process_id_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    run_worker(folder, 'folder.joinpath(f"counter_{os.getpid()}.db").write_bytes(b"\\xff\\xff\\0\\0torn")')
    assert count(folder) == 1


def test_a_worker_goes_on_in_counters_of_the_same_process_id(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    run_worker(folder)
    run_worker(folder, 'next(folder.glob("counter_*")).rename(folder / f"counter_{os.getpid()}.db")')
    assert count(folder) == 2


def test_where_nothing_can_be_told_the_service_is_unavailable(tmp_path: Path) -> None:
    assert ask(tmp_path / "gone")[0] == HTTPStatus.SERVICE_UNAVAILABLE


def test_a_worker_that_cannot_count_serves_and_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    done = run_worker(folder, "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))")
    assert done.stderr.splitlines() == [f"this worker serves without /metrics: cannot count in {folder}: File too large"]


def test_a_worker_does_not_count_where_others_can_write(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to("elsewhere")
    assert "cannot count" in run_worker(folder, "os.geteuid = lambda: -1").stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="room cannot be reserved here")
def test_room_is_reserved_so_that_a_full_disk_kills_no_worker_later(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    run_worker(folder)
    (path,) = counters(folder)
    assert path.stat().st_blocks * 512 >= 65536


@pytest.mark.parametrize("looks", [0, 3])
def test_a_file_that_is_renamed_while_files_are_read_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    folder = tmp_path / "metrics"
    run_worker(folder)
    (counter,) = counters(folder)
    left, merge = [looks], metrics._merge

    def rename_and_merge(files: list[Path]) -> list[Metric]:
        if left[0] == 0:  # each of the three files is looked at, and then all are merged
            counter.rename(folder / f"counter_{os.getpid()}.db")
        left[0] -= 1
        return merge(files)

    monkeypatch.setattr(metrics, "_merge", rename_and_merge)
    samples = [each for figure in metrics._add_up(folder) for each in figure.samples]
    assert [each.value for each in samples if each.name == "icsfeed_requests_total"] == [1]
