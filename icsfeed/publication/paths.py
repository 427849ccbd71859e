"""Addresses of calendars and paths of their documents.

Options are part of the path, never a query, so that an export has them all.
"""

from dataclasses import dataclass

from icsfeed.model import Calendar, DowntimeClass

LOCAL_ADDRESS = "http://127.0.0.1:8000"
"""The base of addresses for calendars without a public one, when served locally."""

CHANGES = "changes.atom"
"""The file name of the Atom feeds."""


def path_in(calendar: Calendar, language: str, rest: str = "") -> str:
    """Return a path below a language: `/minox-online/nl/` followed by `rest`."""
    return f"/{calendar.key}/{language}/{rest}"


def page_path(calendar: Calendar, language: str) -> str:
    """Return the canonical path of the page in a language: `/minox-online/` for the default language."""
    return f"/{calendar.key}/" if language == calendar.default_language else path_in(calendar, language)


def window_path(calendar: Calendar, language: str, id_: str) -> str:
    """Return the path of a window's own page."""
    return path_in(calendar, language, f"{id_}/")


def relative_root(path: str) -> str:
    """Return the relative address of the site's root from the document at a path."""
    return "../" * (path.count("/") - 1)


def feed_path(calendar: Calendar, language: str, *, from_class: DowntimeClass | None = None, reminders: bool = False) -> str:
    """Return the canonical path of a feed: all windows, those of class `from_class` and heavier, or all with reminders."""
    key = calendar.key
    if reminders:
        return path_in(calendar, language, f"{key}-reminders.ics")
    if from_class is not None:
        return path_in(calendar, language, f"{key}-{from_class.key}.ics")
    return f"/{key}.ics" if language == calendar.default_language else path_in(calendar, language, f"{key}.ics")


def feeds_of(calendar: Calendar) -> tuple[tuple[DowntimeClass | None, bool], ...]:
    """Return what each feed has, as `from_class` and `reminders` of `feed_path`; of the classes, the lightest has no feed."""
    return ((None, False), *((each, False) for each in calendar.classes[1:]), (None, True))


def decode_path(raw: str) -> str:
    """Return a request's `PATH_INFO`, in which each character stands for a byte (PEP 3333), as text."""
    return raw.encode("latin-1").decode("utf-8", "replace")


def rename_path(path: str, old: str, new: str) -> str:
    """Return a path with the calendar key `old` replaced by `new`, in the folder and in the feed's file name."""
    first, *rest = path[1:].split("/")
    parts = [new + first.removeprefix(old), *rest]
    if len(parts) > 1 and (parts[-1] == f"{old}.ics" or parts[-1].startswith(f"{old}-")):
        parts[-1] = new + parts[-1].removeprefix(old)
    return "/" + "/".join(parts)


def mailto(email: str) -> str:
    """Return the URI of an e-mail address (RFC 6068 section 2)."""
    return "mailto:" + email.translate({ord(char): f"%{ord(char):02X}" for char in "%?&/=^`{|}#"})


class NoAddressError(Exception):
    """A calendar's public address is not set anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where calendars are published.

    Attributes:
        public_url: For all calendars; overrides the `url` of each.
        fallback: For calendars without a `url`.
    """

    public_url: str | None = None
    fallback: str | None = None

    def of(self, calendar: Calendar) -> str:
        """Return the base of a calendar's addresses, without a trailing slash.

        Raises:
            NoAddressError: None is set.
        """
        found = self.public_url or calendar.url or self.fallback
        if found is None:
            raise NoAddressError(
                f"{calendar.key} has no public address; set url in its schedule, --public-url or ICSFEED_PUBLIC_URL"
            )
        return found.rstrip("/")
