"""Paths of a calendar's documents; options are part of the path, never a query, so that an export has them all."""

from icsfeed.model import Calendar, DowntimeClass

CHANGES = "changes.atom"
"""The file name of the Atom feeds."""


def path_in(calendar: Calendar, language: str, rest: str = "") -> str:
    """Return a path below a language: `/minox-online/nl/` followed by `rest`."""
    return f"/{calendar.key}/{language}/{rest}"


def page_path(calendar: Calendar, language: str) -> str:
    """Return the canonical path of the page in a language: `/minox-online/` for the default language."""
    return f"/{calendar.key}/" if language == calendar.default_language else path_in(calendar, language)


def feed_path(calendar: Calendar, language: str, *, only: DowntimeClass | None = None, reminders: bool = False) -> str:
    """Return the canonical path of a feed: all windows, those of class `only` and heavier, or all with reminders."""
    key = calendar.key
    if reminders:
        return path_in(calendar, language, f"{key}-reminders.ics")
    if only is not None:
        return path_in(calendar, language, f"{key}-{only.key}.ics")
    return f"/{key}.ics" if language == calendar.default_language else path_in(calendar, language, f"{key}.ics")


def rename_path(path: str, old: str, new: str) -> str:
    """Return a path with the calendar name `old` replaced by `new`, in the folder and in the feed's file name."""
    first, *rest = path[1:].split("/")
    parts = [new + first.removeprefix(old), *rest]
    if len(parts) > 1 and (parts[-1] == f"{old}.ics" or parts[-1].startswith(f"{old}-")):
        parts[-1] = new + parts[-1].removeprefix(old)
    return "/" + "/".join(parts)
