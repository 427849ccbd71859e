from collections.abc import Callable
from datetime import timedelta

import pytest

from icsfeed.model import Actual, Status
from icsfeed.replay import Change
from tests.notifying.desk import MINUTE, Desk, run
from tests.published import START, text, window
from tests.support import ADDRESS

MakeDesk = Callable[..., Desk]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TUESDAY = "reminder: maintenance on Tue 7 December 21:00"
THURSDAY = "reminder: maintenance on Thu 9 December 21:00"


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with a place for reminders alone and one for changes alone."""
    return make_desk(near="reminders, en", ops="en")


def at(desk: Desk, moment: object, *aheads: timedelta) -> list[str]:
    """Send what is due at a moment, in a new process, and return all reminders so far."""
    desk.now = moment  # type: ignore[assignment]
    run(desk.notifier(aheads=aheads or (DAY,)))
    assert [each for each in desk.hook.subjects("ops") if each.startswith("reminder")] == []
    return desk.hook.subjects("near")


def test_a_reminder_comes_at_its_time_and_once(desk: Desk) -> None:
    desk.publish(window(title=text("Nieuwe server", "New server")))
    assert at(desk, START - DAY - MINUTE / 60) == []
    assert at(desk, START - DAY) == [TUESDAY]
    assert at(desk, START - HOUR) == [TUESDAY]
    (told,) = desk.hook.texts("near")
    assert told.startswith(
        "Example: New server (Standard, about 20 min)\n\nTuesday 7 December 2027, 21:00–21:20 (Europe/Amsterdam)\n"
    )
    assert f"{ADDRESS}/example/en/a/" in told


def test_several_reminders_come_each_at_its_time(desk: Desk) -> None:
    desk.publish(window())
    counts = [len(at(desk, START - ahead, DAY, 2 * HOUR)) for ahead in (DAY, 3 * HOUR, 2 * HOUR, HOUR)]
    assert counts == [1, 1, 2, 2]


def test_a_window_that_was_announced_nearer_is_told_at_once_and_once(desk: Desk) -> None:
    at(desk, START - HOUR)
    desk.publish(window())
    assert at(desk, desk.now, DAY, 2 * HOUR) == [TUESDAY]


def test_a_reminder_that_was_missed_comes_late_but_not_once_it_has_begun(desk: Desk) -> None:
    desk.publish(window(), window("b", START - HOUR))
    assert at(desk, START - HOUR) == [TUESDAY]


def test_a_window_that_was_moved_is_told_at_its_new_time(desk: Desk) -> None:
    desk.publish(window())
    desk.publish(window(start=START + 2 * DAY), change=Change.MOVED)
    assert at(desk, START - DAY) == []
    assert at(desk, START + DAY) == [THURSDAY]


def test_a_window_that_was_moved_after_its_reminder_is_told_again(desk: Desk) -> None:
    desk.publish(window())
    at(desk, START - DAY)
    desk.publish(window(start=START + 2 * DAY), change=Change.MOVED)
    assert at(desk, START + DAY) == [TUESDAY, THURSDAY]


@pytest.mark.parametrize(
    "other",
    [
        window(status=Status.CANCELLED),
        window(kind="operationeel"),
        window(actual=Actual(start=START - DAY - HOUR)),
        window(start=START + 2 * DAY),
    ],
    ids=["cancelled", "without downtime", "begun", "moved away"],
)
def test_there_is_no_reminder_of_a_window_that_is(desk: Desk, other: object) -> None:
    desk.publish(window())
    desk.publish(other, change=Change.CHANGED)  # type: ignore[arg-type]
    assert at(desk, START - DAY) == []


def test_classes_and_unplanned_choose_reminders_too(make_desk: MakeDesk) -> None:
    desk = make_desk(near="reminders, uitgebreid, en", ops="en")
    desk.publish(window(), window("b", kind="uitgebreid", start=START + HOUR))
    assert at(desk, START) == ["reminder: maintenance on Tue 7 December 22:00"]


def test_an_occurrence_is_told_as_a_window_is(desk: Desk) -> None:
    desk.publish(window("series", repeat="FREQ=WEEKLY"))
    assert at(desk, START - DAY) == [TUESDAY]
    assert at(desk, START + 6 * DAY) == [TUESDAY, "reminder: maintenance on Tue 14 December 21:00"]


def test_a_place_that_fails_is_reminded_later(desk: Desk) -> None:
    desk.publish(window())
    desk.hook.failing.add("near")
    at(desk, START - DAY)
    desk.hook.failing.clear()
    assert at(desk, START - HOUR) == [TUESDAY]
