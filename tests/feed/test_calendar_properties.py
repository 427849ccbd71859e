from dataclasses import replace
from datetime import timedelta

from tests.published import CALENDAR, edited, feed, published, text, window
from tests.support import NOW


def test_the_calendar_object_says_everything_that_it_must() -> None:
    calendar = feed(published(window()))

    assert calendar.values() == {
        "VERSION": "2.0",
        "PRODID": "-//icsfeed//icsfeed//EN",
        "CALSCALE": "GREGORIAN",
        "METHOD": "PUBLISH",
        "UID": "example@example.com",
        "NAME": "Voorbeeld onderhoud",
        "X-WR-CALNAME": "Voorbeeld onderhoud",
        "DESCRIPTION": "Gepland onderhoud van Example",
        "X-WR-CALDESC": "Gepland onderhoud van Example",
        "REFRESH-INTERVAL": "PT1H",
        "X-PUBLISHED-TTL": "PT1H",
        "SOURCE": "https://maintenance.example.com/example.ics",
        "URL": "https://maintenance.example.com/example/",
        "COLOR": "steelblue",
        "X-APPLE-CALENDAR-COLOR": "#4682B4",
    }
    assert calendar["REFRESH-INTERVAL"].parameters == {"VALUE": "DURATION"}
    assert calendar["SOURCE"].parameters == {"VALUE": "URI"}
    assert calendar["NAME"].parameters == {"LANGUAGE": "nl"}


def test_another_language_has_its_own_name_page_and_source() -> None:
    calendar = feed(published(window()), "/example/en/example.ics")

    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == "Example maintenance"
    assert calendar.text("DESCRIPTION") == "Planned maintenance of Example"
    assert calendar["SOURCE"].value == "https://maintenance.example.com/example/en/example.ics"
    assert calendar["URL"].value == "https://maintenance.example.com/example/en/"
    assert calendar.text("UID") == "example@example.com"


def test_the_introduction_is_the_description() -> None:
    calendar = feed(published(calendar=replace(CALENDAR, introduction=text("Waarom;\nen hoe", "Why"))))

    assert calendar.text("DESCRIPTION") == calendar.text("X-WR-CALDESC") == "Waarom;\nen hoe"


def test_without_a_colour_neither_colour_property_is_there() -> None:
    calendar = feed(published(calendar=replace(CALENDAR, color=None)))

    assert calendar.find("COLOR") is None
    assert calendar.find("X-APPLE-CALENDAR-COLOR") is None


def test_a_calendar_without_windows_is_a_feed_without_events() -> None:
    assert feed(published()).components == []


def test_the_uid_stays_when_everything_else_changes() -> None:
    before = published(window())
    after = edited(
        before, at=NOW + timedelta(days=1), calendar=replace(CALENDAR, name=text("Anders"), url="https://example.org/x")
    )

    assert feed(after).text("UID") == feed(before).text("UID")
