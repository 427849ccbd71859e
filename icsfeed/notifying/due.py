"""Which message is due at a place: what it waits for, and the next message of that."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from icsfeed.model import Calendar
from icsfeed.notifying.memory import Memory
from icsfeed.notifying.messages import Message, change_message, reminder_message
from icsfeed.notifying.places import Place
from icsfeed.publication.history import HistoryEntry, group_by_window, history_of
from icsfeed.publication.paths import page_path, window_path
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.replay import Change, PublishedCalendar, PublishedWindow
from icsfeed.zones import render_rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanges:
    """A calendar and all that was published of it.

    Attributes:
        address_of: Returns what a calendar's addresses begin with; empty if it has no public one.
        changes: By name, in the order of the journal.
        by_window: The same by id, oldest first.
    """

    published: PublishedCalendar
    address_of: Callable[[Calendar], str]
    changes: Mapping[str, HistoryEntry]
    by_window: Mapping[str, Sequence[HistoryEntry]]

    def page(self, id_: str, language: str, now: datetime) -> str:
        """Return the address of a window's page, else the calendar's; empty without a public address."""
        calendar, has_page = self.published.calendar, id_ in self.published.at(now).by_id
        path = window_path(calendar, language, id_) if has_page else page_path(calendar, language)
        address = self.address_of(calendar)
        return address and address + path


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message that is due at a place.

    Attributes:
        since: When it was first due.
        changes: Names of those that it settles.
        reminded: What is remembered of a reminder once it is told, as in `Memory`.
    """

    message: Message
    since: datetime
    changes: Collection[str] = ()
    reminded: Mapping[str, int] = field(default_factory=dict)


def name_of(change: HistoryEntry) -> str:
    """Return what a change is known by: what its line in the journal says."""
    return f"{change.facts.id} {change.key}"


def changes_of(published: PublishedCalendar, address_of: Callable[[Calendar], str]) -> CalendarChanges:
    """Return a calendar with its changes."""
    history = history_of(published)
    changes = {name_of(each): each for each in history}
    return CalendarChanges(published=published, address_of=address_of, changes=changes, by_window=group_by_window(history))


def note_changes(memory: Memory, calendar: CalendarChanges, places: Iterable[Place], now: datetime) -> Memory:
    """Return a memory in which new changes wait for the places that are to be told of them.

    What waits for places that are gone is forgotten, and reminders of windows that have begun are.
    """
    new = set(calendar.changes) - memory.seen
    waiting = {
        place.key: {**memory.waiting.get(place.key, {}), **dict.fromkeys(_find_wanted(place, memory, calendar, new), now)}
        for place in places
    }
    ahead = {
        place: {key: minutes for key, minutes in windows.items() if key.rpartition(" ")[2] > render_rfc3339(now)}
        for place, windows in memory.reminded.items()
    }
    return Memory(seen=memory.seen | new, waiting={key: lines for key, lines in waiting.items() if lines}, reminded=ahead)


def _find_wanted(place: Place, memory: Memory, calendar: CalendarChanges, new: Collection[str]) -> Iterator[str]:
    """Yield the new changes that are to wait for a place.

    Of a window all do, although only the newest is told, so that it is told against what the place knew before.
    None does if the newest says what was told already, as a line of `reconcile` may.
    """
    if place.is_for_reminders or place.find_language(calendar.published.calendar) is None:
        return
    waits = {calendar.changes[each].facts.id for each in memory.waiting.get(place.key, ()) if each in calendar.changes}
    for id_ in dict.fromkeys(calendar.changes[each].facts.id for each in new):
        changed = [each for each in calendar.by_window[id_] if name_of(each) in new]
        known = [each for each in calendar.by_window[id_] if name_of(each) not in new]
        newest = calendar.by_window[id_][-1]
        says_more = newest in changed and (not known or known[-1].facts != newest.facts or newest.change is Change.RESTORED)
        windows = [window for each in changed for window in (each.before, each.window) if window is not None]
        if id_ in waits or (says_more and any(place.wants(window, calendar.published) for window in windows)):
            yield from map(name_of, changed)


def find_due(place: Place, memory: Memory, calendar: CalendarChanges, aheads: Sequence[timedelta], now: datetime) -> Due | None:
    """Return the next message about a calendar that is due at a place.

    Parameters:
        place: It gets either reminders or changes.
        memory: Of the calendar.
        calendar: May be any; a place may not be told of it.
        aheads: How long before a window with downtime its reminders are due.
        now: The present.
    """
    language = place.find_language(calendar.published.calendar)
    if language is None:
        return None
    if place.is_for_reminders:
        return _find_reminder(place, memory.reminded.get(place.key, {}), calendar, aheads, language=language, now=now)
    waiting = memory.waiting.get(place.key)
    return _find_changes(waiting, calendar, language, now) if waiting else None


def _find_changes(waiting: Mapping[str, datetime], calendar: CalendarChanges, language: str, now: datetime) -> Due | None:
    """Return the message about the oldest publication that waits and was not overtaken."""
    untold = [change for name, change in calendar.changes.items() if name in waiting]
    current = [each for each in untold if each is calendar.by_window[each.facts.id][-1]]
    batch = {each.facts.id for each in current if each.at == current[0].at}
    if not batch:
        return None
    merged = [_merge(calendar.by_window[each.facts.id], untold) for each in current if each.facts.id in batch]
    names = [name_of(each) for each in untold if each.facts.id in batch]
    pages = [(each, calendar.page(each.facts.id, language, now)) for each in merged]
    message = change_message(pages, language, now=now)
    return Due(message=message, since=min(waiting[each] for each in names), changes=names)


def _merge(changes: Sequence[HistoryEntry], untold: Collection[HistoryEntry]) -> HistoryEntry:
    """Return the newest change of a window, told against the last one that is not among those untold."""
    newest, told = changes[-1], [each for each in changes if each not in untold]
    before, change = (told[-1].window if told else changes[0].before), newest.change
    if before is None and change in {Change.CHANGED, Change.MOVED, Change.RESTORED}:
        change = Change.ANNOUNCED
    elif before is not None and change in {Change.CHANGED, Change.MOVED}:
        change = Change.CHANGED if _times(before) == _times(newest.window) else Change.MOVED
    return replace(newest, before=before, change=change)


def _times(window: PublishedWindow) -> tuple[datetime, datetime | None]:
    """Return the planned start and the end that operations gave."""
    return window.start, window.facts.expected_end


def _find_reminder(
    place: Place,
    reminded: Mapping[str, int],
    calendar: CalendarChanges,
    aheads: Sequence[timedelta],
    *,
    language: str,
    now: datetime,
) -> Due | None:
    """Return the message about the next window that a place is to be reminded of."""
    published = calendar.published.at(now)
    for window in published.windows:
        near = [ahead for ahead in aheads if window.start - ahead <= now < window.start]
        if not near or window.is_cancelled or not window.has_downtime or not place.wants(window, published):
            continue
        key, minutes = f"{window.id} {render_rfc3339(window.start)}", min(near) // timedelta(minutes=1)
        is_ahead = phase_of(window, now, published.calendar.timezone) is Phase.AHEAD
        if is_ahead and minutes < reminded.get(key, minutes + 1):
            address = calendar.page(window.id, language, now)
            message = reminder_message(window, published.calendar, language, address=address, now=now)
            return Due(message=message, since=now, reminded={key: minutes})
    return None
