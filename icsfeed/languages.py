"""What languages do differently, whatever they speak of."""

import re
from datetime import date
from functools import cache

from babel import Locale


def capitalized(text: str) -> str:
    """Return a text as it begins a sentence; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def ordinal(pattern: str, day: date, language: str) -> str:
    """Return a pattern of Unicode's date formats as a language says it of a day: the first of a month is `1er` in French."""
    return re.sub(r"\bd (?=MMM)", "d'er' ", pattern) if language == "fr" and day.day == 1 else pattern


@cache
def language_name(language: str) -> str:
    """Return what a language calls itself, as on a switch."""
    return capitalized(Locale(language).get_language_name() or language)
