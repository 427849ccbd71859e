import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from icsfeed.model import Status
from icsfeed.notifying import notifier as notifying
from icsfeed.replay import Change
from tests.notifying.desk import Desk, run
from tests.published import START, window
from tests.support import wait_until

MakeDesk = Callable[..., Desk]
DAY = timedelta(days=1)


def test_a_place_that_fails_for_a_while_gets_everything_in_order_and_the_others_do_not_wait(make_desk: MakeDesk) -> None:
    desk = make_desk(bad="en", good="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    for number in range(3):
        desk.publish(window(f"w{number}", START + number * DAY))
        run(notifier)
        assert len(desk.hook.subjects("good")) == number + 1
    desk.hook.failing.clear()
    desk.now += timedelta(hours=1)
    run(notifier)
    assert desk.hook.subjects("bad") == desk.hook.subjects("good")


def test_what_was_overtaken_while_a_place_failed_is_not_sent(make_desk: MakeDesk) -> None:
    desk = make_desk(bad="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    desk.publish(window(), window("b"))
    run(notifier)
    desk.publish(window(status=Status.CANCELLED), change=Change.CANCELLED)
    desk.hook.failing.clear()
    run(desk.notifier())
    assert desk.hook.subjects("bad") == [
        "maintenance announced for Tue 7 December 21:00",
        "maintenance of Tue 7 December 21:00 cancelled",
    ]
    assert "/example/en/a/" not in desk.hook.texts("bad")[0]


def test_a_place_that_waits_for_a_heavy_window_is_told_that_it_became_lighter_and_moved(make_desk: MakeDesk) -> None:
    desk = make_desk(bad="en, uitgebreid")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    for facts in ({"kind": "uitgebreid"}, {}, {"start": START + DAY}):
        desk.publish(window(**facts), change=Change.CHANGED)
        run(notifier)
    desk.hook.failing.clear()
    run(desk.notifier())
    assert desk.hook.subjects("bad") == ["maintenance announced for Wed 8 December 21:00"]


def test_a_change_is_tried_for_a_day_from_its_own_publication(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(bad="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    desk.publish(window())
    run(notifier)
    desk.now += DAY
    desk.publish(window(status=Status.CANCELLED), change=Change.CANCELLED)
    run(notifier)
    assert [each for each in caplog.messages if "failed for a day" in each] == []
    desk.hook.failing.clear()
    desk.now += timedelta(hours=2)
    run(notifier)
    assert len(desk.hook.subjects("bad")) == 1


def test_a_place_that_fails_is_tried_later_each_time_for_a_day(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(bad="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    desk.publish(window())
    began, tried_at = desk.now, []
    while desk.now < began + 2 * DAY:
        before = len(desk.hook.tried)
        run(notifier)
        tried_at += [desk.now] * (len(desk.hook.tried) - before)
        desk.now += timedelta(seconds=30) if desk.now < began + timedelta(hours=2) else timedelta(minutes=10)
    pauses = [later - earlier for earlier, later in pairwise(tried_at)]
    assert pauses[0] <= timedelta(seconds=30)
    assert max(pauses) <= notifying.LONGEST_DELAY + timedelta(minutes=10)
    assert pauses[:8] == sorted(pauses[:8])
    assert DAY <= tried_at[-1] - began <= DAY + notifying.LONGEST_DELAY
    assert "failed for a day; it will not be told: Example: maintenance announced" in caplog.messages[-1]
    desk.hook.failing.clear()
    desk.publish(window("b"))
    run(notifier)
    assert len(desk.hook.got) == 1


def test_a_place_that_does_not_answer_holds_up_nobody(make_desk: MakeDesk) -> None:
    desk = make_desk(slow="en", good="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.hanging.add("slow")
    desk.publish(window())
    while not desk.hook.subjects("good"):
        notifier.step()
    assert desk.hook.subjects("slow") == []
    desk.hook.released.set()
    run(notifier)
    wait_until(lambda: len(desk.hook.subjects("slow")) == 1)


def test_one_run_tries_a_place_once(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(bad="en")
    run(desk.notifier())
    desk.hook.failing.add("bad")
    desk.publish(window())
    desk.publish(window("b"))
    notifier = desk.notifier(tries_once=True)
    for _ in range(3):
        run(notifier)
        desk.now += DAY
    assert (desk.hook.tried, notifier.has_failed) == (["bad"], True)


def test_the_log_says_who_failed_and_what_was_told_without_addresses(
    make_desk: MakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "icsfeed")
    desk = make_desk(token="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("token")
    desk.publish(window())
    run(notifier)
    desk.hook.failing.clear()
    desk.now += DAY
    run(notifier)
    ours = [each.getMessage() for each in caplog.records if each.name == "icsfeed"]
    assert ours[-2:] == [
        "place 1 (json, en) failed; next try in 5 seconds; not told: Example: maintenance announced for Tue 7 December 21:00",
        "told place 1 (json, en): Example: maintenance announced for Tue 7 December 21:00",
    ]
    assert [each for each in ours if "S3cret" in each or "token" in each] == []


def test_a_disk_that_fills_up_stops_it_before_it_tries_again(make_desk: MakeDesk) -> None:
    desk = make_desk(bad="en")
    notifier = desk.notifier()
    run(notifier)
    desk.hook.failing.add("bad")
    desk.publish(window())
    run(notifier)
    desk.hook.failing.clear()
    desk.now += DAY / 2
    temporary = desk.state.with_name(f"{desk.state.name}.tmp")
    temporary.unlink()
    temporary.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        notifier.step()
    assert desk.hook.tried == ["bad"]


def test_what_waits_for_a_place_that_is_gone_is_said(make_desk: MakeDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk = make_desk(bad="en")
    run(desk.notifier())
    desk.hook.failing.add("bad")
    desk.publish(window())
    run(desk.notifier())
    desk.tags = {"good": "en"}
    run(desk.notifier())
    assert caplog.messages[-1] == "example: 1 change waited for places that are gone, and will not be told"
    assert desk.hook.got == []
