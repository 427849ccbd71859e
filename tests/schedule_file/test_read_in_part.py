"""A schedule without the entries that have an error: what is there is right, and what is missing has not vanished."""

import pytest

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.problems import ScheduleError
from icsfeed.replay import Change
from tests.support import HEAD, NOW, publish_text

ENTRIES = (
    "  - {id: a, start: 2027-12-07 21:00, class: standaard}\n",
    "  - id: b\n    start: 2027-12-14 21:00\n    class: uitgebreid\n",
    '  - {id: r, start: 2027-12-02 21:00, class: standaard, repeat: "FREQ=MONTHLY;BYDAY=1TH"}\n',
    "  - id: c\n    start: 2027-12-21 21:00\n    class: standaard\n    title: Let op\n",
)
FAULTS = (("class", "clas"), ("2027-12", "2027-13"), ("start:", "stat:"), ("class: ", "class: x"), (": ", ": !!int "))
WHOLE = f"{HEAD}windows:\n{''.join(ENTRIES)}"


def read(text: str) -> Schedule:
    return load_schedule(text.encode(), file="schedule/example.yaml", key="example", partly=True)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("wrong", [(0,), (1,), (2,), (3,), (0, 2), (1, 2, 3), (0, 1, 2, 3)])
def test_the_other_windows_are_read_and_nothing_is_withdrawn(wrong: tuple[int, ...], fault: tuple[str, str]) -> None:
    entries = [entry.replace(*fault, 1) if number in wrong else entry for number, entry in enumerate(ENTRIES)]
    text = f"{HEAD}windows:\n{''.join(entries)}"
    with pytest.raises(ScheduleError) as caught:
        load_schedule(text.encode(), file="schedule/example.yaml", key="example")
    schedule = read(text)
    broken = {"abrc"[number] for number, entry in enumerate(ENTRIES) if entry != entries[number]}
    assert {each.id for each in schedule.windows} == set("abrc") - broken
    assert set(schedule.errors) <= set(caught.value.problems)
    assert len(schedule.errors) >= len(broken)
    difference = compare(schedule, publish_text(WHOLE), now=NOW, answers=Answers(withdraw_all=True))
    assert [line.change for line in difference.lines if line.change is Change.WITHDRAWN] == []
    assert difference.questions == ()


def test_dates_that_a_rule_no_longer_gives_have_vanished_all_the_same() -> None:
    published = publish_text(WHOLE)
    shorter = WHOLE.replace("FREQ=MONTHLY;BYDAY=1TH", "FREQ=MONTHLY;BYDAY=1TH;COUNT=3").replace("title: Let", "titel: Let")
    vanished = compare(read(shorter), published, now=NOW, answers=Answers()).lines
    assert {line.window.id.partition("-")[0] for line in vanished if line.change is Change.WITHDRAWN and line.window} == {"r"}


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("steelblue", "stealblue"),
        WHOLE.replace("impact: none", "impact: no"),
        WHOLE.replace("windows:", "windos:"),
        f"{HEAD}windows: nonsense\n",
        "windows:\n",
        "nonsense",
        f"{WHOLE}extra: x\n",
        WHOLE.replace("  - {id: a", "\t- {id: a"),
    ],
)
def test_an_error_outside_the_entries_is_one_of_the_whole_file(text: str) -> None:
    with pytest.raises(ScheduleError):
        read(text)


def test_a_header_that_has_an_error_may_be_replaced() -> None:
    header = read(WHOLE).calendar
    for text in (WHOLE.replace("steelblue", "stealblue"), WHOLE.replace("impact: none", "impact: no")):
        schedule = load_schedule(text.encode(), file="schedule/example.yaml", key="example", partly=True, header=header)
        assert (schedule.calendar, schedule.windows) == (header, read(WHOLE).windows)
        assert len(schedule.errors) == 1
    with pytest.raises(ScheduleError):
        load_schedule(f"{WHOLE}extra: x\n".encode(), file="schedule/example.yaml", key="example", partly=True, header=header)


def test_a_section_behind_the_windows_is_not_part_of_the_last_one() -> None:
    calendar, classes = HEAD.split("classes:\n")
    text = f"{calendar}windows:\n{''.join(ENTRIES)}classes:\n{classes}"
    assert {each.id for each in read(text.replace("title: Let", "titel: Let")).windows} == {"a", "b", "r"}
    with pytest.raises(ScheduleError):
        read(text.replace("impact: none", "impact: no"))


def test_a_file_without_an_error_is_read_as_ever() -> None:
    assert read(WHOLE) == load_schedule(WHOLE.encode(), file="schedule/example.yaml", key="example")


def test_both_of_two_windows_with_one_id_are_in_question() -> None:
    schedule = read(WHOLE + ENTRIES[0])
    assert schedule.left_out == {"a"}
    assert "a" in {each.id for each in schedule.windows}
