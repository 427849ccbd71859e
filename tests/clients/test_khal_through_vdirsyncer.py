import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.calendar_of_2021 import EVENTS, STATES, find_setting, run
from tests.support import Service, copy_real_calendar, serving

VDIRSYNCER = """\
[general]
status_path = "{home}/status"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{home}/calendar/"
fileext = ".ics"
[storage remote]
type = "http"
url = "http://127.0.0.1:{port}/minox-online.ics"
"""
KHAL = """\
[calendars]
[[feed]]
path = {home}/calendar
readonly = True
[sqlite]
path = {home}/khal.db
[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%S
longdatetimeformat = %Y-%m-%dT%H:%M:%S
local_timezone = UTC
default_timezone = UTC
"""


class Subscriber:
    """A person's vdirsyncer and khal, with a home of their own."""

    def __init__(self, programs: Path, home: Path, service: Service) -> None:
        self._programs, self._home = programs, home
        (home / "calendar").mkdir(parents=True)
        (home / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=home, port=service.port), encoding="utf-8")
        (home / "khal.conf").write_text(KHAL.format(home=home), encoding="utf-8")
        assert self.vdirsyncer("discover").returncode == 0

    def vdirsyncer(self, command: str) -> "subprocess.CompletedProcess[str]":
        config = str(self._home / "vdirsyncer.conf")
        return run([self._programs / "vdirsyncer", command], cwd=self._home, VDIRSYNCER_CONFIG=config)

    def items(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (self._home / "calendar").iterdir()}

    def list(self, *fields: str) -> list[tuple[str, ...]]:
        """Return what khal lists of 2021, sorted; an event of two days once."""
        form = "\x1f".join(f"{{{field}}}" for field in fields) + "\x1e"
        command = ["list", "--once", "--day-format", "", "--format", form, "2021-01-01", "2022-01-01"]
        listed = run([self._programs / "khal", "-c", self._home / "khal.conf", *command], cwd=self._home)
        assert (listed.returncode, listed.stderr) == (0, "")
        rows = re.sub(r"\x1b\[[0-9;]*m", "", listed.stdout).split("\x1e")
        return sorted(tuple(row.strip("\n").split("\x1f")) for row in rows if row.strip())


@pytest.fixture(scope="module")
def subscriber(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subscriber]:
    programs = find_setting(
        "ICSFEED_TEST_KHAL_BIN", "install khal and vdirsyncer into an environment of their own, whose bin/ has both"
    )
    folder = tmp_path_factory.mktemp("subscriber")
    copy_real_calendar(folder)
    with serving(folder, "--no-publish") as service:
        yield Subscriber(programs, folder / "home", service)


def test_khal_lists_every_window_that_vdirsyncer_fetched(subscriber: Subscriber) -> None:
    first = subscriber.vdirsyncer("sync")
    assert first.returncode == 0, first.stdout + first.stderr
    assert subscriber.list("start-long-full", "end-long-full", "title") == [
        (start.removesuffix("Z"), end.removesuffix("Z"), name) for start, end, name in EVENTS
    ]
    assert {state.strip() for (state,) in subscriber.list("status")} == STATES


def test_a_second_sync_has_nothing_to_do(subscriber: Subscriber) -> None:
    assert subscriber.vdirsyncer("sync").returncode == 0
    before = subscriber.items()
    second = subscriber.vdirsyncer("sync")
    assert (second.returncode, len(before), subscriber.items()) == (0, 18, before)
    assert re.findall(r"(?i)copying|deleting|conflict|warning", second.stdout + second.stderr) == []
