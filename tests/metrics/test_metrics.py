import os
import signal
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support import WINDOW, Service, copy_real_calendar, make_folder, schedule_text, serving, wait_until

GOOGLE = "Google-Calendar-Importer"


def figures(service: Service) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and the values of its labels, those in the order of the labels' names."""
    families = text_string_to_metric_families(service.ask("/metrics").body.decode())
    return {
        (each.name, *(value for _, value in sorted(each.labels.items()))): each.value for one in families for each in one.samples
    }


def workers_of(service: Service) -> list[int]:
    """Return the process ids of the workers."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text(encoding="ascii")
    return [pid for pid in map(int, children.split()) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_without_the_option_there_are_none(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path) as service:
        assert service.ask("/metrics").status == 404


def test_requests_are_counted_by_kind_status_and_program_across_workers(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--metrics", "--workers", "2") as service:
        etag = service.ask("/minox-online.ics", User_Agent=GOOGLE).headers["etag"]
        for _ in range(19):
            service.ask("/minox-online.ics", User_Agent=GOOGLE)
        for _ in range(7):
            service.ask("/minox-online.ics", User_Agent=GOOGLE, If_None_Match=etag)
        service.ask("/nothing/to/see/", User_Agent=GOOGLE)
        found = figures(service)

    assert found["icsfeed_requests_total", "feed", "Google Calendar", "200"] == 20
    assert found["icsfeed_requests_total", "feed", "Google Calendar", "304"] == 7
    assert found["icsfeed_requests_total", "other", "Google Calendar", "404"] == 1


def test_other_methods_are_answered_as_at_documents(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--metrics") as service:
        head, options, post = (service.ask("/metrics", method) for method in ("HEAD", "OPTIONS", "POST"))
        preflight, refusal = (service.ask("/minox-online.ics", method).headers for method in ("OPTIONS", "POST"))

    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1000
    assert (options.status, options.headers.keys()) == (204, preflight.keys())
    assert options.headers["access-control-allow-methods"] == preflight["access-control-allow-methods"]
    assert (post.status, post.headers["allow"]) == (405, refusal["allow"])


def test_the_publication_is_told_of(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--metrics") as service:
        wait_until(lambda: ("icsfeed_journals_read_timestamp_seconds",) in figures(service))
        found = figures(service)

    assert found["icsfeed_windows",] == 18
    assert found["icsfeed_publication_bytes",] > 100_000
    assert found["icsfeed_unreadable_journals",] == 0
    assert found["icsfeed_newest_revision_timestamp_seconds",] <= found["icsfeed_publication_timestamp_seconds",]


def test_a_journal_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--metrics") as service:
        journal = tmp_path / "schedule" / "example.journal.jsonl"
        journal.write_bytes(b"<<<<<<< HEAD\n" + journal.read_bytes())
        wait_until(lambda: figures(service).get(("icsfeed_failed_reads_total",)) == 2)  # each of both workers found it
        assert figures(service)["icsfeed_unreadable_journals",] == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the workers")
def test_what_a_killed_worker_counted_stays(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--metrics", "--workers", "1") as service:
        service.ask("/minox-online.ics", User_Agent=GOOGLE)
        (old,) = workers_of(service)
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: workers_of(service) not in ([old], []) and service.answers())
        service.ask("/minox-online.ics", User_Agent=GOOGLE)
        found = figures(service)

    assert found["icsfeed_requests_total", "feed", "Google Calendar", "200"] == 2
    assert found["icsfeed_windows",] == 18


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    runtime = tmp_path / "run"
    runtime.mkdir()
    with serving(tmp_path, "--metrics", RUNTIME_DIRECTORY=str(runtime)) as service:
        assert list(runtime.glob("icsfeed-metrics-*/*.db")) != []
        assert service.ask("/metrics").headers["cache-control"] == "no-store"
    assert list(runtime.iterdir()) == []
