import shutil
import subprocess
from typing import Any

import pytest

from tests.clients.calendar_of_2021 import EVENTS, STATES, ask, write_feed

READ = r"""
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
spl_autoload_register(function ($class) {
    $file = stream_resolve_include_path(strtr($class, '\\', '/') . '.php');
    if ($file) require $file;
});
$calendar = Sabre\VObject\Reader::read(file_get_contents($argv[1]));
$complaints = array_map(fn($each) => $each['message'], $calendar->validate());
$utc = fn($time) => gmdate('Y-m-d\TH:i:s\Z', $time->getDateTime()->getTimestamp());
$events = [];
foreach ($calendar->select('VEVENT') as $event) {
    $events[] = ['start' => $utc($event->DTSTART), 'end' => $utc($event->DTEND), 'summary' => (string)$event->SUMMARY,
        'status' => (string)$event->STATUS, 'written' => (string)$event->DTSTART];
}
echo json_encode(['complaints' => $complaints, 'events' => $events]);
"""


@pytest.fixture(scope="module")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    php = shutil.which("php")
    find = "exit(stream_resolve_include_path('Sabre/VObject/Reader.php') ? 0 : 1);"
    if php is None or subprocess.run([php, "-r", find], check=False).returncode:
        pytest.skip("install Debian's php-cli, php-mbstring, php-xml and php-sabre-vobject")  # nobody can be made to
    folder = tmp_path_factory.mktemp("sabre")
    found: dict[str, Any] = ask([php, "-r", READ, "--", write_feed(folder)], cwd=folder)
    return found


def test_its_validator_has_no_complaint(calendar: dict[str, Any]) -> None:
    assert calendar["complaints"] == []


def test_it_sees_every_window(calendar: dict[str, Any]) -> None:
    """Its release 2.1 leaves the backslash before an escaped comma where it stands."""
    seen = [(each["start"], each["end"], each["summary"].replace("\\,", ",")) for each in calendar["events"]]
    assert seen == EVENTS


def test_it_sees_instants_and_states(calendar: dict[str, Any]) -> None:
    assert {each["status"] for each in calendar["events"]} == STATES
    assert {each["written"][-1] for each in calendar["events"]} == {"Z"}
