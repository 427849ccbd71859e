"""Months as tables of days with their windows, for a calendar's page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale

from icsfeed.replay import PublishedWindow
from icsfeed.zones import to_local

MOST_MONTHS = 6
"""The most months shown; the list has every window."""

_MOST_DAYS = 400
"""The most days marked for one window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a table.

    Attributes:
        first: Its first day.
        weeks: Rows of seven days, with None for days of other months.
        windows: The windows of each day, in the order of their starts.
    """

    first: date
    weeks: tuple[tuple[date | None, ...], ...]
    windows: Mapping[date, tuple[PublishedWindow, ...]]


def months_of(windows: Iterable[PublishedWindow], zone: str, language: str) -> list[Month]:
    """Return the first months that have windows, in order, at most `MOST_MONTHS`.

    Parameters:
        windows: In the order of their starts.
        zone: Decides the local days.
        language: Decides the first day of the week.
    """
    by_month: dict[date, dict[date, tuple[PublishedWindow, ...]]] = {}
    for window in windows:
        days_of_window = _days_of(window.start, window.end, zone)
        if len(by_month) >= MOST_MONTHS and days_of_window[0].replace(day=1) > sorted(by_month)[MOST_MONTHS - 1]:
            break
        for day in days_of_window:
            days = by_month.setdefault(day.replace(day=1), {})
            days[day] = (*days.get(day, ()), window)
    firsts = sorted(by_month)[:MOST_MONTHS]
    return [Month(first=first, weeks=_weeks(first, language), windows=by_month[first]) for first in firsts]


@lru_cache(maxsize=4096)
def _days_of(start: datetime, end: datetime, zone: str) -> tuple[date, ...]:
    """Return the local days of `[start, end)`, so a window that ends at midnight is not on the next day."""
    first = to_local(start, zone).date()
    last = to_local(end - timedelta(seconds=1), zone).date()
    return tuple(first + timedelta(days=after) for after in range(min((last - first).days, _MOST_DAYS) + 1))


def _weeks(first: date, language: str) -> tuple[tuple[date | None, ...], ...]:
    """Return the weeks of a month, beginning on the language's first day of the week."""
    beginning = first - timedelta(days=(first.weekday() - Locale(language).first_week_day) % 7)
    weeks = []
    while beginning < first or (beginning.month, beginning.year) == (first.month, first.year):
        days = [beginning + timedelta(days=after) for after in range(7)]
        weeks.append(tuple(day if (day.month, day.year) == (first.month, first.year) else None for day in days))
        beginning += timedelta(days=7)
    return tuple(weeks)


def weekdays(language: str) -> list[tuple[str, str]]:
    """Return short and full names of the days of the week, in the language's order."""
    locale = Locale(language)
    short, full = locale.days["stand-alone"]["short"], locale.days["stand-alone"]["wide"]
    order = [(locale.first_week_day + after) % 7 for after in range(7)]
    return [(short[day], full[day]) for day in order]
