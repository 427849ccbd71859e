"""Servers that run for as long as a block does: icsfeed's own, and applications hosted in the same way."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from icsfeed.cli.serve import serve
from icsfeed.web.server import server_options
from tests.benchmarks.applications import Answer
from tests.benchmarks.machine import Processors, cpu_seconds, descendants
from tests.support import ADDRESS, ROOT, clean_environment, free_port, wait_until

PATIENCE = 300.0
"""How many seconds a server may take to answer at all."""

_SERVERS_OWN = {"date", "server", "connection", "transfer-encoding"}
"""Headers that the server adds to those of the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs.

    Attributes:
        roots: The processes at the top of those that do its work.
    """

    roots: tuple[int, ...]
    port: int

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Send a request; return status, headers and body. Underscores in names of headers are hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def answers(self, path: str) -> bool:
        """Tell whether there is a whole 200 at a path."""
        with suppress(OSError, http.client.HTTPException):
            return self.ask(path)[0] == http.client.OK
        return False


@contextmanager
def running(
    processors: Processors, *command: str, port: int, log: Path, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a command on the server's processor until the block ends, and then nothing of it is left.

    Parameters:
        processors: Say where.
        command: Listens on the port.
        port: A free one.
        log: The file that gets what it prints.
        cwd: Where it runs.
        environment: Added to what it knows.
    """
    with log.open("wb") as opened:
        process = subprocess.Popen(
            processors.pinned(*command),
            cwd=cwd,
            env=clean_environment(PYTHONPATH=str(ROOT), **(environment or {})),
            stdin=subprocess.DEVNULL,
            stdout=opened,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(roots=(process.pid,), port=port)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and whichever descendants outlive it."""
    family = descendants(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=15)
    for pid in family:
        if pid != process.pid or process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    process.wait()


@contextmanager
def answering(server: Server, path: str, log: Path) -> Iterator[Server]:
    """Wait until a server answers.

    Raises:
        RuntimeError: It does not, with what it printed.
    """
    try:
        wait_until(lambda: server.answers(path), seconds=PATIENCE)
    except AssertionError as error:
        raise RuntimeError(f"{path} is not answered: {log.read_text(errors='replace')[-2000:]}") from error
    yield server


# Commands


def icsfeed_command(port: int, folder: Path, *more: str) -> list[str]:
    """Return how people start the service; it is published at `ADDRESS`."""
    place = ["--port", str(port), "--schedule", str(folder), "--public-url", ADDRESS]
    return [sys.executable, "-m", "icsfeed", "serve", *place, *more]


def hosted_command(port: int, name: str, folder: Path, *, workers: int | None = None) -> list[str]:
    """Return how an application of `applications` is hosted with the options that icsfeed gives its own server.

    Parameters:
        port: A free one.
        name: Of the application.
        folder: Says what it answers.
        workers: How many processes answer; None for as many as icsfeed has.
    """
    options = server_options("127.0.0.1", port, default_workers() if workers is None else workers)
    return [sys.executable, "-m", "tests.benchmarks.hosting", name, str(folder), json.dumps(options)]


def default_workers() -> int:
    """Return how many processes answer unless somebody says otherwise."""
    defaults = {each.name: each.default for each in serve.params}
    return int(str(defaults["workers"]))


@contextmanager
def icsfeed_server(processors: Processors, folder: Path, log: Path, *more: str) -> Iterator[Server]:
    """Run `icsfeed serve` with a folder until the block ends."""
    port = free_port()
    command = icsfeed_command(port, folder, *more)
    with running(processors, *command, port=port, log=log, cwd=log.parent) as server, answering(server, "/healthz", log):
        yield server


@contextmanager
def hosted_server(
    processors: Processors,
    name: str,
    folder: Path,
    log: Path,
    *,
    path: str,
    workers: int | None = None,
) -> Iterator[Server]:
    """Run an application of `applications` until the block ends.

    Parameters:
        processors: Say where.
        name: Of the application.
        folder: Says what it answers.
        log: The file that gets what it prints.
        path: Answered once it is there.
        workers: How many processes answer.
    """
    port = free_port()
    command = hosted_command(port, name, folder, workers=workers)
    with running(processors, *command, port=port, log=log) as server, answering(server, path, log):
        yield server


# Answers


def record(server: Server, path: str) -> Answer:
    """Return what a server answers at a path, with the headers of its application.

    Raises:
        RuntimeError: It does not answer 200, and 304 to who has it.
    """
    status, headers, body = server.ask(path)
    etag = next((value for name, value in headers if name.casefold() == "etag"), "")
    again, short, _ = server.ask(path, If_None_Match=etag)
    if (status, again) != (http.client.OK, http.client.NOT_MODIFIED):
        raise RuntimeError(f"{path} answers {status}, then {again}")
    return Answer(path=path, etag=etag, full=_of_application(headers), short=_of_application(short), body=body)


def _of_application(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that the application gave, spelt as applications do."""
    return [
        ("-".join(part.capitalize() for part in name.split("-")), value)
        for name, value in headers
        if name.casefold() not in _SERVERS_OWN
    ]


def must_equal(server: Server, answer: Answer, *, in_short: bool) -> None:
    """Refuse a server whose answers differ from those that it is compared with.

    Parameters:
        server: Answers at the same path.
        answer: What is expected.
        in_short: Whether the headers of 304 count too; Werkzeug has rules of its own for them.

    Raises:
        RuntimeError: They differ.
    """
    found = record(server, answer.path)
    for name in ("etag", "body", "full", *(("short",) if in_short else ())):
        if sorted(getattr(found, name)) != sorted(getattr(answer, name)):
            raise RuntimeError(f"{answer.path}: another {name} is answered: {getattr(found, name)[:300]}")


def wait_until_idle(server: Server) -> None:
    """Return once a server has nothing left to do, at the latest after some seconds."""
    deadline, before = time.monotonic() + 20, cpu_seconds(*server.roots)
    while time.monotonic() < deadline:
        time.sleep(0.25)
        now = cpu_seconds(*server.roots)
        if now - before < 0.04:
            return
        before = now
