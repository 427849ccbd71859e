"""The feeds of a calendar: of every window, of a class and heavier, and with reminders; and single events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from icsfeed.model import Calendar, DowntimeClass
from icsfeed.publication.document import Document
from icsfeed.publication.documents import ical
from icsfeed.publication.making import Making
from icsfeed.publication.paths import feed_path, page_path, path_in
from icsfeed.publication.selection import Selection, leaves_at, select
from icsfeed.replay import PublishedWindow


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """The feeds of one calendar at a moment.

    Attributes:
        making: What they are made from.
    """

    making: Making
    _rendered: dict[str, Mapping[str, bytes]] = field(default_factory=dict, repr=False, compare=False)
    _newest: dict[str, datetime] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[str, Sequence[tuple[PublishedWindow, bool]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def _calendar(self) -> Calendar:
        return self.making.calendar

    @cached_property
    def selection(self) -> Selection:
        """The windows in the feeds."""
        return select(self.making.published, self.making.moment)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Give every feed by its path; the default language's at two."""
        calendar = self._calendar
        for language in calendar.languages:
            every = self._feed(language)
            yield feed_path(calendar, language), every
            yield path_in(calendar, language, f"{calendar.key}.ics"), every
            for each in calendar.classes[1:]:
                yield feed_path(calendar, language, only=each), self._feed(language, only=each)
            yield feed_path(calendar, language, reminders=True), self._feed(language, reminders=True)
            for key in (("events of feeds", language), ("reminders of feeds", language)):
                self.making.kept.carry(key)

    def single(self, window: PublishedWindow, language: str) -> Document:
        """Return one window as a file."""
        event = self._rendered.get(language, {}).get(window.uid) or self._event(window, language)
        body = ical.render_single(event)
        return _document(body, f"{window.window.id}.ics", window.modified, None)

    def _feed(self, language: str, *, only: DowntimeClass | None = None, reminders: bool = False) -> Document:
        """Return a feed: every window, or those of a class and heavier, or every one with an alarm ahead."""
        making, published = self.making, self.making.published
        path = feed_path(self._calendar, language, only=only, reminders=reminders)
        inputs = (making.address, published.windows, published.calendars)
        feed = making.kept.take_lasting(
            ("feed", path), inputs, making.moment, lambda: self._render(path, language, only=only, reminders=reminders)
        )
        for part in ("rendered feed", "head"):
            making.kept.carry((part, path))
        return feed

    def _render(self, path: str, language: str, *, only: DowntimeClass | None, reminders: bool) -> Document:
        """Return a feed, rendered; the earlier one if all that it holds stayed the same."""
        making, calendar, words = self.making, self._calendar, self.making.words(language)
        members = self._members_of(only)
        rendered = self._reminding(language) if reminders else self._events(language)
        events = [self._event_of_left(each, language) if left else rendered[each.uid] for each, left in members]
        last_modified = self._last_modified(language, only)
        leaving = [leaves_at(window, calendar.timezone) for window, left in members if left]
        until = min([*leaving, *([self.selection.until] if self.selection.until else [])], default=None)
        name = words.calendar_name(only=only, reminders=reminders)

        facts = (making.address, name, _facts(calendar, language, only))
        head = making.kept.take(
            ("head", path),
            facts,
            lambda: ical.render_head(
                calendar,
                words,
                uid=ical.feed_uid(calendar, only=only, reminders=reminders),
                name=name,
                source=making.address + path,
                page=making.address + page_path(calendar, language),
            ),
        )

        def make() -> Document:
            return _document(ical.render_feed(events, head, last_modified=last_modified), path, last_modified, until)

        inputs = (events, last_modified, until, facts)
        return making.kept.take(("rendered feed", path), inputs, make)

    def _events(self, language: str) -> Mapping[str, bytes]:
        """Return the rendered events of all windows in the feeds, by UID."""
        known = self._rendered.get(language)
        if known is None:
            items = [(each.uid, each) for each in self.selection.windows]
            made = self.making.kept.take_each(
                ("events of feeds", language), self._facts_of_events, items, lambda each: self._event(each, language)
            )
            known = self._rendered[language] = dict(zip((uid for uid, _ in items), made, strict=True))
        return known

    def _reminding(self, language: str) -> Mapping[str, bytes]:
        """Return the rendered events of all windows, with an alarm ahead of those with downtime, by UID."""
        words, events = self.making.words(language), self._events(language)
        items = [(each.uid, (events[each.uid], each)) for each in self.selection.windows]
        made = self.making.kept.take_each(
            ("reminders of feeds", language), (), items, lambda each: ical.with_reminder(*each, words)
        )
        return dict(zip(events, made, strict=True))

    @property
    def _facts_of_events(self) -> tuple[object, ...]:
        """What every event says of its calendar."""
        calendar = self._calendar
        return (self.making.address, calendar.service, calendar.contact, calendar.timezone, calendar.default_language)

    def _event(self, window: PublishedWindow, language: str, *, left: bool = False) -> bytes:
        """Return a rendered event."""
        making, address = self.making, self.making.window_address(window, language)
        return ical.render_event(window, self._calendar, making.words(language), address=address, left=left)

    def _event_of_left(self, window: PublishedWindow, language: str) -> bytes:
        """Return the event of a window that left a class feed."""
        key, inputs = ("left", window.uid, language), (window, self._facts_of_events)
        return self.making.kept.take(key, inputs, lambda: self._event(window, language, left=True))

    # Class feeds

    def _members_of(self, only: DowntimeClass | None) -> Sequence[tuple[PublishedWindow, bool]]:
        """Return the windows of a feed, each with whether it left it; found once for all languages."""
        key = only.key if only is not None else ""
        if key not in self._found:
            self._found[key] = tuple(self._members(only))
        return self._found[key]

    def _members(self, only: DowntimeClass | None) -> Iterator[tuple[PublishedWindow, bool]]:
        """Give the windows of a feed, each with whether it left and stays for a while as cancelled."""
        for window in self.selection.windows:
            if only is None or self._is_of(window.heavier.key, only):
                yield window, False
            elif self._was_of(window, only) and leaves_at(window, self._calendar.timezone) > self.making.moment:
                yield window, True

    def _was_of(self, window: PublishedWindow, only: DowntimeClass) -> bool:
        """Tell whether a window is or ever was of a class, or heavier."""
        if self._is_of(window.heavier.key, only) or any(self._is_of(key, only) for key in window.heaviest_so_far):
            return True
        return any(
            only.key in ranks and any(ranks.get(key, -1) >= ranks[only.key] for key in window.heaviest_so_far)
            for until, ranks in self._former_ranks
            if until > window.created
        )

    @cached_property
    def _former_ranks(self) -> tuple[tuple[datetime, Mapping[str, int]], ...]:
        """How heavy the classes were before, each order with the stamp up to which it was in force."""
        calendars = self.making.published.calendars
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
        return {each.key: rank for rank, each in enumerate(self._calendar.classes)}

    @cached_property
    def _former_classes(self) -> Mapping[str, DowntimeClass]:
        """Classes as the newest `calendar` line that had them gave them."""
        return {each.key: each for _, calendar in self.making.published.calendars for each in calendar.classes}

    def _last_modified(self, language: str, only: DowntimeClass | None) -> datetime:
        """Return the newest change of what a feed holds or held."""
        changed = self.making.newest_change(lambda calendar: _facts(calendar, language, only))
        return max(changed, self._newest_of_windows(only))

    def _newest_of_windows(self, only: DowntimeClass | None) -> datetime:
        """Return the newest change of the windows that a feed holds or held, found once for all languages."""
        key = only.key if only is not None else ""
        if key not in self._newest:
            held = [each for each in self.making.published.windows if only is None or self._was_of(each, only)]
            left = [
                leaves
                for each in held
                if only is not None and not self._is_of(each.heavier.key, only)
                if (leaves := leaves_at(each, self._calendar.timezone)) <= self.making.moment
            ]
            gone = [leaves for window, leaves in self.selection.gone if only is None or self._was_of(window, only)]
            shown = (each.shown_since for each in held)
            first = self.making.published.calendars[0][0]
            self._newest[key] = max([first, *shown, *gone, *self.selection.squeezed, *left])
        return self._newest[key]


def _document(body: bytes, path: str, last_modified: datetime, until: datetime | None) -> Document:
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


def _facts(calendar: Calendar, language: str, only: DowntimeClass | None) -> tuple[object, ...]:
    """Return what a feed says of its calendar in a language, apart from its events."""
    texts = [text.in_language(language, calendar.default_language) for text in (calendar.name, calendar.service)]
    introduction = calendar.introduction and calendar.introduction.in_language(language, calendar.default_language)
    said = (*texts, introduction, calendar.color, calendar.url, calendar.default_language)
    if only is None:
        return said
    former = calendar.find_class(only.key)
    name = former and former.name.in_language(language, calendar.default_language)
    return (*said, name, *(each.key for each in calendar.classes))


def _weight(each: DowntimeClass) -> tuple[object, ...]:
    """Return by what a class that the calendar no longer has is compared."""
    return (each.impact.rank, each.downtime.length)
