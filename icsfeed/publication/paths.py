"""Where the documents of a calendar stand; options are paths, never queries, so that a static host has them all."""

from icsfeed.model import Calendar, DowntimeClass

CHANGES = "changes.atom"
"""The file name of the Atom feeds."""


def path_in(calendar: Calendar, language: str, rest: str = "") -> str:
    """Return a path in a language: `/minox-online/nl/` and what follows."""
    return f"/{calendar.key}/{language}/{rest}"


def page_path(calendar: Calendar, language: str) -> str:
    """Return the canonical path of the page in a language; the default language has the shortest."""
    return f"/{calendar.key}/" if language == calendar.default_language else path_in(calendar, language)


def feed_path(calendar: Calendar, language: str, *, only: DowntimeClass | None = None, reminders: bool = False) -> str:
    """Return the canonical path of a feed: of every window, of a class and heavier, or with reminders."""
    key = calendar.key
    if reminders:
        return path_in(calendar, language, f"{key}-reminders.ics")
    if only is not None:
        return path_in(calendar, language, f"{key}-{only.key}.ics")
    return f"/{key}.ics" if language == calendar.default_language else path_in(calendar, language, f"{key}.ics")


def rename_path(path: str, old: str, new: str) -> str:
    """Return a path with one calendar's name for another's, as folder and as beginning of a feed's file name."""
    first, *rest = path[1:].split("/")
    parts = [new + first.removeprefix(old), *rest]
    if len(parts) > 1 and (parts[-1] == f"{old}.ics" or parts[-1].startswith(f"{old}-")):
        parts[-1] = new + parts[-1].removeprefix(old)
    return "/" + "/".join(parts)
