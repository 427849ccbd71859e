"""A window's own HTML page: where it stands, all its facts, its history, and links that add it to a calendar."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from urllib.parse import quote, urlencode

from markupsafe import Markup

from icsfeed.model import Status, Text
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents.pages.html_wording import HtmlWording
from icsfeed.publication.documents.pages.json_ld import render_json_ld
from icsfeed.publication.documents.pages.site import MEDIA_TYPE, render_page, site_of
from icsfeed.publication.documents.pages.state_in_words import soon_in_words, window_in_words
from icsfeed.publication.history import HistoryEntry, Kind
from icsfeed.publication.paths import window_path
from icsfeed.publication.phases import Phase, phase_at
from icsfeed.publication.view import View
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import next_time_of_day, render_rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One change in a window's history.

    Attributes:
        what: The kind of change, in a word.
        more: Old and new values; may be empty.
        reason: Why it was moved or cancelled, if this change said so.
    """

    at: datetime
    what: str
    more: str = ""
    reason: Text | None = None


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield each window's page in each language with its path."""
    windows = view.published.windows
    for language in view.calendar.languages:
        html = HtmlWording(view.published, view.words[language])
        planned = cache(html.planned)  # three pages show the same
        for earlier, window, later in zip((None, *windows), windows, (*windows[1:], None), strict=False):
            path = window_path(view.calendar, language, window.id)
            render = partial(_render_page, view, html, planned, path, window, earlier=earlier, later=later)
            yield path, Document(render=render, media_type=MEDIA_TYPE, cache_control=SHORT_LIVED, prerendered=False)


def _render_page(
    view: View,
    html: HtmlWording,
    planned: Callable[[PublishedWindow], Markup],
    path: str,
    window: PublishedWindow,
    *,
    earlier: PublishedWindow | None,
    later: PublishedWindow | None,
) -> bytes:
    words, calendar, address = html.words, view.calendar, view.address + path
    phase = phase_at(view.phase_changes[window.uid], view.moment)
    is_ahead, is_over = phase is Phase.AHEAD, phase is Phase.OVER
    support = window.heavier.support_from
    paths = {each: window_path(calendar, each, window.id) for each in calendar.languages}
    return render_page(
        "window.html",
        site_of(view, words.language, path, paths=paths),
        html=html,
        planned=planned,
        window=window,
        next_change=_next_change(window, view),
        standing=_standing(window, phase, view, words),
        state=window_in_words(window, phase, view, words) if not (is_ahead or is_over) else None,
        is_ahead=is_ahead and not window.is_cancelled,
        is_over=is_over,
        support=next_time_of_day(window.end, support, calendar.timezone) if support is not None else None,
        history=[_history_row(each, words) for each in _history_of(window.id, view)],
        links=list(_add_to_calendar_links(window, words, address=address)),
        earlier=earlier,
        later=later,
        events=render_json_ld([(window, address)], calendar, words),
    )


def _next_change(window: PublishedWindow, view: View) -> str | None:
    """Return when the window's phase changes next; None if it is over or cancelled."""
    changes = () if window.is_cancelled else view.phase_changes[window.uid]
    return next((render_rfc3339(at) for at, _ in changes if at > view.moment), None)


def _standing(window: PublishedWindow, phase: Phase, view: View, words: Words) -> str:
    """Return where a window stands, in a few words."""
    if window.is_cancelled:
        return words.say("Cancelled")
    is_tentative = window.facts.status is Status.TENTATIVE
    standing = {
        Phase.AHEAD: words.say("Provisionally announced") if is_tentative else words.say("Announced maintenance"),
        Phase.UNDER_WAY: words.say("Under way"),
        Phase.UNCONFIRMED: words.say("May be overrunning"),
        Phase.SETTLING: words.say("The update is still going on"),
        Phase.OVER: words.say("This maintenance is over"),
    }[phase]
    soon = soon_in_words(window.start, view, words) if phase is Phase.AHEAD else None
    return f"{standing}{words.colon}{soon}" if soon is not None else standing


def _history_of(id_: str, view: View) -> list[HistoryEntry]:
    """Return the history of a window, with that of its series for an occurrence, oldest first."""
    series = series_of(id_)
    of_series = view.history_by_window.get(series, ()) if series in view.published.series else ()
    return sorted((*of_series, *view.history_by_window.get(id_, ())), key=lambda each: each.at)


def _history_row(entry: HistoryEntry, words: Words) -> HistoryRow:
    """Return a change in words, without who published it."""
    before, facts = entry.before, entry.facts
    is_elsewhere = before is not None and (before.facts.start, before.facts.expected_end) != (facts.start, facts.expected_end)
    more = [words.was_now(before.facts, facts)] if before is not None and is_elsewhere and facts.repeat is None else []
    return HistoryRow(
        at=entry.at,
        what=_kind_in_words(entry, words),
        more="; ".join([*more, *_changes(entry, words)]),
        reason=facts.reason if before is None or before.facts.reason != facts.reason else None,
    )


def _kind_in_words(entry: HistoryEntry, words: Words) -> str:
    return {
        Kind.ANNOUNCED: words.say("announced"),
        Kind.PROVISIONAL: words.say("announced provisionally"),
        Kind.CONFIRMED: words.say("confirmed"),
        Kind.CHANGED: words.say("changed"),
        Kind.MOVED: words.say("moved"),
        Kind.CANCELLED: words.say("cancelled"),
        Kind.RESTORED: words.say("going ahead after all"),
        Kind.BEGUN: words.say("begun"),
        Kind.COMPLETED: words.say("completed"),
    }[entry.kind]


def _changes(entry: HistoryEntry, words: Words) -> Iterator[str]:
    """Yield old and new classes and titles where they changed."""
    if entry.before is None:
        return
    was, now = words.classes(entry.before), words.classes(entry.window)
    if was != now:
        yield words.say("was {was}, now {now}").format(was=was, now=now)
    titles = [words.text(each.facts.title) for each in (entry.before, entry.window) if each.facts.title is not None]
    if len(titles) == 2 and titles[0] != titles[1]:
        yield words.say("was {was}, now {now}").format(was=titles[0], now=titles[1])


# Links that add a copy of the window to Google Calendar or Outlook; the copy is never updated

_OUTLOOKS = (("Outlook.com", "https://outlook.live.com"), ("Microsoft 365", "https://outlook.office.com"))


def _add_to_calendar_links(window: PublishedWindow, words: Words, *, address: str) -> Iterator[tuple[str, str]]:
    """Yield names and addresses of the links, in the order in which they are shown.

    Parameters:
        window: The window to add.
        words: The language of the copy.
        address: The window's own page, which the copy links to.
    """
    title, details = words.summary(window), f"{words.effect(window)}\n\n{address}"
    dates = f"{_compact(window.start)}/{_compact(window.end)}"
    google = {"action": "TEMPLATE", "text": title, "dates": dates, "details": details, "trp": "false"}
    yield words.say("Google Calendar"), f"https://calendar.google.com/calendar/render?{_query(google)}"
    event = {"startdt": _extended(window.start), "enddt": _extended(window.end), "subject": title, "body": details}
    query = _query({"path": "/calendar/action/compose", "rru": "addevent", **event})
    for name, host in _OUTLOOKS:
        yield name, f"{host}/calendar/0/action/compose?{query}"


def _query(values: dict[str, str]) -> str:
    """Return a URL query with spaces as `%20`, because Outlook does not decode `+`."""
    return urlencode(values, quote_via=quote, safe="")


def _compact(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _extended(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
