"""A calendar's HTML page: current and next maintenance, all windows, how to subscribe, and about the classes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from markupsafe import Markup

from icsfeed.languages import format_day
from icsfeed.model import Calendar
from icsfeed.publication.actual_vs_planned import actual_vs_planned_by_class
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents.html_wording import HtmlWording
from icsfeed.publication.documents.json_ld import MOST_JSON_LD_EVENTS, render_json_ld
from icsfeed.publication.documents.months import Month, months_of, weekdays
from icsfeed.publication.documents.static import sheet_path
from icsfeed.publication.documents.templates import render_template
from icsfeed.publication.paths import CHANGES, page_path, path_in
from icsfeed.publication.phases import Phase
from icsfeed.publication.plan_form import Form
from icsfeed.publication.subscribing import subscription_of
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local

MEDIA_TYPE = "text/html; charset=utf-8"
BACKGROUNDS = ("#F8F8F5", "#15171B")
"""The pages' background in light and dark mode, for `theme-color`."""


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

    @property
    def backgrounds(self) -> tuple[str, str]:
        """The background in light and dark mode."""
        return BACKGROUNDS


def site_of(view: View, language: str, path: str) -> Site:
    """Return the addresses for the page at a path."""
    calendar, words, address = view.calendar, view.words[language], view.address
    root = "../" * (path.count("/") - 1)
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


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield the page in each language with its path; the default language's has two paths."""
    for language in view.calendar.languages:
        for path in dict.fromkeys((page_path(view.calendar, language), path_in(view.calendar, language))):
            yield (
                path,
                Document(render=partial(_render_page, view, language, path), media_type=MEDIA_TYPE, cache_control=SHORT_LIVED),
            )


def _render_page(view: View, language: str, path: str) -> bytes:
    site, words, calendar = site_of(view, language, path), view.words[language], view.calendar
    html = HtmlWording(view.published, words)
    ahead = [window for window, phase in view.phases if phase is not Phase.OVER]
    past = [window for window, phase in reversed(view.phases) if phase is Phase.OVER]
    past_rows = zip(past, _rows("_past.html", past, view, site, html), strict=True)
    past_by_year = groupby(past_rows, key=lambda each: to_local(each[0].start, calendar.timezone).year)
    events = ((each, view.window_address(each, language)) for each in ahead[:MOST_JSON_LD_EVENTS])
    until = calendar.planned_until
    return render_template(
        "calendar.html",
        **_shared_values(site),
        html=html,
        view=view,
        panel=html.panel(view),
        last=html.last(view),
        ahead=_join(_rows("_ahead.html", ahead, view, site, html)),
        months=_join(_render_month(site, html, each) for each in months_of(ahead, calendar.timezone, language)),
        past=[(year, _join(row for _, row in rows)) for year, rows in past_by_year],
        events=render_json_ld(events, calendar, words) if ahead else "",
        subscribing=_render_part("_subscribe.html", site, subscription=subscription_of(view, language)),
        planned_until=format_day(until, words.say("EEEE d MMMM y"), language) if until is not None else None,
        updated=view.published.newest,
        actual_vs_planned=actual_vs_planned_by_class(calendar, view.published.windows),
        dynamic=view.dynamic,
        plan_form=Form(),
        plan_faults={},
    )


def _rows(template: str, windows: Sequence[PublishedWindow], view: View, site: Site, html: HtmlWording) -> Iterable[Markup]:
    """Return windows rendered as list items, in their order."""
    return view.cache.render_each(
        template,
        (view.calendar, site.words.language, view.address),
        windows,
        lambda each: _render_part(template, site, html=html, window=each),
    ).values()


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  # each part was escaped when it was rendered


def _shared_values(site: Site) -> dict[str, object]:
    """Return the values that every template needs."""
    return {"site": site, "words": site.words, "calendar": site.calendar, "_": site.words.say}


def _render_part(template: str, site: Site, **values: object) -> Markup:
    return Markup(render_template(template, **_shared_values(site), **values).decode())  # noqa: S704  # templates escape their values


def _render_month(site: Site, html: HtmlWording, month: Month) -> Markup:
    words = site.words
    return _render_part(
        "_month.html",
        site,
        html=html,
        month=month,
        name=format_day(month.first, "LLLL y", words.language),
        weekdays=weekdays(words.language),
    )
