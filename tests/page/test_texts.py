import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from icsfeed.model import Contact, Link, Text
from icsfeed.publication.documents.pages import calendar_page, window_page
from icsfeed.replay import PublishedCalendar
from tests.page.reading import page, read_page
from tests.published import CALENDAR, LINES, PARAGRAPHS, START, calendars, documents_of, published, text, window, with_class
from tests.support import NOW, body_of, publication_of

CAREFUL = settings(max_examples=25, deadline=None, derandomize=True)
FULL = replace(
    CALENDAR,
    introduction=text("Waarom?\n\nDaarom.", "Why?\n\nBecause."),
    links=(Link(title=text("Releasenotes"), url="https://example.com/notes"), Link(title=text("Roadmap"))),
    contact=Contact(name="De Balie", email="balie@example.com"),
)


def test_an_address_with_odd_characters_is_one_mail_address_wherever_it_is_linked() -> None:
    of = published(window("a"), calendar=replace(FULL, contact=Contact(name="De Balie", email="a?b&c=d%e#f@acme.example")))
    documents = publication_of(of, NOW)
    for path in ("/example/", "/example/nl/a/"):
        links = set(re.findall(r'href="(mailto:[^"]*)"', body_of(documents, path).decode()))
        assert links == {"mailto:a%3Fb%26c%3Dd%25e%23f@acme.example"}, path
    assert b"mailto:a%3Fb%26c%3Dd%25e%23f@acme.example" in body_of(documents, "/example.ics").replace(b"\r\n ", b"")


def collapsed(words: str) -> str:
    return " ".join(words.split())


def test_every_text_of_the_calendar_stands_on_its_page() -> None:
    said = page(published(window("a"), calendar=FULL), NOW).text
    for each in (
        "Voorbeeld onderhoud",
        "Waarom? Daarom.",
        "Operationeel",
        "Middelgroot onderhoud.",
        "Soms nog traag.",
        "ca. 20 minuten niet beschikbaar",
        "gemiddeld 30 minuten",
        "na het onderhoud bereikbaar vanaf 08:00",
        "100 minuten of meer niet beschikbaar",
        "De Balie, balie@example.com",
    ):
        assert each in said


def test_a_link_without_an_address_is_text() -> None:
    foot = page(published(calendar=FULL), NOW).one("footer")
    first, second = foot.find("li")
    assert (first.one("a").attributes["href"], first.text) == ("https://example.com/notes", "Releasenotes")
    assert (second.find("a"), second.text) == ([], "Roadmap")


def test_lines_of_a_text_stay_lines() -> None:
    assert b">Waarom?\n\nDaarom.</p>" in body_of(publication_of(published(calendar=FULL)), "/example/")


def test_a_text_in_another_language_says_which() -> None:
    calendar = replace(FULL, languages=("nl", "en", "de"), introduction=Text.of({"nl": "Waarom?", "en": "Why?"}))
    found = page(
        published(window("a", title=text("Voor allen"), note=Text.of({"nl": "Let op."})), calendar=calendar), NOW, "/example/de/"
    )

    assert found.one("p", where=lambda each: each.text == "Waarom?").attributes["lang"] == "nl"
    assert found.one("p", where=lambda each: each.text == "Let op.").attributes["lang"] == "nl"
    assert {each.attributes.get("lang") for each in found.find("bdi", where=lambda each: each.text == "Voor allen")} == {None}


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_our_own_words_are_in_the_language_of_the_page(language: str) -> None:
    heading = {"nl": "Aangekondigd", "en": "Announced", "de": "Angekündigt", "fr": "Maintenances annoncées"}
    found = page(
        published(window("a"), calendar=replace(CALENDAR, languages=("nl", "en", "de", "fr"))), NOW, f"/example/{language}/"
    )
    assert heading[language] in [each.text for each in found.find("h2")]


@pytest.mark.parametrize("path", ["/example/", "/example/en/a/"])
@CAREFUL
@given(name=LINES, words=PARAGRAPHS)
def test_any_text_is_shown_as_text(path: str, name: str, words: str) -> None:
    calendar = with_class("standaard", description=Text.of(words))
    calendar = replace(calendar, name=Text.of(name), introduction=Text.of(words))
    of = published(window("a", title=Text.of(name), note=Text.of(words), reason=Text.of(words)), calendar=calendar)
    found = page(of, NOW, path)

    assert {each.tag for each in found.walk()} <= TAGS
    said = [each.text for each in found.walk()]
    assert collapsed(name) in said
    assert collapsed(words) in said


TAGS = {
    each.tag for path in ("/example/", "/example/en/a/") for each in page(published(window("a"), calendar=FULL), NOW, path).walk()
}
TAGS |= {"s", "strong", "bdi"}
"""What pages are made of; a text adds no element."""


@CAREFUL
@given(calendars())
def test_the_markup_is_sound_and_accessible_whatever_happens(of: PublishedCalendar) -> None:
    for moment in (NOW, START):
        for document in documents_of(of, moment, calendar_page, window_page).values():
            elements = list(read_page(document.body).walk())
            levels = [int(each.tag[1]) for each in elements if each.tag in {"h1", "h2", "h3", "h4"}]
            assert levels.count(1) == 1
            assert all(after - before <= 1 for before, after in pairwise(levels)), levels
            ids = {each.attributes.get("id") for each in elements}
            named = [each.attributes[name] for each in elements for name in ("aria-labelledby", "for") if name in each.attributes]
            assert [each for each in named if each not in ids] == []
            assert [each for each in elements if each.tag == "a" and not each.text] == []
