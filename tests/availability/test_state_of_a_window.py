from datetime import datetime, timedelta

import pytest

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Status, Window
from icsfeed.moments import read_moment
from icsfeed.publication.availability import State, effect_of
from icsfeed.publication.phases import phase_of
from icsfeed.replay import PublishedWindow
from tests.published import START, published, window
from tests.support import REAL

MINUTE = timedelta(minutes=1)


def state_of(of: PublishedWindow, now: datetime) -> State:
    return effect_of(of, phase_of(of, now, "Europe/Amsterdam"))


def state_after(minutes: float, of: Window) -> State:
    return state_of(published(of).by_id[of.id], START + minutes * MINUTE)


@pytest.mark.parametrize(
    ("clock", "state"), [("20:30", State.OPEN), ("21:05", State.CLOSED), ("21:25", State.AT_RISK), ("23:30", State.OPEN)]
)
def test_the_last_window_of_2021(clock: str, state: State) -> None:
    path = REAL / "minox-online.journal.jsonl"
    last = load_journal(path.read_bytes(), file=path.name, key="minox-online").by_id["20211220T2100"]
    assert state_of(last, read_moment(f"2021-12-20 {clock}", zone="Europe/Amsterdam", languages=("nl",))) is state


def test_a_window_is_closed_from_its_start_up_to_its_end() -> None:
    assert [state_after(minutes, window()) for minutes in (-1, 0, 19, 20)] == [
        State.OPEN,
        State.CLOSED,
        State.CLOSED,
        State.AT_RISK,
    ]


def test_an_end_that_nobody_reported_is_a_risk_for_two_hours_and_four_if_open_ended() -> None:
    assert [state_after(20 + minutes, window()) for minutes in (119, 120)] == [State.AT_RISK, State.OPEN]
    extended = window(kind="uitgebreid")
    assert [state_after(100 + minutes, extended) for minutes in (239, 240)] == [State.AT_RISK, State.OPEN]


def test_after_a_reported_end_it_is_a_risk_until_the_whole_update_is_over() -> None:
    done = window(actual=Actual(start=START, end=START + 10 * MINUTE))
    assert [state_after(minutes, done) for minutes in (9, 10, 29, 30)] == [
        State.CLOSED,
        State.AT_RISK,
        State.AT_RISK,
        State.OPEN,
    ]


def test_reported_times_outrank_planned_ones() -> None:
    late = window(actual=Actual(start=START + 5 * MINUTE, end=START + 45 * MINUTE))
    assert [state_after(minutes, late) for minutes in (4, 5, 44, 45)] == [State.OPEN, State.CLOSED, State.CLOSED, State.OPEN]


@pytest.mark.parametrize("kind", ["standaard", "uitgebreid"])
def test_what_was_reported_begun_is_a_risk_until_its_end_is_reported_however_long_that_takes(kind: str) -> None:
    begun = window(kind=kind, actual=Actual(start=START + 5 * MINUTE))
    planned = 100 if kind == "uitgebreid" else 20
    assert [state_after(minutes, begun) for minutes in (4, 5, planned + 4)] == [State.OPEN, State.CLOSED, State.CLOSED]
    assert {state_after(minutes, begun) for minutes in (planned + 5, 300, 1000, 100000)} == {State.AT_RISK}


def test_a_window_that_began_after_its_planned_end_is_closed_as_long_as_it_was_planned() -> None:
    begun = window(actual=Actual(start=START + 60 * MINUTE))
    assert [state_after(minutes, begun) for minutes in (59, 60, 79, 80)] == [
        State.OPEN,
        State.CLOSED,
        State.CLOSED,
        State.AT_RISK,
    ]


def test_the_whole_update_counts_from_the_reported_start() -> None:
    done = window(actual=Actual(start=START + 60 * MINUTE, end=START + 65 * MINUTE))
    assert [state_after(minutes, done) for minutes in (64, 65, 89, 90)] == [
        State.CLOSED,
        State.AT_RISK,
        State.AT_RISK,
        State.OPEN,
    ]


def test_what_began_early_is_closed_at_least_to_its_planned_end() -> None:
    begun = window(actual=Actual(start=START - 15 * MINUTE))
    assert [state_after(minutes, begun) for minutes in (-16, -15, 19, 20)] == [
        State.OPEN,
        State.CLOSED,
        State.CLOSED,
        State.AT_RISK,
    ]


def test_a_tentative_window_is_a_risk_only() -> None:
    assert state_after(5, window(status=Status.TENTATIVE)) is State.AT_RISK


@pytest.mark.parametrize("of", [window(status=Status.CANCELLED), window(kind="operationeel")])
def test_a_cancelled_window_and_one_without_impact_are_nothing(of: Window) -> None:
    assert state_after(5, of) is State.OPEN
