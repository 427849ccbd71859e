"""What a page says of subscribing: every feed's address, the links that calendar programs take it by, and who can reach it.

The links are those that the programs' makers offer:
Google takes an address only with `webcal:`, Outlook on the web only with `https:`,
and whatever is installed on a machine or phone answers to `webcal:` itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urlsplit

import segno

from icsfeed.languages import language_name
from icsfeed.model import Calendar
from icsfeed.publication.paths import feed_path, page_path
from icsfeed.publication.view import View
from icsfeed.wording import Words

PLACE = "subscribe"
"""The id of the part of a page that is about subscribing; as addresses name it, it is the same in every language."""

_UNESCAPED = "!'()*"
"""What `encodeURIComponent` leaves as it is, and `quote` would not."""

_NEVER_PUBLIC = (
    "localhost", "local", "test", "invalid", "example", "onion", "home.arpa",
    "internal", "intranet", "private", "corp", "home", "lan", "localdomain",
)  # fmt: skip
"""Ends of names that the internet does not know: special-use ones (RFC 6761, 6762, 7686, 8375), and what networks use at home."""

_USUAL_PORTS = (None, 80, 443)


class Reach(Enum):
    """From where an address can be reached, as far as it shows."""

    INTERNET = "internet"
    NETWORK = "network"
    """Only from networks that know its name or number."""

    MACHINE = "machine"
    """Only from the machine itself."""


def reach_of(address: str) -> Reach:
    """Return from where an address can be reached, by its host alone: no name is looked up."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        number = ip_address(host.partition("%")[0])
    except ValueError:
        return _reach_of_name(host)
    return _reach_of_number(number)


def _reach_of_name(host: str) -> Reach:
    last = host.rpartition(".")[2]
    if last == "localhost":
        return Reach.MACHINE
    is_unknown = "." not in host or last.isdigit() or f".{host}".endswith(tuple(f".{each}" for each in _NEVER_PUBLIC))
    return Reach.NETWORK if is_unknown else Reach.INTERNET


def _reach_of_number(number: IPv4Address | IPv6Address) -> Reach:
    if isinstance(number, IPv6Address) and number.ipv4_mapped is not None:
        number = number.ipv4_mapped
    if number.is_loopback or number.is_unspecified:
        return Reach.MACHINE
    return Reach.INTERNET if number.is_global and not number.is_multicast else Reach.NETWORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One feed, as it is offered.

    Attributes:
        kind: Which of the subscription's kinds it is, from 1.
        language: Its language.
        name: Its name in that language, as calendar programs will show it.
        address: Its public address.
    """

    kind: int
    language: str
    name: str
    address: str

    @property
    def webcal(self) -> str:
        """The address to which a calendar program on the machine or phone answers."""
        return f"webcal:{self.address.partition(':')[2]}"

    @property
    def google(self) -> str:
        """Where Google Calendar adds it; the name comes from the feed."""
        return f"https://calendar.google.com/calendar/u/0/r?cid={_encode(self.webcal)}"

    @property
    def outlook(self) -> str:
        """Where Outlook.com adds it."""
        return f"https://outlook.live.com/calendar/0/addfromweb/?{self._named}"

    @property
    def microsoft365(self) -> str:
        """Where Outlook of Microsoft 365 adds it."""
        return f"https://outlook.office.com/calendar/0/addfromweb/?{self._named}"

    @property
    def _named(self) -> str:
        return f"url={_encode(self.address)}&name={_encode(self.name)}"


def _encode(text: str) -> str:
    """Return a text as a value of a query, as a browser's `encodeURIComponent` writes it."""
    return quote(text, safe=_UNESCAPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """The part of a page that is about subscribing, in the page's language.

    Attributes:
        language: The page's.
        languages: The calendar's, each with its own name.
        kinds: What one can subscribe to, in the page's language: everything first.
        offers: Every feed of the calendar, once a language; the page's language first, then as `kinds`.
        address: The page's public address with this part in view.
        server: What every address begins with, for people: host and port.
        reach: From where that can be reached.
        has_own_port: Whether the port is one that not every program accepts.
        is_encrypted: Whether the address begins with `https:`.
        code: The page's address with this part in view as a QR code, an SVG element of numbers alone;
            None where no other machine could follow it.
    """

    language: str
    languages: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    offers: tuple[Offer, ...]
    address: str
    server: str
    reach: Reach
    has_own_port: bool
    is_encrypted: bool
    code: str | None

    @property
    def is_public(self) -> bool:
        """Whether programs that fetch from the internet can reach it."""
        return self.reach is Reach.INTERNET


def subscription_of(view: View, language: str) -> Subscription:
    """Return what a calendar's page in a language says of subscribing; the clock has no part in it."""
    calendar = view.calendar
    address = f"{view.address}{page_path(calendar, language)}#{PLACE}"
    parts = urlsplit(view.address)
    reach = reach_of(view.address)
    languages = (language, *(each for each in calendar.languages if each != language))
    return Subscription(
        language=language,
        languages=tuple((each, language_name(each)) for each in calendar.languages),
        kinds=tuple(_kinds(calendar, view.words[language])),
        offers=tuple(offer for each in languages for offer in _offers(view, each)),
        address=address,
        server=parts.netloc,
        reach=reach,
        has_own_port=parts.port not in _USUAL_PORTS,
        is_encrypted=parts.scheme == "https",
        code=draw_code(address) if reach is not Reach.MACHINE else None,
    )


def _kinds(calendar: Calendar, words: Words) -> Iterator[str]:
    """Give what one can subscribe to, in words."""
    yield words.say("Everything")
    for each in calendar.classes[1:]:
        is_heaviest = each == calendar.classes[-1]
        message = words.say("Only {class_name}") if is_heaviest else words.say("{class_name} and heavier")
        yield message.format(class_name=words.text(each.name))
    yield words.say("Everything, with a reminder 12 hours before downtime")


def _offers(view: View, language: str) -> Iterator[Offer]:
    """Give the feeds in a language, in the order of the kinds."""
    calendar, words = view.calendar, view.words[language]
    feeds = [(words.calendar_name(), feed_path(calendar, language))]
    feeds += [(words.calendar_name(only=each), feed_path(calendar, language, only=each)) for each in calendar.classes[1:]]
    feeds += [(words.calendar_name(reminders=True), feed_path(calendar, language, reminders=True))]
    for kind, (name, path) in enumerate(feeds, start=1):
        yield Offer(kind=kind, language=language, name=name, address=view.address + path)


@lru_cache(maxsize=64)
def draw_code(text: str) -> str:
    """Return a text as a QR code: an SVG element, black on white in every light, with the quiet zone that scanners need."""
    code = segno.make_qr(text, error="m")
    return code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
