"""Questions asked of the web layer as it is at a moment."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from icsfeed.journal import render_line
from icsfeed.moments import read_moment
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from icsfeed.web.app import make_routes
from icsfeed.web.document_layer import DocumentLayer
from tests.page.reading import read_page
from tests.support import ADDRESS


def amsterdam(text: str) -> datetime:
    """Return the moment of a local time, such as `2027-12-07 21:00`."""
    return read_moment(text, zone="Europe/Amsterdam", languages=("nl",))


def client(folder: Path, of: PublishedCalendar, moment: datetime, *, preview: bool = False) -> Client:
    """Return what asks the web layer about a calendar at a moment."""
    lines = "".join(f"{render_line(line)}\n" for line in of.lines)
    (folder / f"{of.calendar.key}.journal.jsonl").write_text(lines, encoding="utf-8")
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=lambda: moment, is_preview=preview)
    return Client(DocumentLayer(source, make_routes(source)))


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


class Page:
    """A page as its elements, in the order in which they begin; its markup is sound."""

    def __init__(self, text: str) -> None:
        self.elements = [each for each in read_page(text.encode()).walk() if each.tag]

    def texts(self, class_: str) -> list[str]:
        """Return the texts of the elements of a class, blanks made one."""
        return [each.text for each in self.elements if class_ in each.kinds]

    def fields(self) -> dict[str, dict[str, str]]:
        """Return the attributes of the form's fields, by name."""
        return {each.attributes["name"]: each.attributes for each in self.elements if each.tag == "input"}

    def links(self) -> list[str]:
        """Return the addresses of all links, in order."""
        return [each.attributes["href"] for each in self.elements if each.tag == "a"]


def plan(of: Client, path: str = "/example/plan", **query: str) -> Page:
    """Return the page to a query, which is a good one."""
    answer = of.get(f"{path}?{urlencode(query)}" if query else path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)
