from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icsfeed.model import Actual
from icsfeed.replay import Change
from tests.icalendar_reader import Component, unfold
from tests.published import CALENDAR, START, all_documents, edited, event, feed, published, uids, window
from tests.support import NOW, publication_of


def times(of: Component) -> tuple[str, str]:
    return of["DTSTART"].value, of["DTEND"].value


def test_winter_time_is_one_hour_before_utc() -> None:
    assert times(event(window(start=datetime(2027, 12, 7, 20, tzinfo=UTC)))) == ("20271207T200000Z", "20271207T202000Z")


def test_an_event_lasts_as_long_as_the_downtime_of_its_class() -> None:
    assert times(event(window(kind="uitgebreid"))) == ("20271207T200000Z", "20271207T214000Z")


def test_an_event_of_two_classes_lasts_as_long_as_the_heavier() -> None:
    assert times(event(window(kind="standaard/uitgebreid"))) == ("20271207T200000Z", "20271207T214000Z")


def test_a_class_without_downtime_is_shown_for_fifteen_minutes() -> None:
    assert times(event(window(kind="operationeel"))) == ("20271207T200000Z", "20271207T201500Z")


def test_a_fixed_end_outranks_the_class() -> None:
    assert times(event(window(end=START + timedelta(hours=15)))) == ("20271207T200000Z", "20271208T110000Z")
    assert times(event(window(kind="operationeel", end=START + timedelta(minutes=1)))) == ("20271207T200000Z", "20271207T200100Z")


def test_an_event_across_the_clock_change_lasts_what_its_instants_say() -> None:
    start = datetime(2027, 10, 30, 22, 30, tzinfo=UTC)

    assert times(event(window(start=start, kind="uitgebreid"))) == ("20271030T223000Z", "20271031T001000Z")


def test_the_planned_times_stay_once_the_real_ones_are_known() -> None:
    actual = Actual(start=START + timedelta(minutes=7), end=START + timedelta(hours=3))

    assert times(event(window(actual=actual))) == ("20271207T200000Z", "20271207T202000Z")


def test_no_zone_rule_or_duration_is_anywhere() -> None:
    one = published(
        window(), window("b", START + timedelta(days=200), kind="operationeel"), window("c", end=START + timedelta(days=3))
    )
    feeds = [entry[0] for path, entry in all_documents(publication_of(one)).items() if path.endswith(".ics")]
    lines = [line for body in feeds if isinstance(body, bytes) for line in unfold(body)]

    assert [
        line for line in lines if line.startswith(("BEGIN:VTIMEZONE", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"))
    ] == []
    assert [line for line in lines if "TZID" in line] == []
    assert [line for line in lines if line.startswith("DT") and not line.endswith("Z")] == []


def test_events_stand_in_the_order_of_start_and_then_uid() -> None:
    later = START + timedelta(days=1)

    assert uids(feed(published(window("z"), window("c", later), window("b"), window("B", START)))) == ["B", "b", "z", "c"]


def test_an_announced_event_has_its_stamp_everywhere() -> None:
    one = event(window())

    assert {one[name].value for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED")} == {"20271101T120000Z"}
    assert one["SEQUENCE"].value == "0"


def test_each_revision_raises_sequence_and_moves_both_stamps_but_not_created() -> None:
    once = edited(published(window()), window(planned=False), at=NOW + timedelta(hours=1))
    twice = edited(
        once, at=NOW + timedelta(hours=2), calendar=replace(CALENDAR, contact=replace(CALENDAR.contact, name="Anders"))
    )
    one = feed(twice).event("a@example.com")

    assert one["SEQUENCE"].value == "2"
    assert one["DTSTAMP"].value == one["LAST-MODIFIED"].value == "20271101T140000Z"
    assert one["CREATED"].value == "20271101T120000Z"


def test_a_moved_window_keeps_its_uid() -> None:
    moved = edited(published(window()), window(start=START + timedelta(days=2)), at=NOW + timedelta(hours=1), change=Change.MOVED)

    assert uids(feed(moved)) == ["a"]
    assert times(feed(moved).events[0]) == ("20271209T200000Z", "20271209T202000Z")
