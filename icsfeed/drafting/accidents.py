"""The usual accidents with YAML, in the words of the people who had them rather than the library's."""

import re

import yaml

from icsfeed.drafting.indentation import CURE, Reading, describe, find_misplaced, spaces
from icsfeed.drafting.lookalikes import find_in_curly_quotes, find_look_alike
from icsfeed.drafting.placing import PlacedText
from icsfeed.problems import Place, Problem

BACKSLASH = "In double quotes a backslash begins an escape: write \\\\ for a backslash, or use single quotes."
"""The cure where a backslash was meant as itself."""


_MOST_LOOK_ALIKES = 8


def explain(error: yaml.YAMLError, source: PlacedText, read: Reading | None = None) -> Problem:
    """Return what a person should read instead of the YAML library's message.

    Parameters:
        read: Proves cures that put a line in another column; without it none is told.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(place=Place(file=source.file, line=1), message=f"this is not YAML: {error}")
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark is not None else 0
    context = error.context_mark.index if error.context_mark is not None else index
    accident = _Accident(error, source, index, context, read)
    return (
        accident.look_alike()
        or accident.tab()
        or accident.missing_space()
        or accident.open_quote()
        or accident.early_quote()
        or accident.colon()
        or accident.bracket()
        or accident.first_character()
        or accident.other()
    )


def quote(text: str) -> str:
    """Return the text in double quotes, as YAML reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Accident:
    """An error of the YAML library; each method explains one kind of accident, or returns None where it was another."""

    def __init__(self, error: yaml.MarkedYAMLError, source: PlacedText, index: int, context: int, read: Reading | None) -> None:
        self.source = source
        self.read = read
        self.problem = error.problem or ""
        self.context = error.context or ""
        self.index = index
        self.begun = context
        self.place = source.place(index)
        self.number = self.place.line - 1
        self.line = source.lines[self.number]

    def _nearby(self) -> list[tuple[int, str]]:
        """Return the lines where the accident may have happened, each with its number from 0, the likeliest first."""
        numbers = dict.fromkeys([self.source.place(self.begun).line - 1, self.number, self.number - 1])
        return [(number, self.source.lines[number].rstrip()) for number in numbers if number >= 0]

    def look_alike(self) -> Problem | None:
        """Explain a character that only looks like YAML's, if the error is gone or farther down once it is replaced."""
        if "nested too deeply" in self.problem:
            return None
        lines = list(self.source.lines)
        odd = [(number, found) for number in range(self.number, -1, -1) if (found := find_look_alike(lines[number]))]
        for number, found in odd[:_MOST_LOOK_ALIKES]:
            lines[number] = found.line
            still = _find_failing_line("\n".join(lines))
            if still is None or still > self.number:
                place = self.source.at(number, found.begin, found.length)
                return Problem(place=place, message=found.message, cure=found.cure)
        return None

    def _misplaced(self) -> Problem | None:
        """Explain a line that stands in another column than what it belongs to."""
        hyphens = (number for number in range(self.number - 1, -1, -1) if self.source.lines[number].lstrip().startswith("- "))
        numbers = [self.number, self._above(), self.source.place(self.begun).line - 1, next(hyphens, self.number)]
        sure = find_misplaced(self.source, numbers, self.read) if self.read else None
        return sure or describe(self.source, self.number)

    def _above(self) -> int:
        """Return the nearest line above that is neither blank nor a comment; the first one where there is none."""
        above = (number for number in range(self.number - 1, -1, -1) if not re.match(r"\s*(#|$)", self.source.lines[number]))
        return next(above, 0)

    def tab(self) -> Problem | None:
        """Explain a tab where YAML wants spaces."""
        for number in (self.number, self.number - 1):
            found = re.match(r"[ -]*(\t)\s*\S", self.source.lines[number]) if number >= 0 else None
            if found:
                place = self.source.at(number, found.start(1))
                return Problem(place=place, message="a tab, where YAML wants spaces", cure="Indent with spaces only.")
        if "found a tab" in self.problem:
            return Problem(place=self.place, message="a tab, where YAML wants spaces", cure="Indent with spaces only.")
        return None

    def missing_space(self) -> Problem | None:
        """Explain `class:standaard` and `-id: 1`."""
        for number, line in self._nearby():
            found = re.match(r"\s*(?:- +)?([a-z_]+:)([^\s/:].*)$", line)
            if found:
                place, cure = self.source.at(number, found.start(1), len(found[1])), f"Write `{found[1]} {found[2]}`."
                return Problem(place=place, message=f'a space is missing behind "{found[1]}"', cure=cure)
            found = re.match(r"\s*(-)([a-z_]+:( .*)?)$", line)
            if found:
                place, cure = self.source.at(number, found.start(1)), f"Write `- {found[2]}`."
                return Problem(place=place, message="a space is missing behind the hyphen", cure=cure)
        return None

    def open_quote(self) -> Problem | None:
        """Explain a quote that nothing closes, or that the opening quote of a later text closes."""
        opened = None
        if "quoted scalar" in self.context and "end of stream" in self.problem:
            opened = self.begun
        elif self.index and self.source.text[self.index - 1] in "'\"":
            opened = self._find_opened(self.source.text[self.index - 1])
        if opened is None:
            return None
        cure = "Put the same quote at the end of the text."
        if self.source.text[opened] == "'":
            cure = "Put one at the end of the text, or put a text with an apostrophe in double quotes."
        return Problem(place=self.source.place(opened), message="the quote that opens here is not closed", cure=cure)

    def _find_opened(self, mark: str) -> int | None:
        """Return where the text began that the quote before the error closes, if that was in an earlier line."""
        begin = self.index - self.place.column + 1
        if self.source.text.count(mark, begin, self.index) != 1:
            return None
        for number in range(self.number - 1, -1, -1):
            line = self.source.lines[number]
            begin -= len(line) + 1
            if line.count(mark) % 2:
                return begin + line.rindex(mark)
        return None

    def early_quote(self) -> Problem | None:
        """Explain an apostrophe or quote that ended a text early."""
        for number, line in self._nearby():
            key = re.match(r"\s*(?:- +)?[^\s'\"#:]+:\s+", line)
            text = line[key.end() :] if key else ""
            found = re.match(r"'[^']*'(?![\s,\]}:#'])|'[^']*'(?=\s+[^#\s])|\"[^\"]*\"(?=\s*[^\s,\]}:#])", text)
            if key is None or found is None:
                continue
            place = self.source.at(number, key.end() + found.end() - 1)
            if text[0] == "'":
                whole = quote(text[1:].removesuffix("'").replace("''", "'"))
                if len(text) == found.end():
                    continue
                return Problem(place=place, message="this apostrophe ends the text", cure=f"Use double quotes: {whole}.")
            whole = text[1:-1] if text.endswith('"') else text
            cure = f"Use single quotes: '{whole}'." if "'" not in whole else f"Write {quote(whole)}."
            return Problem(place=place, message="this quote ends the text", cure=cure)
        return None

    def colon(self) -> Problem | None:
        """Explain `title: Let op: BTW`, and a line that is indented like a part of the value above it."""
        if "mapping values are not allowed" not in self.problem:
            return None
        found = re.match(r"(\s*(?:- +)?[^\s:#][^:]*:\s+)(.+)$", self.line.rstrip())
        if found and self.place.column - 1 > found.end(1):
            cure = f"Put quotes around the text: {found[1].strip()} {quote(find_in_curly_quotes(found[2]) or found[2])}"
            return Problem(place=self.place, message="a colon with a space behind it, inside a text without quotes", cure=cure)
        misplaced = self._misplaced()
        if misplaced is not None:
            return misplaced
        place = self.source.at(self.number, len(self.line) - len(self.line.lstrip()))
        message = "this line is indented further than the one above it, which has its value already"
        return Problem(place=place, message=message, cure="Keys of one mapping stand below each other, in the same column.")

    def bracket(self) -> Problem | None:
        """Explain brackets and braces that do not match, a comma missing in them, and a text that begins with one."""
        char = self.source.text[self.index : self.index + 1]
        begun = self.source.place(self.begun)
        if "',' or" in self.problem or "flow" in self.problem + self.context:
            opening = self.source.text[self.begun : self.begun + 1]
            if begun.line == self.place.line and char not in ("", "]", "}"):
                message = "a comma is missing before this"
                return Problem(place=self.place, message=message, cure="Put a comma between two values.")
            cure = f"Put a {'}' if opening == '{' else ']'} behind the last value."
            return Problem(place=begun, message=f'the "{opening}" that opens here is not closed', cure=cure)
        if not re.search("expected key|node content|<document start>", self.problem):
            return None
        if char in ("]", "}"):
            return Problem(place=self.place, message=f'this "{char}" closes nothing', cure="Delete it.")
        found = re.match(r"\s*(?:- +)?(?:[^\s:#]+:\s+)?([\[{].*)$", self.line.rstrip())
        if found and self.place.column - 1 > found.start(1):
            return self._quotes(self.source.at(self.number, found.start(1)), found[1])
        return None

    def first_character(self) -> Problem | None:
        """Explain a text that begins with a character that means something else to YAML."""
        if not any(part in self.problem for part in _FIRST):
            return None
        place = self.place if "alias" in self.problem else self.source.place(self.begun)
        return self._quotes(place, place.source[place.column - 1 :].strip())

    def _quotes(self, place: Place, text: str) -> Problem:
        """Return the problem of a text that wants quotes."""
        message = f'a text without quotes cannot begin with "{text[:1]}"'
        return Problem(place=place, message=message, cure=f"Put quotes around it: {quote(text)}")

    def other(self) -> Problem:
        """Explain what has no words of its own above."""
        if "escape" in self.problem or "hexdecimal" in self.problem:
            place = self.source.place(max(self.source.text.rfind("\\", 0, self.index + 1), 0))
            return Problem(place=place, message="an escape that YAML does not know", cure=BACKSLASH)
        if "could not find expected ':'" in self.problem:
            cure = "Write `key: value`, or indent a text that goes on."
            return Problem(place=self.source.place(self.begun), message="a line without a colon", cure=cure)
        indented = self._indented_beginning() if "<document start>" in self.problem else None
        if indented is not None:
            return indented
        for part, (message, cure) in _OTHERS.items():
            if part in self.problem or part in self.context:
                misplaced = self._misplaced() if (message, cure) == _COLUMNS else None
                if misplaced is not None:
                    return misplaced
                place = self.source.at(self.number, 0) if part == "directive" else self.place
                return Problem(place=place, message=message, cure=cure)
        return Problem(place=self.place, message=f"this is not YAML: {self.problem}")

    def _indented_beginning(self) -> Problem | None:
        """Explain blanks before the first key, because of which what is below it seems to be another document."""
        lines = self.source.lines
        first = next((number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
        blanks = len(lines[first]) - len(lines[first].lstrip(" "))
        if not blanks or any(line.startswith("...") for line in lines[: self.number]):
            return None
        key = lines[first].strip().partition(":")[0]
        message = f"`{key}` stands in column {blanks + 1}, what is below it in column 1"
        return Problem(place=self.source.at(first, blanks), message=message, cure=f"Delete {spaces(blanks)} before it.")


def _find_failing_line(text: str) -> int | None:
    """Return the line, from 0, at which YAML stops reading a text; None where it reads all of it."""
    try:
        for _ in yaml.parse(text, Loader=yaml.CBaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return text.count("\n", 0, mark.index) if mark is not None else 0
    return None


_FIRST = (
    "cannot start any token",
    "alphabetic or numeric character",
    "undefined alias",
    "expected comment or line break",
    "indentation indicator",
    "tag URI",
    "expected whitespace or line break",
)
"""Parts of the library's messages about a text that begins with a character that means something to YAML."""
_COLUMNS = (
    "this does not stand in the column of what it belongs to",
    CURE,
)
_DIRECTIVE = ('a line cannot begin with "%"', "Delete the line, or put a # before it.")
_OTHERS = {
    "nested too deeply": ("the file is nested too deeply", "Delete brackets or hyphens that are too many."),
    "another document": ("a second document begins here", "Delete the line with the three hyphens."),
    "<document start>": ("a second document begins here", "Delete the line with three dots above it."),
    "block sequence entries": (
        "a list cannot begin here",
        "Put the hyphen on a line of its own below the key, or put quotes around a text that begins with one.",
    ),
    "directive": _DIRECTIVE,
    "incompatible YAML": _DIRECTIVE,
    "expected key": _COLUMNS,
    "'-' indicator": _COLUMNS,
}
"""Parts of the library's messages, each with ours and a cure."""
