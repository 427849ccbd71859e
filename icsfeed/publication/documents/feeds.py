r"""iCalendar feeds and files with a single event (RFC 5545, RFC 7986); the only module that writes them.

Every text value is wrapped in `_Text`, because the library does not escape NAME and X- properties and turns `\N` into `\n`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache, partial

import icalendar
from icalendar.prop import vCalAddress, vDuration, vText, vUri

from icsfeed.model import COLOR_NAMES, Calendar, DowntimeClass, Impact
from icsfeed.publication.document import Document
from icsfeed.publication.paths import feed_path, feeds_of, mailto, page_path, path_in
from icsfeed.publication.selection import is_in_class_feed
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODID = "-//icsfeed//icsfeed//EN"
ALARM_BEFORE = timedelta(hours=12)
"""How long before a window with downtime the alarm in the reminders feed is."""

PRIORITIES = {Impact.NONE: 9, Impact.DEGRADED: 5, Impact.OUTAGE: 1}
COLORS = {Impact.NONE: "mediumseagreen", Impact.DEGRADED: "orange", Impact.OUTAGE: "crimson"}
MAINTNOTE_IMPACTS = {Impact.NONE: "NO-IMPACT", Impact.DEGRADED: "DEGRADED", Impact.OUTAGE: "OUTAGE"}

_END_OF_EVENT = b"END:VEVENT\r\n"
_END_OF_CALENDAR = b"END:VCALENDAR\r\n"


class _Text(vText):
    """A TEXT value, escaped as RFC 5545 section 3.3.11 requires."""

    def to_ical(self) -> bytes:
        """Return the text with only backslash, semicolon, comma and line feed escaped."""
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode("utf-8")


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield every feed and every window's file with its path; the default language's feed has two paths."""
    calendar, windows = view.calendar, view.selection.windows
    for language in calendar.languages:
        words, shared = view.words[language], (calendar, language, view.address)
        events = view.cache.render_each("event", shared, windows, partial(_render_event, view, language))
        reminders = view.cache.render_each("reminder", shared, windows, partial(_add_reminder, events, words))
        for from_class, has_reminders in feeds_of(calendar):
            rendered = reminders if has_reminders else events
            members = [rendered[each] for each in windows if is_in_class_feed(each.heavier, from_class, calendar)]
            feed = _feed(view, language, members, from_class=from_class, reminders=has_reminders)
            yield feed_path(calendar, language, from_class=from_class, reminders=has_reminders), feed
            if from_class is None and not has_reminders:
                yield path_in(calendar, language, f"{calendar.key}.ics"), feed
        for window in view.published.windows:
            path = path_in(calendar, language, f"{window.id}.ics")
            render = partial(_render_event_file, view, language, window, events)
            yield path, _document(path, render, filename=f"{calendar.key}-{window.id}.ics", prerendered=False)


def _feed(
    view: View, language: str, events: Iterable[bytes], *, from_class: DowntimeClass | None = None, reminders: bool = False
) -> Document:
    """Return a feed: of all windows, of class `from_class` and heavier, or of all windows with reminders."""
    path = feed_path(view.calendar, language, from_class=from_class, reminders=reminders)
    empty_feed = _render_empty_feed(view, language, from_class=from_class, reminders=reminders)
    return _document(path, partial(_render_feed, tuple(events), empty_feed))


def _document(path: str, render: Callable[[], bytes], *, filename: str | None = None, prerendered: bool = True) -> Document:
    """Return an iCalendar document: never compressed, never indexed by search engines."""
    return Document(
        render=render,
        media_type=MEDIA_TYPE,
        filename=filename or path.rsplit("/", 1)[-1],
        compressible=False,
        indexed=False,
        prerendered=prerendered,
    )


# Events


def _render_event(view: View, language: str, window: PublishedWindow) -> bytes:
    """Return a window as a VEVENT without an alarm.

    DTEND is `model.planned_end`: the end or duration that was given, else the start plus the heavier class's downtime.
    A change of any fact of the header that is rendered here must revise every event; `icsfeed.replay` lists these facts.

    See also:
        RFC 5545 section 3.6.1, RFC 7986 section 5.9, and the X-MAINTNOTE properties of the maintenance notification standard.
    """
    calendar, words, address = view.calendar, view.words[language], view.window_address(window, language)
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
    _add_text(event, "STATUS", window.facts.status.name)
    _add_text(event, "TRANSP", "TRANSPARENT")
    _add_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    _add_text(event, "CATEGORIES", words.text(window.heavier.name))
    event.add("PRIORITY", PRIORITIES[impact])
    _add_text(event, "COLOR", COLORS[impact])
    event.add("URL", vUri(address), encode=False)
    _add_text(event, "CLASS", "PUBLIC")
    _add_text(event, "CONTACT", words.contact())
    organizer = vCalAddress(mailto(calendar.contact.email))
    organizer.params["CN"] = calendar.contact.name
    event.add("ORGANIZER", organizer, encode=False)
    _add_text(event, "X-MAINTNOTE-PROVIDER", calendar.domain)
    _add_text(event, "X-MAINTNOTE-ACCOUNT", "all")
    _add_text(event, "X-MAINTNOTE-MAINTENANCE-ID", window.id)
    _add_text(event, "X-MAINTNOTE-OBJECT-ID", calendar.key)
    _add_text(event, "X-MAINTNOTE-IMPACT", MAINTNOTE_IMPACTS[impact])
    _add_text(event, "X-MAINTNOTE-STATUS", _maintnote_status(window))
    return _render(event)


def _add_text(component: icalendar.Component, name: str, text: str, **parameters: str) -> None:
    """Add a property with a TEXT value; also for CATEGORIES, since a class name has no comma."""
    value = _Text(text)
    value.params.update(parameters)
    component.add(name, value, encode=False)


def _render(component: icalendar.Component) -> bytes:
    """Return a component as folded content lines."""
    rendered: bytes = component.to_ical()
    return rendered


def _maintnote_status(window: PublishedWindow) -> str:
    """Return the value of X-MAINTNOTE-STATUS."""
    actual = window.facts.actual
    if actual is None or window.is_cancelled:
        return window.facts.status.name
    return "COMPLETED" if actual.end is not None else "IN-PROCESS"


def _add_reminder(events: Mapping[PublishedWindow, bytes], words: Words, window: PublishedWindow) -> bytes:
    """Return a window's rendered event with a VALARM if it has downtime and is not cancelled (RFC 5545 section 3.6.6)."""
    event = events[window]
    if window.is_cancelled or not window.has_downtime:
        return event
    alarm = icalendar.Alarm()
    _add_text(alarm, "ACTION", "DISPLAY")
    _add_text(alarm, "DESCRIPTION", words.summary(window), LANGUAGE=words.language)
    alarm.add("TRIGGER", -ALARM_BEFORE)
    return event.removesuffix(_END_OF_EVENT) + _render(alarm) + _END_OF_EVENT


# Feeds


def _render_empty_feed(view: View, language: str, *, from_class: DowntimeClass | None, reminders: bool) -> bytes:
    """Return a feed without events: a VCALENDAR with the properties of RFC 7986 section 5."""
    calendar, words, feed = view.calendar, view.words[language], _new_vcalendar()
    name, description = words.calendar_name(from_class=from_class, reminders=reminders), words.calendar_description()
    _add_text(feed, "UID", _feed_uid(calendar, from_class=from_class, reminders=reminders))
    _add_text(feed, "NAME", name, LANGUAGE=words.language)
    _add_text(feed, "X-WR-CALNAME", name)
    _add_text(feed, "DESCRIPTION", description, LANGUAGE=words.language)
    _add_text(feed, "X-WR-CALDESC", description)
    refresh = vDuration(timedelta(hours=1))
    refresh.params["VALUE"] = "DURATION"
    feed.add("REFRESH-INTERVAL", refresh, encode=False)
    _add_text(feed, "X-PUBLISHED-TTL", "PT1H")
    source = vUri(view.address + feed_path(calendar, language, from_class=from_class, reminders=reminders))
    source.params["VALUE"] = "URI"
    feed.add("SOURCE", source, encode=False)
    feed.add("URL", vUri(view.address + page_path(calendar, language)), encode=False)
    if calendar.color is not None:
        _add_text(feed, "COLOR", calendar.color)
        _add_text(feed, "X-APPLE-CALENDAR-COLOR", COLOR_NAMES[calendar.color])
    return _lowercase_uid(_render(feed))


def _render_feed(events: Iterable[bytes], empty_feed: bytes) -> bytes:
    """Return a VCALENDAR with its events.

    Parameters:
        events: From `_render_event`, in the order (start, UID).
        empty_feed: From `_render_empty_feed`.

    Returns:
        UTF-8 text, lines of at most 75 octets, each ended by CRLF.

    See also:
        RFC 5545 sections 3.1 (content lines) and 3.6 (calendar components).
    """
    return b"".join((empty_feed.removesuffix(_END_OF_CALENDAR), *events, _END_OF_CALENDAR))


def _lowercase_uid(feed: bytes) -> bytes:
    """Return a feed with its own UID property as `uid`, which is equivalent (RFC 5545 section 2).

    vdirsyncer takes the first line beginning with `UID:` for the event's UID, so all events would have the same.
    """
    return feed.replace(b"\r\nUID:", b"\r\nuid:", 1)


@lru_cache(maxsize=1)
def _render_empty_file() -> bytes:
    """Return a VCALENDAR with only the required properties, METHOD and CALSCALE."""
    return _render(_new_vcalendar())


def _new_vcalendar() -> icalendar.Calendar:
    """Return a VCALENDAR with the calendar properties of RFC 5545 section 3.7."""
    vcalendar = icalendar.Calendar()
    _add_text(vcalendar, "VERSION", "2.0")
    _add_text(vcalendar, "PRODID", PRODID)
    _add_text(vcalendar, "CALSCALE", "GREGORIAN")
    _add_text(vcalendar, "METHOD", "PUBLISH")
    return vcalendar


def _render_event_file(view: View, language: str, window: PublishedWindow, events: Mapping[PublishedWindow, bytes]) -> bytes:
    """Return a VCALENDAR with one event and no name, so that calendar programs add it to an existing calendar."""
    return _render_feed([events.get(window) or _render_event(view, language, window)], _render_empty_file())


def _feed_uid(calendar: Calendar, *, from_class: DowntimeClass | None, reminders: bool) -> str:
    """Return the UID of a feed; it differs from every event's, as no window's id begins with the calendar's name."""
    kind = "-reminders" if reminders else f"-{from_class.key}" if from_class else ""
    return f"{calendar.key}{kind}@{calendar.domain}"
