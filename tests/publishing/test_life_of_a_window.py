"""A window's way through the command line to the feed: added, moved, edited by hand, cancelled."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import main
from icsfeed.drafting.publishing import CLOCK_TOLERANCE
from tests.publishing.desk import FIRST, SECOND, THIRD, Desk, value, window
from tests.support import icsfeed, schedule_text

START = "2036-12-07 21:00"
ADDED = window("new", START)
MOVED = window("new", "2036-12-09 21:00")
EDITED = window("new", "2036-12-09 21:00", 'note: {nl: "Met een upgrade.", en: "With an upgrade."}')
CANCELLED = EDITED + "    status: cancelled\n    reason: {nl: Ziek., en: Ill.}\n"
STEPS = (ADDED, MOVED, EDITED, CANCELLED)
OTHERS = tuple(each.replace("2027", "2036") for each in (FIRST, SECOND, THIRD))


def publish(desk: Desk) -> str:
    result = CliRunner().invoke(main, ["publish", "--schedule", str(desk.root / "schedule")], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def walk(desk: Desk, path: str) -> list[tuple[str, Mapping[str, bytes]]]:
    """Publish each step; return what the command said, and the events after it."""
    desk.write(*OTHERS)
    publish(desk)
    found = []
    for step in STEPS:
        desk.write(*OTHERS[:1], step, *OTHERS[1:])
        said = publish(desk)
        found.append((said, desk.events(path)))
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, now=datetime.now(UTC))


def test_the_sequence_rises_by_one_with_each_step(desk: Desk) -> None:
    events = [each["new@example.com"] for _, each in walk(desk, "/example.ics")]
    assert [value(event, "SEQUENCE") for event in events] == ["0", "1", "2", "3"]


def test_the_stamps_rise_with_each_step_also_within_a_second(desk: Desk) -> None:
    events = [each["new@example.com"] for _, each in walk(desk, "/example.ics")]
    stamps = [value(event, "LAST-MODIFIED") for event in events]
    assert stamps == sorted(set(stamps))
    assert stamps == [value(event, "DTSTAMP") for event in events]
    assert {value(event, "CREATED") for event in events} == {stamps[0]}


def test_the_uid_stays_and_no_other_appears(desk: Desk) -> None:
    assert {tuple(sorted(each)) for _, each in walk(desk, "/example.ics")} == {
        ("first@example.com", "new@example.com", "second@example.com", "third@example.com")
    }


def test_the_description_says_what_changed(desk: Desk) -> None:
    _, moved, edited, cancelled = (
        value(each["new@example.com"], "DESCRIPTION") for _, each in walk(desk, "/example/en/example.ics")
    )
    told = "Moved: was Sun 7 December 21:00\\, now Tue 9 December 21:00"
    assert [told in each for each in (moved, edited, cancelled)] == [True, True, True]
    assert ["With an upgrade." in each for each in (moved, edited, cancelled)] == [False, True, True]
    assert "This maintenance will not take place." in cancelled
    assert "Reason: Ill." in cancelled


def test_a_cancelled_window_stays_and_says_so(desk: Desk) -> None:
    event = walk(desk, "/example/en/example.ics")[-1][1]["new@example.com"]
    assert value(event, "STATUS") == "CANCELLED"
    assert value(event, "SUMMARY").startswith("CANCELLED: ")


@pytest.mark.parametrize("path", ["/example.ics", "/example/en/example.ics", "/example/nl/example-reminders.ics"])
def test_every_other_event_stays_byte_for_byte(desk: Desk, path: str) -> None:
    others = [{uid: event for uid, event in each.items() if uid != "new@example.com"} for _, each in walk(desk, path)]
    assert others == [others[0]] * len(STEPS)
    assert len(others[0]) == 3


def test_the_command_says_what_subscribers_will_read(desk: Desk) -> None:
    said = [each.splitlines() for each, _ in walk(desk, "/example.ics")]
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


def test_the_whole_way_with_real_commands(tmp_path: Path) -> None:
    desk = Desk(tmp_path, now=datetime.now(UTC))
    for step in (ADDED, MOVED):
        desk.save(schedule_text(*OTHERS, step))
        assert icsfeed("publish", cwd=tmp_path).returncode == 0
    event = desk.event("new")
    assert (value(event, "SEQUENCE"), value(event, "DTSTART")) == ("1", "20361209T200000Z")
