import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icsfeed.publication.journals import read_clock
from tests.clients.calendar_of_2021 import find_setting
from tests.house.reading import chapter, code_blocks
from tests.manual.blocks import Block, blocks
from tests.manual.desk import CALENDAR, Desk, guide_calendar, make_desk, put_calendar
from tests.support import ROOT, load, serving, wait_until

ELSEWHERE = {
    ("README", "sh", ""): ".ci/run",
    ("editing-together", "sh", "When two people published at once"): "tests/manual/test_editing_together.py",
    ("editing-together", "yaml", "What a pull request shows"): "tests/manual/test_editing_together.py",
    ("formats", "html", "A line on your own page"): "tests/browser/test_strip.py",
    ("formats", "json", "The calendar as JSON"): "tests/manual/test_configurations.py",
    ("many-subscribers", "ini", "nginx serves files that icsfeed writes"): "tests/manual/test_configurations.py",
    ("many-subscribers", "nginx", "nginx caches what icsfeed answers"): "tests/deployment/test_nginx_in_front_of_many.py",
    ("many-subscribers", "nginx", "nginx serves files that icsfeed writes"): "tests/deployment/test_nginx_in_front_of_many.py",
    ("many-subscribers", "sh", "An object store behind a CDN"): "tests/deployment/test_object_store.py",
    ("notifications", "ini", "As a service"): "tests/manual/test_configurations.py",
    ("notifications", "yaml", "Places"): "tests/manual/test_configurations.py",
    ("serving", "dockerfile", "In a container"): "tests/manual/test_configurations.py",
    ("serving", "ini", "systemd and nginx"): "tests/deployment/test_systemd.py",
    ("serving", "nginx", "systemd and nginx"): "tests/deployment/test_nginx.py",
}
"""Blocks by page, language and chapter that something else runs."""

KHAL = "A calendar in a terminal"
OF_KHAL = re.compile(r"\b(vdirsyncer|khal)\b")
DATES_HAVE_PASSED = pytest.mark.skipif(
    read_clock() > datetime(2027, 12, 1, tzinfo=UTC), reason="the manual's dates have passed: put later ones into it"
)
BLOCKS = [each for each in blocks() if not each.reason and (each.page, each.language, each.chapter) not in ELSEWHERE]
SCENES = list(dict.fromkeys(each.scene for each in BLOCKS if each.language in {"sh", "console"}))
FILES = {
    "calendar.ics": "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1@example.com\nDTSTART:20271209T200000Z\n"
    "DTEND:20271209T202000Z\nEND:VEVENT\nEND:VCALENDAR\n",
    "outlook.csv": "Subject,Start Date,Start Time\nUpdate,12/9/2027,9:00 PM\n",
    "page.html": "<table><tr><th>Datum<th>Tijd<th>Soort<tr><td>9 december<td>21:00<td>Standaard</table>",
    "list.csv": "When,At,Who,What\n2027-12-09,21:00,Ann,Standaard\n",
}
"""What the examples of importing read."""


def commands_of(block: Block) -> Iterator[tuple[str, str | None]]:
    """Yield the commands of a block, each with what it prints if the block tells."""
    if block.language == "sh":
        yield block.text, None
    elif block.language == "console":
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def run_block(desk: Desk, block: Block, *, khal: bool = False, **environment: str) -> None:
    """Run the commands of a block; those of khal only if it is there."""
    for command, expected in commands_of(block):
        if khal or not OF_KHAL.search(command):
            done = desk.sh(command, **environment)
            assert done.returncode == (1 if command == "icsfeed diff" else 0), f"{command}\n{done.stdout}"
            assert expected in {None, done.stdout}, f"{command}\n{done.stdout}"


def blocks_of(scene: str) -> list[Block]:
    return [each for each in BLOCKS if each.scene == scene]


def test_a_block_is_run_or_says_why_not() -> None:
    languages = {"sh", "console", "yaml", "text"}
    assert [each for each in BLOCKS if each.language not in languages and each.chapter != KHAL] == []


def test_what_is_run_elsewhere_is_there() -> None:
    told = {(each.page, each.language, each.chapter) for each in blocks() if not each.reason}
    assert sorted(ELSEWHERE.keys() - told) == []
    for (page, _, _), name in ELSEWHERE.items():
        assert (page if page == "README" else f'"{page}"') in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.language == "yaml"], ids=lambda each: each.page)
def test_a_schedule_loads(block: Block, tmp_path: Path) -> None:
    text = block.text
    if not text.startswith("calendar:"):
        head = guide_calendar()
        if block.page == "README":
            desk = make_desk(tmp_path)
            desk.must("icsfeed init office --domain example.com --timezone Europe/Amsterdam")
            head = (desk.work / "schedule" / "office.yaml").read_text(encoding="utf-8")
        text = head.partition("windows:\n")[0] + "windows:\n" + text.removeprefix("windows:\n")
    assert load(text, key=CALENDAR).windows


@DATES_HAVE_PASSED
@pytest.mark.parametrize("scene", SCENES)
def test_commands_do_what_the_manual_shows(scene: str, tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    if scene != "README: Five minutes with a schedule file":
        put_calendar(desk)
    for name, text in FILES.items():
        (desk.work / name).write_text(text, encoding="utf-8")
    for block in blocks_of(scene):
        run_block(desk, block)


@DATES_HAVE_PASSED
def test_the_evening_arrives_in_khal(tmp_path: Path) -> None:
    programs = find_setting("ICSFEED_TEST_KHAL_BIN", "install khal and vdirsyncer into an environment of their own")
    desk = make_desk(tmp_path)
    put_calendar(desk)
    path = f"{programs}:{desk.environment()['PATH']}"
    vdirsyncer, khal = code_blocks(chapter("formats", KHAL), "ini")
    with serving(desk.work) as service:
        for name, text in {"vdirsyncer": vdirsyncer.replace(":8000/", f":{service.port}/"), "khal": khal}.items():
            file = desk.root / "home" / ".config" / name / "config"
            file.parent.mkdir(parents=True)
            file.write_text(text, encoding="utf-8")
        for block in blocks_of(f"formats: {KHAL}"):
            run_block(desk, block, khal=True, PATH=path)
        for block in blocks_of("README: One evening"):
            run_block(desk, block, khal=True, PATH=path)
            wait_until(lambda: b"Payroll" in service.ask("/minox-online/en/minox-online.ics").body, seconds=60)
