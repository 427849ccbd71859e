from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import AMID, LANGUAGES, fifty_windows
from tests.browser.looking import shown
from tests.browser.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = {"nl": "Nederlands", "en": "English", "de": "Deutsch", "fr": "Français"}
NEXT = {"nl": "23 september 2027", "en": "23 September 2027", "de": "23. September 2027", "fr": "23 septembre 2027"}
TITLES = {"nl": "Voorbeeld onderhoud", "en": "Example maintenance", "de": "Beispielwartung", "fr": "Maintenance Exemple"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_in_its_language(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/{language}/")
    assert page.get_attribute("html", "lang") == language
    assert TITLES[language] in page.title()
    assert NEXT[language].casefold() in shown(page, "main").casefold()


@pytest.mark.parametrize(("language", "path"), [("nl", ""), ("fr", "w38/")], ids=["calendar", "window"])
def test_the_switch_leads_to_the_same_page_in_every_language(page: "Page", site: Site, language: str, path: str) -> None:
    site.show(AMID, fifty_windows())
    for target in LANGUAGES:
        page.goto(f"{site.origin}/example/{language}/{path}")
        page.get_by_role("link", name=NAMES[target], exact=True).click()
        assert page.get_attribute("html", "lang") == target
        paths = {f"/example/{target}/{path}"} | ({"/example/"} if (target, path) == ("nl", "") else set())
        assert page.url.removeprefix(site.origin) in paths


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_switch_shows_which_language_it_is_and_names_each_in_its_own(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/{language}/")
    switch = page.locator("nav a[hreflang]:visible, nav [aria-current]:visible")
    told = [(each.inner_text().strip(), each.get_attribute("lang")) for each in switch.all()]
    assert sorted(told) == sorted((name, key) for key, name in NAMES.items())
    assert page.locator("nav [aria-current]").all_inner_texts() == [NAMES[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_names_the_page_in_every_language_and_every_feed(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/{language}/")
    alternates = {
        each.get_attribute("hreflang"): each.get_attribute("href") for each in page.locator("link[rel=alternate][hreflang]").all()
    }
    assert set(LANGUAGES) <= set(alternates)
    for target, address in alternates.items():
        answer = site.get(str(address))
        assert (answer.status_code, f'<html lang="{target}"' in answer.text or target == "x-default") == (200, True)
    types = {each.get_attribute("type") for each in page.locator("link[rel=alternate][type]").all()}
    assert {"text/calendar", "application/json"} <= types
    assert page.locator("link[rel=canonical]").count() == 1
