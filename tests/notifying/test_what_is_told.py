import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.model import Actual, Status
from icsfeed.notifying.notifier import Notifier
from icsfeed.replay import Change, Line, replay
from tests.notifying.desk import MINUTE, Desk, run
from tests.notifying.receivers import Hook
from tests.published import CALENDAR, START, published, text, window
from tests.reconciling.clones import make_clones
from tests.support import ADDRESS, WINDOW, schedule_text

MakeDesk = Callable[..., Desk]
LATER = START + timedelta(days=2)


def begun(desk: Desk) -> Notifier:
    """Return a notifier that told nothing yet."""
    notifier = desk.notifier()
    run(notifier)
    return notifier


def test_the_life_of_a_window_is_told_step_by_step(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="")
    notifier = begun(desk)
    began = Actual(start=LATER + 3 * MINUTE)
    for change, facts in (
        (Change.ANNOUNCED, {"status": Status.TENTATIVE}),
        (Change.CHANGED, {}),
        (Change.MOVED, {"start": LATER}),
        (Change.CHANGED, {"start": LATER, "note": text("Let op")}),
        (Change.CANCELLED, {"start": LATER, "status": Status.CANCELLED}),
        (Change.RESTORED, {"start": LATER}),
        (Change.BEGUN, {"start": LATER, "actual": began}),
        (Change.COMPLETED, {"start": LATER, "actual": replace(began, end=LATER + 31 * MINUTE)}),
    ):
        desk.publish(window(**facts), change=change)
        run(notifier)
    assert desk.hook.subjects("ops") == [
        "onderhoud onder voorbehoud aangekondigd voor di 7 december 21:00",
        "onderhoud van di 7 december 21:00 bevestigd",
        "verplaatst naar do 9 december 21:00, was di 7 december 21:00",
        "onderhoud van do 9 december 21:00 gewijzigd",
        "onderhoud van do 9 december 21:00 geannuleerd",
        "onderhoud van do 9 december 21:00 gaat toch door",
        "onderhoud begonnen, do 9 december 21:03",
        "onderhoud afgerond, do 9 december 21:31",
    ]


def test_a_message_has_the_words_of_the_atom_feed_and_the_windows_page(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    for published_window, change in (
        (window(), Change.ANNOUNCED),
        (window(start=LATER, reason=text("Drukte", "Payroll")), Change.MOVED),
        (window("b", planned=False), Change.ANNOUNCED),
    ):
        desk.publish(published_window, change=change)
        run(notifier)
    _, moved, unplanned = desk.hook.texts("ops")
    assert moved.split("\n\n") == [
        "Moved: Example: Standard maintenance (about 20 min), Thursday 9 December 2027 21:00",
        "Was Tue 7 December 21:00, now Thu 9 December 21:00",
        "Reason: Payroll",
        "Thursday 9 December 2027, 21:00–21:20 (Europe/Amsterdam)\nDowntime: about 20 minutes unavailable",
        f"{ADDRESS}/example/en/a/",
    ]
    assert unplanned.split("\n\n") == [
        "Unplanned: Example: Standard maintenance (about 20 min), Tuesday 7 December 2027 21:00",
        "Tuesday 7 December 2027, 21:00–21:20 (Europe/Amsterdam)\nDowntime: about 20 minutes unavailable",
        f"{ADDRESS}/example/en/b/",
    ]


def test_ten_changes_of_one_publication_are_one_message(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(*(window(f"w{number}", START + number * timedelta(days=1)) for number in range(10)))
    run(notifier)
    assert desk.hook.subjects("ops") == ["maintenance announced for Tue 7 December 21:00 (and 9 more)"]
    (told,) = desk.hook.texts("ops")
    assert [f"{ADDRESS}/example/en/w{number}/" in told for number in range(10)] == [True] * 10


def test_each_publication_is_a_message_in_order(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    for number in range(3):
        desk.publish(window(f"w{number}", START + number * timedelta(days=1)))
    run(notifier)
    assert desk.hook.subjects("ops") == [f"maintenance announced for {day} December 21:00" for day in ("Tue 7", "Wed 8", "Thu 9")]


def test_changes_of_the_header_are_not_told(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="")
    notifier = begun(desk)
    desk.publish(calendar=replace(CALENDAR, color="tomato"))
    run(notifier)
    assert desk.hook.tried == []


def test_a_line_that_a_later_one_overtook_is_not_sent(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    desk.publish(window(start=LATER), window("b"), change=Change.MOVED)
    desk.publish(window(start=LATER, status=Status.CANCELLED), change=Change.CANCELLED)
    run(notifier)
    assert desk.hook.subjects("ops")[1:] == [
        "maintenance announced for Tue 7 December 21:00",
        "maintenance of Thu 9 December 21:00 cancelled",
    ]


def test_what_is_told_late_is_told_against_what_was_told_before(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    desk.publish(window(start=LATER), change=Change.MOVED)
    desk.publish(window(start=LATER, note=text("Let op")), change=Change.CHANGED)
    run(notifier)
    assert desk.hook.subjects("ops")[1:] == ["moved to Thu 9 December 21:00, was Tue 7 December 21:00"]


def test_what_was_cancelled_and_is_on_again_before_that_was_told_is_told_so(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    desk.publish(window(status=Status.CANCELLED), change=Change.CANCELLED)
    desk.publish(window(), change=Change.RESTORED)
    run(notifier)
    assert desk.hook.subjects("ops")[1:] == ["maintenance of Tue 7 December 21:00 going ahead after all"]


def test_a_window_that_was_changed_before_anybody_was_told_is_announced(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    desk.publish(window(start=LATER), change=Change.MOVED)
    run(notifier)
    assert desk.hook.subjects("ops") == ["maintenance announced for Thu 9 December 21:00"]


@pytest.mark.parametrize(("late", "says_so"), [(10 * MINUTE, False), (10 * MINUTE + timedelta(seconds=1), True)])
def test_a_message_more_than_ten_minutes_late_says_when_it_was_published(
    make_desk: MakeDesk,
    late: timedelta,
    says_so: bool,  # noqa: FBT001
) -> None:
    desk = make_desk(ops="nl")
    notifier = begun(desk)
    desk.publish(window())
    desk.now += late
    run(notifier)
    (told,) = desk.hook.texts("ops")
    assert told.endswith("\n\nGepubliceerd op maandag 1 november 2027 13:01") == says_so


# The first run


def test_the_first_run_tells_nothing_that_was_published_before(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "icsfeed")
    desk = make_desk(ops="")
    desk.publish(window(), window("b"))
    run(desk.notifier())
    assert (desk.hook.tried, caplog.messages) == ([], ["example: 3 changes count as told"])
    run(desk.notifier())
    assert len(caplog.messages) == 1


def test_the_first_run_tells_what_was_published_from_a_moment_on(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    desk.publish(window())
    desk.publish(window("b", LATER))
    since = desk.now
    for _ in range(2):
        run(desk.notifier(since=since))
    assert desk.hook.subjects("ops") == ["maintenance announced for Thu 9 December 21:00"]


def test_a_calendar_that_is_new_while_it_watches_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    (desk.folder / "example.journal.jsonl").unlink()
    desk.tags = {"ops": ""}
    notifier = begun(desk)
    desk.of = published(window(), at=desk.now)
    desk.write()
    run(notifier)
    assert desk.hook.subjects("ops") == ["onderhoud aangekondigd voor di 7 december 21:00"]


def test_what_was_told_is_not_told_again_by_the_next_process(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="")
    begun(desk)
    desk.publish(window())
    run(desk.notifier())
    run(desk.notifier())
    assert len(desk.hook.got) == 1


# What others published


def merge(desk: Desk, *lines: Line) -> None:
    """Put lines into the journal where their stamps belong."""
    desk.of = replay(sorted((*desk.of.lines, *lines), key=lambda line: line.at))
    desk.write()


def test_a_line_of_another_branch_is_told_once_though_its_stamp_is_older_than_what_was_told(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    other = Line(at=desk.now - timedelta(seconds=5), by="bob", change=Change.ANNOUNCED, window=window("b", LATER))
    run(notifier)
    merge(desk, other)
    run(notifier)
    run(desk.notifier())
    assert desk.hook.subjects("ops") == [f"maintenance announced for {day} December 21:00" for day in ("Tue 7", "Thu 9")]


def test_a_line_of_another_branch_that_was_overtaken_meanwhile_is_not_told(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    desk.publish(window(status=Status.CANCELLED), change=Change.CANCELLED)
    run(notifier)
    merge(desk, Line(at=desk.now - MINUTE / 2, by="bob", change=Change.MOVED, window=window(start=LATER)))
    run(notifier)
    assert desk.hook.subjects("ops") == ["maintenance of Tue 7 December 21:00 cancelled"]
    assert '"waiting":{}' in desk.state.read_text()


def test_a_change_that_waits_is_told_against_what_was_told_though_another_branch_changed_it_between(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    desk.hook.failing.add("ops")
    desk.publish(window(start=LATER), change=Change.MOVED)
    run(notifier)
    merge(desk, Line(at=desk.now - MINUTE / 2, by="bob", change=Change.MOVED, window=window(start=START + MINUTE)))
    desk.now += timedelta(hours=1)
    desk.hook.failing.clear()
    run(notifier)
    assert desk.hook.subjects("ops")[1:] == ["moved to Thu 9 December 21:00, was Tue 7 December 21:00"]


def test_what_two_people_published_alike_is_told_once(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    merge(desk, replace(desk.of.lines[-1], by="bob"))
    run(notifier)
    assert len(desk.hook.got) == 1


def test_a_journal_that_broke_or_lost_lines_tells_nothing_twice(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(ops="en")
    notifier = begun(desk)
    desk.publish(window())
    run(notifier)
    journal = desk.folder / "example.journal.jsonl"
    whole = journal.read_text(encoding="utf-8")
    for damaged in ("<<<<<<< HEAD\n", "".join(whole.splitlines(keepends=True)[:-1]), whole):
        journal.write_text(damaged, encoding="utf-8")
        run(notifier)
    desk.publish(window("b", LATER))
    run(notifier)
    assert len(desk.hook.got) == 2
    assert any("cannot read" in each for each in caplog.messages)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_after_reconcile_what_the_other_branch_published_is_told_once(tmp_path: Path, hook: Hook) -> None:
    one = WINDOW.replace("12-07", "12-09")
    third = WINDOW.replace("20271207T2100", "third").replace("12-07", "12-21")
    ann, bob = make_clones(tmp_path, schedule_text(WINDOW), "ann", "bob")
    desk = Desk(root=bob.root, hook=hook, tags={"ops": "en"}, is_written=False)

    def notify() -> None:
        desk.now = bob.clock.now
        run(desk.notifier())

    notify()
    ann.publish(schedule_text(WINDOW.replace("    class", "    status: cancelled\n    class"), third))
    bob.publish(schedule_text(one))
    notify()
    bob.pull(ann)
    bob.save(schedule_text(one, third))
    notify()
    bob.settle()
    for _ in range(2):
        notify()
    desk.close()
    assert hook.subjects("ops") == [
        "moved to Thu 9 December 21:00, was Tue 7 December 21:00",
        "maintenance announced for Tue 21 December 21:00",
    ]


def test_a_journal_that_cannot_be_read_at_the_start_is_told_once_it_can(make_desk: MakeDesk) -> None:
    desk = make_desk(ops="en, example, standaard")
    begun(desk)
    desk.publish(window())
    journal = desk.folder / "example.journal.jsonl"
    whole = journal.read_text(encoding="utf-8")
    journal.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    notifier = begun(desk)
    assert desk.hook.got == []
    journal.write_text(whole, encoding="utf-8")
    run(notifier)
    assert desk.hook.subjects("ops") == ["maintenance announced for Tue 7 December 21:00"]
