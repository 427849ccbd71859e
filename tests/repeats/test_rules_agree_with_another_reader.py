from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.model import Window
from icsfeed.recurrence import occurrences, read_rule

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = date(2029, 12, 31)


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


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    text=rules(),
    day=st.dates(date(2027, 1, 1), date(2028, 6, 30)),
    clock=st.sampled_from((time(2, 30), time(2, 0), time(21, 0), time(0, 0), time(1, 45))),
    zone=st.sampled_from(ZONES),
)
def test_occurrences_are_those_that_an_independent_reader_finds(text: str, day: date, clock: time, zone: str) -> None:
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
    event = icalendar.Event()
    event.add("UID", "series")
    event.add("DTSTART", start)
    event.add("DTEND", start + timedelta(minutes=20))
    event.add("RRULE", icalendar.vRecur.from_ical(rule.text))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    expected = sorted({each["DTSTART"].dt.astimezone(UTC) for each in found})
    actual = [each.start for each in occurrences(series, zone=zone, last=LAST).values()]
    assert actual == [each for each in expected if each.astimezone(ZoneInfo(zone)).date() <= LAST]
