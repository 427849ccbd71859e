from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import AMID, fifty_windows
from tests.browser.looking import keyboard_stops, walk_with_the_tab_key
from tests.browser.serving import PUBLIC_HOST, Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATHS = ["/example/", "/example/en/w38/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_tab_key_reaches_everything_in_the_order_of_reading(page: "Page", site: Site, path: str, width: int) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site.origin}{path}")
    stops = keyboard_stops(page)
    assert len(stops) > 4
    walked = [each["stop"] for each in walk_with_the_tab_key(page)]
    assert [each for each in walked if each is not None] == stops


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whoever_uses_the_keyboard_sees_where_they_are(page: "Page", site: Site, path: str, scheme: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{site.origin}{path}")
    keyboard_stops(page)
    walked = walk_with_the_tab_key(page)
    assert [each["stop"] for each in walked if not each["marked"]] == []
    assert [each["stop"] for each in walked if not each["seen"]] == []


def test_the_tab_stops_stand_where_they_are_read(page: "Page", site: Site) -> None:
    """On a narrow page, one column, each stop is below or beside the one before."""
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site.origin}/example/")
    keyboard_stops(page)
    places: list[tuple[float, float]] = page.evaluate(
        "() => [...document.querySelectorAll('main [data-stop]')].map(each => {"
        " const box = each.getBoundingClientRect(); return [box.left, box.bottom + scrollY]; })"
    )
    assert [pair for pair in pairwise(places) if pair[1][1] < pair[0][1] - 30 and pair[1][0] <= pair[0][0]] == []


def test_a_window_and_a_language_are_chosen_with_the_keyboard_alone(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/")
    for part in ("/en/", "/w46/"):
        for _ in keyboard_stops(page):
            page.keyboard.press("Tab")
            if page.evaluate("part => (document.activeElement.href ?? '').endsWith(part)", part):
                break
        else:
            pytest.fail(f"no link to {part} was reached")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.url == f"{site.origin}/example/en/w46/"
