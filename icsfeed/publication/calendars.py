"""The documents of one calendar at a moment, made from those of an earlier one.

Whatever stayed the same is taken over: documents, and above all rendered events,
each of which is rendered once per language for all that hold it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

from icsfeed.model import Calendar, DowntimeClass
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.documents import data, ical, page
from icsfeed.publication.paths import feed_path, page_path, path_in, rename_path
from icsfeed.publication.selection import Selection, leaves_at, select
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import words_for
from icsfeed.zones import midnight_of, to_local

_Event = tuple[PublishedWindow, tuple[object, ...], bytes]


@dataclass(frozen=True, kw_only=True)
class CalendarPublication:
    """The documents of one calendar at a moment.

    Attributes:
        published: The calendar, replayed from its journal.
        moment: For which everything is right.
        address: What every address begins with, without a slash at the end.
        predecessor: An earlier publication of this calendar, whose parts are taken over; its own is not kept.
        preview: Whether the moment is not the present one, which pages then say.
    """

    published: PublishedCalendar
    moment: datetime
    address: str
    preview: bool = False
    predecessor: "CalendarPublication | None" = field(default=None, repr=False, compare=False)
    events_by_key: dict[tuple[str, str, bool], _Event] = field(default_factory=dict, repr=False, compare=False)
    _seldom: dict[str, Document] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make every document that is often asked for, and let the predecessor go."""
        _ = self.documents
        object.__setattr__(self, "predecessor", None)

    @property
    def calendar(self) -> Calendar:
        """Header and classes."""
        return self.published.calendar

    @cached_property
    def selection(self) -> Selection:
        """The windows in the feeds."""
        return select(self.published, self.moment)

    # Paths

    def window_address(self, window: PublishedWindow, language: str) -> str:
        """Return the address of a window's own page."""
        return f"{self.address}{path_in(self.calendar, language, window.window.id)}/"

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

    def find(self, path: str) -> Document | None:
        """Return the document at a path, or None."""
        found = self.documents.get(path) or self._find_seldom(path)
        if found is None:
            for former in self.calendar.formerly:
                if path.startswith((f"/{former}/", f"/{former}.")):
                    key = self.calendar.key  # of file names only those of feeds have it in them, never those of windows
                    found = self.documents.get(rename_path(path, former, key)) or self._find_seldom(
                        f"/{key}{path[1 + len(former) :]}"
                    )
                    break
        return found

    def _find_seldom(self, path: str) -> Document | None:
        """Return a document that is made when it is first asked for: a window's page or file."""
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
        made = self._window_file(window, parts[2]) if is_file else self._window_page(window, parts[2])
        self._seldom[path] = made
        return made

    # Documents

    @cached_property
    def until(self) -> datetime | None:
        """The moment from which a document may be another one; None if only the journal can change them."""
        moments = [each.until for each in self.documents.values() if each.until is not None]
        if self.published.series:
            moments.append(self._next_new_year)
        ahead = [self.published.newest] if self.published.newest > self.moment else []
        return min(moments + ahead, default=None)

    @property
    def _next_new_year(self) -> datetime:
        """The moment at which another year of repeated windows comes within reach."""
        zone = self.calendar.timezone
        return midnight_of(date(to_local(self.moment, zone).year + 1, 1, 1), zone)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """What is often asked for, by path."""
        made: dict[str, Document] = {}
        calendar = self.calendar
        for language in calendar.languages:
            made[feed_path(self.calendar, language)] = made[path_in(self.calendar, language, f"{calendar.key}.ics")] = self._feed(
                language
            )
            for path in dict.fromkeys((page_path(calendar, language), path_in(calendar, language))):
                made[path] = self._page(language, path)
            for each in calendar.classes[1:]:
                made[feed_path(self.calendar, language, only=each)] = self._feed(language, only=each)
            made[feed_path(self.calendar, language, reminders=True)] = self._feed(language, reminders=True)
        made[f"/{calendar.key}.json"] = self._data()
        return made

    def _carry_over(self, path: str, inputs: tuple[object, ...]) -> Document | None:
        """Return the predecessor's document at a path if it was made from equal inputs."""
        before = self.predecessor
        if before is None or before.address != self.address or path not in before.inputs or before.inputs[path] != inputs:
            return None
        return before.documents.get(path)

    @cached_property
    def inputs(self) -> dict[str, tuple[object, ...]]:
        """What each document was made from, by path."""
        return {}

    def _keep(self, path: str, inputs: tuple[object, ...], make: Callable[[], Document]) -> Document:
        """Return the document at a path: the predecessor's, or a new one where its inputs changed."""
        self.inputs[path] = inputs
        return self._carry_over(path, inputs) or make()

    def _feed(self, language: str, *, only: DowntimeClass | None = None, reminders: bool = False) -> Document:
        """Return a feed: every window, or those of a class and heavier, or every one with an alarm ahead."""
        words = words_for(self.calendar, language)
        members = list(self._members(only))
        events = [self._event(window, language, left=left) for window, left in members]
        if reminders:
            events = [ical.with_reminder(event, member[0], words) for event, member in zip(events, members, strict=True)]
        path = feed_path(self.calendar, language, only=only, reminders=reminders)
        last_modified = self._last_modified_of_feed(language, only)
        leaving = [leaves_at(window, self.calendar.timezone) for window, left in members if left]
        until = min([*leaving, *([self.selection.until] if self.selection.until else [])], default=None)
        name = words.calendar_name(only=only, reminders=reminders)
        facts = self._facts_of_feed(self.calendar, language, only)

        def make() -> Document:
            body = ical.render_feed(
                events,
                self.calendar,
                words,
                uid=ical.feed_uid(self.calendar, only=only, reminders=reminders),
                name=name,
                source=self.address + path,
                page=self.address + page_path(self.calendar, language),
                last_modified=last_modified,
            )
            return self._ical(body, path, last_modified, until)

        return self._keep(path, (events, last_modified, until, name, facts), make)

    @staticmethod
    def _ical(body: bytes, path: str, last_modified: datetime, until: datetime | None) -> Document:
        """Return an iCalendar document: never compressed, never listed by search engines."""
        return Document(
            body=body,
            media_type=ical.MEDIA_TYPE,
            last_modified=last_modified,
            until=until,
            filename=path.rsplit("/", 1)[-1],
            compressible=False,
            indexed=False,
        )

    def _members(self, only: DowntimeClass | None) -> Iterator[tuple[PublishedWindow, bool]]:
        """Give the windows of a feed, each with whether it left and stays for a while as cancelled."""
        for window in self.selection.windows:
            if only is None or self._is_of(window.heavier.key, only):
                yield window, False
            elif self._was_of(window, only) and leaves_at(window, self.calendar.timezone) > self.moment:
                yield window, True

    def _was_of(self, window: PublishedWindow, only: DowntimeClass) -> bool:
        """Tell whether a window is or ever was of a class, or heavier."""
        if any(self._is_of(key, only) for key in window.heaviest_so_far):
            return True
        return any(
            only.key in ranks and any(ranks.get(key, -1) >= ranks[only.key] for key in window.heaviest_so_far)
            for until, ranks in self._former_ranks
            if until > window.created
        )

    @cached_property
    def _former_ranks(self) -> tuple[tuple[datetime, Mapping[str, int]], ...]:
        """How heavy the classes were before, each order with the stamp up to which it was in force."""
        calendars = self.published.calendars
        return tuple(
            (until, {each.key: rank for rank, each in enumerate(calendar.classes)})
            for (_, calendar), (until, _) in pairwise(calendars)
        )

    def _is_of(self, key: str, only: DowntimeClass) -> bool:
        """Tell whether a class is `only` or heavier; one that the calendar no longer has goes by impact and downtime."""
        ranks = self._ranks
        if key in ranks:
            return ranks[key] >= ranks[only.key]
        former = self._former_classes.get(key)
        return former is not None and _weight(former) >= _weight(only)

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        """How heavy each class is, from 0."""
        return {each.key: rank for rank, each in enumerate(self.calendar.classes)}

    @cached_property
    def _former_classes(self) -> Mapping[str, DowntimeClass]:
        """Classes as the newest `calendar` line that had them gave them."""
        return {each.key: each for _, calendar in self.published.calendars for each in calendar.classes}

    def _event(self, window: PublishedWindow, language: str, *, left: bool = False) -> bytes:
        """Return a rendered event, the predecessor's if nothing in it changed."""
        calendar, key = self.calendar, (window.uid, language, left)
        facts = (self.address, calendar.service, calendar.contact, calendar.timezone, calendar.default_language)
        for known in (self.events_by_key, self.predecessor.events_by_key if self.predecessor else {}):
            found = known.get(key)
            if found is not None and found[0] == window and found[1] == facts:
                self.events_by_key[key] = found
                return found[2]
        address = self.window_address(window, language)
        rendered = ical.render_event(window, calendar, words_for(calendar, language), address=address, left=left)
        self.events_by_key[key] = (window, facts, rendered)
        return rendered

    def _last_modified_of_feed(self, language: str, only: DowntimeClass | None) -> datetime:
        """Return the newest change of what a feed holds or held."""
        held = [each for each in self.published.windows if only is None or self._was_of(each, only)]
        left = [
            leaves
            for each in held
            if only is not None and not self._is_of(each.heavier.key, only)
            if (leaves := leaves_at(each, self.calendar.timezone)) <= self.moment
        ]
        gone = [leaves for window, leaves in self.selection.gone if only is None or self._was_of(window, only)]
        changed = self._newest_change(lambda calendar: self._facts_of_feed(calendar, language, only))
        return max([changed, *(each.shown_since for each in held), *gone, *self.selection.squeezed, *left])

    def _newest_change(self, facts: Callable[[Calendar], object]) -> datetime:
        """Return the stamp of the newest `calendar` line that changed these facts."""
        newest, before = self.published.calendars[0][0], None
        for at, calendar in self.published.calendars:
            now = facts(calendar)
            if now != before:
                newest, before = at, now
        return newest

    @staticmethod
    def _facts_of_feed(calendar: Calendar, language: str, only: DowntimeClass | None) -> tuple[object, ...]:
        """Return what a feed says of its calendar in a language, apart from its events."""
        texts = [text.in_language(language, calendar.default_language) for text in (calendar.name, calendar.service)]
        introduction = calendar.introduction and calendar.introduction.in_language(language, calendar.default_language)
        said = (*texts, introduction, calendar.color, calendar.url, calendar.default_language)
        if only is None:
            return said
        former = calendar.find_class(only.key)
        name = former and former.name.in_language(language, calendar.default_language)
        return (*said, name, *(each.key for each in calendar.classes))

    def _data(self) -> Document:
        """Return the calendar as JSON."""
        language = self.calendar.default_language
        path = f"/{self.calendar.key}.json"
        pages = {each.window.id: self.window_address(each, language) for each in self.published.windows}
        last_modified = max([self._newest_change(data.calendar_data), *(each.shown_since for each in self.published.windows)])
        return self._keep(
            path,
            (self.calendar, self.published.windows),
            lambda: Document(
                body=data.render_data(self.published, pages=pages),
                media_type=data.MEDIA_TYPE,
                last_modified=last_modified,
                filename=f"{self.calendar.key}.json",
            ),
        )

    def _page(self, language: str, path: str) -> Document:
        """Return the page in a language at one of its paths."""
        ends = [each.over_at for each in self.published.windows if each.over_at is not None]
        passed = [end for end in ends if end <= self.moment]
        updated = max([self.published.calendars[-1][0], *(each.shown_since for each in self.published.windows)])
        return self._keep(
            path,
            (self.published.windows, self.published.calendars, len(passed), self.preview, self.moment if self.preview else None),
            lambda: Document(
                body=page.render_page(self._site(language, path), self.published, self.moment, updated=updated),
                media_type=page.MEDIA_TYPE,
                last_modified=max([updated, *passed]),
                until=min((end for end in ends if end > self.moment), default=None),
                cache_control=FLEETING,
            ),
        )

    def _site(self, language: str, path: str) -> page.Site:
        """Return the addresses that a page at a path names."""
        calendar, words = self.calendar, words_for(self.calendar, language)
        feeds = [(words.calendar_name(), feed_path(self.calendar, language))]
        feeds += [
            (words.calendar_name(only=each), feed_path(self.calendar, language, only=each)) for each in calendar.classes[1:]
        ]
        feeds += [(words.calendar_name(reminders=True), feed_path(self.calendar, language, reminders=True))]
        return page.Site(
            words=words,
            calendar=calendar,
            style="../" * (path.count("/") - 1) + page.STYLE_PATH[1:],
            windows=f"{self.address}{path_in(self.calendar, language)}",
            canonical=self.address + page_path(self.calendar, language),
            feeds=tuple((name, self.address + path) for name, path in feeds),
            data=f"{self.address}/{calendar.key}.json",
            languages=tuple((each, self.address + page_path(self.calendar, each)) for each in calendar.languages),
            preview=self.moment if self.preview else None,
        )

    def _window_file(self, window: PublishedWindow, language: str) -> Document:
        """Return one window as a file."""
        body = ical.render_single(self._event(window, language))
        return self._ical(body, f"{window.window.id}.ics", window.modified, None)

    def _window_page(self, window: PublishedWindow, language: str) -> Document:
        """Return one window's page."""
        site = self._site(language, path_in(self.calendar, language, f"{window.window.id}/"))
        return Document(
            body=page.render_window_page(site, window, self.window_address(window, language)),
            media_type=page.MEDIA_TYPE,
            last_modified=max(window.modified, self._newest_change(_facts_of_window_page)),
        )


def _facts_of_window_page(calendar: Calendar) -> tuple[object, ...]:
    """Return what a window's page says of its calendar, apart from what revises the window."""
    return (calendar.name, calendar.languages)


def _weight(each: DowntimeClass) -> tuple[object, ...]:
    """Return by what a class that the calendar no longer has is compared."""
    return (each.impact.rank, each.downtime.length)
