"""Days as pages name and arrange them: months as tables, and dates without their year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale

from icsfeed.languages import format_day
from icsfeed.replay import PublishedWindow
from icsfeed.zones import to_local

MOST_MONTHS = 6
"""How many months are drawn at most; the list has every window."""

_MOST_DAYS = 400
"""How many days of one window are marked at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a table.

    Attributes:
        first: Its first day.
        weeks: Rows of seven days; None before the first day and after the last one.
        windows: Those that touch a day of it, by day, in their order.
    """

    first: date
    weeks: tuple[tuple[date | None, ...], ...]
    windows: Mapping[date, tuple[PublishedWindow, ...]]


def months_of(windows: Iterable[PublishedWindow], zone: str, language: str) -> list[Month]:
    """Return the months that these windows touch, in order, at most six; empty without windows.

    Parameters:
        windows: In the order of their starts.
        zone: Whose days are meant.
        language: Whose weeks are.
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
    """Return the local days that a span touches; one that ends at midnight does not touch the day that begins."""
    first = to_local(start, zone).date()
    last = to_local(end - timedelta(seconds=1), zone).date()
    return tuple(first + timedelta(days=after) for after in range(min((last - first).days, _MOST_DAYS) + 1))


def _weeks(first: date, language: str) -> tuple[tuple[date | None, ...], ...]:
    """Return the weeks of a month, each beginning on the language's first day of the week."""
    beginning = first - timedelta(days=(first.weekday() - Locale(language).first_week_day) % 7)
    weeks = []
    while beginning < first or (beginning.month, beginning.year) == (first.month, first.year):
        days = [beginning + timedelta(days=after) for after in range(7)]
        weeks.append(tuple(day if (day.month, day.year) == (first.month, first.year) else None for day in days))
        beginning += timedelta(days=7)
    return tuple(weeks)


def weekdays(language: str) -> list[tuple[str, str]]:
    """Return the days of the week from the language's first one on, each short and in full."""
    locale = Locale(language)
    short, full = locale.days["stand-alone"]["short"], locale.days["stand-alone"]["wide"]
    order = [(locale.first_week_day + after) % 7 for after in range(7)]
    return [(short[day], full[day]) for day in order]


def name_day(day: date | datetime, pattern: str, language: str) -> str:
    """Return a local date in a pattern of Unicode's date formats."""
    return format_day(day.date() if isinstance(day, datetime) else day, pattern, language)
