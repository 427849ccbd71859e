from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.model import Actual
from icsfeed.problems import ScheduleError
from icsfeed.replay import Change, PublishedCalendar, replay
from tests.support import HEAD, NOW, body_of, load, publication_of

SERIES = """\
  - id: patchronde
    start: donderdag 6 januari 2028 21:00
    class: operationeel
    repeat: FREQ=MONTHLY;BYDAY=1TH
"""
CHANGES = """\
    changes:
      3 maart 2028: cancelled
"""
FIRST_THURSDAYS = ["20280106", "20280203", "20280302", "20280406"]


def text_of(*entries: str) -> str:
    return f"{HEAD}windows:\n{''.join(entries)}"


def publish(text: str, before: PublishedCalendar | None = None, *, now: datetime = NOW) -> PublishedCalendar:
    difference = compare(load(text), before, now=now, answers=Answers(withdraw_all=True, past=True), by="tests")
    return replay((*(before.lines if before else ()), *difference.lines))


def changes_of(text: str, before: PublishedCalendar, *, now: datetime = NOW) -> list[tuple[Change, str]]:
    lines = compare(load(text), before, now=now, answers=Answers(withdraw_all=True, past=True)).lines
    return [(line.change, line.window.id) for line in lines if line.window is not None]


def test_a_series_is_one_line_and_its_occurrences_are_events() -> None:
    published = publish(text_of(SERIES))
    ids = [each.id for each in published.at(NOW).windows]
    assert [(line.change, line.window and line.window.id) for line in published.lines] == [
        (Change.CALENDAR, None),
        (Change.ANNOUNCED, "patchronde"),
    ]
    assert [f"patchronde-{day}" for day in FIRST_THURSDAYS] == ids[:4]


def test_occurrences_step_in_local_time_across_the_clock_change() -> None:
    starts = {each.id: each.start for each in publish(text_of(SERIES)).at(NOW).windows}
    assert datetime(2028, 3, 2, 20, tzinfo=UTC) == starts["patchronde-20280302"]
    assert datetime(2028, 4, 6, 19, tzinfo=UTC) == starts["patchronde-20280406"]


def test_series_reach_to_the_end_of_the_next_calendar_year_and_further_at_new_year() -> None:
    published = publish(text_of(SERIES))
    before, after = datetime(2028, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(2028, 12, 31, 23, tzinfo=UTC)
    assert published.at(before).windows[-1].facts.id == "patchronde-20291206"
    assert published.at(after).windows[-1].facts.id == "patchronde-20301205"
    publication = publication_of(published, before)
    assert publication.until == after
    assert b"20301205" in body_of(publication_of(published, after, before=publication), "/example.ics")


def test_a_cancelled_occurrence_has_a_line_of_its_own_and_one_revision_more() -> None:
    before = publish(text_of(SERIES))
    assert changes_of(text_of(SERIES + CHANGES.replace("3 maart", "2 maart")), before) == [
        (Change.CANCELLED, "patchronde-20280302")
    ]
    after = publish(text_of(SERIES + CHANGES.replace("3 maart", "2 maart")), before).at(NOW)
    assert after.by_id["patchronde-20280302"].sequence == 1
    assert after.by_id["patchronde-20280406"].sequence == 0
    assert after.by_id["patchronde-20280302"].is_cancelled


def test_a_moved_occurrence_keeps_its_uid_and_says_what_it_was() -> None:
    before = publish(text_of(SERIES))
    moved = text_of(SERIES + "    changes:\n      6 april 2028: {start: 7 april 2028 22:00, class: standaard}\n")
    assert changes_of(moved, before) == [(Change.MOVED, "patchronde-20280406")]
    window = publish(moved, before).at(NOW).by_id["patchronde-20280406"]
    assert ("patchronde-20280406@example.com", 1, datetime(2028, 4, 7, 20, tzinfo=UTC)) == (
        window.uid,
        window.sequence,
        window.start,
    )


def test_an_exception_taken_back_restores_the_occurrence() -> None:
    cancelled = publish(text_of(SERIES + CHANGES.replace("3 maart", "2 maart")), publish(text_of(SERIES)))
    assert changes_of(text_of(SERIES), cancelled) == [(Change.RESTORED, "patchronde-20280302")]
    assert publish(text_of(SERIES), cancelled).at(NOW).by_id["patchronde-20280302"].sequence == 2


def test_nothing_is_to_publish_right_after_a_publication() -> None:
    text = text_of(SERIES + CHANGES.replace("3 maart", "2 maart"))
    assert changes_of(text, publish(text)) == []


def test_a_change_of_the_series_revises_what_lies_ahead_and_leaves_what_is_over() -> None:
    before = publish(text_of(SERIES))
    later = datetime(2028, 2, 20, 12, tzinfo=UTC)
    heavier = text_of(SERIES.replace("operationeel", "standaard"))
    assert changes_of(heavier, before, now=later) == [(Change.CHANGED, "patchronde")]
    after = publish(heavier, before, now=later).at(later).by_id
    assert [
        (after[f"patchronde-{day}"].heavier.key, after[f"patchronde-{day}"].sequence) for day in ("20280203", "20280302")
    ] == [("operationeel", 0), ("standaard", 1)]
    assert changes_of(heavier, publish(heavier, before, now=later), now=later) == []


def test_a_rule_that_gives_more_announces_what_lies_ahead_and_nothing_that_is_over() -> None:
    weekly = text_of(SERIES.replace("FREQ=MONTHLY;BYDAY=1TH", "FREQ=WEEKLY;BYDAY=TH"))
    later = datetime(2028, 2, 20, 12, tzinfo=UTC)
    found = publish(weekly.replace("BYDAY=TH", "BYDAY=MO,TH"), publish(weekly), now=later).at(later).by_id
    assert "patchronde-20280217" in found
    assert "patchronde-20280214" not in found
    old, new = found["patchronde-20280224"], found["patchronde-20280228"]
    assert (new.sequence, new.created, new.modified) == (old.sequence, old.created, old.modified) == (1, NOW, later)


def test_an_occurrence_counts_the_lines_of_its_series_before_its_own_within_reach_or_not() -> None:
    changed = text_of(SERIES.replace("operationeel", "standaard"))
    published = publish(changed + "    changes:\n      1 februari 2029: cancelled\n", publish(changed, publish(text_of(SERIES))))
    for found in (published, published.at(datetime(2028, 1, 1, 12, tzinfo=UTC))):
        one = found.by_id["patchronde-20290201"]
        assert (one.sequence, one.created, one.modified) == (2, NOW, published.newest)


def test_what_was_reported_says_whether_an_occurrence_is_over_when_its_series_changes() -> None:
    entry, later = SERIES.replace("operationeel", "standaard"), datetime(2028, 2, 4, 12, tzinfo=UTC)
    told = (
        "    changes:\n      3 februari 2028: {actual: {start: 2028-02-03 21:00}}\n"
        "      2 maart 2028: {actual: {start: 2028-02-01 21:00, end: 2028-02-01 21:20}}\n"
    )
    reported = publish(text_of(entry + told), publish(text_of(entry)), now=later)
    found = publish(text_of(entry + "    note: Kort.\n" + told), reported, now=later + timedelta(hours=1)).at(later).by_id
    revisions = {day: found[f"patchronde-{day}"].sequence for day in ("20280106", "20280203", "20280302", "20280406")}
    assert revisions == {"20280106": 0, "20280203": 3, "20280302": 1, "20280406": 1}


def test_an_actual_time_of_an_occurrence_that_is_over_says_nothing_else_of_it() -> None:
    later = datetime(2028, 2, 20, 12, tzinfo=UTC)
    before = publish(text_of(SERIES.replace("operationeel", "standaard")), publish(text_of(SERIES)), now=later)
    text = text_of(
        SERIES.replace("operationeel", "standaard")
        + "    changes:\n      3 februari 2028: {actual: {start: 2028-02-03 21:00, end: 2028-02-03 21:10}}\n"
    )
    window = publish(text, before, now=later).at(later).by_id["patchronde-20280203"]
    assert Actual(start=datetime(2028, 2, 3, 20, tzinfo=UTC), end=datetime(2028, 2, 3, 20, 10, tzinfo=UTC)) == window.facts.actual
    assert window.heavier.key == "operationeel"


def test_occurrences_that_a_new_rule_no_longer_gives_are_asked_about() -> None:
    before = publish(text_of(SERIES))
    shorter = text_of(SERIES.replace("BYDAY=1TH", "BYDAY=1TH;UNTIL=2028-10-31"))
    questions = compare(load(shorter), before, now=NOW, answers=Answers()).questions
    assert [each.flags for each in questions] == ["--withdraw patchronde-20281102", "--withdraw patchronde-20281207"]


def test_a_series_that_vanished_is_one_question_and_cancels_what_lies_ahead() -> None:
    before = publish(text_of(SERIES))
    questions = compare(
        load(text_of("  - {id: other, start: 2027-12-01 21:00, class: standaard}\n")), before, now=NOW, answers=Answers()
    )
    assert [each.flags for each in questions.questions] == ["--withdraw patchronde"]
    gone = publish(f"{HEAD}windows: []\n", before).at(NOW)
    assert all(each.is_cancelled for each in gone.windows)


def test_a_series_that_comes_back_goes_on_counting() -> None:
    gone = publish(f"{HEAD}windows: []\n", publish(text_of(SERIES)))
    assert changes_of(text_of(SERIES), gone) == [(Change.RESTORED, "patchronde")]
    assert publish(text_of(SERIES), gone, now=NOW + timedelta(hours=1)).at(NOW).by_id["patchronde-20280203"].sequence == 2


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (SERIES.replace("1TH", "1FR"), '"start" (2028-01-06) is not a date of the "repeat" rule'),
        (SERIES + CHANGES, '"3 maart 2028" is not a date of the "repeat" rule'),
        (
            SERIES.replace("FREQ=MONTHLY", "FREQ=HOURLY"),
            '"repeat": unknown FREQ "HOURLY"; it must be one of DAILY, WEEKLY, MONTHLY, YEARLY',
        ),
        (SERIES.replace("    repeat: FREQ=MONTHLY;BYDAY=1TH\n", "") + CHANGES, '"changes" is only for repeated windows'),
        (
            SERIES + "  - {id: patchronde-20280302, start: 2028-03-09 21:00, class: standaard}\n",
            'id "patchronde-20280302" is reserved for an occurrence of a repeated window',
        ),
        (SERIES + "    end: 2029-02-01 21:00\n", "a repeated window lasts at most a year"),
        (SERIES + "    actual: {start: 2028-01-06 21:00}\n", '"actual" belongs to one occurrence, not to a repeated window'),
    ],
)
def test_a_wrong_rule_or_change_is_told(entry: str, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        load(text_of(entry))
    assert message in [problem.message for problem in caught.value.problems]


def test_a_time_that_the_clock_skips_or_has_twice_is_a_warning_that_names_the_date() -> None:
    nightly = SERIES.replace("donderdag 6 januari 2028 21:00", "2028-01-06 02:30").replace("FREQ=MONTHLY;BYDAY=1TH", "FREQ=DAILY")
    told = [problem.message for problem in load(text_of(nightly)).warnings]
    assert "patchronde: on 2028-03-26 the clock skips 02:30; it starts at 03:30+0200" in told
    assert "patchronde: on 2028-10-29 the clock repeats 02:30; it starts at 02:30+0200" in told


def test_what_a_rule_gave_up_does_not_come_back_at_new_year() -> None:
    shorter = text_of(SERIES.replace("BYDAY=1TH", "BYDAY=1TH;UNTIL=2028-10-31"))
    published = publish(shorter, publish(text_of(SERIES)))
    new_year = datetime(2028, 1, 1, 12, tzinfo=UTC)
    assert not any(each.id.startswith("patchronde-2029") for each in published.at(new_year).windows)
    assert changes_of(shorter, published, now=new_year) == []


def test_an_exception_beyond_reach_is_published_ahead_and_shown_when_its_year_comes() -> None:
    text = text_of(SERIES + "    changes:\n      1 februari 2029: cancelled\n")
    published = publish(text)
    assert [line.window.id for line in published.lines if line.window] == ["patchronde", "patchronde-20290201"]
    assert not any("-2029" in each.id for each in published.at(NOW).windows)
    assert changes_of(text, published) == []
    assert published.at(datetime(2028, 1, 1, 12, tzinfo=UTC)).by_id["patchronde-20290201"].is_cancelled


def test_a_zone_that_changes_is_told_of_each_series() -> None:
    entry = SERIES.replace("donderdag 6 januari 2028 21:00", "2028-01-06 21:00")
    before = publish(text_of(entry))
    moved = text_of(entry).replace("Europe/Amsterdam", "Europe/Berlin")
    assert (Change.CHANGED, "patchronde") in changes_of(moved, before)


def test_a_series_and_its_occurrence_published_at_once_tell_no_move_that_was_none() -> None:
    gone = publish(text_of(SERIES + "    status: cancelled\n"))
    back = text_of(SERIES + "    changes:\n      6 april 2028: {start: 7 april 2028 22:00}\n")
    window = publish(back, gone).at(NOW).by_id["patchronde-20280406"]
    assert window.moved_from is not None
    assert window.moved_from.start != window.start


def test_an_exception_beyond_reach_that_the_rule_gives_up_counts_as_vanished_once_its_year_comes() -> None:
    shorter = text_of(SERIES.replace("BYDAY=1TH", "BYDAY=1TH;UNTIL=2028-10-31"))
    moved = SERIES + "    changes:\n      1 februari 2029: {start: 2 februari 2029 22:00}\n"
    published = publish(shorter, publish(text_of(moved)))
    assert changes_of(shorter, published) == []
    new_year = datetime(2028, 1, 1, 12, tzinfo=UTC)
    assert changes_of(shorter, published, now=new_year) == [(Change.WITHDRAWN, "patchronde-20290201")]


def test_an_occurrence_that_was_moved_stays_where_it_is_when_its_series_moves() -> None:
    moved = "    changes:\n      6 april 2028: {start: 7 april 2028 22:00}\n"
    before, later = publish(text_of(SERIES + moved)), text_of(SERIES.replace("2028 21:00", "2028 20:00") + moved)
    assert changes_of(later, before) == [(Change.MOVED, "patchronde")]
    assert publish(later, before).at(NOW).by_id["patchronde-20280406"].start == datetime(2028, 4, 7, 20, tzinfo=UTC)


def test_a_series_that_vanished_after_its_last_occurrence_is_not_asked_about() -> None:
    before = publish(text_of(SERIES.replace("BYDAY=1TH", "BYDAY=1TH;COUNT=2")))
    assert changes_of(f"{HEAD}windows: []\n", before, now=datetime(2028, 2, 3, 22, tzinfo=UTC)) == []


def test_a_series_that_vanished_takes_its_moved_occurrences_along_with_one_question() -> None:
    before = publish(text_of(SERIES + "    changes:\n      6 april 2028: {start: 7 april 2028 22:00}\n"))
    questions = compare(load(f"{HEAD}windows: []\n"), before, now=NOW, answers=Answers()).questions
    assert [each.flags for each in questions] == ["--withdraw patchronde"]
    assert publish(f"{HEAD}windows: []\n", before).at(NOW).by_id["patchronde-20280406"].is_cancelled


@pytest.mark.parametrize(("second", "sequence"), [(19 * 60 + 59, 1), (20 * 60, 0)])
def test_an_occurrence_is_over_for_its_series_from_its_very_end_on(second: int, sequence: int) -> None:
    entry, start = SERIES.replace("operationeel", "standaard"), datetime(2028, 2, 3, 20, tzinfo=UTC)
    moment = start + timedelta(seconds=second)
    found = publish(text_of(entry + "    note: Kort.\n"), publish(text_of(entry)), now=moment).at(moment)
    assert found.by_id["patchronde-20280203"].sequence == sequence


def test_an_occurrence_that_was_over_and_takes_place_after_all_is_told_as_its_series_is_now() -> None:
    entry, later = SERIES.replace("operationeel", "standaard"), datetime(2028, 2, 20, 12, tzinfo=UTC)
    before = publish(text_of(entry), publish(text_of(SERIES)), now=later)
    again = text_of(entry + "    changes:\n      3 februari 2028: {start: 24 februari 2028 21:00}\n")
    assert publish(again, before, now=later).at(later).by_id["patchronde-20280203"].heavier.key == "standaard"
