"""Which message is due at a place: what it waits for, and the next message of that."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from icsfeed.notifying.memory import Memory
from icsfeed.notifying.messages import Message, change_message, reminder_message
from icsfeed.notifying.places import Place
from icsfeed.publication.history import HistoryEntry, group_by_window, history_of
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.replay import Change, PublishedCalendar, PublishedWindow
from icsfeed.zones import render_rfc3339

Page = Callable[[str, str], str]
"""Returns the address of a window's page by its id and a language; empty without a public address."""


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


def note_changes(memory: Memory, published: PublishedCalendar, places: Iterable[Place], now: datetime) -> Memory:
    """Return a memory in which new changes wait for the places that are to be told of them.

    What waits for places that are gone is forgotten, and reminders of windows that have begun are.
    """
    history = history_of(published)
    seen = memory.seen.union(map(name_of, history))
    changed = [each for each in group_by_window(history).values() if any(name_of(change) not in memory.seen for change in each)]
    waiting = {each.key: dict(memory.waiting.get(each.key, {})) for each in places}
    for place in places:
        if not place.is_for_reminders and place.find_language(published.calendar) is not None:
            for changes in changed:
                waiting[place.key] |= dict.fromkeys(_find_wanted(place, memory, changes, published), now)
    ahead = {
        place: {key: minutes for key, minutes in windows.items() if key.rpartition(" ")[2] > render_rfc3339(now)}
        for place, windows in memory.reminded.items()
    }
    return Memory(seen=seen, waiting={key: changes for key, changes in waiting.items() if changes}, reminded=ahead)


def _find_wanted(place: Place, memory: Memory, changes: Sequence[HistoryEntry], published: PublishedCalendar) -> list[str]:
    """Return the new ones of a window's changes, if they are to wait for a place.

    All do, although only the newest is told, so that it is told against what the place knew before.
    None does if the newest says what was told already, as a line of `reconcile` may.
    """
    new = [each for each in changes if name_of(each) not in memory.seen]
    if any(name_of(each) in memory.waiting.get(place.key, {}) for each in changes):
        return [*map(name_of, new)]
    newest, known = changes[-1], [each for each in changes if each not in new]
    says_more = not known or known[-1].facts != newest.facts or newest.change is Change.RESTORED
    windows = [window for each in new for window in (each.before, each.window) if window is not None]
    is_wanted = newest in new and says_more and any(place.wants(window, published) for window in windows)
    return [*map(name_of, new)] if is_wanted else []


def find_change(place: Place, memory: Memory, published: PublishedCalendar, page: Page, now: datetime) -> Due | None:
    """Return the message about the oldest publication that waits for a place and was not overtaken."""
    language, waiting = place.find_language(published.calendar), memory.waiting.get(place.key)
    if language is None or not waiting:
        return None
    history = history_of(published)
    untold, by_window = [each for each in history if name_of(each) in waiting], group_by_window(history)
    current = [each for each in untold if each is by_window[each.facts.id][-1]]
    batch = [each.facts.id for each in current if each.at == current[0].at]
    if not batch:
        return None
    changes = [(_merge(by_window[id_], untold), page(id_, language)) for id_ in batch]
    names = [name_of(each) for each in untold if each.facts.id in batch]
    message = change_message(changes, language, now=now)
    since = min(waiting[name_of(each)] for each in current if each.facts.id in batch)  # not of those that it overtook
    return Due(message=message, since=since, changes=names)


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


def find_reminder(
    place: Place, memory: Memory, published: PublishedCalendar, page: Page, now: datetime, *, aheads: Iterable[timedelta]
) -> Due | None:
    """Return the message about the next window that a place is to be reminded of, so long before its start."""
    language, reminded = place.find_language(published.calendar), memory.reminded.get(place.key, {})
    if language is None or not place.is_for_reminders:
        return None
    for window in published.at(now).windows:
        near = [ahead for ahead in aheads if window.start - ahead <= now < window.start]
        if not near or window.is_cancelled or not window.has_downtime or not place.wants(window, published):
            continue
        key, minutes = f"{window.id} {render_rfc3339(window.start)}", min(near) // timedelta(minutes=1)
        is_ahead = phase_of(window, now, published.calendar.timezone) is Phase.AHEAD
        if is_ahead and minutes < reminded.get(key, minutes + 1):
            message = reminder_message(window, published.calendar, language, address=page(window.id, language), now=now)
            return Due(message=message, since=now, reminded={key: minutes})
    return None
