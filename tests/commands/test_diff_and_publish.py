import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.desk import Said, run, save
from tests.publishing.desk import FIRST, SECOND, window
from tests.support import HEAD, schedule_text

ALONE = "first vanished; it would be published as cancelled. Meant? `--withdraw first`"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def journal(root: Path) -> str:
    return (root / "schedule" / "example.journal.jsonl").read_text()


def test_diff_tells_what_publish_would_append_as_a_subscriber_reads_it(root: Path) -> None:
    save(root, schedule_text(FIRST))
    said = (
        "example: 2 changes to publish\n"
        "  calendar   is new\n"
        "  announced  first  Tuesday 7 December 2027, 21:00–21:20  Example: Standard maintenance (about 20 min)\n"
    )
    assert run(root, "diff") == Said(1, said, "")
    assert run(root, "publish", "--dry-run") == Said(1, said, "")
    assert not (root / "schedule" / "example.journal.jsonl").exists()
    assert run(root, "publish") == Said(0, said.replace("to publish", "published"), "")
    assert run(root, "diff") == Said(0, "example: nothing to publish\n", "")
    assert run(root, "publish") == Said(0, "example: nothing to publish\n", "")


def test_diff_tells_a_move_by_what_was_and_is(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    save(root, schedule_text(FIRST.replace("12-07", "12-09")))
    summary = "Example: Standard maintenance (about 20 min)"
    assert run(root, "diff").out == (
        f"example: 1 change to publish\n  moved      first  was Tue 7 December 21:00, now Thu 9 December 21:00  {summary}\n"
    )


def test_diff_tells_which_facts_of_the_calendar_changed_and_whom_they_reach(root: Path) -> None:
    save(root, schedule_text(FIRST, SECOND))
    run(root, "publish")
    save(root, schedule_text(FIRST, SECOND).replace("downtime: 20", "downtime: 25").replace("steelblue", "red"))
    assert run(root, "diff").out == "example: 1 change to publish\n  calendar   classes, color; revises 1 window\n"
    save(root, schedule_text(FIRST, SECOND).replace("steelblue", "red"))
    assert run(root, "diff").out == "example: 1 change to publish\n  calendar   color\n"


def test_a_question_is_told_by_diff_and_stops_publish(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    before = journal(root)
    save(root, schedule_text())
    said = run(root, "diff")
    asked = ALONE.replace("`--", "`icsfeed publish --")
    assert (said.status, said.out.splitlines()[-1], said.err) == (1, f"  question: {asked}", "")
    assert run(root, "publish") == Said(
        1, "", f"example: {ALONE}\nexample: nothing was published; answer with the options above\n"
    )
    assert journal(root) == before


def test_a_flag_answers_a_question(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    save(root, schedule_text())
    assert "question" not in run(root, "publish", "--dry-run", "--withdraw", "first").out
    said = run(root, "publish", "--withdraw", "first")
    assert said == Said(
        0,
        "example: 1 change published\n"
        "  withdrawn  first  Tuesday 7 December 2027, 21:00–21:20  CANCELLED: Example: Standard maintenance (about 20 min)\n",
        "",
    )


def test_all_that_vanished_are_withdrawn_by_one_flag(root: Path) -> None:
    save(root, schedule_text(*(window(f"w{day}", f"2027-12-{day} 21:00") for day in range(10, 14))))
    run(root, "publish")
    save(root, schedule_text())
    said = run(root, "publish")
    assert "4 windows vanished (w10, w11, w12 and 1 more)" in said.err
    assert run(root, "publish", "--withdraw-all").out.startswith("example: 4 changes published\n")


def test_a_window_in_the_past_needs_its_flag(root: Path) -> None:
    save(root, schedule_text(window("late", "2020-12-07 21:00")))
    said = run(root, "publish")
    assert (said.status, said.err.splitlines()[0]) == (
        1,
        "example: late starts in the past and was never published. Meant? `--past`",
    )
    assert run(root, "publish", "--past").status == 0


def test_withdraw_names_a_window_that_was_published(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    wanted = 'icsfeed: --withdraw frist: not found among the published windows. Did you mean "first"?\n'
    assert run(root, "publish", "--withdraw", "frist") == Said(1, "", wanted)


def test_withdraw_names_a_window_that_vanished(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    assert run(root, "publish", "--withdraw", "first") == Said(
        1,
        "",
        "icsfeed: --withdraw first: it is still in schedule/example.yaml; delete it there or write `status: cancelled`\n",
    )


def test_a_cancelled_window_that_is_on_again_and_a_new_one_that_is_cancelled_need_their_flags(root: Path) -> None:
    cancelled = window("first", "2036-12-07 21:00", "status: cancelled")
    save(root, schedule_text(cancelled))
    said = run(root, "publish")
    wanted = "example: first is new and cancelled already. Meant? `--cancelled first`"
    assert (said.status, said.err.splitlines()[0]) == (1, wanted)
    assert run(root, "publish", "--cancelled", "first").status == 0
    save(root, schedule_text(window("first", "2036-12-09 21:00"), window("copy", "2036-12-16 21:00", "status: cancelled")))
    said = run(root, "publish")
    assert (said.status, said.err.splitlines()[:2]) == (
        1,
        [
            "example: first was published as cancelled and is on again. Meant? `--restore first`, or run `icsfeed confirm first`",
            "example: copy is new and cancelled already. Meant? `--cancelled copy`",
        ],
    )
    assert "`icsfeed publish --restore first`, or run `icsfeed confirm first`" in run(root, "diff").out
    assert "copy is new and cancelled already. Meant? `icsfeed publish --cancelled copy`" in run(root, "check").out
    assert run(root, "publish", "--restore", "first").status == 1
    assert "question" not in run(root, "publish", "--dry-run", "--restore", "first", "--cancelled", "copy").out
    assert run(root, "publish", "--restore", "first", "--cancelled", "copy").status == 0


def test_an_answer_for_a_window_that_is_not_there_is_refused(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    for flag, where in (("--restore", "published windows"), ("--cancelled", "windows of the schedule")):
        wanted = f'icsfeed: {flag} frist: not found among the {where}. Did you mean "first"?\n'
        assert run(root, "publish", flag, "frist") == Said(1, "", wanted)


def test_a_faulty_file_publishes_nothing(root: Path) -> None:
    save(root, schedule_text(FIRST).replace("class:", "clas:"))
    said = run(root, "publish")
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith("example: nothing was published because of the errors above\n")
    assert not (root / "schedule" / "example.journal.jsonl").exists()
    assert run(root, "diff").status == 1


def test_what_is_appended_is_told_as_json(root: Path) -> None:
    save(root, schedule_text(FIRST))
    ahead = json.loads(run(root, "diff", "--json").out)
    done = run(root, "publish", "--json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == [json.loads(line) for line in journal(root).splitlines()]
    assert [line["change"] for line in ahead] == ["calendar", "announced"]
    assert run(root, "publish", "--json") == Said(0, "[]\n", "")


def test_questions_are_no_part_of_json(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    save(root, schedule_text())
    diff, publish = run(root, "diff", "--json"), run(root, "publish", "--json")
    assert ([line["change"] for line in json.loads(diff.out)], json.loads(publish.out)) == (["withdrawn"], [])
    assert ALONE.replace("`--", "`icsfeed publish --") in diff.err
    assert ALONE in publish.err


def test_publish_always_takes_the_present_and_a_dry_run_previews(root: Path) -> None:
    save(root, schedule_text(FIRST))
    wanted = "icsfeed: --now only previews; this command changes files, so leave --now out\n"
    assert run(root, "publish", "--now", "2027-12-01 12:00") == Said(2, "", wanted)
    said = run(root, "publish", "--dry-run", "--now", "2027-12-08 12:00")
    assert (said.status, "first starts in the past" in said.out) == (1, True)


def test_a_faulty_calendar_does_not_keep_the_others_back(root: Path) -> None:
    save(root, schedule_text(FIRST))
    save(root, "nonsense", key="a-faulty-one")
    save(root, HEAD.replace("example.com", "other.example.com") + "windows: []\n", key="other")
    said = run(root, "publish")
    assert said.status == 1
    assert [line.split(":")[0] for line in said.out.splitlines() if not line.startswith(" ")] == ["example", "other"]


def test_one_calendar_can_be_published_alone(root: Path) -> None:
    save(root, schedule_text(FIRST))
    save(root, HEAD.replace("example.com", "other.example.com") + "windows: []\n", key="other")
    assert run(root, "publish", "--calendar", "other").out == "other: 1 change published\n  calendar   is new\n"
    assert not (root / "schedule" / "example.journal.jsonl").exists()


def test_a_journal_of_the_future_is_refused_and_the_others_are_published(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    file = root / "schedule" / "example.journal.jsonl"
    stamp = json.loads(file.read_text().splitlines()[0])["at"]
    file.write_text(file.read_text().replace(stamp, f"{datetime.now(UTC) + timedelta(days=8):%Y-%m-%dT%H:%M:%SZ}"))
    save(root, HEAD.replace("example.com", "other.example.com") + "windows: []\n", key="other")
    said = run(root, "publish")
    assert said.status == 2
    assert said.err.endswith("; correct the clock, or wait\n")
    assert said.out == "other: 1 change published\n  calendar   is new\n"


def test_a_journal_an_hour_ahead_of_the_clock_is_published_with_a_warning(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    file = root / "schedule" / "example.journal.jsonl"
    stamp, later = (
        json.loads(file.read_text().splitlines()[0])["at"],
        f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
    )
    file.write_text(file.read_text().replace(stamp, later))
    save(root, schedule_text(FIRST.replace("12-07", "12-09")))
    said = run(root, "publish")
    assert said.status == 0
    assert f"example: warning: the newest line of example is dated {later}, by " in said.err
    assert run(root, "publish").err == ""


def test_a_torn_line_is_told_when_it_is_dropped(root: Path) -> None:
    save(root, schedule_text(FIRST))
    run(root, "publish")
    whole = journal(root)
    (root / "schedule" / "example.journal.jsonl").write_text(whole + '{"at":')
    dropped = "example: dropped the last line of the journal, which was cut off while it was written\n"
    assert run(root, "publish") == Said(0, "example: nothing to publish\n", dropped)
    assert journal(root) == whole


def test_an_occurrence_and_a_series_can_be_withdrawn_by_the_flag_that_the_question_names(tmp_path: Path) -> None:
    day = datetime.now(UTC) + timedelta(days=40)
    series = f"  - {{id: r, start: {day:%Y-%m-%d} 21:00, class: standaard, repeat: FREQ=DAILY;COUNT=3}}\n"
    last = f"r-{day + timedelta(days=2):%Y%m%d}"
    save(tmp_path, schedule_text(series))
    assert run(tmp_path, "publish").status == 0
    for text, flag in ((series.replace("COUNT=3", "COUNT=2"), last), ("", "r")):
        save(tmp_path, schedule_text(*filter(None, [text])))
        said = run(tmp_path, "publish")
        assert (said.status, f"`--withdraw {flag}`" in said.err) == (1, True)
        assert run(tmp_path, "publish", "--withdraw", flag).status == 0
