"""How long a window is expected to take, in the words and numbers of an end."""

import json
from datetime import timedelta

import pytest

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Downtime
from icsfeed.replay import Change, PublishedCalendar
from tests.published import after, feed
from tests.support import NOW, body_of, load, publication_of, publish_text, schedule_text

DAY = timedelta(days=1)


def published(*lines: str, kind: str = "standaard") -> PublishedCalendar:
    entry = f"  - id: w\n    start: 2027-12-07 21:00\n    class: {kind}\n"
    return publish_text(schedule_text(entry + "".join(f"    {line}\n" for line in lines)))


@pytest.mark.parametrize(
    ("kind", "length", "summary", "downtime"),
    [
        ("standaard", "4 hours", "Standaard onderhoud (verwacht tot wo 01:00)", "verwacht tot woensdag 8 december 2027 01:00"),
        (
            "standaard",
            "at least 4 hours",
            "Standaard onderhoud (verwacht tot wo 01:00 of later)",
            "verwacht tot woensdag 8 december 2027 01:00 of later",
        ),
        (
            "uitgebreid",
            "30 minuten",
            "Uitgebreid onderhoud (verwacht tot di 21:30)",
            "verwacht tot dinsdag 7 december 2027 21:30",
        ),
    ],
)
def test_it_is_told_as_an_end_is_and_may_be_open(kind: str, length: str, summary: str, downtime: str) -> None:
    event = feed(published(f"for: {length}", kind=kind)).event("w@example.com")
    assert event.text("SUMMARY") == f"Example: {summary}"
    assert downtime in event.text("DESCRIPTION")


def test_an_end_and_a_length_of_the_same_moment_give_the_same_event_and_data() -> None:
    length, end = published("for: 4 hours"), published("end: 2027-12-08 01:00")
    for path in ("/example.ics", "/example.json", "/example/", "/example/nl/w/"):
        assert body_of(publication_of(length), path) == body_of(publication_of(end), path)


def test_it_comes_back_from_the_journal() -> None:
    of = published("for: at least 4 hours")
    data = "".join(f"{render_line(line)}\n" for line in of.lines).encode()
    (window,) = load_journal(data, file="x", key="example").windows
    assert window.facts.expected == Downtime(length=timedelta(hours=4), open_ended=True)
    assert window.end - window.start == timedelta(hours=4)
    assert window.is_open_ended
    assert window == of.by_id["w"]
    assert json.loads(body_of(publication_of(of), "/example.json"))["windows"][0]["open_ended"] is True


def test_a_longer_one_is_a_move_and_the_other_form_alone_is_none() -> None:
    entry = "  - {id: w, start: 2027-12-07 21:00, class: standaard, for: 4 hours}\n"
    first = publish_text(schedule_text(entry))
    longer = after(schedule_text(entry.replace("4 hours", "5 hours")), first, NOW + DAY)
    assert longer.lines[-1].change is Change.MOVED
    assert "was di 7 december 21:00 – wo 8 december 01:00, nu" in feed(longer).event("w@example.com").text("DESCRIPTION")
    other = after(schedule_text(entry.replace("for: 4 hours", "end: 2027-12-08 01:00")), first, NOW + DAY)
    assert other.lines[-1].change is Change.CHANGED
    assert "Verplaatst" not in feed(other).event("w@example.com").text("DESCRIPTION")


def test_it_lasts_absolute_time_across_a_clock_change() -> None:
    entry = "  - {id: w, start: 2027-10-30 22:00, class: standaard, for: 8 hours}\n"
    (window,) = load(schedule_text(entry)).windows
    assert window.expected_end == window.start + timedelta(hours=8)
