"""The rule of a repeated window in words: `every first Thursday of the month`."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from icsfeed.languages import format_day
from icsfeed.recurrence import WEEKDAYS, Rule
from icsfeed.wording import Words

_WORKING_DAYS = ("MO", "TU", "WE", "TH", "FR")


def repeat_in_words(rule: str, start: datetime, words: Words) -> str:
    """Return a rule in words, with its last date if it has one; empty for an unusual one.

    Parameters:
        rule: As in `Rule.text`.
        start: Wall-clock time at which it starts, naive.
        words: The language.
    """
    parts = dict(part.split("=") for part in rule.split(";"))
    ends = {name: parts.pop(name, "") for name in ("UNTIL", "COUNT")}
    parts.pop("WKST", None)
    interval = int(parts.pop("INTERVAL", "1"))
    frequency = parts.pop("FREQ")
    say = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[frequency]
    said = say(parts, interval, start.date(), words)
    if not said or not any(ends.values()):
        return said
    last = date.fromisoformat(ends["UNTIL"]) if ends["UNTIL"] else Rule(rule).dates(start, date.max)[-1]
    shown = format_day(last, words.say("d MMMM y"), words.language)
    return words.say("{rule}, until {date}").format(rule=said, date=shown)


def _daily(parts: Mapping[str, str], interval: int, start: date, words: Words) -> str:  # noqa: ARG001  # as the others
    if parts:
        return ""
    return words.say("every day") if interval == 1 else words.say("every {n} days").format(n=interval)


def _weekly(parts: Mapping[str, str], interval: int, start: date, words: Words) -> str:
    if parts.keys() - {"BYDAY"}:
        return ""
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else [list(WEEKDAYS)[start.weekday()]]
    names = [_weekday(each, words) for each in sorted(days, key=list(WEEKDAYS).index)]
    joined = ", ".join(names[:-1])
    shown = words.say("{dates} and {last}").format(dates=joined, last=names[-1]) if joined else names[-1]
    if interval > 1:
        return words.say("every {n} weeks on {weekdays}").format(n=interval, weekdays=shown)
    if set(days) == set(_WORKING_DAYS):
        shown = words.say("working day")
    return words.say("every {weekday}").format(weekday=shown)


def _monthly(parts: Mapping[str, str], interval: int, start: date, words: Words) -> str:
    if parts.keys() <= {"BYMONTHDAY"} and parts.get("BYMONTHDAY", str(start.day)).isdigit():
        day = format_day(date(2000, 1, int(parts.get("BYMONTHDAY", start.day))), "d", words.language)
        if interval > 1:
            return words.say("every {n} months on day {day}").format(n=interval, day=day)
        return words.say("every month on day {day}").format(day=day)
    which = re.fullmatch(r"([+-]?\d)([A-Z]{2})", parts.get("BYDAY", ""))
    if which is not None and len(parts) == 1:
        number, day = int(which[1]), _weekday(which[2], words)
    elif parts.keys() == {"BYDAY", "BYSETPOS"} and set(parts["BYDAY"].split(",")) == set(_WORKING_DAYS):
        number, day = int(parts["BYSETPOS"].split(",")[0]), words.say("working day")
    elif parts.keys() == {"BYDAY", "BYSETPOS"} and parts["BYDAY"] in WEEKDAYS:
        number, day = int(parts["BYSETPOS"].split(",")[0]), _weekday(parts["BYDAY"], words)
    elif parts == {"BYMONTHDAY": "-1"}:
        number, day = -1, words.say("day")
    else:
        return ""
    ordinal = {
        1: words.say("first"),
        2: words.say("second"),
        3: words.say("third"),
        4: words.say("fourth"),
        5: words.say("fifth"),
        -1: words.say("last"),
    }.get(number)
    if ordinal is None or "," in parts.get("BYSETPOS", ""):
        return ""
    if interval > 1:
        return words.say("every {n} months on the {ordinal} {day}").format(n=interval, ordinal=ordinal, day=day)
    return words.say("every {ordinal} {day} of the month").format(ordinal=ordinal, day=day)


def _yearly(parts: Mapping[str, str], interval: int, start: date, words: Words) -> str:
    if parts or interval > 1:
        return ""
    return words.say("every year on {date}").format(date=format_day(start, words.say("d MMMM"), words.language))


def _weekday(day: str, words: Words) -> str:
    """Return the name of `MO` within a sentence."""
    return format_day(date(2001, 1, 1 + list(WEEKDAYS).index(day)), "EEEE", words.language)  # that January began on a Monday
