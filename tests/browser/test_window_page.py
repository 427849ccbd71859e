"""A window's own page, left open through an evening, and read without script."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import EVENING
from tests.browser.looking import axe_findings, shown
from tests.browser.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATH = "/minox-online/nl/20211220T2100/"
SAID = {
    "before": "Aangekondigd onderhoud: vanavond",
    "under-way": "Minox Online is nu niet beschikbaar, naar verwachting tot 21:20.",
    "overdue": "Minox Online is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd.",
    "next-morning": "Dit onderhoud is voorbij",
}


def test_an_open_page_says_where_the_window_stands_through_the_evening(page: "Page", site: Site) -> None:
    page.clock.install(time=EVENING["before"])
    site.show(EVENING["before"])
    page.goto(f"{site.origin}{PATH}")
    assert SAID["before"] in shown(page, ".standing")
    for moment in ("under-way", "overdue", "next-morning"):
        site.show(EVENING[moment])
        page.clock.fast_forward(timedelta(minutes=1) // timedelta(milliseconds=1))
        page.locator("#spoken", has_text=SAID[moment]).wait_for(state="attached")
        assert SAID[moment] in shown(page, ".standing")
        assert axe_findings(page) == []
    assert page.locator(".adding").count() == 0


@pytest.mark.parametrize("moment", SAID)
def test_without_script_it_says_so_too(browse: "Callable[..., Page]", site: Site, moment: str) -> None:
    site.show(EVENING[moment])
    page = browse(java_script_enabled=False)
    page.goto(f"{site.origin}{PATH}")
    assert SAID[moment] in page.inner_text(".standing").replace("\n", " ")
    assert ("Laad deze pagina opnieuw" in page.inner_text("main")) == (moment != "next-morning")
