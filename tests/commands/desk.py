"""Commands as people type them, without starting a process for each, and on a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from icsfeed.cli.commands import main
from tests.support import ROOT, clean_environment, make_folder

NOW = "2027-11-01 13:00"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str


def run(root: Path, command: str, *arguments: str, now: str | None = NOW) -> Said:
    """Run a command on the folder `schedule` of a root; commands that may preview do so at one moment."""
    preview: Sequence[str] = ("--now", now) if now and command not in {"publish", "init"} else ()
    result = CliRunner().invoke(
        main, [command, *arguments, "--schedule", str(root / "schedule"), *preview], env={"COLUMNS": "100"}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    said = result.stderr.replace(f"{root}/", ""), result.stdout.replace(f"{root}/", "")
    assert "Traceback" not in "".join(said)
    return Said(status=result.exit_code, out=said[1], err=said[0])


def save(root: Path, text: str, *, key: str = "example") -> Path:
    """Save a schedule, and return its file."""
    return make_folder(root, text, key=key)


def converse(root: Path, keys: bytes, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command on a terminal that types keys; return its status and what the terminal shows."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "icsfeed", *arguments],
        cwd=root,
        env=clean_environment(PYTHONPATH=str(ROOT), **environment),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    os.write(master, keys)
    shown = bytearray()
    with process:
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        status = process.wait(timeout=60)
    os.close(master)
    return status, shown.decode().replace("\r\n", "\n")
