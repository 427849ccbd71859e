"""A worker that lives through a year: its clock is set by hand, from boundary to boundary, while windows are published."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import FunctionType, ModuleType

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Status, Window
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.replay import Change, Line
from tests.published import CALENDAR, all_documents, text, window
from tests.support import ADDRESS, NOW, publication_of

AHEAD = 12
"""How many windows lie ahead at a time."""

MOVED_AT_ONCE = 4
KINDS = ("operationeel", "standaard", "uitgebreid", "standaard/uitgebreid")


@dataclass(slots=True)
class Life:
    """A worker's life.

    Attributes:
        folder: With the journal.
        windows: How many there are; once they are over they are moved on, so that there is always as much to say.
        now: What its clock says.
        boundaries: How many were passed.
        publishes: How many were taken in.
        checked: How many publications were compared with one made from nothing.
        wrong: Moments at which they differed.
    """

    folder: Path
    windows: int = AHEAD
    now: datetime = NOW
    boundaries: int = 0
    publishes: int = 0
    checked: int = 0
    wrong: list[datetime] = field(default_factory=list)
    _windows: list[Window] = field(default_factory=list)

    def begin(self) -> Source:
        """Publish the first windows and return the worker's source."""
        starts = [*map(self._start, range(AHEAD)), *(self.now - timedelta(days=each) for each in range(1, self.windows))]
        self._windows = [window(f"w{each}", starts[each], kind=KINDS[each % 4]) for each in range(self.windows)]
        lines = [Line(at=self.now, by="tests", change=Change.CALENDAR, calendar=CALENDAR)]
        self._append([*lines, *(Line(at=self.now, by="tests", change=Change.ANNOUNCED, window=each) for each in self._windows)])
        return self.wake()

    def wake(self) -> Source:
        """Return the source of a worker that starts now."""
        return Source(JournalFolder(self.folder, clock=lambda: self.now), Addresses(public_url=ADDRESS), clock=lambda: self.now)

    def pass_boundary(self, source: Source) -> None:
        """Let the clock go to the next boundary, every other time by way of the moments in which it is prepared."""
        until = source.publication.until
        until = self.now + timedelta(days=1) if until is None else until
        if self.boundaries % 2:
            self.now = max(self.now, until - timedelta(seconds=3))
            source.refresh()
        self.now = until
        source.refresh()
        self.boundaries += 1

    def publish(self, source: Source) -> None:
        """Move the windows that began first, cancel or restore one of them now and then, and change the calendar a little."""
        self.publishes += 1
        self.now += timedelta(seconds=1)
        at, lines = self.now.replace(microsecond=0), []
        if self.publishes % 20 == 0:
            name = text(f"Onderhoud {self.publishes % 40}", f"Maintenance {self.publishes % 40}")
            lines = [Line(at=at, by="tests", change=Change.CALENDAR, calendar=replace(CALENDAR, name=name))]
        self._windows.sort(key=lambda each: each.start)
        for number, each in enumerate(self._windows[:MOVED_AT_ONCE]):
            status = Status.CANCELLED if self.publishes % 7 == number == 0 else Status.CONFIRMED
            moved = replace(
                each, start=self._start(number + AHEAD - MOVED_AT_ONCE), status=status, note=text(f"{self.publishes}")
            )
            self._windows[number] = moved
            lines.append(Line(at=at, by="tests", change=Change.MOVED, window=moved))
        self._append(lines)
        source.refresh()

    def check(self, source: Source) -> None:
        """Compare what is published with what the journal gives from nothing."""
        self.checked += 1
        if all_documents(source.publication) != all_documents(self._afresh()):
            self.wrong.append(self.now)

    def _afresh(self) -> Publication:
        journal = self.folder / "example.journal.jsonl"
        return publication_of(load_journal(journal.read_bytes(), file="", key="example"), self.now)

    def _start(self, number: int) -> datetime:
        """Return a start ahead of the present, one window every 105 minutes."""
        return self.now.replace(second=0, microsecond=0) + timedelta(minutes=105 * number + 30)

    def _append(self, lines: list[Line]) -> None:
        with (self.folder / "example.journal.jsonl").open("a", encoding="utf-8") as journal:
            journal.writelines(f"{render_line(each)}\n" for each in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a process holds after collection: objects that the collector knows, and bytes in use."""

    objects: int
    size: int

    @classmethod
    def now(cls) -> "Memory":
        """Return what this process holds."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return cls(objects=len(gc.get_objects()), size=pages * os.sysconf("SC_PAGE_SIZE"))


def objects_of(holding: object) -> int:
    """Return how many objects are reached from one, but for what modules and classes hold anyway."""
    seen: set[int] = set()
    waiting = [holding]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and gc.is_tracked(each) and not isinstance(each, type | ModuleType | FunctionType):
            seen.add(id(each))
            waiting += gc.get_referents(each)
    return len(seen)


def live(life: Life, source: Source, *, publishes: int, boundaries: int, check_every: int) -> Iterator[int]:
    """Live on; give the number of boundaries passed, after each.

    Parameters:
        life: Goes on.
        source: The worker's.
        publishes: How many are taken in, spread evenly.
        boundaries: How many are passed.
        check_every: After how many boundaries a publication is checked.
    """
    for number in range(1, boundaries + 1):
        life.pass_boundary(source)
        if number * publishes // boundaries > (number - 1) * publishes // boundaries:
            life.publish(source)
        if number % check_every == 0:
            life.check(source)
        yield number
