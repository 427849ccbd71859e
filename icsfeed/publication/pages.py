"""The pages of a calendar, and its windows' own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from icsfeed.model import Calendar
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.documents import page
from icsfeed.publication.making import Making
from icsfeed.publication.paths import feed_path, page_path, path_in
from icsfeed.publication.situation import Situation, situation_at
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
        return situation_at(self.making.published, self.making.moment)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Give the calendar's page in each language by its paths; the default language's at two."""
        calendar = self.making.calendar
        for language in calendar.languages:
            for path in dict.fromkeys((page_path(calendar, language), path_in(calendar, language))):
                yield path, self._page(language, path)

    def _page(self, language: str, path: str) -> Document:
        """Return the page in a language at one of its paths."""
        making, published, situation = self.making, self.making.published, self.situation
        updated = max([published.calendars[-1][0], *(each.shown_since for each in published.windows)])
        inputs = (
            making.address,
            making.dynamic,
            making.moment if making.preview else None,
            published.windows,
            published.calendars,
            published.lines,
            situation,
        )
        return making.kept.take(
            ("page", path),
            inputs,
            lambda: Document(
                body=page.render_page(self._site(language, path), published, situation, updated=updated),
                media_type=page.MEDIA_TYPE,
                last_modified=max(updated, situation.since or updated),
                until=situation.until,
                cache_control=FLEETING,
            ),
        )

    def of_window(self, window: PublishedWindow, language: str) -> Document:
        """Return a window's own page."""
        making = self.making
        site = self._site(language, path_in(making.calendar, language, f"{window.window.id}/"))
        return Document(
            body=page.render_window_page(site, window, making.window_address(window, language)),
            media_type=page.MEDIA_TYPE,
            last_modified=max(window.modified, making.newest_change(_facts_of_window_page)),
        )

    def _site(self, language: str, path: str) -> page.Site:
        """Return the addresses that a page at a path names."""
        making, calendar, words = self.making, self.making.calendar, self.making.words(language)
        feeds = [(words.calendar_name(), feed_path(calendar, language))]
        feeds += [(words.calendar_name(only=each), feed_path(calendar, language, only=each)) for each in calendar.classes[1:]]
        feeds += [(words.calendar_name(reminders=True), feed_path(calendar, language, reminders=True))]
        return page.Site(
            words=words,
            calendar=calendar,
            style="../" * (path.count("/") - 1) + page.STYLE_PATH[1:],
            windows=f"{making.address}{path_in(calendar, language)}",
            canonical=making.address + page_path(calendar, language),
            feeds=tuple((name, making.address + path) for name, path in feeds),
            data=f"{making.address}/{calendar.key}.json",
            languages=tuple((each, making.address + page_path(calendar, each)) for each in calendar.languages),
            preview=making.moment if making.preview else None,
        )


def _facts_of_window_page(calendar: Calendar) -> tuple[object, ...]:
    """Return what a window's page says of its calendar, apart from what revises the window."""
    return (calendar.name, calendar.languages)
