"""A folder with a journal, places that get messages, and a clock that is set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from icsfeed.journal import render_line
from icsfeed.model import Calendar, Window
from icsfeed.notifying.notifier import Notifier
from icsfeed.notifying.places import read_places
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.replay import Change, PublishedCalendar
from tests.notifying.receivers import Hook
from tests.published import CALENDAR, edited, published
from tests.support import ADDRESS, NOW

MINUTE = timedelta(minutes=1)


def write_config(path: Path, places: Mapping[str, str]) -> Path:
    """Write a configuration: tags by address."""
    entries = (f'  - "{url}":\n      - tag: "{tags}"\n' if tags else f'  - "{url}"\n' for url, tags in places.items())
    path.write_text(f"urls:\n{''.join(entries)}", encoding="utf-8")
    path.chmod(0o600)
    return path


@dataclass
class Desk:
    """Publishes, and notifies.

    Attributes:
        hook: Where all places are; each is a path.
        tags: Of each place.
        is_written: Whether the journal is the desk's; else somebody else writes it.
    """

    root: Path
    hook: Hook
    tags: Mapping[str, str]
    now: datetime = NOW
    of: PublishedCalendar = field(default_factory=lambda: published(at=NOW - timedelta(days=30)))
    present: Notifier | None = None
    is_written: bool = True

    def __post_init__(self) -> None:
        if self.is_written:
            self.folder.mkdir()
            self.write()

    @property
    def folder(self) -> Path:
        return self.root / "schedule"

    @property
    def state(self) -> Path:
        return self.folder / ".example.notified.json"

    def write(self) -> None:
        """Write the journal."""
        text = "".join(f"{render_line(line)}\n" for line in self.of.lines)
        (self.folder / "example.journal.jsonl").write_text(text, encoding="utf-8")

    def publish(self, *windows: Window, change: Change = Change.ANNOUNCED, calendar: Calendar | None = None) -> None:
        """Publish windows, or a header, a minute later."""
        self.now += MINUTE
        self.of = edited(self.of, *windows, at=self.now, change=change, calendar=calendar)
        self.write()

    def notifier(self, **facts: Any) -> Notifier:
        """Return a notifier as a new process has it, after the present one."""
        self.close()
        config = write_config(self.root / "places.yaml", {self.hook.url(path): tags for path, tags in self.tags.items()})
        journals = JournalFolder(self.folder, clock=lambda: self.now)
        journals.refresh()
        calendars = [each.calendar for each in journals.calendars]
        self.present = Notifier(
            journals=journals,
            places=read_places(config, calendars, unreadable=journals.faults),
            addresses=Addresses(public_url=ADDRESS),
            folder=self.folder,
            clock=lambda: self.now,
            **facts,
        )
        return self.present

    def close(self) -> None:
        """End the present notifier."""
        if self.present is not None:
            self.present.close()


def run(notifier: Notifier) -> None:
    """Send everything that is due."""
    while notifier.step() or notifier.finish():
        pass


def other_calendar(**facts: Any) -> Calendar:
    """Return a second calendar."""
    return replace(CALENDAR, **{"key": "other", "domain": "other.example.com", **facts})
