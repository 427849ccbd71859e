"""Questions on a terminal, and what must not end in a traceback."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.commands.desk import Said, converse, run, save
from tests.publishing.desk import FIRST, SECOND
from tests.support import HEAD, ROOT, clean_environment, icsfeed, schedule_text

ALONE = "example: first vanished; it would be published as cancelled. Meant? `--withdraw first` [y/N]: "


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "icsfeed", *arguments]


def environment(**more: str) -> dict[str, str]:
    return clean_environment(PYTHONPATH=str(ROOT), **more)


@pytest.fixture
def vanished(tmp_path: Path) -> Path:
    save(tmp_path, schedule_text(FIRST, SECOND))
    run(tmp_path, "publish")
    save(tmp_path, schedule_text(SECOND))
    return tmp_path


@pytest.mark.parametrize("arguments", [("list", "--all"), ("check",), ("diff",), ("--help",), ("list", "--help")])
def test_when_nobody_reads_on_a_command_ends_as_other_programs_do(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    save(tmp_path, schedule_text(FIRST, SECOND))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            command(*arguments), cwd=tmp_path, env=environment(), stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False
        )

    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


def test_a_question_answered_with_yes_is_published(vanished: Path) -> None:
    status, shown = converse(vanished, b"y\n", "publish")
    assert (status, "example: 1 change published\n" in shown) == (0, True)
    assert ALONE in shown
    assert run(vanished, "diff").status == 0


@pytest.mark.parametrize("keys", [b"n\n", b"\n"])
def test_a_question_answered_with_no_publishes_nothing(vanished: Path, keys: bytes) -> None:
    before = (vanished / "schedule" / "example.journal.jsonl").read_bytes()
    status, shown = converse(vanished, keys, "publish")
    assert status == 1
    assert shown.endswith("example: nothing was published; answer with the options above\n")
    assert (vanished / "schedule" / "example.journal.jsonl").read_bytes() == before


def test_a_question_that_is_not_answered_publishes_nothing(vanished: Path) -> None:
    status, shown = converse(vanished, b"\x04", "publish")
    assert (status, "Traceback" in shown) == (1, False)


def test_several_questions_are_asked_one_after_another(vanished: Path) -> None:
    save(vanished, schedule_text("  - id: late\n    start: 2020-12-07 21:00\n    class: standaard\n"))
    status, shown = converse(vanished, b"y\ny\ny\n", "publish")
    assert (status, "example: 3 changes published\n" in shown) == (0, True)
    assert [shown.count(flag) for flag in ("`--withdraw first`", "`--withdraw second`", "`--past`")] == [1, 1, 1]


def test_without_a_terminal_nothing_is_asked(vanished: Path) -> None:
    done = icsfeed("publish", cwd=vanished)
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"{ALONE.removesuffix(' [y/N]: ')}\nexample: nothing was published; answer with the options above\n",
    )


# No traceback


def test_a_folder_that_is_not_there_is_said_with_where_it_was_looked_for(tmp_path: Path) -> None:
    done = icsfeed("check", cwd=tmp_path)
    wanted = f"icsfeed: no folder schedule in {tmp_path}; use --schedule or ICSFEED_SCHEDULE\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", wanted)


@pytest.mark.parametrize("words", [("check",), ("list",), ("show", "x"), ("diff",), ("publish",)])
def test_a_folder_that_is_not_there_is_said_by_every_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    wanted = "icsfeed: no folder schedule; use --schedule or ICSFEED_SCHEDULE\n"  # the path of the root is left out
    assert run(tmp_path, *words) == Said(2, "", wanted)


@pytest.mark.parametrize("words", [("check",), ("list",), ("show", "x"), ("diff",), ("publish",)])
def test_an_empty_folder_names_init(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "schedule").mkdir()
    wanted = "icsfeed: no schedule file in schedule; `icsfeed init NAME --domain DOMAIN` creates one\n"
    assert run(tmp_path, *words) == Said(2, "", wanted)


@pytest.mark.parametrize("words", [("check",), ("list",), ("show", "x"), ("diff",), ("publish",)])
def test_an_unknown_calendar_is_refused_with_a_guess(tmp_path: Path, words: tuple[str, ...]) -> None:
    save(tmp_path, schedule_text(FIRST))
    save(tmp_path, HEAD.replace("example.com", "other.example.com") + "windows: []\n", key="other")
    wanted = 'icsfeed: calendar "exmaple" not found in schedule. Did you mean "example"? Calendars: example, other.\n'
    assert run(tmp_path, *words, "--calendar", "exmaple") == Said(2, "", wanted)


@pytest.mark.parametrize("words", [("check",), ("list",), ("show", "first"), ("diff",)])
@pytest.mark.parametrize("now", ["gisteren", "", "6-7-2027 12:00", "2027-10-31 02:30", "99999999999999"])
def test_a_moment_that_is_none_is_refused(tmp_path: Path, words: tuple[str, ...], now: str) -> None:
    save(tmp_path, schedule_text(FIRST))
    said = run(tmp_path, *words, "--now", now, now=None)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("icsfeed: --now: ")


@pytest.mark.parametrize("words", [("list",), ("show", "x"), ("diff",), ("publish",), ("check",)])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", bytes(range(256)), b"- " * 3000])
def test_garbage_is_told_by_every_command(tmp_path: Path, words: tuple[str, ...], content: bytes) -> None:
    save(tmp_path, "").write_bytes(content)
    said = run(tmp_path, *words)
    assert said.status == 1
    assert "schedule/example.yaml:" in said.out + said.err


@pytest.mark.parametrize("words", [("list",), ("show", "first"), ("diff",), ("publish",), ("check",)])
def test_a_journal_of_garbage_is_told_by_every_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    save(tmp_path, schedule_text(FIRST))
    (tmp_path / "schedule" / "example.journal.jsonl").write_bytes(b"\xff\x00{}\nx\n")
    said = run(tmp_path, *words)
    assert said.status == 1
    assert "schedule/example.journal.jsonl:1: error: this line is not UTF-8" in said.out + said.err


@pytest.mark.parametrize("words", [("list",), ("show", "first"), ("diff",), ("publish",)])
def test_a_folder_in_place_of_a_journal_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    save(tmp_path, schedule_text(FIRST))
    (tmp_path / "schedule" / "example.journal.jsonl").mkdir()
    assert run(tmp_path, *words) == Said(2, "", "icsfeed: schedule/example.journal.jsonl: Is a directory\n")


def test_a_folder_that_cannot_be_written_is_said() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        save(root, schedule_text(FIRST))
        root.chmod(0o755)
        (root / "schedule").chmod(0o555)
        if os.geteuid() == 0:
            os.seteuid(65534)
        try:
            said = run(root, "publish")
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
        assert [each.name for each in (root / "schedule").iterdir()] == ["example.yaml"]
        (root / "schedule").chmod(0o755)
    assert said == Said(2, "", "icsfeed: schedule/.example.journal.jsonl.lock: Permission denied\n")


def test_a_reader_that_goes_away_ends_nothing_badly(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(*(FIRST.replace("first", f"w{n}").replace("2027", "2036") for n in range(900))))
    with subprocess.Popen(
        command("list"), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_closed_standard_output_ends_nothing_badly(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    line = " ".join([sys.executable, "-m", "icsfeed", "list", ">&-"])
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert done.stderr == b""


def test_a_terminal_with_few_characters_shows_what_it_can(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST.replace("2027", "2036")))
    done = icsfeed("list", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "21:00\\u201321:20" in done.stdout


def test_a_machine_without_git_login_and_home_publishes(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST.replace("2027", "2036")))
    code = "import os; os.getuid = lambda: 4711; from icsfeed.cli.commands import main; main(['publish'])"
    bare = {"PYTHONPATH": str(ROOT), "PATH": "/nonexistent"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"by":"unknown"' in (tmp_path / "schedule" / "example.journal.jsonl").read_text()


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    said = run(tmp_path, "frobnicate", now=None)
    assert (said.status, said.out) == (2, "")
