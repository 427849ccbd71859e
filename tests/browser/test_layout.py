import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import AMID, FOUR_LANGUAGES, LANGUAGES, NASTY, fifty_windows, nasty_texts
from tests.browser.looking import WIDTHS, shown, sideways
from tests.browser.serving import PUBLIC_HOST, Site
from tests.published import START, published, window
from tests.support import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

ALLOWED_WEIGHT = 60_000
"""Bytes that a page with fifty windows may weigh as they are sent, with everything that it loads."""

MIDDLE_WIDTHS = (360, 480, 600, 768, 1024)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_at_any_width(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    found = {}
    for path in (f"/example/{language}/", f"/example/{language}/w38/", f"/example/{language}/w46/"):
        page.goto(f"{site.origin}{path}")
        for width in (*WIDTHS, *MIDDLE_WIDTHS):
            page.set_viewport_size({"width": width, "height": 800})
            found[f"{path} {width}"] = sideways(page)
    assert {place: culprits for place, culprits in found.items() if culprits} == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_text_breaks_a_narrow_page(page: "Page", site: Site, language: str) -> None:
    site.show(NOW, nasty_texts())
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for path in (each for each in site.pages() if each.startswith(f"/example/{language}/")):
        page.goto(f"{site.origin}{path}")
        found[path] = sideways(page)
    assert len(found) == 1 + len(NASTY)
    assert {path: culprits for path, culprits in found.items() if culprits} == {}


def plain(text: str) -> str:
    """Return a text with single blanks, as a browser shows it, without marks of direction."""
    return " ".join("".join(char for char in text if char not in "\u2068\u2069\u200b").split())


def test_any_text_is_shown_as_text(page: "Page", site: Site) -> None:
    site.show(NOW, nasty_texts())
    pages = {"/example/": NASTY, **{f"/example/nl/nasty{number}/": (text,) for number, text in enumerate(NASTY)}}
    for path, texts in pages.items():
        page.goto(f"{site.origin}{path}")
        words = plain(shown(page))
        assert [text for text in texts if plain(text) not in words] == []
        assert page.evaluate("() => window.broken === undefined")


def test_right_to_left_text_turns_nothing_around_it(page: "Page", site: Site) -> None:
    """The override in a title ends with the title: what follows it on the page reads from left to right."""
    site.show(NOW, nasty_texts())
    for path in ("/example/", "/example/nl/nasty5/"):
        page.goto(f"{site.origin}{path}")
        backwards: list[str] = page.evaluate(
            """() => {
              const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const text = walker.currentNode.data, range = document.createRange();
                for (const match of text.matchAll(/\\d\\d:\\d\\d/g)) {
                  const x = at => {
                    range.setStart(walker.currentNode, at); range.setEnd(walker.currentNode, at + 1);
                    return range.getBoundingClientRect();
                  };
                  const first = x(match.index), last = x(match.index + 4);
                  if (first.width && first.top === last.top && last.left < first.left) found.push(text.trim().slice(0, 80));
                }
              }
              return found;
            }"""
        )
        assert backwards == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_fifty_windows_is_light(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    asked: list[Request] = []

    def note(request: "Request") -> None:
        asked.append(request)

    page.on("requestfinished", note)
    page.goto(f"{site.origin}/example/{language}/", wait_until="networkidle")
    sizes = {each.url: each.sizes()["responseBodySize"] for each in asked}
    assert len(sizes) >= 2
    assert min(sizes.values()) > 0
    assert sum(sizes.values()) < ALLOWED_WEIGHT, sizes
    assert len(site.get(f"/example/{language}/").data) < ALLOWED_WEIGHT


def test_the_list_and_subscribing_end_within_six_screens_of_a_phone(page: "Page", site: Site) -> None:
    """Of a lively calendar: twelve windows within a year, and a monthly and a weekly series."""
    starts = (START + timedelta(days=days) for days in (0, 2, 9, 16, 30, 33, 40, 52, 80, 110, 170, 290))
    windows = [window(f"w{number}", start, kind=("standaard", "uitgebreid")[number % 2]) for number, start in enumerate(starts)]
    rules = {"monthly": "FREQ=MONTHLY;BYDAY=1TH", "weekly": "FREQ=WEEKLY"}
    series = [window(id_, datetime(2027, 12, 2, 6, tzinfo=UTC), kind="operationeel", repeat=rule) for id_, rule in rules.items()]
    site.show(START - timedelta(days=7), published(*windows, *series, calendar=FOUR_LANGUAGES), host=PUBLIC_HOST)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{site.origin}/example/")
    assert page.locator("#near > li").count() >= 9
    assert page.evaluate("() => document.querySelector('#subscribe').getBoundingClientRect().bottom") <= 6 * 640


def test_every_part_of_what_is_cancelled_is_struck_through(page: "Page", site: Site) -> None:
    """A line through a text leaves out what stands in boxes of its own."""
    site.show(AMID, fifty_windows())
    for path in ("/example/", "/example/nl/w40/"):
        page.goto(f"{site.origin}{path}")
        assert page.locator("s").count() >= 1
        assert (
            page.locator("s *").evaluate_all("each => each.filter(it => getComputedStyle(it).display !== 'inline').length") == 0
        )


def test_a_page_asks_for_little_and_only_once(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/", wait_until="networkidle")
    asked: list[str] = page.evaluate("() => performance.getEntriesByType('resource').map(each => each.name)")
    assert len(asked) == len(set(asked))
    assert len(asked) <= 4


def test_a_printed_page_is_dark_on_white_and_has_what_comes(page: "Page", site: Site) -> None:
    published = fifty_windows()
    site.show(AMID, published)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{site.origin}/example/nl/")
    faint: list[str] = page.evaluate(
        """() => {
          const brightness = colour => {
            const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
            context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
            const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
            return 0.3 * red + 0.6 * green + 0.1 * blue;
          };
          return [...document.querySelectorAll("main *")]
            .filter(each => each.checkVisibility() && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .filter(each => brightness(getComputedStyle(each).color) > 130)
            .map(each => `${each.tagName} ${each.textContent.trim().slice(0, 40)}`);
        }"""
    )
    assert faint == []
    links = [each.get_attribute("href") or "" for each in page.locator("main a:visible").all()]
    coming = [each.id for each in published.windows if AMID <= each.start < AMID + timedelta(weeks=8)]
    missing = [id_ for id_ in coming if not any(f"/{id_}/" in link for link in links)]
    assert missing == []
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_a_printed_page_has_no_buttons_and_forms(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.emulate_media(media="print")
    page.goto(f"{site.origin}/example/nl/")
    assert [each.inner_text() for each in page.locator("button:visible, input:visible, select:visible").all()] == []


@pytest.mark.parametrize("path", ["/example/nl/", "/example/nl/w38/", "/example/en/w49/"])
def test_a_page_is_printed_on_one_sheet_that_says_where_it_is_from(page: "Page", site: Site, path: str) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}{path}")
    assert len(re.findall(rb"/Type ?/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    assert f"{site.origin}{path.replace('/nl/', '/') if path == '/example/nl/' else path}" in shown(page)
