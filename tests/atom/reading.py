"""Atom feeds as an independent reader and the RFC's own grammar see them."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

from icsfeed.publication.document import Document
from icsfeed.publication.documents import atom as atom_of
from icsfeed.replay import PublishedCalendar
from tests.published import documents_of
from tests.support import NOW


@cache
def grammar() -> Any:
    """Return the grammar of RFC 4287, Appendix B."""
    return etree.RelaxNG(etree.parse(str(Path(__file__).with_name("rfc4287.rng"))))


def atom(published: PublishedCalendar, language: str = "nl", moment: datetime = NOW) -> Document:
    """Return the Atom feed of what happened, valid by the RFC's grammar."""
    document = documents_of(published, moment, atom_of)[f"/{published.calendar.key}/{language}/changes.atom"]
    grammar().assertValid(etree.fromstring(document.body))
    return document


def read(document: Document) -> Any:
    """Return a feed as feedparser reads it; it must find no fault."""
    found = feedparser.parse(document.body, response_headers={"content-type": document.media_type}, sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def entries(published: PublishedCalendar, language: str = "nl") -> list[Any]:
    """Return the entries of a feed, the newest first."""
    return list(read(atom(published, language)).entries)


def titles(published: PublishedCalendar, language: str = "nl") -> list[str]:
    """Return the titles of the entries, the newest first."""
    return [entry.title for entry in entries(published, language)]


def lines(entry: Any) -> list[str]:
    """Return the text of an entry, line by line."""
    (content,) = entry.content
    assert content.type == "text/html"
    found = etree.HTML(f"<div>{content.value}</div>")
    return [text for paragraph in found.iter("p") for text in paragraph.itertext()]
