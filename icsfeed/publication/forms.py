"""The forms of a calendar for programs: JSON, Statuspage's public API, and Atom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from icsfeed.model import Calendar, Impact
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.documents import atom, data, statuspage
from icsfeed.publication.documents.statuspage import Progress, Turns
from icsfeed.publication.history import Told
from icsfeed.publication.making import Making
from icsfeed.publication.paths import CHANGES, feed_path, page_path, path_in
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedWindow

STATUSPAGE = "api/v2/"
"""Below which Statuspage's documents stand, behind a calendar's name."""


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The documents of one calendar for programs, at a moment.

    Attributes:
        making: What they are made from.
    """

    making: Making

    @property
    def _calendar(self) -> Calendar:
        return self.making.calendar

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Give every document by its path."""
        yield f"/{self._calendar.key}.json", self._data()
        for language in self._calendar.languages:
            yield path_in(self._calendar, language, CHANGES), self._atom(language)
        yield from self._statuspage().items()

    # JSON

    def _data(self) -> Document:
        """Return the calendar as JSON."""
        making, calendar, windows = self.making, self._calendar, self.making.published.windows
        language, items = calendar.default_language, [(each.uid, each) for each in windows]
        facts = (making.address, calendar.key, calendar.timezone, calendar.languages)
        rendered = making.kept.take_each(
            "windows",
            facts,
            items,
            lambda each: data.render_window(each, calendar, page=making.window_address(each, language)),
        )

        def make() -> Document:
            changed = making.newest_change(lambda each: (data.calendar_data(each, self._addresses(each)), each.url))
            return Document(
                body=data.render_data(calendar, self._addresses(calendar), rendered),
                media_type=data.MEDIA_TYPE,
                last_modified=max([changed, *(each.shown_since for each in windows)]),
                filename=f"{calendar.key}.json",
            )

        return making.kept.take("data", (making.address, rendered, making.published.calendars), make)

    def _addresses(self, calendar: Calendar) -> data.Addresses:
        """Return where a calendar is published."""
        address, languages = self.making.address, calendar.languages
        return data.Addresses(
            pages={each: address + page_path(calendar, each) for each in languages},
            feeds={each: address + feed_path(calendar, each) for each in languages},
            changes={each: address + path_in(calendar, each, CHANGES) for each in languages},
        )

    # Atom

    def _atom(self, language: str) -> Document:
        """Return what happened in a language."""
        making, calendar, words = self.making, self._calendar, self.making.words(language)
        shown = making.told[: -1 - atom.MOST_ENTRIES : -1]
        items = [(atom.entry_id(each, language), (each, self._address_of(each, language))) for each in shown]
        entries = making.kept.take_each(
            ("entries", language), (), items, lambda each: atom.render_entry(each[0], language=language, address=each[1])
        )
        path = path_in(calendar, language, CHANGES)

        def make() -> Document:
            changed = making.newest_change(lambda each: _facts_of_atom(each, language))
            pages = (each.shown_from for told in shown if (each := self._find_window(told)) is not None)
            updated = max([changed, *(told.at for told in shown[:1]), *(since for since in pages if since is not None)])
            return Document(
                body=atom.render_atom(
                    dict.fromkeys(entries),
                    calendar,
                    words,
                    source=making.address + path,
                    page=making.address + page_path(calendar, language),
                    updated=updated,
                ),
                media_type=atom.MEDIA_TYPE,
                last_modified=updated,
                filename=f"{calendar.key}-{language}.atom",
                indexed=False,
            )

        inputs = (making.address, entries, making.published.calendars)
        return making.kept.take(("atom", language), inputs, make)

    def _address_of(self, told: Told, language: str) -> str:
        """Return the address of the page that a line is about."""
        making, window = self.making, self._find_window(told)
        return making.window_address(window, language) if window else making.address + page_path(self._calendar, language)

    def _find_window(self, told: Told) -> PublishedWindow | None:
        """Return the window that has a page of its own, once it is within reach; a repeated one has none."""
        return self.making.published.by_id.get(told.line.id)

    # Statuspage

    @cached_property
    def _turns(self) -> Mapping[str, Turns]:
        """The moments at which the windows' progress changes, by UID; cancelled windows have none."""
        making = self.making
        windows = [each for each in making.published.windows if not each.is_cancelled]
        items = [(each.uid, making.turns[each.uid]) for each in windows]
        turns = making.kept.take_each("progress", (), items, statuspage.turns)
        return {each.uid: each_turns for each, each_turns in zip(windows, turns, strict=True)}

    def _statuspage(self) -> dict[str, Document]:
        """Return the calendar in Statuspage's shape, by path."""
        making, moment, published = self.making, self.making.moment, self.making.published
        progress = {uid: statuspage.progress_at(turns, moment) for uid, turns in self._turns.items()}
        windows = [(each, progress[each.uid]) for each in published.windows if each.uid in progress]
        maintenances = tuple((progress[each.uid], self._maintenance(each)) for each in statuspage.listed(windows))
        boundaries = [turn for turns in self._turns.values() for turn, _ in turns]
        past = [turn for turn in boundaries if turn <= moment]

        def make() -> dict[str, Document]:
            changed = making.newest_change(_facts_of_statuspage)
            updated = max([changed, *(each.shown_since for each in published.windows), *past])
            until = min((turn for turn in boundaries if turn > moment), default=None)
            is_affected = any(
                stands is Progress.IN_PROGRESS and each.heavier.impact is not Impact.NONE for each, stands in windows
            )
            return dict(self._render_statuspage(maintenances, updated, until, is_affected=is_affected))

        inputs = (making.address, published.windows, published.calendars, len(past), maintenances)
        return making.kept.take("statuspage", inputs, make)

    def _render_statuspage(
        self,
        maintenances: tuple[tuple[Progress, statuspage.Maintenance], ...],
        updated: datetime,
        until: datetime | None,
        *,
        is_affected: bool,
    ) -> Iterator[tuple[str, Document]]:
        """Give Statuspage's documents by path."""
        making, calendar = self.making, self._calendar
        page = statuspage.StatusPage(
            calendar=calendar,
            words=making.words(calendar.default_language),
            page=making.address + page_path(calendar, calendar.default_language),
            created=making.published.calendars[0][0],
            updated=updated,
            maintenances=maintenances,
            is_affected=is_affected,
        )
        for name, body in page.documents():
            yield (
                f"/{calendar.key}/{STATUSPAGE}{name}",
                Document(
                    body=body,
                    media_type=statuspage.MEDIA_TYPE,
                    last_modified=updated,
                    until=until,
                    cache_control=FLEETING,
                    filename=name.rsplit("/", 1)[-1],
                ),
            )

    def _maintenance(self, window: PublishedWindow) -> statuspage.Maintenance:
        """Return a window as a maintenance."""
        making, calendar, id_ = self.making, self._calendar, window.window.id
        language, words = calendar.default_language, making.words(calendar.default_language)
        told = making.told_by_window.get(id_) or making.told_by_window.get(series_of(id_), ())
        items = ((str(number), each) for number, each in enumerate(told))
        said = making.kept.take_each(
            ("updates", window.uid), (language,), items, lambda each: statuspage.update_of(each, language)
        )
        passed = sum(turn <= making.moment for turn, _ in self._turns[window.uid])
        address = making.window_address(window, language)
        return making.kept.take(
            ("maintenance", window.uid),
            (window, said, passed, address, calendar.timezone, language, calendar.service),
            lambda: statuspage.render_maintenance(window, calendar, words, said=said, passed=passed, address=address),
        )


def _facts_of_atom(calendar: Calendar, language: str) -> tuple[object, ...]:
    """Return what the head of an Atom feed says of its calendar."""
    name = calendar.name.in_language(language, calendar.default_language)
    return (name, calendar.contact.name, calendar.url, calendar.default_language)


def _facts_of_statuspage(calendar: Calendar) -> tuple[object, ...]:
    """Return what Statuspage's documents say of their calendar."""
    return (calendar.name, calendar.service, calendar.timezone, calendar.default_language, calendar.url)
