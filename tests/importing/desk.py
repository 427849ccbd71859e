"""A calendar, files to import, and what comes of them."""

from pathlib import Path

import yaml

from tests.commands.desk import Said, run
from tests.support import HEAD, make_folder

DATA = Path(__file__).parent / "data"
TEXT = f"{HEAD}windows: []\n"


def import_file(root: Path, name: str, text: str, *options: str) -> Said:
    """Import a file that says a text, and return what was said."""
    file = root / name
    file.write_text(text, encoding="utf-8", newline="")
    if not (root / "schedule").exists():
        make_folder(root, TEXT)
    return run(root, "import", str(file), *options, now=None if "--into" in options else "2027-11-01 13:00")


def windows_of(said: Said) -> list[dict[str, object]]:
    """Return the entries that were printed, every value as text."""
    found = yaml.load(said.out, Loader=yaml.BaseLoader)
    return found or []


def spans(said: Said) -> list[str]:
    """Return `start to end` of each entry that was printed, with what else it says but its id and class."""
    return [
        " ".join(
            [
                f"{each['start']} to {each['end']}" if "end" in each else str(each["start"]),
                *(str(value) for key, value in each.items() if key not in {"id", "start", "end", "class"}),
            ]
        )
        for each in windows_of(said)
    ]
