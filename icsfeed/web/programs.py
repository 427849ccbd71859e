"""Which program asks, by how it names itself, and for what kind of document; nothing about who uses it."""

import re
from functools import lru_cache

LONGEST = 256
"""How many characters of what a client sent are looked at, and so remembered; the paths of feeds and pages are shorter."""

_PROGRAMS = (
    ("google-calendar-importer", "Google Calendar"),
    ("googlebot", "search engine"),
    ("bingbot", "search engine"),
    ("microsoft office", "Outlook"),
    ("ms-office", "Outlook"),
    ("msoffice", "Outlook"),
    ("outlook", "Outlook"),
    ("exchange", "Outlook"),
    ("dataaccessd", "Apple Calendar"),
    ("calendaragent", "Apple Calendar"),
    ("thunderbird", "Thunderbird"),
    ("nextcloud", "Nextcloud"),
    ("icsx5", "ICSx5"),
    ("vdirsyncer", "vdirsyncer"),
    ("slackbot", "Slack"),
    ("prometheus", "Prometheus"),
    ("curl/", "curl"),
    ("mozilla/", "browser"),
)
"""What an agent's name has in it in small letters, the first that fits, and what the program is called."""

_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}/[0-9][0-9A-Za-z.]{0,19}")
_PIECE = re.compile(r"\\?[()]|[^()\\]+|\\")
"""A parenthesis, with the backslash that keeps it from ending a comment, or what stands between two."""


def program_of(agent: str) -> str:
    """Return the program that a User-Agent header names; one of a few, so that it can be counted by."""
    return _program_of(agent[:LONGEST])


@lru_cache(maxsize=1024)
def _program_of(agent: str) -> str:
    folded = agent.casefold()
    return next((name for part, name in _PROGRAMS if part in folded), "other" if agent else "none")


def products_of(agent: str) -> str:
    """Return the products with a version that a User-Agent header names (RFC 9110 section 10.1.5), empty if none.

    Its comments and all other words, where people and their devices may be told, are left out.
    """
    kept = agent if len(agent) <= LONGEST else agent[:LONGEST].rpartition(" ")[0]  # half a word may look like a product
    return _products_of(kept)


@lru_cache(maxsize=1024)
def _products_of(agent: str) -> str:
    depth, outside = 0, []
    for piece in _PIECE.findall(agent):
        if piece[-1] == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        outside.append(piece if depth == 0 and piece[-1] not in "()" else " ")
    return " ".join(word for word in "".join(outside).split() if _PRODUCT.fullmatch(word))


def kind_of(path: str) -> str:
    """Return what kind of document stands at a path, by the path alone; one of a few."""
    return _kind_of(path[:LONGEST])


@lru_cache(maxsize=1024)
def _kind_of(path: str) -> str:
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
