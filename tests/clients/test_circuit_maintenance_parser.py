from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.clients.calendar_of_2021 import EVENTS, ask, find_setting, write_feed

READ = """
import json, sys
from circuit_maintenance_parser import NotificationData, init_provider
with open(sys.argv[1], "rb") as file:
    data = NotificationData.init_from_raw("ical", file.read())
print(json.dumps([json.loads(each.to_json()) for each in init_provider().get_maintenances(data)]))
"""


@pytest.fixture
def maintenances(tmp_path: Path) -> list[dict[str, Any]]:
    python = find_setting("ICSFEED_TEST_CIRCUIT_PYTHON", "install circuit-maintenance-parser into an environment of its own")
    found: list[dict[str, Any]] = ask([python, "-c", READ, write_feed(tmp_path)], cwd=tmp_path)
    return found


def utc(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_it_reads_every_window_as_a_maintenance(maintenances: list[dict[str, Any]]) -> None:
    assert sorted((utc(each["start"]), utc(each["end"]), each["summary"]) for each in maintenances) == EVENTS


def test_it_knows_whose_maintenance_it_is_and_how_far_it_reaches(maintenances: list[dict[str, Any]]) -> None:
    facts = {(each["provider"], each["account"], each["organizer"], each["status"]) for each in maintenances}
    assert facts == {("minox.nl", "all", "mailto:support@minox.example", "CONFIRMED")}
    circuits = [circuit for each in maintenances for circuit in each["circuits"]]
    assert circuits == [{"circuit_id": "minox-online", "impact": "OUTAGE"}] * 18


def test_it_tells_windows_apart_by_their_ids(maintenances: list[dict[str, Any]]) -> None:
    ids = [each["maintenance_id"] for each in maintenances]
    assert (len(set(ids)), {f"{each['maintenance_id']}@minox.nl" == each["uid"] for each in maintenances}) == (18, {True})
