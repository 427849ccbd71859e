"""The calendar as JSON: every window ever published; nothing in it depends on the clock."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from icsfeed.model import Calendar, DowntimeClass, Link, Text
from icsfeed.publication.document import Document
from icsfeed.publication.paths import CHANGES, feed_path, page_path, path_in, window_path
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.zones import render_rfc3339

MEDIA_TYPE = "application/json"


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield the JSON document with its path."""
    key = view.calendar.key
    yield f"/{key}.json", Document(render=lambda: _render(view), media_type=MEDIA_TYPE, filename=f"{key}.json")


def _render(view: View) -> bytes:
    """Return a calendar and its windows in the order (start, UID), one line a window."""
    calendar = view.calendar
    head = json.dumps(_calendar_data(view), ensure_ascii=False, indent=1).encode()
    rows = view.cache.render_each(
        "row of data",
        (calendar, view.address),
        view.published.windows,
        lambda each: json.dumps(window_data(each, calendar, address=view.address), ensure_ascii=False).encode(),
    )
    lines = b",\n".join(rows.values())
    return b"".join((b'{"calendar": ', head, b',\n"windows": [', b"\n" if lines else b"", lines, b"]}\n"))


def _calendar_data(view: View) -> dict[str, Any]:
    """Return the calendar's object; `static/calendar.schema.json` documents the fields."""
    calendar, address, languages = view.calendar, view.address, view.calendar.languages
    return {
        "name": calendar.key,
        "title": _text(calendar.name, calendar),
        "service": _text(calendar.service, calendar),
        "domain": calendar.domain,
        "website": calendar.website,
        "timezone": calendar.timezone,
        "languages": list(languages),
        "color": calendar.color,
        "contact": {"name": calendar.contact.name, "email": calendar.contact.email},
        "planned_until": calendar.planned_until.isoformat() if calendar.planned_until else None,
        "introduction": _text(calendar.introduction, calendar),
        "links": _links(calendar.links, calendar),
        "follow": _links(calendar.follow, calendar),
        "freezes": [
            {"from": each.first.isoformat(), "to": each.last.isoformat(), "title": _text(each.title, calendar)}
            for each in calendar.freezes
        ],
        "classes": [_class_data(each, calendar) for each in calendar.classes],
        "pages": {each: address + page_path(calendar, each) for each in languages},
        "feeds": {each: address + feed_path(calendar, each) for each in languages},
        "changes": {each: address + path_in(calendar, each, CHANGES) for each in languages},
    }


def _class_data(each: DowntimeClass, calendar: Calendar) -> dict[str, Any]:
    return {
        "name": each.key,
        "title": _text(each.name, calendar),
        "impact": each.impact.value,
        "downtime": _duration(each.downtime.length),
        "open_ended": each.downtime.open_ended,
        "takes": _duration(each.takes) if each.takes else None,
        "description": _text(each.description, calendar),
        "aftermath": _text(each.aftermath, calendar),
        "support_from": each.support_from.isoformat("minutes") if each.support_from else None,
    }


def window_data(window: PublishedWindow, calendar: Calendar, *, address: str) -> dict[str, Any]:
    """Return a window's object, as `static/calendar.schema.json` describes it; `address` is the base of all addresses."""
    facts = window.facts
    actual = None
    if facts.actual is not None:
        end = facts.actual.end
        actual = {
            "start": render_rfc3339(facts.actual.start, calendar.timezone),
            "end": render_rfc3339(end, calendar.timezone) if end else None,
        }
    previous = window.moved_from
    return {
        "id": facts.id,
        "uid": window.uid,
        "start": render_rfc3339(window.start, calendar.timezone),
        "end": render_rfc3339(window.end, calendar.timezone),
        "open_ended": window.is_open_ended,
        "classes": [each.key for each in window.classes],
        "impact": window.heavier.impact.value,
        "status": facts.status.value,
        "planned": facts.planned,
        "title": _text(facts.title, calendar),
        "reason": _text(facts.reason, calendar),
        "note": _text(facts.note, calendar),
        "actual": actual,
        "previous_start": render_rfc3339(previous.start, calendar.timezone) if previous is not None else None,
        "sequence": window.sequence,
        "created": render_rfc3339(window.created, calendar.timezone),
        "last_modified": render_rfc3339(window.modified, calendar.timezone),
        "url": address + window_path(calendar, calendar.default_language, facts.id),
    }


def _links(links: tuple[Link, ...], calendar: Calendar) -> list[dict[str, Any]]:
    return [{"title": _text(link.title, calendar), "url": link.url} for link in links]


def _text(text: Text | None, calendar: Calendar) -> dict[str, str] | None:
    """Return a text by language, in each of the calendar's languages."""
    if text is None:
        return None
    return {language: text.in_language(language, calendar.default_language) for language in calendar.languages}


def _duration(length: timedelta) -> str:
    """Return an ISO 8601 duration in minutes: `PT20M`."""
    return f"PT{length // timedelta(minutes=1)}M"
