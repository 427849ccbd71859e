"""Errors and warnings with place and cure, how they are printed, and small helpers for messages."""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

_WIDEST = 120
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Severity(Enum):
    """Whether a problem stops publishing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where something stands.

    Attributes:
        file: As the user would type it.
        line: From 1; 0 where a whole file is meant.
        column: From 1, in characters; 0 where a whole line is meant.
        length: How many characters are meant, at least 1.
        source: The line itself, without its line feed.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    source: str = ""

    def __str__(self) -> str:
        """Return `file:line:column`, as far as they are known."""
        known = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *known])


class PlacedText:
    """A file's text, with the place of an index in it."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def place(self, index: int, length: int = 1) -> Place:
        """Return the place of an index; past the end it is the end of the last line that has something."""
        line = bisect_right(self._starts, min(index, len(self.text))) - 1
        column = min(index, len(self.text)) - self._starts[line]
        if index >= len(self.text):
            while line > 0 and not self.lines[line].strip():
                line -= 1
                column = len(self.lines[line])
        return self.at(line, column, length)

    def at(self, line: int, column: int, length: int = 1) -> Place:
        """Return the place of a line and column, both from 0."""
        source = self.lines[line]
        return Place(file=self.file, line=line + 1, column=column + 1, length=length, source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault or a doubt.

    Attributes:
        message: What is wrong, without a full stop.
        cure: What to do about it, in sentences; may be empty.
        pending: Whether it only says that changes wait to be published; such a warning is no finding of `check --strict`.
    """

    place: Place
    message: str
    cure: str = ""
    severity: Severity = Severity.ERROR
    pending: bool = False

    def headline(self) -> str:
        """Return place and message in one line, for a log."""
        return _INVISIBLE.sub("\ufffd", f"{self.place} {self.message}")

    def __str__(self) -> str:
        """Return the whole message: place, line, caret and cure; control characters are replaced."""
        lines = [f"{self.place}: {self.severity.value}: {self.message}"]
        if self.place.column:
            lines += _point_at(self.place)
        if self.cure:
            lines += [f"  {line}" for line in self.cure.split("\n")]
        return _INVISIBLE.sub("\ufffd", "\n".join(lines))

    def as_data(self) -> dict[str, str | int]:
        """Return it for `--json`."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "severity": self.severity.value,
            "message": self.message,
            "cure": self.cure,
        }


class ScheduleError(Exception):
    """A schedule file or journal that cannot be used; carries every problem found.

    Attributes:
        problems: Errors, and the warnings that were found beside them, sorted by place.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, sorted by place."""
        self.problems = sort_problems(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RefusedError(Exception):
    """What was asked for cannot be done now, or at all; the message is a sentence."""


REFUSALS = (RefusedError, OSError)
"""Errors that a command prints without a traceback."""


def explain(error: Exception) -> str:
    """Return an exception's message; of an OSError its file and reason."""
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return str(error)


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems by place, each once."""
    return tuple(
        sorted(dict.fromkeys(problems), key=lambda problem: (problem.place.file, problem.place.line, problem.place.column))
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether one of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def find_near(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like this one, or None if none is close enough."""
    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold()[:_WIDEST], list(by_folded), n=1, cutoff=0.7)
    return by_folded[near[0]] if near else None


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "…"? ` when a known word is near, else nothing."""
    near = find_near(word, known)
    return f'Did you mean "{near}"? ' if near else ""


def shorten(text: str) -> str:
    """Return a text cut to what a message can hold, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def counted(number: int, noun: str) -> str:
    """Return `1 window` or `2 windows`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_words(words: Sequence[str]) -> str:
    """Return `day, month and year`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def render_problems(problems: Iterable[Problem], *, as_json: bool = False) -> str:
    """Return the problems as people or programs read them; empty for none but `[]` as JSON."""
    if as_json:
        return json.dumps([problem.as_data() for problem in problems], ensure_ascii=False, indent=2)
    return "\n".join(str(problem) for problem in problems)


def _point_at(place: Place) -> list[str]:
    """Return the source line and a line with a caret below the place, both cut to what a terminal shows."""
    source, begin = place.source, place.column - 1
    if len(source) > _WIDEST:
        cut = max(0, begin - _WIDEST // 2)
        source, begin = ("…" if cut else "") + source[cut : cut + _WIDEST], begin - cut + (1 if cut else 0)
    length = max(1, min(place.length, len(source) - begin))
    indent = "".join("\t" if char == "\t" else " " * _columns(char) for char in source[:begin])
    under = sum(_columns(char) for char in source[begin : begin + length]) or 1
    return [source.rstrip(), f"{indent}^{'~' * (under - 1)}"]


def _columns(char: str) -> int:
    """Return how many columns of a terminal a character fills."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"F", "W"} else 1
