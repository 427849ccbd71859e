"""Pages as tests read them: elements in a tree, with the faults of the markup that a browser would hide."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from icsfeed.publication.documents.pages import calendar_page, window_page
from icsfeed.replay import PublishedCalendar
from tests.published import START, documents_of

VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}
"""Elements without an end."""


@dataclass(eq=False)
class Element:
    """An element; `content` holds elements and texts."""

    tag: str
    attributes: dict[str, str]
    content: "list[Element | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Element]":
        """Give the element and all within it, in the order of the page."""
        yield self
        for each in self.content:
            if isinstance(each, Element):
                yield from each.walk()

    def find(self, tag: str = "", *, kind: str = "", where: "Callable[[Element], bool]" = lambda _: True) -> "list[Element]":
        """Return the elements within by tag, class and more."""
        return [
            each
            for each in self.walk()
            if tag in {"", each.tag} and (not kind or kind in each.kinds) and each is not self and where(each)
        ]

    def one(self, tag: str = "", *, kind: str = "", where: "Callable[[Element], bool]" = lambda _: True) -> "Element":
        """Return the only such element."""
        (found,) = self.find(tag, kind=kind, where=where)
        return found

    @property
    def kinds(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """What it says, blanks collapsed; scripts say nothing."""
        return " ".join(self._raw.split())

    @property
    def _raw(self) -> str:
        parts = (each if isinstance(each, str) else each._raw for each in self.content if not _is_silent(each))
        return "".join(parts)


def _is_silent(each: "Element | str") -> bool:
    return isinstance(each, Element) and each.tag == "script"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"{tag} has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].content.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read_page(body: bytes) -> Element:
    """Return a page; fail on a stray or missing end tag, or an id that is there twice."""
    reader = _Reader()
    reader.feed(body.decode("utf-8"))
    reader.close()
    assert reader.open == [reader.root]
    ids = [each.attributes["id"] for each in reader.root.walk() if "id" in each.attributes]
    assert len(set(ids)) == len(ids), sorted(each for each in ids if ids.count(each) > 1)
    return reader.root


def page(of: PublishedCalendar, moment: Any = START, path: str = "/example/") -> Element:
    """Return a page of a calendar at a moment, read."""
    return read_page(documents_of(of, moment, calendar_page, window_page)[path].body)


def states(of: PublishedCalendar, moment: Any) -> list[str]:
    """Return what the top of the page says about the present."""
    return [each.text for each in page(of, moment).find("div", kind="state")]


def coming(of: PublishedCalendar, moment: Any) -> str:
    """Return what the top of the page says about what comes next."""
    return page(of, moment).one("div", kind="next").text


def events(of: Element) -> Any:
    """Return what a page says to search engines."""
    (script,) = of.find("script", where=lambda each: each.attributes.get("type") == "application/ld+json")
    (content,) = script.content
    assert isinstance(content, str)
    return json.loads(content)
