"""Moments and dates as people write them, in words and digits.

The words are Babel's names of months and weekdays; nothing that is missing is filled in.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar

from babel import Locale
from dateutil import parser as dateutil_parser

from icsfeed.problems import suggest
from icsfeed.zones import YEARS, MomentError, to_utc

DATE_EXAMPLE = "2027-12-20"
MOMENT_EXAMPLE = "2027-12-20 21:00"


@lru_cache(maxsize=16)
def _words(languages: tuple[str, ...]) -> "_Words":
    """Return what the words of these languages mean in a date."""
    return _Words(languages)


class _Words(dateutil_parser.parserinfo):
    """Month and weekday names from Babel, in full, abbreviated or shortened, for dateutil's parser.

    Attributes:
        months: Word -> 1 to 12.
        weekdays: Word -> 0 (Monday) to 6.
    """

    HOURS = frozenset({"uur", "u", "uhr", "h", "heure", "heures", "o'clock"})
    HALVES: ClassVar = {"am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm"}
    FILLERS = frozenset({"om", "op", "at", "on", "the", "of", "um", "am", "den", "le", "à", "a"}) | HOURS

    def __init__(self, languages: tuple[str, ...]) -> None:
        """Gather the names of the languages."""
        self.months: dict[str, int] = {}
        self.weekdays: dict[str, int] = {}
        for language in languages:
            locale = Locale.parse(language)
            self._learn(self.months, locale.months)
            self._learn(self.weekdays, locale.days)
        by_number = {n: tuple(w for w, m in self.months.items() if m == n) for n in range(1, 13)}
        self.MONTHS = [by_number[number] for number in range(1, 13)]  # type: ignore[misc]  # dateutil takes any number
        super().__init__()

    @staticmethod
    def _learn(known: dict[str, int], names: Any) -> None:
        """Add the names that Babel has, and every beginning of three letters or more that is one name's alone."""
        own: dict[str, set[int]] = {}
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                for number, name in names[context].get(width, {}).items():
                    word = name.casefold().rstrip(".")
                    shortest = min(3, len(word)) if width == "wide" else len(word)
                    for length in range(shortest, len(word) + 1):
                        for spelt in (word[:length], _without_accents(word[:length])):
                            own.setdefault(spelt, set()).add(int(number))
        for spelt, numbers in own.items():
            if len(numbers) == 1:
                known.setdefault(spelt, *numbers)

    def is_known(self, word: str) -> bool:
        """Tell whether a word can stand in a date."""
        return word in self.months or word in self.weekdays or word in self.FILLERS or word in self.HALVES


def _without_accents(word: str) -> str:
    """Return the word without its accents: `aout` for `août`."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


_TOKEN = re.compile(
    r"""(?P<iso>\d{4}-\d{2}-\d{2})(?:[Tt](?=\d))?
    | (?P<numeric>\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,4})
    | (?P<clock>\d{1,2}[:.h]\d{2}(?::\d{2})?)(?![\d:.])(?P<offset>\s?[Zz]\b|\s?[+-]\d{2}:?\d{2})?
    | (?P<number>\d+)(?P<ordinal>st|nd|rd|th|e|er|\.)?(?![^\W_])
    | (?P<hour>\d{1,2})(?P<unit>am|pm|uur|u|h)\b
    | (?P<word>[^\W\d_]+(?:\.[^\W\d_]+\.|')?[^\W\d_]*)\.?
    | (?P<blank>[\s,]+)""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(slots=True)
class _Found:
    """What the tokens of a text say, before it is known whether they say enough."""

    day: int | None = None
    month: str | None = None
    year: int | None = None
    clock: str | None = None
    offset: timedelta | None = None
    weekdays: set[int] = field(default_factory=set)
    weekday_word: str = ""


def read_moment(text: str, *, zone: str, languages: tuple[str, ...]) -> datetime:
    """Return the moment that a text says, in UTC.

    Nothing is filled in: day, month, year and time must all be there.

    Parameters:
        text: `2021-12-20 21:00`, RFC 3339 with an offset, or a date in words, with a time.
        zone: IANA name of the zone whose wall-clock time a text without an offset means.
        languages: Whose names of months and weekdays are understood.

    Raises:
        MomentError: It says no moment, contradicts itself, or the zone skips or repeats it.
    """
    found = _scan(text, languages)
    _require_whole(found, text, clock=True)
    wall = _wall_clock(found, text, languages)
    if found.offset is not None:
        return (wall - found.offset).replace(tzinfo=UTC)
    return to_utc(wall, zone)


def read_date(text: str, *, languages: tuple[str, ...]) -> date:
    """Return the date that a text says; a moment without its time.

    Raises:
        MomentError: It says no date, or contradicts itself.
    """
    found = _scan(text, languages)
    if found.clock is not None:
        raise MomentError(f'"{text}" has a time, where only a date is wanted', f"Write a date such as {DATE_EXAMPLE}.")
    _require_whole(found, text, clock=False)
    return _wall_clock(found, text, languages).date()


def _scan(text: str, languages: tuple[str, ...]) -> _Found:
    """Return what the words and numbers of a text say, each at most once."""
    words = _words(languages)
    plain = unicodedata.normalize("NFC", text).casefold().strip()
    found, tokens = _Found(), list(_tokens(plain, text))
    spoken = [(match["word"] or "").rstrip(".") for match in tokens]
    has_month = sum(word in words.months and word not in words.weekdays for word in spoken) > 0
    for index, match in enumerate(tokens):
        following = spoken[index + 1] if index + 1 < len(tokens) else ""
        if match["iso"]:
            year, month, day = match["iso"].split("-")
            _set(found, text, "year", int(year))
            _set(found, text, "month", month)
            _set(found, text, "day", int(day))
        elif match["numeric"]:
            raise _numeric_date(match["numeric"], text)
        elif match["clock"]:
            half = _Words.HALVES.get(following, "")
            _set(found, text, "clock", match["clock"].replace(".", ":").replace("h", ":") + half)
            if match["offset"]:
                found.offset = _read_offset(match["offset"].strip(), text)
        elif match["hour"]:
            unit = match["unit"]
            _set(found, text, "clock", f"{match['hour']}:00{unit if unit in _Words.HALVES else ''}")
        elif match["number"]:
            _place_number(found, text, match, following)
        elif match["word"]:
            _place_word(found, text, spoken[index], words, has_month=has_month)
    return found


def _tokens(plain: str, text: str) -> Iterator[re.Match[str]]:
    """Give the tokens of a text but its blanks and commas."""
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise MomentError(f'"{text}" is not understood', f"Write {MOMENT_EXAMPLE}.")
        position = match.end()
        if not match["blank"]:
            yield match


def _set(found: _Found, text: str, name: str, value: int | str) -> None:
    """Keep a part of a date; a part that comes twice is an error."""
    if getattr(found, name) is not None:
        spoken = {"clock": "times", "day": "days", "month": "months", "year": "years"}[name]
        raise MomentError(f'"{text}" has two {spoken}', f"Write one, such as {MOMENT_EXAMPLE}.")
    setattr(found, name, value)


def _place_number(found: _Found, text: str, match: re.Match[str], following: str) -> None:
    """Take a bare number as year, hour or day."""
    digits = match["number"]
    if len(digits) == 4 and not match["ordinal"]:
        _set(found, text, "year", int(digits))
    elif len(digits) > 2:
        raise MomentError(f'"{digits}" is neither a day nor a year', f"Write {MOMENT_EXAMPLE}.")
    elif following in _Words.HALVES.keys() | _Words.HOURS and (found.clock is None or following in _Words.HALVES):
        _set(found, text, "clock", f"{digits}:00{_Words.HALVES.get(following, '')}")
    elif found.day is not None and found.month is not None and found.year is None:
        raise MomentError(f'"{digits}" is not a year', f"A year has four digits: {MOMENT_EXAMPLE}.")
    else:
        _set(found, text, "day", int(digits))


def _place_word(found: _Found, text: str, word: str, words: _Words, *, has_month: bool) -> None:
    """Take a word as month, weekday or filler; an unknown one is an error with a suggestion."""
    if word in words.months and not (word in words.weekdays and has_month):
        _set(found, text, "month", word)
    elif word in words.weekdays:
        found.weekdays.add(words.weekdays[word])
        found.weekday_word = word
    elif not words.is_known(word):
        known = [each for each in (*words.months, *words.weekdays) if len(each) > 3]
        raise MomentError(f'"{word}" is not a word of a date', f"{suggest(word, known)}Or write {MOMENT_EXAMPLE}.")


def _read_offset(offset: str, text: str) -> timedelta:
    """Return the offset from UTC that `z` or `+02:00` says."""
    if offset == "z":
        return timedelta()
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise MomentError(f'"{text}" has an offset that no zone has', f"Write {MOMENT_EXAMPLE}+01:00.")
    return (-1 if offset[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _numeric_date(numeric: str, text: str) -> MomentError:
    """Return the error for a date of numbers alone, with what it may mean in ISO form."""
    numbers = [int(number) for number in re.split(r"\D+", numeric)]
    sizes = [len(number) for number in re.split(r"\D+", numeric)]
    readings = []
    if sizes[2] == 4:
        readings = [(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])]
    elif sizes[0] == 4:
        readings = [(numbers[0], numbers[1], numbers[2])]
    dates = []
    for year, month, day in readings:
        try:
            dates.append(date(year, month, day))
        except ValueError:
            continue
    if not dates:
        cure = f"Write year, month and day with four, two and two digits: {DATE_EXAMPLE}."
    else:
        cure = "Write " + " or ".join(f"{day.isoformat()} ({_spell(day)})" for day in dict.fromkeys(dates)) + "."
    return MomentError(f'"{text}" is not understood: numbers alone are written year-month-day', cure)


def _require_whole(found: _Found, text: str, *, clock: bool) -> None:
    """Raise MomentError unless day, month, year and, if wanted, time are there."""
    parts = {"day": found.day, "month": found.month, "year": found.year, "time": found.clock if clock else ""}
    missing = [name for name, value in parts.items() if value is None]
    if missing:
        example = MOMENT_EXAMPLE if clock else DATE_EXAMPLE
        lacks = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        raise MomentError(f'"{text}" lacks {lacks}; nothing is filled in', f"Write it in full, such as {example}.")


def _wall_clock(found: _Found, text: str, languages: tuple[str, ...]) -> datetime:
    """Return the naive wall-clock time of a text that says everything; midnight where it has no time."""
    if found.year not in YEARS:
        raise MomentError(f"{found.year} is not a year from {YEARS[0]} to {YEARS[-1]}")
    if found.clock is not None and not _is_clock(found.clock):
        raise MomentError(f'"{text}" has a time that no clock shows', "Write a time from 00:00 to 23:59.")
    month = found.month or ""
    date_text = f"{found.year}-{month}-{found.day:02}" if month.isdigit() else f"{found.day} {month} {found.year}"
    try:
        wall = dateutil_parser.parser(_words(languages)).parse(
            f"{date_text} {found.clock or '0:00'}",
            default=datetime(2000, 1, 1),  # noqa: DTZ001  # a wall-clock time has no zone yet
            ignoretz=True,
        )
    except (ValueError, OverflowError) as error:
        raise MomentError(f'"{text}" is a date that does not exist', "Look at the day and the month.") from error
    if found.weekdays and wall.weekday() not in found.weekdays:
        raise _wrong_weekday(wall.date(), min(found.weekdays))
    return wall


def _is_clock(clock: str) -> bool:
    """Tell whether hours, minutes and seconds are ones that a clock shows."""
    digits = clock.removesuffix("am").removesuffix("pm")
    hour, *rest = (int(number) for number in digits.split(":"))
    hours = range(24) if digits == clock else range(1, 13)
    return hour in hours and all(number < 60 for number in rest)


def _wrong_weekday(day: date, weekday: int) -> MomentError:
    """Return the error for a weekday that its date does not have, with both readings."""
    nearest = day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)
    message = f"{_spell(day)} is a {_DAYS[day.weekday()]}; {_DAYS[weekday]} is {_spell(nearest)}"
    cure = f"Write {day.isoformat()} ({_DAYS[day.weekday()]}) or {nearest.isoformat()} ({_DAYS[weekday]})."
    return MomentError(message, cure)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _spell(day: date) -> str:
    """Return a date in English words: `9 December 2021`."""
    return f"{day.day} {Locale.parse('en').months['format']['wide'][day.month]} {day.year}"
