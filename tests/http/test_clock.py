from datetime import datetime, timedelta
from pathlib import Path

from werkzeug.test import Client

from icsfeed.journal import render_line
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from icsfeed.web.app import make_flask
from icsfeed.web.document_layer import DocumentLayer
from tests.published import published, window
from tests.support import ADDRESS, NOW


def client(folder: Path, of: PublishedCalendar, moment: datetime) -> Client:
    """Return what asks the web layer as it is at a moment."""
    lines = "".join(f"{render_line(line)}\n" for line in of.lines)
    (folder / "example.journal.jsonl").write_text(lines, encoding="utf-8")
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=lambda: moment)
    return Client(DocumentLayer(source, make_flask(source)))


def test_the_same_bytes_have_the_same_entity_tag_on_every_machine(tmp_path: Path) -> None:
    one = client(tmp_path, published(window()), NOW).get("/example.ics")
    other = client(tmp_path, published(window()), NOW + timedelta(days=1)).get("/example.ics")

    assert (one.data, one.headers["ETag"]) == (other.data, other.headers["ETag"])
    assert "Last-Modified" not in one.headers
