import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.service.conftest import write_journal
from tests.storm.processes import listeners, workers_of
from tests.support import (
    ROOT,
    WINDOW,
    clean_environment,
    copy_real_calendar,
    free_port,
    icsfeed,
    make_folder,
    schedule_text,
    serving,
    wait_until,
)

LATER = WINDOW.replace("20271207T2100", "later").replace("12-07", "12-08")


def test_it_says_what_it_serves_what_lies_ahead_and_where_to_subscribe(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path) as service:
        log, address = service.log(), f"http://127.0.0.1:{service.port}"
        feed = service.ask("/minox-online.ics")

    assert "icsfeed serves 1 calendar from schedule\n" in log
    assert "minox-online: 18 windows, none upcoming; the last was Monday 20 December 2021 21:00\n" in log
    assert f"  subscribe: {address}/minox-online.ics\n" in log
    assert f"  page:      {address}/minox-online/\n" in log
    assert "published" not in log
    assert feed.body.count(b"BEGIN:VEVENT") == 18


@contextmanager
def at_hangup(handler: signal.Handlers) -> Iterator[None]:
    """Let programs begin as a shell (SIG_DFL) or `nohup` (SIG_IGN) begins them."""
    before = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def test_it_ends_well_when_its_terminal_is_closed(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with at_hangup(signal.SIG_DFL), serving(tmp_path) as service:
        service.process.send_signal(signal.SIGHUP)
        assert service.process.wait(timeout=60) == 0


def test_a_closed_terminal_does_not_end_it_below_nohup(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with at_hangup(signal.SIG_IGN), serving(tmp_path) as service:
        service.process.send_signal(signal.SIGHUP)
        (tmp_path / "schedule" / "example.yaml").write_text(schedule_text(WINDOW, LATER), encoding="utf-8")
        wait_until(lambda: b"UID:later@" in service.ask("/example.ics").body)
        assert service.process.poll() is None


def test_where_no_worker_can_begin_it_ends_with_a_sentence(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    (tmp_path / "flask.py").write_text('raise RuntimeError("broken")\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "icsfeed", "serve", "--port", str(free_port())],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=f"{tmp_path}:{ROOT}"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == "icsfeed: the service could not start; see the log above"
    assert "a worker could not start: RuntimeError: broken\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_folder_for_what_workers_share_it_ends_with_a_sentence(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    done = icsfeed("serve", "--port", str(free_port()), cwd=tmp_path, RUNTIME_DIRECTORY=str(tmp_path / "nowhere"))

    assert done.returncode == 2
    reason = "No such file or directory; set RUNTIME_DIRECTORY or TMPDIR"
    assert done.stderr.splitlines()[-1] == f"icsfeed: cannot create a temporary folder: {reason}"


def test_a_port_in_use_gives_a_sentence(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = icsfeed("serve", "--port", str(port), cwd=tmp_path)

    assert done.returncode == 2
    assert (
        done.stderr
        == f"icsfeed: cannot listen on 127.0.0.1, port {port}: Address already in use; choose another with --host or --port\n"
    )
    assert not (tmp_path / "schedule" / "example.journal.jsonl").exists()


def test_a_folder_that_is_not_there_gives_a_sentence(tmp_path: Path) -> None:
    done = icsfeed("serve", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr == f"icsfeed: no folder schedule in {tmp_path}; use --schedule or ICSFEED_SCHEDULE\n"


def test_an_empty_folder_names_what_to_do_and_is_not_healthy(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path) as service:
        log, health, root = service.log(), service.ask("/healthz"), service.ask("/")
        write_journal(folder, "first")
        wait_until(lambda: service.ask("/healthz").status == 200)

    assert "schedule is empty; `icsfeed init NAME --domain DOMAIN` creates a schedule" in log
    assert (health.status, root.status) == (503, 503)
    assert json.loads(health.body)["status"] == "nothing published"


def test_without_publishing_it_serves_what_the_journal_says(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--no-publish") as service:
        log = service.log()
        assert service.ask("/healthz").status == 503
        assert not (tmp_path / "schedule" / "example.journal.jsonl").exists()
        assert icsfeed("publish", cwd=tmp_path).returncode == 0
        wait_until(lambda: service.ask("/example.ics").status == 200)

    assert "nothing is published of example yet" in log


def test_a_preview_stands_still_says_so_and_publishes_nothing(tmp_path: Path) -> None:
    folder = copy_real_calendar(tmp_path)
    schedule = folder / "minox-online.yaml"
    before = (folder / "minox-online.journal.jsonl").read_bytes()
    schedule.write_text(schedule.read_text(encoding="utf-8") + WINDOW, encoding="utf-8")
    with serving(tmp_path, "--now", "2021-12-10 12:00") as service:
        log, page, health = service.log(), service.ask("/minox-online/"), json.loads(service.ask("/healthz").body)
        feed = service.ask("/minox-online.ics")

    assert "preview of 2021-12-10 12:00, 2021-12-10 11:00 UTC: time stands still and nothing is published" in log
    assert "18 windows, 2 upcoming; next: Monday 13 December 2021, 22:00–22:20" in log
    assert "Voorvertoning van vrijdag 10 december 2021 12:00" in page.body.decode()
    assert health["preview"] == "2021-12-10T11:00:00Z"
    assert health["journals_read"] > f"{datetime(2022, 1, 1, tzinfo=UTC):%Y}"
    assert feed.body.count(b"BEGIN:VEVENT") == 18
    assert (folder / "minox-online.journal.jsonl").read_bytes() == before


def test_several_calendars_are_listed_at_the_root(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    other = schedule_text().replace("domain: example.com", "domain: other.example.com").replace("Voorbeeld", "<Ander> & co")
    make_folder(tmp_path, other, key="other")
    with serving(tmp_path) as service:
        root, log = service.ask("/"), service.log()
        assert service.ask("/other.ics").status == service.ask("/example.ics").status == 200
        assert json.loads(service.ask("/healthz").body)["calendars"].keys() == {"example", "other"}

    assert root.status == 200
    links = re.findall(r'<a href="([^"]*)"[^>]*><bdi>(.*?)</bdi></a>', root.body.decode())
    assert links == [("example/", "Voorbeeld onderhoud"), ("other/", "&lt;Ander&gt; &amp; co onderhoud")]
    assert "icsfeed serves 2 calendars from schedule" in log


def test_the_public_address_is_what_every_address_begins_with(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--public-url", "https://example.org/onderhoud/") as service:
        feed, log = service.ask("/example.ics").body, service.log()

    assert b"https://example.org/onderhoud/example.ics" in feed.replace(b"\r\n ", b"")
    assert "  subscribe: https://example.org/onderhoud/example.ics\n" in log


def test_an_access_log_has_a_line_a_request_and_no_ones_address(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--access-log", "json") as service:
        service.ask("/example.ics?x", User_Agent='nasty "')
        service.ask("/example.ics", "HEAD")
        wait_until(lambda: service.log().count('"/example.ics"') == 2)
        lines = [json.loads(line) for line in service.log().splitlines() if line.startswith("{") and '"/example.ics"' in line]

    got, head = sorted(lines, key=lambda each: str(each["method"]))
    assert (got["method"], got["status"], got["network"]) == ("GET", 200, "127.0.0.0")
    assert got["bytes"] > 1000
    assert (head["method"], head["status"], head["bytes"]) == ("HEAD", 200, 0)
    assert "127.0.0.1" not in json.dumps(lines)


def test_a_request_under_another_name_is_logged_once_by_all_workers(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, workers=2) as service:
        wait_until(lambda: listeners(service.port) == 2)
        for _ in range(40):
            service.ask("/minox-online.ics", Host="calendar.example.org")
        told = [line for line in service.log().splitlines() if "but every address says" in line]

    (line,) = told
    host = f"127.0.0.1:{service.port}"
    assert line.endswith(f" asked as calendar.example.org, but every address says {host}; set url in the schedule")


def test_a_killed_worker_is_logged_and_replaced_and_one_that_is_asked_to_end_is_not(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, workers=2) as service:
        killed: list[int] = []

        def a_kill_is_logged() -> bool:
            if "a worker was killed by signal 9; starting another" in service.log():
                return True
            present = workers_of(service)
            if listeners(service.port) == 2 == len(present) and killed[-1:] != present[:1]:
                killed.append(present[0])  # workers are counted once a second: one that was killed before that is not missed
                os.kill(present[0], signal.SIGKILL)
            return False

        wait_until(a_kill_is_logged)
        wait_until(lambda: listeners(service.port) == 2)
    assert 1 <= service.log().count("a worker was killed") <= len(killed)


def test_a_host_can_be_a_name(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, "--host", "localhost") as service:
        assert service.ask("/minox-online.ics").status == 200


def test_a_calendar_that_is_not_there_gives_a_sentence(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    done = icsfeed("serve", "--calendar", "minoxonline", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith('icsfeed: calendar "minoxonline" not found in schedule. Did you mean "minox-online"?')


def test_both_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    with serving(tmp_path, workers=None) as service:
        wait_until(lambda: len(workers_of(service)) == 2)
        workers = workers_of(service)
        service.process.kill()
        service.process.wait(timeout=60)
        wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))
