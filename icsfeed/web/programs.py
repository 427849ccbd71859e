"""Which program asks, by how it names itself, and for what kind of document; nothing about who uses it."""

from functools import lru_cache

_PROGRAMS = (
    ("Google-Calendar-Importer", "Google Calendar"),
    ("Googlebot", "search engine"),
    ("bingbot", "search engine"),
    ("Microsoft Office", "Outlook"),
    ("Outlook", "Outlook"),
    ("Exchange", "Outlook"),
    ("dataaccessd", "Apple Calendar"),
    ("CalendarAgent", "Apple Calendar"),
    ("Thunderbird", "Thunderbird"),
    ("Nextcloud", "Nextcloud"),
    ("ICSx5", "ICSx5"),
    ("vdirsyncer", "vdirsyncer"),
    ("Slackbot", "Slack"),
    ("Prometheus", "Prometheus"),
    ("curl/", "curl"),
    ("Mozilla/", "browser"),
)
"""What an agent's name has in it, the first that fits, and what the program is called."""


@lru_cache(maxsize=1024)
def program_of(agent: str) -> str:
    """Return the program that a User-Agent header names; one of a few, so that it can be counted by."""
    return next((name for part, name in _PROGRAMS if part.casefold() in agent.casefold()), "other" if agent else "none")


@lru_cache(maxsize=1024)
def kind_of(path: str) -> str:
    """Return what kind of document stands at a path, by the path alone; one of a few."""
    parts = path[1:].split("/")
    calendar = parts[0].removesuffix(".ics")
    if parts[0] in {"static", "schema"}:
        return parts[0]
    if "api" in parts[:2]:
        return "statuspage"
    if path.endswith(".ics"):
        return "feed" if len(parts) == 1 or parts[-1].startswith((f"{calendar}.", f"{calendar}-")) else "event"
    for ending, kind in ((".atom", "changes"), (".json", "data"), ("/state", "state"), ("/plan", "plan")):
        if path.endswith(ending):
            return kind
    if path.endswith("/"):
        return "page" if len(parts) <= 3 else "window"
    return "other"
