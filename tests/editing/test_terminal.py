"""Whoever sits at a terminal is asked."""

from pathlib import Path

import pytest

from tests.commands.desk import converse
from tests.editing.desk import DRAFT, WINDOWS, Desk, make_desk

ASKED = "Publish this now? [Y/n]: "
MOVE = ("move", "later", "22:00")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = make_desk(tmp_path)
    assert desk.run("publish").status == 0
    return desk


def lines_of(desk: Desk) -> int:
    return len(desk.journal.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("keys", [b"\n", b"y\n"])
def test_return_or_yes_publishes(desk: Desk, keys: bytes) -> None:
    before = lines_of(desk)
    status, shown = converse(desk.root, keys, *MOVE)
    assert status == 0
    assert "moved later: was Sun 14 December 21:00, now Sun 14 December 22:00\nexample: 1 change to publish\n" in shown
    assert ASKED in shown
    assert shown.endswith("example: published\n")
    assert lines_of(desk) == before + 1


def test_a_dropped_line_of_the_journal_is_reported(desk: Desk) -> None:
    with desk.journal.open("a") as journal:
        journal.write('{"at":')
    status, shown = converse(desk.root, b"y\n", *MOVE)
    assert status == 0
    assert "example: dropped the last line of the journal, which was cut off while it was written\n" in shown
    assert shown.endswith("example: published\n")


@pytest.mark.parametrize("keys", [b"n\n", b"\x04"])
def test_no_or_the_end_of_input_leaves_a_draft(desk: Desk, keys: bytes) -> None:
    before = lines_of(desk)
    status, shown = converse(desk.root, keys, *MOVE)
    assert status == 0
    assert ASKED in shown
    assert shown.endswith(DRAFT)
    assert lines_of(desk) == before
    assert desk.windows() == WINDOWS.replace("zondag 14 december 2036 21:00", "2036-12-14 22:00")


@pytest.mark.parametrize(("flag", "more"), [("--publish", 1), ("--draft", 0)])
def test_an_answer_given_ahead_is_not_asked_for(desk: Desk, flag: str, more: int) -> None:
    before = lines_of(desk)
    status, shown = converse(desk.root, b"", *MOVE, flag)
    assert status == 0
    assert ASKED not in shown
    assert lines_of(desk) == before + more


def test_what_publishing_asks_is_asked_then(desk: Desk) -> None:
    before = lines_of(desk)
    status, shown = converse(desk.root, b"y\ny\n", "add", "2026-01-05 21:00", "standaard")
    assert status == 0
    assert "question: 20260105T2100 starts in the past and was never published. Meant? `icsfeed publish --past`" in shown
    assert "Meant? `icsfeed publish --past` [y/N]: " in shown
    assert lines_of(desk) == before + 1


def test_an_unplanned_window_that_is_published_after_all_says_how_slow_calendars_are(desk: Desk) -> None:
    status, shown = converse(desk.root, b"\n", "add", "now", "standaard", "--unplanned")
    assert status == 0
    assert shown.endswith("Tell customers another way too.\n")
