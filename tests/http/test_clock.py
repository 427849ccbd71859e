from datetime import datetime, timedelta
from pathlib import Path

from werkzeug.http import http_date
from werkzeug.test import Client

from icsfeed.journal import render_line
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from icsfeed.web.app import make_routes
from icsfeed.web.document_layer import DocumentLayer
from tests.published import edited, published, text, window
from tests.support import ADDRESS, NOW


def client(folder: Path, of: PublishedCalendar, moment: datetime) -> Client:
    """Return what asks the web layer as it is at a moment."""
    lines = "".join(f"{render_line(line)}\n" for line in of.lines)
    (folder / "example.journal.jsonl").write_text(lines, encoding="utf-8")
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=lambda: moment)
    return Client(DocumentLayer(source, make_routes(source)))


def test_the_same_bytes_have_the_same_entity_tag_on_every_machine(tmp_path: Path) -> None:
    one = client(tmp_path, published(window()), NOW).get("/example.ics")
    other = client(tmp_path, published(window()), NOW + timedelta(days=1)).get("/example.ics")

    assert (one.data, one.headers["ETag"]) == (other.data, other.headers["ETag"])
    assert "Last-Modified" not in one.headers


def test_a_line_that_arrives_long_after_its_stamp_is_sent_to_whoever_has_the_older_bytes(tmp_path: Path) -> None:
    whole = edited(published(window(), window("b")), window("b", note=text("Kort.", "Short.")), at=NOW + timedelta(hours=2))
    newest = whole.lines[-1]
    late = Line(at=NOW + timedelta(hours=1), by="tests", change=Change.CHANGED, window=window(note=text("Laat.", "Late.")))
    there = client(tmp_path, whole, NOW + timedelta(days=1)).get("/example.ics")
    now = client(tmp_path, replay([*whole.lines, late]), NOW + timedelta(days=1))
    known = {"If-None-Match": there.headers["ETag"], "If-Modified-Since": http_date(newest.at + timedelta(hours=1))}
    again = now.get("/example.ics", headers=known)

    assert (again.status_code, b"Laat." in again.data, again.headers["ETag"] != there.headers["ETag"]) == (200, True, True)
