"""One calendar at a moment: everything that its documents are rendered from."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from icsfeed.model import Calendar
from icsfeed.publication.availability import Availability
from icsfeed.publication.history import Told, by_window, tell
from icsfeed.publication.paths import path_in
from icsfeed.publication.phases import Phase, Turns, phase_at, turns_of
from icsfeed.publication.selection import Selection, select_windows
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words, words_for

Item = TypeVar("Item", bound=Hashable)
Part = TypeVar("Part")


@dataclass(slots=True, kw_only=True)
class Parts:
    """Rendered parts of documents: events, rows, entries.

    Attributes:
        before: Those of the publication before; let go once this one is rendered.
        made: Those of this one.
    """

    before: Mapping[Hashable, Mapping[Any, Any]] = field(default_factory=dict)
    made: dict[Hashable, Mapping[Any, Any]] = field(default_factory=dict)

    def render_each(
        self, kind: str, shared: Hashable, items: Iterable[Item], render: Callable[[Item], Part]
    ) -> Mapping[Item, Part]:
        """Return each item rendered, in their order; those that are equal to one of the publication before are taken from there.

        Parameters:
            kind: What is rendered.
            shared: What all of them depend on beside themselves.
            items: Everything else that they depend on.
            render: Renders one.
        """
        before = self.before.get((kind, shared), {})
        made = {each: before.get(each) or render(each) for each in items}
        self.made[kind, shared] = made
        return made


@dataclass(frozen=True, kw_only=True)
class View:
    """One calendar at a moment.

    Attributes:
        published: The calendar, replayed from its journal up to this moment's horizon.
        moment: For which every document is right.
        address: What every address begins with, without a slash at the end.
        preview: Whether the moment is not the present one, which pages then say.
        dynamic: Whether somebody answers `state` and `plan`; files alone do not.
        parts: Of all calendars of the publication.
    """

    published: PublishedCalendar
    moment: datetime
    address: str
    preview: bool = False
    dynamic: bool = True
    parts: Parts = field(default_factory=Parts, repr=False, compare=False)

    @property
    def calendar(self) -> Calendar:
        """Header and classes."""
        return self.published.calendar

    @cached_property
    def words(self) -> Mapping[str, Words]:
        """The words of each of the calendar's languages."""
        return {language: words_for(self.calendar, language) for language in self.calendar.languages}

    @cached_property
    def turns(self) -> Mapping[str, Turns]:
        """The moments at which the windows come to stand elsewhere, by UID."""
        return {each.uid: turns_of(each) for each in self.published.windows}

    @cached_property
    def phases(self) -> tuple[tuple[PublishedWindow, Phase], ...]:
        """The windows in their order, each with where it stands."""
        return tuple((each, phase_at(self.turns[each.uid], self.moment)) for each in self.published.windows)

    @cached_property
    def selection(self) -> Selection:
        """The windows in the feeds."""
        return select_windows(self.published, self.moment)

    @cached_property
    def availability(self) -> Availability:
        """What the windows make of the service."""
        return Availability(published=self.published)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What happened, the oldest first."""
        return tell(self.published)

    @cached_property
    def told_by_window(self) -> Mapping[str, tuple[Told, ...]]:
        """The same for each window and each repeated one, by its id."""
        return by_window(self.told)

    def window_address(self, window: PublishedWindow, language: str) -> str:
        """Return the address of a window's own page."""
        return f"{self.address}{path_in(self.calendar, language, window.window.id)}/"
