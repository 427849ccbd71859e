from pathlib import Path

from tests.importing.desk import import_file
from tests.support import HEAD, icsfeed, make_folder, schedule_text

HEADS = "Datum;Tijd;Soort;Titel\n"
FALLING = """\
windows:
  - id: later
    start: 2036-12-14 21:00
    class: standaard

  # De eerste van december.
  - {id: sooner, start: 2036-12-07 21:00, class: uitgebreid}
"""
STAYS = "example: saved as a draft; `icsfeed publish`, or a running `icsfeed serve`, publishes it\n"


def test_windows_are_added_where_the_order_of_the_file_has_them(tmp_path: Path) -> None:
    file = make_folder(tmp_path, HEAD + FALLING)
    rows = "10 december 2036;22:00;Standaard;\n1 december 2036;22:00;Uitgebreid;Let op: lang\n"
    rows += "20 december 2036;22:00–23:00;standard;\n"
    said = import_file(tmp_path, "rows.csv", HEADS + rows, "--into", str(file))
    assert (said.status, said.out, said.err) == (0, "schedule/example.yaml: 3 added, 0 known, 0 refused\n", STAYS)
    assert (
        file.read_text(encoding="utf-8").removeprefix(HEAD)
        == """\
windows:
  - id: 20361220T2200
    start: 2036-12-20 22:00
    end: 2036-12-20 23:00
    class: standaard

  - id: later
    start: 2036-12-14 21:00
    class: standaard

  - id: 20361210T2200
    start: 2036-12-10 22:00
    class: standaard

  # De eerste van december.
  - {id: sooner, start: 2036-12-07 21:00, class: uitgebreid}

  - {id: 20361201T2200, start: 2036-12-01 22:00, class: uitgebreid, title: "Let op: lang"}
"""
    )


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text())
    rows = HEADS + "10 december 2036;22:00;Standaard;A\n11 december 2036;22:00;Uitgebreid;B\n"
    first = import_file(tmp_path, "rows.csv", rows, "--into", str(file))
    assert first.out == "schedule/example.yaml: 2 added, 0 known, 0 refused\n"
    before = file.read_bytes()
    second = import_file(tmp_path, "rows.csv", rows, "--into", str(file))
    assert (second.status, second.out, second.err) == (0, "schedule/example.yaml: 0 added, 2 known, 0 refused\n", "")
    assert file.read_bytes() == before


def test_a_window_that_was_moved_is_refused_with_how_to_move_it(tmp_path: Path) -> None:
    moved = "  - {id: 20361210T2200, start: 2036-12-11 22:00, class: standaard}\n"
    file = make_folder(tmp_path, schedule_text(moved))
    rows = HEADS + "10 december 2036;22:00;Standaard;\n12 december 2036;22:00;Standaard;\n"
    said = import_file(tmp_path, "rows.csv", rows, "--into", str(file))
    assert (said.status, said.out) == (1, "schedule/example.yaml: 1 added, 0 known, 1 refused\n")
    assert said.err.startswith(
        "rows.csv:2: error: left out: 2036-12-10 22:00+01:00\n"
        "  20361210T2200 begins at 2036-12-11 22:00+01:00. Moved? `icsfeed move 20361210T2200 '2036-12-10 22:00+01:00'`\n"
    )


def test_a_window_with_the_same_start_and_class_is_known_by_any_id(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text("  - {id: mine, start: 2036-12-10 22:00, class: standaard}\n"))
    said = import_file(tmp_path, "rows.csv", HEADS + "10 december 2036;22:00 - 23:00;Standaard;\n", "--into", str(file))
    assert (said.status, said.out, said.err) == (0, "schedule/example.yaml: 0 added, 1 known, 0 refused\n", "")


def test_a_second_row_with_the_same_start_is_refused(tmp_path: Path) -> None:
    row = "10 december 2036;22:00;Standaard;\n"
    said = import_file(tmp_path, "rows.csv", HEADS + row + row)
    assert said.status == 1
    assert "rows.csv:3: error: left out: 2036-12-10 22:00+01:00\n  Same id as rows.csv:2: 20361210T2200.\n" in said.err


def test_an_id_that_was_published_at_another_time_is_not_taken(tmp_path: Path) -> None:
    gone = "  - {id: 20361210T2200, start: 2036-12-11 22:00, class: standaard}\n"
    file = make_folder(tmp_path, schedule_text(gone))
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    make_folder(tmp_path, schedule_text())
    said = import_file(tmp_path, "rows.csv", HEADS + "10 december 2036;22:00;Standaard;\n", "--into", str(file))
    assert (said.status, said.out) == (1, "schedule/example.yaml: 0 added, 0 known, 1 refused\n")


def test_a_file_that_cannot_be_changed_safely_stays(tmp_path: Path) -> None:
    file = make_folder(tmp_path, f"{HEAD}windows: [{{id: a, start: 2036-12-10 22:00, class: standaard}}]\n")
    before = file.read_bytes()
    said = import_file(tmp_path, "rows.csv", HEADS + "12 december 2036;22:00;Standaard;\n", "--into", str(file))
    assert (said.status, said.out, file.read_bytes()) == (2, "", before)
    assert "`icsfeed edit` opens the file" in said.err


def test_a_file_that_is_no_schedule_is_refused(tmp_path: Path) -> None:
    said = import_file(tmp_path, "rows.csv", HEADS, "--into", str(tmp_path / "rows.csv"))
    assert said.status == 2
    assert said.err == "icsfeed: rows.csv is not a schedule file: its name must end in .yaml\n"
