"""What differs from language to language: names of days and months, the language's own name, Outlook's zone names.

To add a language: its code in `names.LANGUAGES` and `static/calendar.schema.json`, a catalog in `translations/`, its words for
times and ranges in `moments`, for durations in `durations`, for the columns of tables in `drafting.importing`, and the texts of a
new calendar in `cli.init`.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, get_timezone_location


def capitalized(text: str) -> str:
    """Return a text as it begins a sentence; the rest stays as it is."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4096)  # a window's page and event name its few days again and again
def format_day(day: date, pattern: str, language: str) -> str:
    """Return a day in a pattern of Unicode's date formats; the first of a month is `1er` in French."""
    if language == "fr" and day.day == 1:
        pattern = re.sub(r"\bd(?= MMM|$)", "d'er'", pattern)
    return format_date(day, pattern, locale=language)


def find_zone_of_outlook(name: str) -> str | None:
    """Return the zone that Outlook and Windows call `W. Europe Standard Time`, None for other names."""
    zones: Mapping[str, str] = get_global("windows_zone_mapping")
    return {each.casefold(): zone for each, zone in zones.items()}.get(name.strip().casefold())


def city_of(zone: str, language: str) -> str:
    """Return the city that an IANA zone is named after; its own name if it has none, such as UTC."""
    return get_timezone_location(zone, locale=language, return_city=True) if "/" in zone else zone


@cache
def language_name(language: str) -> str:
    """Return what a language calls itself, as on a switch."""
    return capitalized(Locale(language).get_language_name() or language)
