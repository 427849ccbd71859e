"""The "Subscribe" section of a calendar's page: the feeds' addresses, links for calendar programs, and a QR code.

Google Calendar accepts only `webcal:` addresses, Outlook on the web only `https:`;
programs installed on a computer or phone open `webcal:` addresses themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urlsplit

import segno

from icsfeed.model import Calendar, DowntimeClass
from icsfeed.publication.paths import feeds_of, page_path
from icsfeed.publication.view import View
from icsfeed.wording import Words

_UNESCAPED = "!'()*"
"""Characters that `encodeURIComponent` does not escape but `quote` does."""

_NEVER_PUBLIC = (
    "localhost", "local", "test", "invalid", "example", "onion", "home.arpa",
    "internal", "intranet", "private", "corp", "home", "lan", "localdomain",
)  # fmt: skip
"""Top-level names that public DNS does not resolve: special-use ones (RFC 6761, 6762, 7686, 8375) and common private ones."""

_USUAL_PORTS = (None, 80, 443)


class Reach(Enum):
    """From where an address can be reached, judged by its host."""

    INTERNET = "internet"
    NETWORK = "network"
    """Only from a private network."""

    MACHINE = "machine"
    """Only from the machine itself (localhost)."""


def reach_of(address: str) -> Reach:
    """Return from where an address can be reached; no name is looked up."""
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
    """One feed.

    Attributes:
        kind: What it holds, in words.
        name: Its name, as calendar programs show it.
        address: Its public address.
        has_reminders: Whether its events have alarms, which only some programs show.
    """

    kind: str
    name: str
    address: str
    has_reminders: bool

    @property
    def webcal(self) -> str:
        """The address that opens an installed calendar program."""
        return f"webcal:{self.address.partition(':')[2]}"

    @property
    def google(self) -> str:
        """The link that adds it to Google Calendar, which takes the name from the feed."""
        return f"https://calendar.google.com/calendar/u/0/r?cid={_encode(self.webcal)}"

    @property
    def outlook(self) -> str:
        """The link that adds it to Outlook.com."""
        return f"https://outlook.live.com/calendar/0/addfromweb/?{self._outlook_query}"

    @property
    def microsoft365(self) -> str:
        """The link that adds it to Outlook in Microsoft 365."""
        return f"https://outlook.office.com/calendar/0/addfromweb/?{self._outlook_query}"

    @property
    def _outlook_query(self) -> str:
        return f"url={_encode(self.address)}&name={_encode(self.name)}"


def _encode(text: str) -> str:
    """Return a text encoded for a query, as `encodeURIComponent` does."""
    return quote(text, safe=_UNESCAPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """The content of the section.

    Attributes:
        offers: The feeds in the page's language, the complete one first.
        server: Host and port of the feeds' addresses.
        reach: From where the server can be reached.
        has_own_port: Whether its port is neither 80 nor 443; some programs refuse others.
        is_encrypted: Whether the addresses begin with `https:`.
        qr_code: The section's public address as an SVG element; None where only the machine itself can reach it.
    """

    offers: tuple[Offer, ...]
    server: str
    reach: Reach
    has_own_port: bool
    is_encrypted: bool
    qr_code: str | None

    @property
    def is_public(self) -> bool:
        """Whether Google Calendar and Outlook on the web can reach it."""
        return self.reach is Reach.INTERNET


def subscription_of(view: View, language: str) -> Subscription:
    """Return the section for a calendar's page in a language."""
    calendar = view.calendar
    address = f"{view.address}{page_path(calendar, language)}#subscribe"
    parts = urlsplit(view.address)
    reach = reach_of(view.address)
    return Subscription(
        offers=tuple(_offers(view, language)),
        server=parts.netloc,
        reach=reach,
        has_own_port=parts.port not in _USUAL_PORTS,
        is_encrypted=parts.scheme == "https",
        qr_code=draw_qr_code(address) if reach is not Reach.MACHINE else None,
    )


def _offers(view: View, language: str) -> Iterator[Offer]:
    """Yield the feeds in a language, in the order of `feeds_of`."""
    calendar, words = view.calendar, view.words[language]
    for (from_class, has_reminders), (name, address) in zip(feeds_of(calendar), view.feeds(language), strict=True):
        if has_reminders:
            kind = words.say("Everything, with a reminder 12 hours before downtime")
        elif from_class is None:
            kind = words.say("Everything")
        else:
            kind = _from_class(from_class, calendar, words)
        yield Offer(kind=kind, name=name, address=address, has_reminders=has_reminders)


def _from_class(lightest: DowntimeClass, calendar: Calendar, words: Words) -> str:
    """Return the classes from one on: `Only Extended`, `Standard and Extended`, `Slow and heavier`."""
    names = [words.text(each.name) for each in calendar.classes[calendar.classes.index(lightest) :]]
    if len(names) == 1:
        return words.say("Only {class_name}").format(class_name=names[0])
    if len(names) == 2:
        return words.say("{dates} and {last}").format(dates=names[0], last=names[1])
    return words.say("{class_name} and heavier").format(class_name=names[0])


@lru_cache(maxsize=64)
def draw_qr_code(text: str) -> str:
    """Return a QR code as an SVG element: black on white in dark mode too, with the quiet zone that scanners need."""
    code = segno.make_qr(text, error="m")
    return code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
