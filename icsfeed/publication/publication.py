"""Published calendars, a moment and an address become documents at their paths, and it is known until when they hold.

A publication never changes. The next one is made from it and takes over whatever stayed the same:
whole calendars, documents, and above all rendered events, each of which is rendered once per language for all that hold it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from icsfeed.model import Calendar
from icsfeed.publication.calendars import CalendarPublication
from icsfeed.publication.document import Document
from icsfeed.publication.documents import page
from icsfeed.publication.documents.plain import render_list
from icsfeed.publication.forms import STATUSPAGE
from icsfeed.publication.making import Making
from icsfeed.publication.statics import static_documents
from icsfeed.replay import PublishedCalendar


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Everything that is published at a moment.

    Attributes:
        calendars: By name, in the order of the names.
        moment: For which everything is right.
    """

    calendars: Mapping[str, CalendarPublication]
    moment: datetime

    def __post_init__(self) -> None:
        """Make what belongs to no calendar ahead of every request."""
        for document in self._shared.values():
            document.make_ready()

    def find(self, path: str) -> Document | None:
        """Return the document at a path, or None."""
        return self.find_often(path) or self.find_seldom(path)

    def find_seldom(self, path: str) -> Document | None:
        """Return the document at a path if it is one that is made when it is asked for; else None."""
        calendar = self.find_calendar(path)
        return calendar.find_seldom(path) if calendar is not None else None

    def find_often(self, path: str) -> Document | None:
        """Return the document at a path if it is one that is often asked for, and made ahead; else None."""
        shared = self._shared.get(path)
        if shared is not None:
            return shared
        calendar = self.find_calendar(path)
        return calendar.find_often(path) if calendar is not None else None

    def find_calendar(self, path: str) -> CalendarPublication | None:
        """Return the calendar to which a path belongs, by its present or a former name."""
        return self._by_name.get(path[1:].split("/", 1)[0].split(".", 1)[0])

    def paths(self) -> Iterator[str]:
        """Give every path that has a document."""
        yield from self._shared
        for calendar in self.calendars.values():
            yield from calendar.paths()

    @cached_property
    def _shared(self) -> Mapping[str, Document]:
        """What belongs to no calendar, by path; an only calendar has Statuspage's documents where others look for them too."""
        shared = static_documents(each.calendar.color for each in self.calendars.values())
        if not self.calendars:
            return shared
        if len(self.calendars) > 1:
            return {**shared, "/": self._list()}
        (calendar,) = self.calendars.values()
        name = f"/{calendar.calendar.key}"
        shortened = ((path.removeprefix(name), document) for path, document in calendar.documents.items())
        return {**shared, **{path: document for path, document in shortened if path.startswith(f"/{STATUSPAGE}")}}

    def _list(self) -> Document:
        """Return the page that lists the calendars."""
        changed = max(each.published.calendars[-1][0] for each in self.calendars.values())
        body = render_list(each.calendar for each in self.calendars.values())
        return Document(body=body, media_type=page.MEDIA_TYPE, last_modified=changed)

    @cached_property
    def _by_name(self) -> Mapping[str, CalendarPublication]:
        """The calendars by their present and former names; a present name comes before a former one."""
        former = {name: each for each in self.calendars.values() for name in each.calendar.formerly}
        return {**former, **self.calendars}

    @cached_property
    def until(self) -> datetime | None:
        """The moment from which a document may be another one; None if only a journal can change them."""
        return min((each.until for each in self.calendars.values() if each.until is not None), default=None)


def publish_calendars(
    calendars: Iterable[PublishedCalendar],
    moment: datetime,
    addresses: Callable[[Calendar], str],
    *,
    predecessor: Publication | None = None,
    preview: bool = False,
    dynamic: bool = True,
) -> Publication:
    """Return the publication of calendars at a moment.

    The same input gives the same bytes on every machine.

    Parameters:
        calendars: Replayed from their journals.
        moment: The present, or one that is previewed.
        addresses: Gives what every address of a calendar begins with.
        predecessor: An earlier publication; what did not change is taken from it.
        preview: Whether the moment is not the present one.
        dynamic: Whether somebody answers `state` and `plan`; files alone do not.
    """
    made = {}
    for each in calendars:
        published = each.at(moment)
        key, address = published.calendar.key, addresses(published.calendar)
        before = predecessor.calendars.get(key) if predecessor else None
        making = Making(published=published, moment=moment, address=address, preview=preview, dynamic=dynamic)
        made[key] = before if before and before.holds(making) else CalendarPublication.following(before, making)
    return Publication(calendars=dict(sorted(made.items())), moment=moment)
