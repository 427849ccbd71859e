"""What stands in the folder under a calendar's name and is no file, or not ours."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.publishing.desk import FIRST
from tests.support import icsfeed, make_folder, schedule_text

COMMANDS = ["check", "list", "publish", "reconcile", "cancel first"]
Put = Callable[[Path], None]
SECRET = "root:x:0:0: secret"


def put_fifo(path: Path) -> None:
    os.mkfifo(path)


def put_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def put_huge_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000_000)


def put_loop(path: Path) -> None:
    path.symlink_to(path.name)


ODD = {
    put_fifo: "not a regular file",
    put_device: "not a regular file",
    put_huge_file: "larger than 64 MB",
    put_loop: "Too many levels of symbolic links",
}


@pytest.mark.parametrize(("put", "reason"), ODD.items(), ids=[each.__name__ for each in ODD])
@pytest.mark.parametrize("command", [*COMMANDS, "diff"])
def test_an_odd_journal_is_refused_by_name_and_hangs_nothing(tmp_path: Path, put: Put, reason: str, command: str) -> None:
    make_folder(tmp_path, schedule_text(FIRST))
    put(tmp_path / "schedule" / "example.journal.jsonl")
    said = icsfeed(*command.split(), cwd=tmp_path)

    assert said.returncode in {1, 2}
    assert "schedule/example.journal.jsonl" in said.stdout + said.stderr
    assert reason in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("put", "reason"), ODD.items(), ids=[each.__name__ for each in ODD])
def test_an_odd_schedule_is_refused_by_name_and_hangs_nothing(tmp_path: Path, put: Put, reason: str, command: str) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    file.unlink()
    put(file)
    said = icsfeed(*command.split(), cwd=tmp_path)

    expected = "it is a link to a file outside schedule" if put is put_device else reason
    assert said.returncode in {1, 2}
    assert "schedule/example.yaml" in said.stdout + said.stderr
    assert expected in said.stdout + said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("put", ODD, ids=[each.__name__ for each in ODD])
def test_an_odd_file_of_another_calendar_is_in_nobodys_way(tmp_path: Path, put: Put) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST.replace("2027", "2036")))
    put(file.with_name("odd.yaml"))
    put(file.with_name("even.journal.jsonl"))
    listed, shown, cancelled = (icsfeed(*words, cwd=tmp_path) for words in (("list",), ("show", "first"), ("cancel", "first")))

    assert (listed.returncode, "first" in listed.stdout) == (2, True)
    assert (shown.returncode, "first" in shown.stdout) == (0, True)
    assert cancelled.returncode == 0, cancelled.stderr
    assert "status: cancelled" in file.read_text(encoding="utf-8")
    assert "schedule/odd.yaml" in listed.stderr


def test_an_odd_file_is_not_imported_and_an_odd_journal_not_exported(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(FIRST))
    put_fifo(tmp_path / "windows.csv")
    said = icsfeed("import", "windows.csv", cwd=tmp_path)
    assert (said.returncode, said.stderr) == (2, "icsfeed: windows.csv: not a regular file\n")

    put_fifo(tmp_path / "schedule" / "example.journal.jsonl")
    said = icsfeed("export", "out", "--public-url", "https://example.org", cwd=tmp_path)
    assert said.returncode == 1
    assert "schedule/example.journal.jsonl: not a regular file" in said.stderr


@pytest.mark.parametrize("target", ["../secret", "{root}/secret", "../schedule-of-others/secret", "link"])
def test_a_link_out_of_the_folder_is_refused_without_a_word_of_what_it_leads_to(tmp_path: Path, target: str) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    (tmp_path / "schedule-of-others").mkdir()
    for secret in (tmp_path / "secret", tmp_path / "schedule-of-others" / "secret"):
        secret.write_text(f"{SECRET}\n", encoding="utf-8")
    (file.parent / "link").symlink_to("../secret")
    (file.parent / "other.yaml").symlink_to(target.format(root=tmp_path))
    said = icsfeed("check", cwd=tmp_path)

    problem = "schedule/other.yaml: error: cannot read the file: it is a link to a file outside schedule\n"
    assert said.returncode == 1
    assert problem in said.stdout
    for command in (("check", "--json"), ("publish",), ("list",), ("edit", "--calendar", "other")):
        told = icsfeed(*command, cwd=tmp_path, EDITOR="cat")
        assert "secret" not in told.stdout + told.stderr


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    (file.parent / "versions").mkdir()
    file.rename(file.parent / "versions" / "one")
    file.symlink_to("versions/one")
    (tmp_path / "link").symlink_to("schedule")

    for folder in ("schedule", "link"):
        assert icsfeed("check", "--schedule", folder, cwd=tmp_path).returncode == 0
