"""`icsfeed notify` as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT, clean_environment, icsfeed, wait_until


@dataclass(frozen=True, kw_only=True)
class Watching:
    """A running `icsfeed notify --watch`."""

    process: "subprocess.Popen[bytes]"
    log_file: Path

    def log(self) -> str:
        """Return what it has printed so far."""
        return self.log_file.read_text(encoding="utf-8")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def watching(cwd: Path, config: Path, *arguments: str) -> Iterator[Watching]:
    """Run `icsfeed notify --watch` in a folder until the block ends; it remembers what was published before."""
    log_file = cwd / "notify.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "icsfeed", "notify", "--watch", "--config", str(config), *arguments],
            cwd=cwd,
            env=clean_environment(PYTHONPATH=str(ROOT)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        watched = Watching(process=process, log_file=log_file)
        wait_until(lambda: "as told" in watched.log() or process.poll() is not None, seconds=60)
        assert process.poll() is None, watched.log()
        yield watched
    finally:
        process.kill()
        process.wait()


def command(cwd: Path, *arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run an editing command in a folder, and return what it printed; it must succeed."""
    done = icsfeed(*arguments, cwd=cwd, **environment)
    assert done.returncode == 0, done.stderr
    return done


def without_apprise(path: Path) -> dict[str, str]:
    """Return settings of a process in which Apprise cannot be imported."""
    stub = path / "without"
    stub.mkdir()
    (stub / "apprise.py").write_text("raise ModuleNotFoundError('No module named apprise', name='apprise')\n")
    return {"PYTHONPATH": os.pathsep.join((str(stub), str(ROOT)))}
