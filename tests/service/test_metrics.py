import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from icsfeed.web.metrics import kind_of
from tests.storm.processes import listeners, workers_of
from tests.support import WINDOW, Service, copy_real_calendar, make_folder, schedule_text, serving, wait_until

KINDS = {
    "/minox-online.ics": "feed",
    "/minox-online/en/minox-online.ics": "feed",
    "/minox-online/nl/minox-online-uitgebreid.ics": "feed",
    "/minox-online/nl/minox-online-reminders.ics": "feed",
    "/minox-online/nl/20211220T2100.ics": "event",
    "/minox-online/": "page",
    "/minox-online/en/": "page",
    "/minox-online/nl/20211220T2100/": "window",
    "/minox-online.json": "data",
    "/minox-online/nl/changes.atom": "changes",
    "/minox-online/api/v2/summary.json": "statuspage",
    "/api/v2/scheduled-maintenances/active.json": "statuspage",
    "/minox-online/state": "state",
    "/minox-online/en/plan": "plan",
    "/static/icsfeed.css": "static",
    "/schema/calendar.json": "schema",
    "/healthz": "other",
    "/robots.txt": "other",
}


def figures(service: Service) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and the values of its labels, those in the order of the labels' names."""
    families = text_string_to_metric_families(service.ask("/metrics").body.decode())
    return {
        (each.name, *(value for _, value in sorted(each.labels.items()))): each.value for one in families for each in one.samples
    }


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of the shipped calendar that tells how it goes."""
    folder = tmp_path_factory.mktemp("metrics")
    copy_real_calendar(folder)
    with serving(folder, "--metrics", workers=2) as running:
        yield running


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
def test_a_path_says_what_kind_of_document_it_is(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_requests_are_counted_by_kind_and_status_across_workers(service: Service) -> None:
    wait_until(lambda: listeners(service.port) == 2)
    before = figures(service)
    etag = service.ask("/minox-online.ics").headers["etag"]
    for _ in range(19):
        service.ask("/minox-online.ics")
    for _ in range(7):
        service.ask("/minox-online.ics", If_None_Match=etag)
    service.ask("/nothing/to/see/")
    found = figures(service)

    def counted(kind: str, status: str) -> float:
        name = ("icsfeed_requests_total", kind, status)
        return found[name] - before.get(name, 0)

    assert (counted("feed", "200"), counted("feed", "304"), counted("other", "404")) == (20, 7, 1)


def test_other_methods_are_answered_as_at_documents(service: Service) -> None:
    head, options, post = (service.ask("/metrics", method) for method in ("HEAD", "OPTIONS", "POST"))
    preflight, refusal = (service.ask("/minox-online.ics", method).headers for method in ("OPTIONS", "POST"))

    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1000
    assert (options.status, options.headers.keys()) == (204, preflight.keys())
    assert options.headers["access-control-allow-methods"] == preflight["access-control-allow-methods"]
    assert (post.status, post.headers["allow"]) == (405, refusal["allow"])


def test_the_publication_is_told_of(service: Service) -> None:
    wait_until(lambda: ("icsfeed_journals_read_timestamp_seconds",) in figures(service))
    found = figures(service)

    assert found["icsfeed_windows",] == 18
    assert found["icsfeed_publication_bytes",] > 100_000
    assert found["icsfeed_unreadable_journals",] == 0
    assert found["icsfeed_newest_revision_timestamp_seconds",] <= found["icsfeed_publication_timestamp_seconds",]


def test_a_journal_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--metrics", workers=2) as service:
        wait_until(lambda: listeners(service.port) == 2)
        journal = tmp_path / "schedule" / "example.journal.jsonl"
        journal.write_bytes(b"<<<<<<< HEAD\n" + journal.read_bytes())
        wait_until(lambda: figures(service).get(("icsfeed_failed_reads_total",)) == 2)  # each of both workers found it
        assert figures(service)["icsfeed_unreadable_journals",] == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the workers")
def test_what_a_killed_worker_counted_stays(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--metrics") as service:
        service.ask("/minox-online.ics")
        (old,) = workers_of(service)
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: workers_of(service) not in ([old], []) and service.answers())
        service.ask("/minox-online.ics")
        found = figures(service)

    assert found["icsfeed_requests_total", "feed", "200"] == 2
    assert found["icsfeed_windows",] == 18


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    runtime = tmp_path / "run"
    runtime.mkdir()
    with serving(tmp_path, "--metrics", RUNTIME_DIRECTORY=str(runtime)) as service:
        assert list(runtime.glob("icsfeed-*/*.db")) != []
        assert service.ask("/metrics").headers["cache-control"] == "no-store"
    assert list(runtime.iterdir()) == []
