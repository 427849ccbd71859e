import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, WINDOW, Service, clean_environment, free_port, icsfeed, make_folder, schedule_text, wait_until

WSGIREF = """
import sys, wsgi
from wsgiref.simple_server import make_server
make_server("127.0.0.1", int(sys.argv[1]), wsgi.application).serve_forever()
"""


FORKED = """
import os, sys, time, wsgi
from io import BytesIO

def feed():
    environ = {"PATH_INFO": "/example.ics", "REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}
    return b"".join(wsgi.application(environ, lambda *_: None))

if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
before, deadline = feed(), time.monotonic() + 20
print("ready", flush=True)
while feed() == before and time.monotonic() < deadline:
    time.sleep(0.05)
os._exit(0 if feed() != before else 3)
"""


def imported(folder: Path, what: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"import wsgi; {what}"],
        cwd=folder,
        env=clean_environment(PYTHONPATH=str(ROOT), **environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def published_folder(tmp_path: Path) -> Path:
    make_folder(tmp_path, schedule_text(WINDOW))
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    return tmp_path


WITHOUT = (
    "example: no public address, so every address begins with http://127.0.0.1:8000; "
    "set url in the schedule, or ICSFEED_PUBLIC_URL\n"
)


def test_without_an_address_it_takes_the_machines_own_and_warns_once(published_folder: Path) -> None:
    get = "wsgi.app.test_client().get('/example.ics', base_url='http://127.0.0.1:8000')"
    done = imported(published_folder, f"print({get}.text.replace('\\r\\n ', ''))")

    assert (done.returncode, done.stderr) == (0, WITHOUT)
    assert "\nSOURCE;VALUE=URI:http://127.0.0.1:8000/example.ics" in done.stdout.replace("\r", "")


def test_a_wrong_address_is_refused_with_a_sentence(published_folder: Path) -> None:
    done = imported(published_folder, ICSFEED_PUBLIC_URL="maintenance.example.com")

    assert done.returncode != 0
    assert done.stderr.startswith("icsfeed: ICSFEED_PUBLIC_URL maintenance.example.com: ")
    assert done.stderr.count("\n") == 1


def test_without_its_folder_it_refuses_with_a_sentence(tmp_path: Path) -> None:
    done = imported(tmp_path, ICSFEED_PUBLIC_URL="https://example.org")

    assert done.returncode != 0
    assert done.stderr == f"icsfeed: no folder schedule in {tmp_path}; use ICSFEED_SCHEDULE\n"


def test_a_url_in_the_schedule_is_enough(published_folder: Path) -> None:
    text = schedule_text(WINDOW).replace("  timezone:", "  url: https://example.org\n  timezone:")
    make_folder(published_folder, text)
    assert icsfeed("publish", cwd=published_folder).returncode == 0

    assert imported(published_folder).stderr == ""


@pytest.mark.parametrize(
    "server",
    [
        ["-m", "granian", "--interface", "wsgi", "--port", "{port}", "wsgi:app"],
        [
            "-c",
            WSGIREF,
            "{port}",
        ],
        ["-m", "flask", "--app", "wsgi", "run", "--port", "{port}"],
    ],
    ids=["granian", "wsgiref", "flask"],
)
def test_any_server_can_run_it_and_it_only_reads(published_folder: Path, server: list[str]) -> None:
    port, log_file = free_port(), published_folder / "server.log"
    journal = published_folder / "schedule" / "example.journal.jsonl"
    make_folder(published_folder, schedule_text(WINDOW, WINDOW.replace("20271207T2100", "draft")))
    before = journal.read_bytes()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in server)],
            cwd=published_folder,
            env=clean_environment(PYTHONPATH=str(ROOT), ICSFEED_PUBLIC_URL="https://example.org"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    service = Service(process=process, port=port, log_file=log_file)
    try:
        wait_until(lambda: process.poll() is not None or service.answers())
        answer, redirect, health = service.ask("/example.ics"), service.ask("/"), service.ask("/healthz")
        again = service.ask("/example.ics", If_None_Match=answer.headers["etag"])
    finally:
        process.terminate()
        process.wait(timeout=60)

    assert (answer.status, redirect.status, health.status, again.status) == (200, 302, 200, 304)
    assert answer.body.count(b"BEGIN:VEVENT") == 1
    assert b"https://example.org/example.ics" in answer.body.replace(b"\r\n ", b"")
    assert journal.read_bytes() == before


def test_a_server_that_loads_it_before_it_forks_goes_on_noticing_what_is_published(published_folder: Path) -> None:
    environment = clean_environment(PYTHONPATH=str(ROOT), ICSFEED_PUBLIC_URL="https://example.org")
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED]
    with subprocess.Popen(command, cwd=published_folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert icsfeed("cancel", "20271207T2100", "--reason", "Niet nodig.", "--publish", cwd=published_folder).returncode == 0
        assert process.wait(timeout=60) == 0
