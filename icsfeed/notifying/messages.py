"""Messages about changes and coming maintenance: a subject of one line, a plain text and simple HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from icsfeed.model import Calendar
from icsfeed.publication.history import HistoryEntry, Kind, headline, paragraphs
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words, words_for

LATE = timedelta(minutes=10)
"""A message that goes out later than this says when its changes were published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a place gets.

    Attributes:
        subject: One line.
        sections: One for each window: paragraphs of plain text, the first of which is its heading.
    """

    subject: str
    sections: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """All paragraphs as plain text."""
        return "\n\n\n".join("\n\n".join(section) for section in self.sections)

    @property
    def html(self) -> str:
        """All paragraphs as HTML; headings are bold, and those that are an address are links."""
        return "\n".join(_render_html(part, is_heading=part is section[0]) for section in self.sections for part in section)


def _render_html(part: str, *, is_heading: bool) -> str:
    """Return a paragraph as HTML."""
    shown = escape(part).replace("\n", "<br>")
    if is_heading:
        shown = f"<strong>{shown}</strong>"
    elif part.startswith(("https://", "http://")) and not any(char.isspace() for char in part):
        shown = f'<a href="{shown}">{shown}</a>'
    return f"<p>{shown}</p>"


def change_message(changes: Sequence[tuple[HistoryEntry, str]], language: str, *, now: datetime) -> Message:
    """Return the message about what one `publish` appended.

    Parameters:
        changes: One or more, each with the address of its window's page, which may be empty.
        language: Of the texts.
        now: When it is sent.
    """
    entry = changes[0][0]
    words = words_for(entry.calendar, language)
    what = _what_happened(entry, words)
    if changes[1:]:
        what = words.say("{what} (and {n} more)").format(what=what, n=len(changes) - 1)
    sections = [
        [headline(each, language), *("\n".join(lines) for lines in paragraphs(each, language)), address]
        for each, address in changes
    ]
    if now - entry.at > LATE:
        sections[-1].append(words.say("Published {moment}").format(moment=words.moment(entry.at)))
    return _message(entry.calendar, words, what, *sections)


def reminder_message(window: PublishedWindow, calendar: Calendar, language: str, *, address: str, now: datetime) -> Message:
    """Return the message about maintenance that is near.

    Parameters:
        window: Ahead.
        calendar: Its calendar.
        language: Of the texts.
        address: Of the window's page; may be empty.
        now: When it is sent.
    """
    words = words_for(calendar, language)
    what = words.say("reminder: maintenance on {when}").format(when=words.brief_moment(window.start, seen=now))
    return _message(calendar, words, what, [words.summary(window), *words.description(window, address=address).split("\n\n")])


def test_message(calendar: Calendar, language: str) -> Message:
    """Return a message that tries a place."""
    words = words_for(calendar, language)
    return _message(calendar, words, words.say("test"), [words.say("Messages about maintenance will arrive here.")])


def _message(calendar: Calendar, words: Words, what: str, *sections: Sequence[str]) -> Message:
    """Return a message whose subject begins with the service; blank paragraphs are left out."""
    subject = f"{words.text(calendar.service)}{words.colon}{what}"
    kept = (tuple(part.strip() for part in section if part.strip()) for section in sections)
    return Message(subject=" ".join(subject.split()), sections=tuple(kept))


def _what_happened(entry: HistoryEntry, words: Words) -> str:
    """Return what happened and when, in a few words."""
    window, actual = entry.window, entry.window.facts.actual
    if entry.kind is Kind.MOVED and entry.before is not None:
        was, now = words.was_and_now(entry.before.facts, window.facts)
        return words.say("moved to {now}, was {was}").format(now=now, was=was)
    moment = window.start
    if actual is not None and entry.kind is Kind.BEGUN:
        moment = actual.start
    elif actual is not None and entry.kind is Kind.COMPLETED:
        moment = actual.end or moment
    return _pattern(entry, words).format(when=words.brief_moment(moment, seen=entry.at))


def _pattern(entry: HistoryEntry, words: Words) -> str:
    """Return what happened as a message with a place for the moment, `{when}`."""
    if entry.kind in {Kind.ANNOUNCED, Kind.PROVISIONAL} and not entry.facts.planned:
        return words.say("unplanned maintenance, {when}")
    if entry.kind is Kind.ANNOUNCED and entry.facts.repeat is not None:
        return words.say("repeated maintenance announced, first {when}")
    return {
        Kind.ANNOUNCED: words.say("maintenance announced for {when}"),
        Kind.PROVISIONAL: words.say("maintenance provisionally announced for {when}"),
        Kind.CONFIRMED: words.say("maintenance of {when} confirmed"),
        Kind.CHANGED: words.say("maintenance of {when} changed"),
        Kind.MOVED: words.say("maintenance of {when} changed"),
        Kind.CANCELLED: words.say("maintenance of {when} cancelled"),
        Kind.RESTORED: words.say("maintenance of {when} going ahead after all"),
        Kind.BEGUN: words.say("maintenance started {when}"),
        Kind.COMPLETED: words.say("maintenance completed {when}"),
    }[entry.kind]
