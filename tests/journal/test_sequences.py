"""A line may say from where SEQUENCE goes on."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Status, Window
from icsfeed.problems import ScheduleError
from icsfeed.replay import Change, Line, PublishedWindow, replay
from tests.published import CALENDAR, START, text, window
from tests.support import NOW

SERIES = window("s", repeat="FREQ=WEEKLY;COUNT=4")


def hours(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def line(at: int, each: Window, sequence: int | None = None, change: Change = Change.CHANGED) -> Line:
    return Line(at=hours(at), by="tests", change=change, window=each, sequence=sequence)


def header(at: int = 0, sequence: int | None = None, **facts: object) -> Line:
    return Line(at=hours(at), by="tests", change=Change.CALENDAR, calendar=replace(CALENDAR, **facts), sequence=sequence)  # type: ignore[arg-type]


def windows(*lines: Line) -> dict[str, PublishedWindow]:
    """Return what a journal with these lines publishes."""
    data = "".join(f"{render_line(each)}\n" for each in lines).encode()
    published = load_journal(data, file="schedule/example.journal.jsonl", key="example")
    assert published == replay(lines)
    return {each.id: each for each in published.at(NOW).windows}


def test_counting_goes_on_from_there() -> None:
    found = [windows(header(), *[line(1, window()), line(2, window(), 7), line(3, window())][:count]) for count in (1, 2, 3)]
    assert [each["a"].sequence for each in found] == [0, 7, 8]
    assert found[-1]["a"].modified == hours(3)


def test_a_first_line_may_begin_with_it() -> None:
    assert windows(header(), line(1, window(), 5))["a"].sequence == 5


def test_a_series_carries_its_occurrences_along() -> None:
    moved = window("s-20271214", START + timedelta(days=8))
    found = windows(header(), line(1, SERIES), line(2, moved), line(3, SERIES, 9), line(4, moved))
    assert {id_: each.sequence for id_, each in found.items()} == {
        "s-20271207": 9,
        "s-20271214": 10,
        "s-20271221": 9,
        "s-20271228": 9,
    }


def test_a_date_that_a_series_gives_later_does_not_start_lower() -> None:
    longer = replace(SERIES, repeat="FREQ=WEEKLY;COUNT=5")
    found = windows(header(), line(1, SERIES), line(2, SERIES, 9), line(3, longer))
    assert {each.sequence for each in found.values()} == {10}


def test_a_header_with_it_revises_every_window() -> None:
    ended = window("b", NOW - timedelta(days=3), status=Status.CANCELLED)
    found = windows(header(), line(1, window()), line(1, ended), header(2, 4, introduction=text("Anders.")))
    assert {(each.sequence, each.modified) for each in found.values()} == {(4, hours(2))}


def test_a_line_without_it_has_no_such_key() -> None:
    assert "sequence" not in json.loads(render_line(line(1, window())))
    assert json.loads(render_line(line(1, window(), 3)))["sequence"] == 3


@pytest.mark.parametrize("sequence", [-1, 2**31, 1.5, "3", None])
def test_it_is_a_number_that_programs_can_hold(sequence: object) -> None:
    wrong = json.dumps({**json.loads(render_line(line(1, window()))), "sequence": sequence})
    data = f"{render_line(header())}\n{wrong}\n".encode()
    if sequence is None:
        load_journal(data, file="j", key="example")
    else:
        with pytest.raises(ScheduleError, match="a wrong fact"):
            load_journal(data, file="j", key="example")
