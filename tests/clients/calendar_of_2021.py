"""What every program must see of the shipped calendar, and how programs are asked."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from tests.support import ADDRESS, NOW, REAL, body_of

_STANDARD = "Minox Online: Standaard onderhoud (ca. 20 min)"

Event = tuple[str, str, str]

EVENTS: list[Event] = [
    ("2021-01-06T20:00:00Z", "2021-01-06T20:20:00Z", _STANDARD),
    ("2021-02-06T20:00:00Z", "2021-02-07T11:00:00Z", "Minox Online: Database upgrade (Uitgebreid, verwacht tot zo 12:00)"),
    ("2021-02-09T20:00:00Z", "2021-02-09T20:20:00Z", _STANDARD),
    ("2021-02-18T20:00:00Z", "2021-02-18T20:20:00Z", _STANDARD),
    ("2021-03-04T20:00:00Z", "2021-03-04T20:20:00Z", _STANDARD),
    ("2021-04-01T19:00:00Z", "2021-04-01T19:20:00Z", _STANDARD),
    ("2021-05-06T19:00:00Z", "2021-05-06T19:20:00Z", _STANDARD),
    ("2021-05-20T19:00:00Z", "2021-05-20T19:20:00Z", _STANDARD),
    ("2021-06-10T19:00:00Z", "2021-06-10T19:20:00Z", _STANDARD),
    ("2021-08-16T19:00:00Z", "2021-08-16T20:40:00Z", "Minox Online: Standaard/Uitgebreid onderhoud (100 min of meer)"),
    ("2021-08-23T19:00:00Z", "2021-08-23T19:20:00Z", _STANDARD),
    ("2021-09-16T19:00:00Z", "2021-09-16T19:20:00Z", _STANDARD),
    ("2021-09-30T19:00:00Z", "2021-09-30T19:20:00Z", _STANDARD),
    ("2021-10-21T19:00:00Z", "2021-10-21T19:20:00Z", _STANDARD),
    ("2021-11-09T20:00:00Z", "2021-11-09T20:20:00Z", _STANDARD),
    ("2021-12-09T20:00:00Z", "2021-12-09T20:20:00Z", _STANDARD),
    ("2021-12-13T21:00:00Z", "2021-12-13T21:20:00Z", _STANDARD),
    ("2021-12-20T20:00:00Z", "2021-12-20T20:20:00Z", _STANDARD),
]
"""Start and end in UTC, and the name; written from the page by hand."""

STATES = {"CONFIRMED"}


def find_setting(name: str, cure: str) -> Path:
    """Return the path that an environment variable names, or skip with what to install."""
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{cure}, and name it in {name}")  # nobody can be made to install other people's programs
    path = Path(value)
    assert path.exists(), f"{name} names {value}, which is not there"
    return path


def write_feed(folder: Path) -> Path:
    """Write the feed of the shipped calendar into a folder."""
    source = Source(JournalFolder(REAL, clock=lambda: NOW, quiet=True), Addresses(public_url=ADDRESS), clock=lambda: NOW)
    path = folder / "minox-online.ics"
    path.write_bytes(body_of(source.publication, "/minox-online.ics"))
    return path


def run(command: Sequence[str | Path], *, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that knows nothing of icsfeed, at home in `cwd`."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, "HOME": str(cwd), "LANG": "C.UTF-8", **environment},
        input="",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def ask(command: Sequence[str | Path], *, cwd: Path, **environment: str) -> Any:
    """Run a program that prints JSON, and return that; it must have no complaint."""
    done = run(command, cwd=cwd, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)
