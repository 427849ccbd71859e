from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icsfeed.journal import render_line
from icsfeed.model import Window
from icsfeed.replay import Change, Line
from tests.published import published
from tests.support import Service

JOURNAL = "example.journal.jsonl"


def announced(id_: str, at: datetime | None = None) -> str:
    """Return a journal's line that announces a window."""
    window = Window(id=id_, start=datetime(2030, 1, 8, 20, tzinfo=UTC), classes=("standaard",))
    stamp = at or datetime.now(UTC).replace(microsecond=0)
    return f"{render_line(Line(at=stamp, by='tests', change=Change.ANNOUNCED, window=window))}\n"


def write_journal(folder: Path, *ids: str) -> Path:
    """Write a journal with the example calendar and these windows."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    lines = [f"{render_line(line)}\n" for line in published(at=at).lines]
    journal = folder / JOURNAL
    journal.write_text("".join([*lines, *(announced(each, at) for each in ids)]), encoding="utf-8")
    return journal


def all_workers_have(service: Service, id_: str) -> Callable[[], bool]:
    """Return whether the answers of each worker have a window; which one answers is left to the kernel, so it asks often."""
    return lambda: all(f"UID:{id_}@example.com".encode() in service.ask("/example.ics").body for _ in range(32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for schedules."""
    made = tmp_path / "schedule"
    made.mkdir()
    return made
