"""schema.org events as JSON-LD in the HTML pages, for search engines."""

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from icsfeed.model import Calendar
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import render_rfc3339

MOST_JSON_LD_EVENTS = 5
"""The most events on a calendar's page; each window's own page has that window's."""

_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def render_json_ld(windows: Iterable[tuple[PublishedWindow, str]], calendar: Calendar, words: Words) -> Markup:
    """Return windows, given with their pages' addresses, as JSON-LD that is safe inside a script element."""
    events = [_event(window, address, calendar, words) for window, address in windows]
    content = events[0] if len(events) == 1 else events
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704  # all characters special in HTML are escaped


def _event(window: PublishedWindow, address: str, calendar: Calendar, words: Words) -> dict[str, Any]:
    """Return a window as a schema.org Event."""
    zone, moved_from = calendar.timezone, window.moved_from
    is_rescheduled = moved_from is not None and moved_from.start != window.start and not window.is_cancelled
    status = "EventCancelled" if window.is_cancelled else "EventRescheduled" if is_rescheduled else "EventScheduled"
    event = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "name": words.summary(window),
        "description": words.effect(window),
        "startDate": render_rfc3339(window.start, zone),
        "endDate": render_rfc3339(window.end, zone),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "name": words.text(calendar.service), "url": address},
        "organizer": {"@type": "Organization", "name": calendar.contact.name, "email": calendar.contact.email},
        "inLanguage": words.language,
        "url": address,
    }
    if is_rescheduled and moved_from is not None:
        event["previousStartDate"] = render_rfc3339(moved_from.start, zone)
    return event
