"""Configurations of the guide that cannot be run here say what icsfeed has."""

import json
import re
import shlex
from pathlib import Path

import pytest

from icsfeed.cli.commands import find_command
from icsfeed.cli.serve import serve
from icsfeed.notifying.places import read_places
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from tests.house.reading import chapter, code_blocks, page
from tests.manual.desk import CALENDAR, guide_calendar
from tests.support import REAL, body_of, load


def containerfile() -> dict[str, str]:
    """Return the container's instructions; the last of each name."""
    (text,) = code_blocks(page("serving"), "dockerfile")
    return dict(line.split(" ", 1) for line in text.splitlines())


def commands() -> list[list[str]]:
    """Return the arguments of each command that systemd or a container runs."""
    units = "".join(text for name in ("serving", "many-subscribers", "notifications") for text in code_blocks(page(name), "ini"))
    found = [shlex.split(each) for each in re.findall(r"^ExecStart=(.+)$", units, re.MULTILINE)]
    return [*found, json.loads(containerfile()["CMD"])]


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_a_service_runs_a_command_that_is_there(arguments: list[str], tmp_path: Path) -> None:
    program, name, *more = arguments
    assert program == "/opt/icsfeed/bin/icsfeed"
    command = find_command(name)
    assert command is not None
    command.make_context(name, [re.sub("/var/lib/icsfeed|%[dS]", str(tmp_path), each) for each in more])


def test_the_container_listens_where_it_says() -> None:
    settings = dict(each.split("=") for each in containerfile()["ENV"].split())
    known = {option.envvar: option.default for option in serve.params if getattr(option, "envvar", None)}
    assert settings.keys() - known.keys() == set()
    assert int(containerfile()["EXPOSE"]) == known["ICSFEED_PORT"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # plugins of Apprise import what Python no longer likes
def test_the_places_of_notifications_are_understood(tmp_path: Path) -> None:
    (text,) = code_blocks(page("notifications"), "yaml")
    (tmp_path / "places.yaml").write_text(text, encoding="utf-8")
    calendar = load(guide_calendar(), key=CALENDAR).calendar
    assert len(read_places(tmp_path / "places.yaml", [calendar])) == text.count("\n  - ")


def test_a_window_in_json_is_as_the_guide_shows() -> None:
    address = Addresses(public_url="https://onderhoud.example.com")
    published = json.loads(body_of(Source(JournalFolder(REAL, quiet=True), address).publication, "/minox-online.json"))
    (shown,) = code_blocks(chapter("formats", "The calendar as JSON"), "json")
    assert json.loads(shown) in published["windows"]
    assert list(json.loads(shown)) == list(published["windows"][0])
