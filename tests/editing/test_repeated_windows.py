"""The commands on windows that repeat: every day at nine, the first time two days ago."""

from datetime import date, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from icsfeed.publication.journals import read_clock
from icsfeed.zones import to_local
from tests.editing.desk import Desk, make_desk

ZONE = "Europe/Amsterdam"


def day(days: int) -> date:
    """Return the local date so many days from now."""
    return to_local(read_clock(), ZONE).date() + timedelta(days=days)


def id_of(days: int) -> str:
    return f"round-{day(days):%Y%m%d}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(
        tmp_path, f"windows:\n  - id: round\n    start: {day(-2)} 12:00\n    class: standaard\n    repeat: FREQ=DAILY;COUNT=60\n"
    )


def changes(desk: Desk) -> list[str]:
    """Return what stands below `changes`."""
    below = desk.windows().partition("    changes:\n")[2].splitlines()
    return list(takewhile(lambda line: line.startswith("      "), below))


def test_an_occurrence_is_moved_cancelled_changed_and_confirmed_by_its_id(desk: Desk) -> None:
    before = desk.windows()
    assert desk.run("cancel", id_of(3).upper()).out.startswith(f"cancelled {id_of(3)}: ")
    assert changes(desk) == [f"      {day(3)}: cancelled"]
    assert desk.run("move", id_of(4), "22:00").out.startswith(f"moved {id_of(4)}: was ")
    assert desk.run("change", id_of(4), "--class", "Extended").out.startswith(f"changed {id_of(4)}: class\n")
    assert changes(desk)[1:] == [f"      {day(4)}: {{start: {day(4)} 22:00, class: uitgebreid}}"]
    assert desk.run("confirm", id_of(3)).out.startswith(f"revived {id_of(3)}: ")
    assert desk.run("move", id_of(4), "12:00").status == 0
    assert desk.run("change", id_of(4), "--class", "standaard").status == 0
    assert desk.windows() == before


def test_an_occurrence_begins_and_is_complete(desk: Desk) -> None:
    at = f"{day(-1)} 12:03"
    assert desk.run("begin", id_of(-1), at).out.startswith(f"begun {id_of(-1)}: ")
    said = desk.run("complete", id_of(-1), "--until", "12:31")
    assert said.out.startswith(f"completed {id_of(-1)}: 12:03–12:31 {ZONE}, 28 minutes\n")
    assert changes(desk) == [f"      {day(-1)}: {{actual: {{start: {at}, end: {day(-1)} 12:31}}}}"]


@pytest.mark.parametrize("verb", ["begin", "complete"])
def test_a_series_neither_begins_nor_ends_but_its_next_occurrence_does(desk: Desk, verb: str) -> None:
    for days in (0, 1):
        desk.run("cancel", id_of(days))
    said = desk.run(verb, "round")
    expected = f"the next one is {id_of(2)}: `icsfeed {verb} {id_of(2)}`"
    assert (said.status, said.err) == (
        2,
        f"icsfeed: round repeats, and `{verb}` takes the id of one of its windows; {expected}\n",
    )


def test_a_series_is_moved_to_another_time_and_not_to_a_date_that_its_rule_lacks(tmp_path: Path) -> None:
    rule = f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[day(7).weekday()]}"
    desk = make_desk(tmp_path, f"windows:\n  - id: round\n    start: {day(7)} 12:00\n    class: standaard\n    repeat: {rule}\n")
    assert desk.run("move", "round", "22:00").out.startswith("moved round: was ")
    before = desk.windows()
    assert f"start: {day(7)} 22:00\n" in before
    said = desk.run("move", "round", f"{day(8)}")
    assert said.status == 1
    assert 'is not a date of the "repeat" rule' in said.err
    assert desk.windows() == before


def test_an_id_that_is_nearly_an_occurrence_s_gets_the_one_that_may_be_meant(desk: Desk) -> None:
    said = desk.run("cancel", f"rond-{day(5):%Y%m%d}")
    assert (said.status, said.err) == (
        1,
        f'icsfeed: window "rond-{day(5):%Y%m%d}" not found. Did you mean "{id_of(5)}"? `icsfeed list --all` lists all windows.\n',
    )
    assert desk.run("show", id_of(5)).status == 0
    assert id_of(5) in desk.run("list").out


def test_a_date_that_the_rule_does_not_give_is_no_occurrence(desk: Desk) -> None:
    for id_ in (id_of(58), "round-20280230", "round-99999999"):
        assert desk.run("cancel", id_).status == 1


# A new one


def test_a_new_series_lists_its_dates_before_it_is_added(desk: Desk) -> None:
    said = desk.run("add", f"{day(1)} 21:00", "uitgebreid", "--repeat", "freq=daily; count=60")
    assert said.status == 0
    lines = said.out.splitlines()
    assert [line[-5:] for line in lines[:12]] == ["21:00"] * 12
    assert lines[12:14] == ["  and 48 more", "announces 60 windows at once"]
    assert lines[14].startswith(f"added {day(1):%Y%m%d}T2100: ")
    assert lines[14].endswith(f" {ZONE}, FREQ=DAILY;COUNT=60, uitgebreid")
    assert "    repeat: FREQ=DAILY;COUNT=60\n" in desk.windows()


def test_a_series_of_one_or_none_within_reach_says_so(desk: Desk) -> None:
    said = desk.run("add", f"{day(1)} 21:00", "standaard", "--repeat", "FREQ=DAILY;COUNT=1").out
    assert "at once" not in said
    far = desk.run("add", f"{day(0).year + 3}-01-01 21:00", "standaard", "--repeat", "FREQ=YEARLY").out
    assert far.startswith(f"no dates until {day(0).year + 1}-12-31; later ones are not published yet\nadded ")


def test_a_rule_that_cannot_be_used_is_refused_and_nothing_is_written(desk: Desk) -> None:
    before = desk.windows()
    for rule, words in (
        ("FREQ=WEKLY", '--repeat: unknown FREQ "WEKLY"; it must be one of DAILY, WEEKLY, MONTHLY, YEARLY'),
        ("weekly", '--repeat: "weekly" is not a part of a rule such as FREQ=MONTHLY'),
        ("FREQ=YEARLY;BYMONTHDAY=1", "the start (2036-12-20) is not a date of the --repeat rule; the next one is 2037-01-01"),
    ):
        said = desk.run("add", "2036-12-20 21:00", "standaard", "--repeat", rule)
        assert (said.status, said.out) == (2, "")
        assert words in said.err
    assert desk.windows() == before
