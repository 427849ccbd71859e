import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.desk import run
from tests.importing.desk import DATA, TEXT, import_file, spans, windows_of
from tests.support import ROOT, clean_environment, make_folder

STANDARD = ("--class", "standaard")


def csv(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


# What people have


def test_moments_with_seconds_and_in_utc_in_columns_for_start_and_end(tmp_path: Path) -> None:
    rows = (
        "start,end,service",
        "2027-11-06 22:00:00,2027-11-07 02:00:00,Webmail",
        "2027-11-13T20:00:00Z,2027-11-13T21:30:00Z,Portal",
    )
    said = import_file(tmp_path, "windows.csv", csv(*rows), *STANDARD)
    assert spans(said) == ["2027-11-06 22:00 to 2027-11-07 02:00", "2027-11-13 21:00 to 2027-11-13 22:30"]
    assert said.status == 0
    assert said.err == "icsfeed: windows.csv:1: ignored columns: service\n"


def test_a_time_and_a_duration_beside_it(tmp_path: Path) -> None:
    text = "| Datum | Tijd | Duur | Soort |\n|---|---|---|---|\n| 6 november 2027 | 22:00 | 2 uur | Netwerk |\n"
    said = import_file(tmp_path, "windows.md", text, *STANDARD)
    assert spans(said) == ["2027-11-06 22:00 to 2027-11-07 00:00"]


@pytest.mark.parametrize("head", ["Tijd (UTC)", "Tijd", "Tijd UTC"])
def test_a_zone_in_head_or_cell(tmp_path: Path, head: str) -> None:
    cell = "02:00 UTC" if head == "Tijd" else "02:00"
    said = import_file(tmp_path, "windows.csv", csv(f"Datum;{head}", f"6 november 2027;{cell}"), *STANDARD)
    assert spans(said) == ["2027-11-06 03:00"]


def test_a_zone_in_head_and_cell(tmp_path: Path) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd (UTC)", "6 november 2027;02:00 UTC"), *STANDARD)
    assert spans(said) == ["2027-11-06 03:00"]


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        ("geannuleerd", "cancelled"),
        ("Abgesagt", "cancelled"),
        ("onder voorbehoud", "tentative"),
        ("provisoire", "tentative"),
        ("bevestigd", ""),
        ("", ""),
    ],
)
def test_a_status_that_is_sure(tmp_path: Path, status: str, seen: str) -> None:
    rows = ("Datum;Tijd;Soort;Status", f"6 november 2027;22:00;Standaard;{status}")
    said = import_file(tmp_path, "windows.csv", csv(*rows))
    assert spans(said) == [f"2027-11-06 22:00 {seen}".strip()]


@pytest.mark.parametrize(
    "cell", ["Standaard (geannuleerd)", "Standaard - geannuleerd", "standard, cancelled", "Standaard geannuleerd"]
)
def test_a_status_behind_the_class(tmp_path: Path, cell: str) -> None:
    said = import_file(tmp_path, "windows.tsv", csv("Datum\tTijd\tSoort", f"6 november 2027\t22:00\t{cell}"))
    assert spans(said) == ["2027-11-06 22:00 cancelled"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("6 november 2027;22:00;Standaard;verplaatst;", '"verplaatst" is not a status'),
        ("6 november 2027;22:00;Standaard (verplaatst);;", "unknown class"),
        ("6 november 2027;22:00;Standaard, nog niet bevestigd;;", "unknown class"),
        ("6 november 2027;22:00;Standaard (geannuleerd);bevestigd;", "both cancelled and confirmed"),
        (
            "6 november 2027;22:00;Standaard;;is vervallen",
            '"vervallen" may mean that it was moved or cancelled, or is not certain',
        ),
    ],
)
def test_a_status_that_is_not_sure_is_refused(tmp_path: Path, row: str, why: str) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd;Soort;Status;Opmerking", row))
    assert (said.status, said.out) == (1, "")
    assert "windows.csv:2: error: left out: 6 november 2027 | 22:00 | Standaard" in said.err
    assert why in said.err


@pytest.mark.parametrize(
    "cell",
    [
        "<s>22:00</s>",
        "<del>22:00</del>",
        "<span style='text-decoration: line-through'>22:00</span>",
    ],
)
def test_what_is_struck_out_is_refused(tmp_path: Path, cell: str) -> None:
    rows = f"<tr><td>6 november 2027<td>{cell}<tr><td>7 november 2027<td>22:00"
    text = f"<table><tr><th>Datum<th>Tijd{rows}</table>"
    said = import_file(tmp_path, "windows.html", text, *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-11-07 22:00"])
    assert said.err.count("left out") == 1


def test_what_is_struck_out_in_markdown_is_refused(tmp_path: Path) -> None:
    text = "# Plan\n\n| Datum | Tijd |\n|---|---|\n| 6 november 2027 | ~~22:00~~ |\n| 7 november 2027 | 22:00 |\n"
    said = import_file(tmp_path, "windows.md", text, *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-11-07 22:00"])
    assert said.err == ("windows.md:5: error: left out: 6 november 2027 | 22:00\n  struck-out text.\n")


@pytest.mark.parametrize(
    "cell", ["20u30", "20 h 30", "20h30", "20:30 uur", "om 20.30 uur", "8:30 PM", "8.30 p.m.", "vanaf 20:30"]
)
def test_a_time_as_people_write_it(tmp_path: Path, cell: str) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd", f"6 november 2027;{cell}"), *STANDARD)
    assert spans(said) == ["2027-11-06 20:30"]


@pytest.mark.parametrize("cell", ["9:00 - 10:00 PM", "11:00 - 1:00 PM", "9:00 am - 22:00", "21:00 - 11 p.m."])
def test_a_range_of_which_one_half_says_am_or_pm_is_refused(tmp_path: Path, cell: str) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd", f"6 november 2027;{cell}"), *STANDARD)
    assert (said.status, said.out) == (1, "")
    assert f"windows.csv:2: error: left out: 6 november 2027 | {cell}\n" in said.err
    assert "has more than one reading; write both in full" in said.err


def test_a_cell_of_two_dates_is_refused_and_the_rows_beside_it_are_read(tmp_path: Path) -> None:
    rows = ("Datum;Tijd", "6 november 2027;22:00", "13/14 november 2027;22:00", "20 november 2027;22:00")
    said = import_file(tmp_path, "windows.csv", csv(*rows), *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-11-06 22:00", "2027-11-20 22:00"])
    assert said.err == (
        "windows.csv:3: error: left out: 13/14 november 2027 | 22:00\n"
        '  "13/14 november 2027" is not understood. Write it as in 2027-12-20.\n'
    )


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("tussen 22:00 en 23:00", "2027-11-06 23:00"),
        ("22:00-24:00", "2027-11-07 00:00"),
        ("22:00–02:00", "2027-11-07 02:00"),
        ("22:00 - 02:00 uur", "2027-11-07 02:00"),
        ("van 22:00 tot 23:30", "2027-11-06 23:30"),
        ("from 10 pm to 11:30 pm", "2027-11-06 23:30"),
        ("von 22:00 bis 23:30 Uhr", "2027-11-06 23:30"),
        ("de 22 h à 23 h 30", "2027-11-06 23:30"),
        ("between 10:00 p.m. and 2 a.m.", "2027-11-07 02:00"),
        ("zwischen 22 Uhr und 23 Uhr", "2027-11-06 23:00"),
        ("21:00 - 23:00 UTC", "2027-11-07 00:00"),
        ("22:00+01:00 - 23:00+01:00", "2027-11-06 23:00"),
    ],
)
def test_a_range_of_times(tmp_path: Path, cell: str, ends: str) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd", f"6 november 2027;{cell}"), *STANDARD)
    assert spans(said) == [f"2027-11-06 22:00 to {ends}"]


def test_the_calendar_of_a_page_gives_what_is_certain_and_says_why_the_rest_is_not(tmp_path: Path) -> None:
    text = (DATA / "minox-2021.txt").read_text(encoding="utf-8")
    said = import_file(tmp_path, "minox.txt", text, "--year", "2021")
    assert said.status == 1
    ids = """20211220T2100 20211213T2200 20211109T2100 20211021T2100 20210930T2100 20210916T2100 20210823T2100 20210816T2100
    20210610T2100 20210520T2100 20210506T2100 20210401T2100 20210304T2100 20210218T2100 20210209T2100 20210106T2100"""
    assert [each["id"] for each in windows_of(said)] == ids.split()
    assert [each["class"] for each in windows_of(said)].count("standaard/uitgebreid") == 1
    first, second = said.err.split("minox.txt:")[2:]
    assert first == (
        "8: error: left out: Dinsdag 9 December | 21:00 uur | Standaard\n  9 December 2021 is a Thursday; "
        "Tuesday is 7 December 2021. Write 2021-12-09 (Thursday) or 2021-12-07 (Tuesday).\n"
    )
    assert second.startswith("22: error: left out: Zaterdag 6 februari 2021 Zondag 7 februari 2021 | ")
    assert 'unknown class "Database upgrade, uitgebreid"' in second
    assert "has two times" in second


def test_without_a_year_its_rows_are_refused(tmp_path: Path) -> None:
    said = import_file(tmp_path, "windows.csv", csv("Datum;Tijd", "6 november;22:00"), *STANDARD)
    assert (said.status, said.out) == (1, "")
    assert "Or give the year of all such dates with --year." in said.err


# Columns and files


def test_columns_can_be_told(tmp_path: Path) -> None:
    said = import_file(tmp_path, "rows.csv", csv("Webmail,6 november 2027,22:00,Standaard"), "--columns", "-,date,time,class")
    assert (said.status, spans(said)) == (0, ["2027-11-06 22:00"])


def test_heads_that_are_not_understood_are_told_apart_by_columns(tmp_path: Path) -> None:
    rows = ("Wat;Datum aankondiging;Dag en tijd", "standaard;1 oktober 2027;6 november 2027 22:00")
    said = import_file(tmp_path, "rows.csv", csv(*rows))
    assert (said.status, said.out) == (1, "")
    assert 'Unclear column "Datum aankondiging". Name the columns with --columns.' in said.err
    said = import_file(tmp_path, "rows.csv", csv(*rows), "--columns", "class,-,start")
    assert (said.status, spans(said)) == (0, ["2027-11-06 22:00"])


@pytest.mark.parametrize("columns", ["when,class", "class,title", "date,banana"])
def test_columns_without_a_start_or_unknown_ones_are_wrong_usage(tmp_path: Path, columns: str) -> None:
    assert import_file(tmp_path, "rows.csv", "a,b\n", "--columns", columns).status == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_quotes(tmp_path: Path, separator: str) -> None:
    rows = (("Datum", "Tijd", "Titel"), ('"zaterdag 6 november 2027"', "22:00", '"Mail, web; ""Let op"""'))
    said = import_file(tmp_path, "rows.csv", "\ufeff" + csv(*(separator.join(row) for row in rows)), *STANDARD)
    assert (said.status, spans(said)) == (0, ['2027-11-06 22:00 Mail, web; "Let op"'])


def test_a_row_with_more_cells_than_its_head_is_refused(tmp_path: Path) -> None:
    said = import_file(tmp_path, "rows.csv", csv("Datum,Tijd", "zaterdag, 6 november 2027,22:00"), *STANDARD)
    assert (said.status, said.out) == (1, "")
    assert "It has 3 cells, more than the 2 columns." in said.err


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td rowspan=2>6 november 2027<td>08:00<tr><td>22:00",
        "<tr><td colspan=2>6 november 2027 08:00",
        "<tr><td>6 november 2027<td>22:00<!-- --><table><tr><td>23:00</table>",
    ],
)
def test_a_table_with_joined_cells_or_a_table_inside_is_refused(tmp_path: Path, row: str) -> None:
    text = f"<table><tr><th>Datum<th>Tijd{row}</table>\n<table><tr><th>Datum<th>Tijd<tr><td>7 november 2027<td>22:00</table>"
    said = import_file(tmp_path, "page.html", text, *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-11-07 22:00"])
    assert "page.html:1: error: left out: the table Datum | Tijd\n  cells over several rows or columns" in said.err


@pytest.mark.parametrize("cell", ["2<sup>1</sup> november 2027", "2<br>1 november 2027", "<p>2</p>1 november 2027"])
def test_what_is_not_shown_as_one_number_is_not_read_as_one(tmp_path: Path, cell: str) -> None:
    said = import_file(tmp_path, "page.html", f"<table><tr><th>Datum<th>Tijd<tr><td>{cell}<td>22:00</table>", *STANDARD)
    assert (said.status, said.out) == (1, "")


def test_tables_without_a_start_are_named_and_not_read(tmp_path: Path) -> None:
    text = "| A | B |\n|---|---|\n| 1 | 2 |\n\nText\n\n| Date | Time |\n|---|---|\n| Nov 6, 2027 | 10 pm |\n"
    said = import_file(tmp_path, "page.md", text, *STANDARD)
    assert (said.status, spans(said)) == (0, ["2027-11-06 22:00"])
    assert said.err == "icsfeed: page.md:1: table skipped, it has no start column: A | B\n"


@pytest.mark.parametrize(
    ("name", "text"), [("a.html", "<p>6 november 2027 22:00</p>"), ("a.md", "# Plan\n"), ("a.csv", "a;b\n1;2\n")]
)
def test_a_file_without_such_a_table_is_said(tmp_path: Path, name: str, text: str) -> None:
    said = import_file(tmp_path, name, text)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"icsfeed: {name}: no table with a start column; name the columns with --columns")


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    import_file(tmp_path, "rows.csv", "")
    (tmp_path / "rows.csv").write_bytes("Datum;Durée\n".encode("latin-1"))
    said = run(tmp_path, "import", str(tmp_path / "rows.csv"))
    assert said.status == 2
    assert said.err == "icsfeed: rows.csv is not UTF-8; save it as UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8\n"


def test_a_table_in_utf_16_as_spreadsheets_save_it(tmp_path: Path) -> None:
    import_file(tmp_path, "rows.txt", "")
    (tmp_path / "rows.txt").write_bytes("Datum\tTijd\r\n6 november 2027\t22:00\r\n".encode("utf-16"))
    assert spans(run(tmp_path, "import", str(tmp_path / "rows.txt"), *STANDARD)) == ["2027-11-06 22:00"]


# ImportSettings


@pytest.mark.parametrize(
    ("cell", "options", "start"),
    [
        ("6-7-2027", ("--dates", "dmy"), "2027-07-06 12:00"),
        ("6/7/2027", ("--dates", "mdy"), "2027-06-07 12:00"),
        ("2027/7/6", ("--dates", "ymd"), "2027-07-06 12:00"),
        ("2027-07-06", ("--dates", "dmy"), "2027-07-06 12:00"),
        ("za 06.11.2027", ("--dates", "dmy"), "2027-11-06 12:00"),
        ("Samstag, 6. November", ("--year", "2027", "--language", "de"), "2027-11-06 12:00"),
        ("1er décembre 2027", ("--language", "fr"), "2027-12-01 12:00"),
        ("6 november 2027", ("--timezone", "UTC"), "2027-11-06 13:00"),
        ("6 november 2027", ("--timezone", "America/New_York"), "2027-11-06 17:00"),
    ],
)
def test_what_is_told_beside_the_file(tmp_path: Path, cell: str, options: tuple[str, ...], start: str) -> None:
    said = import_file(tmp_path, "rows.csv", csv("Datum;Tijd", f"{cell};12:00"), *STANDARD, *options)
    assert (said.status, spans(said)) == (0, [start])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("6-7-2027;12:00;", "Or give the order of all dates with --dates"),
        ("6-7-27;12:00;", "four, two and two digits"),
        ("vrijdag 6 november 2027;12:00;", "6 November 2027 is a Saturday"),
        ("Samstag 6 november 2027;12:00;", '"samstag" is not a word of a date'),
        ("6 november 2027;;", "no time"),
        (";12:00;", "no date"),
        ("6 november 2027;12:00 CET;", '"cet" is not a word of a date'),
        ("6 november 2027;12:00 Mars/Olympus;", "is not a zone"),
        ("6 november 2027;12:00 UTC+2;", 'utc+2" is not understood'),
        ("6 november 2027;12:00 tot laat;", '"tot" is not a word of a date'),
        ("6 november 2027;25:00;", "a time that does not exist"),
        ("6 november 2027;24:00;", "a time that does not exist"),
        ("6 november 2027;12:00 of 13:00;", "has two times"),
        ("6 november 2027;12:00 - 13:00 - 14:00;", "has two times"),
        ("6 november 2027;ca. 12:00;", "is not a word of a date"),
        ("6 november 2027;12:00 UTC - 13:00;", "different time zones"),
        ("6 november 2027;13:00 - 12:00;", "more than twelve hours later"),
        ("6 november 2027;12:00 - 12:00;", "the end is not after the start"),
        ("6 november 2027;tussen 12:00;", "lacks an end"),
        ("2027-11-06 12:00-10:00;;", "has more than one reading, an offset or an end"),
        ("6/11/2027;12:00-10:00;", "has more than one reading, an offset or an end"),
        ("28 maart 2027;02:30;", "does not exist in Europe/Amsterdam"),
        ("31 oktober 2027;02:30;", "exists twice in Europe/Amsterdam"),
        ("6 november 2027;12:00;lang", '"lang" is not a duration'),
        ("6 november 2027;12:00;minimaal 2 uur", "is not its length"),
        ("6 november 2027;12:00 - 13:00;2 uur", "as its end says otherwise"),
    ],
)
def test_a_row_that_is_not_certain_is_refused_with_its_reason(tmp_path: Path, row: str, why: str) -> None:
    said = import_file(tmp_path, "rows.csv", csv("Datum;Tijd;Duur", "1 november 2027;12:00;", row), *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-11-01 12:00"])
    assert said.err.startswith("rows.csv:3: error: left out: ")
    assert why in said.err


def test_a_word_that_is_no_class_is_refused_though_others_have_the_class_of_the_option(tmp_path: Path) -> None:
    rows = ("Datum;Tijd;Soort", "6 november 2027;12:00;Uitgebreid", "7 november 2027;12:00;Netwerk", "8 november 2027;12:00;")
    said = import_file(tmp_path, "rows.csv", csv(*rows), *STANDARD)
    assert [each["class"] for each in windows_of(said)] == ["uitgebreid", "standaard"]
    assert 'rows.csv:3: error: left out: 7 november 2027 | 12:00 | Netwerk\n  unknown class "Netwerk"' in said.err


def test_a_class_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    said = import_file(tmp_path, "rows.csv", csv("Datum;Tijd", "6 november 2027;12:00"), "--class", "standard-ish")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith('icsfeed: unknown class "standard-ish".')


def test_standard_input_can_be_imported(tmp_path: Path) -> None:
    make_folder(tmp_path, TEXT)
    done = subprocess.run(
        [sys.executable, "-m", "icsfeed", "import", "-", *STANDARD],
        input="Datum;Tijd\n6 november 2027;12:00\nmorgen;12:00\n",
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count("- id:")) == (1, 1)
    assert done.stderr.startswith("-:3: error: left out: morgen | 12:00\n")
