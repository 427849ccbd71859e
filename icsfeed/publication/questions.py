"""What people ask in a form: does work that takes so long fit, on that date, from that time on."""

import re
from calendar import SATURDAY
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum

from icsfeed.durations import read_time_of_day
from icsfeed.model import Calendar
from icsfeed.moments import read_date
from icsfeed.zones import YEARS, MomentError, instant_of_occurrence, to_local

LONGEST = timedelta(days=14)
"""The most that can be asked about."""

LONGEST_TEXT = 60
"""How many characters of what was entered in a field are looked at."""

USUAL_TIME = time(19)
"""When people who work in the evening begin."""

_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,9})?|[.,][0-9]{1,9}")


class Fault(Enum):
    """What is wrong with a field."""

    MISSING = "missing"
    NOT_UNDERSTOOD = "not understood"
    OUT_OF_BOUNDS = "out of bounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields as they are shown: local date, time and hours in text.

    Attributes:
        date: `2021-12-20`, or what was entered instead; empty where the page does not follow the clock.
        time: `19:00`, or what was entered instead.
        hours: `1.5`, or what was entered instead.
        faults: By the name of the field.
    """

    date: str = ""
    time: str = f"{USUAL_TIME:%H:%M}"
    hours: str = "3"
    faults: Mapping[str, Fault] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """Return the fields by name, as a query has them."""
        return {"date": self.date, "time": self.time, "hours": self.hours}

    def shown(self, name: str) -> str:
        """Return what a field shows: nothing where it is not understood, as a browser shows no such text in it anyway."""
        return "" if self.faults.get(name) is Fault.NOT_UNDERSTOOD else self.parameters()[name]


FIELDS = tuple(Form().parameters())
"""The names of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        start: In UTC.
        length: Whole minutes, at least one.
        clock: `skipped` or `repeated` where the zone's clock does that with the start; then the time counts at the offset
            before the jump, or the first time.
    """

    start: datetime
    length: timedelta
    clock: str | None = None

    @property
    def end(self) -> datetime:
        """When the work is done."""
        return self.start + self.length


def usual_form(moment: datetime, zone: str) -> Form:
    """Return the form before anything is asked: three hours from 19:00, on the first weekday on which that is still to come."""
    local = to_local(moment, zone)
    day = local.date() + timedelta(days=local.time() >= USUAL_TIME)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return Form(date=day.isoformat())


def read_question(entered: Mapping[str, str], moment: datetime, calendar: Calendar) -> tuple[Form, Question | None]:
    """Return the form as it was filled in, and what it asks; None where nothing is asked or a field is wrong.

    Parameters:
        entered: By the names of the fields; a missing one counts as left as it usually is, other names are ignored.
        moment: The present, from which follows what is usual.
        calendar: In whose zone and languages dates and times are understood.
    """
    usual = usual_form(moment, calendar.timezone)
    if not any(name in entered for name in FIELDS):
        return usual, None
    texts = {name: _clean(entered.get(name, text)) for name, text in usual.parameters().items()}
    faults: dict[str, Fault] = {}
    day = at = None
    try:
        day = read_date(texts["date"], languages=calendar.languages)
        texts["date"] = day.isoformat()
    except MomentError:
        faults["date"] = Fault.OUT_OF_BOUNDS if _is_far(texts["date"]) else Fault.NOT_UNDERSTOOD
    try:
        at = read_time_of_day(texts["time"])
        texts["time"] = f"{at:%H:%M}"
    except MomentError:
        faults["time"] = Fault.NOT_UNDERSTOOD
    length = _read_hours(texts["hours"])
    if isinstance(length, Fault):
        faults["hours"] = length
    else:
        texts["hours"] = _hours(length)
    faults |= {name: Fault.MISSING for name, text in texts.items() if not text}
    form = Form(**texts, faults=faults)
    if day is None or at is None or isinstance(length, Fault):
        return form, None
    start, clock = instant_of_occurrence(datetime.combine(day, at), calendar.timezone)
    return form, Question(start=start, length=length, clock=clock)


def _is_far(text: str) -> bool:
    """Tell whether a date as a browser sends it is in a year that no calendar reaches."""
    try:
        return date.fromisoformat(text).year not in YEARS
    except ValueError:
        return False


def _clean(text: str) -> str:
    """Return what was entered as it can be shown again: printable, and no longer than anybody means it."""
    return "".join(char for char in text if char.isprintable()).strip()[:LONGEST_TEXT]


def form_of(question: Question, zone: str) -> Form | None:
    """Return the form that asks this; None if none does, because the clock shows its start a second time or with seconds."""
    wall = to_local(question.start, zone).replace(tzinfo=None)
    if wall.second or instant_of_occurrence(wall, zone)[0] != question.start:
        return None
    return Form(date=wall.date().isoformat(), time=f"{wall:%H:%M}", hours=_hours(question.length))


def _read_hours(text: str) -> timedelta | Fault:
    """Return how long a number of hours is, in whole minutes; `1.5` and `1,5` are ninety of them."""
    if not _NUMBER.fullmatch(text):
        return Fault.OUT_OF_BOUNDS if re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text) else Fault.NOT_UNDERSTOOD
    length = timedelta(minutes=round(float(text.replace(",", ".")) * 60))
    return length if timedelta() < length <= LONGEST else Fault.OUT_OF_BOUNDS


def _hours(length: timedelta) -> str:
    """Return a length as a number of hours, from which its minutes can be read again: `3`, `1.5`, `0.3333`."""
    return f"{length / timedelta(hours=1):.4f}".rstrip("0").rstrip(".")
