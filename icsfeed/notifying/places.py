"""Places that messages go to, as an Apprise configuration names them; the only module that knows Apprise."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from icsfeed.model import Calendar
from icsfeed.names import LANGUAGES
from icsfeed.notifying.messages import Message
from icsfeed.problems import RefusedError, in_words, suggest
from icsfeed.publication.selection import is_in_class_feed
from icsfeed.reading import read_file
from icsfeed.replay import PublishedCalendar, PublishedWindow

UNPLANNED, REMINDERS = "unplanned", "reminders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that gets messages, in one language; one with several languages is several places.

    Attributes:
        name: For the log; nothing of its address.
        key: What the memory knows it by; the same as long as its address is, passwords apart.
        tags: All of the configuration, in order.
        languages: Those among the tags; none stands for the default language.
        number: Which of the languages is this place's, from 0.
        calendars: Those among the tags; none stands for all.
        classes: Those among the tags.
        service: An `apprise.Apprise` with one service.
        is_html: Whether its service takes HTML rather than plain text.
    """

    name: str
    key: str
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    number: int
    calendars: frozenset[str]
    classes: frozenset[str]
    service: Any = field(repr=False, compare=False)
    is_html: bool

    @property
    def is_for_reminders(self) -> bool:
        """Whether it gets reminders alone; else it gets changes alone."""
        return REMINDERS in self.tags

    def find_language(self, calendar: Calendar) -> str | None:
        """Return the language of its messages about a calendar; None if it gets none."""
        if self.calendars and calendar.key not in self.calendars:
            return None
        spoken = [each for each in self.languages if each in calendar.languages] or [calendar.default_language]
        return spoken[self.number] if self.number < len(spoken) else None

    def wants(self, window: PublishedWindow, published: PublishedCalendar) -> bool:
        """Return whether it gets messages about a window, by its class and by whether it was planned."""
        if not self.classes and UNPLANNED not in self.tags:
            return True
        if UNPLANNED in self.tags and not window.facts.planned:
            return True
        known = {each.key: each for _, calendar in published.header_versions for each in calendar.classes}
        wanted = (known[key] for key in self.classes & known.keys())
        return any(is_in_class_feed(window.heavier, each, published.calendar) for each in wanted)

    def send(self, message: Message) -> bool:
        """Send a message; return whether it arrived, as far as the service says."""
        body, body_format = (message.html, "html") if self.is_html else (message.text, "text")
        try:
            return bool(self.service.notify(title=message.subject, body=body, body_format=body_format))
        except Exception:  # noqa: BLE001  # any plugin may raise anything, and its message may hold secrets
            return False


def read_places(path: Path, calendars: Collection[Calendar], *, unreadable: Collection[str] = ()) -> tuple[Place, ...]:
    """Return the places of a configuration file, in its order.

    Parameters:
        path: Apprise's YAML or text.
        calendars: Those that tags can name.
        unreadable: Names of calendars whose journals cannot be read now; with any, a tag that means nothing can be a class.

    Raises:
        RefusedError: A tag has no meaning or two, Apprise cannot use an entry, or there is none.
        OSError: It cannot be read.
        ModuleNotFoundError: Apprise is not installed.
    """
    text = read_file(path).decode("utf-8", "replace")
    with _complaints() as complaints:
        services = _load_services(text)
    if complaints:
        shows = f"`apprise --dry-run -vv -b test --config {path}` shows why"
        raise RefusedError(f"{path}: Apprise cannot use {_find_entries(complaints)}; {shows}")
    if not services:
        raise RefusedError(f"{path} names no place")
    names = {*unreadable, *(each.key for each in calendars)}
    found, seen = list[Place](), Counter[str]()
    for number, service in enumerate(services):
        address = str(service[0].url(privacy=True)).partition("?")[0]
        seen[address] += 1
        first, *others = _make_places(service, names, number=number + 1, address=f"{address} {seen[address]}")
        found += [first, *(replace(each, service=_load_services(text)[number]) for each in others)]  # each waits for itself alone
    problems = () if unreadable else find_problems(found, calendars)
    if problems:
        raise RefusedError(f"{path}: {problems[0]}")
    return tuple(found)


def _load_services(text: str) -> list[Any]:
    """Return an `apprise.Apprise` for each service of a configuration."""
    import apprise  # noqa: PLC0415  # an extra, and slow to import

    config = apprise.AppriseConfig(recursion=1, insecure_includes=True)  # it may include files, as in Apprise's own use
    config.add_config(text)
    services: Iterator[Any] = apprise.Apprise(config).find()
    found = []
    for service in services:
        if str(service.url(privacy=True)).startswith("mailto"):
            service.request_rate_per_sec = 0  # Apprise would wait 5.5 seconds between two mails, as chats ask for
        one = apprise.Apprise()
        one.add(service)
        found.append(one)
    return found


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what Apprise says against a configuration; it may hold secrets."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


def _find_entries(complaints: Iterable[str]) -> str:
    """Return which entries Apprise complains about, as far as it says so."""
    found = re.findall(r"\b(line |entry #)(\d+)", "\n".join(complaints))
    return in_words(list(dict.fromkeys(f"{kind}{number}" for kind, number in found))) if found else "an entry"


def _make_places(service: Any, calendars: Collection[str], *, number: int, address: str) -> Iterator[Place]:
    """Yield the places of a service: one, or one for each of its languages.

    Parameters:
        service: An `apprise.Apprise` with one service.
        calendars: Names of all calendars.
        number: Which of the configuration's services it is, from 1.
        address: Its own in the configuration; passwords are masked.
    """
    tags = tuple(sorted(map(str, service[0].tags)))
    languages = tuple(tag for tag in tags if tag in LANGUAGES)
    names = frozenset(tags).intersection(calendars)
    accepted = service[0].notify_format
    formats = [each.value for each in accepted] if isinstance(accepted, tuple) else [accepted.value]
    for index in range(max(1, len(languages))):
        language = languages[index : index + 1]
        shown = ", ".join([address.partition(":")[0], *(f"in {each}" for each in language if languages[1:]), *tags])
        yield Place(
            name=f"place {number} ({shown})",
            key=hashlib.sha256(" ".join([address, *language]).encode()).hexdigest()[:16],
            tags=tags,
            languages=languages,
            number=index,
            calendars=names,
            classes=frozenset(tags) - {*languages, *names, UNPLANNED, REMINDERS},
            service=service,
            is_html=formats[0] == "html" or "text" not in formats,  # of HTML, Apprise makes Markdown as each service has it
        )


def find_problems(places: Iterable[Place], calendars: Collection[Calendar]) -> tuple[str, ...]:
    """Return a sentence for each tag that means nothing, or more than one thing."""
    words = {
        "a language": {each for calendar in calendars for each in calendar.languages},
        "a calendar": {calendar.key for calendar in calendars},
        "a class": {each.key for calendar in calendars for each in calendar.classes},
        "a word of its own": {UNPLANNED, REMINDERS},
    }
    found: dict[str, None] = {}
    for place in places:
        for tag in place.tags:
            meanings = [meaning for meaning, known in words.items() if tag in known]
            if len(meanings) > 1:
                found[f'the tag "{tag}" can be {in_words(meanings)}; give one of them another name'] = None
            elif not meanings:
                wanted = f"a language, calendar or class that is published, `{UNPLANNED}` or `{REMINDERS}`"
                near = suggest(tag, words["a calendar"] | words["a class"])
                found[f'the tag "{tag}" of {place.name} has to be {wanted}. {near}'.strip()] = None
    return tuple(found)
