"""The history of a calendar's windows: one entry for each line of the journal, and its wording for customers."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property

from icsfeed.languages import capitalized
from icsfeed.model import Calendar, DowntimeClass, Status, Text, Window, planned_end
from icsfeed.recurrence import find_occurrence, horizon, occurrences, series_of
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow
from icsfeed.wording import Words, words_for
from icsfeed.zones import render_rfc3339

MOST_DATES = 3
"""The most dates of a repeated window that are listed, apart from the last."""


class Kind(Enum):
    """The kind of an entry, as customers see it."""

    ANNOUNCED = "announced"
    PROVISIONAL = "announced provisionally"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    BEGUN = "begun"
    COMPLETED = "completed"


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """A change of a window, as the journal recorded it.

    Attributes:
        at: When it was published.
        change: The kind of change; never `calendar`.
        window: The window after it, with its classes of that time; of a repeated window, the first occurrence that is not over.
        before: The window before it; None if it is new.
        calendar: Header and classes of that time.
        facts: The window as in the journal's line.
        dates: Starts of a repeated window's occurrences that were not over then, in order; empty for others.
    """

    at: datetime
    change: Change
    window: PublishedWindow
    before: PublishedWindow | None
    calendar: Calendar
    facts: Window
    dates: tuple[datetime, ...] = ()

    def __hash__(self) -> int:
        """Return a hash of a few fields, as hashing all is slow."""
        return hash((self.at, self.change, self.facts.id))

    @property
    def kind(self) -> Kind:
        """What happened."""
        status = self.facts.status
        if status is Status.CANCELLED:
            return Kind.CANCELLED
        if self.change is Change.ANNOUNCED and status is Status.TENTATIVE:
            return Kind.PROVISIONAL
        was_tentative = self.before is not None and self.before.facts.status is Status.TENTATIVE
        if self.change is Change.CHANGED and was_tentative and status is Status.CONFIRMED:
            return Kind.CONFIRMED
        is_off = self.change in {Change.CANCELLED, Change.WITHDRAWN}  # so says the line, but its facts do not
        return Kind.CHANGED if is_off else Kind(self.change.value)

    @cached_property
    def key(self) -> str:
        """A key that is unique in the journal and that no later line or merge changes."""
        digest = hashlib.sha256(json.dumps(_hashed_facts(self.facts), ensure_ascii=False).encode()).hexdigest()
        return f"{self.at:%Y%m%dT%H%M%SZ}-{self.change.value}-{digest[:8]}"


def _hashed_facts(window: Window) -> list[object]:
    """Return the facts that `key` depends on; new kinds of facts must not change the hash of old lines."""
    actual = (window.actual.start, window.actual.end) if window.actual is not None else ()
    moments = (window.start, window.end, *actual)
    texts: tuple[Text | None, ...] = (window.title, window.reason, window.note)
    return [
        [each and render_rfc3339(each) for each in moments],
        [each and each.versions for each in texts],
        [*window.classes, window.status.value, window.planned, window.repeat],
        *([[str(window.expected.length), window.expected.open_ended]] if window.expected else []),
        *([["local end"]] if window.local_end else []),
    ]


def history_of(published: PublishedCalendar) -> tuple[HistoryEntry, ...]:
    """Return the history of all windows, in the order of the journal's lines.

    After a merge a line may use a class that only a later line defines; the first definition is used.
    """
    builder = _HistoryBuilder(calendar=published.header_versions[0][1])
    for _, calendar in reversed(published.header_versions):
        builder.classes |= {each.key: each for each in calendar.classes}
    return tuple(entry for line in published.lines if (entry := builder.add(line)) is not None)


@dataclass(slots=True)
class _HistoryBuilder:
    """The state after the lines added so far.

    Attributes:
        windows: Windows and repeated windows by id.
        seen: Changes added so far; after a merge two people may have published the same one.
    """

    calendar: Calendar
    classes: dict[str, DowntimeClass] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, line: Line) -> HistoryEntry | None:
        """Add a line and return its entry; None for a header or a duplicate."""
        if line.calendar is not None:
            self.calendar = line.calendar
            self.classes |= {each.key: each for each in line.calendar.classes}
        window, identity = line.window, (line.at, line.change, line.window)
        if window is None or identity in self.seen:
            return None
        self.seen.add(identity)
        before = self.windows.get(window.id) or self._find_occurrence(window.id)
        self.windows[window.id] = window
        shown, dates = window, tuple[datetime, ...]()
        if window.repeat is not None:
            ahead = self._ahead(window, line.at)
            shown, dates = (ahead[0] if ahead else window), tuple(each.start for each in ahead)
        return HistoryEntry(
            at=line.at,
            change=line.change,
            window=self._with_classes(shown, line.at),
            before=self._with_classes(before, line.at) if before is not None else None,
            calendar=self.calendar,
            facts=window,
            dates=dates,
        )

    def _find_occurrence(self, id_: str) -> Window | None:
        """Return an occurrence without a line of its own, as its repeated window has it; None for other ids."""
        series = self.windows.get(series_of(id_))
        if series is None or series.repeat is None:
            return None
        return find_occurrence(series, id_, zone=self.calendar.timezone)

    def _ahead(self, series: Window, at: datetime) -> list[Window]:
        """Return the occurrences not over, in order, up to the horizon."""
        zone, heavier = self.calendar.timezone, self.classes[series.classes[-1]]
        found = occurrences(series, zone=zone, last=horizon(at, zone)).values()
        return [each for each in found if planned_end(each, heavier) > at]

    def _with_classes(self, window: Window, at: datetime) -> PublishedWindow:
        """Return a window with its classes of that time; its revision is not used."""
        return PublishedWindow(
            facts=window,
            classes=tuple(self.classes[key] for key in window.classes),
            uid=f"{window.id}@{self.calendar.domain}",
            sequence=0,
            created=at,
            modified=at,
            moved_from=None,
        )


def group_by_window(history: tuple[HistoryEntry, ...]) -> Mapping[str, tuple[HistoryEntry, ...]]:
    """Return the entries by id of their window or repeated window, in their order."""
    found: dict[str, list[HistoryEntry]] = {}
    for each in history:
        found.setdefault(each.facts.id, []).append(each)
    return {id_: tuple(each) for id_, each in found.items()}


# In words


def headline(entry: HistoryEntry, language: str) -> str:
    """Return the change, the window and its start in one line."""
    words = words_for(entry.calendar, language)
    line, moment = _summary_without_status(entry.window, words), words.moment(entry.window.start)
    if entry.facts.repeat is not None:
        line = words.say("{line}, repeated from {moment}").format(line=line, moment=moment)
    else:
        line = f"{line}, {moment}"
    return _message(entry, words).format(line=line)


def _summary_without_status(window: PublishedWindow, words: Words) -> str:
    """Return a window's summary without "Cancelled", "Provisional" or "Unplanned"."""
    return words.summary(replace(window, facts=replace(window.facts, status=Status.CONFIRMED, planned=True)))


def _message(entry: HistoryEntry, words: Words) -> str:
    """Return the change as a message with a place for the window, `{line}`."""
    if entry.kind in {Kind.ANNOUNCED, Kind.PROVISIONAL} and not entry.facts.planned:
        return words.say("Unplanned: {line}")
    return {
        Kind.ANNOUNCED: words.say("Announced: {line}"),
        Kind.PROVISIONAL: words.say("Announced provisionally: {line}"),
        Kind.CONFIRMED: words.say("Confirmed: {line}"),
        Kind.CHANGED: words.say("Changed: {line}"),
        Kind.MOVED: words.say("Moved: {line}"),
        Kind.CANCELLED: words.say("Cancelled: {line}"),
        Kind.RESTORED: words.say("Going ahead after all: {line}"),
        Kind.BEGUN: words.say("Started: {line}"),
        Kind.COMPLETED: words.say("Completed: {line}"),
    }[entry.kind]


def paragraphs(entry: HistoryEntry, language: str) -> Iterator[tuple[str, ...]]:
    """Yield the details of a change as plain text: paragraphs of one line or more."""
    words = words_for(entry.calendar, language)
    window, before = entry.window.facts, entry.before
    differences = tuple(_differences(entry, before, words)) if before is not None else ()
    reason = (words.say("Reason: {reason}").format(reason=words.text(window.reason)),) if window.reason is not None else ()
    note = (words.text(window.note),) if window.note is not None else ()
    parts = (differences, reason, tuple(_about_time(entry, words)), note, tuple(_about_actual(entry, words)))
    return (part for part in parts if part)


def _differences(entry: HistoryEntry, before: PublishedWindow, words: Words) -> Iterator[str]:
    """Yield old and new times, classes and titles where they changed."""
    if (before.facts.start, before.facts.expected_end) != (entry.facts.start, entry.facts.expected_end):
        yield capitalized(words.was_now(before.facts, entry.facts))
    was, now = _summary_without_status(before, words), _summary_without_status(entry.window, words)
    if was != now and before.facts.expected_end == entry.facts.expected_end:
        yield capitalized(words.say("was {was}, now {now}").format(was=was, now=now))


def _about_time(entry: HistoryEntry, words: Words) -> Iterator[str]:
    window = entry.window
    yield f"{capitalized(words.span(window.start, window.end))} ({entry.calendar.timezone})"
    if entry.dates[1:]:
        shown = [words.date(each) for each in entry.dates[:MOST_DATES]]
        rest = entry.dates[MOST_DATES:]
        last = [*(["…"] if rest[1:] else []), words.date(rest[-1])] if rest else []
        yield words.say("Repeated: {dates}").format(dates=", ".join([*shown, *last]))
    if window.is_cancelled:
        yield words.say("This maintenance will not take place.")
        return
    if window.facts.status is Status.TENTATIVE:
        yield words.say("This is still provisional.")
    yield words.say("Downtime: {downtime}").format(downtime=words.downtime(window))


def _about_actual(entry: HistoryEntry, words: Words) -> Iterator[str]:
    if entry.window.facts.actual is not None:
        yield words.actual(entry.window.facts.actual)
