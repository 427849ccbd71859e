from datetime import datetime, timedelta
from pathlib import Path

from werkzeug.test import Client

from icsfeed.journal import render_line
from icsfeed.publication.journals import Addresses, JournalFolder
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from icsfeed.web.app import make_flask
from icsfeed.web.layer import DocumentLayer
from tests.icalendar_reader import read_object
from tests.published import published, window
from tests.support import ADDRESS, NOW

AHEAD = NOW + timedelta(minutes=3)


def client(folder: Path, of: PublishedCalendar, moment: datetime) -> Client:
    """Return what asks the web layer as it is at a moment."""
    lines = "".join(f"{render_line(line)}\n" for line in of.lines)
    (folder / "example.journal.jsonl").write_text(lines, encoding="utf-8")
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=lambda: moment)
    return Client(DocumentLayer(source, make_flask(source)))


def test_a_stamp_slightly_ahead_is_cut_in_the_header_alone(tmp_path: Path) -> None:
    answer = client(tmp_path, published(window(), at=AHEAD), NOW).get("/example.ics")

    assert answer.last_modified == NOW
    assert read_object(answer.data)["LAST-MODIFIED"].moment == AHEAD


def test_once_its_moment_has_come_the_header_has_it(tmp_path: Path) -> None:
    before = client(tmp_path, published(window(), at=AHEAD), NOW).get("/example.ics")
    later = client(tmp_path, published(window(), at=AHEAD), AHEAD)
    again = later.get("/example.ics", headers={"If-Modified-Since": before.headers["Last-Modified"]})

    assert (again.status_code, again.last_modified) == (200, AHEAD)
    assert later.get("/example.ics", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304


def test_the_same_bytes_have_the_same_entity_tag_on_every_machine(tmp_path: Path) -> None:
    one = client(tmp_path, published(window()), NOW).get("/example.ics")
    other = client(tmp_path, published(window()), NOW + timedelta(days=1)).get("/example.ics")

    assert (one.data, one.headers["ETag"], one.headers["Last-Modified"]) == (
        other.data,
        other.headers["ETag"],
        other.headers["Last-Modified"],
    )


def test_a_preview_of_the_past_is_not_modified_after_it(tmp_path: Path) -> None:
    past = NOW - timedelta(days=300)

    assert client(tmp_path, published(window()), past).get("/example.ics").last_modified == past
