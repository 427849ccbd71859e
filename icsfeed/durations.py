"""Times of day and durations as people write them."""

import re
from datetime import time, timedelta
from itertools import pairwise

from icsfeed.problems import shorten
from icsfeed.zones import MomentError


def read_time_of_day(text: str) -> time:
    """Return the local time that `08:00` or `8.00` says.

    Raises:
        MomentError: It is no time of day.
    """
    match = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})", text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise MomentError(f'"{shorten(text)}" is not a time of day', "Write a time such as 08:00.")
    return time(int(match[1]), int(match[2]))


DURATION_CURE = "Write a duration such as 20 minutes, 1h40, 7 days or none."
_UNITS = {
    "weeks": "w week weeks weken woche wochen semaine semaines",
    "days": "d day days dag dagen tag tage tagen jour jours j",
    "hours": "h u hour hours hr hrs uur uren std stunde stunden heure heures",
    "minutes": "m min mins minute minutes minuut minuten",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_OPEN_ENDED = re.compile(r"(?:at least|minimaal|minstens|ten minste|mindestens|au moins)\s+", re.IGNORECASE)
_NOTHING = frozenset({"none", "geen", "keine", "aucun", "aucune"})
_ISO_DURATION = re.compile(
    r"P(?:([0-9]{1,6})W|(?=.)(?:([0-9]{1,6})D)?(?:T(?=.)(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?)?)", re.IGNORECASE
)
_PART = re.compile(r"([0-9]+)\s*(?:([^\W\d_]+)\.?)?(?:\s*,)?\s*(?:(?:en|and|und|et)\s)?\s*")


def read_duration(text: str) -> tuple[timedelta, bool]:
    """Return a duration in whole minutes, and whether it is open-ended (`at least`); `none` is zero.

    Raises:
        MomentError: It is no duration.
    """
    plain = " ".join(text.casefold().split())
    if plain in _NOTHING:
        return timedelta(), False
    bare = _OPEN_ENDED.sub("", plain, count=1) if _OPEN_ENDED.match(plain) else plain
    iso = _ISO_DURATION.fullmatch(bare)
    if iso is not None:
        weeks, days, hours, minutes = (int(number or 0) for number in iso.groups())
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    else:
        length = _add_up(bare, text)
    if not length:
        raise MomentError(f'"{shorten(text)}" is zero', 'Write "none", or a duration such as 20 minutes.')
    return length, bare != plain


def render_duration(length: timedelta, *, open_ended: bool = False) -> str:
    """Return a duration in whole minutes as `read_duration` understands it: `at least 4 hours 30 minutes`."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    parts = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in ((hours, "hour"), (minutes, "minute")) if number]
    return f"{'at least ' if open_ended else ''}{' '.join(parts)}"


def _add_up(bare: str, text: str) -> timedelta:
    """Return the sum of `1 uur 40 minuten` or `1h40`."""
    numbers: list[int] = []
    units: list[str] = []
    for number, word in _split(bare, text):
        unit = _UNIT_OF.get(word)
        if not word and units[-1:] == ["hours"]:
            unit = "minutes"
        if unit is None:
            fault = f'"{shorten(word)}" is not a unit of time' if word else f'"{shorten(text)}" lacks a unit of time'
            raise MomentError(fault, DURATION_CURE)
        numbers.append(int(number))
        units.append(unit)
    ranks = [list(_UNITS).index(unit) for unit in units]
    if any(later <= earlier for earlier, later in pairwise(ranks)):
        raise MomentError(f'"{shorten(text)}" names its units twice or out of order', DURATION_CURE)
    return timedelta(**dict(zip(units, numbers, strict=True)))


def _split(bare: str, text: str) -> list[tuple[str, str]]:
    """Return the numbers of a duration, each with the word after it; the word may be empty."""
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(bare) or not parts:
        match = _PART.match(bare, position)
        if match is None or len(match[1]) > 6:
            raise MomentError(f'"{shorten(text)}" is not a duration', DURATION_CURE)
        parts.append((match[1], match[2] or ""))
        position = match.end()
    return parts
