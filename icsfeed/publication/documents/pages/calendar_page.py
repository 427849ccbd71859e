"""A calendar's HTML page: current and next maintenance, all windows, how to subscribe, and about the classes."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby

from markupsafe import Markup

from icsfeed.languages import format_day
from icsfeed.publication.actual_vs_planned import actual_vs_planned_by_class
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents.pages.html_wording import HtmlWording
from icsfeed.publication.documents.pages.json_ld import MOST_JSON_LD_EVENTS, render_json_ld
from icsfeed.publication.documents.pages.months import months_of, weekdays
from icsfeed.publication.documents.pages.plan import form_values
from icsfeed.publication.documents.pages.site import MEDIA_TYPE, Site, render_page, site_of
from icsfeed.publication.documents.pages.state_in_words import next_in_words, states_in_words
from icsfeed.publication.documents.pages.subscribing import subscription_of
from icsfeed.publication.documents.pages.window_list import list_items, near_until
from icsfeed.publication.paths import page_path, path_in
from icsfeed.publication.phases import Phase
from icsfeed.publication.plan_form import Form
from icsfeed.publication.view import View
from icsfeed.zones import midnight_of, render_rfc3339, to_local


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
    near, later = list_items(view, words)
    past = [window for window, phase in reversed(view.phases) if phase is Phase.OVER]
    rows = _rows("_ahead.html", [*near, *later], view, site, html)
    past_rows = zip(past, _rows("_past.html", past, view, site, html), strict=True)
    past_by_year = groupby(past_rows, key=lambda each: to_local(each[0].start, calendar.timezone).year)
    events = [(each, view.window_address(each, language)) for each, phase in view.phases if phase is not Phase.OVER]
    until, newest, states = calendar.planned_until, view.published.newest, states_in_words(view, words)
    return render_page(
        "calendar.html",
        site,
        html=html,
        view=view,
        states=states,
        next_change=render_rfc3339(view.next_change),
        next_windows=html.next_windows(view),
        last=html.last(view),
        near=_join(rows[: len(near)]),
        later=_join(rows[len(near) :]),
        later_count=len(later),
        months=_months(view, site, html) if near and near[0].window.start < near_until(view) else "",
        past=[(year, _join(row for _, row in rows_of_year)) for year, rows_of_year in past_by_year],
        events=render_json_ld(events[:MOST_JSON_LD_EVENTS], calendar, words) if events else "",
        subscribing=_render_part("_subscribe.html", site, html=html, subscription=subscription_of(view, language)),
        planned_until=format_day(until, words.say("d MMMM y"), language) if until is not None else None,
        updated=newest if newest <= view.moment or not view.is_preview else None,
        actual_vs_planned=actual_vs_planned_by_class(calendar, view.published.windows),
        dynamic=view.dynamic,
        share=f"{states[0].sentence} {next_in_words(view, words)}",
        **form_values(Form(), words),
    )


def _rows(template: str, items: Sequence[Hashable], view: View, site: Site, html: HtmlWording) -> list[Markup]:
    """Return windows or items of the list rendered as list items, in their order.

    They are kept for the next publication, so that of `site` the templates may use `windows` only.
    """
    rows = view.cache.render_each(
        template,
        (view.calendar, site.words.language, site.windows),
        items,
        lambda each: _render_part(template, site, html=html, item=each),
    )
    return list(rows.values())


def _months(view: View, site: Site, html: HtmlWording) -> Markup:
    """Return the months of the time that the list shows at once."""
    zone, words = view.calendar.timezone, site.words
    today, last = (to_local(each, zone).date() for each in (view.moment, near_until(view) - timedelta(days=1)))
    months = months_of(view.published.windows, zone, words.language, first=today, last=last)
    return _join(
        _render_part(
            "_month.html",
            site,
            html=html,
            month=month,
            today=today,
            name=format_day(month.first, "LLLL y", words.language),
            weekdays=weekdays(words.language),
            dates={day: words.date(midnight_of(day, zone)) for day in month.windows},
        )
        for month in months
    )


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  # each part was escaped when it was rendered


def _render_part(template: str, site: Site, **values: object) -> Markup:
    return Markup(render_page(template, site, **values).decode())  # noqa: S704  # templates escape their values
