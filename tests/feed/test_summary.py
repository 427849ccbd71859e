from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from icsfeed.model import Downtime, Impact, Status, Text, Window
from tests.published import CALENDAR, START, event, text, window, with_class

SUNDAY_NOON = datetime(2027, 12, 12, 11, 0, tzinfo=UTC)
SATURDAY = datetime(2027, 12, 11, 20, 0, tzinfo=UTC)
UPGRADE = Text.of("Database upgrade")

ROWS = [
    (window(), "Example: Standaard onderhoud (ca. 20 min)", "Example: Standard maintenance (about 20 min)"),
    (
        window(kind="uitgebreid"),
        "Example: Uitgebreid onderhoud (100 min of meer)",
        "Example: Extended maintenance (100 min or more)",
    ),
    (
        window(kind="standaard/uitgebreid"),
        "Example: Standaard/Uitgebreid onderhoud (100 min of meer)",
        "Example: Standard/Extended maintenance (100 min or more)",
    ),
    (
        window(start=SATURDAY, end=SUNDAY_NOON, kind="uitgebreid", title=UPGRADE),
        "Example: Database upgrade (Uitgebreid, verwacht tot zo 12:00)",
        "Example: Database upgrade (Extended, expected until Sun 12:00)",
    ),
    (
        window(title=UPGRADE),
        "Example: Database upgrade (Standaard, ca. 20 min)",
        "Example: Database upgrade (Standard, about 20 min)",
    ),
    (
        window(kind="operationeel"),
        "Example: Operationeel onderhoud (geen downtime)",
        "Example: Operational maintenance (no downtime)",
    ),
    (
        window(start=SATURDAY, end=SUNDAY_NOON, kind="standaard/uitgebreid"),
        "Example: Standaard/Uitgebreid onderhoud (verwacht tot zo 12:00)",
        "Example: Standard/Extended maintenance (expected until Sun 12:00)",
    ),
    (
        window(kind="operationeel", title=UPGRADE),
        "Example: Database upgrade (Operationeel, geen downtime)",
        "Example: Database upgrade (Operational, no downtime)",
    ),
    (
        window(kind="standaard/uitgebreid", title=UPGRADE),
        "Example: Database upgrade (Standaard/Uitgebreid, 100 min of meer)",
        "Example: Database upgrade (Standard/Extended, 100 min or more)",
    ),
]


@pytest.mark.parametrize(("one", "nl", "en"), ROWS)
def test_each_kind_of_window_has_its_words(one: Window, nl: str, en: str) -> None:
    assert event(one).text("SUMMARY") == nl
    assert event(one, language="en").text("SUMMARY") == en


def test_the_summary_names_its_language() -> None:
    assert event(window())["SUMMARY"].parameters == {"LANGUAGE": "nl"}
    assert event(window(), language="en")["SUMMARY"].parameters == {"LANGUAGE": "en"}


PREFIXES = [
    ({"status": Status.CANCELLED}, "GEANNULEERD: ", "CANCELLED: "),
    ({"status": Status.TENTATIVE}, "Onder voorbehoud: ", "Provisional: "),
    ({"planned": False}, "Ongepland: ", "Unplanned: "),
    ({"status": Status.CANCELLED, "planned": False}, "GEANNULEERD: ", "CANCELLED: "),
    ({"status": Status.TENTATIVE, "planned": False}, "Onder voorbehoud: ", "Provisional: "),
    ({}, "", ""),
]


@pytest.mark.parametrize(("facts", "nl", "en"), PREFIXES)
def test_at_most_one_prefix_stands_in_front_the_first_that_fits(facts: dict[str, Any], nl: str, en: str) -> None:
    assert event(window(**facts)).text("SUMMARY") == f"{nl}Example: Standaard onderhoud (ca. 20 min)"
    assert event(window(**facts), language="en").text("SUMMARY") == f"{en}Example: Standard maintenance (about 20 min)"


def test_a_fixed_end_drops_or_more() -> None:
    one = window(kind="uitgebreid", end=START + timedelta(hours=3))

    assert "of meer" not in event(one).text("SUMMARY") + event(one).text("DESCRIPTION")


def test_an_end_a_week_away_has_its_date() -> None:
    far = window(end=START + timedelta(days=7))

    assert event(far).text("SUMMARY") == "Example: Standaard onderhoud (verwacht tot di 14 december 21:00)"
    assert event(far, language="en").text("SUMMARY") == "Example: Standard maintenance (expected until Tue 14 December 21:00)"


@pytest.mark.parametrize(
    ("length", "nl", "en"),
    [
        (timedelta(minutes=1), "ca. 1 min", "about 1 min"),
        (timedelta(hours=2), "ca. 120 min", "about 120 min"),
        (timedelta(hours=2, minutes=59), "ca. 179 min", "about 179 min"),
        (timedelta(hours=3), "ca. 3 uur", "about 3 hr"),
        (timedelta(hours=4, minutes=30), "ca. 4 uur 30 min", "about 4 hr 30 min"),
        (timedelta(days=2), "ca. 2 dagen", "about 2 days"),
        (timedelta(hours=71), "ca. 71 uur", "about 71 hr"),
        (timedelta(hours=73), "ca. 3 dagen 1 uur", "about 3 days 1 hr"),
    ],
)
def test_lengths_are_told_in_units_that_people_use(length: timedelta, nl: str, en: str) -> None:
    calendar = with_class("standaard", downtime=Downtime(length=length))

    assert event(window(), calendar=calendar).text("SUMMARY") == f"Example: Standaard onderhoud ({nl})"
    assert event(window(), calendar=calendar, language="en").text("SUMMARY") == f"Example: Standard maintenance ({en})"


def test_a_title_in_one_language_serves_the_other_too() -> None:
    one = window(title=Text.of({"nl": "Verhuizing"}))

    assert event(one, language="en").text("SUMMARY") == "Example: Verhuizing (Standard, about 20 min)"


def test_the_service_is_told_in_the_language() -> None:
    calendar = replace(CALENDAR, service=text("Voorbeeld", "Example"))

    assert event(window(), calendar=calendar).text("SUMMARY").startswith("Voorbeeld: ")
    assert event(window(), calendar=calendar, language="en").text("SUMMARY").startswith("Example: ")


def test_an_unlimited_class_that_only_degrades_still_says_how_long() -> None:
    calendar = with_class("standaard", impact=Impact.DEGRADED)

    assert event(window(), calendar=calendar).text("SUMMARY") == "Example: Standaard onderhoud (ca. 20 min)"
