"""The list of announced windows on a calendar's page: a repeated window once, and what is near apart from the rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from icsfeed.publication.documents.pages.repeat_in_words import repeat_in_words
from icsfeed.publication.phases import Phase
from icsfeed.publication.view import View
from icsfeed.recurrence import occurrences, series_of
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, to_local, wall_clock

NEAR = timedelta(weeks=8)
"""How far ahead windows are shown at once, today included."""

MOST_DATES = 60
"""The most further dates of a repeated window in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A window, or the occurrences of a repeated one that are as its rule gives them.

    Attributes:
        window: The window, or the first of the occurrences.
        repeat: The rule in words; empty for a single window or an unusual rule.
        more: Further occurrences, at most `MOST_DATES`.
    """

    window: PublishedWindow
    repeat: str = ""
    more: tuple[PublishedWindow, ...] = ()


def near_until(view: View) -> datetime:
    """Return when the time ends that the list shows at once: a midnight."""
    zone = view.calendar.timezone
    return midnight_of(to_local(view.moment, zone).date() + NEAR, zone)


def list_items(view: View, words: Words) -> tuple[list[ListItem], list[ListItem]]:
    """Return the windows ahead, in the order of their starts: those of the next eight weeks, at least one, and the rest."""
    ahead = [each for each, phase in view.phases if phase is Phase.AHEAD]
    by_series: dict[str, list[PublishedWindow]] = {}
    plain = _plain_occurrences(view.published)
    for window in ahead:
        by_series.setdefault(series_of(window.id) if window.id in plain else f" {window.id}", []).append(window)
    items = [_item(key, windows, view.published, words) for key, windows in by_series.items()]
    until = near_until(view)
    near = sum(each.window.start < until for each in items)
    return items[: max(1, near)], items[max(1, near) :]


def _plain_occurrences(published: PublishedCalendar) -> frozenset[str]:
    """Return the ids of the occurrences that are as their rule gives them."""
    zone, last = published.calendar.timezone, published.last
    if last is None:
        return frozenset()
    given = {}
    for series in published.series.values():
        given.update(occurrences(series, zone=zone, last=last))
    return frozenset(each.id for each in published.windows if given.get(each.id) == each.facts)


def _item(key: str, windows: list[PublishedWindow], published: PublishedCalendar, words: Words) -> ListItem:
    series = published.series.get(key)
    if series is None or series.repeat is None:
        return ListItem(window=windows[0])
    repeat = repeat_in_words(series.repeat, wall_clock(series.start, published.calendar.timezone), words)
    return ListItem(window=windows[0], repeat=repeat, more=tuple(windows[1 : MOST_DATES + 1]))
