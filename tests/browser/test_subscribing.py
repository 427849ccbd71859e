import base64
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.calendars import AMID, LANGUAGES, fifty_windows
from tests.browser.looking import find_package, shown
from tests.browser.serving import PUBLIC_HOST, Site
from tests.icalendar_reader import read_object

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTS = {"calendar.google.com", "outlook.live.com", "outlook.office.com"}


def offered(page: "Page") -> dict[str, str]:
    """Return the links that are shown to subscribe with, by the host of the program or `webcal`; one for each."""
    links: list[str] = page.locator("a:visible").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found = [(urlsplit(link).hostname or "", link) for link in links if urlsplit(link).hostname in HOSTS]
    found += [("webcal", link) for link in links if link.startswith("webcal:")]
    assert len(dict(found)) == len(found), found
    return dict(found)


def feed_of(program: str, link: str) -> str:
    """Return the address of the feed that a link leads a program to, as a browser may ask it."""
    query = parse_qs(urlsplit(link).query)
    address = {"webcal": [link], "calendar.google.com": query.get("cid", [])}.get(program) or query["url"]
    return address[0].replace("webcal://", "http://")


def shown_address(page: "Page") -> str:
    """Return the address to copy."""
    shown: list[str] = page.locator("input[readonly]:visible").evaluate_all("fields => fields.map(each => each.value)")
    (address,) = [each for each in shown if each.endswith(".ics")]
    return address


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without"])
def test_each_choice_of_language_and_kind_leads_to_a_feed_of_its_own(
    browse: "Callable[..., Page]",
    site: Site,
    scripts: bool,  # noqa: FBT001
) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page = browse(java_script_enabled=scripts)
    page.goto(f"{site.origin}/example/en/")
    languages, kinds = page.locator("input[name=subscribe-language]"), page.locator("input[name=subscribe-kind]")
    feeds = []
    for language, kind in product(languages.all(), kinds.all()):
        language.check()
        kind.check()
        assert page.locator(".offer:visible").count() == 1
        links = offered(page)
        assert set(links) == {*HOSTS, "webcal"}
        (address,) = {feed_of(program, link) for program, link in links.items()} | {shown_address(page)}
        feeds.append(address)
    assert len(set(feeds)) == len(feeds) == len(LANGUAGES) * kinds.count() >= 4 * 4
    for address in feeds:
        answer = site.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")


def test_the_links_have_the_forms_that_the_programs_take(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.goto(f"{site.origin}/example/")
    links = offered(page)
    google, live = urlsplit(links["calendar.google.com"]), urlsplit(links["outlook.live.com"])
    assert parse_qs(google.query)["cid"][0].startswith("webcal://")
    assert (google.scheme, live.scheme, live.path) == ("https", "https", "/calendar/0/addfromweb/")
    feed = feed_of("webcal", links["webcal"])
    name = read_object(site.get(feed).data).text("X-WR-CALNAME")
    asked: dict[str, Any] = parse_qs(live.query)
    assert (asked["url"], asked["name"]) == ([feed], [name])


def test_the_feed_offered_first_is_in_the_pages_language(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    for language in LANGUAGES:
        page.goto(f"{site.origin}/example/{language}/")
        feed = feed_of("webcal", offered(page)["webcal"])
        paths = {f"/example/{language}/example.ics"} | ({"/example.ics"} if language == "nl" else set())
        assert feed.removeprefix(site.origin) in paths


def test_an_address_that_the_internet_cannot_reach_is_offered_only_to_programs_that_can(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/en/")
    assert set(offered(page)) == {"webcal"}
    assert "cannot reach" in shown(page, "main")


def test_the_address_is_copied_with_a_button(browse: "Callable[..., Page]", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page = browse(permissions=["clipboard-read", "clipboard-write"], locale="en-GB")
    page.goto(f"{site.origin}/example/en/")
    page.locator("button:visible").get_by_text("Copy").click()
    page.get_by_text("Copied").first.wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == shown_address(page)


_DECODE = """async picture => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [image.width, image.height];
  context.drawImage(image, 0, 0);
  return jsQR(context.getImageData(0, 0, image.width, image.height).data, image.width, image.height)?.data ?? null;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_reads_the_code_off_the_screen(browse: "Callable[..., Page]", site: Site, scheme: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page, phone = browse(color_scheme=scheme), browse()
    page.goto(f"{site.origin}/example/de/")
    picture = page.locator("figure:has(svg)").first.screenshot()
    phone.set_content("<!doctype html><title>phone</title>")
    phone.evaluate(f"() => {{ {find_package('jsqr', 'dist/jsQR.js').read_text(encoding='utf-8')} }}")
    assert phone.evaluate(_DECODE, base64.b64encode(picture).decode()) == f"{site.origin}/example/de/#subscribe"
