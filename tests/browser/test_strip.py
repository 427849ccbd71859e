"""The line about maintenance on the page of another origin."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import EVENING
from tests.browser.looking import axe_findings
from tests.browser.serving import Elsewhere, Site
from tests.browser.test_markup import check
from tests.browser.witness import Witness
from tests.house.reading import chapter, code_blocks

if TYPE_CHECKING:
    from playwright.sync_api import Page

STRIP = ".icsfeed-strip"
TONIGHT = "Onderhoud vanavond om 21:00"
UNDER_WAY = "Onderhoud bezig, naar verwachting tot 21:20"


def element() -> str:
    """Return the line that the manual tells to put on a page."""
    (found,) = code_blocks(chapter("formats", "A line on your own page"), "html")
    return found


def page_with(body: str, *, head: str = "") -> str:
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,">{head}</head>
<body><main><h1>Boekhouding</h1>
{body}</main></body></html>
"""


@pytest.fixture
def visit(browse: "Callable[..., Page]", site: Site, elsewhere: Elsewhere, witness: Witness) -> "Callable[..., Page]":
    """Opens a page of another origin, whose element is that of the manual or another path's."""

    def open_page(path: str = "/minox-online/strip.js", *, in_head: bool = False) -> "Page":
        script = element().replace("https://onderhoud.example.com/minox-online/strip.js", f"{site.origin}{path}")
        assert site.origin in script
        elsewhere.show({"/": page_with("", head=script) if in_head else page_with(script)})
        witness.welcome |= {elsewhere.origin, site.origin}
        page = browse()
        page.clock.install()
        page.goto(f"{elsewhere.origin}/", wait_until="networkidle")
        return page

    return open_page


@pytest.mark.parametrize(("moment", "said"), [("before", TONIGHT), ("under-way", UNDER_WAY)])
def test_a_page_of_another_origin_says_what_is_near(visit: "Callable[..., Page]", site: Site, moment: str, said: str) -> None:
    site.show(EVENING[moment])
    strip = visit().locator(STRIP)
    strip.wait_for()
    assert strip.inner_text() == said
    assert (strip.get_attribute("role"), strip.get_attribute("lang")) == ("status", "nl")
    assert strip.evaluate("each => each.previousElementSibling.tagName") == "SCRIPT"


def test_where_nothing_is_near_the_page_has_nothing_of_it(visit: "Callable[..., Page]", site: Site) -> None:
    site.show(EVENING["next-morning"])
    page = visit()
    assert page.locator(STRIP).count() == 0
    assert page.context.cookies() == []


def test_each_language_has_a_script_of_its_own(visit: "Callable[..., Page]", site: Site) -> None:
    site.show(EVENING["before"])
    strip = visit("/minox-online/en/strip.js").locator(STRIP)
    strip.wait_for()
    assert (strip.inner_text(), strip.get_attribute("lang")) == ("Maintenance tonight at 21:00", "en")


def test_a_script_in_the_head_puts_the_line_on_top(visit: "Callable[..., Page]", site: Site) -> None:
    site.show(EVENING["before"])
    page = visit(in_head=True)
    page.locator(STRIP).wait_for()
    assert page.evaluate("() => document.body.firstElementChild.className") == "icsfeed-strip"
    assert [each for each in axe_findings(page) if not each.startswith("region")] == []


def test_an_open_page_follows_the_evening(visit: "Callable[..., Page]", site: Site) -> None:
    site.show(EVENING["before"])
    page = visit()
    page.locator(STRIP, has_text=TONIGHT).wait_for()
    for moment, said in (("under-way", UNDER_WAY), ("overdue", "Onderhoud zou om 21:20 klaar zijn, nog niet bevestigd")):
        site.show(EVENING[moment])
        page.clock.fast_forward(60_000)
        page.locator(STRIP, has_text=said).wait_for()
    site.show(EVENING["next-morning"])
    page.clock.fast_forward(60_000)
    page.locator(STRIP).wait_for(state="detached")


def test_a_page_stays_silent_when_nothing_can_be_fetched(
    page: "Page", site: Site, elsewhere: Elsewhere, witness: Witness
) -> None:
    site.show(EVENING["before"])
    script = site.get("/minox-online/strip.js").data
    elsewhere.show({"/": page_with('<script src="nowhere/strip.js" defer></script>'), "/nowhere/strip.js": script})
    witness.welcome.add(elsewhere.origin)
    page.goto(f"{elsewhere.origin}/", wait_until="networkidle")
    assert page.locator(STRIP).count() == 0
    witness.forgive("status of 404")


def test_the_script_is_small_and_the_elements_markup_is_valid(site: Site, tmp_path: Path) -> None:
    site.show(EVENING["before"])
    for path in ("/minox-online/strip.js", "/minox-online/nl/strip.js", "/minox-online/en/strip.js"):
        answer = site.get(path)
        assert answer.content_type == "text/javascript; charset=utf-8"
        assert len(answer.data) < 2000
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.html").write_text(page_with(element()), encoding="utf-8")
    assert check(tmp_path / "pages", "--no-langdetect") == []
