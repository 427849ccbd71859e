"""Static files: style sheets, one for each calendar colour, icon, script, JSON Schema, robots.txt."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from icsfeed.publication.document import Document

_FOLDER = Path(__file__).parents[2] / "static"
_FILES: Mapping[str, tuple[str, ...]] = {
    "/robots.txt": ("robots.txt", "text/plain; charset=utf-8", "robots.txt"),
    "/schema/calendar.json": ("calendar.schema.json", "application/schema+json", "calendar.json"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml; charset=utf-8"),
    "/static/icsfeed.js": ("icsfeed.js", "text/javascript; charset=utf-8"),
}
"""Names, media types and the names under which browsers save them, by path."""


def sheet_path(color: str | None) -> str:
    """Return the path of the style sheet for a calendar's colour."""
    return "/static/icsfeed.css" if color is None else f"/static/icsfeed-{color}.css"


def static_documents(colors: Iterable[str | None]) -> Mapping[str, Document]:
    """Return the files by path, with the default style sheet and one for each colour."""
    sheets = {sheet_path(color): _sheet(color) for color in {None, *colors}}
    return {**{path: _file(*each) for path, each in _FILES.items()}, **dict(sorted(sheets.items()))}


def strip_script() -> Document:
    """Return the script that other pages load; it finds its language and data by its own address."""
    return _file("strip.js", "text/javascript; charset=utf-8")


@lru_cache(maxsize=64)
def _sheet(color: str | None) -> Document:
    """Return the style sheet, with a rule that sets the calendar's colour."""
    rule = f"\n:root {{ --calendar: {color}; }}\n" if color is not None else ""
    body = (_FOLDER / "icsfeed.css").read_bytes() + rule.encode()
    return Document(render=lambda: body, media_type="text/css; charset=utf-8")


@cache
def _file(name: str, media_type: str, filename: str | None = None) -> Document:
    """Return a file of `static/` as a document."""
    return Document(render=(_FOLDER / name).read_bytes, media_type=media_type, filename=filename)
