"""The form of the planning page: reads date, start time and hours of planned work, and fills them in."""

import re
from calendar import SATURDAY
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum

from icsfeed.durations import read_time_of_day
from icsfeed.model import Calendar
from icsfeed.moments import read_date
from icsfeed.zones import YEARS, MomentError, resolve_wall_clock, to_local, wall_clock

LONGEST_WORK = timedelta(days=14)
"""The longest work that can be entered."""

LONGEST_TEXT = 60
"""Characters of a field that are read; the rest is ignored."""

DEFAULT_TIME = time(19)
"""The local start time that the form suggests."""

_DIGITS = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(?:uur|u|Uhr|h)?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,9})?|[.,][0-9]{1,9}")


class Fault(Enum):
    """What is wrong with a field."""

    MISSING = "missing"
    NOT_UNDERSTOOD = "not understood"
    OUT_OF_BOUNDS = "out of bounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of the form as text.

    Attributes:
        date: Local date: `2021-12-20`, or the text that could not be read; empty on the calendar's page.
        time: Local time: `19:00`, or the text that could not be read.
        hours: `1.5`, or the text that could not be read.
        faults: By field name.
    """

    date: str = ""
    time: str = f"{DEFAULT_TIME:%H:%M}"
    hours: str = "3"
    faults: Mapping[str, Fault] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """Return the fields by name, for a URL query."""
        return {"date": self.date, "time": self.time, "hours": self.hours}


FIELDS = tuple(Form().parameters())
"""The names of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """A customer's own work, which should not meet maintenance.

    Attributes:
        start: In UTC.
        length: Whole minutes, at least one.
        clock_change: `skipped` or `repeated` if the zone's clock does so with the entered start; then `start` is at the offset
            before the change, or the first of the two.
    """

    start: datetime
    length: timedelta
    clock_change: str | None = None

    @property
    def end(self) -> datetime:
        """When the work ends."""
        return self.start + self.length


def default_form(moment: datetime, zone: str) -> Form:
    """Return the form before anything is entered: three hours from 19:00 on the next weekday, today until then."""
    local = to_local(moment, zone)
    day = local.date() + timedelta(days=local.time() >= DEFAULT_TIME)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return Form(date=day.isoformat())


def read_form(
    entered: Mapping[str, str], moment: datetime, calendar: Calendar, *, language: str
) -> tuple[Form, PlannedWork | None]:
    """Return the form as entered and the work; None where nothing was entered or a field has a fault.

    Parameters:
        entered: Texts by field name; missing fields have their default, other names are ignored.
        moment: The present, which decides the default date.
        calendar: Its zone and languages decide how dates and times are read.
        language: The page's; dates in digits are day, month, year except in English, where they could be meant otherwise.
    """
    default = default_form(moment, calendar.timezone)
    if not any(name in entered for name in FIELDS):
        return default, None
    texts = {name: _clean(entered.get(name, text)) for name, text in default.parameters().items()}
    faults: dict[str, Fault] = {}
    day = at = None
    try:
        day = _read_date(texts["date"], calendar, language)
        texts["date"] = day.isoformat()
    except MomentError:
        faults["date"] = Fault.OUT_OF_BOUNDS if _is_far(texts["date"]) else Fault.NOT_UNDERSTOOD
    try:
        at = _read_time(texts["time"])
        texts["time"] = f"{at:%H:%M}"
    except MomentError:
        faults["time"] = Fault.NOT_UNDERSTOOD
    length = _read_hours(texts["hours"])
    if isinstance(length, Fault):
        faults["hours"] = length
    else:
        texts["hours"] = _render_hours(length)
    faults |= {name: Fault.MISSING for name, text in texts.items() if not text}
    form = Form(**texts, faults=faults)
    if day is None or at is None or isinstance(length, Fault):
        return form, None
    start, clock_change = resolve_wall_clock(datetime.combine(day, at), calendar.timezone)
    return form, PlannedWork(start=start, length=length, clock_change=clock_change)


def _read_date(text: str, calendar: Calendar, language: str) -> date:
    """Return the date that a customer entered.

    Raises:
        MomentError: It is not understood.
    """
    digits = _DIGITS.fullmatch(text) if language != "en" else None
    return read_date(f"{digits[3]}-{digits[2]:0>2}-{digits[1]:0>2}" if digits else text, languages=calendar.languages)


def _read_time(text: str) -> time:
    """Return the local time that a customer entered; a whole hour needs no minutes.

    Raises:
        MomentError: It is not understood.
    """
    match = _CLOCK.fullmatch(text)
    return read_time_of_day(f"{match[1]}:{match[2] or '00'}" if match else text)


def _is_far(text: str) -> bool:
    """Return whether a text is a date in an unsupported year."""
    try:
        return date.fromisoformat(text).year not in YEARS
    except ValueError:
        return False


def _clean(text: str) -> str:
    """Return the printable characters of a text, at most `LONGEST_TEXT`."""
    return "".join(char for char in text if char.isprintable()).strip()[:LONGEST_TEXT]


def find_form(work: PlannedWork, zone: str) -> Form | None:
    """Return the form filled in with this work, or None if its start has seconds or is a repeated clock time's second."""
    wall = wall_clock(work.start, zone)
    if wall.second or resolve_wall_clock(wall, zone)[0] != work.start:
        return None
    return Form(date=wall.date().isoformat(), time=f"{wall:%H:%M}", hours=_render_hours(work.length))


def _read_hours(text: str) -> timedelta | Fault:
    """Return a number of hours in whole minutes: ninety for `1.5` and `1,5`."""
    if not _NUMBER.fullmatch(text):
        return Fault.OUT_OF_BOUNDS if re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text) else Fault.NOT_UNDERSTOOD
    length = timedelta(minutes=round(float(text.replace(",", ".")) * 60))
    return length if timedelta() < length <= LONGEST_WORK else Fault.OUT_OF_BOUNDS


def _render_hours(length: timedelta) -> str:
    """Return a length as a number of hours: `3`, `1.5`, `0.3333`; `_read_hours` reads it back."""
    return f"{length / timedelta(hours=1):.4f}".rstrip("0").rstrip(".")
