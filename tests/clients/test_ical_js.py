import shutil
from typing import Any

import pytest

from tests.clients.calendar_of_2021 import EVENTS, STATES, ask, find_setting, write_feed

READ = """
const module = require("ical.js"), ICAL = module.default || module;
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(process.argv[1], "utf8")));
const utc = time => new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");
console.log(JSON.stringify({
  name: calendar.getFirstPropertyValue("name"),
  events: calendar.getAllSubcomponents("vevent").map(component => {
    const event = new ICAL.Event(component);
    return {
      start: utc(event.startDate), end: utc(event.endDate), summary: event.summary, isDate: event.startDate.isDate,
      zone: event.startDate.zone.tzid, status: component.getFirstPropertyValue("status"), description: event.description,
    };
  }),
}));
"""


@pytest.fixture(scope="module")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("install Node.js, so that ical.js can read the feed")  # nobody can be made to
    packages = find_setting("ICSFEED_TEST_NODE_MODULES", "install ical.js with npm into a folder, whose node_modules has it")
    folder = tmp_path_factory.mktemp("ical_js")
    found: dict[str, Any] = ask([node, "-e", READ, write_feed(folder)], cwd=folder, NODE_PATH=str(packages))
    return found


def test_it_sees_every_window(calendar: dict[str, Any]) -> None:
    assert [(each["start"], each["end"], each["summary"]) for each in calendar["events"]] == EVENTS


def test_it_sees_instants_and_states(calendar: dict[str, Any]) -> None:
    assert {(each["zone"], each["isDate"]) for each in calendar["events"]} == {("UTC", False)}
    assert {each["status"] for each in calendar["events"]} == STATES


def test_it_sees_texts_without_their_escapes(calendar: dict[str, Any]) -> None:
    assert calendar["name"] == "Minox Online onderhoud"
    last = calendar["events"][-1]["description"]
    assert last.startswith(
        "Maandag 20 december 2021, 21:00–21:20 (Europe/Amsterdam)\nDowntime: ca. 20 minuten niet beschikbaar\n"
    )
    assert [each["summary"] for each in calendar["events"] if "\\" in each["summary"] + each["description"]] == []
