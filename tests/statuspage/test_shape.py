import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from icsfeed.model import Actual, Calendar, Impact, Status
from icsfeed.publication.document import Document
from icsfeed.publication.documents import statuspage as format_of
from icsfeed.publication.documents.statuspage import PROGRESS
from icsfeed.publication.phases import boundaries, phase_changes_of, phase_of
from icsfeed.publication.publication import render_publication
from icsfeed.replay import Change, PublishedCalendar
from tests.published import CALENDAR, START, calendars, documents_of, edited, published, read_json, text, window, with_class
from tests.support import ADDRESS, NOW, publish_text, schedule_text

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

CAREFUL = settings(max_examples=20, deadline=None, derandomize=True)
PATHS = (
    "summary.json",
    "status.json",
    "components.json",
    "incidents.json",
    "incidents/unresolved.json",
    "scheduled-maintenances.json",
    "scheduled-maintenances/upcoming.json",
    "scheduled-maintenances/active.json",
)


def forms_of(of: PublishedCalendar, moment: datetime = NOW) -> Mapping[str, Document]:
    return documents_of(of, moment, format_of)


def statuspage(of: PublishedCalendar, name: str, moment: datetime = NOW) -> Any:
    """Return a document of Statuspage's at a moment."""
    return read_json(forms_of(of, moment)[f"/example/api/v2/{name}"])


def listed(of: PublishedCalendar, which: str = "", moment: datetime = NOW) -> list[str]:
    """Return the ids of the maintenances in a list."""
    found = statuspage(of, f"scheduled-maintenances{which}.json", moment)["scheduled_maintenances"]
    return [each["id"] for each in found]


def one(of: PublishedCalendar, moment: datetime = NOW) -> Any:
    """Return the only maintenance that is listed."""
    (found,) = statuspage(of, "scheduled-maintenances.json", moment)["scheduled_maintenances"]
    return found


def test_a_maintenance_has_every_field_of_statuspages_own() -> None:
    found = one(published(window("20271207T2100")))
    updates, components = found.pop("incident_updates"), found.pop("components")

    assert found == {
        "id": "20271207T2100",
        "name": "Example: Standaard onderhoud (ca. 20 min)",
        "status": "scheduled",
        "created_at": "2027-11-01T13:00:00.000+01:00",
        "updated_at": "2027-11-01T13:00:00.000+01:00",
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "major",
        "shortlink": f"{ADDRESS}/example/nl/20271207T2100/",
        "started_at": "2027-11-01T13:00:00.000+01:00",
        "page_id": "example",
        "scheduled_for": "2027-12-07T21:00:00.000+01:00",
        "scheduled_until": "2027-12-07T21:20:00.000+01:00",
    }
    assert components == statuspage(published(window("20271207T2100")), "components.json")["components"]
    (update,) = updates
    assert update.pop("id").startswith("20271207T2100-20271101T120000Z-announced-")
    assert update == {
        "status": "scheduled",
        "body": (
            "Aangekondigd: Example: Standaard onderhoud (ca. 20 min), dinsdag 7 december 2027 21:00\n\n"
            "Dinsdag 7 december 2027, 21:00–21:20 (Europe/Amsterdam)\nDowntime: ca. 20 minuten niet beschikbaar"
        ),
        "incident_id": "20271207T2100",
        "created_at": "2027-11-01T13:00:00.000+01:00",
        "updated_at": "2027-11-01T13:00:00.000+01:00",
        "display_at": "2027-11-01T13:00:00.000+01:00",
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


def test_the_page_is_the_calendar_and_the_component_its_service() -> None:
    summary = statuspage(published(), "summary.json")

    assert summary == {
        "page": {
            "id": "example",
            "name": "Voorbeeld onderhoud",
            "url": f"{ADDRESS}/example/",
            "time_zone": "Europe/Amsterdam",
            "updated_at": "2027-11-01T13:00:00.000+01:00",
        },
        "components": [
            {
                "id": "example-service",
                "name": "Example",
                "status": "operational",
                "created_at": "2027-11-01T13:00:00.000+01:00",
                "updated_at": "2027-11-01T13:00:00.000+01:00",
                "position": 1,
                "description": None,
                "showcase": False,
                "start_date": None,
                "group_id": None,
                "page_id": "example",
                "group": False,
                "only_show_if_degraded": False,
            }
        ],
        "incidents": [],
        "scheduled_maintenances": [],
        "status": {"indicator": "none", "description": "Er is nu geen onderhoud"},
    }


def test_each_document_has_its_parts_and_the_page() -> None:
    parts = {name: set(statuspage(published(window()), name)) for name in PATHS}

    assert parts == {
        "summary.json": {"page", "components", "incidents", "scheduled_maintenances", "status"},
        "status.json": {"page", "status"},
        "components.json": {"page", "components"},
        "incidents.json": {"page", "incidents"},
        "incidents/unresolved.json": {"page", "incidents"},
        "scheduled-maintenances.json": {"page", "scheduled_maintenances"},
        "scheduled-maintenances/upcoming.json": {"page", "scheduled_maintenances"},
        "scheduled-maintenances/active.json": {"page", "scheduled_maintenances"},
    }


@pytest.mark.parametrize(
    ("after", "status", "indicator", "component", "resolved"),
    [
        (-MINUTE, "scheduled", "none", "operational", None),
        (0 * MINUTE, "in_progress", "maintenance", "under_maintenance", None),
        (19 * MINUTE, "in_progress", "maintenance", "under_maintenance", None),
        (2 * HOUR, "in_progress", "maintenance", "under_maintenance", None),
        (2 * HOUR + 20 * MINUTE, "completed", "none", "operational", "2027-12-07T23:20:00.000+01:00"),
    ],
)
def test_a_window_that_nobody_reports_follows_the_clock(
    after: timedelta, status: str, indicator: str, component: str, resolved: str | None
) -> None:
    of, moment = published(window()), START + after
    found = one(of, moment)

    assert (found["status"], found["resolved_at"], found["components"][0]["status"]) == (status, resolved, component)
    assert statuspage(of, "status.json", moment)["status"]["indicator"] == indicator


def test_reported_times_outrank_the_clock_and_the_whole_update_counts() -> None:
    begun, over = START + 3 * MINUTE, START + 31 * MINUTE
    of = edited(published(window()), window(actual=Actual(start=begun, end=over)), at=over, change=Change.COMPLETED)
    done = begun + 30 * MINUTE

    stands = [one(of, moment)["status"] for moment in (START + MINUTE, begun, over, done - MINUTE, done)]
    assert stands == ["scheduled", "in_progress", "in_progress", "in_progress", "completed"]
    found = one(of, done)
    assert (found["started_at"], found["resolved_at"], found["updated_at"]) == (
        "2027-12-07T21:03:00.000+01:00",
        "2027-12-07T21:33:00.000+01:00",
        "2027-12-07T21:33:00.000+01:00",
    )


def test_maintenance_without_impact_leaves_the_service_operational() -> None:
    summary = statuspage(published(window(kind="operationeel")), "summary.json", START)

    assert (summary["status"]["indicator"], summary["components"][0]["status"]) == ("none", "operational")
    assert [each["status"] for each in summary["scheduled_maintenances"]] == ["in_progress"]


@pytest.mark.parametrize(("impact", "told"), [(Impact.NONE, "none"), (Impact.DEGRADED, "minor"), (Impact.OUTAGE, "major")])
def test_the_impact_is_in_statuspages_words(impact: Impact, told: str) -> None:
    assert one(published(window(), calendar=with_class("standaard", impact=impact)))["impact"] == told


def test_the_lists_hold_what_their_names_say() -> None:
    of = published(window("over", START - DAY), window("now"), window("next", START + DAY), window("later", START + 2 * DAY))

    assert listed(of, "", START) == ["later", "next", "now", "over"]
    assert listed(of, "/upcoming", START) == ["next", "later"]
    assert listed(of, "/active", START) == ["now"]
    assert [each["id"] for each in statuspage(of, "summary.json", START)["scheduled_maintenances"]] == ["now", "next", "later"]


def test_cancelled_windows_are_in_no_list() -> None:
    of = edited(published(window()), window(status=Status.CANCELLED), at=NOW + DAY, change=Change.CANCELLED)

    assert [listed(of, which, START) for which in ("", "/upcoming", "/active")] == [[], [], []]
    assert statuspage(of, "status.json", START)["status"]["indicator"] == "none"
    assert statuspage(of, "status.json", START)["page"]["updated_at"] == "2027-11-02T13:00:00.000+01:00"


def test_at_most_fifty_are_listed_those_nearest_to_the_present() -> None:
    of = published(*[window(f"w{number:03}", START + number * DAY) for number in range(120)])
    moment = START + 59 * DAY + 12 * HOUR

    assert listed(of, "", moment) == [f"w{number:03}" for number in range(84, 34, -1)]
    assert listed(of, "/upcoming", START - DAY) == [f"w{number:03}" for number in range(50)]
    assert listed(of, "", START + 119 * DAY + 12 * HOUR) == [f"w{number:03}" for number in range(119, 69, -1)]


def test_the_history_is_told_the_newest_first() -> None:
    moved = edited(
        published(window()), window(start=START + DAY, reason=text("De leverancier")), at=NOW + DAY, change=Change.MOVED
    )
    updates = one(moved, START + 2 * DAY)["incident_updates"]

    assert [(each["status"], each["body"].partition(":")[0]) for each in updates] == [
        ("completed", "Het onderhoud is voorbij."),
        ("in_progress", "Het onderhoud is begonnen."),
        ("scheduled", "Verplaatst"),
        ("scheduled", "Aangekondigd"),
    ]
    assert "Was di 7 december 21:00, nu wo 8 december 21:00\n\nReden: De leverancier" in updates[2]["body"]
    assert [each["created_at"] for each in updates] == sorted((each["created_at"] for each in updates), reverse=True)


def test_what_was_reported_is_told_once() -> None:
    begun = edited(published(window()), window(actual=Actual(start=START)), at=START + MINUTE, change=Change.BEGUN)
    updates = one(begun, START + 5 * MINUTE)["incident_updates"]

    assert [each["body"].partition(":")[0] for each in updates] == ["Begonnen", "Aangekondigd"]


def test_an_occurrence_has_its_series_history_until_it_has_its_own() -> None:
    series = "  - {id: ronde, start: 2027-12-02 21:00, class: standaard, repeat: FREQ=WEEKLY;COUNT=2}\n"
    found = statuspage(publish_text(schedule_text(series)), "scheduled-maintenances/upcoming.json")["scheduled_maintenances"]

    assert [each["id"] for each in found] == ["ronde-20271202", "ronde-20271209"]
    assert {len(each["incident_updates"]) for each in found} == {1}
    assert len({each["incident_updates"][0]["id"] for each in found}) == 2


def statuses(content: Any) -> Iterator[str]:
    """Give the status of every maintenance and update."""
    for each in content["scheduled_maintenances"]:
        yield each["status"]
        yield from (update["status"] for update in each["incident_updates"])


@CAREFUL
@given(calendars())
def test_any_calendar_is_told_at_every_turn(of: PublishedCalendar) -> None:
    moments = sorted({turn for each in of.windows for turn, _ in phase_changes_of(each, NOW, "Europe/Amsterdam")})
    for moment in [NOW, *moments]:
        forms = forms_of(of, moment)
        everything, ahead, active = (
            read_json(forms[f"/example/api/v2/scheduled-maintenances{which}.json"]) for which in ("", "/upcoming", "/active")
        )
        told = {each["id"]: each["status"] for each in everything["scheduled_maintenances"]}
        assert told == {
            each.id: PROGRESS[phase_of(each, moment, "Europe/Amsterdam")] for each in of.windows if not each.is_cancelled
        }
        assert {each["status"] for each in ahead["scheduled_maintenances"]} <= {"scheduled"}
        assert {each["status"] for each in active["scheduled_maintenances"]} <= {"in_progress"}
        assert set(statuses(everything)) <= {"scheduled", "in_progress", "completed"}
        assert all(each["incident_updates"] for each in everything["scheduled_maintenances"])


@pytest.mark.parametrize(
    ("calendar", "counts"),
    [
        (replace(CALENDAR, service=text("Dienst")), True),
        (replace(CALENDAR, name=text("Anders")), True),
        (replace(CALENDAR, notice=7 * DAY), False),
        (replace(CALENDAR, color="red"), False),
    ],
)
def test_a_calendar_line_counts_where_it_changed_the_documents(calendar: Calendar, counts: bool) -> None:  # noqa: FBT001
    before, path = published(window()), "/example/api/v2/summary.json"
    after = forms_of(edited(before, at=NOW + DAY, calendar=calendar))[path]

    updated = "2027-11-02T13:00:00.000+01:00" if counts else "2027-11-01T13:00:00.000+01:00"
    assert read_json(after)["page"]["updated_at"] == updated
    assert (after.body != forms_of(before)[path].body) is counts


def test_an_only_calendar_has_them_at_the_root_too() -> None:
    alone = render_publication([published(window())], NOW, lambda _: ADDRESS)

    assert all(alone.find(f"/api/v2/{name}") is alone.find(f"/example/api/v2/{name}") for name in PATHS)
    assert {f"/api/v2/{name}" for name in PATHS} <= set(alone.documents)


def test_of_two_calendars_none_is_at_the_root() -> None:
    other = published(calendar=replace(CALENDAR, key="tweede", domain="example.org"))
    both = render_publication([published(window()), other], NOW, lambda _: ADDRESS)

    assert [path for path in both.documents if path.startswith("/api/")] == []
    assert both.find("/api/v2/summary.json") is None
    assert both.find("/tweede/api/v2/summary.json") is not None


@CAREFUL
@given(calendars())
def test_updated_rises_whenever_what_a_document_says_does(of: PublishedCalendar) -> None:
    moments = [of.newest, *(each for each in boundaries(of, of.newest))]
    forms = [forms_of(of, moment) for moment in moments]
    for name in ("summary.json", "scheduled-maintenances.json"):
        seen = [read_json(each[f"/example/api/v2/{name}"]) for each in forms]
        stamps = [each.pop("page")["updated_at"] for each in seen]
        for (was, before), (now, after) in pairwise(zip(stamps, seen, strict=True)):
            assert (was < now) if without_updated(before) != without_updated(after) else was <= now


def without_updated(document: Any) -> str:
    return re.sub(r'"updated_at": "[^"]*"', "", json.dumps(document))
