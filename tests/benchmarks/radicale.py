"""Radicale in an environment of its own, on the same server as everything else, with one calendar in it."""

import http.client
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.applications import CONFIG
from tests.benchmarks.machine import Processors
from tests.benchmarks.servers import Server, hosted_server

VERSION = "3.9.0"
PATH = "/benchmarks/calendar/"
LOGIN = f"Basic {b64encode(b'benchmarks:benchmarks').decode()}"

_CONFIG = """\
[auth]
type = none
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""


def install(cache: Path) -> str:
    """Return the interpreter of an environment with Radicale, made in a folder where it is not there yet."""
    place = cache / f"radicale-{VERSION}-granian-{version('granian')}"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        wanted = [f"radicale=={VERSION}", f"granian=={version('granian')}"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True, capture_output=True)
        (place / "complete").touch()
    return str(python)


@contextmanager
def radicale_server(processors: Processors, python: str, folder: Path, body: bytes) -> Iterator[Server]:
    """Run Radicale with a calendar until the block ends.

    Raises:
        RuntimeError: It does not take the calendar, or gives another one back.
    """
    folder.mkdir()
    (folder / CONFIG).write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    log = folder / "log"
    with hosted_server(processors, "radicale", folder, log, path=PATH, python=python, headers_needed=True) as server:
        status, _, _ = server.ask(PATH, "PUT", body, Authorization=LOGIN, Content_Type="text/calendar; charset=utf-8")
        if status != http.client.CREATED:
            raise RuntimeError(f"Radicale answers {status}: {log.read_text(errors='replace')[-2000:]}")
        given = server.ask(PATH, Authorization=LOGIN)[2]
        if given.count(b"BEGIN:VEVENT") != body.count(b"BEGIN:VEVENT"):
            raise RuntimeError("Radicale gives other events back than it was given")
        yield server
