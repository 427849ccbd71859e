import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from icsfeed.moments import read_moment
from icsfeed.zones import MomentError, midnight_of

FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d")


def changes(zone: str) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Give each clock change of ten years: its instant, and the offsets before and after it."""
    info, moment = ZoneInfo(zone), datetime(2021, 1, 1, tzinfo=UTC)
    while moment.year <= 2030:
        later = moment + timedelta(minutes=30)
        before, after = (each.astimezone(info).utcoffset() or timedelta() for each in (moment, later))
        if before != after:
            yield later, before, after
        moment = later


def wall_clocks_of(change: tuple[datetime, timedelta, timedelta]) -> list[datetime]:
    """Return wall-clock times from the first to the last minute that a change skips or repeats."""
    instant, before, after = change
    first = (instant + min(before, after)).replace(tzinfo=None)
    length = abs(after - before)
    if before < after:
        first = (instant + before).replace(tzinfo=None)
    return [first, first + length / 2, first + length - timedelta(minutes=1)]


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe"])
def test_every_time_that_a_clock_change_skips_or_repeats_is_refused_with_both_forms(zone: str) -> None:
    found = list(changes(zone))
    assert len(found) == 20
    for change in found:
        _, before, after = change
        for wall in wall_clocks_of(change):
            with pytest.raises(MomentError) as caught:
                read_moment(f"{wall:%Y-%m-%d %H:%M}", zone=zone, languages=("en",))
            verb = "does not exist" if before < after else "exists twice"
            assert caught.value.message.startswith(f"{wall:%Y-%m-%d %H:%M} {verb} in {zone}")
            forms = FORM.findall(caught.value.cure)
            instants = [read_moment(form, zone=zone, languages=("en",)) for form in forms]
            meant = {(wall - offset).replace(tzinfo=UTC) for offset in (before, after)}
            assert (len(forms), set(instants)) == (2, meant)
            assert instants == sorted(instants)
            shown = [datetime.fromisoformat(form) for form in forms]
            assert [form.utcoffset() for form in shown] == [form.astimezone(ZoneInfo(zone)).utcoffset() for form in shown]


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe"])
def test_the_minutes_beside_a_clock_change_are_read(zone: str) -> None:
    for change in changes(zone):
        first, _, last = wall_clocks_of(change)
        for wall in (first - timedelta(minutes=1), last + timedelta(minutes=1)):
            expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            assert read_moment(f"{wall:%Y-%m-%d %H:%M}", zone=zone, languages=("en",)) == expected


def test_a_zone_without_clock_changes_refuses_no_time() -> None:
    assert list(changes("Asia/Kolkata")) == []
    for day in range(3652):
        local = datetime(2021, 1, 1, 2, 30, tzinfo=ZoneInfo("Asia/Kolkata")) + timedelta(days=day)
        assert read_moment(f"{local:%Y-%m-%d %H:%M}", zone="Asia/Kolkata", languages=("en",)) == local


def test_the_forms_in_the_repeated_hour_are_the_ones_that_people_need() -> None:
    with pytest.raises(MomentError) as caught:
        read_moment("zondag 31 oktober 2021 02:30", zone="Europe/Amsterdam", languages=("nl",))
    assert caught.value.cure == "Write 2021-10-31 02:30+02:00 or 2021-10-31 02:30+01:00."


def test_a_whole_day_that_a_zone_skipped_is_refused_with_both_forms() -> None:
    with pytest.raises(MomentError) as caught:
        read_moment("2011-12-30 12:00", zone="Pacific/Apia", languages=("en",))
    assert caught.value.cure == "Write 2011-12-29 12:00-10:00 or 2011-12-31 12:00+14:00."


def test_a_day_begins_at_the_first_of_two_midnights_and_where_the_clock_jumps_over_it() -> None:
    assert midnight_of(date(2021, 11, 7), "America/Havana") == datetime(2021, 11, 7, 4, tzinfo=UTC)
    assert midnight_of(date(2021, 3, 14), "America/Havana") == datetime(2021, 3, 14, 5, tzinfo=UTC)
