"""Moments and dates as people write them, in words and digits.

The words are Babel's names of months and weekdays; nothing that is missing is filled in.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar

from babel import Locale
from dateutil import parser as dateutil_parser

from icsfeed.problems import in_words, shorten, suggest
from icsfeed.zones import YEARS, MomentError, to_local, to_utc

DATE_EXAMPLE = "2027-12-20"
MOMENT_EXAMPLE = "2027-12-20 21:00"
LONGEST_RANGE = 366
"""The most days in a range of dates."""


@lru_cache(maxsize=16)
def _words(languages: tuple[str, ...]) -> "_Words":
    """Return what the words of these languages mean in a date."""
    return _Words(languages)


class _Words(dateutil_parser.parserinfo):
    """Month and weekday names from Babel, in full, abbreviated or shortened, for dateutil's parser.

    Attributes:
        months: Word -> 1 to 12.
        weekdays: Word -> 0 (Monday) to 6; more than one where languages differ, as with `ma`.
        names: The names in full.
    """

    HOURS = frozenset({"uur", "u", "uhr", "h", "heure", "heures", "o'clock"})
    HALVES: ClassVar = {"am": "am", "a.m": "am", "pm": "pm", "p.m": "pm"}
    FILLERS = frozenset({"om", "op", "at", "on", "the", "of", "um", "am", "den", "le", "à", "a"}) | HOURS

    def __init__(self, languages: tuple[str, ...]) -> None:
        """Gather the names of the languages."""
        self.months: dict[str, int] = {}
        self.weekdays: dict[str, frozenset[int]] = {}
        self.names: list[str] = []
        for language in languages:
            locale = Locale.parse(language)
            for word, number in self._beginnings(locale.months):
                self.months.setdefault(word, number)
            for word, number in self._beginnings(locale.days):
                self.weekdays[word] = self.weekdays.get(word, frozenset()) | {number}
            for names in (locale.months, locale.days):
                self.names += [str(name).casefold() for name in names["format"]["wide"].values()]
        by_number = {n: tuple(w for w, m in self.months.items() if m == n) for n in range(1, 13)}
        self.MONTHS = [by_number[number] for number in range(1, 13)]  # type: ignore[misc]  # dateutil takes any number
        super().__init__()

    @staticmethod
    def _beginnings(names: Any) -> list[tuple[str, int]]:
        """Return the names that Babel has, and every beginning of three letters or more that is one name's alone."""
        own: dict[str, set[int]] = {}
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                for number, name in names[context].get(width, {}).items():
                    word = name.casefold().rstrip(".")
                    shortest = min(3, len(word)) if width == "wide" else len(word)
                    for length in range(shortest, len(word) + 1):
                        for spelt in (word[:length], _without_accents(word[:length])):
                            own.setdefault(spelt, set()).add(int(number))
        return [(spelt, min(numbers)) for spelt, numbers in own.items() if len(numbers) == 1]

    def is_known(self, word: str) -> bool:
        """Return whether a word can stand in a date."""
        return word in self.months or word in self.weekdays or word in self.FILLERS or word in self.HALVES


def _without_accents(word: str) -> str:
    """Return the word without its accents: `aout` for `août`."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


_TOKEN = re.compile(
    r"""(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])(?:t(?=[0-9]))?
    | (?P<numeric>[0-9]{1,4}\s?[-/.]\s?[0-9]{1,2}\s?[-/.]\s?[0-9]{1,4})(?![0-9])
    | (?P<clock>[0-9]{1,2}(?:[:.h]|\sh\s)[0-9]{2}(?::[0-9]{2})?)(?:\.0+)?(?![0-9:.])(?P<offset>\s?z\b|\s?[+-][0-9]{2}:?[0-9]{2})?
    | (?P<short>['’][0-9]+)
    | (?P<number>[0-9]+)(?P<ordinal>st|nd|rd|th|e|er|\.)?(?![^\W_])
    | (?P<hour>[0-9]{1,2})(?P<unit>am|pm|uur|u|h)\b
    | (?P<word>[^\W\d_]+(?:\.[^\W\d_]+\.|')?[^\W\d_]*)\.?
    | (?P<blank>[\s,]+)""",
    re.VERBOSE,
)


@dataclass(slots=True)
class _Found:
    """What the tokens of a text say, before it is known whether they say enough.

    Attributes:
        example: A correct text of the wanted kind.
    """

    text: str
    words: _Words
    example: str
    day: int | None = None
    month: str | None = None
    year: int | None = None
    clock: str | None = None
    offset: timedelta | None = None
    is_iso: bool = False
    weekday: str | None = None

    def error(self, message: str, cure: str = "") -> MomentError:
        """Return an error; the cure is an example where none is given, and a message without a subject is about the text."""
        message = f'"{shorten(self.text)}" {message}' if message[:1].islower() else message
        return MomentError(message, cure or f"Write it as in {self.example}.")

    def keep(self, name: str, value: int | str) -> None:
        """Keep a part of a date; a part that is given twice is an error."""
        if getattr(self, name) is not None:
            raise self.error(f"has two {'time' if name == 'clock' else name}s")
        setattr(self, name, value)


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
    found = _scan(_Found(text, _words(languages), MOMENT_EXAMPLE))
    wall = _wall_clock(found, clock=True)
    if found.offset is not None:
        return (wall - found.offset).replace(tzinfo=UTC)
    return to_utc(wall, zone)


def read_date(text: str, *, languages: tuple[str, ...]) -> date:
    """Return the date that a text says; a moment without its time.

    Raises:
        MomentError: It says no date, or contradicts itself.
    """
    found = _scan(_Found(text, _words(languages), DATE_EXAMPLE))
    if found.clock is not None:
        raise found.error("has a time, but must be a date")
    return _wall_clock(found, clock=False).date()


def local_readings(text: str, *, zone: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the local times that may be meant by a moment with an offset: its digits, and the local time of that instant.

    Empty for a moment without an offset.

    Raises:
        MomentError: As `read_moment` does.
    """
    found = _scan(_Found(text, _words(languages), MOMENT_EXAMPLE))
    if found.offset is None:
        return ()
    wall = _wall_clock(found, clock=True)
    shown = to_local((wall - found.offset).replace(tzinfo=UTC), zone)
    return tuple(dict.fromkeys(f"{each:%Y-%m-%d %H:%M}" for each in (wall, shown)))


_BETWEEN = re.compile(r"\s*(?:\.\.|[–—])\s*|\s+(?:-|t/m|tot en met|to|through|bis|au)\s+", re.IGNORECASE)


def read_dates(text: str, *, languages: tuple[str, ...]) -> tuple[date, date]:
    """Return the first and the last date that a text says, one date or a range such as `1 juli 2027 t/m 31 augustus 2027`.

    Raises:
        MomentError: It says no date or range, or one that is longer than `LONGEST_RANGE`.
    """
    first, *rest = _BETWEEN.split(text.strip(), maxsplit=1)
    begins = read_date(first, languages=languages)
    ends = read_date(rest[0], languages=languages) if rest else begins
    if ends < begins:
        raise MomentError(f'"{shorten(text)}" ends before it begins', f"Write the earlier date first: {ends} – {begins}.")
    if (ends - begins).days >= LONGEST_RANGE:
        raise MomentError(f'"{shorten(text)}" is longer than {LONGEST_RANGE} days', "")
    return begins, ends


def _scan(found: _Found) -> _Found:
    """Return what the words and numbers of a text say, each at most once."""
    tokens = list(_tokens(found))
    spoken = [(match["word"] or "").rstrip(".") for match in tokens]
    has_month = any(word in found.words.months and word not in found.words.weekdays for word in spoken)
    for index, match in enumerate(tokens):
        following = _word_after(index, tokens, spoken)
        if match["iso"]:
            year, month, day = match["iso"].split("-")
            found.is_iso = True
            found.keep("year", int(year))
            found.keep("month", month)
            found.keep("day", int(day))
        elif match["numeric"]:
            raise _numeric_date(match["numeric"], found)
        elif match["clock"]:
            half = _Words.HALVES.get(following, "")
            found.keep("clock", re.sub(r"[.h\s]+", ":", match["clock"]) + half)
            if match["offset"]:
                found.offset = _read_offset(match["offset"].strip(), found)
        elif match["hour"]:
            unit = match["unit"]
            found.keep("clock", f"{match['hour']}:00{unit if unit in _Words.HALVES else ''}")
        elif match["short"]:
            raise _not_a_year(match["short"], found)
        elif match["number"]:
            _place_number(found, match, following)
        elif match["word"]:
            _place_word(found, spoken[index], has_month=has_month)
    return found


def _word_after(index: int, tokens: list[re.Match[str]], spoken: list[str]) -> str:
    """Return the word after a token; none for the German `am` of `um 12:00 am 7. Dezember`."""
    word, further = (*spoken[index + 1 : index + 2], "")[0], tokens[index + 2 : index + 3]
    return "" if word == "am" and further and further[0]["ordinal"] == "." else word


def _tokens(found: _Found) -> Iterator[re.Match[str]]:
    """Yield the tokens of a text, without blanks and commas."""
    plain = unicodedata.normalize("NFC", found.text).casefold().strip()
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise found.error("is not understood")
        position = match.end()
        if not match["blank"]:
            yield match


def _place_number(found: _Found, match: re.Match[str], following: str) -> None:
    """Take a bare number as year, hour or day."""
    digits = match["number"]
    if len(digits) == 4 and not match["ordinal"]:
        found.keep("year", int(digits))
    elif len(digits) > 2:
        raise found.error(f'"{shorten(digits)}" is neither a day nor a year')
    elif following in _Words.HALVES or (following in _Words.HOURS and found.clock is None):
        found.keep("clock", f"{digits}:00{_Words.HALVES.get(following, '')}")
    elif found.day is not None and found.month is not None and found.year is None:
        raise _not_a_year(digits, found)
    elif None not in (found.day, found.month, found.year) and found.clock is None:
        raise found.error(f'"{digits}" is not a time', f"A time has minutes: {found.example}.")
    else:
        found.keep("day", int(digits))


def _not_a_year(digits: str, found: _Found) -> MomentError:
    """Return the error for a year that has not four digits."""
    return found.error(f'"{shorten(digits)}" is not a year', f"A year has four digits: {found.example}.")


def _place_word(found: _Found, word: str, *, has_month: bool) -> None:
    """Take a word as month, weekday or filler; an unknown one is an error with a suggestion."""
    words = found.words
    if word in words.months and not (word in words.weekdays and has_month):
        found.keep("month", word)
    elif word in words.weekdays:
        found.keep("weekday", word)
    elif word in words.HALVES and word not in words.FILLERS and not (found.clock or "").endswith(words.HALVES[word]):
        raise found.error(f'has "{word}" without an hour before it')
    elif not words.is_known(word):
        cure = f"{suggest(word, words.names)}Write it as in {found.example}."
        raise found.error(f'"{shorten(word)}" is not a word of a date', cure)


def _read_offset(offset: str, found: _Found) -> timedelta:
    """Return the offset from UTC that `z` or `+02:00` says.

    Only a date in digits has one: in `20 december 2027 10:00-12:00` somebody means an end.
    """
    sign, hours, minutes = (offset[0], int(offset[1:3]), int(offset[-2:])) if offset != "z" else ("+", 0, 0)
    if not found.is_iso or hours > 14 or minutes > 59:
        if sign == "-":
            raise found.error("is not one moment", "Write the end on a line of its own: `end: …`.")
        raise found.error("has an offset that is not understood", f"Write it as in {found.example}+01:00.")
    return (-1 if sign == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _numeric_date(numeric: str, found: _Found) -> MomentError:
    """Return the error for a date of numbers alone, with what it may mean in ISO form."""
    digits = re.split(r"[^0-9]+", numeric)
    first, second, third = (int(number) for number in digits)
    readings = []
    if len(digits[2]) == 4:
        readings = [(third, second, first), (third, first, second)]
    elif len(digits[0]) == 4:
        readings = [(first, second, third)]
    dates = []
    for year, month, day in readings:
        with suppress(ValueError):
            dates.append(date(year, month, day))
    if not dates:
        cure = f"Write year, month and day with four, two and two digits: {DATE_EXAMPLE}."
    else:
        cure = "Write " + " or ".join(f"{day.isoformat()} ({_spell(day)})" for day in dict.fromkeys(dates)) + "."
    return found.error("is not understood: write dates in numbers as year-month-day", cure)


def _wall_clock(found: _Found, *, clock: bool) -> datetime:
    """Return the naive wall-clock time of a text that says everything; midnight where no clock is wanted."""
    parts = {"a day": found.day, "a month": found.month, "a year": found.year, "a time": found.clock if clock else ""}
    missing = [name for name, value in parts.items() if value is None]
    if missing:
        cure = f"Write it in full, such as {found.example}; nothing is filled in."
        raise found.error(f"lacks {in_words(missing)}", cure)
    if found.year is None or found.year not in YEARS:
        raise found.error(f'"{found.year}" is not a year from {YEARS[0]} to {YEARS[-1]}')
    if found.clock is not None and not _is_clock(found.clock):
        cure = "Write a time from 00:00 to 23:59; midnight is 00:00 of the next day."
        raise found.error("has a time that does not exist", cure)
    month = found.month or ""
    date_text = f"{found.year}-{month}-{found.day:02}" if month.isdigit() else f"{found.day} {month} {found.year}"
    try:
        wall = dateutil_parser.parser(found.words).parse(
            f"{date_text} {found.clock or '0:00'}",
            default=datetime(2000, 1, 1),  # noqa: DTZ001  # a wall-clock time has no zone yet
            ignoretz=True,
        )
    except (ValueError, OverflowError) as error:
        number = int(month) if month.isdigit() else found.words.months[month]
        raise _impossible_date(found, found.year, number) from error
    weekdays = found.words.weekdays[found.weekday] if found.weekday else range(7)
    if wall.weekday() not in weekdays:
        raise _wrong_weekday(wall.date(), min(weekdays))
    return wall


def _is_clock(clock: str) -> bool:
    """Return whether hours, minutes and seconds are ones that a clock shows."""
    digits = clock.removesuffix("am").removesuffix("pm")
    hour, *rest = (int(number) for number in digits.split(":"))
    hours = range(24) if digits == clock else range(1, 13)
    return hour in hours and all(number < 60 for number in rest)


def _impossible_date(found: _Found, year: int, month: int) -> MomentError:
    """Return the error for a day or month that no calendar has."""
    if month not in range(1, 13):
        return found.error("is a date that does not exist", "A year has twelve months.")
    cure = f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days."
    return found.error("is a date that does not exist", cure)


def _wrong_weekday(day: date, weekday: int) -> MomentError:
    """Return the error for a weekday that its date does not have, with both readings."""
    nearest = day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)
    message = f"{_spell(day)} is a {_DAYS[day.weekday()]}; {_DAYS[weekday]} is {_spell(nearest)}"
    cure = f"Write {day.isoformat()} ({_DAYS[day.weekday()]}) or {nearest.isoformat()} ({_DAYS[weekday]})."
    return MomentError(message, cure)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = tuple(Locale.parse("en").months["format"]["wide"].values())


def _spell(day: date) -> str:
    """Return a date in English words: `9 December 2021`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
