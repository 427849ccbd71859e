from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Calendar, Impact, Status, Window
from icsfeed.moments import read_moment
from icsfeed.publication.availability import Availability, State, worst
from icsfeed.replay import PublishedCalendar, PublishedWindow
from tests.published import CALENDAR, START, published, window, with_class
from tests.support import NOW, REAL, publish_text, schedule_text

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def availability(*windows: Window, planned_until: date | None = None) -> Availability:
    return Availability(published=published(*windows, calendar=replace(CALENDAR, planned_until=planned_until)), now=NOW)


def amsterdam(text: str) -> datetime:
    return read_moment(text, zone="Europe/Amsterdam", languages=("nl",))


def later(minutes: float) -> datetime:
    return START + minutes * MINUTE


# The shipped calendar


def shipped() -> Availability:
    path = REAL / "minox-online.journal.jsonl"
    return Availability(published=load_journal(path.read_bytes(), file=path.name, key="minox-online"), now=NOW)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2021-12-20 20:30", "open"),
        ("2021-12-20 21:05", "closed"),
        ("2021-12-20 21:25", "at risk"),
        ("2021-12-20 23:30", "unknown"),
        ("2021-12-21 12:00", "unknown"),
    ],
)
def test_the_last_evening_of_the_shipped_calendar(moment: str, state: str) -> None:
    assert shipped().state(amsterdam(moment)).value == state


def test_a_stretch_of_that_evening_is_as_its_worst_part() -> None:
    evening = [("18:00", "21:00"), ("20:30", "21:01"), ("21:20", "23:59"), ("23:20", "23:30"), ("23:19", "23:30")]
    states = [shipped().state(amsterdam(f"2021-12-20 {start}"), amsterdam(f"2021-12-20 {end}")) for start, end in evening]

    assert [each.value for each in states] == ["open", "closed", "at risk", "unknown", "at risk"]


def test_the_database_upgrade_is_closed_through_the_night_and_unconfirmed_after_it() -> None:
    assert shipped().state(amsterdam("2021-02-07 04:00")) is State.CLOSED
    assert shipped().state(amsterdam("2021-02-07 13:59")) is State.AT_RISK
    assert shipped().next_free(amsterdam("2021-02-06 20:30"), HOUR) == amsterdam("2021-02-07 14:00")


# What is known


def test_a_calendar_without_windows_and_without_a_plan_is_never_open() -> None:
    empty = availability()

    assert {empty.state(later(minutes)) for minutes in (-1e6, 0, 1e6)} == {State.UNKNOWN}
    assert (empty.known_until, empty.next_change(START), empty.next_free(START)) == (None, None, None)


def test_neither_is_one_whose_windows_are_all_cancelled() -> None:
    assert availability(window(status=Status.CANCELLED)).state(later(-60)) is State.UNKNOWN


def test_a_cancelled_window_does_not_make_more_known() -> None:
    known = availability(window("a"), window("b", START + timedelta(days=9), status=Status.CANCELLED)).known_until
    assert known == later(20)


def test_a_window_without_impact_or_a_tentative_one_makes_more_known() -> None:
    assert availability(window(kind="operationeel")).state(later(-60)) is State.OPEN
    assert availability(window(status=Status.TENTATIVE)).state(later(-60)) is State.OPEN


def test_a_reported_end_makes_no_less_known_than_the_planned_one() -> None:
    assert availability(window(actual=Actual(start=START, end=later(5)))).known_until == later(20)
    assert availability(window(actual=Actual(start=START, end=later(50)))).known_until == later(50)


def test_the_last_day_of_the_plan_is_known_up_to_its_midnight() -> None:
    planned = availability(planned_until=date(2027, 10, 31))

    assert planned.state(amsterdam("2027-10-31 23:59")) is State.OPEN
    assert planned.state(amsterdam("2027-11-01 00:00")) is State.UNKNOWN
    assert planned.known_until == datetime(2027, 10, 31, 23, tzinfo=UTC)


def test_a_window_beyond_the_plan_is_told_and_the_time_around_it_stays_unknown() -> None:
    beyond = availability(window(), planned_until=date(2027, 12, 1))
    assert [beyond.state(later(minutes)) for minutes in (-1, 0, 20, 140)] == [
        State.UNKNOWN,
        State.CLOSED,
        State.AT_RISK,
        State.UNKNOWN,
    ]


def test_a_window_or_a_risk_outranks_what_is_unknown() -> None:
    last = availability(window())
    assert last.state(later(-10), later(600)) is State.CLOSED
    assert last.state(later(30), later(600)) is State.AT_RISK
    assert last.state(later(-30), later(0)) is State.OPEN


def test_the_past_is_as_published_even_before_the_journal_began() -> None:
    assert availability(window()).state(NOW - timedelta(days=9000)) is State.OPEN


def test_repeated_windows_are_known_as_far_as_they_are_within_reach() -> None:
    rule = "  - id: ronde\n    start: 2027-12-07 21:00\n    class: standaard\n    repeat: FREQ=WEEKLY\n"
    text = schedule_text(rule).replace("  color:", "  planned_until: 2037-12-31\n  color:")
    far = Availability(published=publish_text(text).at(NOW), now=NOW)

    assert far.state(amsterdam("2028-12-26 21:05")) is State.CLOSED
    assert far.state(amsterdam("2028-12-31 23:59")) is State.OPEN
    assert far.state(amsterdam("2029-01-02 12:00")) is State.UNKNOWN


def test_a_plan_that_ends_with_time_itself_does_no_harm() -> None:
    assert availability(planned_until=date.max).state(START) is State.OPEN


# What is in the way


def test_windows_in_the_way_are_named_each_with_what_it_does() -> None:
    plan = availability(
        window("a"),
        window("b", later(60), kind="operationeel"),
        window("c", later(200), kind="uitgebreid", status=Status.TENTATIVE),
        window("d", later(250), status=Status.CANCELLED),
        window("e", later(900)),
    )
    overlaps = plan.overlaps(later(-10), later(210))

    assert [(each.window.id, each.state) for each in overlaps] == [
        ("a", State.CLOSED),
        ("b", State.OPEN),
        ("c", State.AT_RISK),
    ]
    assert [each.window.is_open_ended for each in overlaps] == [False, False, True]
    assert [each.settled for each in overlaps] == [later(140), later(75), later(200 + 100 + 240)]
    assert [each.is_unconfirmed for each in overlaps] == [True, False, True]


def test_a_window_that_may_still_go_on_is_in_the_way_as_a_risk() -> None:
    stretches = [(19, 60), (20, 60), (30, 60), (139, 141)]
    states = [[each.state for each in availability(window()).overlaps(later(start), later(end))] for start, end in stretches]
    assert states == [[State.CLOSED], [State.AT_RISK], [State.AT_RISK], [State.AT_RISK]]


def test_a_stretch_meets_neither_what_ends_at_its_start_nor_what_begins_at_its_end() -> None:
    done = availability(window(kind="uitgebreid", actual=Actual(start=later(0), end=later(20))))
    assert [len(done.overlaps(later(start), later(end))) for start, end in [(-9, 0), (-9, 1), (19, 30), (20, 30)]] == [
        0,
        1,
        1,
        0,
    ]
    assert [len(done.overlaps(later(minute))) for minute in (-1, 0, 19, 20)] == [0, 1, 1, 0]


def test_reported_times_are_told_before_planned_ones() -> None:
    overlap = availability(window(actual=Actual(start=later(5), end=later(45)))).overlaps(later(0), later(60))[0]
    assert (overlap.start, overlap.end, overlap.settled, overlap.is_unconfirmed) == (later(5), later(45), later(45), False)


# What comes next


def test_what_is_free_lies_between_windows_and_ends_with_what_is_known() -> None:
    plan = availability(window("a"), window("b", later(300)))

    assert plan.next_free(later(-60), HOUR) == later(-60)
    assert plan.next_free(later(-59), HOUR) == later(140)
    assert plan.next_free(later(0), 160 * MINUTE) == later(140)
    assert plan.next_free(later(0), 161 * MINUTE) is None
    assert plan.next_free(later(310)) is None


def test_the_same_time_is_free_on_the_first_later_day_without_downtime_and_for_workdays_on_a_workday() -> None:
    days = ("2027-12-07", "2027-12-08", "2027-12-09", "2027-12-10", "2027-12-11")
    plan = availability(*(window(day, amsterdam(f"{day} 21:00")) for day in days), planned_until=date(2027, 12, 31))

    def same(day: str, time: str, length: timedelta = HOUR, moment: datetime = NOW) -> datetime | None:
        return plan.free_at_same_time(amsterdam(f"{day} {time}"), length, moment)

    assert same("2027-12-07", "20:30") == amsterdam("2027-12-13 20:30")
    assert same("2027-12-11", "20:30") == amsterdam("2027-12-12 20:30")
    assert same("2027-12-07", "19:00") == amsterdam("2027-12-08 19:00")
    assert same("2027-12-07", "20:30", moment=amsterdam("2027-12-14 20:31")) == amsterdam("2027-12-15 20:30")
    assert same("2027-12-31", "20:30") is None
    assert same("2037-12-31", "23:30") is None


@pytest.mark.parametrize(("taken", "day"), [(28, "2028-01-04"), (29, None)])
def test_the_same_time_is_looked_for_on_twenty_eight_days(taken: int, day: str | None) -> None:
    days = (START + timedelta(days=number) for number in range(taken))
    plan = availability(*(window(f"w{number}", each) for number, each in enumerate(days)), planned_until=date(2028, 3, 1))
    assert plan.free_at_same_time(START, HOUR, NOW) == (amsterdam(f"{day} 21:00") if day else None)


def test_the_same_time_is_the_local_one_across_a_change_of_clocks() -> None:
    plan = availability(window("a", amsterdam("2027-10-29 21:00")), planned_until=date(2027, 12, 31))
    assert plan.free_at_same_time(amsterdam("2027-10-29 20:30"), HOUR, NOW - timedelta(days=9)) == amsterdam("2027-11-01 20:30")


def test_the_state_changes_next_where_it_becomes_another_one() -> None:
    plan = availability(window("a"), window("b", later(10)))
    assert [plan.next_change(later(minutes)) for minutes in (-1, 0, 29, 30, 149, 150)] == [
        later(0),
        later(30),
        later(30),
        later(150),
        later(150),
        None,
    ]


def test_an_answer_about_now_holds_until_either_end_meets_a_boundary() -> None:
    plan = availability(window())

    assert plan.valid_for(later(-90)) == 90 * MINUTE
    assert plan.valid_for(later(-90), HOUR) == 30 * MINUTE
    assert plan.valid_for(later(-60), HOUR) == timedelta()
    assert plan.valid_for(later(0)) == 20 * MINUTE
    assert plan.valid_for(later(1e5)) is None


# Against a reference that looks at every minute

BEGINNING = datetime(2027, 10, 30, 20, 0, tzinfo=UTC)
"""The evening before the clock is put back in Amsterdam, at 1:00 UTC."""

SPAN = range(1700)
_MINUTES = st.integers(0, 700)
_DURATIONS = st.integers(1, 150)
_CALENDARS = [CALENDAR, with_class("standaard", impact=Impact.DEGRADED), with_class("standaard", takes=timedelta(hours=5))]


def at(minute: int) -> datetime:
    return BEGINNING + minute * MINUTE


@st.composite
def some_windows(draw: st.DrawFn) -> list[Window]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        start, begun = draw(_MINUTES), draw(_MINUTES)
        ends = [None, at(start + draw(_DURATIONS))]
        reports = [None, Actual(start=at(begun)), Actual(start=at(begun), end=at(begun + draw(_DURATIONS)))]
        found.append(
            Window(
                id=f"w{number}",
                start=at(start),
                end=draw(st.sampled_from(ends)),
                classes=(draw(st.sampled_from(["operationeel", "standaard", "uitgebreid"])),),
                status=draw(st.sampled_from([Status.CONFIRMED, Status.CONFIRMED, Status.TENTATIVE, Status.CANCELLED])),
                actual=draw(st.sampled_from(reports)),
            )
        )
    return found


def ends_of(each: PublishedWindow) -> tuple[datetime, datetime, bool]:
    """Return when a window begins and ends, and whether the end was reported."""
    actual = each.facts.actual
    begins = actual.start if actual else each.start
    reported = actual.end if actual else None
    late = max(begins - each.start, timedelta())
    return begins, reported or each.end + late, reported is not None


def day_of(moment: datetime) -> date:
    """Return the day in Amsterdam, where the clock is put back at 1:00 UTC in the span."""
    return (moment + (2 * HOUR if moment < datetime(2027, 10, 31, 1, tzinfo=UTC) else HOUR)).date()


def as_the_contract_says(each: PublishedWindow, moment: datetime, now: datetime) -> State:
    """Return what a window makes of the service, without phases."""
    impact = each.heavier.impact
    if each.is_cancelled or impact is Impact.NONE:
        return State.OPEN
    begins, ends, is_reported = ends_of(each)
    if begins <= moment < ends:
        is_certain = impact is Impact.OUTAGE and each.facts.status is Status.CONFIRMED
        return State.CLOSED if is_certain else State.AT_RISK
    if each.facts.actual and not is_reported and moment >= ends and day_of(moment) <= day_of(now):
        return State.AT_RISK
    overrun = 0 if is_reported else 4 if each.is_open_ended else 2
    still = max(ends + overrun * HOUR, begins + (each.heavier.takes or timedelta()))
    return State.AT_RISK if ends <= moment < still else State.OPEN


def minute_by_minute(of: PublishedCalendar, now: datetime) -> list[State]:
    """Return the state at every minute of the span, after which it stays as it is."""
    known = max((max(each.end, ends_of(each)[1]) for each in of.windows if not each.is_cancelled), default=None)
    if of.calendar.planned_until is not None:
        known = {30: at(120), 31: at(1620)}[of.calendar.planned_until.day]
    found = []
    for minute in SPAN:
        states = {as_the_contract_says(each, at(minute), now) for each in of.windows}
        if known is None or at(minute) >= known:
            states.add(State.UNKNOWN)
        order = [State.CLOSED, State.AT_RISK, State.UNKNOWN, State.OPEN]
        found.append(next(state for state in order if state in states or state is State.OPEN))
    return found


def first_run(states: Sequence[State], start: int, length: int) -> int | None:
    """Return the first minute from which it is open so long."""
    run = 0
    for minute in range(start, len(states)):
        run = run + 1 if states[minute] is State.OPEN else 0
        if run >= max(length, 1):
            return minute - run + 1
    return None


@settings(max_examples=150, deadline=None)
@given(
    windows=some_windows(),
    calendar=st.builds(
        lambda calendar, last: replace(calendar, planned_until=last),
        st.sampled_from(_CALENDARS),
        st.sampled_from([None, date(2027, 10, 30), date(2027, 10, 31)]),
    ),
    start=st.integers(0, 1500),
    length=st.integers(0, 190),
    now=st.integers(-600, 1619).map(at),
)
def test_it_is_as_a_reference_that_looks_at_every_minute(
    windows: list[Window], calendar: Calendar, start: int, length: int, now: datetime
) -> None:
    of = published(*windows, calendar=calendar)
    found, states = Availability(published=of, now=now), minute_by_minute(of, now)

    assert [found.state(at(minute)) for minute in SPAN] == states
    assert found.state(at(start), at(start + length)) is worst(states[start : start + max(length, 1)])
    changes = [minute for minute in range(start + 1, len(states)) if states[minute] is not states[start]]
    assert found.next_change(at(start)) == (at(changes[0]) if changes else None)
    free = first_run(states, start, length)
    assert found.next_free(at(start), length * MINUTE) == (at(free) if free is not None else None)
    assert worst(each.state for each in found.overlaps(at(start), at(start + length))) is worst(
        as_the_contract_says(each, at(minute), now) for each in of.windows for minute in range(start, start + max(length, 1))
    )


@settings(max_examples=60, deadline=None)
@given(windows=some_windows(), start=st.integers(0, 1500), length=st.integers(0, 190))
def test_an_answer_holds_as_long_as_it_says(windows: list[Window], start: int, length: int) -> None:
    found = availability(*windows)
    holds = found.valid_for(at(start), length * MINUTE)

    def answer(minute: int) -> tuple[object, ...]:
        moment = at(minute)
        free = found.next_free(moment, length * MINUTE)
        overlaps = [each.window.id for each in found.overlaps(moment, moment + length * MINUTE)]
        return (
            found.state(moment, moment + length * MINUTE),
            overlaps,
            found.next_change(moment),
            "now" if free == moment else free,
        )

    last = 100 if holds is None else min(100, holds // MINUTE)
    assert {repr(answer(start + minute)) for minute in range(last)} <= {repr(answer(start))}


def test_two_thousand_windows_are_answered_for_in_passing() -> None:
    many = availability(*(window(f"w{number}", START + number * HOUR * 5) for number in range(2000)))

    assert many.state(START + timedelta(days=400, minutes=1), START + timedelta(days=401)) is State.CLOSED
    assert len(many.overlaps(START, START + timedelta(days=5))) == 24
    assert many.next_free(START, 4 * HOUR) is None
