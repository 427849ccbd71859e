"""Months as tables of days with their windows, for a calendar's page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale

from icsfeed.replay import PublishedWindow
from icsfeed.zones import midnight_of, to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a table.

    Attributes:
        first: Its first day.
        weeks: Rows of seven days, with None for days of other months.
        windows: The windows of each day, in the order of their starts, also of other months.
    """

    first: date
    weeks: tuple[tuple[date | None, ...], ...]
    windows: Mapping[date, tuple[PublishedWindow, ...]]


def months_of(windows: Iterable[PublishedWindow], zone: str, language: str, *, first: date, last: date) -> list[Month]:
    """Return the months from the one of `first` to the one of `last`, with or without windows.

    Parameters:
        windows: In the order of their starts.
        zone: Decides the local days.
        language: Decides the first day of the week.
        first: A local day.
        last: The same or a later one.
    """
    firsts = [first.replace(day=1)]
    while (following := (firsts[-1] + timedelta(days=31)).replace(day=1)) <= last:
        firsts.append(following)
    by_day: dict[date, tuple[PublishedWindow, ...]] = {}
    start, end_of_last = midnight_of(firsts[0], zone), midnight_of(following, zone)
    for window in (each for each in windows if each.start < end_of_last and start < each.end):
        day, end = to_local(window.start, zone).date(), to_local(window.end - timedelta(seconds=1), zone).date()
        day = max(day, firsts[0])
        while day <= end and day < following:
            by_day[day] = (*by_day.get(day, ()), window)
            day += timedelta(days=1)
    return [Month(first=each, weeks=_weeks(each, language), windows=by_day) for each in firsts]


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
