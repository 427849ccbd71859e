import json
import os
from pathlib import Path

import pytest

from tests.commands.desk import Said, run, save
from tests.publishing.desk import FIRST, SECOND
from tests.repository import git
from tests.support import HEAD, schedule_text

PENDING = "schedule/example.yaml:1: warning: 2 changes are not yet published\n  Run `icsfeed diff` to see them.\n"
TYPO = schedule_text(FIRST).replace("    class: standaard", "    clas: standaard")


def test_a_folder_without_a_fault_has_a_line_for_each_calendar(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    assert run(tmp_path, "publish").status == 0
    assert run(tmp_path, "check", "--strict") == Said(0, "schedule/example.yaml: 1 window, no problems\n", "")


def test_changes_that_wait_are_told_but_are_no_finding_even_when_strict(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    assert run(tmp_path, "check", "--strict") == Said(0, f"{PENDING}schedule/example.yaml: 1 window, 1 warning\n", "")


def test_an_error_is_a_finding_with_its_place_and_cure(tmp_path: Path) -> None:
    save(tmp_path, TYPO)
    said = run(tmp_path, "check")
    assert (said.status, said.err) == (1, "")
    assert (
        'schedule/example.yaml:29:5: error: unknown key "clas"\n    clas: standaard\n    ^~~~\n  Did you mean "class"?'
        in said.out
    )


def test_a_warning_is_a_finding_only_when_strict(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST, FIRST.replace("first", "second")))
    assert [run(tmp_path, "check", *flag).status for flag in ((), ("--strict",))] == [0, 1]
    assert '"second" overlaps "first"' in run(tmp_path, "check").out


def test_every_file_is_checked(tmp_path: Path) -> None:
    save(tmp_path, TYPO)
    save(tmp_path, TYPO.replace("example.com", "other.example.com"), key="other")
    (tmp_path / "schedule" / "gone.journal.jsonl").write_text("nonsense\n")
    said = run(tmp_path, "check")
    for place in ("example.yaml:29:5: error", "other.yaml:29:5: error", "gone.journal.jsonl:1: error"):
        assert f"schedule/{place}" in said.out


def test_one_calendar_can_be_checked_alone(tmp_path: Path) -> None:
    save(tmp_path, TYPO)
    save(tmp_path, HEAD.replace("example.com", "other.example.com") + "windows: []\n", key="other")
    assert run(tmp_path, "check", "--calendar", "other").status == 0
    assert run(tmp_path, "check", "--calendar", "example").status == 1


def test_a_torn_journal_is_a_warning(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    run(tmp_path, "publish")
    with (tmp_path / "schedule" / "example.journal.jsonl").open("a") as journal:
        journal.write('{"at":')
    assert run(tmp_path, "check").out.startswith(
        "schedule/example.journal.jsonl:3: warning: the last line was cut off while it was written, and is left out\n"
        "  The next `icsfeed publish` drops it.\n"
    )


def test_problems_are_told_as_json(tmp_path: Path) -> None:
    save(tmp_path, TYPO)
    said = run(tmp_path, "check", "--json")
    assert (said.status, said.err) == (1, "")
    first = json.loads(said.out)[0]
    assert (first["file"].rsplit("/", 1)[-1], first["line"], first["column"], first["severity"], first["message"]) == (
        "example.yaml",
        29,
        5,
        "error",
        'unknown key "clas"',
    )


def test_no_problems_are_an_empty_array(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    run(tmp_path, "publish")
    assert run(tmp_path, "check", "--json") == Said(0, "[]\n", "")


def test_another_moment_can_be_checked(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    assert "starts in the past" not in run(tmp_path, "check", now="1 december 2027 12:00").out
    assert "first starts in the past, Tuesday 7 December 2027 21:00" in run(tmp_path, "check", now="8 december 2027 12:00").out


def test_a_window_in_the_past_is_told_with_the_date_that_was_read(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST.replace("2027-12-07", "2022-12-20")))
    assert (
        "schedule/example.yaml:27:5: warning: first starts in the past, Tuesday 20 December 2022 21:00, "
        "and was never published\n"
        "  - id: first\n"
        "    ^\n"
        "  If the date is right, run `icsfeed publish --past`, or write `planned: false` if it could not be announced.\n"
    ) in run(tmp_path, "check").out


def test_no_error_depends_on_the_clock(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST, SECOND))
    assert [run(tmp_path, "check", now=f"{year}-12-01 12:00").status for year in (1990, 2027, 2037)] == [0, 0, 0]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"\x80" * 100, bytes(range(256)), b"[" * 5000, b"a: &a [*a]"])
def test_any_bytes_are_told_with_a_place(tmp_path: Path, content: bytes) -> None:
    save(tmp_path, "").write_bytes(content)
    said = run(tmp_path, "check")
    assert said.status == 1
    assert said.out.startswith("schedule/example.yaml:")


def test_a_folder_and_a_dead_link_with_a_schedules_name_end_nothing(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    (tmp_path / "schedule" / "folder.yaml").mkdir()
    (tmp_path / "schedule" / "journal.journal.jsonl").mkdir()
    (tmp_path / "schedule" / "dead.yaml").symlink_to("nowhere")
    said = run(tmp_path, "check")
    assert said.status == 1
    assert "schedule/dead.yaml: error: cannot read the file: No such file or directory\n" in said.out
    assert "schedule/journal.journal.jsonl: error: cannot read the file: Is a directory\n" in said.out
    assert "schedule/example.yaml: 1 window, 1 warning\n" in said.out


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST)).chmod(0)
    assert run(tmp_path, "check") == Said(1, "schedule/example.yaml: error: cannot read the file: Permission denied\n", "")


def test_a_name_that_no_calendar_may_have_is_told(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST), key="My Calendar")
    said = run(tmp_path, "check")
    assert said.status == 1
    assert 'file name "My Calendar"' in said.out


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST)).rename(tmp_path / "schedule" / "\udcff.yaml")
    assert run(tmp_path, "check").status == 1


def test_a_file_that_looks_like_a_schedule_and_is_none_is_a_warning(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    (tmp_path / "schedule" / "other.yml").touch()
    said = run(tmp_path, "check", "--strict")
    assert said.status == 1
    assert "schedule/other.yml: warning: file ignored: the names of schedule files end in .yaml\n" in said.out


def test_a_question_that_publish_would_ask_is_a_finding_when_strict(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST.replace("2027", "2036"), SECOND.replace("2027", "2036")))
    run(tmp_path, "publish")
    save(tmp_path, schedule_text(FIRST.replace("2027", "2036")))
    said = run(tmp_path, "check", "--strict")
    assert said.status == 1
    assert "warning: second vanished; it would be published as cancelled. Meant? `icsfeed publish --withdraw second`" in said.out


def test_an_id_that_changed_is_told_at_its_line(tmp_path: Path) -> None:
    first, second = FIRST.replace("2027", "2036"), SECOND.replace("2027", "2036")
    save(tmp_path, schedule_text(first, second))
    run(tmp_path, "publish")
    save(tmp_path, schedule_text(first, second.replace("second", "secnod")))
    told = run(tmp_path, "check").out
    assert (
        "schedule/example.yaml:30:5: warning: second is published but gone from the file, and secnod is new\n"
        "  - id: secnod\n"
        "    ^\n"
        "  If it was moved, write `id: second` here. "
        "If it was withdrawn, run `icsfeed publish --withdraw second`.\n"
    ) in told
    assert "vanished" not in told


def test_a_journal_without_its_schedule_file_is_a_warning(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST.replace("2027", "2036")))
    run(tmp_path, "publish")
    (tmp_path / "schedule" / "example.yaml").unlink()
    said = run(tmp_path, "check", "--strict")
    message = "no schedule file example.yaml for this journal; what it published stays"
    assert (said.status, said.out) == (1, f"schedule/example.journal.jsonl: warning: {message}\n")


def test_attributes_that_merge_journals_without_a_word_are_a_warning(tmp_path: Path) -> None:
    save(tmp_path, schedule_text(FIRST))
    run(tmp_path, "publish")
    git(tmp_path, "init", "--quiet")
    attributes = tmp_path / "schedule" / ".gitattributes"
    attributes.write_text("*.journal.jsonl text eol=lf\n", encoding="utf-8")
    assert "union" not in run(tmp_path, "check").out
    attributes.write_text("*.journal.jsonl merge=union text eol=lf\n", encoding="utf-8")
    assert (
        "schedule/example.journal.jsonl: warning: git merges this journal with `merge=union`, so nobody is told when two people"
        " published at once\n  In .gitattributes write `*.journal.jsonl text eol=lf`, without `merge=union`.\n"
    ) in run(tmp_path, "check").out
