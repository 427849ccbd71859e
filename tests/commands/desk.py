"""Commands as people type them, without starting a process for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from icsfeed.cli.commands import main
from tests.support import make_folder

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
