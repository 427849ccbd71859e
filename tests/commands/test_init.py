import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import main
from icsfeed.names import LANGUAGES
from tests.commands.desk import Said, run, save
from tests.publishing.desk import FIRST
from tests.support import REAL, icsfeed, load, schedule_text


def schedule(root: Path) -> Path:
    return root / "schedule"


def test_a_folder_is_made_with_a_schedule_and_what_git_must_know(tmp_path: Path) -> None:
    said = run(tmp_path, "init", "my-service", "--domain", "example.com")
    assert (said.status, said.out.split(" with ")[0]) == (0, "created schedule/my-service.yaml")
    assert sorted(each.name for each in schedule(tmp_path).iterdir()) == [".gitattributes", ".gitignore", "my-service.yaml"]
    assert (schedule(tmp_path) / ".gitattributes").read_text() == (REAL / ".gitattributes").read_text()
    assert (schedule(tmp_path) / ".gitignore").read_text() == (REAL / ".gitignore").read_text()


@pytest.mark.parametrize("languages", [*LANGUAGES, ",".join(LANGUAGES), "en, nl"])
def test_the_schedule_has_no_error_and_no_warning_but_that_it_waits(tmp_path: Path, languages: str) -> None:
    options = ("--domain", "example.com", "--languages", languages, "--timezone", "Europe/Amsterdam")
    assert run(tmp_path, "init", "my-service", *options).status == 0
    waits = "schedule/my-service.yaml:1: warning: 2 changes are not yet published\n  Run `icsfeed diff` to see them.\n"
    checked = run(tmp_path, "check", "--strict", now=None)
    assert checked == Said(0, f"{waits}schedule/my-service.yaml: 1 window, 1 warning\n", "")
    assert run(tmp_path, "publish").status == 0
    assert run(tmp_path, "check", "--strict", now=None) == Said(0, "schedule/my-service.yaml: 1 window, no problems\n", "")


def test_it_has_one_window_next_month(tmp_path: Path) -> None:
    run(tmp_path, "init", "my-service", "--domain", "example.com")
    (row,) = run(tmp_path, "list", now=None).out.splitlines()
    assert row.endswith("standard  planned  new, not yet published")


def test_a_file_that_is_there_already_is_not_touched(tmp_path: Path) -> None:
    file = save(tmp_path, "mine")
    assert run(tmp_path, "init", "example", "--domain", "example.com") == Said(
        2, "", "icsfeed: schedule/example.yaml already exists; nothing was changed\n"
    )
    assert file.read_text() == "mine"


def test_a_second_calendar_joins_the_folder(tmp_path: Path) -> None:
    run(tmp_path, "init", "one", "--domain", "one.example.com")
    before = [(schedule(tmp_path) / name).read_text() for name in (".gitattributes", ".gitignore")]
    assert run(tmp_path, "init", "two", "--domain", "two.example.com").status == 0
    assert [(schedule(tmp_path) / name).read_text() for name in (".gitattributes", ".gitignore")] == before
    assert run(tmp_path, "check", "--strict", now=None).status == 0


def test_lines_that_git_knows_already_are_kept(tmp_path: Path) -> None:
    schedule(tmp_path).mkdir()
    (schedule(tmp_path) / ".gitattributes").write_text("*.yaml text")
    run(tmp_path, "init", "one", "--domain", "one.example.com")
    assert (schedule(tmp_path) / ".gitattributes").read_text() == "*.yaml text\n*.journal.jsonl text eol=lf\n"


def test_a_domain_that_another_calendar_has_is_refused(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    assert run(tmp_path, "init", "two", "--domain", "Example.com") == Said(
        2, "", 'icsfeed: calendar "example" already has the domain "example.com"; nothing was changed\n'
    )
    assert not (schedule(tmp_path) / "two.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Upper", "--domain", "a.b"), '"Upper": use lowercase letters'),
        (("api", "--domain", "a.b"), '"api": "api" is reserved, because addresses use it'),
        (("x", "--domain", "-"), '"-": a domain is a host name such as example.com'),
        (
            ("x", "--domain", "a.b", "--languages", "en,xx"),
            '--languages: "xx" is unknown or repeated; choose from nl, en, de, fr',
        ),
        (
            ("x", "--domain", "a.b", "--languages", "en,en"),
            '--languages: "en" is unknown or repeated; choose from nl, en, de, fr',
        ),
        (
            ("x", "--domain", "a.b", "--timezone", "Europe/Amsterdm"),
            'unknown time zone "Europe/Amsterdm". Did you mean "Europe/Amsterdam"? Use an IANA name such as Europe/Amsterdam.',
        ),
        (
            ("x", "--domain", "a.b", "--now", "2027-01-01 12:00"),
            "--now only previews; this command changes files, so leave --now out",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    said = run(tmp_path, "init", *arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"icsfeed: {sentence}")
    assert not schedule(tmp_path).exists()


@pytest.mark.parametrize("name", ["2", "20", "null", "no", "1e3", "a" * 64, "first"])
def test_any_name_gives_a_schedule_that_can_be_published(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "init", name, "--domain", "1.example.com").status == 0
    assert run(tmp_path, "publish").status == 0


def test_an_option_that_is_missing_is_wrong_usage(tmp_path: Path) -> None:
    said = run(tmp_path, "init", "one")
    assert (said.status, said.out) == (2, "")
    assert "Missing option '--domain'" in said.err


def test_a_folder_can_be_named_by_the_environment(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "plans"
    environment = {"ICSFEED_SCHEDULE": str(folder)}
    assert CliRunner().invoke(main, ["init", "one", "--domain", "a.b"], env=environment).exit_code == 0
    assert (folder / "one.yaml").exists()


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    schedule(tmp_path).write_text("")
    said = run(tmp_path, "init", "one", "--domain", "a.b")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("icsfeed: ")


def test_the_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run(tmp_path, "init", "one", "--domain", "a.b")
    finally:
        os.umask(before)
    assert stat.S_IMODE((schedule(tmp_path) / "one.yaml").stat().st_mode) == 0o640


def test_its_texts_are_in_each_language_named(tmp_path: Path) -> None:
    run(tmp_path, "init", "kantoor", "--domain", "example.com", "--languages", "nl,en,de,fr")
    calendar = load((tmp_path / "schedule" / "kantoor.yaml").read_text(encoding="utf-8"), key="kantoor").calendar
    versions = [dict(each.versions) for each in (calendar.name, *(kind.name for kind in calendar.classes))]
    assert {frozenset(each) for each in versions} == {frozenset({"nl", "en", "de", "fr"})}
    assert [each["nl"] for each in versions] == ["Kantoor onderhoud", "Operationeel", "Standaard", "Uitgebreid"]


def test_without_a_zone_it_takes_the_machines_and_says_so(tmp_path: Path) -> None:
    for zone, name in (("Europe/Amsterdam", "one"), ("UTC", "two")):
        done = icsfeed("init", name, "--domain", f"{name}.example.com", cwd=tmp_path, TZ=zone)
        text = (tmp_path / "schedule" / f"{name}.yaml").read_text(encoding="utf-8")
        assert load(text, key=name).calendar.timezone == zone
        assert f"The time zone is this machine's, {zone}; change `timezone` in schedule/{name}.yaml" in done.stderr
