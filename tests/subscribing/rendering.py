"""Parts of a page, rendered as pages render them, and read again."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from icsfeed.model import Calendar
from icsfeed.names import LANGUAGES
from icsfeed.publication.documents.pages import site
from icsfeed.publication.documents.pages.html_wording import HtmlWording
from icsfeed.publication.documents.pages.subscribing import Subscription, subscription_of
from icsfeed.publication.paths import page_path
from icsfeed.publication.view import View
from tests.published import CALENDAR, published
from tests.support import ADDRESS, NOW

EVERYWHERE: Calendar = replace(CALENDAR, languages=tuple(LANGUAGES))
"""The tests' calendar in every language."""

_VOID = {"input", "br", "path", "circle"}


@dataclass
class Element:
    """An element with what is in it; text is kept as it reads."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its text, blanks run together."""
        return " ".join("".join(each if isinstance(each, str) else f" {each.text} " for each in self.children).split())

    @property
    def classes(self) -> list[str]:
        """The classes that it has."""
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", **attributes: str) -> "Iterator[Element]":
        """Give every element within, in their order, with this tag and these attributes; `_class` is one of its classes."""
        wanted = attributes.pop("_class", "")
        for each in self.children:
            if isinstance(each, Element):
                if tag in ("", each.tag) and wanted in (*each.classes, "") and attributes.items() <= each.attributes.items():
                    yield each
                yield from each.all(tag, **attributes, **({"_class": wanted} if wanted else {}))

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """Return the only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute of {tag} stands twice"
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open[-1].tag == tag, f"{self.open[-1].tag} is closed by {tag}"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: bytes) -> Element:
    """Return a part of a page, read; fail where elements are not closed in their order."""
    reader = _Reader()
    reader.feed(html.decode())
    reader.close()
    assert len(reader.open) == 1, f"{reader.open[-1].tag} is not closed"
    return reader.open[0]


def view(calendar: Calendar = CALENDAR, *, address: str = ADDRESS) -> View:
    """Return a calendar without windows at a moment."""
    return View(published=published(calendar=calendar), moment=NOW, address=address)


def subscription(calendar: Calendar = CALENDAR, *, language: str = "nl", address: str = ADDRESS) -> Subscription:
    """Return what a page in a language says of subscribing to a calendar."""
    return subscription_of(view(calendar, address=address), language)


def render_subscribe(calendar: Calendar = CALENDAR, *, language: str = "nl", address: str = ADDRESS) -> bytes:
    """Return the part of a page that is about subscribing."""
    shown = view(calendar, address=address)
    html = HtmlWording(shown.published, shown.words[language])
    addresses = site.site_of(shown, language, page_path(calendar, language))
    return site.render_page("_subscribe.html", addresses, html=html, subscription=subscription_of(shown, language))


def subscribe_part(calendar: Calendar = CALENDAR, *, language: str = "nl", address: str = ADDRESS) -> Element:
    """Return the same, read."""
    return read(render_subscribe(calendar, language=language, address=address)).one("section", id="subscribe")
