"""A calendar's HTML page: current and next maintenance, all windows, how to subscribe, and about the classes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from markupsafe import Markup

from icsfeed.languages import format_day
from icsfeed.publication.actual_vs_planned import actual_vs_planned_by_class
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents.html_wording import HtmlWording
from icsfeed.publication.documents.json_ld import MOST_JSON_LD_EVENTS, render_json_ld
from icsfeed.publication.documents.months import Month, months_of, weekdays
from icsfeed.publication.documents.site import MEDIA_TYPE, Site, render_page, site_of
from icsfeed.publication.documents.subscribing import subscription_of
from icsfeed.publication.paths import page_path, path_in
from icsfeed.publication.phases import Phase
from icsfeed.publication.plan_form import Form
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.zones import to_local


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
    return render_page(
        "calendar.html",
        site,
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
    """Return windows rendered as list items, in their order.

    They are kept for the next publication, so that of `site` the templates may use `windows` only.
    """
    return view.cache.render_each(
        template,
        (view.calendar, site.words.language, site.windows),
        windows,
        lambda each: _render_part(template, site, html=html, window=each),
    ).values()


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  # each part was escaped when it was rendered


def _render_part(template: str, site: Site, **values: object) -> Markup:
    return Markup(render_page(template, site, **values).decode())  # noqa: S704  # templates escape their values


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
