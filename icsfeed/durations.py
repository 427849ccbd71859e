"""Times of day and durations as people write them."""

import re
from datetime import time, timedelta
from itertools import pairwise

from icsfeed.zones import MomentError


def read_time_of_day(text: str) -> time:
    """Return the local time that `08:00` or `8.00` says.

    Raises:
        MomentError: It is no time of day.
    """
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})", text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise MomentError(f'"{text}" is not a time of day', "Write a time such as 08:00.")
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
_ISO_DURATION = re.compile(r"P(?:(\d{1,6})W|(?=.)(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?)?)", re.IGNORECASE)


def read_duration(text: str) -> tuple[timedelta, bool]:
    """Return how long a text says, in whole minutes, and whether it says `at least`.

    `none` is zero.

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
        raise MomentError(f'"{text}" is no time at all', 'Write "none" for that, or a duration such as 20 minutes.')
    return length, bare != plain


def _add_up(bare: str, text: str) -> timedelta:
    """Return the sum of `1 uur 40 minuten` or `1h40`."""
    parts = re.findall(r"(\d+)\s*([^\W\d_]*)\.?\s*(?:(?:,|en|and|und|et)\s)?\s*", bare)
    whole = re.fullmatch(r"(?:\d+\s*[^\W\d_]*\.?\s*(?:(?:,|en|and|und|et)\s)?\s*)+", bare)
    units = [_UNIT_OF.get(word) for _, word in parts]
    if whole is None or not parts or any(len(number) > 6 for number, _ in parts):
        raise MomentError(f'"{text}" is not a duration', DURATION_CURE)
    if len(units) > 1 and units[-2] == "hours" and parts[-1][1] == "":
        units[-1] = "minutes"
    order = list(_UNITS)
    for (_, word), unit in zip(parts, units, strict=True):
        if unit is None:
            fault = f'"{word}" is not a unit of time' if word else f'"{text}" lacks a unit of time'
            raise MomentError(fault, DURATION_CURE)
    ranks = [order.index(unit) for unit in units if unit is not None]
    if any(later <= earlier for earlier, later in pairwise(ranks)):
        raise MomentError(f'"{text}" names its units twice or out of order', DURATION_CURE)
    return timedelta(**{unit: int(number) for (number, _), unit in zip(parts, units, strict=True) if unit is not None})
