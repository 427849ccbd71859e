"""The question whether one's own work fits, asked with the form."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.calendars import AMID, EVENING, LANGUAGES, fifty_windows
from tests.browser.looking import keyboard_stops, require_faultless, shown, walk_with_the_tab_key
from tests.browser.serving import PUBLIC_HOST, Site
from tests.browser.test_markup import check, write
from tests.browser.witness import Witness

if TYPE_CHECKING:
    from playwright.sync_api import Page

CLOSED = "date=2027-09-23&time=20:00&hours=3"
OPEN = "date=2027-09-24&time=09:00&hours=2"
UNKNOWN = "date=2029-01-01&time=09:00&hours=2"
WRONG = "date=2027-13-45&time=25:99&hours=none"


def ask(page: "Page", date: str, time: str, hours: str) -> None:
    """Fill in the form and send it."""
    form = page.locator("form:visible").last
    for name, value in (("date", date), ("time", time), ("hours", hours)):
        form.locator(f"input[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("button, input[type=submit]").first.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without"])
@pytest.mark.parametrize(
    ("date", "said"),
    [("20-12-2021", ["Standaard", "21:00"]), ("23 december 2021", ["Voor deze datum is nog geen planning bekend"])],
    ids=["monday", "thursday"],
)
def test_the_bookkeeper_asks_whether_three_hours_fit(
    browse: "Callable[..., Page]",
    site: Site,
    date: str,
    said: list[str],
    scripts: bool,  # noqa: FBT001
) -> None:
    site.show(EVENING["before"])
    page = browse(width=360, height=640, java_script_enabled=scripts)
    page.goto(f"{site.origin}/minox-online/")
    ask(page, date, "19:00", "3")
    words = shown(page, "#answer")
    assert [part for part in said if part not in words] == []
    assert page.get_attribute("html", "lang") == "nl"


def test_an_answer_leads_to_the_windows_in_the_way(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/en/plan?{CLOSED}")
    page.locator("#answer a[href*='/w37/']").first.click()
    assert page.url == f"{site.origin}/example/en/w37/"


def test_the_form_says_what_is_wrong_beside_the_field(page: "Page", site: Site, witness: Witness) -> None:
    site.show(AMID, fifty_windows())
    answer = page.goto(f"{site.origin}/example/en/plan?{WRONG}")
    assert answer is not None
    invalid = page.locator("[aria-invalid=true]")
    assert invalid.count() == 3
    for each in invalid.all():
        described = (each.get_attribute("aria-describedby") or "").split()
        assert [bool(page.locator(f"#{id_}").inner_text()) for id_ in described] == [True, True]
    page.locator("#answer a").first.click()
    assert page.evaluate("() => document.activeElement.name") == "date"
    if answer.status == 400:
        witness.forgive("status of 400")


@pytest.mark.parametrize("question", ["", CLOSED, OPEN, UNKNOWN, WRONG], ids=["none", "closed", "open", "unknown", "wrong"])
def test_nothing_is_wrong_with_the_page_of_an_answer(page: "Page", site: Site, witness: Witness, question: str) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    answer = page.goto(f"{site.origin}/example/fr/plan?{question}")
    assert answer is not None
    if answer.status == 400:
        witness.forgive("status of 400")
    require_faultless(page)


def test_every_answer_is_valid(site: Site, tmp_path: Path) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    paths = [f"/example/{language}/plan?{each}" for language in LANGUAGES for each in ("", CLOSED, OPEN, UNKNOWN, WRONG)]
    write(site, tmp_path / "pages", *paths)
    assert check(tmp_path / "pages") == []


def test_the_form_is_sent_with_the_keyboard_alone(page: "Page", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page.goto(f"{site.origin}/example/en/plan")
    hours = page.locator("input[name=hours]:visible")
    hours.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "hours=4" in page.url
    assert shown(page, "#answer")
    stops = keyboard_stops(page)
    page.evaluate("() => window.scrollTo(0, 0)")
    page.goto(page.url.partition("#")[0])
    stops = keyboard_stops(page)
    assert [each["stop"] for each in walk_with_the_tab_key(page)] == stops
