"""One calendar at a moment: everything its documents are rendered from."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from icsfeed.model import Calendar
from icsfeed.publication.availability import Availability
from icsfeed.publication.history import HistoryEntry, group_by_window, history_of
from icsfeed.publication.paths import feed_path, feeds_of, window_path
from icsfeed.publication.phases import Phase, PhaseChanges, boundaries, phase_at, phase_changes_of
from icsfeed.publication.selection import Selection, select_windows
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words, words_for

Item = TypeVar("Item", bound=Hashable)
Part = TypeVar("Part")


@dataclass(slots=True, kw_only=True)
class RenderCache:
    """Rendered parts of documents, such as events, rows and entries, kept so that unchanged ones are not rendered again.

    Attributes:
        previous: Parts of the previous publication; emptied once this one is rendered.
        rendered: Parts of this one.
    """

    previous: Mapping[Hashable, Mapping[Any, Any]] = field(default_factory=dict)
    rendered: dict[Hashable, Mapping[Any, Any]] = field(default_factory=dict)

    def render_each(
        self, kind: str, shared: Hashable, items: Iterable[Item], render: Callable[[Item], Part]
    ) -> Mapping[Item, Part]:
        """Return each item with its rendered part, in order; parts of the previous publication are reused.

        Parameters:
            kind: Names the kind of part.
            shared: Whatever all parts depend on besides their item.
            items: The items to render; equal items have equal parts.
            render: Renders one item.
        """
        previous = self.previous.get((kind, shared), {})
        rendered = {each: previous.get(each) or render(each) for each in items}
        self.rendered[kind, shared] = rendered
        return rendered


@dataclass(frozen=True, kw_only=True)
class View:
    """One calendar at a moment.

    Attributes:
        published: The calendar with its occurrences up to this moment's horizon.
        moment: The moment to render for.
        address: The base of all addresses, without a trailing slash.
        is_preview: Whether pages say that they are a preview.
        dynamic: Whether a server answers `state` and `plan`; False for an export.
        cache: Shared by all calendars of the publication.
    """

    published: PublishedCalendar
    moment: datetime
    address: str
    is_preview: bool = False
    dynamic: bool = True
    cache: RenderCache = field(default_factory=RenderCache, repr=False, compare=False)

    @property
    def calendar(self) -> Calendar:
        """Header and classes."""
        return self.published.calendar

    @cached_property
    def words(self) -> Mapping[str, Words]:
        """The wording in each of the calendar's languages."""
        return {language: words_for(self.calendar, language) for language in self.calendar.languages}

    @cached_property
    def phase_changes(self) -> Mapping[str, PhaseChanges]:
        """The phase changes of each window, by UID."""
        return {each.uid: phase_changes_of(each, self.moment, self.calendar.timezone) for each in self.published.windows}

    @cached_property
    def phases(self) -> tuple[tuple[PublishedWindow, Phase], ...]:
        """The windows in the order (start, UID), each with its phase at the moment."""
        return tuple((each, phase_at(self.phase_changes[each.uid], self.moment)) for each in self.published.windows)

    @cached_property
    def ahead(self) -> tuple[PublishedWindow, ...]:
        """The windows ahead that are not cancelled, in the order (start, UID)."""
        return tuple(each for each, phase in self.phases if phase is Phase.AHEAD and not each.is_cancelled)

    @cached_property
    def next_change(self) -> datetime:
        """The next moment at which a document of the calendar may change."""
        return boundaries(self.published, self.moment)[0]

    @cached_property
    def selection(self) -> Selection:
        """The windows in the feeds."""
        return select_windows(self.published, self.moment)

    @cached_property
    def availability(self) -> Availability:
        """When the service is open, closed, at risk or unknown."""
        return Availability(published=self.published, now=self.moment)

    @cached_property
    def history(self) -> tuple[HistoryEntry, ...]:
        """The history of all windows, oldest first."""
        return history_of(self.published)

    @cached_property
    def history_by_window(self) -> Mapping[str, tuple[HistoryEntry, ...]]:
        """The history by id of the window or repeated window."""
        return group_by_window(self.history)

    def feeds(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return name and address of each feed."""
        words = self.words[language]
        return tuple(
            (
                words.calendar_name(from_class=from_class, reminders=reminders),
                self.address + feed_path(self.calendar, language, from_class=from_class, reminders=reminders),
            )
            for from_class, reminders in feeds_of(self.calendar)
        )

    def window_address(self, window: PublishedWindow, language: str) -> str:
        """Return the address of a window's own page."""
        return self.address + window_path(self.calendar, language, window.id)
