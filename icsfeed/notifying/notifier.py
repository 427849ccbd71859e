"""Watches journals, and sends each place what it has not been told yet."""

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from icsfeed.model import Calendar
from icsfeed.notifying.memory import Memory, MemoryFile, digest
from icsfeed.notifying.messages import Message, change_message, merge_changes, reminder_message
from icsfeed.notifying.places import Place, find_problems
from icsfeed.problems import counted
from icsfeed.publication.history import HistoryEntry, group_by_window, history_of
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses, NoAddressError, page_path, window_path
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.replay import Change, Line, PublishedCalendar
from icsfeed.zones import render_rfc3339

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(hours=1)
"""How long after a failure a place is tried again: twice as long each time."""

GIVEN_UP_AFTER = timedelta(days=1)
"""How long a message is tried."""

PATIENCE_SECONDS = 2.0
"""How long a place that is slow to answer holds up the others."""

_log = logging.getLogger("icsfeed")


@dataclass(frozen=True, kw_only=True)
class _Calendar:
    """A calendar as of the last look at its journal.

    Attributes:
        entries: What the lines changed, by their digests, in the order of the history.
        history: The entries of each window, oldest first.
    """

    published: PublishedCalendar
    entries: Mapping[str, HistoryEntry]
    history: Mapping[str, Sequence[HistoryEntry]]
    file: MemoryFile


@dataclass(frozen=True, kw_only=True)
class _Job:
    """A message on its way to a place.

    Attributes:
        then: Returns a memory as it is once the message is told, or given up.
        since: When it was first due.
    """

    place: Place
    message: Message
    file: MemoryFile
    then: Callable[[Memory], Memory]
    since: datetime


@dataclass(slots=True, kw_only=True)
class Notifier:
    """Sends each place what it has not been told yet.

    Attributes:
        only: The name of the calendar to tell of; None for all.
        folder: Where memories are.
        aheads: How long before a window with downtime its reminders are due.
        since: At the first run, what was published from then on is told; None for nothing.
        tries_once: Whether a place that failed is not tried again.
        has_failed: Whether a message did not arrive.
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
    has_failed: bool = False
    _began: datetime | None = None
    _calendars: dict[str, _Calendar] = field(default_factory=dict)
    _failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _running: set[str] = field(default_factory=set)
    _finished: "queue.Queue[tuple[_Job, bool]]" = field(default_factory=queue.Queue)
    _warned: set[str] = field(default_factory=set)

    def step(self) -> bool:
        """Look at the journals and send each place one message that is due; return whether there was one.

        Raises:
            RefusedError: Another process is at work with a memory, or it is damaged.
            OSError: A memory cannot be written, so nothing more is sent.
        """
        is_changed, now = self.journals.refresh(), self.clock().replace(microsecond=0)
        if is_changed or self._began is None:
            for published in self.journals.calendars:
                if self.only in {None, published.calendar.key}:
                    self._look_at(published, self.journals.lines[published.calendar.key], now)
            if not self.journals.faults:
                self._warn(find_problems(self.places, [each.calendar for each in self.journals.calendars]))
        self._began = self._began or now
        while self._collect(0.0):
            pass
        return any([self._send_next(place) for place in self._in_order()])  # noqa: C419  # not only the first

    def finish(self) -> bool:
        """Wait for the messages that are on their way, and remember them; return whether there were any."""
        had_any = bool(self._running)
        while self._running:
            self._collect(None)
        return had_any

    def close(self) -> None:
        """Let another process have the memories."""
        for each in self._calendars.values():
            each.file.close()

    def _warn(self, warnings: Sequence[str]) -> None:
        """Log warnings that were not logged before."""
        for each in warnings:
            if each not in self._warned:
                self._warned.add(each)
                _log.warning("%s", each)

    # What there is to tell

    def _look_at(self, published: PublishedCalendar, lines: Mapping[str, Line], now: datetime) -> None:
        """Queue the lines of a journal that are new."""
        key, history = published.calendar.key, history_of(published)
        by_change: dict[object, HistoryEntry] = {(each.at, each.change, each.facts): each for each in history}
        found = {digest(text): by_change.get((line.at, line.change, line.window)) for text, line in lines.items()}
        order = {each: number for number, each in enumerate(history)}
        entries = {each: entry for each, entry in found.items() if entry is not None}
        file = self._calendars[key].file if key in self._calendars else MemoryFile(self.folder, key)
        known = _Calendar(
            published=published,
            entries=dict(sorted(entries.items(), key=lambda item: order[item[1]])),
            history=group_by_window(history),
            file=file,
        )
        self._calendars[key] = known
        memory = file.memory
        if file.is_new:
            memory = self._begin(key, {digest(text): line for text, line in lines.items()})
        elif self.since is not None and self._began is None:
            _log.info("%s: --since has no effect, as this is not the first run", key)
        told = {entries[each] for each in memory.told & entries.keys()}
        new = [each for each, entry in known.entries.items() if each not in memory.told and entry not in told]
        for place in self.places:
            memory = _queue(memory, place, known, new, now)
        memory = Memory(told=memory.told | found.keys(), waiting=memory.waiting, reminded=memory.reminded)
        if memory != file.memory or file.is_new or self._began is None:
            file.save(self._forget_places(memory, key))

    def _begin(self, key: str, lines: Mapping[str, Line]) -> Memory:
        """Return the memory of a calendar that has none: what was published before counts as told."""
        since = self.since or self._began
        told = frozenset(each for each, line in lines.items() if since is None or line.at < since)
        _log.info("%s: %s as told", key, "1 change counts" if len(told) == 1 else f"{len(told)} changes count")
        return Memory(told=told)

    def _forget_places(self, memory: Memory, key: str) -> Memory:
        """Return a memory without places that the configuration no longer has."""
        keys = {each.key for each in self.places}
        gone = sum(len(lines) for place, lines in memory.waiting.items() if place not in keys)
        if gone:
            _log.warning("%s: %s waited for places that are gone, and will not be told", key, counted(gone, "change"))
        waiting = {place: lines for place, lines in memory.waiting.items() if place in keys}
        return Memory(told=memory.told, waiting=waiting, reminded=memory.reminded)

    # Sending

    def _in_order(self) -> list[Place]:
        """Return the places, those that fail last."""
        return sorted(self.places, key=lambda place: self._failures.get(place.key, (0, None))[0])

    def _send_next(self, place: Place) -> bool:
        """Send a place its next message, if one is due; return whether that was done.

        One that takes long goes on beside the others, so that only then two messages are not yet remembered.
        """
        now = self.clock()
        number, again = self._failures.get(place.key, (0, now))
        if place.key in self._running or again > now or (number and self.tries_once):
            return False
        job = next((job for each in self._calendars.values() if (job := self._find_job(place, each, now)) is not None), None)
        if job is None:
            return False
        job.file.prepare(job.then(job.file.memory))
        self._running.add(place.key)
        threading.Thread(target=lambda: self._finished.put((job, place.send(job.message))), daemon=True).start()
        while place.key in self._running and self._collect(PATIENCE_SECONDS):
            pass
        return True

    def _collect(self, seconds: float | None) -> bool:
        """Remember the next message that arrived or failed; return whether there was one.

        Parameters:
            seconds: How long to wait for one; None for as long as it takes.
        """
        try:
            job, has_arrived = self._finished.get(block=seconds != 0, timeout=seconds or None)
        except queue.Empty:
            return False
        now, key, name = self.clock(), job.place.key, job.place.name
        self._running.discard(key)
        if has_arrived:
            job.file.save(job.then(job.file.memory))
            _log.info("told %s: %s", name, job.message.subject)
            self._failures.pop(key, None)
            return True
        self.has_failed = True
        number = self._failures.get(key, (0, now))[0] + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(number - 1, 20))
        self._failures[key] = (number, now + delay)
        if now - job.since >= GIVEN_UP_AFTER:
            job.file.save(job.then(job.file.memory))
            _log.error("%s failed for a day; it will not be told: %s", name, job.message.subject)
        else:
            again = "" if self.tries_once else f"; next try in {delay.total_seconds():.0f} seconds"
            _log.warning("%s failed%s; not told: %s", name, again, job.message.subject)
        return True

    def _find_job(self, place: Place, each: _Calendar, now: datetime) -> _Job | None:
        """Return the next message about a calendar that is due at a place."""
        language = place.find_language(each.published.calendar)
        if language is None:
            return None
        find = self._find_reminder if place.is_for_reminders else self._find_changes
        return find(place, each, language, now)

    def _find_changes(self, place: Place, each: _Calendar, language: str, now: datetime) -> _Job | None:
        """Return the message about the oldest publication that a place was not told of."""
        waiting = each.file.memory.waiting.get(place.key)
        if not waiting:
            return None
        untold = {entry for line, entry in each.entries.items() if line in waiting}
        current = [entry for entry in each.entries.values() if entry in untold and entry is each.history[entry.facts.id][-1]]
        if not current:
            return None
        batch = {entry.facts.id: entry for entry in current if entry.at == current[0].at}
        changes = [merge_changes(each.history[id_], untold) for id_ in batch]
        lines = [line for line in waiting if line not in each.entries or each.entries[line].facts.id in batch]
        return _Job(
            place=place,
            message=change_message([(entry, self._page(each, entry.facts.id, language)) for entry in changes], language, now=now),
            file=each.file,
            then=partial(Memory.drop, place=place.key, lines=lines),
            since=datetime.fromisoformat(min(waiting[line] for line in lines if line in each.entries)),
        )

    def _find_reminder(self, place: Place, each: _Calendar, language: str, now: datetime) -> _Job | None:
        """Return the message about the next window that a place is to be reminded of."""
        published = each.published.at(now)
        calendar, reminded = published.calendar, each.file.memory.reminded.get(place.key, {})
        for window in published.windows:
            due = [ahead for ahead in self.aheads if window.start - ahead <= now < window.start]
            if not due or window.is_cancelled or not window.has_downtime or not place.wants(window, published):
                continue
            key, minutes = f"{window.id} {render_rfc3339(window.start)}", min(due) // timedelta(minutes=1)
            if reminded.get(key, minutes + 1) <= minutes or phase_of(window, now, calendar.timezone) is not Phase.AHEAD:
                continue
            address = self._page(each, window.id, language)
            return _Job(
                place=place,
                message=reminder_message(window, calendar, language, address=address, now=now),
                file=each.file,
                then=partial(Memory.remind, place=place.key, key=key, minutes=minutes, now=now),
                since=now,
            )
        return None

    def _page(self, each: _Calendar, id_: str, language: str) -> str:
        """Return the address of a window's page, else the calendar's; empty if the calendar has no public address."""
        calendar: Calendar = each.published.calendar
        has_page = id_ in each.published.at(self.clock()).by_id
        path = window_path(calendar, language, id_) if has_page else page_path(calendar, language)
        try:
            return self.addresses.of(calendar) + path
        except NoAddressError as error:
            self._warn([f"{error}; messages have no link until then"])
            return ""


def _queue(memory: Memory, place: Place, known: _Calendar, new: Sequence[str], now: datetime) -> Memory:
    """Return a memory in which new lines wait for a place, if it is to be told of them.

    Of a window all lines wait, although only the newest is told, so that it is told against what the place knew before.
    None waits if the newest says what was told already, as a line of `reconcile` may.
    """
    published, entries = known.published, known.entries
    if place.is_for_reminders or place.find_language(published.calendar) is None:
        return memory
    waits = {entries[line].facts.id for line in memory.waiting.get(place.key, {}) if line in entries}
    by_window: dict[str, list[str]] = {}
    for line in new:
        by_window.setdefault(entries[line].facts.id, []).append(line)
    for id_, lines in by_window.items():
        changed = [entries[line] for line in lines]
        windows = [window for entry in changed for window in (entry.before, entry.window) if window is not None]
        is_current = changed[-1] is known.history[id_][-1]
        told = [each for each in known.history[id_] if each not in changed]
        is_told = bool(told) and told[-1].facts == changed[-1].facts and changed[-1].change is not Change.RESTORED
        if is_current and (id_ in waits or (not is_told and any(place.wants(window, published) for window in windows))):
            memory = memory.queue(place.key, lines, now)
    return memory
