"""The usual accidents with YAML, in the words of the people who have them rather than the library's."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import yaml

from icsfeed.problems import Place, PlacedText, Problem

BACKSLASH = "In double quotes a backslash starts an escape: write \\\\ for a backslash, or use single quotes or a block after |."
"""The cure where a backslash was meant as itself."""

NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
"""What without quotes is no value in YAML."""

_Explanation = tuple[Place, str, str]
"""Where it is, what is wrong, and what cures it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """What the library says, and where it stopped reading.

    Attributes:
        begun: Where that begins what it was reading then.
    """

    source: PlacedText
    problem: str
    index: int
    place: Place
    begun: Place

    @property
    def nearby(self) -> list[Place]:
        """The lines in which the accident may have happened, the likeliest first."""
        numbers = dict.fromkeys([self.begun.line, self.place.line, max(self.place.line - 1, 1)])
        return [self.source.at(number - 1, 0) for number in numbers]


def explain(error: yaml.YAMLError, source: PlacedText) -> Problem:
    """Return what a person should read instead of the library's message."""
    mark = isinstance(error, yaml.MarkedYAMLError) and (error.problem_mark or error.context_mark)
    if not isinstance(error, yaml.MarkedYAMLError) or not mark:
        return Problem(place=Place(file=source.file, line=1), message=f"not valid YAML: {error}")
    place, begun = source.place(mark.index), source.place((error.context_mark or mark).index)
    failure = _Failure(source=source, problem=f"{error.context}: {error.problem}", index=mark.index, place=place, begun=begun)
    explanations = filter(None, (rule(failure) for rule in _RULES))
    where, message, cure = next(explanations, (place, f"not valid YAML: {error.problem}", ""))
    return Problem(place=where, message=message, cure=cure)


def quote(text: str) -> str:
    """Return the text in double quotes, as YAML reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# Characters that only look like a blank, hyphen or quote of YAML's, or do not show at all

_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_DASHES = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_GAP = f"[ {_BLANKS}{_HIDDEN}]"
_NO_KEY = r":#'\"\[\]{}"
_STRUCTURE = re.compile(rf"{_GAP}*(?:[-{_DASHES}](?={_GAP}))?{_GAP}*(?:[^\s{_HIDDEN}{_NO_KEY}][^{_NO_KEY}]*:{_GAP}*)?")
"""A line's indentation, hyphen and key, as they were meant."""
_ODD = re.compile(rf"([{_BLANKS}{_HIDDEN}])\1*|(?<![^ {_BLANKS}{_HIDDEN}])[{_DASHES}](?={_GAP})")
_CURLY = re.compile("[“”„‟]([^“”„‟]+)[“”„‟]|[‘‚‛]((?:[^‘’‚‛]|(?<=\\w)’(?=\\w))+)[‘’‛]")


def explain_name(place: Place) -> Problem | None:
    """Return the problem of a name that is not known because a look-alike is part of it; None where none is."""
    found = _find_look_alike(place)
    if found is None or not place.column <= found[0].column < place.column + place.length:
        return None
    return Problem(place=found[0], message=found[1], cure=found[2])


def find_in_curly_quotes(text: str) -> str | None:
    """Return what stands between curly quotes that begin and end a text; None where none do, or some are inside as well."""
    found = _CURLY.fullmatch(text)
    inside = (found[1] or found[2]) if found else ""
    return inside if inside.strip() else None


_CONTINUED = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", "ignore"))
_GARBLED = re.compile(f"[ÂÃ][{_CONTINUED}]|â[{_CONTINUED}]{{2}}")
"""What letters and marks beyond ASCII become when UTF-8 is read as Windows' encoding and saved again."""


def find_in_garbled(text: str) -> str | None:
    """Return what a text said before it was saved in the wrong encoding; None where it was not."""
    meant = text
    while _GARBLED.search(meant):
        meant = _GARBLED.sub(lambda found: found[0].encode("cp1252").decode("utf-8", "replace"), meant)
    return meant if meant != text else None


def _look_alike(failure: _Failure) -> _Explanation | None:
    """Explain the nearest look-alike, of several lines the first, if YAML reads on without them."""
    lines = failure.source.lines[: failure.place.line]
    look_alikes = {number: found for number in range(len(lines)) if (found := _find_look_alike(failure.source.at(number, 0)))}
    if not look_alikes or not _is_readable("\n".join([*map(_without_look_alikes, lines), ""])):
        return None
    return next(look_alikes[number] for number in reversed(look_alikes) if number - 1 not in look_alikes)


def _find_look_alike(place: Place) -> _Explanation | None:
    """Return the first look-alike in a line's indentation, hyphen and key; texts may have any."""
    found = _ODD.search(place.source, 0, next(_STRUCTURE.finditer(place.source)).end())
    if found is None:
        return None
    looks, cure = "is invisible", "Delete it."
    if not re.match(f"[{_HIDDEN}]", found[0]):
        like = "hyphen" if re.match(f"[{_DASHES}]", found[0]) else "space"
        looks, cure = f"only looks like a {like}", f"Type an ordinary {like} instead."
    message = f"U+{ord(found[0][0]):04X} ({unicodedata.name(found[0][0], 'unnamed').lower()}) {looks}"
    return replace(place, column=found.start() + 1, length=len(found[0])), message, cure


def _without_look_alikes(line: str) -> str:
    """Return a line with ordinary characters in its structure."""
    structure = next(_STRUCTURE.finditer(line))
    plain = structure[0]
    for odd, ordinary in ((f"(?<=:)[{_HIDDEN}]+", " "), (f"[{_BLANKS}]", " "), (f"[{_HIDDEN}]", ""), (f"[{_DASHES}](?= )", "-")):
        plain = re.sub(odd, ordinary, plain)
    return plain + line[structure.end() :]


def _is_readable(text: str) -> bool:
    """Tell whether YAML reads the beginning of a file, at least to its last line."""
    try:
        for _ in yaml.parse(text, Loader=yaml.CBaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return mark is not None and mark.index >= len(text)
    return True


# Lines in a wrong column

_COLUMNS = "Keys of the same mapping, and hyphens of the same list, start in the same column."
_LINE = re.compile(r" *(?:(-)(?: +|$))?(?:([^\s#:'\"\-&*!|>%@`\[\]{},?][^#:]*|\"[^\"]*\" *|'[^']*' *):(?: |$))?")


def _column(failure: _Failure) -> _Explanation | None:
    """Explain the line where YAML stopped, or the one above where that ended what this one goes on with."""
    lines = [parts for number, line in enumerate(failure.source.lines[: failure.place.line]) if (parts := _read(number, line))]
    if len(lines) < 2 or not re.search("mapping values|expected (key|'-'|<document start>)", failure.problem):
        return None
    *above, (before, *_), (this, *_) = lines
    if before.column < this.column and this.column in _open_above(above, this):
        this = before
    else:
        above = lines[:-1]
    others = _open_above(above, this)
    if this is not before and this.column in others:
        return None
    columns = sorted(others.keys() - {this.column}, key=lambda column: (column < this.column, abs(column - this.column)))
    if not columns:
        return None
    other = others[columns[0]]
    message = f"`{this.name}` is in column {this.column + 1}, but `{other.name}` above it is in column {other.column + 1}"
    return failure.source.at(this.line, this.column), message, _COLUMNS


class _Part(NamedTuple):
    """A key or a hyphen, and where it stands, both from 0."""

    line: int
    column: int
    name: str


def _read(number: int, line: str) -> list[_Part]:
    """Return the hyphen and the key with which a line begins, as far as it does."""
    found = next(_LINE.finditer(line))
    return [_Part(number, found.start(group), found[group].rstrip()) for group in (1, 2) if found[group]]


def _open_above(lines: list[list[_Part]], this: _Part) -> dict[int, _Part]:
    """Return by their columns the keys that may go on below lines, or the hyphens where this is one."""
    opened: list[_Part] = []
    for parts in reversed(lines):
        opened += [each for each in reversed(parts) if not opened or each.column < opened[-1].column]
    return {each.column: each for each in opened if (each.name == "-") == (this.name == "-")}


# Everything else


def _tab(failure: _Failure) -> _Explanation | None:
    for place in failure.nearby:
        found = re.match(r"[ -]*(\t)\s*\S", place.source)
        if found:
            return replace(place, column=found.start(1) + 1), *_TAB
    return None


def _missing_space(failure: _Failure) -> _Explanation | None:
    """Explain `class:standaard` and `-id: 1`."""
    for place in failure.nearby:
        found = re.match(r"\s*(?:- +)?([a-z_]+:)([^\s/:].*)", place.source) or re.match(r"\s*(-)([a-z_]+:( .*)?$)", place.source)
        if found:
            before = "the hyphen" if found[1] == "-" else f'"{found[1]}"'
            where = replace(place, column=found.start(1) + 1, length=len(found[1]))
            return where, f"a space is missing after {before}", f"Write `{found[1]} {found[2].rstrip()}`."
    return None


def _open_quote(failure: _Failure) -> _Explanation | None:
    """Explain a quote that nothing closes, or that the opening quote of a later text closes."""
    lines, place = failure.source.lines, failure.place
    before = place.source[: place.column - 1]
    mark = before[-1:]
    if "quoted scalar: found unexpected end of stream" in failure.problem:
        place = failure.begun
    elif mark in ("'", '"') and before.count(mark) == 1:
        odd = [number for number in range(place.line - 1) if lines[number].count(mark) % 2]
        if not odd:
            return None
        place = failure.source.at(odd[-1], lines[odd[-1]].rindex(mark))
    else:
        return None
    apostrophe = place.source[place.column - 1] == "'"
    cure = f"Put the same quote at the end of the text{', or double quotes around a text with an apostrophe' * apostrophe}."
    return place, "this quote is never closed", cure


def _early_quote(failure: _Failure) -> _Explanation | None:
    """Explain an apostrophe or quote that ended a text early."""
    for place in failure.nearby:
        key = re.match(r"\s*(?:- +)?[^\s'\"#:]+:\s+", place.source)
        text = place.source[key.end() :].rstrip() if key else ""
        found = re.match(r"'[^']*'(?![\s,\]}:#'])|'[^']*'(?=\s+[^#\s])|\"[^\"]*\"(?=\s*[^\s,\]}:#])", text)
        if key and found and text != found[0]:
            where = replace(place, column=key.end() + found.end())
            if text[0] == "'":
                whole = text[1:].removesuffix("'").replace("''", "'")
                return where, _APOSTROPHE, f"Use double quotes: {quote(whole)}."
            whole = text[1:-1] if text.endswith('"') else text
            cure = f"Use single quotes: '{whole}'." if "'" not in whole else f"Write {quote(whole)}."
            return where, "this quote ends the text", cure
    return None


def _colon(failure: _Failure) -> _Explanation | None:
    """Explain `title: Let op: BTW`."""
    found = re.match(r"(\s*(?:- +)?[^\s:#][^:]*:\s+)(.+)", failure.place.source.rstrip())
    if "mapping values" not in failure.problem or not found or failure.place.column - 1 <= found.end(1):
        return None
    cure = f"Put quotes around the text: {found[1].strip()} {quote(find_in_curly_quotes(found[2]) or found[2])}"
    return failure.place, _COLON, cure


def _bracket(failure: _Failure) -> _Explanation | None:
    """Explain brackets and braces that do not match, and what is not right between them."""
    place, begun = failure.place, failure.begun
    char, opening = (each.source[each.column - 1 :][:1] for each in (place, begun))
    if char in _OPENING and re.search("expected key|node content|<document start>", failure.problem):
        return place, f'this "{char}" has no matching "{_OPENING[char]}"', "Delete it."
    if not re.search("',' or|flow (mapping|sequence|node)", failure.problem):
        return None
    if begun.line < place.line or char in ("", "]", "}"):
        cure = f"Put a {'}' if opening == '{' else ']'} after the last value."
        return begun, f'this "{opening}" is never closed', cure
    if char == ":":
        return place, _COLON, "Put quotes around the text, or a comma before the next key."
    if place.source[place.column - 2] == "'":
        return replace(place, column=place.column - 1), _APOSTROPHE, "Use double quotes."
    return place, "a comma is missing before this", "Put a comma between two values."


def _first_character(failure: _Failure) -> _Explanation | None:
    """Explain a text that begins with a character that means something else to YAML."""
    place = failure.place if "undefined alias" in failure.problem else failure.begun
    if not re.search(_FIRST, failure.problem):
        found = re.match(r"\s*(?:- +)?(?:[^\s:#]+:\s+)?([\[{])", failure.place.source)
        if found is None or "expected key" not in failure.problem or failure.place.column <= found.end():
            return None
        place = replace(failure.place, column=found.end())
    text = place.source[place.column - 1 :].strip()
    return place, f'unquoted text cannot start with "{text[:1]}"', f"Put quotes around it: {quote(text)}"


def _other(failure: _Failure) -> _Explanation | None:
    """Explain what needs no more than its message."""
    message, cure = next((explanation for part, explanation in _OTHERS.items() if re.search(part, failure.problem)), ("", ""))
    place = failure.begun if "find expected ':'" in failure.problem else failure.place
    if cure == BACKSLASH:
        place = failure.source.place(max(failure.source.text.rfind("\\", 0, failure.index + 1), 0))
    elif "%" in message:
        place = replace(place, column=1)
    return (place, message, cure) if message else None


_FIRST = (
    "cannot start any token|alphabetic or numeric character|undefined alias|expected comment or line break"
    "|indentation indicator|tag URI|expected whitespace or line break"
)
"""Parts of the library's messages about a text that begins with a character that means something to YAML."""
_OPENING = {"]": "[", "}": "{"}
_COLON = "unquoted text contains a colon followed by a space"
_APOSTROPHE = "this apostrophe ends the text"
_TAB = ("tab where YAML needs spaces", "Indent with spaces only.")
_OTHERS = {
    "found a tab": _TAB,
    "escape|hexdecimal": ("unknown escape sequence", BACKSLASH),
    "find expected ':'": ("a line without a colon", "Write `key: value`, or indent the line if it continues a text."),
    "another document": ("a second YAML document starts here", "Delete the `---` line."),
    "<document start>": (
        "a second YAML document starts here",
        "Delete the `...` line above it, or the spaces before the first key.",
    ),
    "block sequence entries": (
        "a list cannot start here",
        "Put the hyphen on its own line below the key, or put quotes around a text that starts with a hyphen.",
    ),
    "directive|incompatible YAML": ('a line cannot start with "%"', "Delete the line, or put # in front of it."),
    "mapping values|expected key|'-' indicator": ("wrong indentation", _COLUMNS),
}
"""Parts of the library's messages, each with ours and a cure."""

_RULES: tuple[Callable[[_Failure], _Explanation | None], ...] = (
    _look_alike,
    _tab,
    _missing_space,
    _open_quote,
    _early_quote,
    _colon,
    _bracket,
    _first_character,
    _column,
    _other,
)
"""What explains an error, in this order; each returns None where it was another accident."""
