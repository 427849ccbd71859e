r"""Feeds and single events as iCalendar objects (RFC 5545, RFC 7986).

The only module that knows icalendar.
Every value that is text goes through `_Text`, because the library escapes neither NAME nor X- properties and changes `\N`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache, partial

import icalendar
from icalendar.prop import vCalAddress, vDuration, vText, vUri

from icsfeed.model import COLOR_NAMES, Calendar, DowntimeClass, Impact
from icsfeed.publication.document import Document
from icsfeed.publication.paths import feed_path, page_path, path_in
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//icsfeed//icsfeed//EN"
REMINDER = timedelta(hours=12)
"""How long before a window with downtime the reminders feed reminds."""

PRIORITIES = {Impact.NONE: 9, Impact.DEGRADED: 5, Impact.OUTAGE: 1}
COLORS = {Impact.NONE: "mediumseagreen", Impact.DEGRADED: "orange", Impact.OUTAGE: "crimson"}
MAINTNOTE_IMPACTS = {Impact.NONE: "NO-IMPACT", Impact.DEGRADED: "DEGRADED", Impact.OUTAGE: "OUTAGE"}

_END_OF_EVENT = b"END:VEVENT\r\n"
_END_OF_CALENDAR = b"END:VCALENDAR\r\n"


class _Text(vText):
    """A TEXT value that comes back as it went in (RFC 5545 section 3.3.11)."""

    def to_ical(self) -> bytes:
        """Return the text with backslash, semicolon, comma and line feed escaped, and nothing else changed."""
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode("utf-8")


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Give every feed and every window's file by its path; the default language's feed has two."""
    calendar = view.calendar
    for language in calendar.languages:
        words, shown, shared = view.words[language], view.selection.windows, (calendar, language, view.address)
        events = view.parts.render_each("event", shared, shown, partial(_event, view, language))
        reminding = view.parts.render_each(
            "reminder",
            shared,
            shown,
            lambda each: with_reminder(events[each], each, words),  # noqa: B023  # rendered at once
        )
        every = _feed(view, language, events.values())
        yield feed_path(calendar, language), every
        yield path_in(calendar, language, f"{calendar.key}.ics"), every
        for only in calendar.classes[1:]:
            members = [events[each] for each in shown if is_of(each.heavier, only, calendar)]
            yield feed_path(calendar, language, only=only), _feed(view, language, members, only=only)
        yield feed_path(calendar, language, reminders=True), _feed(view, language, reminding.values(), reminders=True)
        for window in view.published.windows:
            path = path_in(calendar, language, f"{window.window.id}.ics")
            yield path, _document(path, partial(_single, view, language, window, events), prerendered=False)


def is_of(of: DowntimeClass, only: DowntimeClass, calendar: Calendar) -> bool:
    """Tell whether a class is `only` or heavier; one that the calendar no longer has goes by impact and downtime."""
    keys = [each.key for each in calendar.classes]
    if of.key in keys:
        return keys.index(of.key) >= keys.index(only.key)
    return (of.impact.rank, of.downtime.length) >= (only.impact.rank, only.downtime.length)


def _event(view: View, language: str, window: PublishedWindow) -> bytes:
    return render_event(window, view.calendar, view.words[language], address=view.window_address(window, language))


def _single(view: View, language: str, window: PublishedWindow, events: Mapping[PublishedWindow, bytes]) -> bytes:
    return render_single(events.get(window) or _event(view, language, window))


def _feed(
    view: View, language: str, events: Iterable[bytes], *, only: DowntimeClass | None = None, reminders: bool = False
) -> Document:
    """Return a feed: every window, or those of a class and heavier, or every one with an alarm ahead."""
    calendar, words = view.calendar, view.words[language]
    path = feed_path(calendar, language, only=only, reminders=reminders)
    head = render_head(
        calendar,
        words,
        uid=feed_uid(calendar, only=only, reminders=reminders),
        name=words.calendar_name(only=only, reminders=reminders),
        source=view.address + path,
        page=view.address + page_path(calendar, language),
    )
    return _document(path, partial(render_feed, tuple(events), head))


def _document(path: str, render: Callable[[], bytes], *, prerendered: bool = True) -> Document:
    """Return an iCalendar document: never compressed, never listed by search engines."""
    return Document(
        render=render,
        media_type=MEDIA_TYPE,
        filename=path.rsplit("/", 1)[-1],
        compressible=False,
        indexed=False,
        prerendered=prerendered,
    )


# Events


def render_event(window: PublishedWindow, calendar: Calendar, words: Words, *, address: str) -> bytes:
    """Return a window as one VEVENT without alarm.

    Parameters:
        window: What to tell.
        calendar: Its calendar.
        words: The language.
        address: Of the window's own page.

    See also:
        RFC 5545 section 3.6.1, RFC 7986 section 5.9, and the maintenance-notification properties X-MAINTNOTE.
    """
    event, impact = icalendar.Event(), window.heavier.impact
    _add_text(event, "UID", window.uid)
    event.add("DTSTAMP", window.modified)
    event.add("CREATED", window.created)
    event.add("LAST-MODIFIED", window.modified)
    event.add("SEQUENCE", window.sequence)
    event.add("DTSTART", window.start)
    event.add("DTEND", window.end)
    _add_text(event, "SUMMARY", words.summary(window), LANGUAGE=words.language)
    _add_text(event, "DESCRIPTION", words.description(window, address=address), LANGUAGE=words.language)
    _add_text(event, "STATUS", window.window.status.name)
    _add_text(event, "TRANSP", "TRANSPARENT")
    _add_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    _add_text(event, "CATEGORIES", words.text(window.heavier.name))
    event.add("PRIORITY", PRIORITIES[impact])
    _add_text(event, "COLOR", COLORS[impact])
    event.add("URL", vUri(address), encode=False)
    _add_text(event, "CLASS", "PUBLIC")
    _add_text(event, "CONTACT", words.contact())
    organizer = vCalAddress(f"mailto:{_in_address(calendar.contact.email)}")
    organizer.params["CN"] = calendar.contact.name
    event.add("ORGANIZER", organizer, encode=False)
    _add_text(event, "X-MAINTNOTE-PROVIDER", calendar.domain)
    _add_text(event, "X-MAINTNOTE-ACCOUNT", "all")
    _add_text(event, "X-MAINTNOTE-MAINTENANCE-ID", window.window.id)
    _add_text(event, "X-MAINTNOTE-OBJECT-ID", calendar.key)
    _add_text(event, "X-MAINTNOTE-IMPACT", MAINTNOTE_IMPACTS[impact])
    _add_text(event, "X-MAINTNOTE-STATUS", _maintnote_status(window))
    return _render(event)


def _add_text(component: icalendar.Component, name: str, text: str, **parameters: str) -> None:
    """Add a property whose value is text; a CATEGORIES line too, as a class name has no comma."""
    value = _Text(text)
    value.params.update(parameters)
    component.add(name, value, encode=False)


def _render(component: icalendar.Component) -> bytes:
    """Return a component's content lines, folded."""
    rendered: bytes = component.to_ical()
    return rendered


def _in_address(email: str) -> str:
    """Return an e-mail address as a mailto: URI has it (RFC 6068 section 2)."""
    return email.translate({ord(char): f"%{ord(char):02X}" for char in "%?&/=^`{|}#"})


def _maintnote_status(window: PublishedWindow) -> str:
    """Return the state as the maintenance-notification standard names it."""
    actual = window.window.actual
    if actual is None or window.is_cancelled:
        return window.window.status.name
    return "COMPLETED" if actual.end is not None else "IN-PROCESS"


def with_reminder(event: bytes, window: PublishedWindow, words: Words) -> bytes:
    """Return a rendered event with an alarm ahead, if it has downtime and takes place (RFC 5545 section 3.6.6)."""
    if window.is_cancelled or not window.has_downtime:
        return event
    alarm = icalendar.Alarm()
    _add_text(alarm, "ACTION", "DISPLAY")
    _add_text(alarm, "DESCRIPTION", words.summary(window), LANGUAGE=words.language)
    alarm.add("TRIGGER", -REMINDER)
    return event.removesuffix(_END_OF_EVENT) + _render(alarm) + _END_OF_EVENT


def render_head(calendar: Calendar, words: Words, *, uid: str, name: str, source: str, page: str) -> bytes:
    """Return what a feed says of itself, without any event.

    Parameters:
        calendar: The calendar.
        words: The language.
        uid: Of the feed itself (RFC 7986 section 5.3).
        name: Of the feed, in the language.
        source: The feed's canonical address.
        page: The calendar's page.

    See also:
        RFC 7986 section 5 (properties).
    """
    head = _envelope()
    description = words.calendar_description()
    _add_text(head, "UID", uid)
    _add_text(head, "NAME", name, LANGUAGE=words.language)
    _add_text(head, "X-WR-CALNAME", name)
    _add_text(head, "DESCRIPTION", description, LANGUAGE=words.language)
    _add_text(head, "X-WR-CALDESC", description)
    refresh = vDuration(timedelta(hours=1))
    refresh.params["VALUE"] = "DURATION"
    head.add("REFRESH-INTERVAL", refresh, encode=False)
    _add_text(head, "X-PUBLISHED-TTL", "PT1H")
    address = vUri(source)
    address.params["VALUE"] = "URI"
    head.add("SOURCE", address, encode=False)
    head.add("URL", vUri(page), encode=False)
    if calendar.color is not None:
        _add_text(head, "COLOR", calendar.color)
        _add_text(head, "X-APPLE-CALENDAR-COLOR", COLOR_NAMES[calendar.color])
    return _hide_uid(_render(head))


def render_feed(events: Iterable[bytes], head: bytes) -> bytes:
    """Return rendered events as a calendar to subscribe to.

    Parameters:
        events: From `render_event`, in the order (start, UID).
        head: From `render_head`.

    Returns:
        UTF-8 text, lines of at most 75 octets, each ended by CRLF.

    See also:
        RFC 5545 sections 3.1 (content lines) and 3.6 (calendar components).
    """
    return b"".join((head.removesuffix(_END_OF_CALENDAR), *events, _END_OF_CALENDAR))


def _hide_uid(head: bytes) -> bytes:
    """Return a calendar object's head with its UID in small letters, which means the same (RFC 5545 section 2).

    vdirsyncer takes the first line that begins with `UID:` for the event's own, so all events would be one to it.
    """
    return head.replace(b"\r\nUID:", b"\r\nuid:", 1)


@lru_cache(maxsize=1)
def _empty_envelope() -> bytes:
    """Return a calendar object without anything of its own."""
    return _render(_envelope())


def _envelope() -> icalendar.Calendar:
    """Return what every calendar object says (RFC 5545 section 3.7)."""
    head = icalendar.Calendar()
    _add_text(head, "VERSION", "2.0")
    _add_text(head, "PRODID", PRODUCT)
    _add_text(head, "CALSCALE", "GREGORIAN")
    _add_text(head, "METHOD", "PUBLISH")
    return head


def render_single(event: bytes) -> bytes:
    """Return one rendered event as a file to add to a calendar that somebody has.

    It has no name: a calendar program would make a new calendar of it.
    """
    return render_feed([event], _empty_envelope())


def feed_uid(calendar: Calendar, *, only: DowntimeClass | None = None, reminders: bool = False) -> str:
    """Return the UID of a feed; no window's id begins with the calendar's name, so no event has it."""
    kind = "-reminders" if reminders else f"-{only.key}" if only else ""
    return f"{calendar.key}{kind}@{calendar.domain}"
