"""What the HTML pages share: the Jinja environment, addresses, language, colours."""

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from icsfeed.languages import language_name
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
_templates.filters |= {"language_name": language_name, "mailto": mailto}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The addresses that every page of a calendar in one language links to.

    Attributes:
        root: Relative address of the site's root, for files that the page loads.
        style: Relative address of the style sheet.
        windows: The base of the windows' pages.
        canonical: Address of the calendar's page.
        feeds: Names and addresses of the feeds.
        data: Address of the calendar as JSON.
        changes: Address of the Atom feed.
        languages: The page's address in each language, the default language first.
        preview_at: The moment of a preview, None for the present.
    """

    words: Words
    calendar: Calendar
    root: str
    style: str
    windows: str
    canonical: str
    feeds: tuple[tuple[str, str], ...]
    data: str
    changes: str
    languages: tuple[tuple[str, str], ...]
    preview_at: datetime | None


def site_of(view: View, language: str, path: str) -> Site:
    """Return the addresses for the page at a path."""
    calendar, words, address = view.calendar, view.words[language], view.address
    root = relative_root(path)
    return Site(
        words=words,
        calendar=calendar,
        root=root,
        style=root + sheet_path(calendar.color)[1:],
        windows=f"{address}{path_in(calendar, language)}",
        canonical=address + page_path(calendar, language),
        feeds=view.feeds(language),
        data=f"{address}/{calendar.key}.json",
        changes=f"{address}{path_in(calendar, language, CHANGES)}",
        languages=tuple((each, address + page_path(calendar, each)) for each in calendar.languages),
        preview_at=view.moment if view.is_preview else None,
    )


def render_page(template: str, site: Site, **values: object) -> bytes:
    """Return a filled-in template of a calendar's page."""
    shared = {"site": site, "words": site.words, "calendar": site.calendar, "_": site.words.say, "backgrounds": BACKGROUNDS}
    return render_template(template, **shared, **values)


def render_template(template: str, **values: object) -> bytes:
    """Return a filled-in template in UTF-8; values are HTML-escaped unless they are Markup."""
    return _templates.get_template(template).render(values).encode("utf-8")
