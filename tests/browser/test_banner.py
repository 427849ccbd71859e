"""The guide's banner, on the page of another origin, at many moments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from icsfeed.model import Actual, Status, Window
from icsfeed.replay import PublishedCalendar
from tests.browser.serving import PUBLIC_HOST, Elsewhere, Site
from tests.browser.test_markup import check
from tests.browser.witness import Witness
from tests.house.reading import chapter, code_blocks
from tests.published import CALENDAR, published, window
from tests.support import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Show = Callable[..., None]


def banner() -> str:
    """Return the lines that the guide tells to put on a page."""
    (found,) = code_blocks(chapter("formats", "A banner on your own page"), "html")
    return found


def page_with(lines: str) -> str:
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,"></head>
<body><main><h1>Boekhouding</h1>
{lines}</main></body></html>
"""


def local(day: int, hour: int, minute: int = 0, *, month: int = 12, year: int = 2021) -> datetime:
    """Return a moment by the clock of Amsterdam."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


@pytest.fixture
def show(browse: "Callable[..., Page]", site: Site, elsewhere: Elsewhere, witness: Witness) -> Show:
    """Fails if the banner does not say this to somebody at a moment, once it is settled; settings as for `browse`."""

    def say(now: datetime, said: str, *calendars: PublishedCalendar, key: str = "minox-online", **settings: Any) -> None:
        site.show(now.astimezone(UTC), *calendars)
        lines = banner().replace("https://onderhoud.example.com/minox-online.json", f"{site.origin}/{key}.json")
        assert site.origin in lines
        elsewhere.show({"/": page_with(lines)})
        witness.welcome |= {elsewhere.origin, site.origin}
        page = browse(**settings)
        page.clock.set_fixed_time(now)
        page.goto(f"{elsewhere.origin}/", wait_until="load" if said else "networkidle")
        if said:
            page.locator("#onderhoud:not(:empty)").wait_for()
        assert page.locator("#onderhoud").inner_text() == said

    return say


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (local(12, 23, 59), "Onderhoud morgen om 22:00"),
        (local(13, 12), "Onderhoud vanavond om 22:00"),
        (local(13, 22, 20), ""),
        (local(14, 0), "Onderhoud maandag om 21:00"),
        (local(18, 12), "Onderhoud maandag om 21:00"),
        (local(19, 0), "Onderhoud morgen om 21:00"),
        (local(20, 0), "Onderhoud vanavond om 21:00"),
        (local(20, 20, 59), "Onderhoud vanavond om 21:00"),
        (local(20, 21), "Onderhoud bezig tot ca. 21:20"),
        (local(20, 21, 19), "Onderhoud bezig tot ca. 21:20"),
        (local(20, 21, 20), ""),
        (local(21, 8), ""),
        (local(6, 12, month=2), "Onderhoud vanavond om 21:00"),
        (local(7, 9, month=2), "Onderhoud bezig tot ca. 12:00"),
        (local(29, 12, month=7), ""),
    ],
    ids=lambda value: value.strftime("%m-%d_%H.%M") if isinstance(value, datetime) else "",
)
def test_the_banner_says_what_is_near(show: Show, now: datetime, said: str) -> None:
    show(now, said)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("now", "said"), [(local(19, 23, 30), "Onderhoud morgen om 21:00"), (local(20, 0, 30), "Onderhoud vanavond om 21:00")]
)
def test_days_and_times_are_the_calendars_wherever_the_reader_is(show: Show, zone: str, now: datetime, said: str) -> None:
    show(now, said, timezone_id=zone, locale="en-US")


START = local(28, 21, month=10, year=2027)
"""On a Thursday; the clock is put back in the night from Saturday to the 31st."""


def utc(hour: int, minute: int) -> datetime:
    """Return a moment of that day by the clock of Amsterdam."""
    return START.replace(hour=hour, minute=minute).astimezone(UTC)


def one(start: datetime = START, **facts: Any) -> Window:
    return window("a", start.astimezone(UTC), **facts)


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ([], ""),
        ([one(status=Status.CANCELLED)], ""),
        ([one(kind="operationeel")], ""),
        ([one(status=Status.TENTATIVE)], "Onderhoud vanavond om 21:00 (onder voorbehoud)"),
        (
            [one(START.replace(hour=7, minute=50), status=Status.TENTATIVE)],
            "Onderhoud bezig tot ca. 08:10 (onder voorbehoud)",
        ),
        ([one(START.replace(hour=9))], "Onderhoud vandaag om 09:00"),
        ([one(START.replace(day=31, hour=0, minute=30))], "Onderhoud zondag om 00:30"),
        ([one(START + timedelta(days=7))], ""),
        ([one(actual=Actual(start=utc(7, 50)))], "Onderhoud bezig tot ca. 21:20"),
        ([one(START.replace(hour=7), actual=Actual(start=utc(7, 10), end=utc(7, 50)))], ""),
        ([one(START.replace(hour=7), actual=Actual(start=utc(7, 10)))], "Onderhoud nog niet als afgerond gemeld"),
        ([one(status=Status.CANCELLED), replace(one(START + timedelta(days=1)), id="b")], "Onderhoud morgen om 21:00"),
    ],
    ids=[
        "none",
        "cancelled",
        "no-downtime",
        "tentative",
        "perhaps",
        "by-day",
        "weekend",
        "a-week",
        "begun",
        "over",
        "forgotten",
        "and-another",
    ],
)
def test_the_banner_knows_what_concerns_its_readers(show: Show, windows: list[Window], said: str) -> None:
    calendar = published(*windows, at=NOW - timedelta(days=60))
    show(START.replace(hour=8), said, calendar, key="example")


@pytest.mark.parametrize(("hour", "said"), [(0, "Onderhoud morgen om 21:00"), (23, "Onderhoud morgen om 21:00")])
def test_tomorrow_is_the_next_day_also_when_the_clock_changes(show: Show, hour: int, said: str) -> None:
    calendar = published(one(local(1, 21, month=11, year=2027)), at=NOW - timedelta(days=60))
    show(local(31, hour, 30, month=10, year=2027), said, calendar, key="example")


def test_a_page_stays_silent_when_nothing_can_be_fetched(show: Show, witness: Witness) -> None:
    show(local(20, 20), "", key="nowhere")
    witness.forgive("status of 404")


def test_a_page_stays_silent_when_nobody_answers(
    browse: "Callable[..., Page]", site: Site, elsewhere: Elsewhere, witness: Witness
) -> None:
    """Only the browser itself tells of it, as it does of every address that it cannot reach."""
    elsewhere.show({"/": page_with(banner())})
    witness.welcome |= {elsewhere.origin, "https://onderhoud.example.com"}
    page = browse()
    page.goto(f"{elsewhere.origin}/", wait_until="networkidle")
    assert page.locator("#onderhoud").inner_text() == ""
    witness.forgive("net::ERR_NAME_NOT_RESOLVED")


def test_the_address_of_the_example_is_one_that_is_published(site: Site) -> None:
    site.show(NOW, host=PUBLIC_HOST)
    assert "/minox-online.json" in banner()
    assert site.get("/minox-online.json").status_code == 200


def test_the_banners_markup_is_valid(tmp_path: "Path") -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.html").write_text(page_with(banner()), encoding="utf-8")
    assert check(tmp_path / "pages", "--no-langdetect") == []


def test_the_example_calendar_is_in_the_zone_of_these_tests() -> None:
    assert CALENDAR.timezone == str(AMSTERDAM)
