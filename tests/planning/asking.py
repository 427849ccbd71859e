"""Questions asked of the web layer as it is at a moment."""

import json
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from icsfeed.journal import render_line
from icsfeed.moments import read_moment
from icsfeed.publication.journals import Addresses, JournalFolder
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from icsfeed.web.app import make_flask
from icsfeed.web.document_layer import DocumentLayer
from tests.support import ADDRESS


def amsterdam(text: str) -> datetime:
    """Return the moment of a local time, such as `2027-12-07 21:00`."""
    return read_moment(text, zone="Europe/Amsterdam", languages=("nl",))


def client(folder: Path, of: PublishedCalendar, moment: datetime, *, preview: bool = False) -> Client:
    """Return what asks the web layer about a calendar at a moment."""
    lines = "".join(f"{render_line(line)}\n" for line in of.lines)
    (folder / f"{of.calendar.key}.journal.jsonl").write_text(lines, encoding="utf-8")
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=lambda: moment, preview=preview)
    return Client(DocumentLayer(source, make_flask(source)))


def state(of: Client, **query: str) -> dict[str, Any]:
    """Return the answer of `state` to a query, which is a good one; `for` is written `for_`."""
    answer = of.get("/example/state?" + urlencode({name.rstrip("_"): value for name, value in query.items()}))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.data)
    return found


def max_age(answer: TestResponse) -> int:
    """Return for how many seconds an answer may be kept by anybody."""
    assert answer.cache_control.public
    assert isinstance(answer.cache_control.max_age, int)
    return answer.cache_control.max_age


class Page(HTMLParser):
    """A page as its elements, each with its attributes and the text within.

    Attributes:
        elements: In the order in which they begin: name, attributes, and pieces of text.
    """

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: tuple[str, dict[str, str | None], list[str]] = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, text in self._open:
            text.append(data)

    def texts(self, class_: str) -> list[str]:
        """Return the texts of the elements of a class, blanks made one."""
        found = [text for _, attributes, text in self.elements if class_ in (attributes.get("class") or "").split()]
        return [" ".join("".join(text).split()) for text in found]

    def fields(self) -> dict[str, dict[str, str | None]]:
        """Return the attributes of the form's fields, by name."""
        return {attributes["name"] or "": attributes for tag, attributes, _ in self.elements if tag == "input"}

    def links(self) -> list[str]:
        """Return the addresses of all links, in order."""
        return [attributes["href"] or "" for tag, attributes, _ in self.elements if tag == "a"]


def plan(of: Client, path: str = "/example/plan", **query: str) -> Page:
    """Return the page to a query, which is a good one."""
    answer = of.get(f"{path}?{urlencode(query)}" if query else path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)
