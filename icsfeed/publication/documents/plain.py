"""Pages of no calendar: the list of all, the one that leads on to an only one, errors."""

from collections.abc import Iterable
from dataclasses import dataclass

from icsfeed.model import Calendar
from icsfeed.publication.documents.templates import render
from icsfeed.publication.paths import page_path
from icsfeed.wording import words_for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A calendar in the list."""

    path: str
    language: str
    name: str


def _entry(calendar: Calendar) -> _Entry:
    language = calendar.default_language
    return _Entry(path=f"{calendar.key}/", language=language, name=calendar.name.in_language(language, language))


def render_list(calendars: Iterable[Calendar]) -> bytes:
    """Return the page at `/` that lists calendars, in the default language of the first; one at least."""
    listed = list(calendars)
    first = listed[0]
    title = words_for(first, first.default_language).say("Maintenance calendars")
    entries = [_entry(each) for each in listed]
    return render("plain.html", language=first.default_language, title=title, entries=entries, root="", onward=None)


def render_leading_on(only: Calendar, *, canonical: str) -> bytes:
    """Return the page at `/` for where nobody can redirect: it leads on to the only calendar's page, and has a link.

    Parameters:
        only: The calendar.
        canonical: Address of its page.
    """
    entry = _entry(only)
    more = {"language": entry.language, "title": entry.name, "entries": [entry]}
    return render("plain.html", **more, root="", onward=entry.path, canonical=canonical)


def render_notice(title: str, *, path: str) -> bytes:
    """Return a page that says no more than its title, in English, as it is for who stands at the path."""
    return render("plain.html", language="en", title=title, entries=[], root=_root(path), onward=None)


def render_nothing_here(calendar: Calendar, language: str, *, path: str) -> bytes:
    """Return a page that says in a language that there is no such page of a calendar, and leads to its own."""
    words, root = words_for(calendar, language), _root(path)
    entry = _Entry(path=f"{root}{page_path(calendar, language)[1:]}", language=language, name=words.calendar_name())
    title = words.say("This page does not exist")
    return render("plain.html", language=language, title=title, entries=[entry], root=root, onward=None)


def _root(path: str) -> str:
    """Return where the service's root is for who stands at a path."""
    return "../" * (path.count("/") - 1)
