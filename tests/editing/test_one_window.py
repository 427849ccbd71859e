"""A command publishes the window that it changes, and nothing that others have drafted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from icsfeed.drafting.files import lock_of
from icsfeed.publication.journals import read_clock
from icsfeed.zones import to_local
from tests.commands.desk import Said, converse
from tests.editing.desk import DRAFT, Desk, make_desk
from tests.support import HEAD, icsfeed, make_folder

TONIGHT = "  - {id: tonight, start: 2036-12-07 21:00, class: standaard}\n"
OTHER = "  - {id: other, start: 2036-12-14 21:00, class: standaard}\n"
GONE = "  - {id: gone, start: 2036-12-20 21:00, class: standaard}\n"
TODAY = to_local(read_clock(), "Europe/Amsterdam").date()
DAYS = [TODAY + timedelta(days=days) for days in (10, 40, 70, 100)]
"""The dates of a series; far enough ahead, and near enough to be published."""
SERIES = f'  - {{id: round, start: {DAYS[0]} 21:00, class: standaard, repeat: "FREQ=DAILY;INTERVAL=30;COUNT=4"}}\n'
PAST = "  - {id: late, start: 2020-12-07 21:00, class: standaard}\n"
WRONG = "  - {id: wrong, start: 2036-12-21 21:00, clas: standaard}\n"
MORE = "".join(f"  - {{id: new{day}, start: 2037-01-{day} 21:00, class: standaard}}\n" for day in range(10, 15))
NEW_CLASS = """\
  nieuw:
    name: {nl: "Nieuw", en: "New"}
    impact: outage
    downtime: 1 hour
"""
ALSO = "which this command did not change. Publish that too?"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path, f"windows:\n{TONIGHT}{OTHER}{GONE}{SERIES}")
    assert desk.run("publish").status == 0
    return desk


def draft(desk: Desk, *windows: str, head: str = HEAD) -> None:
    """Save what a colleague has written so far."""
    make_folder(desk.root, f"{head}windows:\n{''.join(windows)}")


def date_of(series: str, number: int) -> str:
    """Return the id of a date of a series."""
    return f"{series}-{DAYS[number]:%Y%m%d}"


def appended(desk: Desk, *command: str) -> tuple[Said, list[tuple[str, str]]]:
    """Run a command; return what it said, and the changes and ids that it published."""
    before = desk.journal.read_text(encoding="utf-8") if desk.journal.exists() else ""
    said = desk.run(*command)
    after = desk.journal.read_text(encoding="utf-8") if desk.journal.exists() else ""
    found = [json.loads(line) for line in after.removeprefix(before).splitlines()]
    return said, [(each["change"], each.get("id", "")) for each in found]


def others(number: int) -> str:
    if number == 1:
        return "example: 1 other change stays unpublished; `icsfeed diff` shows it\n"
    return f"example: {number} other changes stay unpublished; `icsfeed diff` shows them\n"


# Drafts of others


def test_a_past_date_and_a_vanished_window_are_neither_asked_about_nor_published(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, PAST, SERIES)
    for command, change in (
        (("cancel", "tonight"), "cancelled"),
        (("confirm", "TONIGHT"), "restored"),
        (("move", "tonight", "22:00"), "moved"),
        (("change", "tonight", "--note", "x"), "changed"),
    ):
        said, changes = appended(desk, *command, "--publish")
        assert (said.status, said.err, changes) == (0, others(2), [(change, "tonight")])
    assert desk.run("publish").status == 1


def test_a_window_that_is_published_but_vanished_from_the_file_is_named_with_its_cure(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, SERIES)
    said = desk.run("cancel", "gone", "--publish")
    fault = "gone is published, but its entry is no longer in schedule/example.yaml; put the entry back first"
    assert (said.status, said.err) == (1, f"icsfeed: {fault}\n")


def test_of_drafted_announcements_only_the_one_that_is_named_is_published(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, GONE, SERIES, MORE)
    said, changes = appended(desk, "move", "other", "22:00", "--publish")
    assert (said.status, said.err, changes) == (0, others(5), [("moved", "other")])
    assert "example: 1 change published\n" in said.out
    said, changes = appended(desk, "move", "new10", "22:00", "--publish")
    assert (said.status, said.err, changes) == (0, others(4), [("announced", "new10")])


def test_an_emergency_is_announced_alone(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, GONE, SERIES, PAST)
    said, changes = appended(desk, "add", "now", "standaard", "--unplanned", "--publish")
    assert said.status == 0
    assert [change for change, _ in changes] == ["announced"]
    assert changes[0][1] != "late"
    assert others(1) in said.err


def test_a_terminal_offers_the_same(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, SERIES, PAST)
    status, shown = converse(desk.root, b"y\n", "cancel", "tonight")
    assert status == 0
    assert "example: 1 change to publish\n  cancelled  tonight" in shown
    assert shown.endswith(f"example: published\n{others(2)}")
    assert "question" not in shown


def test_the_header_stays_as_it_is_published(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, GONE, SERIES, head=HEAD.replace("steelblue", "red").replace("20 minutes", "25 minutes"))
    said, changes = appended(desk, "cancel", "tonight", "--publish")
    assert (said.status, said.err, changes) == (0, others(1), [("cancelled", "tonight")])


def test_a_new_class_comes_into_the_published_header_alone(desk: Desk) -> None:
    head = HEAD.replace("steelblue", "red").replace("  uitgebreid:", f"{NEW_CLASS}  uitgebreid:")
    draft(desk, TONIGHT, OTHER, GONE, SERIES, head=head + NEW_CLASS.replace("nieuw", "nieuwer"))
    said, changes = appended(desk, "change", "tonight", "--class", "nieuw", "--publish")
    assert (said.status, said.err, changes) == (0, others(1), [("calendar", ""), ("changed", "tonight")])
    header = next(each for each in map(json.loads, desk.journal.read_text().splitlines()[::-1]) if each["change"] == "calendar")
    classes = [each["key"] for each in header["calendar"]["classes"]]
    assert (header["calendar"]["color"], classes) == ("steelblue", ["operationeel", "standaard", "nieuw", "uitgebreid"])


def test_a_first_publication_has_the_header(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, f"windows:\n{TONIGHT}{OTHER}")
    said, changes = appended(desk, "move", "tonight", "22:00", "--publish")
    assert (said.status, said.err, changes) == (0, others(1), [("calendar", ""), ("announced", "tonight")])


# Repeated windows


def test_a_date_takes_its_unpublished_series_and_its_exceptions_along(desk: Desk) -> None:
    new = SERIES.replace("round", "new").replace("21:00", "18:00").replace("}", f", changes: {{{DAYS[2]}: cancelled}}}}")
    draft(desk, TONIGHT, OTHER, GONE, SERIES, PAST, new)
    said, changes = appended(desk, "move", date_of("new", 1), "22:00", "--publish")
    assert (said.status, said.err) == (0, others(1))
    assert changes == [("announced", "new"), ("moved", date_of("new", 1)), ("cancelled", date_of("new", 2))]


def test_what_is_drafted_for_a_series_is_asked_about_at_its_dates(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, GONE, SERIES.replace("standaard", "uitgebreid"))
    said, changes = appended(desk, "cancel", date_of("round", 1), "--publish")
    assert (said.status, changes) == (1, [])
    assert f"{date_of('round', 1)} also differs from what is published in class, {ALSO}" in said.err
    status, shown = converse(desk.root, b"y\ny\n", "cancel", date_of("round", 1))
    assert (status, shown.endswith(f"example: published\n{others(1)}")) == (0, True)


def test_a_series_takes_its_dates_along_but_for_those_that_were_drafts(desk: Desk) -> None:
    changes = f", changes: {{{DAYS[1]}: {{class: uitgebreid}}}}}}"
    draft(desk, TONIGHT, OTHER, GONE, SERIES.replace("}", changes))
    assert desk.run("publish").status == 0
    draft(desk, TONIGHT, OTHER, GONE, SERIES.replace("}", changes.replace("}}}", f"}}, {DAYS[2]}: cancelled}}}}")))
    said, found = appended(desk, "change", "round", "--title", "Patch", "--publish")
    assert (said.status, said.err) == (0, others(1))
    assert found == [("changed", "round"), ("changed", date_of("round", 1))]


def test_a_date_that_only_the_drafted_rule_gives_is_asked_about(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, GONE, SERIES.replace("COUNT=4", "COUNT=5"))
    last = f"round-{TODAY + timedelta(days=130):%Y%m%d}"
    said, changes = appended(desk, "cancel", last, "--publish")
    assert (said.status, changes) == (1, [])
    assert f"round also differs from what is published in repeat, {ALSO}" in said.err
    status, shown = converse(desk.root, b"y\ny\n", "cancel", last)
    assert (status, shown.endswith("example: published\n")) == (0, True)


# Drafts in the same window


MOVED = TONIGHT.replace("12-07", "12-09")


def test_what_somebody_else_drafted_in_the_window_stops_it_and_is_shown_and_named(desk: Desk) -> None:
    draft(desk, MOVED, OTHER, GONE, SERIES)
    said, changes = appended(desk, "cancel", "tonight", "--publish")
    assert (said.status, changes) == (1, [])
    assert "  moved      tonight  was Sun 7 December 21:00, now Tue 9 December 21:00  CANCELLED: " in said.out
    assert said.err == (
        f"example: tonight also differs from what is published in start, {ALSO}\n"
        "example: nothing was published; `icsfeed publish --only tonight` publishes this window as shown,"
        " `icsfeed publish` all that `icsfeed diff` shows\n"
        f"{DRAFT}"
    )
    assert "status: cancelled" in desk.windows()
    assert appended(desk, "change", "tonight", "--note", "x", "--publish")[0].status == 1
    assert appended(desk, "publish", "--only", "tonight", "--dry-run")[0].status == 1
    said, changes = appended(desk, "publish", "--only", "tonight")
    assert (said.status, changes) == (0, [("moved", "tonight")])
    assert appended(desk, "publish", "--only", "tonight")[1] == []


def test_publishing_one_window_asks_about_that_window_alone(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER, SERIES, PAST)
    said, changes = appended(desk, "publish", "--only", "late")
    assert (said.status, changes) == (1, [])
    assert "`--past`" in said.err
    assert appended(desk, "publish", "--only", "late", "--past")[1] == [("announced", "late")]
    assert appended(desk, "publish", "--only", "tonihgt")[0].err.startswith(
        'icsfeed: window "tonihgt" not found. Did you mean "tonight"?'
    )


def test_a_terminal_asks_about_it(desk: Desk) -> None:
    draft(desk, MOVED.replace("}", ", note: x}"), OTHER, GONE, SERIES, PAST)
    for keys, status in ((b"y\nn\n", 1), (b"y\ny\n", 0)):
        ended, shown = converse(desk.root, keys, "cancel", "tonight")
        assert (ended, f"tonight also differs from what is published in start and note, {ALSO} [y/N]: " in shown) == (
            status,
            True,
        )
    assert shown.endswith(f"example: published\n{others(1)}")
    ended, shown = converse(desk.root, b"", "change", "tonight", "--title", "x", "--publish")
    assert ended == 0


def test_a_window_that_a_draft_revives_is_asked_about_once(desk: Desk) -> None:
    assert desk.run("cancel", "tonight", "--publish").status == 0
    draft(desk, MOVED, OTHER, GONE, SERIES)
    status, shown = converse(desk.root, b"y\ny\n", "change", "tonight", "--title", "x")
    assert (status, shown.count("[y/N]"), f"in start and status, {ALSO}" in shown) == (0, 1, True)


def test_a_terminal_does_not_ask_about_it_where_publish_was_said(desk: Desk) -> None:
    draft(desk, MOVED, OTHER, GONE, SERIES)
    status, shown = converse(desk.root, b"", "cancel", "tonight", "--publish")
    assert (status, "[y/N]" in shown, f"in start, {ALSO}" in shown) == (1, False, True)


@pytest.mark.parametrize(
    ("drafted", "command", "named"),
    [
        (TONIGHT.replace("}", ", note: x}"), ("begin", "tonight", "none"), "note"),
        (TONIGHT.replace("}", ", status: cancelled}"), ("change", "tonight", "--note", "x"), "status"),
        (TONIGHT.replace("standaard", "uitgebreid"), ("move", "tonight", "22:00"), "class"),
        (TONIGHT.replace("12-07", "12-08"), ("move", "tonight", "22:00"), "start"),
        (TONIGHT.replace("}", ", for: 2 hours}"), ("cancel", "tonight"), "for"),
        (TONIGHT.replace("}", ", note: {nl: x}}"), ("change", "tonight", "--note", "en=y"), "note"),
    ],
)
def test_what_a_command_did_not_change_is_named(desk: Desk, drafted: str, command: tuple[str, ...], named: str) -> None:
    draft(desk, drafted, OTHER, GONE, SERIES)
    said, changes = appended(desk, *command, "--publish")
    assert (said.status, changes) == (1, [])
    assert f"tonight also differs from what is published in {named}, {ALSO}" in said.err


@pytest.mark.parametrize(
    ("drafted", "command"),
    [
        (TONIGHT.replace("}", ", status: cancelled}"), ("cancel", "tonight")),
        (TONIGHT.replace("}", ", status: cancelled}"), ("confirm", "tonight")),
        (MOVED, ("move", "tonight", "2036-12-10 21:00")),
        (TONIGHT.replace("}", ", for: 2 hours}"), ("change", "tonight", "--for", "3h")),
        (TONIGHT.replace("}", ", note: {nl: x}}"), ("change", "tonight", "--note", "nl=y")),
    ],
)
def test_what_a_command_says_itself_is_not_asked_about(desk: Desk, drafted: str, command: tuple[str, ...]) -> None:
    draft(desk, drafted, OTHER, GONE, SERIES)
    said, _ = appended(desk, *command, "--publish")
    assert (said.status, said.err) == (0, "")
    assert desk.run("diff").status == 0


# Errors


def test_an_error_in_another_window_is_told_again_and_stands_in_nobodys_way(desk: Desk) -> None:
    draft(desk, TONIGHT, WRONG, SERIES, OTHER, PAST)
    said, changes = appended(desk, "cancel", "tonight", "--publish")
    assert (said.status, changes) == (0, [("cancelled", "tonight")])
    assert 'error: unknown key "clas"' in said.err
    assert said.err.endswith(others(1))
    assert "status: cancelled" in desk.windows().splitlines()[1]
    said, changes = appended(desk, "add", "2036-12-21 21:00", "standaard", "--publish")
    assert (said.status, changes) == (0, [("announced", "20361221T2100")])
    assert 'error: unknown key "clas"' in said.err
    assert WRONG in desk.windows()
    assert desk.run("publish").status == 1
    assert desk.run("diff").status == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "  - nonsense\n",
        "  - {start: 2036-12-07 21:00}\n",
        "  - id: w\n    start: 2036-12-07 21:00\n    start: 2036-12-08 21:00\n    class: standaard\n",
        "  - {id: other, start: 2036-12-22 21:00, class: standaard}\n",
        '  - {id: w, start: 2036-12-07 21:00, class: standaard, title: "\\x07"}\n',
        "  - {id: w, start: 7-1-2031, class: standaard}\n",
        "  - !!str x\n",
        f"{WRONG}  - {{id: w, start: maandag 9 december 2036 21:00, class: standaard}}\n",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_whatever_is_wrong_with_another_window_stays_as_it_is_written(desk: Desk, wrong: str, *, is_first: bool) -> None:
    draft(desk, *([wrong] if is_first else []), TONIGHT, OTHER, GONE, SERIES, *([] if is_first else [wrong]))
    said, changes = appended(desk, "move", "tonight", "22:00", "--publish")
    assert (said.status, changes) == (0, [("moved", "tonight")])
    assert "error: " in said.err
    assert wrong in desk.windows()
    said, changes = appended(desk, "add", "2036-12-16 21:00", "standaard", "--publish")
    assert (said.status, changes) == (0, [("announced", "20361216T2100")])
    assert wrong in desk.windows()


@pytest.mark.parametrize(
    ("windows", "cure"),
    [
        (TONIGHT.replace("class", "clas"), "`git stash push schedule/example.yaml`"),
        (f"{TONIGHT}{TONIGHT}", "`git stash push schedule/example.yaml`"),
        (f"\t{TONIGHT}", "`git stash push schedule/example.yaml`"),
        (f"<<<<<<< HEAD\n{TONIGHT}=======\n>>>>>>> other\n", "`git merge --abort`"),
    ],
)
def test_an_error_in_the_window_or_a_file_that_cannot_be_read_stops_it(desk: Desk, windows: str, cure: str) -> None:
    draft(desk, windows, OTHER)
    before = desk.windows()
    for command in (("cancel", "tonight"), ("begin", "tonight")):
        said, changes = appended(desk, *command, "--publish")
        assert (said.status, changes, desk.windows()) == (1, [], before)
        assert "schedule/example.yaml:" in said.err
        assert "nothing was changed because of the errors above; `icsfeed edit` opens the file" in said.err
        assert cure in said.err


WRONG_HEADS = [
    HEAD.replace("steelblue", "stealblue"),
    HEAD.replace("impact: none", "impact: no"),
    HEAD.replace("Europe/A", "Europa/A"),
]


@pytest.mark.parametrize("head", WRONG_HEADS)
def test_an_error_in_the_header_stands_in_nobodys_way_once_one_is_published(desk: Desk, head: str) -> None:
    draft(desk, TONIGHT, OTHER, head=head)
    for command, change in ((("cancel", "tonight"), "cancelled"), (("add", "now", "standaard", "--unplanned"), "announced")):
        said, changes = appended(desk, *command, "--publish")
        assert (said.status, [each for each, _ in changes]) == (0, [change])
        assert "schedule/example.yaml:" in said.err
    assert head in desk.file.read_text(encoding="utf-8")
    said, changes = appended(desk, "publish")
    assert (said.status, changes) == (1, [])


@pytest.mark.parametrize("head", WRONG_HEADS)
def test_before_the_first_publication_it_stops_them(desk: Desk, head: str) -> None:
    draft(desk, TONIGHT, OTHER, head=head)
    desk.journal.unlink()
    lock_of(desk.journal).unlink()
    for command in (("cancel", "tonight"), ("add", "now", "standaard", "--unplanned")):
        said, changes = appended(desk, *command, "--publish")
        assert (said.status, changes) == (1, [])
        assert "`git stash push schedule/example.yaml` puts uncommitted changes aside until `git stash pop`" in said.err


def test_a_class_that_only_a_header_with_an_error_has_cannot_be_used(desk: Desk) -> None:
    new = HEAD.replace("  uitgebreid:", "  nieuw: {name: x, impact: outage, downtime: 5 minutes}\n  uitgebreid:")
    draft(desk, TONIGHT, OTHER, head=new.replace("steelblue", "stealblue"))
    said, changes = appended(desk, "change", "tonight", "--class", "nieuw", "--publish")
    assert (said.status, changes) == (2, [])
    assert "nieuw" in said.err


def test_a_journal_that_cannot_be_read_stops_it_with_its_own_cure(desk: Desk) -> None:
    journal = desk.journal.read_text(encoding="utf-8")
    desk.journal.write_text(f"<<<<<<< HEAD\n{journal}=======\n>>>>>>> other\n", encoding="utf-8")
    before = desk.windows()
    said = desk.run("cancel", "tonight", "--publish")
    assert (said.status, desk.windows()) == (1, before)
    assert "`icsfeed reconcile` settles it" in said.err
    assert said.err.endswith("icsfeed: nothing was changed because of the errors above\n")


def test_a_published_fact_that_another_window_contradicts_stands_in_nobodys_way(desk: Desk) -> None:
    draft(desk, TONIGHT, OTHER.replace("id: other", "id: OTHER"), GONE, SERIES)
    assert desk.run("publish").status == 1
    said, changes = appended(desk, "cancel", "tonight", "--publish")
    assert (said.status, changes) == (0, [("cancelled", "tonight")])
    said, changes = appended(desk, "cancel", "OTHER", "--publish")
    assert (said.status, changes) == (1, [])


# Cures, and many at once


def test_a_cure_is_a_command_that_exists(desk: Desk) -> None:
    said = desk.run("add", "2020-12-07 21:00", "standaard", "--publish")
    assert said.status == 1
    assert "Meant? `icsfeed publish --past`" in said.err
    assert desk.run("publish", "--past").status == 0


def test_ten_commands_at_once_wait_for_each_other(desk: Desk) -> None:
    windows = [f"  - {{id: w{number}, start: 2036-11-01 21:00, class: standaard}}\n" for number in range(10)]
    draft(desk, TONIGHT, OTHER, GONE, SERIES, *windows)
    found: dict[int, int] = {}

    def cancel(number: int) -> None:
        found[number] = icsfeed("cancel", f"w{number}", "--publish", cwd=desk.root).returncode

    threads = [Thread(target=cancel, args=(number,)) for number in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == dict.fromkeys(range(10), 0)
    assert desk.windows().count("status: cancelled") == 10
    assert desk.run("diff").status == 0


# An evening


def ago(minutes: int) -> str:
    return f"{to_local(read_clock() - timedelta(minutes=minutes), 'Europe/Amsterdam'):%Y-%m-%d %H:%M}"


def test_an_evening_beside_a_half_finished_draft(desk: Desk) -> None:
    window = f"  - {{id: evening, start: {ago(40)}, class: standaard, planned: false}}\n"
    draft(desk, TONIGHT, OTHER, window, WRONG, PAST, SERIES)
    for command, change in (
        (("begin", "evening", ago(30), "--note", "nl=Bezig", "--note", "en=At work"), "announced"),
        (("begin", "evening", "none"), "changed"),
        (("begin", "evening", ago(20)), "begun"),
        (("complete", "evening", "--note", "Performance may be slower until 9:00"), "completed"),
        (("complete", "evening", "none"), "changed"),
        (("complete", "evening", "--until", ago(1)), "completed"),
        (("cancel", "evening", "--note", "x"), "cancelled"),
        (("confirm", "evening", "--note", ""), "restored"),
    ):
        said, changes = appended(desk, *command, "--publish")
        assert (said.status, changes) == (0, [(change, "evening")]), (command, said)
        assert said.err.endswith(others(1)), said.err
    assert WRONG in desk.windows()
    assert PAST in desk.windows()
    assert "removed the reported start of evening" in desk.run("begin", "evening", "none").out
    assert "no change: evening already has these values" in desk.run("begin", "evening", "none").out
    assert "no change: evening already has these values" in desk.run("complete", "evening", "none").out


def test_tonight_is_published_as_the_file_has_it(desk: Desk) -> None:
    now = datetime.now(UTC)
    assert now.year < 2036
    said, changes = appended(desk, "move", "tonight", "now", "--publish")
    assert (said.status, said.err, changes) == (0, "", [("moved", "tonight")])
    said, changes = appended(desk, "begin", "tonight", "--publish")
    assert (said.status, changes) == (0, [("begun", "tonight")])
