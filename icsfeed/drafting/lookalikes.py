"""Characters that look like a blank, hyphen, colon or quote of YAML's, or do not show at all, and are something else to it."""

import re
import unicodedata
from dataclasses import dataclass

from icsfeed.problems import Place, Problem

_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_HYPHENS = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_COLONS = "\u02d0\u2236\ua789\ufe13\ufe55\uff1a"
_ANY = f"[ {_BLANKS}{_HIDDEN}]"
_NO_KEY = rf":#'\"\[\]{{}}{_COLONS}"
_STRUCTURE = re.compile(
    rf"(?P<indent>{_ANY}*)"
    rf"(?:(?P<hyphen>[-{_HYPHENS}])(?P<gap>{_ANY}+))?"
    rf"(?:(?P<key>[^\s{_HIDDEN}{_NO_KEY}][^{_NO_KEY}]*)(?P<colon>[:{_COLONS}])(?P<behind>{_ANY}*))?"
)
_ODD = re.compile(rf"([{_BLANKS}{_HIDDEN}])\1*")

_CURLY = re.compile("[“”„‟]([^“”„‟]+)[“”„‟]|[‘‚‛]((?:[^‘’‚‛]|(?<=\\w)’(?=\\w))+)[‘’‛]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """The first look-alike in the structure of a line.

    Attributes:
        begin: Its index in the line.
        length: How often it stands there.
        message: What it is and where.
        cure: What to type instead.
        line: The whole line with ordinary characters in its structure.
    """

    begin: int
    length: int
    message: str
    cure: str
    line: str


def find_look_alike(line: str) -> LookAlike | None:
    """Return the first look-alike where a line is indented, has its hyphen, or has its key and colon; texts may have any."""
    found = _STRUCTURE.match(line)
    if found is None:
        return None
    told = sorted(filter(None, (_hyphen(found), _colon(found), *(_blank(found, part) for part in _PLACES))))
    if not told:
        return None
    begin, length, message, cure = told[0]
    return LookAlike(begin=begin, length=length, message=message, cure=cure, line=_ordinary(found) + line[found.end() :])


def explain_name(place: Place) -> Problem | None:
    """Return the problem of a name that is not known because a look-alike is part of it; None where none is."""
    found, begin = find_look_alike(place.source), place.column - 1
    if found is None or not begin <= found.begin < begin + place.length:
        return None
    at = Place(file=place.file, line=place.line, column=found.begin + 1, length=found.length, source=place.source)
    return Problem(place=at, message=found.message, cure=found.cure)


def find_in_curly_quotes(text: str) -> str | None:
    """Return what stands between curly quotes that begin and end a text; None where none do, or some are inside as well."""
    found = _CURLY.fullmatch(text)
    inside = (found[1] or found[2]) if found else ""
    return inside if inside.strip() else None


_PLACES = {
    "indent": "at the beginning of the line",
    "gap": "behind the hyphen",
    "key": 'in "{key}"',
    "behind": 'behind "{key}:"',
}
_Told = tuple[int, int, str, str]


def _blank(found: re.Match[str], part: str) -> _Told | None:
    """Return where the first odd blank of a part stands, how often, and what to say of it."""
    odd = _ODD.search(found[part] or "")
    if odd is None:
        return None
    many, shows = len(odd[0]) > 1, not re.match(f"[{_HIDDEN}]", odd[0])
    name = _name(odd[1], count=len(odd[0]))
    looks = ("they only look like spaces" if many else "it only looks like a space") if shows else "it does not show"
    looks = "they do not show" if many and not shows else looks
    them, spaces = ("them", "ordinary spaces") if many else ("it", "an ordinary space")
    needs = shows or (part in ("gap", "behind") and " " not in found[part])
    cure = f"Delete {them} and type {spaces if shows else 'an ordinary space'}." if needs else f"Delete {them}."
    where = _PLACES[part].format(key=_plain(found["key"] or "").strip())
    return found.start(part) + odd.start(), len(odd[0]), f"{name} {where}; {looks}", cure


def _hyphen(found: re.Match[str]) -> _Told | None:
    """Return what to say of a dash that was to be the hyphen of a list."""
    if found["hyphen"] in (None, "-"):
        return None
    message = f"{_name(found['hyphen'])} before an item of a list; it only looks like a hyphen"
    return found.start("hyphen"), 1, message, "Delete it and type an ordinary hyphen."


def _colon(found: re.Match[str]) -> _Told | None:
    """Return what to say of a colon that is none."""
    if found["colon"] in (None, ":"):
        return None
    message = f'{_name(found["colon"])} behind "{_plain(found["key"]).strip()}"; it only looks like a colon'
    return (
        found.start("colon"),
        1,
        message,
        f"Delete it and type an ordinary colon{'' if ' ' in found['behind'] else ' and a space'}.",
    )


def _name(char: str, *, count: int = 1) -> str:
    """Return `a no-break space (U+00A0)`, or `4 no-break spaces (U+00A0)`."""
    name = unicodedata.name(char, "invisible character").lower()
    article = "an" if name[0] in "aeio" else "a"
    return f"{f'{count} {name}s' if count > 1 else f'{article} {name}'} (U+{ord(char):04X})"


def _plain(text: str) -> str:
    """Return a text with ordinary spaces and without characters that do not show."""
    return re.sub(f"[{_HIDDEN}]", "", re.sub(f"[{_BLANKS}]", " ", text))


def _ordinary(found: re.Match[str]) -> str:
    """Return the structure of a line in ordinary characters."""
    hyphen = f"-{_plain(found['gap']) or ' '}" if found["hyphen"] else ""
    pair = f"{_plain(found['key'])}:{_plain(found['behind']) or ' '}" if found["colon"] else ""
    return f"{_plain(found['indent'])}{hyphen}{pair}"
