from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from icsfeed.model import Actual, Status, Window
from icsfeed.publication.document import Document
from icsfeed.publication.documents import data as data_of
from icsfeed.replay import Change, PublishedCalendar
from tests.published import CALENDAR, START, documents_of, edited, published, read_json, text, window
from tests.support import ADDRESS, NOW, publication_of

DAY = timedelta(days=1)


def document(of: PublishedCalendar, moment: datetime = NOW) -> Document:
    return documents_of(of, moment, data_of)["/example.json"]


def data(*windows: Window) -> Any:
    return read_json(document(published(*windows)))


def test_a_window_is_told_whole_with_times_in_the_calendars_zone() -> None:
    one = window(
        "20271207T2100",
        kind="standaard/uitgebreid",
        status=Status.TENTATIVE,
        title=text("Verhuizing", "Move"),
        note=text("Let op"),
        actual=Actual(start=START, end=START + timedelta(hours=1)),
    )

    assert data(one)["windows"] == [
        {
            "id": "20271207T2100",
            "uid": "20271207T2100@example.com",
            "start": "2027-12-07T21:00:00+01:00",
            "end": "2027-12-07T22:40:00+01:00",
            "open_ended": True,
            "classes": ["standaard", "uitgebreid"],
            "impact": "outage",
            "status": "tentative",
            "planned": True,
            "title": {"nl": "Verhuizing", "en": "Move"},
            "reason": None,
            "note": {"nl": "Let op", "en": "Let op"},
            "actual": {"start": "2027-12-07T21:00:00+01:00", "end": "2027-12-07T22:00:00+01:00"},
            "previous_start": None,
            "sequence": 0,
            "created": "2027-11-01T13:00:00+01:00",
            "last_modified": "2027-11-01T13:00:00+01:00",
            "url": "https://maintenance.example.com/example/nl/20271207T2100/",
        }
    ]


def test_the_calendar_is_told_beside_its_windows() -> None:
    calendar = data()["calendar"]

    assert {name: calendar[name] for name in ("name", "title", "domain", "timezone", "languages", "contact")} == {
        "name": "example",
        "title": {"nl": "Voorbeeld onderhoud", "en": "Example maintenance"},
        "domain": "example.com",
        "timezone": "Europe/Amsterdam",
        "languages": ["nl", "en"],
        "contact": {"name": "Support", "email": "support@example.com"},
    }
    assert [each["name"] for each in calendar["classes"]] == ["operationeel", "standaard", "uitgebreid"]
    assert data()["windows"] == []


def test_times_follow_the_clock_of_the_zone() -> None:
    one = window(start=datetime(2027, 10, 31, 0, 50, tzinfo=UTC), kind="standaard")

    assert (data(one)["windows"][0]["start"], data(one)["windows"][0]["end"]) == (
        "2027-10-31T02:50:00+02:00",
        "2027-10-31T02:10:00+01:00",
    )


def test_nothing_in_it_derives_from_the_present_moment() -> None:
    of = published(window("a"), window("b", status=Status.CANCELLED), window("c", actual=Actual(start=START)))

    assert len({document(of, START + days * DAY).body for days in (-5, 0, 9, 18, 5000)}) == 1


def test_every_window_is_there_in_the_order_of_the_feed() -> None:
    gone = window("z", START - timedelta(days=500), status=Status.CANCELLED)

    assert [each["id"] for each in data(window("b"), gone, window("a"))["windows"]] == ["z", "a", "b"]


def test_the_addresses_of_every_language_are_told() -> None:
    calendar = data()["calendar"]

    assert {name: calendar[name] for name in ("pages", "feeds", "changes", "color")} == {
        "pages": {"nl": f"{ADDRESS}/example/", "en": f"{ADDRESS}/example/en/"},
        "feeds": {"nl": f"{ADDRESS}/example.ics", "en": f"{ADDRESS}/example/en/example.ics"},
        "changes": {"nl": f"{ADDRESS}/example/nl/changes.atom", "en": f"{ADDRESS}/example/en/changes.atom"},
        "color": "steelblue",
    }


def test_a_moved_window_tells_where_it_was() -> None:
    before = published(window("a"), window("b"))
    after = edited(before, window("a", START + DAY), at=NOW + DAY, change=Change.MOVED)

    windows = {each["id"]: each for each in read_json(document(after))["windows"]}

    assert (windows["a"]["previous_start"], windows["b"]["previous_start"]) == ("2027-12-07T21:00:00+01:00", None)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_windows_stand_a_line_each(count: int) -> None:
    found = document(published(*[window(f"w{number}") for number in range(count)]))

    assert found.body.decode().count('\n{"id":') == count
    assert [each["id"] for each in read_json(found)["windows"]] == [f"w{number}" for number in range(count)]


def test_a_language_more_is_told_of_every_window() -> None:
    before = published(window("a", note=text("Let op", "Mind")), calendar=replace(CALENDAR, languages=("nl",)))
    first = publication_of(before)
    after = edited(before, at=NOW + DAY, calendar=CALENDAR)

    again = publication_of(after, before=first).documents["/example.json"]

    assert read_json(again)["windows"][0]["note"] == {"nl": "Let op", "en": "Mind"}
