from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import AMID, EVENING, LANGUAGES, fifty_windows, nasty_texts
from tests.browser.looking import require_faultless
from tests.browser.serving import PUBLIC_HOST, Site
from tests.browser.witness import Witness
from tests.published import CALENDAR, published
from tests.support import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wrong_with_a_full_calendars_page(page: "Page", site: Site, language: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    page.goto(f"{site.origin}/example/{language}/")
    require_faultless(page, thoroughly=language == LANGUAGES[0])


@pytest.mark.parametrize("moment", EVENING)
def test_nothing_is_wrong_with_the_page_before_during_and_after_a_window(page: "Page", site: Site, moment: str) -> None:
    site.show(EVENING[moment])
    page.goto(f"{site.origin}/minox-online/")
    require_faultless(page)


@pytest.mark.parametrize(
    ("id_", "language"),
    [("w00", "nl"), ("w20", "en"), ("w40", "de"), ("w46", "fr"), ("w38", "nl"), ("w49", "en")],
    ids=["past", "withdrawn", "cancelled", "moved", "titled", "two"],
)
def test_nothing_is_wrong_with_a_windows_page(page: "Page", site: Site, id_: str, language: str) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/{language}/{id_}/")
    require_faultless(page, thoroughly=id_ == "w46")


def test_nothing_is_wrong_with_a_page_full_of_nasty_texts(page: "Page", site: Site) -> None:
    site.show(NOW, nasty_texts())
    page.goto(f"{site.origin}/example/")
    require_faultless(page)


def test_nothing_is_wrong_with_the_list_of_calendars(page: "Page", site: Site) -> None:
    other = published(calendar=replace(CALENDAR, key="other", domain="other.example.com"))
    site.show(NOW, fifty_windows(), other)
    page.goto(f"{site.origin}/")
    require_faultless(page)


@pytest.mark.parametrize("path", ["/nowhere", "/example/nl/w99/"])
def test_nothing_is_wrong_with_the_page_of_what_is_not_there(page: "Page", site: Site, witness: Witness, path: str) -> None:
    site.show(AMID, fifty_windows())
    answer = page.goto(f"{site.origin}{path}")
    assert answer is not None
    assert answer.status == 404
    witness.forgive("status of 404")
    require_faultless(page)
