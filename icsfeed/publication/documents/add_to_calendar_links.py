"""Links that add one window to a calendar on the web; they copy it once and never follow its changes."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words

_OUTLOOKS = (("Outlook.com", "https://outlook.live.com"), ("Microsoft 365", "https://outlook.office.com"))


def adding_links(window: PublishedWindow, words: Words, *, address: str) -> Iterator[tuple[str, str]]:
    """Give names and addresses of what adds a window, in the order in which they are shown.

    Parameters:
        window: What is added.
        words: Its language.
        address: The window's own page, told in the copy as the place to look for changes.
    """
    title, details = words.summary(window), f"{words.downtime(window)}\n\n{address}"
    dates = f"{_compact(window.start)}/{_compact(window.end)}"
    google = {"action": "TEMPLATE", "text": title, "dates": dates, "details": details, "trp": "false"}
    yield words.say("Google Calendar"), f"https://calendar.google.com/calendar/render?{_query(google)}"
    event = {"startdt": _extended(window.start), "enddt": _extended(window.end), "subject": title, "body": details}
    for name, host in _OUTLOOKS:
        query = _query({"path": "/calendar/action/compose", "rru": "addevent", **event})
        yield name, f"{host}/calendar/0/action/compose?{query}"


def _query(values: dict[str, str]) -> str:
    """Return values as a query, blanks as %20: Outlook shows a `+` as it is."""
    return urlencode(values, quote_via=quote, safe="")


def _compact(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _extended(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
