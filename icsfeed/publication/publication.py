"""Renders calendars at a moment to documents by path, and finds the next moment at which they change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from icsfeed.model import Calendar
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents import atom, data, feeds, near, statuspage
from icsfeed.publication.documents.pages import calendar_page, window_page
from icsfeed.publication.documents.pages.plain import render_list
from icsfeed.publication.documents.pages.site import MEDIA_TYPE
from icsfeed.publication.documents.static import static_documents
from icsfeed.publication.paths import rename_path
from icsfeed.publication.view import RenderCache, View
from icsfeed.replay import PublishedCalendar

FORMATS = (feeds, calendar_page, window_page, data, near, atom, statuspage)
"""The modules whose `documents(view)` yields a calendar's documents with their paths; a new format is added here."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """All documents at a moment; immutable.

    Attributes:
        views: By calendar key, sorted.
        moment: The moment it was rendered for.
        documents: By path, including the paths of former keys.
        cache: Rendered parts that the next publication reuses.
    """

    views: Mapping[str, View]
    moment: datetime
    documents: Mapping[str, Document] = field(repr=False)
    cache: RenderCache = field(repr=False)

    def find(self, path: str) -> Document | None:
        """Return the document at a path, or None."""
        return self.documents.get(path)

    def find_view(self, path: str) -> View | None:
        """Return the view of the calendar that a path belongs to, by its current or a former key, or None."""
        return self._by_key.get(path[1:].split("/", 1)[0].split(".", 1)[0])

    @cached_property
    def _by_key(self) -> Mapping[str, View]:
        """The calendars by current and former keys; a current key overrides a former one."""
        former = {name: each for each in self.views.values() for name in each.calendar.formerly}
        return {**former, **self.views}

    @cached_property
    def until(self) -> datetime | None:
        """The next moment at which a document may change; None without calendars."""
        return min((each.next_change for each in self.views.values()), default=None)

    def is_valid_at(self, moment: datetime) -> bool:
        """Return whether the documents are those of a moment, as long as no journal changes."""
        return self.moment <= moment and (self.until is None or moment < self.until)


def render_publication(
    calendars: Iterable[PublishedCalendar],
    moment: datetime,
    addresses: Callable[[Calendar], str],
    *,
    before: Publication | None = None,
    is_preview: bool = False,
    dynamic: bool = True,
) -> Publication:
    """Return the publication of calendars at a moment.

    Equal arguments give equal bytes on every machine, and at every moment between two boundaries.

    Parameters:
        calendars: In any order.
        moment: The present, or a moment to preview.
        addresses: Returns the base of a calendar's addresses.
        before: An earlier publication, whose rendered parts are reused.
        is_preview: Whether pages say that they are a preview.
        dynamic: Whether a server answers `state` and `plan`; False for an export.
    """
    cache = RenderCache(previous=before.cache.rendered if before is not None else {})
    views = {}
    for each in sorted(calendars, key=lambda each: each.calendar.key):
        published = each.at(moment)
        address = addresses(published.calendar)
        views[published.calendar.key] = View(
            published=published, moment=moment, address=address, is_preview=is_preview, dynamic=dynamic, cache=cache
        )
    documents = dict(_documents(tuple(views.values())))
    for document in documents.values():
        if document.prerendered:
            document.prerender()
    cache.previous = {}
    return Publication(views=views, moment=moment, documents=documents, cache=cache)


def _documents(views: tuple[View, ...]) -> Iterator[tuple[str, Document]]:
    """Yield every document with its path; of two with one path the later counts, so a current key overrides a former one."""
    own = {path: document for view in views for format_ in FORMATS for path, document in format_.documents(view)}
    for view in views:
        key = view.calendar.key
        for former in view.calendar.formerly:
            paths = (path for path in own if path.startswith((f"/{key}/", f"/{key}.")))
            yield from ((rename_path(path, key, former), own[path]) for path in paths)
    yield from own.items()
    yield from static_documents(each.calendar.color for each in views).items()
    if len(views) == 1:
        (view,) = views
        name = f"/{view.calendar.key}"
        yield from ((path.removeprefix(name), each) for path, each in own.items() if path.startswith(f"{name}/{statuspage.ROOT}"))
    elif views:
        yield "/", Document(render=partial(render_list, views), media_type=MEDIA_TYPE, cache_control=SHORT_LIVED)
