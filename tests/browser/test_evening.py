"""What the page tells on the evening of the shipped calendar's last window, to somebody with a phone."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import EVENING
from tests.browser.looking import shown
from tests.browser.serving import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

TOLD = {
    "before": [
        "Minox Online is beschikbaar.",
        "maandag 20 december, 21:00–21:20",
        "Standaard",
        "ca. 20 minuten niet beschikbaar",
    ],
    "under-way": ["is nu niet beschikbaar", "tot 21:20", "Standaard"],
    "overdue": ["is mogelijk nog niet beschikbaar", "zou om 21:20 klaar zijn, nog niet bevestigd", "Standaard"],
    "next-morning": [
        "Er is geen onderhoud bekend na 20 december 2021.",
        "Er is nu geen onderhoud aangekondigd.",
        "Het laatste onderhoud was op maandag 20 december 2021.",
        "Abonneer je, dan verschijnt het volgende onderhoud vanzelf.",
    ],
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without"])
@pytest.mark.parametrize("moment", EVENING)
def test_the_phone_shows_at_once_how_it_stands(browse: "Callable[..., Page]", site: Site, moment: str, scripts: bool) -> None:  # noqa: FBT001
    """Whatever is told is in the first screenful of a small phone."""
    site.show(EVENING[moment])
    page = browse(width=360, height=640, java_script_enabled=scripts, is_mobile=True, has_touch=True)
    page.goto(f"{site.origin}/")
    words = shown(page, "main").casefold()
    for part in TOLD[moment]:
        assert part.casefold() in words
        box = page.get_by_text(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 640


def test_the_page_follows_the_evening(browse: "Callable[..., Page]", site: Site) -> None:
    told = {}
    for moment, now in EVENING.items():
        site.show(now)
        page = browse()  # whose cache is empty
        page.goto(f"{site.origin}/minox-online/")
        told[moment] = shown(page, "main")
    assert len(set(told.values())) == len(EVENING)
    assert all("Laatst bijgewerkt" in words for words in told.values())
