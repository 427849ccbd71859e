from dataclasses import replace
from datetime import timedelta

from icsfeed.publication.publication import Publication, render_publication
from tests.page.reading import Element, read_page
from tests.published import CALENDAR, START, published, text, window
from tests.support import ADDRESS, NOW, body_of

OTHER = replace(CALENDAR, key="salaris", domain="salaris.example.com", languages=("en", "nl"), service=text("Salaris", "Payroll"))
LONG_AGO = window("old", NOW - timedelta(days=9))


def front(minutes: int) -> Publication:
    """Return two calendars so many minutes after the first one's window begins; the other's windows are over."""
    calendars = [published(window("a")), published(LONG_AGO, calendar=OTHER)]
    return render_publication(calendars, START + timedelta(minutes=minutes), lambda _: ADDRESS)


def cards(of: Publication) -> list[Element]:
    return read_page(body_of(of, "/")).one("ul", kind="calendars").find("li")


def test_each_calendar_says_its_state_and_what_is_next_in_its_own_language() -> None:
    first, second = cards(front(-60))
    assert first.one("h2").text == "Voorbeeld onderhoud"
    assert first.one("p", kind="sentence").text == "Example is beschikbaar."
    assert (
        first.one("div", kind="next").one("p", where=lambda each: not each.kinds).text
        == "Volgend onderhoud: vanavond, dinsdag 7 december 2027, 21:00–21:20."
    )
    assert (second.attributes["lang"], second.one("div", kind="state").kinds) == ("en", ["state", "unknown"])
    assert second.one("p", kind="sentence").text == "No maintenance is known after 23 October 2027."
    assert (
        second.one("div", kind="next").one("p", where=lambda each: not each.kinds).text
        == "No maintenance is announced at present."
    )


def test_it_follows_the_clock() -> None:
    first, _ = cards(front(5))
    assert first.one("div", kind="state").kinds == ["state", "closed"]
    assert first.one("p", kind="sentence").text == "Example is nu niet beschikbaar, naar verwachting tot 21:20."


def test_a_preview_says_so() -> None:
    calendars = [published(window("a")), published(LONG_AGO, calendar=OTHER)]
    for is_preview in (True, False):
        of = render_publication(calendars, NOW, lambda _: ADDRESS, is_preview=is_preview)
        found = [each.text for each in read_page(body_of(of, "/")).find("p", kind="preview")]
        assert found == ["Voorvertoning van maandag 1 november 2027 13:00"] * is_preview


def test_each_calendar_leads_to_its_page_and_to_subscribing() -> None:
    found = [[each.attributes["href"] for each in card.find("a")] for card in cards(front(0))]
    assert found == [["example/", "example/#subscribe"], ["salaris/", "salaris/#subscribe"]]


def test_zones_are_named_where_they_differ() -> None:
    for zone, said in (
        ("Europe/Amsterdam", []),
        ("America/New_York", ["Alle tijden in Amsterdam (CET)", "All times in New York (EST)"]),
    ):
        calendars = [published(window("a")), published(window("a"), calendar=replace(OTHER, timezone=zone))]
        of = render_publication(calendars, START - timedelta(hours=1), lambda _: ADDRESS)
        assert [each.text for card in cards(of) for each in card.find("p", kind="more")] == said
