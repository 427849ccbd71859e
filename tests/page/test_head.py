import json
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

import pytest

from icsfeed.model import Status
from icsfeed.publication.publication import render_publication
from tests.page.reading import Element, events, page, read_page
from tests.published import CALENDAR, START, published, text, window
from tests.support import ADDRESS, NOW, body_of, publication_of

FOUR = replace(CALENDAR, languages=("nl", "en", "de", "fr"))
PATHS = ["/example/", "/example/nl/", "/example/en/", "/example/de/", "/example/fr/", "/example/de/a/"]


def links(of: Element, **wanted: str) -> list[dict[str, str]]:
    found = [each.attributes for each in of.one("head").find("link")]
    return [each for each in found if all(each.get(name) == value for name, value in wanted.items())]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_its_language_and_the_other_languages(path: str) -> None:
    found = page(published(window("a"), calendar=FOUR), NOW, path)
    language = path.split("/")[2] or "nl"

    assert found.one("html").attributes["lang"] == language
    assert [each["hreflang"] for each in links(found, rel="alternate") if "hreflang" in each] == [
        "nl",
        "en",
        "de",
        "fr",
        "x-default",
    ]
    switch = found.one("nav", kind="languages")
    assert [(each.attributes["lang"], each.text) for each in switch.find("a")] == [
        ("nl", "Nederlands"),
        ("en", "English"),
        ("de", "Deutsch"),
        ("fr", "Français"),
    ]
    assert switch.one("a", where=lambda each: "aria-current" in each.attributes).attributes["lang"] == language


@pytest.mark.parametrize("path", PATHS)
def test_every_address_of_another_language_is_a_page_in_it(path: str) -> None:
    publication = publication_of(published(window("a"), calendar=FOUR))
    for link in links(read_page(body_of(publication, path)), rel="alternate"):
        if link.get("hreflang", "x-default") != "x-default":
            there = read_page(body_of(publication, link["href"].removeprefix(ADDRESS)))
            assert there.one("html").attributes["lang"] == link["hreflang"]
            assert links(there, rel="canonical")[0]["href"] == link["href"]


def test_the_default_language_has_one_canonical_address() -> None:
    for path in ("/example/", "/example/nl/"):
        assert links(page(published(), NOW, path), rel="canonical")[0]["href"] == f"{ADDRESS}/example/"


def test_the_other_forms_are_named() -> None:
    found = page(published(), NOW, "/example/en/")
    forms = {each["type"]: each["href"] for each in links(found, rel="alternate") if "type" in each}
    assert forms == {
        "text/calendar": f"{ADDRESS}/example/en/example.ics",
        "application/atom+xml": f"{ADDRESS}/example/en/changes.atom",
        "application/json": f"{ADDRESS}/example.json",
    }


@pytest.mark.parametrize("path", PATHS)
def test_what_a_page_loads_is_relative_and_there(path: str) -> None:
    publication = publication_of(published(window("a"), calendar=FOUR))
    found = read_page(body_of(publication, path))
    loaded = [each["href"] for each in links(found) if each["rel"] in {"stylesheet", "icon"}]
    loaded += [each.attributes["src"] for each in found.find("script") if "src" in each.attributes]
    depth = path.count("/") - 1
    assert len(loaded) >= 2
    for each in loaded:
        assert each.startswith("../" * depth + "static/")
        assert publication.find("/" + each.removeprefix("../" * depth)) is not None


@pytest.mark.parametrize("path", PATHS)
def test_links_to_other_pages_stay_where_the_page_is_served(path: str) -> None:
    """So that a preview with another public address stays a preview."""
    publication = publication_of(published(window("a"), window("b", START.replace(day=9)), calendar=FOUR))
    links = [each.attributes["href"] for each in read_page(body_of(publication, path)).one("body").find("a")]
    own = [urljoin(f"http://preview{path}", each) for each in links]
    pages = {each.partition("#")[0].removeprefix("http://preview") for each in own if each.startswith("http://preview/")}
    assert "/example/de/b/" in pages if path == "/example/de/a/" else len(pages) > 4
    assert [each for each in pages if publication.find(each) is None and not each.endswith("/plan")] == []
    assert [each for each in links if each.startswith(ADDRESS) and each.endswith("/")] == []


def test_the_products_name_leads_to_its_website_or_to_the_calendar() -> None:
    for website, leads in ((None, "../../example/en/"), ("https://www.example.com", "https://www.example.com")):
        found = page(published(window("a"), calendar=replace(CALENDAR, website=website)), NOW, "/example/en/")
        name = found.one("p", kind="service").one("a")
        assert (name.text, name.attributes["href"]) == ("Example", leads)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_needs_an_exception_from_the_security_policy(path: str) -> None:
    found = page(published(window("a"), calendar=FOUR), NOW, path)
    assert found.find("style") == []
    assert [each.tag for each in found.walk() if any(name == "style" or name.startswith("on") for name in each.attributes)] == []
    assert {each.attributes.get("type", "") for each in found.find("script") if each.content} <= {"application/ld+json"}


def test_each_page_has_a_title_and_a_description_of_its_own() -> None:
    of = published(window("a"), window("b", START.replace(day=9)))
    found = [page(of, NOW, path) for path in ("/example/", "/example/en/", "/example/nl/a/", "/example/nl/b/")]
    titles = [each.one("title").text for each in found]
    described = [
        each.one("meta", where=lambda e: e.attributes.get("name") == "description").attributes["content"] for each in found
    ]

    assert titles[0] == "Voorbeeld onderhoud"
    assert len(set(titles)) == len(set(described)) == 4
    assert all(described)


def test_a_shared_link_says_whether_the_service_is_available_and_what_is_next() -> None:
    def shared(moment: datetime, path: str) -> str:
        found = page(published(window("a"), window("b", START + timedelta(days=2))), moment, path)
        return found.one("meta", where=lambda each: each.attributes.get("property") == "og:description").attributes["content"]

    tonight = "Volgend onderhoud: vanavond, dinsdag 7 december 2027, 21:00–21:20."
    later = "Volgend onderhoud: donderdag 9 december 2027, 21:00–21:20."
    unavailable = "Example is nu niet beschikbaar, naar verwachting tot 21:20."
    when = "Dinsdag 7 december 2027, 21:00–21:20, ca. 20 minuten niet beschikbaar"
    assert shared(START - timedelta(hours=1), "/example/") == f"Example is beschikbaar. {tonight}"
    assert shared(START, "/example/") == f"{unavailable} {later}"
    assert shared(START - timedelta(hours=1), "/example/nl/a/") == f"Aangekondigd onderhoud: vanavond. {when}"
    assert shared(START, "/example/nl/a/") == f"{unavailable} {when}"


def test_windows_ahead_are_events_for_search_engines() -> None:
    found = events(page(published(window("a"), window("b", START.replace(day=9), status=Status.CANCELLED)), NOW))
    assert [each["eventStatus"].rsplit("/", 1)[1] for each in found] == ["EventScheduled", "EventCancelled"]
    assert found[0]["url"] == f"{ADDRESS}/example/nl/a/"


def test_no_text_breaks_out_of_the_events() -> None:
    hostile = "</script><script>alert(1)</script> & <!-- \u2028\u2029 \" '"
    body = body_of(publication_of(published(window("a", title=text(hostile)))), "/example/nl/a/")
    raw = body.split(b'<script type="application/ld+json">')[1].split(b"</script>")[0].decode()

    assert not set(raw) & set("<>&\u2028\u2029")
    assert hostile in json.loads(raw)["name"]


def test_an_export_leaves_out_the_form_and_nothing_else() -> None:
    served, exported = (
        render_publication([published(window("a"))], NOW, lambda _: ADDRESS, dynamic=dynamic) for dynamic in (True, False)
    )
    with_form, without = (read_page(body_of(each, "/example/")) for each in (served, exported))

    assert len(with_form.find("form")) == 1
    assert without.find("form") == []
    assert [each for each in without.find("a") if "plan" in each.attributes["href"]] == []
    headings = [[each.text for each in of.find("h2")] for of in (with_form, without)]
    assert [each for each in headings[0] if each not in headings[1]] == ["Om het onderhoud heen plannen"]
