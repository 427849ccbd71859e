from dataclasses import replace
from datetime import timedelta

import pytest

from icsfeed.model import Actual, Impact, Status, Window
from tests.published import CALENDAR, START, event, published, text, window, with_class
from tests.support import NOW, publication_of


@pytest.mark.parametrize("status", list(Status))
def test_the_status_is_one_of_three_in_capitals(status: Status) -> None:
    assert event(window(status=status))["STATUS"].value == status.value.upper()


@pytest.mark.parametrize("one", [window(), window(status=Status.CANCELLED), window(planned=False), window(kind="operationeel")])
def test_no_event_blocks_its_readers_diary(one: Window) -> None:
    assert event(one)["TRANSP"].value == "TRANSPARENT"
    assert event(one)["X-MICROSOFT-CDO-BUSYSTATUS"].value == "FREE"


@pytest.mark.parametrize(
    ("impact", "priority", "maintnote", "color"),
    [
        (Impact.NONE, "9", "NO-IMPACT", "mediumseagreen"),
        (Impact.DEGRADED, "5", "DEGRADED", "orange"),
        (Impact.OUTAGE, "1", "OUTAGE", "crimson"),
    ],
)
def test_impact_decides_priority_colour_and_maintenance_impact(impact: Impact, priority: str, maintnote: str, color: str) -> None:
    one = event(window(), calendar=with_class("standaard", impact=impact))

    assert (one["PRIORITY"].value, one["X-MAINTNOTE-IMPACT"].value, one["COLOR"].value) == (priority, maintnote, color)


def test_the_category_is_the_heavier_class() -> None:
    assert [each.text for each in event(window(kind="standaard/uitgebreid")).all("CATEGORIES")] == ["Uitgebreid"]
    assert event(window(), language="en").text("CATEGORIES") == "Standard"


def test_two_classes_go_by_the_heavier_for_everything_but_their_names() -> None:
    lighter = replace(
        CALENDAR, classes=(CALENDAR.classes[0], replace(CALENDAR.classes[1], impact=Impact.DEGRADED), CALENDAR.classes[2])
    )
    one = event(window(kind="standaard/uitgebreid"), calendar=lighter)

    assert (one["PRIORITY"].value, one["COLOR"].value, one["X-MAINTNOTE-IMPACT"].value) == ("1", "crimson", "OUTAGE")


def test_the_url_is_the_windows_own_page_in_the_feeds_language() -> None:
    assert event(window())["URL"].value == "https://maintenance.example.com/example/nl/a/"
    assert event(window(), language="en")["URL"].value == "https://maintenance.example.com/example/en/a/"


def test_every_url_in_an_event_has_a_document() -> None:
    publication = publication_of(published(window()))

    assert publication.find(event(window())["URL"].value.removeprefix("https://maintenance.example.com")) is not None


def test_contact_and_organizer_name_whom_to_ask() -> None:
    one = event(window())

    assert one.text("CONTACT") == "Support, support@example.com"
    assert one["ORGANIZER"].value == "mailto:support@example.com"
    assert one["ORGANIZER"].parameters == {"CN": "Support"}


def test_an_unusual_address_is_a_valid_mailto() -> None:
    calendar = replace(CALENDAR, contact=replace(CALENDAR.contact, email="a%b?c&d#e@example.com"))

    assert event(window(), calendar=calendar)["ORGANIZER"].value == "mailto:a%25b%3Fc%26d%23e@example.com"


def test_every_event_is_public_and_asks_nobody() -> None:
    one = event(window())

    assert one["CLASS"].value == "PUBLIC"
    assert (one.all("ATTENDEE"), one.all("ATTACH"), one.components) == ([], [], [])


def test_every_event_is_a_maintenance_notification() -> None:
    values = {name: value for name, value in event(window("20271207T2100")).values().items() if name.startswith("X-MAINTNOTE")}

    assert values == {
        "X-MAINTNOTE-PROVIDER": "example.com",
        "X-MAINTNOTE-ACCOUNT": "all",
        "X-MAINTNOTE-MAINTENANCE-ID": "20271207T2100",
        "X-MAINTNOTE-OBJECT-ID": "example",
        "X-MAINTNOTE-IMPACT": "OUTAGE",
        "X-MAINTNOTE-STATUS": "CONFIRMED",
    }


BEGUN = Actual(start=START)
DONE = Actual(start=START, end=START + timedelta(minutes=20))


@pytest.mark.parametrize(
    ("status", "actual", "told"),
    [
        (Status.TENTATIVE, None, "TENTATIVE"),
        (Status.CONFIRMED, None, "CONFIRMED"),
        (Status.CANCELLED, None, "CANCELLED"),
        (Status.CONFIRMED, BEGUN, "IN-PROCESS"),
        (Status.CONFIRMED, DONE, "COMPLETED"),
        (Status.CANCELLED, BEGUN, "CANCELLED"),
    ],
)
def test_the_maintenance_status_follows_what_really_happened(status: Status, actual: Actual | None, told: str) -> None:
    assert event(window(status=status, actual=actual))["X-MAINTNOTE-STATUS"].value == told


def test_the_clock_alone_completes_nothing() -> None:
    assert event(window(), moment=NOW + timedelta(days=300))["X-MAINTNOTE-STATUS"].value == "CONFIRMED"


def test_no_property_of_an_event_stands_twice() -> None:
    names = [each.name for each in event(window(note=text("x"), reason=text("y"), actual=DONE)).properties]

    assert sorted(set(names)) == sorted(names)
