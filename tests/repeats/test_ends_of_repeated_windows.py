"""The end of a repeated window is a wall-clock time, as its start is; held against the standard library's zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.model import Downtime, Window
from icsfeed.recurrence import change_occurrence, occurrences
from tests.support import load, schedule_text

ZONES = ("Europe/Amsterdam", "Europe/London", "America/New_York", "America/Santiago", "Australia/Lord_Howe")
"""The fourth has its clock changes at midnight, the fifth changes by half an hour."""

YEARS = 10
LAST = date(2027 + YEARS, 12, 31)
MINUTE = timedelta(minutes=1)


def instant(wall: datetime, zone: str) -> datetime:
    """Return an instant: what is skipped counts at the offset before, what comes twice the first time."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def is_plain(wall: datetime, zone: str) -> bool:
    """Tell whether the clock shows a time once."""
    return len({wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}) == 1


@st.composite
def series(draw: st.DrawFn) -> tuple[Window, datetime, timedelta, str]:
    """Return a weekly window, its start and length on the clock, and its zone."""
    zone, day = draw(st.sampled_from(ZONES)), date(2027, 1, 1) + timedelta(days=draw(st.integers(0, 6)))
    minutes = draw(st.one_of(st.integers(0, 4 * 60), st.integers(20 * 60, 24 * 60 - 1), st.integers(0, 24 * 60 - 1)))
    wall = datetime.combine(day, time()) + minutes * MINUTE
    length = draw(st.one_of(st.integers(1, 150), st.integers(1, 3 * 24 * 60))) * MINUTE
    start, end = instant(wall, zone), instant(wall + length, zone)
    weekly = Window(id="w", start=start, end=end, classes=("standaard",), repeat="FREQ=WEEKLY", local_end=True)
    return weekly, wall, length, zone


def dates(first: date) -> Iterator[date]:
    """Give the dates of a weekly rule over the years, up to the last of which the zones are known."""
    while first <= min(LAST, date(2037, 12, 31)):
        yield first
        first += timedelta(days=7)


def expected_end(starts: datetime, wall: datetime, weekly: Window, zone: str) -> datetime:
    ends = instant(wall, zone)
    assert weekly.end is not None
    return ends if ends > starts else starts + (weekly.end - weekly.start)


@settings(max_examples=120, deadline=None)
@given(series())
def test_every_weekly_window_ends_at_its_time_on_the_clock_and_never_before_its_start(
    of: tuple[Window, datetime, timedelta, str],
) -> None:
    weekly, wall, length, zone = of
    found = list(occurrences(weekly, zone=zone, last=date(2037, 12, 31)).values())

    walls = [datetime.combine(day, wall.time()) for day in dates(wall.date())]
    assert [each.start for each in found] == [instant(each, zone) for each in walls]
    assert [each.end for each in found] == [expected_end(instant(each, zone), each + length, weekly, zone) for each in walls]
    assert all(each.end is not None and each.end > each.start and not each.local_end for each in found)


@settings(max_examples=120, deadline=None)
@given(series(), st.integers(0, 520), st.integers(-26 * 60, 26 * 60))
def test_one_that_was_moved_ends_as_much_later_or_earlier_on_the_clock(
    of: tuple[Window, datetime, timedelta, str], week: int, minutes: int
) -> None:
    weekly, wall, length, zone = of
    day = wall + timedelta(days=7 * week)
    given_ = occurrences(weekly, zone=zone, last=day.date())[f"w-{day:%Y%m%d}"]
    there = day + minutes * MINUTE
    if not is_plain(there, zone):
        return  # which of two is meant a file says with its offset
    moved = change_occurrence(given_, {"start": instant(there, zone)}, series=weekly, zone=zone)

    assert moved.end == expected_end(instant(there, zone), there + length, weekly, zone)
    assert moved.end is not None
    assert moved.end > moved.start


def weekly(*lines: str, start: str = "2027-01-02 22:00") -> dict[str, Window]:
    """Return what a weekly window gives up to the end of 2028, by its date."""
    entry = f"  - id: w\n    start: {start}\n    class: standaard\n    repeat: FREQ=WEEKLY\n"
    windows = load(schedule_text(entry + "".join(f"    {line}\n" for line in lines))).until(date(2028, 12, 31))
    return {id_.removeprefix("w-"): each for id_, each in windows.items()}


def shown(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d %H:%M%z}"


def test_saturday_night_ends_at_six_in_every_week() -> None:
    found = weekly("end: 2027-01-03 06:00")
    assert {shown(each.end)[11:16] for each in found.values()} == {"06:00"}
    assert shown(found["20271030"].end) == "2027-10-31 06:00+0100"
    assert shown(found["20270327"].end) == "2027-03-28 06:00+0200"


def test_how_long_it_takes_is_absolute_time_in_every_week() -> None:
    found = weekly("for: 8 hours")
    assert {each.expected_end and each.expected_end - each.start for each in found.values()} == {timedelta(hours=8)}
    assert shown(found["20271030"].expected_end) == "2027-10-31 05:00+0100"


def test_an_occurrence_that_starts_at_one_ends_three_hours_later_than_the_others() -> None:
    assert shown(weekly("end: 2027-01-03 06:00", "changes: {2027-03-27: {start: 2027-03-28 01:00}}")["20270327"].end) == (
        "2027-03-28 09:00+0200"
    )


@pytest.mark.parametrize(
    ("own", "end"),
    [
        ("end: 2027-03-28 05:00", "2027-03-28 05:00+0200"),
        ("start: 2027-03-28 01:00, end: 2027-03-28 05:00", "2027-03-28 05:00+0200"),
        ("for: 90 minutes", "2027-03-27 23:30+0100"),
        ("start: 2027-03-28 01:00, for: 90 minutes", "2027-03-28 03:30+0200"),
    ],
)
@pytest.mark.parametrize("usual", ["end: 2027-01-03 06:00", "for: 8 hours"])
def test_an_occurrences_own_end_or_length_replaces_its_series(own: str, end: str, usual: str) -> None:
    found = weekly(usual, f"changes: {{2027-03-27: {{{own}}}}}")["20270327"]
    assert shown(found.expected_end) == end
    assert (found.end is None) is (found.expected == Downtime(length=timedelta(minutes=90)))


def test_what_the_clock_does_to_a_start_or_an_end_is_a_warning_that_names_the_date() -> None:
    entry = "  - id: w\n    start: 2027-01-03 02:00\n    end: 2027-01-03 03:00\n    class: standaard\n    repeat: FREQ=WEEKLY\n"
    assert [each.message for each in load(schedule_text(entry)).warnings][:3] == [
        "w: on 2027-03-28 the clock skips 02:00; it starts at 03:00+0200",
        "w: on 2027-03-28 03:00 is not after the start, because the clock goes forward; it ends at 04:00+0200",
        "w: on 2027-10-31 the clock repeats 02:00; it starts at 02:00+0200",
    ]
    late = entry.replace("03 02:00", "02 22:00").replace("03 03:00", "03 02:30")
    assert [each.message for each in load(schedule_text(late)).warnings][:2] == [
        "w: on 2027-03-28 the clock skips 02:30; it ends at 03:30+0200",
        "w: on 2027-10-31 the clock repeats 02:30; it ends at 02:30+0200",
    ]
