from pathlib import Path

import pytest

from icsfeed.drafting.pasted import Hints, Imported, add_to_schedule
from tests.pasting.pages import page_of
from tests.support import ROOT, copy_real_calendar, icsfeed, load, make_folder, schedule_text

DATA = ROOT / "tests" / "data" / "pasted"
NEW = "2 november 2027|21:00|Standaard"


def entry(id_: str, start: str) -> str:
    return f"  - id: {id_}\n    start: {start}\n    class: standaard\n"


DECEMBER = entry("20271207T2100", "2027-12-07 21:00")
OCTOBER = entry("20271005T2100", "2027-10-05 21:00")
SEPTEMBER = entry("20270907T2100", "2027-09-07 21:00")
NOVEMBER = entry("20271102T2100", "2027-11-02 21:00")


def add(text: str, *rows: str) -> Imported:
    return add_to_schedule(page_of(*rows), text.encode(), load(text), Hints(language="nl"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((DECEMBER, OCTOBER), (DECEMBER, NOVEMBER, OCTOBER)),
        ((OCTOBER, DECEMBER), (OCTOBER, NOVEMBER, DECEMBER)),
        ((OCTOBER, DECEMBER, SEPTEMBER), (OCTOBER, DECEMBER, SEPTEMBER, NOVEMBER)),
    ],
    ids=["newest first", "oldest first", "no order"],
)
def test_an_entry_goes_where_the_files_order_puts_it(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert add(schedule_text(*before), NEW).data.decode() == schedule_text(*after)


def test_an_empty_list_takes_the_pages_order() -> None:
    found = add(schedule_text(), "7 december 2027|21:00|Standaard", NEW, "5 oktober 2027|21:00|Standaard")
    assert found.added == ("20271207T2100", "20271102T2100", "20271005T2100")
    assert found.data.decode() == schedule_text(DECEMBER, NOVEMBER, OCTOBER)


def test_guesses_stand_above_the_new_entry() -> None:
    text = schedule_text("  # the last of the year\n", DECEMBER, OCTOBER)
    comment = "  # The page gives no year: 2027 follows from the rows around it.\n"
    found = add(text, "7 december 2027|21:00|Standaard", "2 november|21:00|Standaard")
    assert found.data.decode() == schedule_text("  # the last of the year\n", DECEMBER, comment, NOVEMBER, OCTOBER)


def test_crlf_and_a_missing_last_line_feed_are_left_as_they_are() -> None:
    text = schedule_text(DECEMBER, OCTOBER).replace("\n", "\r\n").removesuffix("\r\n")
    found = add(text, NEW, "7 september 2027|21:00|Standaard").data.decode()
    assert found == schedule_text(DECEMBER, NOVEMBER, OCTOBER, SEPTEMBER).replace("\n", "\r\n").removesuffix("\r\n")


def test_flow_style_is_kept() -> None:
    begin = schedule_text().removesuffix("windows: []\n")
    text = f"{begin}windows: [{{id: a, start: 2027-12-07 21:00, class: standaard}}]\n"
    added = "{id: 20271102T2100, start: 2027-11-02 21:00, class: standaard}"
    assert add(text, NEW).data.decode() == text.replace("}]", f"}}, {added}]")


def test_a_window_of_the_same_moment_is_there_already() -> None:
    text = schedule_text(entry("mine", "2027-11-02 21:00"))
    assert add(text, NEW).data == text.encode()


def test_a_window_that_was_moved_since_is_left_as_it_is() -> None:
    text = schedule_text(entry("20271102T2100", "2027-11-04 22:00"))
    found = add(text, NEW)
    assert found.data == text.encode()
    assert [str(remark) for remark in found.remarks] == [
        "line 8: 20271102T2100 is in the file already, moved to 2027-11-04 22:00+01:00: it is left as it is."
    ]


def test_classes_are_found_by_their_names_in_every_language() -> None:
    found = add(schedule_text(), "2 november 2027|21:00|Extended")
    assert [window.classes for window in found.schedule.windows] == [("uitgebreid",)]


def test_a_class_that_the_file_lacks_is_left_out_with_its_row() -> None:
    found = add(schedule_text(), NEW, "3 november 2027|21:00|Enorm")
    assert [str(remark) for remark in found.remarks] == [
        'line 9: left out: "3 november 2027 21:00 Enorm": it names no class that is known.'
    ]


def test_the_real_page_adds_nothing_to_the_shipped_file(tmp_path: Path) -> None:
    file = copy_real_calendar(tmp_path) / "minox-online.yaml"
    before = file.read_bytes()
    done = icsfeed("import", DATA / "minox.txt", "--into", file, cwd=tmp_path)
    assert (done.returncode, done.stdout, file.read_bytes()) == (0, "", before)
    assert done.stderr.endswith("minox-online.yaml: nothing to add\n")


def test_a_file_that_is_not_there_is_made_and_a_second_import_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "minox.yaml"
    first = icsfeed("import", DATA / "minox.html", "--into", "minox.yaml", cwd=tmp_path)
    assert (first.returncode, file.read_bytes()) == (0, (DATA / "minox.yaml").read_bytes())
    assert first.stderr.endswith("minox.yaml: 18 windows added\n")
    second = icsfeed("import", DATA / "minox.txt", "--into", "minox.yaml", cwd=tmp_path)
    assert (second.returncode, file.read_bytes()) == (0, (DATA / "minox.yaml").read_bytes())
    assert second.stderr.endswith("minox.yaml: nothing to add\n")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")) == ["minox.yaml"]


def test_a_file_that_is_made_checks(tmp_path: Path) -> None:
    (tmp_path / "schedule").mkdir()
    icsfeed("import", DATA / "messy.html", "--into", "schedule/example.yaml", cwd=tmp_path)
    assert icsfeed("check", cwd=tmp_path).returncode == 0


def test_a_domain_that_another_calendar_has_is_refused(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(DECEMBER))
    done = icsfeed("import", DATA / "minox.txt", "--into", "schedule/minox.yaml", "--domain", "example.com", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "schedule" / "minox.yaml").exists()) == (1, False)
    assert 'the calendar "example" has the domain "example.com" already' in done.stderr


def test_the_page_may_come_from_standard_input(tmp_path: Path) -> None:
    done = icsfeed("import", "-", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "icsfeed: -: no window was found in it\n")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("page.txt", "--into", "schedule/example.yaml", "--domain", "other.example"), 2, "--domain is for a new file"),
        (("page.txt", "--into", "schedule/example.yaml", "--timezone", "UTC"), 2, "--timezone is for a new file"),
        (("page.txt", "--into", "schedule/example.yml"), 2, "the name of a schedule file ends in .yaml"),
        (("page.txt", "--into", "schedule/API.yaml"), 2, "a name is made of small letters"),
        (("page.txt", "--into", "nowhere/example.yaml"), 2, "No such file or directory"),
        (("page.txt", "--language", "es"), 2, "languages are nl, en, de, fr"),
        (("page.txt", "--timezone", "Europe/Amsterdan"), 2, 'Did you mean "Europe/Amsterdam"?'),
        (("page.txt", "--domain", "a b"), 2, "a domain is a host name"),
        (("page.txt", "--now", "2027-01-01 12:00"), 2, "this command changes files"),
        (("missing.txt",), 2, "No such file or directory"),
        (("schedule",), 2, "Is a directory"),
        (("page.txt", "--into", "schedule/broken.yaml"), 1, "nothing was written"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    make_folder(tmp_path, schedule_text(DECEMBER))
    make_folder(tmp_path, "calendar: [\n", key="broken")
    (tmp_path / "page.txt").write_bytes(page_of(NEW))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = icsfeed("import", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
