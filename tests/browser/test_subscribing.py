import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.calendars import AMID, LANGUAGES, fifty_windows
from tests.browser.looking import find_package
from tests.browser.serving import PUBLIC_HOST, Site
from tests.icalendar_reader import read_object

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

HOSTS = {"calendar.google.com", "outlook.live.com", "outlook.office.com"}
PROGRAMS = ("Windows", "Microsoft 365", "Hotmail", "Android", "iPhone", "Thunderbird")
"""A word on each program's fold in every language."""

REMINDERS = {"nl": "herinneringen", "en": "reminders", "de": "Erinnerungen", "fr": "rappels"}
"""A word on the fold of the other feeds."""


def unfold(page: "Page", name: str) -> "Locator":
    """Open what is folded below a name in the part about subscribing, and return it."""
    details = page.locator("#subscribe details").filter(has=page.locator("summary", has_text=name))
    details.locator("summary").click()
    return details


def offered(part: "Locator") -> dict[str, str]:
    """Return the links that are shown to subscribe with, by the host of the program or `webcal`; one for each."""
    links: list[str] = part.locator("a:visible").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found = [(urlsplit(link).hostname or "", link) for link in links if urlsplit(link).hostname in HOSTS]
    found += [("webcal", link) for link in links if link.startswith("webcal:")]
    assert len(dict(found)) == len(found), found
    return dict(found)


def feed_of(program: str, link: str) -> str:
    """Return the address of the feed that a link leads a program to, as a browser may ask it."""
    query = parse_qs(urlsplit(link).query)
    address = {"webcal": [link], "calendar.google.com": query.get("cid", [])}.get(program) or query["url"]
    return address[0].replace("webcal://", "http://")


def shown_address(part: "Locator") -> str:
    """Return the address to copy."""
    found: list[str] = part.locator("input[readonly]:visible").evaluate_all("fields => fields.map(each => each.value)")
    (address,) = found
    return address


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_program_and_each_kind_leads_to_a_feed_in_the_language_of_the_page(
    browse: "Callable[..., Page]",
    site: Site,
    language: str,
    scripts: bool,  # noqa: FBT001
) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page = browse(java_script_enabled=scripts)
    page.goto(f"{site.origin}/example/{language}/")
    feeds = set()
    for program in PROGRAMS:
        part = unfold(page, program)
        links = offered(part)
        feeds |= {feed_of(host, link) for host, link in links.items()} or {shown_address(part)}
    assert len(feeds) == 1
    for item in unfold(page, REMINDERS[language]).locator("li").all()[:-1]:
        addresses = {feed_of(host, link) for host, link in offered(item).items()} | {shown_address(item)}
        assert len(addresses) == 1
        feeds |= addresses
    assert len(feeds) == 4 + 1
    for address in feeds:
        answer = site.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert answer.data == site.get(f"/example/{language}/{address.rpartition('/')[2]}").data


def test_one_program_is_open_at_a_time(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.goto(f"{site.origin}/example/")
    for program in PROGRAMS[:2]:
        unfold(page, program)
    assert page.locator("#subscribe details[open] strong").all_inner_texts() == ["Microsoft 365"]


def test_the_links_have_the_forms_that_the_programs_take(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.goto(f"{site.origin}/example/")
    (google,), (live,), (apple,) = (offered(unfold(page, name)).values() for name in ("Android", "Hotmail", "iPhone"))
    assert parse_qs(urlsplit(google).query)["cid"][0].startswith("webcal://")
    assert (urlsplit(google).scheme, urlsplit(live).scheme, urlsplit(live).path) == ("https", "https", "/calendar/0/addfromweb/")
    feed = feed_of("webcal", apple)
    name = read_object(site.get(feed).data).text("X-WR-CALNAME")
    asked: dict[str, Any] = parse_qs(urlsplit(live).query)
    assert (asked["url"], asked["name"]) == ([feed], [name])


def test_an_address_that_the_internet_cannot_reach_is_offered_only_to_programs_that_can(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/en/")
    assert set(offered(unfold(page, "iPhone"))) == {"webcal"}
    part = unfold(page, "Android")
    assert offered(part) == {}
    assert "cannot reach" in part.inner_text()


def test_the_address_is_copied_with_a_button(browse: "Callable[..., Page]", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page = browse(permissions=["clipboard-read", "clipboard-write"], locale="en-GB")
    page.goto(f"{site.origin}/example/en/")
    part = unfold(page, "Windows")
    part.get_by_role("button", name="Copy").click()
    part.get_by_text("Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == shown_address(part)


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
