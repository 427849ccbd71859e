from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from icsfeed.model import Actual, Status
from icsfeed.publication.availability import Availability
from icsfeed.publication.documents.pages.evenings import coming_evenings, hours_of_evening
from icsfeed.wording import words_for
from tests.planning.asking import Page, amsterdam, client, plan
from tests.published import CALENDAR, START, published, window

WORDS = words_for(CALENDAR, "en")
NOON = amsterdam("2027-12-06 12:00")
WINDOWS = (
    window("a"),
    window("b", START + timedelta(days=1), kind="operationeel"),
    window("c", START + timedelta(days=2), status=Status.TENTATIVE),
    window("d", START + timedelta(days=3), status=Status.CANCELLED),
    window("e", amsterdam("2027-12-11 23:00"), kind="uitgebreid"),
)


def symbols(page: Page) -> list[str]:
    """Return the symbol of each evening."""
    found = [each.one("svg").one("use").attributes["href"] for each in page.elements if "evening" in each.kinds]
    return [each.removeprefix("#is-") for each in found]


def test_fourteen_evenings_are_told_from_today_on_each_in_words(tmp_path: Path) -> None:
    page = plan(client(tmp_path, published(*WINDOWS), NOON), "/example/en/plan")
    night = "23:00 – Sun 12 Dec 00:40"
    assert page.texts("told") == [
        "Nothing planned",
        "21:00–21:20 Standard",
        "21:00 Operational no downtime",
        "21:00–21:20 Provisional: Standard",
        "Nothing planned",
        f"{night} or later Extended",
        *["Nothing known yet"] * 8,
    ]
    assert symbols(page) == ["open", "closed", "open", "at-risk", "open", "closed", *["unknown"] * 8]
    names = ("Monday 6", "Tuesday 7", "Wednesday 8", "Thursday 9", "Friday 10", "Saturday 11", "Sunday 12")
    assert page.texts("day")[:7] == [f"{name[:3]} {name.split()[1]} Dec{name} December 2027" for name in names]


def test_an_evening_of_which_the_rest_is_not_known_says_so(tmp_path: Path) -> None:
    page = plan(client(tmp_path, published(window()), NOON), "/example/en/plan")
    assert page.texts("evening")[1].endswith("Standard Nothing else is known yet.")


def test_an_evening_that_the_plan_covers_up_to_midnight_is_known() -> None:
    of = published(window(), calendar=replace(CALENDAR, planned_until=date(2027, 12, 7)))
    evenings = coming_evenings(Availability(published=of, now=NOON), WORDS, NOON)
    assert [each.remarks for each in evenings[:3]] == [("Nothing planned",), (), ("Nothing known yet",)]


def test_windows_of_an_evening_lead_to_their_pages(tmp_path: Path) -> None:
    links = plan(client(tmp_path, published(*WINDOWS), NOON), "/example/en/plan").links()
    assert [each for each in links if each[-3:-1] in {"/a", "/b", "/c", "/d", "/e"}] == [
        f"../../example/en/{id_}/" for id_ in "abce"
    ]


@pytest.mark.parametrize(("now", "first"), [("2027-12-06 23:59", date(2027, 12, 6)), ("2027-12-07 00:00", date(2027, 12, 7))])
def test_the_first_evening_is_that_of_the_local_day(now: str, first: date) -> None:
    evenings = coming_evenings(Availability(published=published(window()), now=amsterdam(now)), WORDS, amsterdam(now))
    assert [each.day for each in evenings] == [first + timedelta(days=days) for days in range(14)]


def test_an_evening_lasts_from_six_to_midnight_also_around_a_clock_change() -> None:
    assert [hours_of_evening(date(2027, 10, day), "Europe/Amsterdam") for day in (30, 31)] == [
        (amsterdam("2027-10-30 18:00"), amsterdam("2027-10-31 00:00")),
        (amsterdam("2027-10-31 18:00"), amsterdam("2027-11-01 00:00")),
    ]


def test_a_window_of_the_afternoon_that_may_overrun_is_a_risk_for_the_evening() -> None:
    of = published(window("a", amsterdam("2027-12-06 16:30")), window("b", START))
    assert coming_evenings(Availability(published=of, now=NOON), WORDS, NOON)[0].kind == "at-risk"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2027-12-07 20:59", "21:00–21:20 Standard"),
        ("2027-12-07 21:05", "21:00–21:20 Standard may overrun until 23:20"),
        ("2027-12-07 21:30", "21:00–21:20 Standard may overrun until 23:20"),
        ("2027-12-07 23:20", "21:00–21:20 Standard"),
    ],
)
def test_an_evening_on_which_a_window_may_overrun_says_until_when(tmp_path: Path, now: str, told: str) -> None:
    of = published(window(), calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    assert plan(client(tmp_path, of, amsterdam(now)), "/example/en/plan").texts("told")[0] == told


def test_an_evening_with_a_forgotten_report_says_that_the_end_is_not_reported(tmp_path: Path) -> None:
    of = published(window(actual=Actual(start=START)), calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    told = plan(client(tmp_path, of, amsterdam("2027-12-07 22:00")), "/example/en/plan").texts("told")[0]
    assert told == "21:00–21:20 Standard no end reported yet"


def test_a_window_until_midnight_ends_at_twenty_four(tmp_path: Path) -> None:
    of = published(window("a", amsterdam("2027-12-07 23:00"), end=amsterdam("2027-12-08 00:00")))
    assert plan(client(tmp_path, of, NOON), "/example/en/plan").texts("told")[1].startswith("23:00–24:00 Standard")
