from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.model import Calendar, Link, Status
from icsfeed.publication.document import Document
from icsfeed.replay import Change, PublishedCalendar
from tests.icalendar_reader import read_object
from tests.published import CALENDAR, START, edited, published, text, window, with_class
from tests.support import NOW, publication_of

LATER = NOW + timedelta(days=1)
EXTENDED = "/example/nl/example-uitgebreid.ics"
BOTH = published(window("b"), window("c", kind="uitgebreid"))


def document(of: PublishedCalendar, path: str, moment: datetime = LATER) -> Document:
    found = publication_of(of, moment).find(path)
    assert found is not None, path
    return found


def modified(of: PublishedCalendar, path: str = "/example.ics", moment: datetime = LATER) -> datetime:
    return document(of, path, moment).last_modified


def test_a_feed_was_modified_when_its_newest_window_was() -> None:
    changed = edited(BOTH, window("b", planned=False), at=LATER)

    assert modified(BOTH) == NOW
    assert modified(changed) == LATER
    assert read_object(document(changed, "/example.ics").body)["LAST-MODIFIED"].moment == LATER


def test_a_class_feed_does_not_follow_windows_that_it_never_held() -> None:
    changed = edited(BOTH, window("b", planned=False), at=LATER)

    assert modified(changed, EXTENDED) == NOW
    assert document(changed, EXTENDED).body == document(BOTH, EXTENDED).body


def test_a_class_feed_follows_windows_that_it_held() -> None:
    assert modified(edited(BOTH, window("c"), at=LATER), EXTENDED) == LATER


@pytest.mark.parametrize(
    ("calendar", "paths"),
    [
        (replace(CALENDAR, notice=timedelta(days=7)), set()),
        (replace(CALENDAR, formerly=("oud",)), set()),
        (replace(CALENDAR, planned_until=datetime(2028, 1, 1, tzinfo=UTC).date()), {"/example.json"}),
        (replace(CALENDAR, links=(Link(title=text("Meer", "More")),)), {"/example.json"}),
        (
            replace(CALENDAR, color="red"),
            {"/example.ics", "/example/en/example.ics", EXTENDED, "/example/nl/example-reminders.ics", "/example.json"}
            | {"/example/nl/b/"},
        ),
        (
            replace(CALENDAR, name=text("Anders", "Example maintenance")),
            {"/example.ics", EXTENDED, "/example/nl/example-reminders.ics", "/example.json", "/example/nl/b/"},
        ),
        (
            replace(CALENDAR, service=text("Dienst", "Service")),
            {"/example.ics", "/example/en/example.ics", EXTENDED, "/example/nl/example-reminders.ics", "/example.json"}
            | {"/example/nl/b/", "/example/nl/b.ics"},
        ),
        (
            with_class("standaard", description=text("Anders.")),
            {"/example.ics", "/example/en/example.ics", "/example/nl/example-reminders.ics", "/example.json"}
            | {"/example/nl/b/", "/example/nl/b.ics"},
        ),
    ],
)
def test_a_calendar_line_counts_where_it_changed_the_document(calendar: Calendar, paths: set[str]) -> None:
    every = {"/example.ics", "/example/en/example.ics", EXTENDED, "/example/nl/example-reminders.ics", "/example.json"}
    every |= {"/example/nl/b/", "/example/nl/b.ics"}
    changed = edited(BOTH, at=LATER, calendar=calendar)

    assert {path for path in every if modified(changed, path) == LATER} == paths
    same = {path for path in every if document(changed, path).body == document(BOTH, path).body}
    assert same == every - paths


def test_a_cancelled_window_that_left_moves_it_to_the_boundary() -> None:
    leaves = datetime(2027, 12, 21, 23, tzinfo=UTC)
    result = published(window("a", status=Status.CANCELLED), window("b", START + timedelta(days=100)))
    before, after = (document(result, "/example.ics", leaves + shift) for shift in (timedelta(seconds=-1), timedelta(days=9)))

    assert (before.last_modified, after.last_modified) == (NOW, leaves)
    assert before.etag != after.etag


def test_a_class_feed_does_not_follow_boundaries_of_windows_that_it_never_held() -> None:
    result = published(window("b", status=Status.CANCELLED), window("c", kind="uitgebreid"))

    assert modified(result, EXTENDED, START + timedelta(days=100)) == NOW


def test_a_window_that_left_a_class_feed_moves_that_feed_to_the_boundary() -> None:
    lighter = edited(BOTH, window("c"), at=LATER)
    late = START + timedelta(days=100)

    assert modified(lighter, EXTENDED, late) == datetime(2027, 12, 21, 23, tzinfo=UTC)
    assert modified(lighter, "/example.ics", late) == LATER


def test_an_end_that_makes_room_moves_it_to_the_end() -> None:
    crowd = published(*(window(f"{number:04}", START + number * timedelta(days=1)) for number in range(501)))

    assert modified(crowd, moment=START) == NOW
    assert modified(crowd, moment=START + timedelta(hours=30)) == START + timedelta(minutes=20)


def test_an_end_that_changes_no_feed_moves_the_page_alone() -> None:
    late = START + timedelta(hours=1)

    assert modified(BOTH, "/example/", late) == START + timedelta(minutes=20)
    assert modified(BOTH, "/example.ics", late) == NOW
    assert modified(BOTH, "/example.json", late) == NOW


def test_a_stamp_slightly_ahead_counts_in_the_document() -> None:
    ahead = LATER + timedelta(minutes=2)

    assert modified(edited(BOTH, window("b", planned=False), at=ahead), moment=LATER) == ahead


def test_a_stamp_ahead_is_a_boundary_as_the_header_will_change() -> None:
    ahead = LATER + timedelta(minutes=2)

    assert publication_of(edited(BOTH, window("b", planned=False), at=ahead), LATER).until == ahead


def test_a_file_of_one_window_was_modified_when_its_window_was() -> None:
    changed = edited(BOTH, window("b", planned=False), at=LATER)

    assert modified(changed, "/example/nl/b.ics") == LATER
    assert modified(changed, "/example/nl/c.ics") == NOW


def test_only_what_can_change_by_itself_says_until_when_it_holds() -> None:
    publication = publication_of(BOTH)
    holds = {path: each.until for path in publication.paths() if (each := publication.find(path)) is not None}

    follow_the_clock = {"/example/", "/example/nl/", "/example/en/"} | {path for path in holds if "/api/v2/" in path}
    assert {path for path, until in holds.items() if until is not None} == follow_the_clock


def test_a_cancelled_and_restored_window_never_takes_last_modified_back() -> None:
    gone = edited(BOTH, window("b", status=Status.CANCELLED), at=LATER, change=Change.CANCELLED)
    late = START + timedelta(days=30)
    back = edited(gone, window("b", START + timedelta(days=60)), at=late, change=Change.MOVED)

    assert modified(gone, moment=late) < modified(back, moment=late)
