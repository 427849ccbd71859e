"""Each page in tests/data/pasted gives the schedule file and the words that stand beside it."""

from pathlib import Path

import pytest

from icsfeed.drafting.pasted import Hints, make_schedule
from tests.support import ROOT, icsfeed

DATA = ROOT / "tests" / "data" / "pasted"
PAGES = sorted(path for path in DATA.iterdir() if path.suffix in {".txt", ".html"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_gives_its_schedule_file(page: Path) -> None:
    imported = make_schedule(page.read_bytes(), file="x.yaml", key="x", hints=Hints())
    assert imported.data.decode() == page.with_suffix(".yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_guess_and_everything_left_out_is_said_with_its_line(page: Path) -> None:
    imported = make_schedule(page.read_bytes(), file="x.yaml", key="x", hints=Hints())
    said = "".join(f"{remark}\n" for remark in imported.remarks)
    assert said == page.with_name(f"{page.name}.said").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_guess_is_a_comment_in_the_file(page: Path) -> None:
    imported = make_schedule(page.read_bytes(), file="x.yaml", key="x", hints=Hints())
    lines = (line.strip() for line in imported.data.decode().splitlines())
    comments = " ".join(line.removeprefix("# ") for line in lines if line.startswith("#"))
    assert [remark.text for remark in imported.remarks if remark.is_guess and remark.text not in comments] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_file_has_a_key_a_line_nothing_behind_a_value_and_the_windows_last(page: Path) -> None:
    imported = make_schedule(page.read_bytes(), file="x.yaml", key="x", hints=Hints())
    text = imported.data.decode()
    entries = [line for line in text.split("\nwindows:\n")[1].splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in entries if not line.startswith(("  - id: ", "    "))] == []
    assert text.count("\nwindows:") == 1
    assert [line for line in entries if " #" in line.partition(": ")[2].strip('"') and line.count('"') < 2] == []


def test_the_command_prints_the_file_and_says_the_rest_on_standard_error(tmp_path: Path) -> None:
    done = icsfeed("import", DATA / "minox.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, (DATA / "minox.yaml").read_text(encoding="utf-8"))
    said = (DATA / "minox.txt.said").read_text(encoding="utf-8")
    assert done.stderr == f"{said}18 windows, 24 guesses, 0 left out\n"


def test_what_cannot_be_read_makes_the_command_end_with_1(tmp_path: Path) -> None:
    done = icsfeed("import", DATA / "messy.html", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, (DATA / "messy.yaml").read_text(encoding="utf-8"))
    assert 'line 16: left out: "6 en 7 november 21:00 uur Groot": no date is understood in this row' in done.stderr
