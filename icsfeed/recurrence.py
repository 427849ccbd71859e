"""Repeated windows: their rules (RFC 5545 section 3.8.5.3), the dates of a rule, and the occurrences on these dates.

A rule steps in local time: it gives dates, and each occurrence begins on its date at the wall-clock time of the start.
A `given` occurrence is one as the rule yields it; an exception in the schedule may change its facts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from dateutil import rrule

from icsfeed.model import Window
from icsfeed.moments import read_date
from icsfeed.problems import suggest
from icsfeed.zones import YEARS, MomentError, resolve_wall_clock, to_local, wall_clock

FREQUENCIES: Mapping[str, Any] = {"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY}
WEEKDAYS = {"MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH, "FR": rrule.FR, "SA": rrule.SA, "SU": rrule.SU}
_RANGES = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYSETPOS": 366, "BYWEEKNO": 53, "BYYEARDAY": 366}
_PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", *_RANGES, "WKST")
CYCLES = timedelta(days=2_901_486)
"""From a date of 1970 to 2055 to the same one of 9914 to 9999, whose leap years and days of the week are the same.

dateutil looks for a rule's next date up to the year 9999: from here that takes seconds where there is none, from there no time.
"""
_ONLY_WITH = {"BYWEEKNO": ("YEARLY",), "BYYEARDAY": ("YEARLY",), "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY")}


class RuleError(ValueError):
    """A rule cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A valid rule.

    Attributes:
        text: Parts as in RFC 5545, but UNTIL as in `2027-12-31`.
    """

    text: str

    def __post_init__(self) -> None:
        """Raise RuleError for an invalid part."""
        _parse(self.text)

    def dates(self, start: datetime, last: date) -> tuple[date, ...]:
        """Return the local dates that the rule gives, in order.

        Parameters:
            start: Naive wall-clock time at which the rule starts; included only if the rule gives its date.
            last: The last date to return.
        """
        return _dates(self.text, start, last)

    def gives(self, start: datetime) -> bool:
        """Return whether the rule gives the date at which it starts."""
        return self.dates(start, start.date()) == (start.date(),)

    def find_first_date(self, start: datetime) -> date | None:
        """Return the first date of the rule when it starts then; None if there is none within ten years."""
        return next(iter(self.dates(start, date(start.year + 10, 12, 31))), None)


@lru_cache(maxsize=512)
def _dates(text: str, start: datetime, last: date) -> tuple[date, ...]:
    """Return the dates of a rule up to 2055."""
    parts = _parse(text)
    last = min(last, date.max - CYCLES)
    until = min(last, date.fromisoformat(parts["UNTIL"])) if "UNTIL" in parts else last
    if until < start.date():
        return ()
    numbers: dict[str, Any] = {name.lower(): [int(each) for each in parts[name].split(",")] for name in _RANGES if name in parts}
    rule = rrule.rrule(
        FREQUENCIES[parts["FREQ"]],
        dtstart=datetime.combine(start + CYCLES, time()),
        interval=int(parts.get("INTERVAL", 1)),
        until=datetime.combine(until + CYCLES, time.max),
        byweekday=[_weekday(each) for each in parts["BYDAY"].split(",")] if "BYDAY" in parts else None,
        wkst=WEEKDAYS[parts.get("WKST", "MO")],
        **numbers,
    )
    found = islice(rule, int(parts["COUNT"])) if "COUNT" in parts else rule
    return tuple(dict.fromkeys(each.date() - CYCLES for each in found))


def id_of_occurrence(series: Window, day: date) -> str:
    """Return the id of an occurrence, `series-20280302`: the date is the rule's, so the id stays when the occurrence moves."""
    return f"{series.id}-{day:%Y%m%d}"


def split_id(id_: str) -> tuple[str, date | None]:
    """Return the id of the series and the date if an id has the form of an occurrence's, else "" and None."""
    series, hyphen, digits = id_.rpartition("-")
    try:
        return (series, date.fromisoformat(digits)) if hyphen and re.fullmatch("[0-9]{8}", digits) else ("", None)
    except ValueError:
        return "", None


def series_of(id_: str) -> str:
    """Return the id of the series if an id has the form of an occurrence's, else ""."""
    return split_id(id_)[0]


def find_occurrence(series: Window, id_: str, *, zone: str) -> Window | None:
    """Return the given occurrence with an id; None if the rule gives none."""
    id_of_series, day = split_id(id_)
    if day is None or id_of_series != series.id or day.year not in YEARS:
        return None
    return occurrences(series, zone=zone, last=day).get(id_)


def occurrences(series: Window, *, zone: str, last: date) -> dict[str, Window]:
    """Return the given occurrences of a repeated window by id, in the order of their dates.

    Parameters:
        series: A window with a rule.
        zone: The calendar's zone, in whose local time the rule steps.
        last: The last date of the rule to include.
    """
    start = wall_clock(series.start, zone)
    found = {}
    for day in Rule(series.repeat or "").dates(start, last):
        wall = datetime.combine(day, start.time())
        begins, _ = resolve_wall_clock(wall, zone)
        if series.end is None or series.local_end:
            ends, _ = _end_at(series, begins, wall, zone)
        else:
            ends = begins + (series.end - series.start)
        id_ = id_of_occurrence(series, day)
        found[id_] = replace(series, id=id_, start=begins, end=ends, repeat=None, local_end=False)
    return found


def change_occurrence(given: Window, facts: Mapping[str, Any], *, series: Window, zone: str) -> Window:
    """Return a given occurrence with its exception applied.

    With another start and no end of its own, its end moves with the start on the wall clock.

    Parameters:
        given: As the rule gives it.
        facts: The exception: new values by the names of `Window`'s attributes.
        series: Its repeated window.
        zone: The calendar's zone.
    """
    if "start" in facts and not facts.keys() & {"end", "expected"}:
        facts = {**facts, "end": shift_end(series, facts["start"], zone)}
    return replace(given, **facts)


def shift_end(window: Window, start: datetime, zone: str) -> datetime | None:
    """Return the end of a window that starts at another moment: as long after it on the wall clock; None without an end."""
    return _end_at(window, start, wall_clock(start, zone), zone)[0]


def clock_changes(series: Window, *, zone: str, last: date) -> Iterator[tuple[datetime, str, str, datetime]]:
    """Yield the starts and ends of occurrences for which a clock change leaves no moment, or two, or an end before the start.

    Parameters:
        series: A repeated window with `local_end`.
        zone: The calendar's zone.
        last: The last date of the rule to include.

    Yields:
        The wall-clock time, `starts` or `ends`, the reason, and the moment used instead.
        The reason is `skipped`, `repeated`, or for an end that would not be after the start `too early`.
    """
    start = wall_clock(series.start, zone)
    for day in Rule(series.repeat or "").dates(start, last):
        wall = datetime.combine(day, start.time())
        starts, start_oddity = resolve_wall_clock(wall, zone)
        if start_oddity is not None:
            yield wall, "starts", start_oddity, starts
        ends, end_oddity = _end_at(series, starts, wall, zone)
        if series.end is not None and ends is not None and end_oddity is not None:
            yield wall + (wall_clock(series.end, zone) - start), "ends", end_oddity, ends


def months_left_out(series: Window, *, zone: str, last: date) -> tuple[tuple[date, ...], str]:
    """Return the months that a rule skips because they have no such day, and a part of a rule that skips none.

    Such as BYMONTHDAY=31: it skips five months of a year, and BYMONTHDAY=-1 skips none.

    Parameters:
        series: A window with a rule.
        zone: The calendar's zone.
        last: A date in the last month to look at.

    Returns:
        Each month as its first day, and the part, such as `BYMONTHDAY=-1`.
    """
    parts, start = _parse(series.repeat or ""), wall_clock(series.start, zone)
    if (
        parts["FREQ"] not in {"MONTHLY", "YEARLY"}
        or parts.keys() & {"BYWEEKNO", "BYYEARDAY"}
        or parts.keys() >= {"BYDAY", "BYMONTHDAY"}
    ):
        return (), ""
    if "BYDAY" in parts:
        days = parts["BYDAY"].split(",")
        is_of_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
        if not is_of_month or not all(re.match("[+-]?5[A-Z]", each) for each in days):
            return (), ""
        cure = f"BYDAY={','.join(f'-1{each[-2:]}' for each in days)}"
    else:
        numbers = [int(each) for each in parts.get("BYMONTHDAY", str(start.day)).split(",")]
        if min(map(abs, numbers)) <= 28:
            return (), ""
        cure = "BYMONTHDAY=-1"
    given = Rule(series.repeat or "").dates(start, last)
    ends = given[-1] if "COUNT" in parts and given else date.fromisoformat(parts["UNTIL"]) if "UNTIL" in parts else last
    met = {each.replace(day=1) for each in given}
    return tuple(each for each in _months(parts, start.date(), min(ends, last)) if each not in met), cure


def _months(parts: Mapping[str, str], start: date, last: date) -> Iterator[date]:
    """Yield the first day of each month in which a monthly or yearly rule may have dates."""
    interval, is_yearly = int(parts.get("INTERVAL", 1)), parts["FREQ"] == "YEARLY"
    months = {int(each) for each in parts["BYMONTH"].split(",")} if "BYMONTH" in parts else set(range(1, 13))
    if is_yearly and not parts.keys() & {"BYMONTH", "BYMONTHDAY"}:
        months = {start.month}
    first = start.year * 12 + start.month - 1
    for number in range(first, last.year * 12 + last.month):
        year, month = divmod(number, 12)
        steps = year - start.year if is_yearly else number - first
        if steps % interval == 0 and month + 1 in months:
            yield date(year, month + 1, 1)


def _end_at(window: Window, begins: datetime, wall: datetime, zone: str) -> tuple[datetime | None, str | None]:
    """Return the end of a window that begins at another moment, and the reason if a clock change affects it.

    Parameters:
        window: With its own start and end, whose distance on the wall clock counts.
        begins: The other moment.
        wall: The wall-clock time meant by it, which the clock may skip.
        zone: The calendar's zone.

    Returns:
        The end, None without one; and a reason as in `clock_changes`, or None.
    """
    if window.end is None:
        return None, None
    ends, oddity = resolve_wall_clock(wall + (wall_clock(window.end, zone) - wall_clock(window.start, zone)), zone)
    return (ends, oddity) if ends > begins else (begins + (window.end - window.start), "too early")


def horizon(moment: datetime, zone: str) -> date:
    """Return the last date whose occurrences are published at a moment: the end of the next calendar year."""
    return date(to_local(moment, zone).year + 1, 12, 31)


def read_rule(text: str, *, languages: tuple[str, ...]) -> Rule:
    """Return the rule that a text describes.

    Parameters:
        text: An RRULE, with or without `RRULE:`; UNTIL is a local date, as in RFC 5545 or as people write it.
        languages: The languages in which UNTIL may name a month.

    Raises:
        RuleError: It is no rule, or one that is not supported.
    """
    parts = _split(text.strip().removeprefix("RRULE:"))
    if "UNTIL" in parts:
        parts["UNTIL"] = _read_until(parts["UNTIL"], languages).isoformat()
    ordered = {name: parts[name].upper() for name in _PARTS if name in parts}
    return Rule(";".join(f"{name}={value}" for name, value in ordered.items()))


def _split(text: str) -> dict[str, str]:
    """Return the parts of a rule by name; raise RuleError if one is unknown or comes twice."""
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = (each.strip() for each in part.partition("="))
        name = name.upper()
        if not equals or not value:
            raise RuleError(f'"{part.strip()}" is not a part of a rule such as FREQ=MONTHLY')
        if name not in _PARTS:
            raise RuleError(f'unknown part "{name}". {suggest(name, _PARTS)}Parts: {", ".join(_PARTS)}')
        if name in parts:
            raise RuleError(f'the part "{name}" is given twice')
        parts[name] = value
    return parts


def _read_until(text: str, languages: tuple[str, ...]) -> date:
    """Return the local date of UNTIL; it is included."""
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if "T" in text.upper() and re.fullmatch(r"\d{8}T\d{6}Z?", text, re.IGNORECASE):
        raise RuleError("UNTIL must be a local date without a time, such as UNTIL=20271231")
    try:
        return read_date("-".join(compact.groups()) if compact else text, languages=languages)
    except MomentError as error:
        raise RuleError(f"UNTIL: {error.message}") from error


@lru_cache(maxsize=512)
def _parse(text: str) -> Mapping[str, str]:
    """Return the parts of a rule by name; raise RuleError if one is invalid."""
    parts = _split(text)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        known = ", ".join(FREQUENCIES)
        raise RuleError(f'unknown FREQ "{frequency}"; it must be one of {known}' if frequency else f"FREQ must be one of {known}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"[1-9][0-9]{0,3}", parts[name]):
            raise RuleError(f"{name} must be a number from 1 to 9999")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("COUNT and UNTIL cannot be used together")
    if "UNTIL" in parts and not _is_date(parts["UNTIL"]):
        raise RuleError("UNTIL must be a date such as 2027-12-31")
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise RuleError(f"WKST must be one of {', '.join(WEEKDAYS)}")
    for name, most in _RANGES.items():
        _check_numbers(name, parts.get(name), most, frequency)
    _check_days(parts, frequency)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise RuleError("BYSETPOS needs another part that begins with BY")
    return parts


def _is_date(text: str) -> bool:
    """Return whether a text is a date such as `2027-12-31`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_numbers(name: str, value: str | None, most: int, frequency: str) -> None:
    """Raise RuleError unless a part, if there, is a list of numbers from 1 to `most`, or from the end."""
    if value is None:
        return
    if frequency not in _ONLY_WITH.get(name, FREQUENCIES):
        raise RuleError(f"{name} cannot be combined with FREQ={frequency}")
    sign = "" if name == "BYMONTH" else "[+-]?"
    numbers = value.split(",")
    if not all(re.fullmatch(rf"{sign}[0-9]{{1,3}}", each) and 1 <= abs(int(each)) <= most for each in numbers):
        raise RuleError(f"{name} must be a list of numbers from 1 to {most}" + (", or from the end with a minus" if sign else ""))


def _check_days(parts: Mapping[str, str], frequency: str) -> None:
    """Raise RuleError unless BYDAY is a list of weekdays, with numbers only where RFC 5545 allows them."""
    for each in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = re.fullmatch(r"([+-]?[0-9]{1,2})?([A-Z]{2})", each)
        if match is None or match[2] not in WEEKDAYS:
            raise RuleError(f'BYDAY "{each}" is not a weekday such as {", ".join(WEEKDAYS)} or 1TH')
        if match[1] and not 1 <= abs(int(match[1])) <= 53:
            raise RuleError(f'BYDAY "{each}" must have a number from 1 to 53')
        if match[1] and (frequency in {"DAILY", "WEEKLY"} or "BYWEEKNO" in parts):
            raise RuleError(f'BYDAY "{each}" can have a number only with FREQ=MONTHLY or FREQ=YEARLY, and without BYWEEKNO')


def _weekday(text: str) -> rrule.weekday:
    """Return the weekday of `MO` or `1TH`."""
    day = WEEKDAYS[text[-2:]]
    return day(int(text[:-2])) if len(text) > 2 else day
