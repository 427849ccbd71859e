"""The list of calendars, the redirect to a single one, and error pages."""

from collections.abc import Sequence
from typing import Any

from icsfeed.publication.documents.pages.site import render_page, render_template, site_of
from icsfeed.publication.documents.pages.state_in_words import next_in_words, states_in_words
from icsfeed.publication.paths import relative_root
from icsfeed.publication.view import View


def render_list(views: Sequence[View]) -> bytes:
    """Return the page at `/` that lists one calendar or more, in the default language of the first."""
    has_zones = len({each.calendar.timezone for each in views}) > 1
    entries = [_entry(each, has_zone=has_zones) for each in views]
    first, words = views[0], entries[0]["words"]
    title = words.say("Maintenance calendars")
    preview = words.say("Preview of {moment}").format(moment=words.moment(first.moment)) if first.is_preview else ""
    return render_template("list.html", language=words.language, title=title, entries=entries, preview=preview, root="")


def _entry(view: View, *, has_zone: bool) -> dict[str, Any]:
    """Return what the list shows of a calendar, in its default language; `has_zone` if another one has another zone."""
    words = view.words[view.calendar.default_language]
    return {
        "path": f"{view.calendar.key}/",
        "words": words,
        "state": states_in_words(view, words)[0],
        "next": next_in_words(view, words),
        "time_zone": words.time_zone(view.moment) if has_zone else "",
    }


def render_redirect(view: View, *, canonical: str) -> bytes:
    """Return the page at `/` of an export with one calendar: it redirects to `canonical`, its page, and links to it."""
    words, path = view.words[view.calendar.default_language], f"{view.calendar.key}/"
    title, link = words.calendar_name(), (path, words.calendar_name())
    return render_template(
        "plain.html", language=words.language, title=title, link=link, root="", redirect=path, canonical=canonical
    )


def render_notice(title: str, *, path: str, has_link: bool) -> bytes:
    """Return a page with a title and perhaps a link to the start, in English, for a request for `path`."""
    root = relative_root(path)
    link = (root or "./", "Maintenance calendars") if has_link else None
    return render_template("plain.html", language="en", title=title, link=link, root=root, redirect=None)


def render_not_found(view: View, language: str, *, path: str) -> bytes:
    """Return the 404 page of a calendar, with a link to the calendar's page."""
    return render_page("not_found.html", site_of(view, language, path))
