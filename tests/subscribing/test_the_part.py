from dataclasses import replace

import pytest

from icsfeed.model import Calendar, DowntimeClass, Link, Text
from icsfeed.names import LANGUAGES
from icsfeed.publication.documents.pages.subscribing import subscription_of
from tests.published import CALENDAR, published
from tests.subscribing.rendering import EVERYWHERE, Element, render_subscribe, subscribe_part, subscription, view
from tests.support import ADDRESS, publication_of


def with_classes(count: int, calendar: Calendar = EVERYWHERE) -> Calendar:
    """Return a calendar with so many classes."""
    made = (replace(calendar.classes[-1], key=f"c{number}", name=Text.of(f"Soort {number}")) for number in range(count))
    return replace(calendar, classes=tuple(made))


def addresses(part: Element) -> list[str]:
    return [each.attributes["value"] for each in part.all("input", type="text")]


def programs(part: Element) -> dict[str, Element]:
    """Return what is folded below each program's name."""
    return {each.one("strong").text: each for each in part.all("details", _class="program")}


@pytest.mark.parametrize("classes", [1, 2, 6])
def test_every_feed_in_the_pages_language_is_offered(classes: int) -> None:
    calendar = with_classes(classes)
    for language in LANGUAGES:
        shown = set(addresses(subscribe_part(calendar, language=language)))
        feeds = {path for path in publication_of(published(calendar=calendar)).documents if path.endswith(".ics")}
        own = {path for path in feeds if path.startswith(f"/example/{language}/")}
        own = own - {"/example/nl/example.ics"} | {"/example.ics"} if language == "nl" else own  # the default language's
        assert {each.removeprefix(ADDRESS) for each in shown} == own
        assert len(own) == classes + 1


def test_the_first_question_is_which_program_and_outlook_comes_first() -> None:
    part = subscribe_part()
    assert next(each.text for each in part.all("h3")) == "Welke agenda gebruik je?"
    assert list(programs(part)) == [
        "Outlook op je pc",
        "Microsoft 365",
        "Outlook.com",
        "Google Agenda",
        "Apple Agenda",
        "Een ander programma",
    ]
    assert [each for each in part.all("details") if "open" in each.attributes] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_program_has_a_mark_and_steps_for_the_complete_feed(language: str) -> None:
    complete = subscription(EVERYWHERE, language=language).offers[0]
    shown = list(programs(subscribe_part(EVERYWHERE, language=language)).values())
    assert len({each.one("path").attributes["d"] for each in shown}) == 6
    assert all(next(each.all("p")).text.count(".") >= 2 for each in shown)
    assert [[link.attributes["href"] for link in each.all("a")] for each in shown] == [
        [],
        [complete.microsoft365],
        [complete.outlook],
        [complete.google],
        [complete.webcal],
        [],
    ]
    assert [addresses(each) for each in shown] == [[complete.address], [], [], [], [], [complete.address]]


def test_the_other_feeds_say_what_they_hold() -> None:
    part = next(subscribe_part(language="en").all("details", _class="choices"))
    assert [each.text for each in part.all("strong")] == [
        "Standard and Extended",
        "Only Extended",
        "Everything, with a reminder 12 hours before downtime",
        "Another language",
    ]
    more = next(subscribe_part(with_classes(4)).all("details", _class="choices"))
    assert [each.text for each in more.all("strong")][:3] == ["Soort 1 en zwaarder", "Soort 2 en Soort 3", "Alleen Soort 3"]


def test_reminders_are_offered_only_to_programs_that_have_them() -> None:
    part = next(subscribe_part(language="en").all("details", _class="choices"))
    items = list(part.all("li"))
    assert [[link.text for link in each.all("a")] for each in items] == [
        ["Microsoft 365", "Outlook.com", "Google Calendar", "Apple Calendar"],
        ["Microsoft 365", "Outlook.com", "Google Calendar", "Apple Calendar"],
        ["Apple Calendar"],
        ["Nederlands"],
    ]
    assert "Reminders work in Apple Calendar and Thunderbird only." in items[2].text


def test_another_language_is_a_page_in_it() -> None:
    part = next(subscribe_part(EVERYWHERE, language="de").all("details", _class="choices"))
    links = [(each.text, each.attributes["href"]) for each in part.all("a") if "hreflang" in each.attributes]
    assert links == [
        ("Nederlands", "../../example/#subscribe"),
        ("English", "../../example/en/#subscribe"),
        ("Français", "../../example/fr/#subscribe"),
    ]
    alone = next(subscribe_part(replace(CALENDAR, languages=("nl",))).all("details", _class="choices"))
    assert "taal" not in [each.text for each in alone.all("strong")][-1]


def test_it_says_how_to_stop_and_how_else_to_be_told() -> None:
    follow = (Link(title=Text.of("E-mail"), url="https://example.com/mail"), Link(title=Text.of("Bel ons")))
    part = subscribe_part(replace(CALENDAR, follow=follow))
    assert "Afmelden Verwijder de agenda uit de lijst" in part.text
    ways = list(part.one("ul", _class="ways").all("li"))
    assert [each.attributes["href"] for each in part.one("ul", _class="ways").all("a")] == [
        "https://example.com/mail",
        f"{ADDRESS}/example/nl/changes.atom",
    ]
    assert [each.text for each in ways][:2] == ["E-mail", "Bel ons"]
    assert "Teams, Slack en feedlezers" in ways[2].text


def test_every_address_begins_with_the_public_one() -> None:
    said = subscription(address="https://example.com/some/path")
    assert all(each.address.startswith("https://example.com/some/path/example") for each in said.offers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_when_changes_arrive_and_what_programs_do_not_do(language: str) -> None:
    text = subscribe_part(EVERYWHERE, language=language).text
    words = {"nl": "8 tot 24 uur", "en": "8 to 24 hours", "de": "8 bis 24 Stunden", "fr": "8 à 24 heures"}
    assert words[language] in text
    assert [each for each in ("Outlook.com", "Microsoft 365", "Apple", "Thunderbird") if each not in text] == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000 can be reached from this computer only."),
        ("https://onderhoud.lan", "onderhoud.lan can be reached from within its own network only."),
    ],
)
def test_where_the_internet_cannot_reach_it_those_who_fetch_from_there_get_no_link(address: str, sentence: str) -> None:
    part = subscribe_part(language="en", address=address)
    assert part.one("p", _class="subscribe-warning").text.startswith(sentence)
    links = [each.attributes["href"] for each in part.all("a")]
    assert [each for each in links if "google" in each or "outlook" in each] == []
    unreachable = [name for name, each in programs(part).items() if "cannot reach this address" in each.text]
    assert unreachable == ["Microsoft 365", "Outlook.com", "Google Calendar"]


@pytest.mark.parametrize("address", ["https://example.com", "https://example.com:443/pad"])
def test_an_address_that_everybody_can_use_has_no_warning(address: str) -> None:
    assert list(subscribe_part(address=address).all("p", _class="subscribe-warning")) == []


def test_a_port_of_its_own_and_a_lack_of_encryption_are_said() -> None:
    part = subscribe_part(language="en", address="http://example.com:8443")
    assert [each.text for each in part.all("p", _class="subscribe-warning")] == [
        "The address example.com:8443 contains a port number. Outlook on the web may refuse it.",
        "The address does not begin with https. Google Calendar may not show the maintenance.",
    ]


def test_any_text_of_the_schedule_is_shown_as_text() -> None:
    nasty = "</h3><script>alert('\"&amp;')</script> 🛠️"
    heavy: DowntimeClass = replace(CALENDAR.classes[-1], name=Text.of(f"'\"<b>{nasty}"))
    calendar = replace(CALENDAR, name=Text.of(nasty), classes=(CALENDAR.classes[0], heavy))
    part = subscribe_part(calendar)
    assert [each.tag for each in part.all() if each.tag in {"script", "b"}] == []
    assert f"Alleen '\"<b>{nasty}" in [each.text for each in part.all("strong")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_it_needs_a_style_or_script_of_its_own(language: str) -> None:
    for each in subscribe_part(EVERYWHERE, language=language).all():
        assert each.tag not in {"style", "script", "form"}
        assert not [name for name in each.attributes if name == "style" or name.startswith("on")]


def test_it_is_the_same_whenever_it_is_made() -> None:
    assert render_subscribe() == render_subscribe()
    assert subscription_of(view(), "nl") == subscription_of(view(), "nl")
