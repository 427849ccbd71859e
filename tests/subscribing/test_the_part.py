import re
from dataclasses import replace

import pytest

from icsfeed.model import Calendar, DowntimeClass, Text
from icsfeed.names import LANGUAGES
from icsfeed.publication.documents.subscribing import subscription_of
from tests.published import CALENDAR, published
from tests.subscribing.rendering import EVERYWHERE, Element, render_subscribe, subscribe_part, subscription, view
from tests.support import ADDRESS, ROOT, publication_of

STYLE = (ROOT / "icsfeed" / "static" / "icsfeed.css").read_text(encoding="utf-8")


def with_classes(count: int, calendar: Calendar = EVERYWHERE) -> Calendar:
    """Return a calendar with so many classes."""
    made = (replace(calendar.classes[-1], key=f"c{number}", name=Text.of(f"Soort {number}")) for number in range(count))
    return replace(calendar, classes=tuple(made))


def addresses(part: Element) -> list[str]:
    return [each.attributes["value"] for each in part.all("input", type="text")]


@pytest.mark.parametrize("classes", [1, 2, 6])
def test_every_feed_of_the_calendar_is_offered_once(classes: int) -> None:
    calendar = with_classes(classes)
    shown = addresses(subscribe_part(calendar))
    assert len(shown) == len(set(shown)) == 4 * (classes + 1)
    feeds = {path for path in publication_of(published(calendar=calendar)).documents if path.endswith(".ics")}
    twin = "/example/nl/example.ics"  # the default language's second path
    assert {each.removeprefix(ADDRESS) for each in shown} == feeds - {twin}


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_first_the_page_s_language_and_everything_are_chosen(language: str) -> None:
    part = subscribe_part(EVERYWHERE, language=language)
    chosen = [each.attributes["class"] for each in part.all("input", type="radio") if "checked" in each.attributes]
    assert chosen == [f"choose-{language}", "choose-1"]
    first = next(part.all("div", _class="offer"))
    assert first.classes == ["offer", f"offer-{language}", "offer-1"]


def test_each_choice_of_language_and_kind_leaves_one_feed_by_the_style_sheet_alone() -> None:
    """What is hidden is what some choice not taken stands for; so every choice needs its rule."""
    part = subscribe_part(with_classes(6))
    names = [each.attributes["class"] for each in part.all("input", type="radio")]
    assert len(names) == 4 + 7
    hidden = set(re.findall(r"\.subscribe:has\(\.choose-(\w+):not\(:checked\)\) \.offer-(\w+)", STYLE))
    assert {(name.removeprefix("choose-"),) * 2 for name in names} <= hidden
    pairs = [tuple(each.classes[1:]) for each in part.all("div", _class="offer")]
    assert len(pairs) == len(set(pairs)) == 4 * 7
    assert all(one == other for one, other in hidden)


def test_a_choice_says_what_the_feed_holds() -> None:
    part = subscribe_part(language="en")
    assert [each.text for each in part.one("div", _class="subscribe-choices").all("label")] == [
        "Nederlands",
        "English",
        "Everything",
        "Standard and heavier",
        "Only Extended",
        "Everything, with a reminder 12 hours before downtime",
    ]


def test_a_calendar_in_one_language_has_no_choice_of_language() -> None:
    part = subscribe_part(replace(CALENDAR, languages=("nl",)))
    assert [each.text for each in part.all("legend")] == ["Wat je wilt volgen"]


def test_each_feed_is_offered_to_each_program_under_its_name_in_its_language() -> None:
    said = subscription(language="en")
    offers = list(subscribe_part(language="en").all("div", _class="offer"))
    assert len(offers) == len(said.offers) == 8
    for shown, offer in zip(offers, said.offers, strict=True):
        heading = shown.one("h3")
        assert (heading.text, heading.attributes["lang"]) == (offer.name, offer.language)
        links = [each.attributes["href"] for each in shown.all("a")]
        assert links == [offer.google, offer.outlook, offer.microsoft365, offer.webcal]
        assert shown.one("input").attributes["value"] == offer.address
    assert offers[5].one("h3").text == "Voorbeeld onderhoud (Standaard en zwaarder)"


def test_every_address_begins_with_the_public_one() -> None:
    said = subscription(address="https://example.com/some/path")
    assert said.address == "https://example.com/some/path/example/#subscribe"
    assert all(each.address.startswith("https://example.com/some/path/example") for each in said.offers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_when_changes_arrive_and_what_programs_do_not_do(language: str) -> None:
    text = subscribe_part(EVERYWHERE, language=language).text
    words = {"nl": "8 tot 24 uur", "en": "8 to 24 hours", "de": "8 bis 24 Stunden", "fr": "8 à 24 heures"}
    assert words[language] in text
    assert [each for each in ("Outlook.com", "Microsoft 365", "Apple", "Thunderbird") if each not in text] == []


def test_in_english_it_reads_so() -> None:
    text = subscribe_part(language="en").text
    for sentence in (
        "This page shows a change within seconds; a calendar program looks only now and then.",
        "changes take about 3 hours, at times more than a day",
        "changes come as often as you set, from every 5 minutes to once a week",
        "Thunderbird looks every 30 minutes, unless you set it otherwise",
        "Importing a file is not subscribing: what you import stays as it was that day.",
        "hides what is cancelled.",
        "Reminders work in Apple Calendar and Thunderbird. In Google Calendar and Outlook you set them yourself.",
    ):
        assert sentence in text


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
    assert {each.attributes["href"].partition(":")[0] for each in part.all("a")} == {"webcal"}
    unreachable = [each.text for each in next(part.all("ul", _class="programs")).all("span", _class="unreachable")]
    assert unreachable == [f"{name} cannot reach this address" for name in ("Google Calendar", "Outlook.com", "Microsoft 365")]


@pytest.mark.parametrize("address", ["https://example.com", "https://example.com:443/pad"])
def test_an_address_that_everybody_can_use_has_no_warning(address: str) -> None:
    assert list(subscribe_part(address=address).all("p", _class="subscribe-warning")) == []


def test_a_port_of_its_own_and_a_lack_of_encryption_are_said() -> None:
    part = subscribe_part(language="en", address="http://example.com:8443")
    assert [each.text for each in part.all("p", _class="subscribe-warning")] == [
        "The address example.com:8443 has a port of its own. Outlook on the web may refuse it.",
        "The address does not begin with https. Google Calendar may show nothing of it.",
    ]


def test_any_text_of_the_schedule_is_shown_as_text() -> None:
    nasty = "</h3><script>alert('\"&amp;')</script> 🛠️"
    heavy: DowntimeClass = replace(CALENDAR.classes[-1], name=Text.of(f"'\"<b>{nasty}"))
    calendar = replace(CALENDAR, name=Text.of(nasty), classes=(CALENDAR.classes[0], heavy))
    part = subscribe_part(calendar)
    assert [each.tag for each in part.all() if each.tag in {"script", "b"}] == []
    assert next(part.all("h3")).text == nasty
    assert f"Alleen '\"<b>{nasty}" in [each.text for each in part.all("label")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_it_needs_a_style_or_script_of_its_own(language: str) -> None:
    for each in subscribe_part(EVERYWHERE, language=language).all():
        assert each.tag not in {"style", "script", "form"}
        assert not [name for name in each.attributes if name == "style" or name.startswith("on")]


def test_it_is_the_same_whenever_it_is_made() -> None:
    assert render_subscribe() == render_subscribe()
    assert subscription_of(view(), "nl") == subscription_of(view(), "nl")
