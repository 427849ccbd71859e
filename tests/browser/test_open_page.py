"""A page that stays open while a window is published, begins, overruns and is completed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icsfeed.model import Actual
from icsfeed.replay import Change, PublishedCalendar
from tests.browser.looking import axe_findings
from tests.browser.serving import Site
from tests.browser.witness import Witness
from tests.published import CALENDAR, START, edited, published, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AFTERNOON = START - timedelta(hours=6)
TONIGHT = window("tonight")
LATER = window("later", START + 10 * DAY)
EMPTY = published(LATER, calendar=CALENDAR, at=AFTERNOON - DAY)
KNOWN = edited(EMPTY, TONIGHT, at=AFTERNOON, change=Change.ANNOUNCED)
DONE = edited(
    KNOWN, replace(TONIGHT, actual=Actual(start=START, end=START + 30 * MINUTE)), at=START + 30 * MINUTE, change=Change.COMPLETED
)


def open_at(
    browse: "Callable[..., Page]", site: Site, of: PublishedCalendar | None, moment: datetime, **settings: object
) -> "Page":
    """Return the page as somebody opens it at a moment, which its clock then says; without a calendar, the shipped one."""
    site.show(moment, *([of] if of else []))
    page = browse(**settings)
    page.clock.install(time=moment)
    page.goto(f"{site.origin}/{'example' if of else 'minox-online'}/")
    return page


def until(page: "Page", site: Site, of: PublishedCalendar | None, moment: datetime) -> None:
    """Serve what is published at a moment, and let the page's clock reach it and the minute after."""
    site.show(moment, *([of] if of else []))
    present = datetime.fromtimestamp(page.evaluate("() => Date.now()") / 1000, UTC)
    page.clock.fast_forward(max(0, int((moment - present).total_seconds() * 1000)))
    page.clock.run_for(61_000)


def expect(page: "Page", sentence: str) -> None:
    """Wait until the first sentence is this one, and a screen reader is told."""
    page.locator("h2.sentence", has_text=sentence).wait_for()
    page.locator("#spoken", has_text=sentence).wait_for(state="attached")


def test_an_open_page_follows_the_evening(browse: "Callable[..., Page]", site: Site) -> None:
    page = open_at(browse, site, EMPTY, AFTERNOON - MINUTE)
    assert page.locator("h2.sentence").inner_text() == "Example is beschikbaar."
    until(page, site, KNOWN, AFTERNOON + MINUTE)
    page.locator(".next .lead", has_text="Vanavond").wait_for()
    assert page.locator("#spoken").inner_text() == ""
    until(page, site, KNOWN, START)
    expect(page, "Example is nu niet beschikbaar")
    until(page, site, KNOWN, START + 20 * MINUTE)
    expect(page, "Example is mogelijk nog niet beschikbaar")
    until(page, site, DONE, START + 31 * MINUTE)
    expect(page, "Example is beschikbaar.")
    assert page.locator("#past details").count() == 1
    assert axe_findings(page) == []


def test_one_open_page_is_right_all_evening_and_the_next_morning(browse: "Callable[..., Page]", site: Site) -> None:
    """The shipped calendar's last evening, of whose end nobody reports."""
    evening = datetime(2021, 12, 20, 19, tzinfo=UTC)
    page = open_at(browse, site, None, evening + 55 * MINUTE)
    assert page.locator("h2.sentence").inner_text() == "Minox Online is beschikbaar."
    for minutes, sentence in (
        (70, "is nu niet beschikbaar"),
        (85, "is mogelijk nog niet beschikbaar"),
        (210, "Er is geen onderhoud"),
    ):
        until(page, site, None, evening + minutes * MINUTE)
        expect(page, sentence)
    page.locator(".next", has_text="Het laatste onderhoud was op maandag 20 december 2021.").wait_for()
    until(page, site, None, evening + 12 * 60 * MINUTE)
    assert page.locator("h2.sentence").inner_text() == "Er is geen onderhoud bekend na 20 december 2021."


def test_it_looks_again_at_the_boundary_and_not_only_each_minute(browse: "Callable[..., Page]", site: Site) -> None:
    page = open_at(browse, site, KNOWN, START - timedelta(seconds=10))
    site.show(START, KNOWN)
    page.clock.run_for(12_000)
    expect(page, "Example is nu niet beschikbaar")


def test_whoever_reads_and_types_is_not_disturbed(browse: "Callable[..., Page]", site: Site) -> None:
    page = open_at(browse, site, KNOWN, START - MINUTE, height=500)
    page.locator("#subscribe summary", has_text="Windows").click()
    page.locator("#plan-hours").fill("7.5")
    page.locator("#w-later a").first.focus()
    before = page.locator("#subscribe").bounding_box()
    until(page, site, KNOWN, START)
    expect(page, "Example is nu niet beschikbaar")
    assert page.locator("#w-tonight").count() == 0
    assert page.evaluate("() => document.activeElement.closest('li').id") == "w-later"
    assert page.locator("#plan-hours").input_value() == "7.5"
    assert page.locator("#subscribe details[open]").count() == 1
    page.wait_for_function(
        "top => Math.abs(document.querySelector('#subscribe').getBoundingClientRect().top - top) < 2", arg=before and before["y"]
    )


def test_it_stays_as_it_is_while_nothing_answers_and_goes_on_afterwards(
    browse: "Callable[..., Page]", site: Site, witness: Witness
) -> None:
    page = open_at(browse, site, KNOWN, START - MINUTE)
    page.route("**/example/", lambda route: route.fulfill(status=500, body="no"))
    with page.expect_response("**/example/"):
        until(page, site, KNOWN, START)
    assert page.locator("h2.sentence").inner_text() == "Example is beschikbaar."
    page.unroute_all()
    witness.forgive("status of 500")
    page.clock.run_for(61_000)
    expect(page, "Example is nu niet beschikbaar")


def test_a_hidden_page_does_not_ask(browse: "Callable[..., Page]", site: Site) -> None:
    page = open_at(browse, site, KNOWN, START - MINUTE)
    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange')); }}", arg=True)
    until(page, site, KNOWN, START)
    assert page.locator("h2.sentence").inner_text() == "Example is beschikbaar."
    page.evaluate(f"{hide} document.dispatchEvent(new Event('visibilitychange')); }}", arg=False)
    expect(page, "Example is nu niet beschikbaar")
