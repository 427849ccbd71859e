"""The history of a calendar as an Atom feed (RFC 4287), newest first.

Chat programs show each entry as a message, so it names the window, the change and the time without further context.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from html import escape
from xml.etree import ElementTree as ET

from icsfeed.model import Calendar
from icsfeed.publication.document import Document
from icsfeed.publication.history import HistoryEntry, headline, paragraphs
from icsfeed.publication.paths import CHANGES, page_path, path_in
from icsfeed.publication.view import View
from icsfeed.wording import Words, words_for
from icsfeed.zones import render_rfc3339

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST_ENTRIES = 100

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, not even as references (section 2.2)."""


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield the Atom feed in each language with its path."""
    calendar = view.calendar
    for language in calendar.languages:
        yield (
            path_in(calendar, language, CHANGES),
            Document(
                render=partial(_render_changes, view, language),
                media_type=MEDIA_TYPE,
                filename=f"{calendar.key}-{language}.atom",
                indexed=False,
            ),
        )


def _render_changes(view: View, language: str) -> bytes:
    """Return the newest changes; each links to its window's page, or to the calendar's where the window has none."""
    calendar = view.calendar
    page = view.address + page_path(calendar, language)
    shown = view.history[: -1 - MOST_ENTRIES : -1]
    windows = [view.published.by_id.get(each.facts.id) for each in shown]
    addresses = [view.window_address(each, language) if each is not None else page for each in windows]
    entries = view.cache.render_each(
        "entry",
        language,
        zip(shown, addresses, strict=True),
        lambda each: render_entry(each[0], language=language, address=each[1]),
    )
    return render_atom(
        entries.values(),
        calendar,
        view.words[language],
        source=view.address + path_in(calendar, language, CHANGES),
        page=page,
        updated=shown[0].at if shown else view.published.header_versions[0][0],
    )


def feed_id(calendar: Calendar, language: str) -> str:
    """Return the id of a feed, a tag URI (RFC 4151) of the domain, which never changes, unlike name and address."""
    return f"tag:{calendar.domain},2026:changes/{language}"


def entry_id(entry: HistoryEntry, language: str) -> str:
    """Return the id of an entry, which no later line of the journal changes."""
    return f"tag:{entry.calendar.domain},2026:{entry.facts.id}/{language}/{entry.key}"


def render_entry(entry: HistoryEntry, *, language: str, address: str) -> bytes:
    """Return a history entry as an atom:entry.

    Parameters:
        entry: The history entry.
        language: Of the texts.
        address: Of the page that it links to.

    See also:
        RFC 4287 section 4.1.2.
    """
    words = words_for(entry.calendar, language)
    element = ET.Element("entry")
    at = render_rfc3339(entry.at)
    _add(element, "id", entry_id(entry, language))
    _add(element, "title", headline(entry, language))
    _add(element, "updated", at)
    _add(element, "published", at)
    _add(element, "link", rel="alternate", type="text/html", hreflang=language, href=address)
    for each in entry.window.classes:
        _add(element, "category", term=each.key, label=words.text(each.name))
    html = ("<br>".join(escape(line).replace("\n", "<br>") for line in part) for part in paragraphs(entry, language))
    _add(element, "content", "".join(f"<p>{part}</p>" for part in html), type="html")
    return _render(element)


def render_atom(
    entries: Iterable[bytes], calendar: Calendar, words: Words, *, source: str, page: str, updated: datetime
) -> bytes:
    """Return an atom:feed with its entries.

    Parameters:
        entries: From `render_entry`, newest first.
        calendar: The current header.
        words: The language of the texts.
        source: Address of the feed.
        page: Address of the calendar's page in this language.
        updated: When the newest entry was published.

    See also:
        RFC 4287 section 4.1.1.
    """
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": words.language})
    _add(feed, "id", feed_id(calendar, words.language))
    _add(feed, "title", words.say("{name}: changes").format(name=words.calendar_name()))
    _add(feed, "updated", render_rfc3339(updated))
    _add(_add(feed, "author"), "name", calendar.contact.name)
    _add(feed, "link", rel="self", type="application/atom+xml", href=source)
    _add(feed, "link", rel="alternate", type="text/html", hreflang=words.language, href=page)
    head, end = _render(feed).rsplit(b"</feed>", 1)
    return b"".join((b'<?xml version="1.0" encoding="utf-8"?>\n', head, b"\n", *entries, b"</feed>", end))


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element, without the characters that XML does not allow."""
    element = ET.SubElement(parent, name, {key: _NOT_IN_XML.sub("", value) for key, value in attributes.items()})
    if text is not None:
        element.text = _NOT_IN_XML.sub("", text)
    return element


def _render(element: ET.Element) -> bytes:
    """Return an element in UTF-8 with a final line feed."""
    rendered: str = ET.tostring(element, encoding="unicode")
    return f"{rendered}\n".encode()
