"""What the HTML pages share: the Jinja environment, addresses, language, colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from icsfeed.languages import capitalized, language_name
from icsfeed.model import Calendar
from icsfeed.publication.documents.static import sheet_path
from icsfeed.publication.paths import CHANGES, mailto, page_path, path_in, relative_root
from icsfeed.publication.view import View
from icsfeed.wording import Words

MEDIA_TYPE = "text/html; charset=utf-8"

BACKGROUNDS = ("#F8F8F5", "#15171B")
"""The pages' background in light and dark mode, for `theme-color`."""

_templates = Environment(
    loader=PackageLoader("icsfeed", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_templates.filters |= {"capitalized": capitalized, "language_name": language_name, "mailto": mailto}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The addresses that every page of a calendar in one language links to.

    Those of other pages are relative, so that a preview stays a preview; those that programs read are absolute.

    Attributes:
        address: The base of absolute addresses, without a trailing slash.
        root: Relative address of the site's root.
        style: Relative address of the style sheet.
        home: Relative address of the calendar's page.
        windows: Relative address of the folder of the windows' pages.
        paths: The path of the present page in each language, the default language first.
        query: The query to keep when the language changes; empty or with its `?`.
        feeds: Names and addresses of the feeds.
        data: Address of the calendar as JSON.
        changes: Address of the Atom feed.
        preview_at: The moment of a preview, None for the present.
    """

    words: Words
    calendar: Calendar
    address: str
    root: str
    style: str
    home: str
    windows: str
    paths: Mapping[str, str]
    query: str
    feeds: tuple[tuple[str, str], ...]
    data: str
    changes: str
    preview_at: datetime | None

    @property
    def canonical(self) -> str:
        """The absolute address of the present page."""
        return self.address + self.paths[self.words.language]


def site_of(view: View, language: str, path: str, *, paths: Mapping[str, str] | None = None, query: str = "") -> Site:
    """Return the addresses for the page at a path.

    Parameters:
        view: The calendar.
        language: The page's language.
        path: Where the page is.
        paths: Its path in each language; None for the calendar's page.
        query: What a change of language keeps.
    """
    calendar, words, address = view.calendar, view.words[language], view.address
    root = relative_root(path)
    return Site(
        words=words,
        calendar=calendar,
        address=address,
        root=root,
        style=root + sheet_path(calendar.color)[1:],
        home=root + page_path(calendar, language)[1:],
        windows=root + path_in(calendar, language)[1:],
        paths=paths or {each: page_path(calendar, each) for each in calendar.languages},
        query=query,
        feeds=view.feeds(language),
        data=f"{address}/{calendar.key}.json",
        changes=f"{address}{path_in(calendar, language, CHANGES)}",
        preview_at=view.moment if view.is_preview else None,
    )


def render_page(template: str, site: Site, **values: object) -> bytes:
    """Return a filled-in template of a calendar's page."""
    shared = {"site": site, "words": site.words, "calendar": site.calendar, "_": site.words.say, "backgrounds": BACKGROUNDS}
    return render_template(template, **shared, **values)


def render_template(template: str, **values: object) -> bytes:
    """Return a filled-in template in UTF-8; values are HTML-escaped unless they are Markup."""
    return _templates.get_template(template).render(values).encode("utf-8")
