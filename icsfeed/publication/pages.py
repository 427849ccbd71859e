"""The pages of a calendar, and its windows' own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from icsfeed.model import Calendar
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.documents import page, window_page
from icsfeed.publication.history import Told
from icsfeed.publication.making import Making
from icsfeed.publication.neighbours import neighbours_of
from icsfeed.publication.paths import CHANGES, feed_path, page_path, path_in
from icsfeed.publication.realised import realised_in
from icsfeed.publication.situation import Situation, situation_at
from icsfeed.publication.statics import sheet_path
from icsfeed.publication.subscribing import subscription_of
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedWindow


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The pages of one calendar at a moment.

    Attributes:
        making: What they are made from.
    """

    making: Making

    @cached_property
    def situation(self) -> Situation:
        """What the clock decides of them."""
        return situation_at(self.making.published, self.making.moment, self.making.turns)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Give the calendar's page in each language by its paths; the default language's at two."""
        calendar, making = self.making.calendar, self.making
        for language in calendar.languages:
            paths = tuple(dict.fromkeys((page_path(calendar, language), path_in(calendar, language))))
            pieces = page.render_pieces(
                self.site(language, paths[0]),
                making.published,
                self.situation,
                partial(subscription_of, making, language),
                making.kept,
            )
            for path in paths:
                yield path, self._page(language, path, pieces)

    def _page(self, language: str, path: str, pieces: page.Pieces) -> Document:
        """Return the page in a language at one of its paths."""
        making, published, situation = self.making, self.making.published, self.situation
        updated = max([published.calendars[-1][0], *(each.shown_since for each in published.windows)])
        inputs = (
            making.address,
            making.dynamic,
            making.moment if making.preview else None,
            published.windows,
            published.calendars,
            situation,
        )
        return making.kept.take(
            ("page", path),
            inputs,
            lambda: Document(
                body=page.render_page(
                    self.site(language, path),
                    published,
                    situation,
                    pieces,
                    updated=updated,
                    realised=realised_in(published.calendar, published.windows),
                    dynamic=making.dynamic,
                ),
                media_type=page.MEDIA_TYPE,
                last_modified=max(updated, situation.since or updated),
                until=situation.until,
                cache_control=FLEETING,
            ),
        )

    # A window's own

    def of_window(self, window: PublishedWindow, language: str) -> Document:
        """Return a window's own page; it says nothing that the clock decides."""
        making, calendar, id_ = self.making, self.making.calendar, window.window.id
        before, after, settled = neighbours_of(making.published, window)
        told = self._told_of(id_)
        stamps = [window.shown_since, making.newest_change(_facts_of_window_page), *(each.at for each in told)]
        addresses = tuple((each, making.window_address(window, each)) for each in calendar.languages)
        return Document(
            body=window_page.render_window_page(
                replace(self.site(language, path_in(calendar, language, f"{id_}/")), languages=addresses),
                making.published,
                window,
                address=making.window_address(window, language),
                told=told,
                neighbours=(before, after),
            ),
            media_type=page.MEDIA_TYPE,
            last_modified=max([*stamps, *([settled] if settled is not None else [])]),
        )

    def _told_of(self, id_: str) -> tuple[Told, ...]:
        """Return what happened to a window, or to an occurrence and to its repeated window."""
        series, told = series_of(id_), self.making.told_by_window
        of_series = told.get(series, ()) if series in self.making.published.series else ()
        return tuple(sorted((*of_series, *told.get(id_, ())), key=_stamp))

    def site(self, language: str, path: str) -> page.Site:
        """Return the addresses that a page at a path names."""
        making, calendar, words = self.making, self.making.calendar, self.making.words(language)
        feeds = [(words.calendar_name(), feed_path(calendar, language))]
        feeds += [(words.calendar_name(only=each), feed_path(calendar, language, only=each)) for each in calendar.classes[1:]]
        feeds += [(words.calendar_name(reminders=True), feed_path(calendar, language, reminders=True))]
        root = "../" * (path.count("/") - 1)
        return page.Site(
            words=words,
            calendar=calendar,
            root=root,
            style=root + sheet_path(calendar.color)[1:],
            windows=f"{making.address}{path_in(calendar, language)}",
            canonical=making.address + page_path(calendar, language),
            feeds=tuple((name, making.address + path) for name, path in feeds),
            data=f"{making.address}/{calendar.key}.json",
            changes=f"{making.address}{path_in(calendar, language, CHANGES)}",
            languages=tuple((each, making.address + page_path(calendar, each)) for each in calendar.languages),
            preview=making.moment if making.preview else None,
        )


def _stamp(told: Told) -> datetime:
    return told.at


def _facts_of_window_page(calendar: Calendar) -> tuple[object, ...]:
    """Return what a window's page says of its calendar, apart from what revises the window."""
    return (calendar.name, calendar.languages, calendar.color, tuple((each.key, each.impact) for each in calendar.classes))
