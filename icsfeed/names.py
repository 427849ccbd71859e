"""How names, ids, lines of text, domains and addresses are written.

Each `find_fault_` function returns what is wrong in words that fit after the faulty text, or None.
"""

import re
from urllib.parse import urlsplit

LANGUAGES = ("nl", "en", "de", "fr")
"""The languages in which icsfeed has words."""

RESERVED_NAMES = frozenset(
    {"api", "changes", "healthz", "metrics", "plan", "reminders", "robots", "schema", "state", "static", "strip", *LANGUAGES}
)
"""Words that neither a calendar nor a class nor a window may be called, because addresses use them."""

LONGEST_LINE = 255
"""The most characters of a name or title."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_EMAIL = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]+@{_LABEL}(\.{_LABEL})*")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\s]")


def find_forbidden_character(text: str) -> int | None:
    """Return the index of the first character that no text may hold, or None.

    Forbidden are U+0000 to U+001F but tab and line feed, U+007F, and halves of surrogate pairs.
    """
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def printable(text: str) -> str:
    """Return a text without characters that a terminal may obey."""
    return "".join(char for char in text if char.isprintable())


def find_fault_in_name(name: str) -> str | None:
    """Return what is wrong with the name of a calendar or class, or None."""
    if not _NAME.fullmatch(name) or len(name) > 64:
        return "use lowercase letters (a to z), digits and single hyphens, at most 64 characters"
    if name in RESERVED_NAMES:
        return f'"{name}" is reserved, because addresses use it'
    return None


def find_fault_in_id(id_: str, *, calendar: str) -> str | None:
    """Return what is wrong with a window's id in the calendar of this name, or None."""
    if not _ID.fullmatch(id_):
        return "an id begins with a letter or digit, and has letters (a to z), digits and hyphens, at most 64 of them"
    if id_.casefold() in RESERVED_NAMES:
        return f'"{id_}" is reserved, because addresses use it'
    if id_.casefold().startswith(calendar):
        return f'an id must not begin with a name of the calendar, "{calendar}"'
    return None


def find_fault_in_line(text: str) -> str | None:
    """Return what is wrong with a text that must be one line, or None."""
    if not text.strip():
        return "it must not be blank"
    if "\n" in text:
        return "it must be one line"
    if len(text) > LONGEST_LINE:
        return f"it has {len(text)} characters; at most {LONGEST_LINE} are allowed"
    return None


def find_fault_in_domain(domain: str) -> str | None:
    """Return what is wrong with a domain name, or None."""
    if not _DOMAIN.fullmatch(domain) or len(domain) > 190:
        return "a domain is a host name such as example.com"
    return None


def find_fault_in_email(email: str) -> str | None:
    """Return what is wrong with an e-mail address, or None."""
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        return "an e-mail address looks like support@example.com"
    return None


def find_fault_in_address(url: str, *, schemes: tuple[str, ...]) -> str | None:
    """Return what is wrong with a URL that must have one of these schemes, or None."""
    wanted = " or ".join(f"{scheme}:" for scheme in schemes)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "it is not a valid URL"
    if parts.scheme not in schemes:
        return f"it must begin with {wanted}"
    if not url.isascii() or _NOT_IN_ADDRESSES.search(url) or not (parts.hostname or (parts.scheme == "mailto" and parts.path)):
        return "it is not a valid URL"
    return None


def find_fault_in_public_url(url: str) -> str | None:
    """Return what is wrong with the address at which a calendar is published, or None."""
    fault = find_fault_in_address(url, schemes=("https", "http"))
    if fault is None:
        parts = urlsplit(url)
        if parts.query or parts.fragment or "@" in parts.netloc or "?" in url or "#" in url:
            return "a public URL has a host and perhaps a path, nothing else"
    return fault
