"""Folders with calendars to measure: the shipped one, and made ones of any size."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icsfeed.journal import SUFFIX, render_line
from icsfeed.model import Window
from icsfeed.replay import Change, PublishedCalendar
from tests import published as made
from tests.support import REAL

NOW = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)
"""The moment at which made calendars are published; two thirds of their windows are past."""

_CLASSES = ("standaard", "uitgebreid", "operationeel")


def make_calendar(count: int) -> PublishedCalendar:
    """Return a calendar with a window a day, its classes in turn."""
    return made.published(*(_window(number, count) for number in range(count)), at=NOW - timedelta(days=400))


def _window(number: int, count: int) -> Window:
    start = NOW + timedelta(days=number - count * 2 // 3, hours=8)
    note = made.text(f"Wijziging {number} van dit jaar.", f"Change {number} of this year.")
    return made.window(f"w{number:04}", start, kind=_CLASSES[number % 3], note=note)


def with_one_moved(calendar: PublishedCalendar) -> PublishedCalendar:
    """Return a calendar of which the window ahead that comes fifth was moved by an hour."""
    window = [each.facts for each in calendar.windows if each.start > NOW][4]
    moved = made.window(window.id, window.start + timedelta(hours=1), kind="/".join(window.classes), note=window.note)
    return made.edited(calendar, moved, at=NOW - timedelta(hours=1), change=Change.MOVED)


def journal_of(calendar: PublishedCalendar) -> bytes:
    """Return a calendar as its journal."""
    return "".join(f"{render_line(line)}\n" for line in calendar.lines).encode()


def write_journal(calendar: PublishedCalendar, folder: Path) -> Path:
    """Write a calendar's journal into a folder that is made for it, and return the folder."""
    folder.mkdir(parents=True)
    (folder / f"{calendar.calendar.key}{SUFFIX}").write_bytes(journal_of(calendar))
    return folder


def copy_real(folder: Path) -> Path:
    """Copy the shipped calendar into a folder that is made for it, and return the folder."""
    return shutil.copytree(REAL, folder, ignore=shutil.ignore_patterns(".*.lock", ".*.tmp"))
