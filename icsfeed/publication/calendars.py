"""The documents of one calendar at a moment, made from those of an earlier one.

Whatever stayed the same is taken over: documents, and above all rendered events,
each of which is rendered once per language for all that hold it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from icsfeed.model import Calendar
from icsfeed.publication.document import Document
from icsfeed.publication.feeds import Feeds
from icsfeed.publication.forms import Forms
from icsfeed.publication.making import Kept, Making
from icsfeed.publication.pages import Pages
from icsfeed.publication.paths import path_in, rename_path
from icsfeed.replay import PublishedCalendar
from icsfeed.zones import midnight_of, to_local


@dataclass(frozen=True, kw_only=True)
class CalendarPublication:
    """The documents of one calendar at a moment.

    Attributes:
        making: What they are made from.
        journal: The calendar as it was given; what they are made from has an earlier one's windows where they are equal.
    """

    making: Making
    journal: PublishedCalendar = field(repr=False, compare=False)
    _seldom: dict[str, Document] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make every document that is often asked for, and let what was there before go."""
        for document in self.documents.values():
            document.make_ready()
        self.making.kept.forget()

    @classmethod
    def following(cls, before: "CalendarPublication | None", making: Making) -> "CalendarPublication":
        """Return a publication that takes over from an earlier one whatever stayed the same."""
        if before is None:
            return cls(making=making, journal=making.published)
        shared = making.published.sharing(before.published)
        return cls(making=replace(making, published=shared, kept=Kept(before=before.kept.made)), journal=making.published)

    @property
    def published(self) -> PublishedCalendar:
        """The calendar, replayed from its journal."""
        return self.making.published

    @property
    def calendar(self) -> Calendar:
        """Header and classes."""
        return self.making.calendar

    @property
    def address(self) -> str:
        """What every address begins with."""
        return self.making.address

    @property
    def kept(self) -> Kept:
        """What the next publication can take over."""
        return self.making.kept

    @property
    def size(self) -> int:
        """How many bytes its documents have that are kept ready, each counted once."""
        each_once = {id(each): each for each in (*self.documents.values(), *self._seldom.values())}
        return sum(len(each.body) + len(each.compressed or b"") for each in each_once.values())

    def holds(self, making: Making) -> bool:
        """Tell whether the documents are right for a later moment too, and for what else they would be made from."""
        present, moment = self.making, making.moment
        same = self.journal is making.published and (present.address, present.dynamic) == (making.address, making.dynamic)
        holds = present.moment <= moment and (self.until is None or moment < self.until)
        return same and holds and not making.preview

    # Paths

    def paths(self) -> Iterator[str]:
        """Give every path that has a document, former names' too."""
        for path in self._own_paths():
            yield path
            for former in self.calendar.formerly:
                yield rename_path(path, self.calendar.key, former)

    def _own_paths(self) -> Iterator[str]:
        yield from self.documents
        for language in self.calendar.languages:
            for window in self.published.windows:
                yield path_in(self.calendar, language, f"{window.window.id}.ics")
                yield path_in(self.calendar, language, f"{window.window.id}/")

    def _former_in(self, path: str) -> str | None:
        """Return the former name that a path begins with, None where it begins with the present one or is a document's."""
        begun = (each for each in self.calendar.formerly if path.startswith((f"/{each}/", f"/{each}.")))
        return next(begun, None) if path not in self.documents else None

    def find_often(self, path: str) -> Document | None:
        """Return the document at a path if it is made ahead, or None."""
        former = self._former_in(path)
        return self.documents.get(rename_path(path, former, self.calendar.key) if former is not None else path)

    def find_seldom(self, path: str) -> Document | None:
        """Return a document that is made when it is first asked for, a window's page or file, or None."""
        former = self._former_in(path)
        if former is not None:  # of file names only those of feeds have the calendar's name in them, never those of windows
            path = f"/{self.calendar.key}{path[1 + len(former) :]}"
        known = self._seldom.get(path)
        if known is not None:
            return known
        parts = path.split("/")
        if len(parts) not in {4, 5} or parts[1] != self.calendar.key or parts[2] not in self.calendar.languages:
            return None
        is_file = len(parts) == 4 and parts[3].endswith(".ics")
        window = self.published.by_id.get(parts[3].removesuffix(".ics") if is_file else parts[3])
        if window is None or not (is_file or (len(parts) == 5 and parts[4] == "")):
            return None
        made = self._feeds.single(window, parts[2]) if is_file else self._pages.of_window(window, parts[2])
        self._seldom[path] = made
        return made

    # Documents

    @cached_property
    def _feeds(self) -> Feeds:
        return Feeds(making=self.making)

    @cached_property
    def _pages(self) -> Pages:
        return Pages(making=self.making)

    @cached_property
    def _forms(self) -> Forms:
        return Forms(making=self.making)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """What is often asked for, by path."""
        return {**dict(self._feeds.documents()), **dict(self._pages.documents()), **dict(self._forms.documents())}

    @cached_property
    def until(self) -> datetime | None:
        """The moment from which a document may be another one; None if only the journal can change them."""
        moments = [each.until for each in self.documents.values() if each.until is not None]
        if self.published.series:
            moments.append(self._next_new_year)
        ahead = [self.published.newest] if self.published.newest > self.making.moment else []
        return min(moments + ahead, default=None)

    @property
    def _next_new_year(self) -> datetime:
        """The moment at which another year of repeated windows comes within reach."""
        zone = self.calendar.timezone
        return midnight_of(date(to_local(self.making.moment, zone).year + 1, 1, 1), zone)
