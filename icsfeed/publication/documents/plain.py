"""HTML pages outside a calendar: the list of calendars, the redirect to a single one, error pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from icsfeed.model import Calendar
from icsfeed.publication.documents.site import render_template
from icsfeed.publication.paths import page_path, relative_root
from icsfeed.wording import words_for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A link to a calendar."""

    path: str
    language: str
    name: str


def _entry(calendar: Calendar) -> _Entry:
    language = calendar.default_language
    return _Entry(path=f"{calendar.key}/", language=language, name=calendar.name.in_language(language, language))


def render_list(calendars: Iterable[Calendar]) -> bytes:
    """Return the page at `/` that lists one calendar or more, in the default language of the first."""
    listed = list(calendars)
    first = listed[0]
    title = words_for(first, first.default_language).say("Maintenance calendars")
    entries = [_entry(each) for each in listed]
    return render_template("plain.html", language=first.default_language, title=title, entries=entries, root="", redirect=None)


def render_redirect(calendar: Calendar, *, canonical: str) -> bytes:
    """Return the page at `/` of an export with one calendar: it redirects to `canonical`, its page, and links to it."""
    entry = _entry(calendar)
    more = {"language": entry.language, "title": entry.name, "entries": [entry]}
    return render_template("plain.html", **more, root="", redirect=entry.path, canonical=canonical)


def render_notice(title: str, *, path: str) -> bytes:
    """Return a page with only a title, in English, for a request for `path`."""
    return render_template("plain.html", language="en", title=title, entries=[], root=relative_root(path), redirect=None)


def render_not_found(calendar: Calendar, language: str, *, path: str) -> bytes:
    """Return the 404 page of a calendar, with a link to the calendar's page."""
    words, root = words_for(calendar, language), relative_root(path)
    entry = _Entry(path=f"{root}{page_path(calendar, language)[1:]}", language=language, name=words.calendar_name())
    title = words.say("This page does not exist")
    return render_template("plain.html", language=language, title=title, entries=[entry], root=root, redirect=None)
