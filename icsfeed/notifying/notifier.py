"""Watches journals, and sends each place the messages that are due, one after the other."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from icsfeed.notifying.due import Due, find_change, find_reminder, name_of, note_changes
from icsfeed.notifying.memory import Memory, MemoryFile
from icsfeed.notifying.places import Place, find_problems
from icsfeed.problems import counted
from icsfeed.publication.history import history_of
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses, NoAddressError, page_path, window_path
from icsfeed.replay import PublishedCalendar

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(hours=1)
"""How long after a failure a place is tried again: twice as long each time."""

GIVEN_UP_AFTER = timedelta(days=1)
"""How long a message is tried."""

PATIENCE_SECONDS = 2.0
"""How long a place that is slow to answer holds up the others; only then two messages are not yet remembered."""

_log = logging.getLogger("icsfeed")


@dataclass(slots=True, kw_only=True)
class Notifier:
    """Sends each place what it has not been told yet.

    Attributes:
        only: The name of the calendar to tell of; None for all.
        folder: Where memories are.
        aheads: How long before a window with downtime its reminders are due.
        since: At the first run, what was published from then on is told; None for nothing.
        tries_once: Whether a place that failed is not tried again.
    """

    journals: JournalFolder
    places: Sequence[Place]
    addresses: Addresses
    folder: Path
    clock: Callable[[], datetime]
    only: str | None = None
    aheads: Sequence[timedelta] = ()
    since: datetime | None = None
    tries_once: bool = False
    _began: datetime | None = None
    _calendars: Sequence[PublishedCalendar] = ()
    _files: dict[str, MemoryFile] = field(default_factory=dict)
    _sending: dict["Future[bool]", tuple[Place, Due, MemoryFile]] = field(default_factory=dict)
    _failures: dict[str, tuple[timedelta, datetime]] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Have a thread for each place."""
        self._threads = ThreadPoolExecutor(max(1, len(self.places)))

    @property
    def has_failed(self) -> bool:
        """Whether the last message to a place did not arrive."""
        return bool(self._failures)

    def step(self) -> bool:
        """Look at the journals and send each place one message that is due; return whether there was one.

        Raises:
            RefusedError: Another process is at work with a memory, or it is damaged.
            OSError: A memory cannot be written, so nothing more is sent.
        """
        now = self.clock().replace(microsecond=0)
        if self.journals.refresh() or self._began is None:
            self._calendars = [each for each in self.journals.calendars if self.only in {None, each.calendar.key}]
            for published in self._calendars:
                self._look_at(published, now)
            calendars = [each.calendar for each in self.journals.calendars]
            for problem in find_problems(self.places, calendars) if not self.journals.faults else ():
                _log.warning("%s", problem)
        self._began = self._began or now
        return any([self._send_next(place) for place in self.places])  # noqa: C419  # not only the first

    def finish(self) -> bool:
        """Wait for the messages that are on their way, and remember them; return whether there were any."""
        had_any = bool(self._sending)
        wait(self._sending)
        self._remember()
        return had_any

    def close(self) -> None:
        """Let another process have the memories."""
        self._threads.shutdown(wait=False)
        for each in self._files.values():
            each.close()

    def _look_at(self, published: PublishedCalendar, now: datetime) -> None:
        """Note which changes of a calendar are new; at the first run, what was published before counts as told."""
        key, keys = published.calendar.key, {each.key for each in self.places}
        if key not in self._files:
            since = self.since or self._began
            earlier = [name_of(each) for each in history_of(published) if since is None or each.at < since]
            first = Memory(seen=frozenset(earlier))
            self._files[key] = MemoryFile(self.folder, key, first=first)
            if self._files[key].memory is first:
                number = sum(since is None or line.at < since for line in published.lines)
                _log.info("%s: %s as told", key, "1 change counts" if number == 1 else f"{number} changes count")
        file = self._files[key]
        if gone := sum(len(changes) for place, changes in file.memory.waiting.items() if place not in keys):
            _log.warning("%s: %s waited for places that are gone, and will not be told", key, counted(gone, "change"))
        file.save(note_changes(file.memory, published, self.places, now))

    def _send_next(self, place: Place) -> bool:
        """Send a place its next message, if one is due; return whether that was done."""
        self._remember()
        now = self.clock()
        is_paused = place.key in self._failures and (self.tries_once or now < self._failures[place.key][1])
        if is_paused or any(each is place for each, *_ in self._sending.values()):
            return False
        for published in self._calendars:
            file, page = self._files[published.calendar.key], partial(self._find_page, published, now)
            due = find_change(place, file.memory, published, page, now)
            due = due or find_reminder(place, file.memory, published, page, now, aheads=self.aheads)
            if due is not None:
                file.prepare(file.memory.after(place.key, due.changes, due.reminded))
                future = self._threads.submit(place.send, due.message)
                self._sending[future] = (place, due, file)
                wait([future], PATIENCE_SECONDS)
                self._remember()
                return True
        return False

    def _find_page(self, published: PublishedCalendar, now: datetime, id_: str, language: str) -> str:
        """Return the address of a window's page, else the calendar's; empty if it has no public address."""
        calendar, has_page = published.calendar, id_ in published.at(now).by_id
        path = window_path(calendar, language, id_) if has_page else page_path(calendar, language)
        try:
            return self.addresses.of(calendar) + path
        except NoAddressError as error:
            _log.warning("%s; messages have no link until then", error)
            return ""

    def _remember(self) -> None:
        """Remember the messages that arrived or failed."""
        for future in [each for each in self._sending if each.done()]:
            place, due, file = self._sending.pop(future)
            has_arrived, now, subject = future.result(), self.clock(), due.message.subject
            is_given_up = not has_arrived and now - due.since >= GIVEN_UP_AFTER
            if has_arrived or is_given_up:
                file.save(file.memory.after(place.key, due.changes, due.reminded))
            if has_arrived:
                _log.info("told %s: %s", place.name, subject)
                self._failures.pop(place.key, None)
                continue
            last, _ = self._failures.get(place.key, (FIRST_DELAY / 2, now))
            delay = min(LONGEST_DELAY, 2 * last)
            self._failures[place.key] = (delay, now + delay)
            if is_given_up:
                _log.error("%s failed for a day; it will not be told: %s", place.name, subject)
            else:
                again = "" if self.tries_once else f"; next try in {delay.total_seconds():.0f} seconds"
                _log.warning("%s failed%s; not told: %s", place.name, again, subject)
