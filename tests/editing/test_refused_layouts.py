"""What commands do not edit: the file stays as it was, byte for byte, and `icsfeed edit` is the cure."""

import json
from pathlib import Path

import pytest
import yaml

from tests.editing.desk import make_desk
from tests.support import HEAD

BESIDE = "  - {id: b, start: 2036-12-01 21:00, class: uitgebreid}\n"
SERIES = "  - id: a\n    start: 2036-12-04 21:00\n    class: standaard\n    repeat: FREQ=MONTHLY;BYDAY=1TH\n"
REFUSED = {
    "a list in brackets": "windows: [{id: a, start: 2036-12-14 21:00, class: standaard}]\n",
    "a list in brackets over several lines": "windows: [\n  {id: a, start: 2036-12-14 21:00, class: standaard},  # een\n]\n",
    "a list with an anchor": f"windows: &list\n  - {{id: a, start: 2036-12-14 21:00, class: standaard}}\n{BESIDE}",
    "braces over several lines": f"windows:\n  - {{id: a, start: 2036-12-14 21:00,\n     class: standaard}}\n{BESIDE}",
    "question marks": "windows:\n  - ? id\n    : a\n    ? start\n    : 2036-12-14 21:00\n    ? class\n    : standaard\n",
    "one key with a question mark": "windows:\n  - id: a\n    ? start\n    : 2036-12-14 21:00\n    class: standaard\n",
    "an anchor": f"windows:\n  - id: a\n    start: 2036-12-14 21:00\n    class: &kind standaard\n{BESIDE}",
    "an anchor of the entry": f"windows:\n  - &a\n    id: a\n    start: 2036-12-14 21:00\n    class: standaard\n{BESIDE}",
    "an anchor of a key": "windows:\n  - &key id: a\n    start: 2036-12-14 21:00\n    class: standaard\n",
    "an alias": (
        "windows:\n  - {id: b, start: 2036-12-01 21:00, class: &kind standaard}\n"
        "  - id: a\n    start: 2036-12-14 21:00\n    class: *kind\n"
    ),
    "an alias in braces": (
        "windows:\n  - {id: b, start: 2036-12-01 21:00, class: &kind standaard}\n"
        "  - {id: a, start: 2036-12-14 21:00, class: *kind}\n"
    ),
    "a series in brackets": 'windows: [{id: a, start: 2036-12-04 21:00, class: standaard, repeat: "FREQ=DAILY;COUNT=3"}]\n',
    "an alias in changes": f"windows:\n{SERIES}    changes: {{2037-01-01: &x {{class: uitgebreid}}, 2037-02-05: *x}}\n",
}
COMMANDS = (("move", "a", "22:00"), ("change", "a", "--title", "x"), ("cancel", "a"))


@pytest.mark.parametrize("layout", REFUSED)
def test_a_layout_that_is_not_edited_is_refused_and_nothing_is_written(tmp_path: Path, layout: str) -> None:
    desk = make_desk(tmp_path, REFUSED[layout])
    for command in COMMANDS:
        said = desk.run(*command)
        assert (said.status, said.out, desk.windows()) == (2, "", REFUSED[layout])
        assert said.err.startswith("icsfeed: schedule/example.yaml:")
        assert said.err.endswith("; nothing was changed, and `icsfeed edit` opens the file\n")


def test_the_place_is_named(tmp_path: Path) -> None:
    desk, line = make_desk(tmp_path, REFUSED["an anchor"]), HEAD.count("\n") + 4
    assert desk.run("change", "a", "--class", "uitgebreid").err == (
        f"icsfeed: schedule/example.yaml:{line}:12: commands cannot edit a value with an anchor, which other places may use; "
        "nothing was changed, and `icsfeed edit` opens the file\n"
    )


@pytest.mark.parametrize("layout", ["a list in brackets", "a list in brackets over several lines", "a list with an anchor"])
def test_nothing_is_added_to_a_list_that_is_not_edited(tmp_path: Path, layout: str) -> None:
    desk = make_desk(tmp_path, REFUSED[layout])
    said = desk.run("add", "2036-12-10 21:00", "standaard")
    assert (said.status, said.out, desk.windows()) == (2, "", REFUSED[layout])
    assert "`icsfeed edit`" in said.err


def test_nothing_is_added_to_an_empty_list_below_its_key(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, "windows:\n  []\n")
    said = desk.run("add", "2036-12-10 21:00", "standaard")
    assert (said.status, desk.windows()) == (2, "windows:\n  []\n")
    assert "commands cannot edit an empty list below its key" in said.err


@pytest.mark.parametrize("windows", [[{"id": "a", "start": "2036-12-14 21:00", "class": "standaard"}], []])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_of_json_is_refused(tmp_path: Path, windows: list[dict[str, str]], indent: int | None) -> None:
    desk = make_desk(tmp_path, "windows: []\n")
    facts = yaml.safe_load(HEAD) | {"windows": windows}
    facts["classes"]["standaard"]["support_from"] = "08:00"
    text = json.dumps(facts, indent=indent)
    desk.file.write_text(text, encoding="utf-8")
    for command in (("add", "2036-12-10 21:00", "standaard"), *(COMMANDS if windows else ())):
        said = desk.run(*command)
        assert (said.status, said.out, desk.file.read_text(encoding="utf-8")) == (2, "", text)
        assert "schedule/example.yaml:1:1: commands cannot edit a file in braces; " in said.err


def test_an_odd_layout_elsewhere_is_in_nobodys_way(tmp_path: Path) -> None:
    odd = "  - {id: b, start: 2036-12-01 21:00,\n     class: &k uitgebreid}\n  - {id: c, start: 2036-11-01 21:00, class: *k}\n"
    plain = "windows:\n  - id: a\n    start: 2036-12-14 21:00\n    class: standaard\n"
    desk = make_desk(tmp_path, plain + odd)
    assert desk.run("move", "a", "22:00").status == 0
    assert desk.run("add", "2036-12-20 21:00", "standaard").status == 0
    assert desk.windows().endswith(plain.replace("21:00", "22:00").removeprefix("windows:\n") + odd)
