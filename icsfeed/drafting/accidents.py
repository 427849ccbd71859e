"""The usual accidents with YAML, in the words of the people who had them rather than the library's."""

import re

import yaml

from icsfeed.drafting.placing import PlacedText
from icsfeed.problems import Place, Problem


def explain(error: yaml.YAMLError, source: PlacedText) -> Problem:
    """Return what a person should read instead of the YAML library's message."""
    if not isinstance(error, yaml.MarkedYAMLError):
        position = getattr(error, "position", 0) or 0
        char = getattr(error, "character", None)
        name = f"the control character U+{char:04X}" if isinstance(char, int) else "a character that YAML does not allow"
        return Problem(place=source.place(position), message=name, cure="Delete it: it does not show in most editors.")
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark is not None else 0
    context = error.context_mark.index if error.context_mark is not None else index
    place = source.place(index)
    line = source.lines[place.line - 1]
    problem = error.problem or ""
    return (
        _explain_tab(source, place.line - 1)
        or _explain_missing_space(source, context, place.line - 1)
        or _explain_quote(error, source, context, place.line - 1)
        or _explain_colon(problem, source, place, line)
        or _explain_rest(problem, source, context, place)
    )


def _explain_tab(source: PlacedText, number: int) -> Problem | None:
    """Explain a tab where YAML wants spaces, in the line of the error or the one before it."""
    for each in (number, number - 1):
        if each >= 0 and (found := re.match(r"[ -]*\t", source.lines[each])):
            place = source.at(each, found.end() - 1)
            return Problem(place=place, message="a tab, where YAML wants spaces", cure="Indent with spaces only.")
    return None


def _explain_missing_space(source: PlacedText, context: int, number: int) -> Problem | None:
    """Explain `class:standaard`, at the place where the library began to read it or just before the error."""
    for each in (source.place(context).line - 1, number, number - 1):
        found = re.match(r"\s*(?:- +)?(([a-z_]+):([^\s:/][^:]*))$", source.lines[each].rstrip()) if each >= 0 else None
        if found:
            place = source.at(each, found.start(1), len(found[2]) + 1)
            cure = f"Write `{found[2]}: {found[3]}`."
            return Problem(place=place, message=f'a space is missing behind "{found[2]}:"', cure=cure)
    return None


def _explain_quote(error: yaml.MarkedYAMLError, source: PlacedText, context: int, number: int) -> Problem | None:
    """Explain an apostrophe that ended a text early, and a quote that nothing closes."""
    if "quoted scalar" in (error.context or "") and "end of stream" in (error.problem or ""):
        place = source.place(context)
        cure = "Put the same quote at the end of the text."
        if source.text[context : context + 1] == "'":
            cure = "Put one at the end of the text, or put a text with an apostrophe in double quotes."
        return Problem(place=place, message="the quote that opens here is never closed", cure=cure)
    for each in (number, number - 1):
        found = (
            re.match(r"(?:\s*-)?[^'\"#]*?:\s+('[^']*'(?=[^\s,\]}:#']).*|'[^']*'\s+[^#\s].*)$", source.lines[each])
            if each >= 0
            else None
        )
        if found:
            text = found[1].strip().removeprefix("'").removesuffix("'").replace("''", "'")
            place = source.at(each, found.start(1) + found[1].index("'", 1))
            return Problem(place=place, message="this apostrophe ends the text", cure=f'Use double quotes: "{text}".')
    found = re.match(r'(?:\s*-)?[^\'"#]*?:\s+("[^"]*"\s*[^\s,\]}:#].*)$', source.lines[number])
    if found:
        place = source.at(number, found.start(1) + found[1].index('"', 1))
        return Problem(place=place, message="this quote ends the text", cure="Put single quotes around the whole text.")
    return None


def _explain_colon(problem: str, source: PlacedText, place: Place, line: str) -> Problem | None:
    """Explain `title: Let op: BTW`."""
    if "mapping values are not allowed" not in problem:
        return None
    found = re.match(r"(\s*(?:- +)?[^\s:#][^:]*:\s+)(.+?)\s*$", line)
    if found and place.column - 1 > found.end(1):
        cure = f"Put quotes around the text: {found[1].strip()} {_quote(found[2])}"
        return Problem(place=place, message="a colon with a space behind it, inside a text without quotes", cure=cure)
    cure = "Keys of one mapping stand below each other, in the same column."
    return Problem(
        place=source.at(place.line - 1, len(line) - len(line.lstrip())), message="this line is indented too far", cure=cure
    )


def _quote(text: str) -> str:
    """Return the text in double quotes, as YAML reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _explain_rest(problem: str, source: PlacedText, context: int, place: Place) -> Problem:
    """Explain what has no words of its own above."""
    begun = source.place(context)
    char = source.text[context : context + 1]
    if "flow" in problem or "',' or" in problem:
        closing = "}" if char == "{" else "]"
        cure = f"Put a {closing} behind the last value."
        return Problem(place=begun, message=f'the "{char}" that opens here is not closed', cure=cure)
    if "cannot start any token" in problem:
        return Problem(place=begun, message=f'a text cannot begin with "{char}"', cure="Put quotes around the text.")
    if "could not find expected ':'" in problem:
        cure = "Write `key: value`, or indent a text that goes on."
        return Problem(place=begun, message="a line without a colon", cure=cure)
    for part, (message, cure) in _OTHERS.items():
        if part in problem:
            return Problem(place=place, message=message, cure=cure)
    return Problem(place=place, message=f"this is not YAML: {problem}")


_COLUMNS = (
    "this does not stand in the column of what it belongs to",
    "Keys of one mapping, and the hyphens of one list, stand below each other in the same column.",
)
_OTHERS = {
    "undefined alias": ("a text cannot begin with an asterisk", "Put quotes around the text."),
    "another document": ("a second document begins here", "Delete the line with the three hyphens."),
    "expected key": _COLUMNS,
    "'-' indicator": _COLUMNS,
    "escape": (
        "an escape that YAML does not know",
        "Between double quotes a backslash begins an escape; use single quotes, or write \\\\.",
    ),
}
"""Parts of the library's messages, each with ours and a cure."""
