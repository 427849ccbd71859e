import json
from datetime import UTC, datetime, timedelta
from typing import Any

from icsfeed.model import Actual, Status
from tests.published import START, published, text, window
from tests.support import NOW, body_of, publication_of


def data(*windows: Any, moment: datetime = NOW) -> Any:
    return json.loads(body_of(publication_of(published(*windows), moment), "/example.json"))


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
    windows = [window("a"), window("b", status=Status.CANCELLED), window("c", actual=Actual(start=START))]

    assert data(*windows) == data(*windows, moment=START + timedelta(days=5000))
    assert (
        len(
            {body_of(publication_of(published(*windows), START + days * timedelta(days=9)), "/example.json") for days in range(5)}
        )
        == 1
    )


def test_every_window_is_there_in_the_order_of_the_feed() -> None:
    gone = window("z", START - timedelta(days=500), status=Status.CANCELLED)

    assert [each["id"] for each in data(window("b"), gone, window("a"))["windows"]] == ["z", "a", "b"]
