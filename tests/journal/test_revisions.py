from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Calendar, Contact, Downtime, Impact, Link, Status, Text, Window
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow, replay
from tests.published import CALENDAR, START, window, with_class

BEGIN = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)


def at(hours: int) -> datetime:
    return BEGIN + timedelta(hours=hours)


def calendar_line(hours: int, calendar: Calendar = CALENDAR, *, by: str = "tests") -> Line:
    return Line(at=at(hours), by=by, change=Change.CALENDAR, calendar=calendar)


def line(hours: int, of: Window, change: Change = Change.CHANGED, *, by: str = "tests") -> Line:
    return Line(at=at(hours), by=by, change=change, window=of)


def read(*texts: str) -> PublishedCalendar:
    return load_journal("".join(f"{text}\n" for text in texts).encode(), file="example.journal.jsonl", key="example")


def published(*lines: Line) -> PublishedCalendar:
    return read(*(render_line(each) for each in lines))


def revision(of: PublishedWindow) -> tuple[int, datetime, datetime]:
    return of.sequence, of.created, of.modified


def revision_after(calendar: Calendar, *, of: Window | None = None) -> tuple[int, datetime, datetime]:
    found = published(calendar_line(0), line(1, of or window(), Change.ANNOUNCED), calendar_line(5, calendar))
    return revision(found.by_id["a"])


ANNOUNCED_ONLY = (0, at(1), at(1))
REVISED_AT_FIVE = (1, at(1), at(5))


def test_a_window_that_was_announced_has_the_sequence_0_and_one_stamp() -> None:
    assert revision(published(calendar_line(0), line(1, window(), Change.ANNOUNCED)).by_id["a"]) == (0, at(1), at(1))


def test_each_further_line_of_a_window_revises_it() -> None:
    found = published(
        calendar_line(0),
        line(1, window(), Change.ANNOUNCED),
        line(2, window(note=Text.of("a"))),
        line(4, window(note=Text.of("b"))),
        line(7, window(status=Status.CANCELLED), Change.CANCELLED),
    )
    assert revision(found.by_id["a"]) == (3, at(1), at(7))


def test_a_line_revises_no_other_window() -> None:
    found = published(
        calendar_line(0),
        line(1, window("a"), Change.ANNOUNCED),
        line(1, window("b"), Change.ANNOUNCED),
        line(2, window("b", note=Text.of("x"))),
    )
    assert revision(found.by_id["a"]) == (0, at(1), at(1))


REVISING = {
    "service": replace(CALENDAR, service=Text.of("Other")),
    "contact": replace(CALENDAR, contact=Contact(name="Others", email="support@example.com")),
    "url": replace(CALENDAR, url="https://maintenance.example.com"),
    "timezone": replace(CALENDAR, timezone="Europe/London"),
    "default language": replace(CALENDAR, languages=("en", "nl")),
    "name of a class": with_class("standaard", name=Text.of("Gewoon")),
    "impact of a class": with_class("standaard", impact=Impact.DEGRADED),
    "downtime of a class": with_class("standaard", downtime=Downtime(length=timedelta(minutes=25))),
    "what a class takes": with_class("standaard", takes=timedelta(minutes=40)),
    "description of a class": with_class("standaard", description=Text.of("Anders.")),
    "aftermath of a class": with_class("standaard", aftermath=None),
    "support of a class": with_class("standaard", support_from=time(9)),
}


@pytest.mark.parametrize("calendar", REVISING.values(), ids=REVISING.keys())
def test_a_calendar_line_revises_a_window_whose_event_says_something_else(calendar: Calendar) -> None:
    assert revision_after(calendar) == REVISED_AT_FIVE


@pytest.mark.parametrize("calendar", REVISING.values(), ids=REVISING.keys())
def test_a_calendar_line_revises_a_window_that_has_long_ended(calendar: Calendar) -> None:
    assert revision_after(calendar, of=window("a", START - timedelta(days=400))) == REVISED_AT_FIVE


QUIET = {
    "name": replace(CALENDAR, name=Text.of("Other")),
    "color": replace(CALENDAR, color="red"),
    "introduction": replace(CALENDAR, introduction=Text.of("Why.")),
    "links": replace(CALENDAR, links=(Link(title=Text.of("Notes")),)),
    "plan": replace(CALENDAR, planned_until=date(2027, 12, 31)),
    "notice": replace(CALENDAR, notice=timedelta(days=7)),
    "former names": replace(CALENDAR, formerly=("old",)),
    "another language": replace(CALENDAR, languages=("nl", "en", "de")),
    "another class": with_class("uitgebreid", downtime=Downtime(length=timedelta(hours=3))),
    "a class less": replace(CALENDAR, classes=CALENDAR.classes[:2]),
    "its class gone": replace(CALENDAR, classes=CALENDAR.classes[2:]),
    "nothing": CALENDAR,
}


@pytest.mark.parametrize("calendar", QUIET.values(), ids=QUIET.keys())
def test_a_calendar_line_revises_no_window_whose_event_stays_the_same(calendar: Calendar) -> None:
    assert revision_after(calendar) == ANNOUNCED_ONLY


def test_a_window_of_two_classes_is_revised_with_either() -> None:
    two = window(kind="standaard/uitgebreid")
    lighter, heavier = with_class("standaard", aftermath=None), with_class("uitgebreid", aftermath=Text.of("Warm."))
    assert [revision_after(each, of=two) for each in (lighter, heavier)] == [REVISED_AT_FIVE, REVISED_AT_FIVE]


def test_a_window_is_revised_with_the_class_that_it_has_now() -> None:
    found = published(
        calendar_line(0),
        line(1, window(), Change.ANNOUNCED),
        line(2, window(kind="uitgebreid")),
        calendar_line(3, with_class("standaard", aftermath=None)),
    )
    assert revision(found.by_id["a"]) == (1, at(1), at(2))


def test_a_class_that_the_calendar_no_longer_has_is_taken_from_the_newest_line_that_had_it() -> None:
    newest = with_class("standaard", name=Text.of("Nieuwste"))
    gone = replace(CALENDAR, classes=CALENDAR.classes[2:])
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), calendar_line(2, newest), calendar_line(3, gone))
    assert [each.name for each in found.by_id["a"].classes] == [Text.of("Nieuwste")]


def test_a_class_that_comes_back_as_it_was_revises_nothing() -> None:
    gone = replace(CALENDAR, classes=CALENDAR.classes[2:])
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), calendar_line(2, gone), calendar_line(3))
    assert revision(found.by_id["a"]) == (0, at(1), at(1))


def test_a_class_that_comes_back_otherwise_revises_its_windows() -> None:
    gone, back = replace(CALENDAR, classes=CALENDAR.classes[2:]), with_class("standaard", aftermath=None)
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), calendar_line(2, gone), calendar_line(3, back))
    assert revision(found.by_id["a"]) == (1, at(1), at(3))


def test_the_last_calendar_line_says_what_the_calendar_is() -> None:
    red = replace(CALENDAR, color="red")
    found = published(calendar_line(0), calendar_line(2, red), calendar_line(1, replace(CALENDAR, color="blue")))
    assert found.calendar == red


# Order


def test_a_calendar_line_counts_before_window_lines_of_the_same_stamp() -> None:
    changed = calendar_line(1, with_class("standaard", aftermath=None))
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), changed)
    assert [each.change for each in found.lines] == [Change.CALENDAR, Change.CALENDAR, Change.ANNOUNCED]
    assert revision(found.by_id["a"]) == (0, at(1), at(1))


def test_lines_count_in_the_order_of_their_stamps_wherever_they_stand() -> None:
    lines = [
        calendar_line(0),
        line(1, window(), Change.ANNOUNCED),
        line(2, window(note=Text.of("a"))),
        line(3, window(note=Text.of("b"))),
    ]
    texts = [render_line(each) for each in lines]
    assert read(*reversed(texts)) == read(*texts)
    assert read(*reversed(texts)).by_id["a"].facts.note == Text.of("b")


def test_lines_of_one_stamp_count_in_the_order_of_their_texts() -> None:
    first, second = line(2, window(note=Text.of("a")), by="ann"), line(2, window(note=Text.of("b")), by="bob")
    for lines in ((first, second), (second, first)):
        found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), *lines)
        assert (found.by_id["a"].facts.note, found.by_id["a"].sequence) == (Text.of("b"), 2)


def test_stamps_are_compared_as_instants_whatever_their_offset() -> None:
    later, earlier = render_line(line(3, window(note=Text.of("later")))), render_line(line(2, window(note=Text.of("earlier"))))
    abroad = later.replace("2027-11-01T15:00:00Z", "2027-11-01T10:00:00-05:00")
    found = read(render_line(calendar_line(0)), render_line(line(1, window(), Change.ANNOUNCED)), abroad, earlier)
    assert (found.by_id["a"].facts.note, found.by_id["a"].modified) == (Text.of("later"), at(3))


def test_equal_lines_count_once() -> None:
    lines = [calendar_line(0), line(1, window(), Change.ANNOUNCED), line(2, window(note=Text.of("a")))]
    assert published(*lines, *lines, lines[-1]) == published(*lines)


def test_windows_stand_in_the_order_of_start_and_uid() -> None:
    windows = [window("c"), window("b", START - timedelta(days=1)), window("a")]
    found = published(calendar_line(0), *(line(1, each, Change.ANNOUNCED) for each in windows))
    assert [each.id for each in found.windows] == ["b", "a", "c"]


# What stays to be told


def test_a_move_is_told_against_the_line_before_it() -> None:
    moved = window("a", START + timedelta(days=2))
    found = published(
        calendar_line(0),
        line(1, window(), Change.ANNOUNCED),
        line(2, window(note=Text.of("x"))),
        line(3, moved, Change.MOVED),
    )
    assert found.by_id["a"].moved_from == window(note=Text.of("x"))


def test_a_move_stays_told_after_a_later_change() -> None:
    moved = window("a", START + timedelta(days=2))
    found = published(
        calendar_line(0),
        line(1, window(), Change.ANNOUNCED),
        line(2, moved, Change.MOVED),
        line(3, replace(moved, note=Text.of("x"))),
        line(4, replace(moved, status=Status.CANCELLED), Change.CANCELLED),
        calendar_line(900, with_class("standaard", aftermath=None)),
    )
    assert found.by_id["a"].moved_from == window()


def test_the_newest_move_is_told() -> None:
    starts = [START, START + timedelta(days=2), START + timedelta(days=1)]
    first, second, third = (window("a", start) for start in starts)
    found = published(
        calendar_line(0), line(1, first, Change.ANNOUNCED), line(2, second, Change.MOVED), line(3, third, Change.MOVED)
    )
    assert found.by_id["a"].moved_from == second


def test_replaying_the_lines_of_a_calendar_gives_the_calendar() -> None:
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), line(2, window(note=Text.of("x"))))
    assert replay(found.lines) == found


def test_a_merge_that_brings_a_window_back_tells_no_move_that_is_undone() -> None:
    """One branch moved it, the other one added a note to where it was; the later line counts."""
    moved = window(start=START + timedelta(days=2))
    noted = window(note=Text.of("a"))
    found = published(calendar_line(0), line(1, window(), Change.ANNOUNCED), line(2, moved, Change.MOVED), line(3, noted))
    assert found.by_id["a"].moved_from == moved
