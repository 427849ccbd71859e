"""Links that add a copy of one window to Google Calendar or Outlook; the copy is never updated."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words

_OUTLOOKS = (("Outlook.com", "https://outlook.live.com"), ("Microsoft 365", "https://outlook.office.com"))


def add_to_calendar_links(window: PublishedWindow, words: Words, *, address: str) -> Iterator[tuple[str, str]]:
    """Yield names and addresses of the links, in the order in which they are shown.

    Parameters:
        window: The window to add.
        words: The language of the copy.
        address: The window's own page, which the copy links to.
    """
    title, details = words.summary(window), f"{words.downtime(window)}\n\n{address}"
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
