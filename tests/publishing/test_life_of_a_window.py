"""A window's way through the command line to the feed: added, moved, edited by hand, cancelled."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import main
from icsfeed.drafting.publishing import CLOCK_TOLERANCE
from icsfeed.replay import PublishedCalendar
from tests.published import feed_body
from tests.publishing.desk import FIRST, SECOND, THIRD, Desk, events_of, value, window

START = "2036-12-07 21:00"
ADDED = window("new", START)
MOVED = window("new", "2036-12-09 21:00")
EDITED = window("new", "2036-12-09 21:00", 'note: {nl: "Met een upgrade.", en: "With an upgrade."}')
CANCELLED = EDITED + "    status: cancelled\n    reason: {nl: Ziek., en: Ill.}\n"
STEPS = (ADDED, MOVED, EDITED, CANCELLED)
OTHERS = tuple(each.replace("2027", "2036") for each in (FIRST, SECOND, THIRD))


Events = Callable[[str], list[Mapping[str, bytes]]]
"""Gives the events of a feed after each step."""


def publish(desk: Desk) -> str:
    result = CliRunner().invoke(main, ["publish", "--schedule", str(desk.root / "schedule")], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, PublishedCalendar]]:
    """Publish each step; return what the command said, and what is published after it."""
    desk = Desk(tmp_path_factory.mktemp("life"), now=datetime.now(UTC))
    desk.write(*OTHERS)
    publish(desk)
    found = []
    for step in STEPS:
        desk.write(*OTHERS[:1], step, *OTHERS[1:])
        found.append((publish(desk), desk.published()))
    return found


@pytest.fixture
def events(walked: list[tuple[str, PublishedCalendar]]) -> Events:
    return lambda path: [events_of(feed_body(each, path, datetime.now(UTC))) for _, each in walked]


def test_the_sequence_rises_by_one_with_each_step(events: Events) -> None:
    told = [each["new@example.com"] for each in events("/example.ics")]
    assert [value(event, "SEQUENCE") for event in told] == ["0", "1", "2", "3"]


def test_the_stamps_rise_with_each_step_also_within_a_second(events: Events) -> None:
    told = [each["new@example.com"] for each in events("/example.ics")]
    stamps = [value(event, "LAST-MODIFIED") for event in told]
    assert stamps == sorted(set(stamps))
    assert stamps == [value(event, "DTSTAMP") for event in told]
    assert {value(event, "CREATED") for event in told} == {stamps[0]}


def test_the_uid_stays_and_no_other_appears(events: Events) -> None:
    assert {tuple(sorted(each)) for each in events("/example.ics")} == {
        ("first@example.com", "new@example.com", "second@example.com", "third@example.com")
    }


def test_the_description_says_what_changed(events: Events) -> None:
    _, moved, edited, cancelled = (value(each["new@example.com"], "DESCRIPTION") for each in events("/example/en/example.ics"))
    told = "Moved: was Sun 7 December 21:00\\, now Tue 9 December 21:00"
    assert [told in each for each in (moved, edited, cancelled)] == [True, True, True]
    assert ["With an upgrade." in each for each in (moved, edited, cancelled)] == [False, True, True]
    assert "This maintenance will not take place." in cancelled
    assert "Reason: Ill." in cancelled


def test_a_cancelled_window_stays_and_says_so(events: Events) -> None:
    event = events("/example/en/example.ics")[-1]["new@example.com"]
    assert value(event, "STATUS") == "CANCELLED"
    assert value(event, "SUMMARY").startswith("CANCELLED: ")


@pytest.mark.parametrize("path", ["/example.ics", "/example/en/example.ics", "/example/nl/example-reminders.ics"])
def test_every_other_event_stays_byte_for_byte(events: Events, path: str) -> None:
    others = [{uid: event for uid, event in each.items() if uid != "new@example.com"} for each in events(path)]
    assert others == [others[0]] * len(STEPS)
    assert len(others[0]) == 3


def test_the_command_says_what_subscribers_will_read(walked: list[tuple[str, PublishedCalendar]]) -> None:
    said = [each.splitlines() for each, _ in walked]
    assert [first for first, _ in said] == ["example: 1 change published"] * 4
    summary = "Example: Standard maintenance (about 20 min)"
    assert [second for _, second in said] == [
        f"  announced  new  Sunday 7 December 2036, 21:00–21:20  {summary}",
        f"  moved      new  was Sun 7 December 21:00, now Tue 9 December 21:00  {summary}",
        f"  changed    new  Tuesday 9 December 2036, 21:00–21:20  {summary}",
        f"  cancelled  new  Tuesday 9 December 2036, 21:00–21:20  CANCELLED: {summary}",
    ]


def test_publishes_in_one_second_get_a_second_each(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for step in STEPS:
        desk.write(step)
        desk.publish(after=timedelta())
    stamps = [each.at - desk.now for each in desk.published().lines]
    assert stamps == [timedelta(seconds=number) for number in (0, 0, 1, 2, 3)]
    assert all(ahead <= CLOCK_TOLERANCE for ahead in stamps)
