"""Files that belong to no calendar: the style sheet in each colour that is in use, icon, script, JSON Schema, robots.txt."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from icsfeed.publication.accents import Accent, accents_of
from icsfeed.publication.document import Document
from icsfeed.publication.documents import schema

MADE = {
    "icsfeed.css": (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "129073d3a468ff80"),
    "icon.svg": (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "958495a769708ce3"),
    "icsfeed.js": (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "3681beb2cbd4897f"),
    "calendar.json": (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "8466e9e6e650a9b1"),
    "robots.txt": (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "16ceb5ee3e0dc13a"),
}
"""When each file was changed last, with the beginning of its SHA-256: a test fails while a file and its moment do not fit."""

ICON_PATH = "/static/icon.svg"
SCRIPT_PATH = "/static/icsfeed.js"
_FOLDER = Path(__file__).parents[1] / "static"
_MEDIA_TYPES = {".svg": "image/svg+xml; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_ROBOTS = b"User-agent: *\nAllow: /\n"


def sheet_path(color: str | None) -> str:
    """Return the path of the style sheet with a calendar's colour as its accent."""
    return "/static/icsfeed.css" if color is None else f"/static/icsfeed-{color}.css"


def static_documents(colors: Iterable[str | None]) -> Mapping[str, Document]:
    """Return the files by their paths; of style sheets the plain one, and one for each colour."""
    sheets = {sheet_path(color): _sheet(color) for color in {None, *colors}}
    others = {"/robots.txt": _robots(), schema.PATH: _schema(), ICON_PATH: _file("icon.svg"), SCRIPT_PATH: _file("icsfeed.js")}
    return {**others, **dict(sorted(sheets.items()))}


@lru_cache(maxsize=64)
def _sheet(color: str | None) -> Document:
    """Return the style sheet with an accent."""
    light, dark = (_properties(each) for each in accents_of(color))
    accent = f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    body = accent.encode() + (_FOLDER / "icsfeed.css").read_bytes()
    return Document(body=body, media_type="text/css; charset=utf-8", last_modified=MADE["icsfeed.css"][0])


def _properties(accent: Accent) -> str:
    """Return an accent as custom properties."""
    return f"--accent:{accent.ink};--wash:{accent.wash};--on-accent:{accent.on}"


@lru_cache(maxsize=4)
def _file(name: str) -> Document:
    """Return a file as it is."""
    body = (_FOLDER / name).read_bytes()
    return Document(body=body, media_type=_MEDIA_TYPES[Path(name).suffix], last_modified=MADE[name][0])


@lru_cache(maxsize=1)
def _robots() -> Document:
    return Document(
        body=_ROBOTS, media_type="text/plain; charset=utf-8", last_modified=MADE["robots.txt"][0], filename="robots.txt"
    )


@lru_cache(maxsize=1)
def _schema() -> Document:
    moment, _ = MADE["calendar.json"]
    return Document(body=schema.render_schema(), media_type=schema.MEDIA_TYPE, last_modified=moment, filename="calendar.json")
