"""A folder with two windows that lie ahead, and a terminal to change them at."""

from dataclasses import dataclass
from pathlib import Path

from tests.commands.desk import Said, run
from tests.support import HEAD, make_folder

WINDOWS = """\
# Nieuwste boven.
windows:
  - id: later
    start: dinsdag 14 december 2036 21:00  # dinsdag?
    class: standaard
  # De eerste van december.
  - {id: sooner, start: 2036-12-07 21:00, class: uitgebreid}
""".replace("dinsdag 14", "zondag 14").replace("  # dinsdag?", "  # zeker")
DRAFT = "example: saved as a draft; `icsfeed publish`, or a running `icsfeed serve`, publishes it\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at work on the calendar `example`."""

    root: Path

    @property
    def file(self) -> Path:
        """The schedule file."""
        return self.root / "schedule" / "example.yaml"

    @property
    def journal(self) -> Path:
        """The journal beside it."""
        return self.root / "schedule" / "example.journal.jsonl"

    def windows(self) -> str:
        """Return the file behind its head."""
        return self.file.read_text(encoding="utf-8").removeprefix(HEAD)

    def run(self, *arguments: str) -> Said:
        """Run a command, not on a terminal."""
        return run(self.root, *arguments, now=None)


def make_desk(root: Path, windows: str = WINDOWS) -> Desk:
    """Make the folder; nothing is published yet."""
    make_folder(root, HEAD + windows)
    return Desk(root)
