"""What tests of several subjects need: a small calendar, the command line, a running service."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.publication.publication import Publication, render_publication
from icsfeed.replay import PublishedCalendar, replay

ROOT = Path(__file__).parents[1]
REAL = ROOT / "schedule"
NOW = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)
ADDRESS = "https://maintenance.example.com"

HEAD = """\
calendar:
  name: {nl: "Voorbeeld onderhoud", en: "Example maintenance"}
  service: "Example"
  domain: example.com
  timezone: Europe/Amsterdam
  languages: [nl, en]
  color: steelblue
  contact: {name: "Support", email: "support@example.com"}
classes:
  operationeel:
    name: {nl: "Operationeel", en: "Operational"}
    impact: none
    downtime: none
  standaard:
    name: {nl: "Standaard", en: "Standard"}
    impact: outage
    downtime: 20 minutes
    takes: 30 minutes
    support_from: "08:00"
    description: {nl: "Middelgroot onderhoud.", en: "Medium-sized maintenance."}
    aftermath: {nl: "Soms nog traag.", en: "Sometimes still slow."}
  uitgebreid:
    name: {nl: "Uitgebreid", en: "Extended"}
    impact: outage
    downtime: at least 100 minutes
"""
"""A calendar without its windows."""

WINDOW = """\
  - id: 20271207T2100
    start: 2027-12-07 21:00
    class: standaard
"""


def schedule_text(*windows: str) -> str:
    """Return a schedule file with these windows; each is the text of an entry, as `WINDOW` is."""
    return f"{HEAD}windows:\n{''.join(windows)}" if windows else f"{HEAD}windows: []\n"


def load(text: str, *, key: str = "example") -> Schedule:
    """Return the schedule that a text says."""
    return load_schedule(text.encode(), file=f"schedule/{key}.yaml", key=key)


def publish_text(text: str, before: PublishedCalendar | None = None, *, now: datetime = NOW) -> PublishedCalendar:
    """Return what is published after a schedule was, with every question answered by a yes."""
    difference = compare(load(text), before, now=now, answers=Answers(withdraw_all=True, past=True), by="tests")
    return replay((*(before.lines if before else ()), *difference.lines))


def publication_of(published: PublishedCalendar, moment: datetime = NOW, *, before: Publication | None = None) -> Publication:
    """Return the publication of one calendar at a moment."""
    return render_publication([published], moment, lambda _: ADDRESS, before=before)


def body_of(publication: Publication, path: str) -> bytes:
    """Return what is at a path."""
    document = publication.find(path)
    assert document is not None, path
    return document.body


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without icsfeed's settings, with others added."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ICSFEED_", "GIT_"))}
    return {**kept, "GIT_AUTHOR_NAME": "tests", **more}


def icsfeed(*arguments: str | Path, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as people do, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "icsfeed", *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(**{"PYTHONPATH": str(ROOT), **environment}),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def make_folder(path: Path, text: str, *, key: str = "example") -> Path:
    """Make `schedule/` with one schedule file below a path, and return the file."""
    file = path / "schedule" / f"{key}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def copy_real_calendar(path: Path) -> Path:
    """Copy the shipped folder below a path, and return it."""
    return shutil.copytree(REAL, path / "schedule", ignore=shutil.ignore_patterns(".*.lock", ".*.tmp"))


def wait_until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Return as soon as a condition holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answered; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Service:
    """A running `icsfeed serve`."""

    process: "subprocess.Popen[bytes]"
    port: int
    log_file: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request; underscores in names of headers are hyphens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            found = {name.casefold(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=found, body=response.read())
        finally:
            connection.close()

    def answers(self) -> bool:
        """Tell whether it answers at all."""
        try:
            self.ask("/robots.txt")
        except OSError:
            return False
        return True

    def log(self) -> str:
        """Return what it has printed so far."""
        return self.log_file.read_text(encoding="utf-8")


@contextmanager
def beginning(cwd: Path, *arguments: str, workers: int | None = 1, **environment: str) -> Iterator[Service]:
    """Run `icsfeed serve` in a folder until the block ends; it may not answer yet.

    Parameters:
        cwd: The folder that holds `schedule`.
        arguments: More of them.
        workers: How many; None for as many as it has when nobody says.
        environment: Settings.
    """
    port = free_port()
    log_file = cwd / f"serve-{port}.log"
    chosen = () if workers is None else ("--workers", str(workers))
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "icsfeed", "serve", "--port", str(port), *chosen, *arguments],
            cwd=cwd,
            env=clean_environment(**{"PYTHONPATH": str(ROOT), **environment}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Service(process=process, port=port, log_file=log_file)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def serving(cwd: Path, *arguments: str, workers: int | None = 1, **environment: str) -> Iterator[Service]:
    """Run `icsfeed serve` in a folder until the block ends; it answers. Parameters as for `beginning`."""
    with beginning(cwd, *arguments, workers=workers, **environment) as service:
        wait_until(lambda: service.process.poll() is not None or service.answers())
        assert service.process.poll() is None, service.log()
        yield service
