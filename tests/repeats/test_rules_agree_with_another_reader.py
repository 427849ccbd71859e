from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Window
from icsfeed.recurrence import CYCLES, RuleError, id_of_occurrence, read_rule
from tests.published import CALENDAR

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = date(2028, 12, 31)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Give a rule of the subset that repeated windows have."""
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 5))}")
    match draw(st.integers(0, 4)):
        case 0:
            days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
            parts.append("BYDAY=" + ",".join(days))
        case 1 if frequency in {"MONTHLY", "YEARLY"}:
            parts.append(f"BYDAY={draw(st.sampled_from((1, 2, 3, 4, -1)))}{draw(st.sampled_from(DAYS))}")
        case 2 if frequency in {"MONTHLY", "YEARLY"}:
            parts.append(f"BYMONTHDAY={draw(st.sampled_from((1, 15, 28, 31, -1)))}")
        case 3 if frequency == "MONTHLY":
            parts.append(f"BYDAY=MO,TU,WE,TH,FR;BYSETPOS={draw(st.sampled_from((1, -1)))}")
        case 4 if frequency == "YEARLY":
            parts.append(f"BYMONTH={draw(st.integers(1, 12))};BYMONTHDAY={draw(st.integers(1, 28))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 20))}")
    return ";".join(parts)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    text=rules(),
    day=st.dates(date(2027, 1, 1), date(2028, 3, 31)),
    clock=st.sampled_from((time(2, 30), time(2, 0), time(21, 0), time(0, 0), time(1, 45))),
    zone=st.sampled_from(ZONES),
    pick=st.integers(0, 50),
)
def test_occurrences_are_those_that_an_independent_reader_finds(text: str, day: date, clock: time, zone: str, pick: int) -> None:
    """The other reader takes a skipped time at the offset before the jump too, and a repeated one the first time."""
    rule = read_rule(text, languages=("en",))
    dates = rule.dates(datetime.combine(day, clock), LAST)
    if not dates:
        return
    start = datetime.combine(dates[0], clock, tzinfo=ZoneInfo(zone))
    series = Window(id="series", start=start.astimezone(UTC), classes=("standaard",), repeat=rule.text)
    wall = series.start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if wall != datetime.combine(dates[0], clock):
        return  # the start itself is skipped, which the schedule file refuses
    gone, moved = sorted(draw_two(dates, pick))
    moved_to = series.start + timedelta(days=100, minutes=37)
    exceptions: dict[str, Mapping[str, Any]] = {
        id_of_occurrence(series, moved): {"start": moved_to},
        id_of_occurrence(series, gone): {"status": Status.CANCELLED},
    }
    schedule = Schedule(
        file="", calendar=replace(CALENDAR, timezone=zone), windows=(series,), places={}, warnings=(), exceptions=exceptions
    )
    expected = sorted(others(rule.text, start, gone, moved, moved_to))
    actual = sorted(each.start for each in schedule.until(LAST).values() if each.status is not Status.CANCELLED)
    assert actual == [each for each in expected if each.astimezone(ZoneInfo(zone)).date() <= LAST]


def draw_two(dates: tuple[date, ...], pick: int) -> tuple[date, date]:
    """Return two dates of a rule, the same one where it gives but one; that is cancelled then."""
    return dates[pick % len(dates)], dates[(pick * 7 + 1) % len(dates)]


def others(rule: str, start: datetime, gone: date, moved: date, moved_to: datetime) -> set[datetime]:
    """Return the instants that the other reader finds for a rule with one date taken out and another one moved."""
    at = [datetime.combine(day, start.timetz()) for day in (gone, moved)]
    series, override = icalendar.Event(), icalendar.Event()
    for event, begins in ((series, start), (override, moved_to)):
        event.add("UID", "series")
        event.add("DTSTART", begins)
        event.add("DTEND", begins + timedelta(minutes=20))
    series.add("RRULE", icalendar.vRecur.from_ical(rule))
    series.add("EXDATE", [at[0]])
    override.add("RECURRENCE-ID", at[1])
    calendar = icalendar.Calendar()
    calendar.add_component(series)
    if gone != moved:
        calendar.add_component(override)
    found = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))
    return {each["DTSTART"].dt.astimezone(UTC) for each in found}


@pytest.mark.parametrize(
    ("rule", "start", "dates"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "08-05 08-10 08-19 08-24"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "08-05 08-17 08-19 08-31"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU", "1997-08-05", "08-05 08-10 08-19 08-24"),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=1", "1997-05-19", "05-19"),
        ("FREQ=MONTHLY;COUNT=2;BYMONTHDAY=-3", "1997-09-28", "09-28 10-29"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=1", "1997-05-12", "05-12"),
    ],
)
def test_examples_of_the_standard_give_its_dates(rule: str, start: str, dates: str) -> None:
    found = read_rule(rule, languages=("en",)).dates(datetime.fromisoformat(start), date(1997, 12, 31))
    assert " ".join(f"{each:%m-%d}" for each in found) == dates


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;BYDAY=TU;BYSETPOS=2",
        "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=3",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=53",
    ],
)
def test_a_rule_without_any_date_has_none(rule: str) -> None:
    assert read_rule(rule, languages=("en",)).dates(datetime.fromisoformat("2027-02-01T21:00"), LAST) == ()


def test_the_years_in_which_dates_are_found_have_the_calendar_of_ours() -> None:
    days = (date(1970, 1, 1) + timedelta(days=number) for number in range(86 * 365 + 20))
    for day in days:
        other = day + CYCLES
        assert (other.month, other.day, other.isocalendar()[1:]) == (day.month, day.day, day.isocalendar()[1:])
    assert (date(2055, 12, 31) + CYCLES) == date.max


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=YEARLY;BYDAY=0MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYWEEKNO=20",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=DAILY;COUNT=2;UNTIL=2028-01-01",
    ],
)
def test_a_rule_that_the_standard_does_not_have_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        read_rule(rule, languages=("en",))
