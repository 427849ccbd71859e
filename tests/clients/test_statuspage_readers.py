"""Programs that read Statuspage's public API read icsfeed's documents in that shape, unchanged."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from icsfeed.journal import SUFFIX, render_line
from icsfeed.model import Status
from tests.clients.calendar_of_2021 import ask, find_setting
from tests.published import START, published, text, window
from tests.support import Service, serving

DAY = timedelta(days=1)
NAME = "Example: Standaard onderhoud (ca. 20 min)"
WINDOWS = [
    window("over", START - DAY),
    window("now"),
    window("next", START + DAY, kind="uitgebreid", title=text("Verhuizing")),
    window("quiet", START + 2 * DAY, kind="operationeel"),
    window("cancelled", START + 3 * DAY, status=Status.CANCELLED),
]

AREZ = """
import asyncio, json, sys
from arez.statuspage import StatusPage
async def read():
    async with StatusPage(sys.argv[1], loop=asyncio.get_running_loop()) as page:
        return await page.get_status()
found = asyncio.run(read())
(component,) = found.components
print(json.dumps({
    "page": found.name, "status": found.status, "impact": found.impact,
    "component": [component.name, component.status, [each.id for each in component.maintenances]],
    "maintenances": [
        [each.id, each.name, each.status, each.impact, f"{each.scheduled_for:%FT%TZ}", f"{each.scheduled_until:%FT%TZ}"]
        for each in found.maintenances
    ],
    "updates": [each.last_update.description.partition(":")[0] for each in found.maintenances],
}))
"""

EXPORTER = """
import json, logging
logging.disable(logging.WARNING)
from statuspage_prometheus_exporter.service_checker import SERVICES, check_service_status
found = check_service_status("example", SERVICES["example"])
print(json.dumps({name: found.get(name) for name in ("success", "raw_status", "maintenance_metadata", "component_metadata")}))
"""

CLIENT = """
const { Statuspage } = require("statuspage.io");
const client = new Statuspage("example");
client.setApiUrl(process.argv[1]);
const { api } = client;
const short = each => [each.id, each.status, each.impact, new Date(each.scheduled_for).toISOString()];
(async () => {
  const summary = await api.getSummary(), upcoming = await api.scheduledMaintenances.getUpcoming();
  console.log(JSON.stringify({
    page: summary.page.name,
    summary: summary.scheduled_maintenances.map(short),
    upcoming: upcoming.scheduled_maintenances.map(short),
    indicator: (await api.getStatus()).status.indicator,
    components: (await api.getComponents()).components.map(each => [each.name, each.status]),
    incidents: [(await api.incidents.getAll()).incidents, (await api.incidents.getUnresolved()).incidents],
  }));
})();
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service five minutes after the second window began."""
    folder = tmp_path_factory.mktemp("statuspage")
    (folder / "schedule").mkdir()
    lines = [render_line(line) for line in published(*WINDOWS).lines]
    (folder / "schedule" / f"example{SUFFIX}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with serving(folder, "--no-publish", "--now", f"{START + timedelta(minutes=5):%FT%T}Z") as running:
        yield running


@pytest.fixture
def python() -> Path:
    """Python with the readers that are written in it."""
    cure = "install arez and statuspage-prometheus-exporter into an environment of their own"
    return find_setting("ICSFEED_TEST_STATUSPAGE_PYTHON", cure)


@pytest.mark.parametrize("below", ["/example", ""])
def test_arez_reads_the_summary(service: Service, python: Path, tmp_path: Path, below: str) -> None:
    found = ask([python, "-c", AREZ, f"http://127.0.0.1:{service.port}{below}"], cwd=tmp_path)

    assert found == {
        "page": "Voorbeeld onderhoud",
        "status": "Er is nu onderhoud",
        "impact": "Maintenance",
        "component": ["Example", "Under Maintenance", ["now", "next", "quiet"]],
        "maintenances": [
            ["now", NAME, "In Progress", "Major", "2027-12-07T20:00:00Z", "2027-12-07T20:20:00Z"],
            [
                "next",
                "Example: Verhuizing (Uitgebreid, 100 min of meer)",
                "Scheduled",
                "Major",
                "2027-12-08T20:00:00Z",
                "2027-12-08T21:40:00Z",
            ],
            [
                "quiet",
                "Example: Operationeel onderhoud (geen downtime)",
                "Scheduled",
                "None",
                "2027-12-09T20:00:00Z",
                "2027-12-09T20:15:00Z",
            ],
        ],
        "updates": ["Het onderhoud is begonnen.", "Aangekondigd", "Aangekondigd"],
    }


def test_the_prometheus_exporter_reads_the_summary(service: Service, python: Path, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{service.port}/example/api/v2/summary.json"
    services = tmp_path / "services.json"
    services.write_text(json.dumps({"example": {"name": "Example", "url": address}}), encoding="utf-8")
    found: dict[str, Any] = ask([python, "-c", EXPORTER], cwd=tmp_path, SERVICES_JSON_PATH=str(services))

    assert found["success"]
    assert found["component_metadata"] == [{"name": "Example", "status": "under_maintenance", "status_value": 0}]
    assert [(each["id"], each["status"], each["scheduled_start"]) for each in found["maintenance_metadata"]] == [
        ("now", "in_progress", "2027-12-07T21:00:00.000+01:00"),
        ("next", "scheduled", "2027-12-08T21:00:00.000+01:00"),
        ("quiet", "scheduled", "2027-12-09T21:00:00.000+01:00"),
    ]
    assert {each["shortlink"].rsplit("/example/", 1)[1] for each in found["maintenance_metadata"]} == {
        "nl/now/",
        "nl/next/",
        "nl/quiet/",
    }


def test_statuspage_io_of_npm_reads_every_document(service: Service, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("install Node.js, so that statuspage.io can read the documents")  # nobody can be made to
    packages = find_setting(
        "ICSFEED_TEST_NODE_MODULES", "install statuspage.io with npm into a folder, whose node_modules has it"
    )
    if not (packages / "statuspage.io").is_dir():
        pytest.skip("install statuspage.io with npm into the folder of ICSFEED_TEST_NODE_MODULES")
    address = f"http://127.0.0.1:{service.port}/example"
    ahead = [
        ["next", "scheduled", "major", "2027-12-08T20:00:00.000Z"],
        ["quiet", "scheduled", "none", "2027-12-09T20:00:00.000Z"],
    ]

    assert ask([node, "-e", CLIENT, address], cwd=tmp_path, NODE_PATH=str(packages)) == {
        "page": "Voorbeeld onderhoud",
        "summary": [["now", "in_progress", "major", "2027-12-07T20:00:00.000Z"], *ahead],
        "upcoming": ahead,
        "indicator": "maintenance",
        "components": [["Example", "under_maintenance"]],
        "incidents": [[], []],
    }
