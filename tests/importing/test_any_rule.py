"""Events that repeat, by any rule in any zone: what is imported takes place when another reader says that they do."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.editor import add_windows
from icsfeed.drafting.importing.entries import ImportSettings, find_new
from icsfeed.drafting.importing.ics_import import read_calendar
from icsfeed.model import Status
from tests.support import NOW, load, schedule_text

SCHEDULE = load(schedule_text())
LAST = datetime(2028, 12, 31, 22, 59, 59, tzinfo=UTC)
"""The end of next year in Amsterdam."""


@st.composite
def calendars(draw: st.DrawFn) -> str:
    zone = draw(st.sampled_from(["Europe/Amsterdam", "America/New_York", "UTC"]))
    start = datetime(2027, draw(st.integers(1, 12)), draw(st.integers(1, 28)), draw(st.integers(4, 20)), 15)  # noqa: DTZ001
    day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][start.weekday()]
    rules = ["FREQ=DAILY;INTERVAL=9", f"FREQ=WEEKLY;BYDAY={day}", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY", "FREQ=YEARLY"]
    rule = draw(st.sampled_from(rules))
    until = start + timedelta(days=draw(st.integers(0, 700)), hours=draw(st.integers(-3, 3)))
    rule += draw(st.sampled_from(["", ";COUNT=1", ";COUNT=7", f";UNTIL={max(start, until):%Y%m%dT%H%M%S}Z"]))
    suffix, name = ("Z", "") if zone == "UTC" else ("", f";TZID={zone}")

    def line(key: str, moment: datetime) -> str:
        return f"{key}{name}:{moment:%Y%m%dT%H%M%S}{suffix}"

    lines = ["UID:a", line("DTSTART", start), line("DTEND", start + timedelta(hours=2)), f"RRULE:{rule}"]
    excluded = draw(st.sets(st.sampled_from([7, 9, 14, 18, 28]), max_size=2))
    lines += [line("EXDATE", start + timedelta(days=days)) for days in excluded]
    lines += [line("RDATE", start + timedelta(days=3, hours=1))] if draw(st.booleans()) else []
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


@settings(max_examples=150, deadline=None)
@given(calendars())
def test_any_rule_takes_place_when_another_reader_says(text: str) -> None:
    terms = ImportSettings(file="c.ics", schedule=SCHEDULE, now=NOW, languages=("nl",), class_="standaard")
    found = read_calendar(text, terms)
    if found.refused:
        assert "UNTIL" in text or "its start is not one" in found.refused[0].cure
        return
    fresh, _ = find_new(found, terms, None)
    after = add_windows(SCHEDULE, [(each.window, each.changes) for each in fresh])
    ours = {each.start for each in after.until(date(2028, 12, 31)).values() if each.status is not Status.CANCELLED}
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(datetime(2026, 12, 1, tzinfo=UTC), LAST)
    theirs = {each["DTSTART"].dt.astimezone(UTC) for each in events}
    assert {each for each in ours if each <= LAST} == theirs


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_rule_of_another_zone_never_becomes_repeat(zone: str) -> None:
    start = "DTSTART:20271001T200000Z" if zone == "UTC" else f"DTSTART;TZID={zone}:20271001T160000"
    text = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n{start}\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    terms = ImportSettings(file="c.ics", schedule=SCHEDULE, now=NOW, languages=("nl",), class_="standaard")
    assert [each.window.repeat for each in read_calendar(text, terms).entries] == [None] * 9
