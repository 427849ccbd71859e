"""What the documents of a calendar are made from, and how what stayed the same is taken over."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from icsfeed.model import Calendar
from icsfeed.publication.document import Document
from icsfeed.publication.history import Told, by_window, tell
from icsfeed.publication.paths import path_in
from icsfeed.publication.phases import Turns, turns_of
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words, words_for

Made = TypeVar("Made")
Item = TypeVar("Item")


@dataclass(slots=True)
class Kept:
    """Documents and parts of them that were rendered once, each with what it was rendered from.

    Attributes:
        made: Inputs and results by what they are.
        before: The same of an earlier publication, from which is taken over what stayed the same.
    """

    made: dict[Hashable, tuple[tuple[object, ...], Any]] = field(default_factory=dict)
    before: dict[Hashable, tuple[tuple[object, ...], Any]] = field(default_factory=dict)

    def take(self, key: Hashable, inputs: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """Return what is known under a key if it was made from equal inputs, else make it.

        Parameters:
            key: Says what it is; two different things never share one.
            inputs: Everything that it depends on and that may differ between two publications.
            make: Renders it.
        """
        known = self.made.get(key) or self.before.get(key)
        made: Made = known[1] if known is not None and known[0] == inputs else make()
        self.made[key] = (inputs, made)
        return made

    def take_each(
        self, key: Hashable, facts: tuple[object, ...], items: Iterable[tuple[str, Item]], make: Callable[[Item], Made]
    ) -> list[Made]:
        """Return what is made of each of many things, in their order; those that stayed the same are taken over.

        Parameters:
            key: Says what they are; taken once a publication.
            facts: What all of them depend on beside themselves.
            items: Each with a name that no other has; equal ones give equal results while the facts are equal.
            make: Renders one.
        """
        known = self.made.get(key) or self.before.get(key)
        before: dict[str, tuple[Item, Made]] = known[1] if known is not None and known[0] == facts else {}
        made = {}
        for name, item in items:
            one = before.get(name)
            made[name] = (item, one[1] if one is not None and (one[0] is item or one[0] == item) else make(item))
        self.made[key] = (facts, made)
        return [each for _, each in made.values()]

    def take_lasting(self, key: Hashable, inputs: tuple[object, ...], moment: datetime, make: Callable[[], Document]) -> Document:
        """Return a document that is known under a key if it was made from equal inputs and still holds, else make it.

        Parameters:
            key: Says what it is.
            inputs: What it depends on beside the moment.
            moment: For which it must be right.
            make: Renders it.
        """
        known = self.before.get(key)
        since, document = known[1] if known is not None and known[0] == inputs else (moment, None)
        if document is None or not (since <= moment and (document.until is None or moment < document.until)):
            since, document = moment, make()
        self.made[key] = (inputs, (since, document))
        kept: Document = document
        return kept

    def carry(self, key: Hashable) -> None:
        """Keep what is known under a key for the next publication, if this one had no need of it."""
        if key not in self.made and key in self.before:
            self.made[key] = self.before[key]

    def forget(self) -> None:
        """Let go of what the earlier publication had."""
        self.before = {}


@dataclass(frozen=True, kw_only=True)
class Making:
    """What every document of a calendar is made from.

    Attributes:
        published: The calendar, replayed from its journal.
        moment: For which everything is right.
        address: What every address begins with, without a slash at the end.
        preview: Whether the moment is not the present one, which pages then say.
        dynamic: Whether somebody answers `state` and `plan`; files alone do not.
        kept: What was rendered so far.
    """

    published: PublishedCalendar
    moment: datetime
    address: str
    preview: bool = False
    dynamic: bool = True
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)
    _words: dict[str, Words] = field(default_factory=dict, repr=False, compare=False)

    @property
    def calendar(self) -> Calendar:
        """Header and classes."""
        return self.published.calendar

    def words(self, language: str) -> Words:
        """Return the words of a language."""
        known = self._words.get(language)
        if known is None:
            known = self._words[language] = words_for(self.calendar, language)
        return known

    @cached_property
    def turns(self) -> Mapping[str, Turns]:
        """The moments at which the windows come to stand elsewhere, by UID."""
        items = [(each.uid, each) for each in self.published.windows]
        turns = self.kept.take_each("turns", (), items, turns_of)
        return {uid: each for (uid, _), each in zip(items, turns, strict=True)}

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What happened, the oldest first."""
        return self.kept.take("told", (self.published.lines,), lambda: tell(self.published))

    @cached_property
    def told_by_window(self) -> Mapping[str, tuple[Told, ...]]:
        """The same for each window and each repeated one, by its id."""
        return dict(by_window(self.told))

    def window_address(self, window: PublishedWindow, language: str) -> str:
        """Return the address of a window's own page."""
        return f"{self.address}{path_in(self.calendar, language, window.window.id)}/"

    def newest_change(self, facts: Callable[[Calendar], object]) -> datetime:
        """Return the stamp of the newest `calendar` line that changed these facts."""
        newest, before = self.published.calendars[0][0], None
        for at, calendar in self.published.calendars:
            now = facts(calendar)
            if now != before:
                newest, before = at, now
        return newest
