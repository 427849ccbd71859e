"""A series that was published before its end was a wall-clock time: what stays, and how it is put right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.journal import load_journal, render_line
from icsfeed.model import Window
from icsfeed.replay import Change, PublishedCalendar, replay
from tests.commands.desk import run
from tests.published import after, feed
from tests.support import body_of, load, make_folder, publication_of, schedule_text

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SATURDAY = """\
  - id: w
    start: 2027-01-02 22:00
    end: 2027-01-03 06:00
    class: standaard
    repeat: FREQ=WEEKLY;BYDAY=SA
"""


def as_before(published: PublishedCalendar) -> PublishedCalendar:
    """Return what was published by lines that do not know of wall-clock ends."""
    lines = (replace(each, window=replace(each.window, local_end=False)) if each.window else each for each in published.lines)
    return replay(lines)


def old(*windows: str) -> PublishedCalendar:
    return as_before(after(schedule_text(*windows), None, NOW))


def told(text: str, published: PublishedCalendar, now: datetime = LATER) -> list[tuple[Change, str]]:
    difference = compare(load(text), published, now=now, answers=Answers())
    return [(line.change, line.window.id) for line in difference.lines if line.window]


def end(of: Window) -> str:
    assert of.end is not None
    return f"{of.end.astimezone(ZoneInfo('Europe/Amsterdam')):%H:%M%z}"


def test_an_old_line_lasts_absolute_time_and_no_line_of_its_kind_has_the_new_fact() -> None:
    published = old(SATURDAY)
    assert all("local_end" not in render_line(line) for line in published.lines)
    windows = published.at(NOW).by_id
    assert end(windows["w-20271030"].facts) == "05:00+0100"
    assert end(windows["w-20270327"].facts) == "07:00+0200"


def test_a_new_line_says_that_its_end_is_by_the_clock_and_comes_back_so() -> None:
    published = after(schedule_text(SATURDAY), None, NOW)
    data = "".join(f"{render_line(line)}\n" for line in published.lines).encode()
    assert data.count(b'"local_end":true') == 1
    assert load_journal(data, file="x", key="example").at(NOW).windows == published.at(NOW).windows
    assert {end(each.facts)[:5] for each in published.at(NOW).windows} == {"06:00"}


def test_until_it_is_published_every_byte_stays_and_then_each_change_is_counted() -> None:
    before = old(SATURDAY)
    text = schedule_text(SATURDAY)
    assert told(text, before) == [(Change.CHANGED, "w")]

    corrected = after(text, before, LATER)
    was, now = feed(before, moment=LATER), feed(corrected, moment=LATER)
    night, plain = (f"w-{day}@example.com" for day in ("20270327", "20270320"))
    assert was.event(night).text("DTEND") == "20270328T050000Z"
    assert now.event(night).text("DTEND") == "20270328T040000Z"
    assert now.event(plain).text("DTEND") == was.event(plain).text("DTEND") == "20270321T050000Z"
    assert (was.event(night).text("SEQUENCE"), now.event(night).text("SEQUENCE")) == ("0", "1")
    assert "Verplaatst: was" in now.event(night).text("DESCRIPTION")
    assert "Verplaatst" not in now.event(plain).text("DESCRIPTION")
    assert told(text, corrected) == []


@pytest.mark.parametrize(
    "entry",
    [
        SATURDAY.replace("22:00", "20:00").replace("03 06:00", "02 23:00"),
        SATURDAY.replace(";BYDAY=SA", ";BYDAY=SA;COUNT=8"),
        SATURDAY.replace("    end: 2027-01-03 06:00\n", ""),
    ],
)
def test_a_series_whose_ends_stay_is_not_offered(entry: str) -> None:
    published = old(entry)
    assert told(schedule_text(entry), published) == []


def test_it_is_offered_once_such_a_night_comes_within_reach_and_not_for_one_that_is_over() -> None:
    entry = SATURDAY.replace("BYDAY=SA", "BYDAY=SA;UNTIL=2028-01-15").replace("2027-01-0", "2026-11-0").replace("02 22", "07 22")
    entry = entry.replace("2026-11-03", "2026-11-08").replace("BYDAY=SA;UNTIL=2028-01-15", "BYDAY=SA;UNTIL=2027-04-30")
    published = old(entry)
    assert told(schedule_text(entry), published, datetime(2026, 11, 1, tzinfo=UTC)) == [(Change.CHANGED, "w")]
    assert told(schedule_text(entry), published, datetime(2027, 3, 28, 4, 30, tzinfo=UTC)) == [(Change.CHANGED, "w")]
    assert told(schedule_text(entry), published, datetime(2027, 3, 28, 6, tzinfo=UTC)) == []


def test_what_was_moved_and_is_over_stays_as_it_was() -> None:
    changes = "    changes:\n      2027-03-20: {start: 2027-03-27 23:00}\n"
    lines = old(SATURDAY + changes).lines
    last = lines[-1].window
    assert last is not None
    published = replay((*lines[:-1], replace(lines[-1], window=replace(last, end=last.start + timedelta(hours=8)))))
    text = schedule_text(SATURDAY + changes)
    assert (Change.MOVED, "w-20270320") in told(text, published, datetime(2027, 3, 27, tzinfo=UTC))
    assert all(id_ == "w" for _, id_ in told(text, published, datetime(2027, 3, 29, tzinfo=UTC)))


def test_diff_says_it_in_words_and_nothing_is_published_by_looking(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(SATURDAY))
    journal = file.with_name("example.journal.jsonl")
    journal.write_text("".join(f"{render_line(line)}\n" for line in old(SATURDAY).lines), encoding="utf-8")
    before = body_of(publication_of(load_journal(journal.read_bytes(), file="x", key="example"), LATER), "/example.ics")

    said = run(tmp_path, "diff", now="2027-01-02 13:00")
    assert said.status == 1
    assert "ends at 06:00 in every week; on Sunday 28 March 2027 it was published as 07:00, and so on 3 more dates" in said.out
    again = load_journal(journal.read_bytes(), file="x", key="example")
    assert body_of(publication_of(again, LATER), "/example.ics") == before


def test_a_new_series_with_a_cancelled_date_is_not_announced_as_cancelled(tmp_path: Path) -> None:
    rule = "repeat: FREQ=MONTHLY;COUNT=12, changes: {2028-11-06: cancelled}"
    entry = f"  - {{id: m, start: 2027-12-06 21:00, class: standaard, {rule}}}\n"
    make_folder(tmp_path, schedule_text(entry))
    (line,) = (each for each in run(tmp_path, "diff").out.splitlines() if each.startswith("  announced"))
    assert "12 windows, 1 of them cancelled" in line
    assert "CANCELLED" not in line


def test_a_new_series_of_one_date_says_that_date_once(tmp_path: Path) -> None:
    entry = "  - {id: m, start: 2027-12-06 21:00, class: standaard, repeat: FREQ=MONTHLY;COUNT=1}\n"
    make_folder(tmp_path, schedule_text(entry))
    assert ": 1 window, Monday 6 December 2027 21:00  " in run(tmp_path, "diff").out
