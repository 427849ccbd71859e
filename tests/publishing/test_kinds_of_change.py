from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.drafting.questions import Answers
from icsfeed.replay import Change
from tests.publishing.desk import EVERY_YES, FIRST, SECOND, Desk, window
from tests.support import WINDOW, schedule_text

AT = "2027-12-07 21:00"
PLAIN = window("first", AT)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def change_between(desk: Desk, before: str, after: str) -> list[str]:
    desk.write(before)
    desk.publish(EVERY_YES)
    desk.write(after)
    return [line.change.value for line in desk.publish(EVERY_YES).difference.lines]


def test_the_first_publication_says_the_calendar_and_announces_its_windows(desk: Desk) -> None:
    desk.write(SECOND, FIRST)
    lines = desk.publish().difference.lines
    assert [(line.change, line.window.id if line.window else "") for line in lines] == [
        (Change.CALENDAR, ""),
        (Change.ANNOUNCED, "first"),
        (Change.ANNOUNCED, "second"),
    ]


CHANGED = {
    "class": window("first", AT, kind="uitgebreid"),
    "title": window("first", AT, 'title: "Upgrade"'),
    "note": window("first", AT, 'note: "Kort."'),
    "reason": window("first", AT, 'reason: "Daarom."'),
    "tentative": window("first", AT, "status: tentative"),
    "unplanned": window("first", AT, "planned: false"),
}


@pytest.mark.parametrize("after", CHANGED.values(), ids=CHANGED.keys())
def test_a_window_told_otherwise_is_changed(desk: Desk, after: str) -> None:
    assert change_between(desk, PLAIN, after) == ["changed"]


MOVED = {
    "start": window("first", "2027-12-09 21:00"),
    "end appears": window("first", AT, "end: 2027-12-07 23:00"),
    "start and class": window("first", "2027-12-09 21:00", kind="uitgebreid"),
    "start and cancelled": window("first", "2027-12-09 21:00", "status: cancelled"),
    "start and begun": window("first", "2027-12-07 20:00", "actual: {start: 2027-12-07 20:00}"),
}


@pytest.mark.parametrize("after", MOVED.values(), ids=MOVED.keys())
def test_a_window_with_another_start_or_end_is_moved_whatever_else_changed(desk: Desk, after: str) -> None:
    assert change_between(desk, PLAIN, after) == ["moved"]


def test_a_window_whose_end_goes_away_is_moved(desk: Desk) -> None:
    assert change_between(desk, window("first", AT, "end: 2027-12-07 23:00"), PLAIN) == ["moved"]


def test_a_cancelled_window_that_is_on_again_at_another_time_is_restored(desk: Desk) -> None:
    assert change_between(desk, window("first", AT, "status: cancelled"), window("first", "2027-12-09 21:00")) == ["restored"]


@pytest.mark.parametrize("more", [(), ('reason: "Geen tijd."',)])
def test_a_window_that_will_not_take_place_is_cancelled(desk: Desk, more: tuple[str, ...]) -> None:
    assert change_between(desk, PLAIN, window("first", AT, "status: cancelled", *more)) == ["cancelled"]


@pytest.mark.parametrize("after", [PLAIN, window("first", AT, "status: tentative"), window("first", AT, kind="uitgebreid")])
def test_a_cancelled_window_that_takes_place_after_all_is_restored(desk: Desk, after: str) -> None:
    assert change_between(desk, window("first", AT, "status: cancelled"), after) == ["restored"]


def test_a_cancelled_window_with_another_reason_is_changed(desk: Desk) -> None:
    reasons = [window("first", AT, "status: cancelled", f"reason: {each}") for each in ("a", "b")]
    assert change_between(desk, *reasons) == ["changed"]


BEGUN = window("first", AT, "actual: {start: 2027-12-07 21:03}")
COMPLETED = window("first", AT, "actual: {start: 2027-12-07 21:03, end: 2027-12-07 21:31}")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (PLAIN, BEGUN, "begun"),
        (BEGUN, COMPLETED, "completed"),
        (PLAIN, COMPLETED, "completed"),
        (COMPLETED, COMPLETED.replace("21:31", "21:33"), "changed"),
        (COMPLETED, BEGUN, "changed"),
        (BEGUN, PLAIN, "changed"),
        (window("first", AT, "status: tentative"), BEGUN, "begun"),
    ],
)
def test_actual_times_begin_and_complete_a_window(desk: Desk, before: str, after: str, change: str) -> None:
    assert change_between(desk, before, after) == [change]


def test_a_window_that_vanished_is_withdrawn_as_it_was_but_cancelled(desk: Desk) -> None:
    desk.write(window("first", AT, 'note: "Kort."'))
    desk.publish()
    desk.write()
    (line,) = desk.publish(Answers(withdraw=frozenset({"first"}))).difference.lines
    before, after = line.window, desk.published().by_id["first"]
    assert (line.change, before, after.is_cancelled) == (Change.WITHDRAWN, after.facts, True)
    assert before is not None
    assert before.note is not None


def test_a_withdrawn_window_that_comes_back_is_restored_and_goes_on_counting(desk: Desk) -> None:
    desk.write(PLAIN)
    desk.publish()
    desk.write()
    desk.publish(EVERY_YES)
    desk.write(PLAIN)
    (line,) = desk.publish(EVERY_YES).difference.lines
    found = desk.published().by_id["first"]
    assert (line.change, found.sequence, found.is_cancelled) == (Change.RESTORED, 2, False)
    assert found.modified > found.created


def test_a_cancelled_window_that_comes_back_goes_on_counting(desk: Desk) -> None:
    for entry in (PLAIN, window("first", AT, "status: cancelled"), PLAIN):
        desk.write(entry)
        desk.publish(EVERY_YES)
    assert desk.published().by_id["first"].sequence == 2


def test_a_withdrawn_window_can_be_announced_under_its_id_years_later(desk: Desk) -> None:
    desk.write(PLAIN)
    desk.publish()
    desk.write()
    desk.publish(EVERY_YES)
    desk.write(window("first", "2029-12-07 21:00"))
    (line,) = desk.publish(EVERY_YES, after=timedelta(days=500)).difference.lines
    assert (line.change, desk.published().by_id["first"].sequence) == (Change.RESTORED, 2)


def test_only_what_changed_gets_lines(desk: Desk) -> None:
    desk.write(FIRST, SECOND)
    desk.publish()
    desk.write(FIRST, window("second", "2027-12-14 22:00", kind="uitgebreid"))
    assert [line.window.id for line in desk.publish().difference.lines if line.window] == ["second"]
    assert desk.publish().difference.lines == ()


def test_a_changed_header_is_one_line(desk: Desk) -> None:
    desk.write(FIRST, SECOND)
    desk.publish()
    desk.save(schedule_text(FIRST, SECOND).replace("downtime: 20 minutes", "downtime: 25 minutes"))
    assert [line.change for line in desk.publish().difference.lines] == [Change.CALENDAR]


def test_a_class_can_be_renamed_in_one_publication(desk: Desk) -> None:
    desk.write(FIRST)
    desk.publish()
    desk.save(schedule_text(FIRST).replace("standaard", "gewoon"))
    desk.publish()
    assert [each.key for each in desk.published().by_id["first"].classes] == ["gewoon"]


def test_an_ended_window_keeps_its_class_when_it_was_tidied_away_with_it(desk: Desk) -> None:
    desk.write(FIRST, SECOND)
    desk.publish()
    text = schedule_text(SECOND)
    begin, end = text.index("  standaard:"), text.index("  uitgebreid:")
    desk.save(text[:begin] + text[end:])
    desk.publish(after=timedelta(days=40))
    assert [each.key for each in desk.published().by_id["first"].classes] == ["standaard"]


def test_a_window_without_an_id_has_its_start_for_one(desk: Desk) -> None:
    desk.write(WINDOW.replace("  - id: 20271207T2100\n    start", "  - start"))
    desk.publish()
    assert set(desk.events()) == {"20271207T2100@example.com"}
