"""What commands write, merged by git with what somebody else wrote: no line ends up under another window unnoticed."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from icsfeed.drafting.editor import change_window, find_window
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status
from tests.support import HEAD, load

FIRST = "  - id: first\n    start: 2036-12-07 21:00\n    class: standaard\n    note: Een\n"
COPY = FIRST.replace("first", "copy").replace("12-07", "12-14")
OTHER = "  - id: other\n    start: 2036-12-21 21:00\n    class: standaard\n"
MOVED = FIRST.replace("12-07", "12-09")
COPY_WITH_ITS_ID_AT_THE_END = "  - start: 2036-12-14 21:00\n    class: standaard\n    note: Een\n    id: copy\n"


def text_of(*windows: str) -> str:
    return f"{HEAD}windows:\n{''.join(windows)}"


def merge(folder: Path, ours: str, base: str, theirs: str) -> str | None:
    """Return what git merges three versions of a file into; None for a conflict."""
    names = []
    for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_text(text, encoding="utf-8")
        names.append(str(folder / name))
    done = subprocess.run(["git", "merge-file", "-p", *names], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def cancel(schedule: Schedule, id_: str) -> str:
    return change_window(schedule, replace(find_window(schedule, id_), status=Status.CANCELLED)).data.decode()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("base", [(FIRST,), (FIRST, OTHER), (OTHER, FIRST)])
@pytest.mark.parametrize(
    "edit",
    [
        (MOVED,),
        (COPY, MOVED),
        (MOVED, COPY),
        (COPY, FIRST),
        (FIRST, COPY),
        (COPY_WITH_ITS_ID_AT_THE_END, MOVED),
        (MOVED, COPY, OTHER.replace("other", "third")),
    ],
)
def test_a_status_is_merged_into_its_own_window_or_git_reports_a_conflict(
    tmp_path: Path, base: tuple[str, ...], edit: tuple[str, ...]
) -> None:
    before = text_of(*base)
    theirs = text_of(*(part for each in base for part in (edit if each == FIRST else (each,))))
    merged = merge(tmp_path, cancel(load(before), "first"), before, theirs)
    if merged is not None:
        found = {each.id: each.status for each in load(merged).windows}
        assert found.pop("first") is Status.CANCELLED
        assert set(found.values()) <= {Status.CONFIRMED}
