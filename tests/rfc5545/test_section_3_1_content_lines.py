import re

from hypothesis import example, given, settings

from icsfeed.journal import load_journal
from icsfeed.model import Text
from tests.icalendar_reader import physical_lines, unfold
from tests.published import LINES, PARAGRAPHS, all_documents, feed_body, published, window
from tests.support import NOW, REAL, publication_of


def feed_with(title: str, note: str) -> bytes:
    return feed_body(published(window(title=Text.of(title), note=Text.of(note))), "/example/nl/example-reminders.ics")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(LINES, PARAGRAPHS)
@example("é" * 255, "🛠️" * 400)
@example("a", "x" * 10_000)
@example("a", " " * 300 + "x")
@example("x\u0085\u2028x", "x\tx")
def test_any_text_is_told_in_lines_as_the_standard_has_them(title: str, note: str) -> None:
    """Lines of at most 75 octets, folded between characters, without a control character but tab, each ended by CRLF."""
    feed = feed_with(title, note)
    lines = list(physical_lines(feed))

    assert max(len(line) for line in lines) <= 75
    assert [line.decode("utf-8") for line in lines if line in {b"", b" "}] == []
    assert [line for line in lines if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)] == []
    assert [line for line in unfold(feed) if not re.match(r"[A-Za-z0-9-]+[;:]", line)] == []


def test_there_is_no_byte_order_mark_and_the_last_line_ends_too() -> None:
    body = feed_with("a", "b")

    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"\r\nEND:VCALENDAR\r\n")


def test_every_feed_of_the_shipped_calendar_keeps_to_it() -> None:
    data = (REAL / "minox-online.journal.jsonl").read_bytes()
    publication = publication_of(load_journal(data, file="a journal", key="minox-online"), NOW)
    feeds = {path: entry[0] for path, entry in all_documents(publication).items() if path.endswith(".ics")}

    assert len(feeds) == 9 + 36
    for body in feeds.values():
        assert isinstance(body, bytes)
        assert max(len(line) for line in physical_lines(body)) <= 75


def test_the_feeds_own_uid_hides_from_programs_that_take_the_first_line_that_begins_with_it() -> None:
    """vdirsyncer takes that line for the event's: all events would be one to it."""
    of = published(window("a"), window("b"))
    for path in ("/example.ics", "/example/nl/example-standaard.ics", "/example/nl/example-reminders.ics"):
        lines = unfold(feed_body(of, path))
        first = next(line for line in lines if line.startswith("UID:"))

        assert first == "UID:a@example.com"
        assert [line.partition(":")[0] for line in lines if line.lower().startswith("uid:")] == ["uid", "UID", "UID"]
