from dataclasses import replace
from datetime import timedelta

from icsfeed.model import Status
from icsfeed.replay import PublishedCalendar
from tests.published import CALENDAR, edited, feed, published, uids, window
from tests.support import NOW, publication_of

STANDARD, EXTENDED = "/example/nl/example-standaard.ics", "/example/nl/example-uitgebreid.ics"
EVERY = published(
    window("a", kind="operationeel"), window("b"), window("c", kind="uitgebreid"), window("d", kind="standaard/uitgebreid")
)


def test_each_class_but_the_lightest_has_a_feed_of_it_and_heavier_ones() -> None:
    assert uids(feed(EVERY, STANDARD)) == ["b", "c", "d"]
    assert uids(feed(EVERY, EXTENDED)) == ["c", "d"]
    assert publication_of(EVERY).find("/example/nl/example-operationeel.ics") is None


def test_a_window_of_a_class_that_is_gone_goes_by_its_impact_and_downtime() -> None:
    lighter = edited(EVERY, at=NOW + timedelta(days=1), calendar=replace(CALENDAR, classes=CALENDAR.classes[::2]))
    heavier = edited(EVERY, at=NOW + timedelta(days=1), calendar=replace(CALENDAR, classes=CALENDAR.classes[:2]))
    assert uids(feed(lighter, EXTENDED)) == ["c", "d"]
    assert uids(feed(heavier, STANDARD)) == ["b", "c", "d"]


def test_its_name_says_what_it_holds_and_its_uid_is_its_own() -> None:
    standard, extended = feed(EVERY, STANDARD), feed(EVERY, EXTENDED)
    english = feed(EVERY, "/example/en/example-standaard.ics")

    assert standard.text("NAME") == standard.text("X-WR-CALNAME") == "Voorbeeld onderhoud (Standaard en zwaarder)"
    assert extended.text("NAME") == "Voorbeeld onderhoud (alleen Uitgebreid)"
    assert english.text("NAME") == "Example maintenance (Standard and heavier)"
    assert standard.text("UID") == english.text("UID") == "example-standaard@example.com"
    assert extended.text("UID") == "example-uitgebreid@example.com"
    assert standard["SOURCE"].value == f"https://maintenance.example.com{STANDARD}"


def test_its_events_are_those_of_the_feed_byte_for_byte() -> None:
    whole = publication_of(EVERY).find("/example.ics")
    part = publication_of(EVERY).find(EXTENDED)

    assert whole is not None
    assert part is not None
    events = part.body[part.body.index(b"BEGIN:VEVENT") : part.body.rindex(b"END:VEVENT")]
    assert events in whole.body


def made_lighter() -> PublishedCalendar:
    return edited(published(window("c", kind="uitgebreid")), window("c", kind="standaard"), at=NOW + timedelta(days=1))


def test_a_window_whose_class_became_lighter_leaves_the_feeds_that_it_no_longer_belongs_to() -> None:
    assert uids(feed(made_lighter(), EXTENDED)) == []
    for path in ("/example.ics", STANDARD):
        assert feed(made_lighter(), path).event("c@example.com")["STATUS"].value == "CONFIRMED"


def test_it_comes_back_once_its_class_is_heavy_again() -> None:
    again = edited(made_lighter(), window("c", kind="standaard/uitgebreid"), at=NOW + timedelta(days=2))

    assert uids(feed(again, EXTENDED)) == ["c"]


def test_a_cancelled_window_stays_in_its_class_feed_marked() -> None:
    gone = edited(EVERY, window("c", kind="uitgebreid", status=Status.CANCELLED), at=NOW + timedelta(days=2))

    assert "Dit onderhoud gaat niet door." in feed(gone, EXTENDED).event("c@example.com").text("DESCRIPTION")


def test_an_order_of_classes_turned_round_turns_the_feeds_round() -> None:
    light, standard, extended = CALENDAR.classes
    turned = edited(EVERY, at=NOW + timedelta(days=1), calendar=replace(CALENDAR, classes=(light, extended, standard)))

    assert uids(feed(turned, EXTENDED)) == ["b", "c", "d"]
    assert uids(feed(turned, STANDARD)) == ["b"]


def test_a_calendar_with_one_class_has_no_class_feed() -> None:
    one = published(window(), calendar=replace(CALENDAR, classes=CALENDAR.classes[1:2]))

    assert [path for path in publication_of(one).documents if "example-" in path] == [
        "/example/nl/example-reminders.ics",
        "/example/en/example-reminders.ics",
    ]
