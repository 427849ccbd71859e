from datetime import timedelta

import pytest

from icsfeed.model import Status, Window
from tests.icalendar_reader import Component
from tests.published import START, feed, published, uids, window
from tests.support import publication_of

PATH = "/example/nl/example-reminders.ics"


def alarms(one: Window) -> list[Component]:
    return feed(published(one), PATH).events[0].components


def test_a_window_with_downtime_has_one_alarm_twelve_hours_ahead() -> None:
    (alarm,) = alarms(window())

    assert alarm.name == "VALARM"
    assert alarm.values() == {
        "ACTION": "DISPLAY",
        "TRIGGER": "-PT12H",
        "DESCRIPTION": "Example: Standaard onderhoud (ca. 20 min)",
    }


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (window(kind="operationeel"), 0),
        (window(kind="operationeel", end=START + timedelta(hours=1)), 0),
        (window(status=Status.CANCELLED), 0),
        (window(status=Status.TENTATIVE), 1),
        (window(planned=False), 1),
        (window(end=START + timedelta(hours=1)), 1),
        (window(kind="standaard/uitgebreid"), 1),
    ],
)
def test_only_downtime_that_will_take_place_has_an_alarm(one: Window, count: int) -> None:
    assert len(alarms(one)) == count


def test_every_window_is_in_it_and_nothing_else_differs() -> None:
    every = published(window("a", kind="operationeel"), window("b"), window("c", status=Status.CANCELLED))
    plain, reminding = feed(every), feed(every, PATH)

    assert uids(reminding) == uids(plain) == ["a", "b", "c"]
    assert [each.values() for each in reminding.events] == [each.values() for each in plain.events]


def test_it_has_a_name_and_a_uid_of_its_own() -> None:
    assert feed(published(), PATH).text("NAME") == "Voorbeeld onderhoud (met herinneringen)"
    assert feed(published(), "/example/en/example-reminders.ics").text("NAME") == "Example maintenance (with reminders)"
    assert feed(published(), PATH).text("UID") == "example-reminders@example.com"


def test_no_other_feed_has_an_alarm() -> None:
    publication = publication_of(published(window()))
    found = {path: publication.find(path) for path in publication.documents if path.endswith(".ics")}

    assert sorted(path for path, each in found.items() if each and b"VALARM" in each.body) == [
        "/example/en/example-reminders.ics",
        "/example/nl/example-reminders.ics",
    ]
