"""The parts of a maintenance calendar as frozen values: calendar, downtime class, window, text.

All moments are aware and in UTC; spans are half-open `[start, end)`.
A constructor raises `ValueError` for an invalid value. The schedule file's loader reports the same faults earlier, with their
places; for a journal, these are the only checks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

import webcolors

from icsfeed.names import (
    _ID,
    LANGUAGES,
    find_fault_in_address,
    find_fault_in_domain,
    find_fault_in_email,
    find_fault_in_line,
    find_fault_in_name,
    find_fault_in_public_url,
    find_forbidden_character,
)

SHOWN_WITHOUT_DOWNTIME = timedelta(minutes=15)
"""Length of the event of a class without downtime, because calendar programs must draw something."""

LONGEST_SPAN = timedelta(days=366)
"""The maximum of a class's `downtime` and `takes`, and of `notice`."""

LONGEST_ID_OF_SERIES = 55
"""The maximum length of a repeated window's id; its occurrences' ids have nine more characters."""

MOST_EVENTS = 500
"""The maximum number of events in a feed; some calendar programs cannot load more."""


def _require(fault: str | None, what: str) -> None:
    if fault is not None:
        raise ValueError(f"{what}: {fault}")


def _require_utc(moment: datetime | None, what: str) -> None:
    if moment is not None and (moment.tzinfo is not UTC or moment.microsecond or not 1969 <= moment.year <= 2100):
        raise ValueError(f"{what} must be in UTC, in whole seconds, in a year from 1969 to 2100")


class Impact(Enum):
    """The effect of a window on the service, from none to an outage."""

    NONE = "none"
    DEGRADED = "degraded"
    OUTAGE = "outage"

    @property
    def rank(self) -> int:
        """0 for none, 2 for an outage."""
        return list(Impact).index(self)


class Status(Enum):
    """Whether a window will take place (RFC 5545 section 3.8.1.11)."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Text:
    """A text for people, in one version for all languages or in one per language; immutable.

    Attributes:
        versions: Pairs of language and text, sorted; the language is "" if there is one version for all.
    """

    __slots__ = ("versions",)

    versions: tuple[tuple[str, str], ...]

    def __init__(self, versions: Iterable[tuple[str, str]]) -> None:
        """Sort the versions and strip trailing blanks.

        Raises:
            ValueError: There are none, a language is unknown, or a text is blank or holds a control character.
        """
        object.__setattr__(self, "versions", tuple(sorted((language, words.rstrip()) for language, words in versions)))
        languages = [language for language, _ in self.versions]
        if len(set(languages)) < len(languages) or not (languages == [""] or (languages and set(languages) <= set(LANGUAGES))):
            raise ValueError("a text needs versions in known languages")
        for _, words in self.versions:
            if not words or find_forbidden_character(words) is not None:
                raise ValueError("a text is blank or holds a control character")

    def __setattr__(self, name: str, value: object) -> None:
        """Raise AttributeError, as a text is immutable."""
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        """Return whether all versions are equal."""
        return isinstance(other, Text) and self.versions == other.versions

    def __hash__(self) -> int:
        """Return a hash of the versions."""
        return hash(self.versions)

    def __repr__(self) -> str:
        """Return the expression that makes it."""
        return f"Text({self.versions!r})"

    @classmethod
    def of(cls, versions: str | Mapping[str, str]) -> "Text":
        """Make a text of one string, or of a mapping from language to string; trailing blanks are dropped."""
        return cls([("", versions)] if isinstance(versions, str) else versions.items())

    def in_language(self, language: str, default: str) -> str:
        """Return the version in `language`, else the one in `default`, else the first."""
        versions = dict(self.versions)
        return versions.get(language) or versions.get(default) or self.versions[0][1]

    def require_lines(self, what: str) -> None:
        """Raise ValueError unless every version is one line of at most 255 characters."""
        for _, words in self.versions:
            _require(find_fault_in_line(words), what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """How long the service is unavailable or limited.

    Attributes:
        length: Zero for no downtime.
        open_ended: Whether it may last longer: "100 minutes or more".
    """

    length: timedelta
    open_ended: bool = False

    def __post_init__(self) -> None:
        """Check the length."""
        if not timedelta() <= self.length <= LONGEST_SPAN or self.length.microseconds or (self.open_ended and not self.length):
            raise ValueError("a downtime is at least 0 seconds, at most 366 days, and open-ended only if it is longer than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimeClass:
    """A kind of maintenance and what it means for users.

    Attributes:
        key: Its name in addresses and in the schedule file.
        takes: How long the whole update takes on average, if longer than the downtime.
        aftermath: What users may still notice after the service is back.
        support_from: Local time of day from which support can be reached after a window.
    """

    key: str
    name: Text
    impact: Impact
    downtime: Downtime
    takes: timedelta | None = None
    description: Text | None = None
    aftermath: Text | None = None
    support_from: time | None = None

    def __post_init__(self) -> None:
        """Check the key and the name."""
        _require(find_fault_in_name(self.key), "class")
        self.name.require_lines("class name")
        if any("," in words for _, words in self.name.versions):
            raise ValueError("class name: a comma is not allowed")
        if self.takes is not None and not timedelta() < self.takes <= LONGEST_SPAN:
            raise ValueError("takes: at most a year")
        if self.support_from is not None and (self.support_from.tzinfo or self.support_from.microsecond):
            raise ValueError("support_from: a local time in whole seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask about a calendar."""

    name: str
    email: str

    def __post_init__(self) -> None:
        """Check both."""
        Text.of(self.name).require_lines("contact name")
        _require(find_fault_in_email(self.email), "contact email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link on the page; plain text without a url."""

    title: Text
    url: str | None = None

    def __post_init__(self) -> None:
        """Check title and url."""
        self.title.require_lines("link title")
        if self.url is not None:
            _require(find_fault_in_address(self.url, schemes=("https", "mailto")), "link url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Local dates without maintenance, first and last included."""

    first: date
    last: date
    title: Text

    def __post_init__(self) -> None:
        """Check the order and the title."""
        self.title.require_lines("title of a freeze")
        if self.last < self.first:
            raise ValueError("a freeze ends before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """The actual start and end of a window; without an end it is still under way."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Check zone and order."""
        _require_utc(self.start, "actual start")
        _require_utc(self.end, "actual end")
        if self.end is not None and self.end <= self.start:
            raise ValueError("actual end must be after actual start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One period of maintenance.

    Attributes:
        id: Stays when the window moves; unique in its calendar, ignoring case.
        end: The expected end, if operations gave one; it overrides the class's downtime.
        expected: The expected length, if operations gave one instead of an end (`for`).
        local_end: Whether each occurrence of a repeated window ends at the same wall-clock time, as many days after its start.
            Without it, as in older journal lines, each occurrence has the same length.
        classes: Key of one class, or of two when it is not yet decided which, the lighter first.
        planned: False for urgent maintenance that could not be announced in time.
        reason: Why it was moved or cancelled.
        note: For customers.
        repeat: The rule of a repeated window (RFC 5545 section 3.8.5.3); its occurrences have all its other facts.
    """

    id: str
    start: datetime
    end: datetime | None = None
    classes: tuple[str, ...]
    status: Status = Status.CONFIRMED
    planned: bool = True
    title: Text | None = None
    reason: Text | None = None
    note: Text | None = None
    actual: Actual | None = None
    repeat: str | None = None
    expected: Downtime | None = None
    local_end: bool = False

    def __post_init__(self) -> None:
        """Check id, zone, order of start and end, classes and title."""
        _require(None if _ID.fullmatch(self.id) else "not an id", "id")
        _require_utc(self.start, "start")
        _require_utc(self.end, "end")
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must be after start")
        if self.expected is not None and (self.end is not None or not self.expected.length):
            raise ValueError("a window has an end or a length, not both, and a length is more than 0")
        if not 1 <= len(set(self.classes)) == len(self.classes) <= 2:
            raise ValueError("a window has one class, or two different ones")
        if self.title is not None:
            self.title.require_lines("title")
        if self.repeat is not None and (self.actual is not None or len(self.id) > LONGEST_ID_OF_SERIES):
            raise ValueError("the id of a repeated window has room for a date, and only its occurrences have actual times")
        if self.repeat is not None and self.end is not None and self.end - self.start > LONGEST_SPAN:
            raise ValueError("a repeated window lasts at most a year")

    @property
    def expected_end(self) -> datetime | None:
        """The end that operations gave as `end` or `for`; None if the class's downtime decides."""
        return self.start + self.expected.length if self.expected is not None else self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The header and the classes of a calendar, without its windows.

    Attributes:
        key: Its key in addresses: the name of the schedule file without `.yaml`.
        service: Name of what is maintained.
        domain: Right-hand side of every UID.
        timezone: IANA name of the zone in which windows are written and shown.
        languages: The first is the default.
        url: Base URL at which it is published, without a trailing slash; None if unknown.
        website: The product's own address, which the header of its pages leads to.
        color: A CSS colour name.
        planned_until: Last local date for which maintenance is planned.
        notice: How long ahead a planned window should be announced.
        formerly: Former names of this calendar, still served.
        follow: Other ways to stay informed, offered beside subscribing.
        freezes: In the order of the schedule file.
        classes: From light to heavy.
    """

    key: str
    name: Text
    service: Text
    domain: str
    timezone: str
    languages: tuple[str, ...]
    contact: Contact
    classes: tuple[DowntimeClass, ...]
    url: str | None = None
    website: str | None = None
    color: str | None = None
    planned_until: date | None = None
    notice: timedelta | None = None
    formerly: tuple[str, ...] = ()
    introduction: Text | None = None
    links: tuple[Link, ...] = ()
    follow: tuple[Link, ...] = ()
    freezes: tuple[Freeze, ...] = ()

    def __post_init__(self) -> None:
        """Check the names, the languages and the addresses."""
        _require(find_fault_in_name(self.key), "calendar")
        self.name.require_lines("name")
        self.service.require_lines("service")
        _require(find_fault_in_domain(self.domain), "domain")
        if not self.languages or len(set(self.languages)) < len(self.languages) or not set(self.languages) <= set(LANGUAGES):
            raise ValueError("languages: one or more of nl, en, de, fr, each once")
        if self.url is not None:
            _require(find_fault_in_public_url(self.url), "url")
        if self.website is not None:
            _require(find_fault_in_address(self.website, schemes=("https",)), "website")
        if self.color is not None and self.color not in COLOR_NAMES:
            raise ValueError("color: not a CSS colour name")
        for name in self.formerly:
            _require(find_fault_in_name(name), "formerly")
        if not self.classes or len({each.key for each in self.classes}) < len(self.classes):
            raise ValueError("classes: at least one, each with a key of its own")

    @property
    def default_language(self) -> str:
        """The language of the feed at the shortest address."""
        return self.languages[0]

    def find_class(self, key: str) -> DowntimeClass | None:
        """Return the class with this key; None if there is none."""
        return next((each for each in self.classes if each.key == key), None)


def planned_end(window: Window, heavier: DowntimeClass) -> datetime:
    """Return the planned end of a window: as operations gave it, else after its heavier class's downtime."""
    return window.expected_end or window.start + (heavier.downtime.length or SHOWN_WITHOUT_DOWNTIME)


def actual_or_planned_end(window: Window, heavier: DowntimeClass) -> datetime | None:
    """Return when a window is over: its reported end, else the planned one; None if it began and no end is reported."""
    return window.actual.end if window.actual is not None else planned_end(window, heavier)


def has_downtime(window: Window, heavier: DowntimeClass) -> bool:
    """Return whether the service is unavailable or limited for a time during a window, by its heavier class."""
    return heavier.impact is not Impact.NONE and bool(window.expected_end or heavier.downtime.length)


COLOR_NAMES: Mapping[str, str] = {name: webcolors.name_to_hex(name).upper() for name in sorted(webcolors.names(webcolors.CSS3))}
"""CSS colour names with their values as `#RRGGBB` (RFC 7986 section 5.9 allows names only)."""


def classes_in_order(keys: Iterable[str], order: Iterable[str]) -> tuple[str, ...]:
    """Return class keys from light to heavy; keys that `order` lacks come first, in the order given."""
    ranks = {key: rank for rank, key in enumerate(order)}
    return tuple(sorted(keys, key=lambda key: ranks.get(key, -1)))
