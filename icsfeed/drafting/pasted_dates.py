"""Dates and times in the rows of a pasted page, and the years that its rows leave out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

from icsfeed.moments import read_date
from icsfeed.zones import YEARS, MomentError

_LEAP_YEAR = 2000
_DAY_FIRST = frozenset({"nl", "de", "fr"})

_WEEKDAY = re.compile(r"([^\W\d_]{2,12})\b\.?,?\s{0,3}")
_YEAR = r"(?:,?\s{0,3}(?P<year>\d{4})(?!\w|[:.]\d))?(?!\d)"
_DATES = (
    re.compile(r"(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"),
    re.compile(r"(?P<numeric>\d{1,2}([-/.])\d{1,2}\2\d{4})(?!\d)"),
    re.compile(
        r"(?:(?:the|den|le)\s)?(?P<day>\d{1,2})(?:st|nd|rd|th|e|er|\.)?\s{0,3}(?:of\s)?(?P<month>[^\W\d_]{3,12})\b\.?" + _YEAR,
        re.IGNORECASE,
    ),
    re.compile(r"(?P<month>[^\W\d_]{3,12})\b\.?\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![:.]\d)" + _YEAR, re.IGNORECASE),
)
_CLOCK = re.compile(
    r"""(?:\d{1,2}[:.h]\d{2}(?!\d|[:.]\d)(?:\s?(?:uur|uhr|u|h|am|pm|a\.m\.|p\.m\.)(?![^\W\d_]))?
    |\d{1,2}\s?(?:uur|uhr|u|h|heures?|am|pm|a\.m\.|p\.m\.)(?![^\W\d_]))""",
    re.VERBOSE | re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"(?:\d{1,2}|\[\d{1,2}\]|\(\d{1,2}\))(?=\s|$)|[⁰¹²³⁴-⁹]{1,2}|\*{1,3}")
_SUPERSCRIPT = re.compile(r"(?<=\w)([⁰¹²³⁴-⁹]+)")
_FILLER = re.compile(r"[^\w\[*⁰¹²³⁴-⁹]+|[^\W\d_]{1,12}")
_FILLERS = frozenset(
    {
        *("start", "starts", "begin", "begint", "beginn", "begins", "début", "van", "vanaf", "from", "von", "ab", "de"),
        *("eind", "einde", "eindigt", "end", "ends", "ende", "fin", "tot", "to", "until", "till", "bis", "à", "au"),
        *("verwacht", "verwachte", "expected", "erwartet", "prévu", "ca", "circa", "ongeveer", "about", "approx"),
        *("om", "op", "at", "on", "um", "am", "uur", "t", "m", "en", "and", "und", "et", "the"),
        *("datum", "tijd", "date", "time", "zeit"),
    }
)
_STATUS = {
    **dict.fromkeys(("vervallen", "vervalt", "geannuleerd", "afgelast", "gaat niet door"), "cancelled"),
    **dict.fromkeys(("cancelled", "canceled", "abgesagt", "entfällt", "annulé"), "cancelled"),
    **dict.fromkeys(("voorlopig", "onder voorbehoud", "tentative", "provisional", "vorläufig", "provisoire"), "tentative"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date as a row tells it.

    Attributes:
        text: As it stands on the page.
        weekday: 0 (Monday) to 6.
        year: None where the row does not say it.
        guess: How numbers alone were understood; empty for a date in words.
    """

    text: str
    day: int
    month: int
    year: int | None
    weekday: int | None
    guess: str = ""

    def in_year(self, year: int) -> date | None:
        """Return the date in a year, None where that year lacks it."""
        try:
            return date(year, self.month, self.day) if year in YEARS else None
        except ValueError:
            return None


@dataclass(slots=True)
class Found:
    """What the beginning of a text says, in the order of the page.

    Attributes:
        clocks: Times of day as they stand there.
        footnotes: Stray digits that were dropped.
        status: `cancelled` or `tentative` where a word says so.
        rest: What stands behind, from the first word that is neither date nor time.
    """

    dates: list[PartialDate] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    status: str = ""
    rest: str = ""

    @property
    def is_something(self) -> bool:
        """Whether there is a date or a time."""
        return bool(self.dates or self.clocks)


@lru_cache(maxsize=4096)
def _find_month(word: str, language: str) -> int | None:
    """Return the number of a month's name."""
    try:
        return read_date(f"1 {word} {_LEAP_YEAR}", languages=(language,)).month
    except MomentError:
        return None


@lru_cache(maxsize=4096)
def find_weekday(word: str, language: str) -> int | None:
    """Return 0 to 6 for a weekday's name: the only day of a week which that word may stand beside."""
    fitting = []
    for day in range(3, 10):  # 3 January 2000 is a Monday
        try:
            read_date(f"{word} {_LEAP_YEAR}-01-{day:02}", languages=(language,))
        except MomentError:
            continue
        fitting.append(day - 3)
    return fitting[0] if len(fitting) == 1 else None


def scan(text: str, language: str) -> Found:
    """Return the dates and times with which a text begins, and the rest of it."""
    found, position, may_be_footnote = Found(), 0, False
    text = _SUPERSCRIPT.sub(r" \1", text)
    while position < len(text):
        date_found = _match_date(text, position, language)
        if date_found:
            partial, end = date_found
            found.dates.append(partial)
            may_be_footnote = partial.year is not None
        elif match := _CLOCK.match(text, position):
            found.clocks.append(match[0])
            may_be_footnote, end = True, match.end()
        elif (match := _FOOTNOTE.match(text, position)) and (may_be_footnote or not match[0].isdecimal()):
            found.footnotes.append(match[0])
            may_be_footnote, end = False, match.end()
        elif (match := _FILLER.match(text, position)) and _take_filler(match[0].casefold(), found, language):
            may_be_footnote, end = may_be_footnote and match[0].isspace(), match.end()
        else:
            break
        position = end
    found.rest = text[position:].strip()
    return found


def _match_date(text: str, position: int, language: str) -> tuple[PartialDate, int] | None:
    """Return the date that begins at a position, with or without its weekday, and where it ends."""
    begin, weekday = position, None
    if match := _WEEKDAY.match(text, position):
        weekday = find_weekday(match[1].casefold(), language)
        begin = match.end() if weekday is not None else position
    for pattern in _DATES:
        if match := pattern.match(text, begin):
            partial = _read_partial(match, text[position : match.end()].strip(" ,"), weekday, language)
            if partial:
                return partial, match.end()
    return None


def find_status(words: str) -> str:
    """Return the status that words mean, nothing for none."""
    return _STATUS.get(words.casefold().strip(" ()!.,"), "")


def _take_filler(word: str, found: Found, language: str) -> bool:
    """Tell whether a word can stand beside dates and times; keep what it says of the status."""
    if status := find_status(word):
        found.status = status
    elif word[0].isalpha():
        return word in _FILLERS or find_weekday(word, language) is not None
    return True


def _read_partial(match: re.Match[str], text: str, weekday: int | None, language: str) -> PartialDate | None:
    """Return the date of a match, or None if it is none."""
    parts, guess = match.groupdict(), ""
    year: int | None
    if "iso" in parts:
        year, month, day = (int(number) for number in parts["iso"].split("-"))
    elif "numeric" in parts:
        read = _read_numeric(parts["numeric"], language)
        if read is None:
            return None
        year, month, day, guess = read
    else:
        year = int(parts["year"]) if parts["year"] else None
        month, day = _find_month(parts["month"].casefold(), language) or 0, int(parts["day"])
    partial = PartialDate(text=text, day=day, month=month, year=year, weekday=weekday, guess=guess)
    return partial if partial.in_year(_LEAP_YEAR if year is None else year) else None


def _read_numeric(text: str, language: str) -> tuple[int, int, int, str] | None:
    """Return year, month, day of numbers alone, and what was guessed; None where the language does not tell the order."""
    first, second, year = (int(number) for number in re.split(r"\D", text))
    if language in _DAY_FIRST or first > 12:
        return year, second, first, f'"{text}" is read as day, month, year.'
    return (year, first, second, f'"{text}" is read as month, day, year.') if second > 12 else None


def find_contradiction(partial: PartialDate, day: date, language: str) -> str:
    """Return both readings of a weekday that its date does not have."""
    words = re.findall(r"[^\W\d_]+", partial.text.casefold())
    word = next((each for each in words if find_weekday(each, language) == partial.weekday), "")
    try:
        read_date(f"{word} {day.isoformat()}", languages=(language,))
    except MomentError as error:
        return error.message
    return f"{day.isoformat()} is another day"


# Years


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlessDate:
    """A row's date beside the year that stands above it.

    Attributes:
        heading: The year of the nearest heading above that has one.
        section: Rows below the same heading have the same number.
    """

    partial: PartialDate
    heading: int | None = None
    section: int = 0


def infer_years(rows: Sequence[YearlessDate]) -> list[int | None]:
    """Return the year of each row: its own, else the one that fits its neighbours; None where nothing says a year.

    The rows run forwards or backwards in time, whichever needs the smaller steps.
    """
    both = [_walk(rows, sign) for sign in (-1, 1)]
    return min(both, key=lambda years: _cost_of_all(rows, years, both.index(years) * 2 - 1))


def _walk(rows: Sequence[YearlessDate], sign: int) -> list[int | None]:
    """Return the years if time runs forwards (1) or backwards (-1) down the page."""
    years = [row.partial.year for row in rows]
    for section in {row.section for row in rows if row.heading is not None}:
        own = [number for number, row in enumerate(rows) if row.section == section]
        if all(years[number] is None for number in own):
            anchor = own[0] if sign > 0 else own[-1]
            years[anchor] = rows[anchor].heading
    known = [number for number, year in enumerate(years) if year is not None]
    if not known:
        return years
    for number in range(known[0] - 1, -1, -1):
        years[number] = _nearest_year(rows[number].partial, rows[number + 1].partial, years[number + 1], -sign)
    for number in range(known[0] + 1, len(rows)):
        if years[number] is None:
            years[number] = _nearest_year(rows[number].partial, rows[number - 1].partial, years[number - 1], sign)
    return years


def _nearest_year(row: PartialDate, neighbour: PartialDate, year: int | None, sign: int) -> int | None:
    """Return the year in which a row is the likeliest neighbour of another one, one step later (1) or earlier (-1)."""
    beside = neighbour.in_year(year) if year is not None else None
    if beside is None or year is None:
        return year
    dates = (row.in_year(each) for each in (year, year - 1, year + 1, year - 2, year + 2, year - 3, year + 3))
    found = min(filter(None, dates), key=lambda each: _cost(beside, each, row.weekday, sign), default=None)
    return found.year if found else year


def _cost(before: date, after: date, weekday: int | None, sign: int) -> int:
    """Return how unlikely one date follows another, in days; steps back and wrong weekdays weigh as many days."""
    days = (after - before).days * sign
    return abs(days) + 200 * (days < 0) + 150 * (weekday is not None and after.weekday() != weekday)


def _cost_of_all(rows: Sequence[YearlessDate], years: Sequence[int | None], sign: int) -> int:
    """Return how unlikely all steps together are."""
    dates = [row.partial.in_year(year) if year is not None else None for row, year in zip(rows, years, strict=True)]
    steps = sum(_cost(before, after, None, sign) for before, after in pairwise(dates) if before and after)
    return steps + sum(_cost(day, day, row.partial.weekday, sign) for row, day in zip(rows, dates, strict=True) if day)
