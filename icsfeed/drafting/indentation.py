"""Lines that stand a column or more from where they belong: which lines, and by how much to move them.

YAML's own errors often point at a line behind the one that is wrong, so cures are tried:
only one that makes the whole file right is told, and only if no other one would make the file say something else.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from icsfeed.drafting.placing import PlacedText
from icsfeed.problems import Problem

CURE = "Keys of one mapping, and the hyphens of one list, stand below each other in the same column."
"""The cure where it is not known which line must be moved."""

_FARTHEST = 200
_MOST_MOVES = 4
_LINE = re.compile(r"( *)(-(?: +|$))?(?:([^\s#:'\"\-&*!|>%@`\[\]{},?][^#:]*|\"[^\"]*\" *|'[^']*' *):(?: |$))?")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

Reading = Callable[[str], object | None]
"""Tells what a schedule file's text says, None where it has an error; texts that say the same give equal answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line that begins with a key, or with the hyphen of an item.

    Attributes:
        number: From 0.
        indent: How many spaces it begins with.
        hyphen: The hyphen with the spaces behind it, empty where there is none.
        key: As it is written, empty where there is none.
    """

    number: int
    indent: int
    hyphen: str
    key: str

    @property
    def column(self) -> int:
        """In which column its key stands, from 0."""
        return self.indent + len(self.hyphen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """A line that may have to be moved.

    Attributes:
        line: Which one.
        column: Where in it the problem is told, from 0.
        by: How many columns, to the left where negative.
        message: What stands where.
        before: Before what the spaces are put or deleted.
    """

    line: _Line
    column: int
    by: int
    message: str
    before: str


def find_misplaced(source: PlacedText, numbers: list[int], read: Reading) -> Problem | None:
    """Return the problem of a line that stands in a wrong column, with its cure; None where none is surely it.

    Parameters:
        numbers: Lines, from 0, that may be the one, the likeliest first.
    """
    readings: list[object] = []
    problem = None
    for number in dict.fromkeys(numbers):
        nearest = sorted(_moves(source.lines, number), key=lambda move: abs(move.by))[:_MOST_MOVES]
        for move in nearest:
            for more in (False, True):
                said = read("\n".join(_apply(source.lines, move, with_more=more)))
                if said is None:
                    continue
                readings.append(said)
                problem = problem or _explain(source, move, with_more=more)
                break
    return problem if all(each == readings[0] for each in readings) else None


def describe(source: PlacedText, number: int) -> Problem | None:
    """Return the problem of a line that no line around it agrees with, without a cure of its own."""
    moves = list(_moves(source.lines, number, agreeing=True))
    if not moves or not all(move.by for move in moves):
        return None
    nearest = min(moves, key=lambda move: abs(move.by))
    return Problem(place=source.at(number, nearest.column), message=nearest.message, cure=CURE)


def _moves(lines: list[str], number: int, *, agreeing: bool = False) -> Iterator[_Move]:
    """Give the moves that would put a line in the column of another one, each column once; none of no columns unless asked."""
    this = _read(lines, number)
    if this is None:
        return
    columns: dict[int, list[_Line]] = {}
    below = None
    for other in _around(lines, this):
        if this.hyphen and other.hyphen:
            columns.setdefault(other.indent, []).append(other)
        elif not this.hyphen and other.key:
            columns.setdefault(other.column, []).append(other)
        elif this.key and below is None and other.key and other.number > number:
            below = other
    for column, others in columns.items():
        if this.hyphen:
            the_others = "the others" if len(others) > 1 else "the other one"
            message = f"this hyphen stands in column {this.indent + 1}, {the_others} of the list in column {column + 1}"
            move = _Move(line=this, column=this.indent, by=column - this.indent, message=message, before="it")
        else:
            move = _Move(line=this, column=this.indent, by=column - this.indent, message=_compare(this, others[0]), before="it")
        if move.by or agreeing:
            yield move
    if below is not None and below.column != this.column and not agreeing:
        by = below.column - this.column
        yield _Move(line=this, column=this.column, by=by, message=_compare(this, below), before="its hyphen")


def _compare(this: _Line, other: _Line) -> str:
    """Return in which columns two keys stand."""
    where = "above" if other.number < this.number else "below"
    return f"`{this.key}` stands in column {this.column + 1}, `{other.key}` {where} it in column {other.column + 1}"


def _around(lines: list[str], this: _Line) -> Iterator[_Line]:
    """Give the lines above and then those below, the nearest first, up to one that this one is a part of."""
    number = this.number
    for numbers in (
        range(number - 1, max(-1, number - _FARTHEST), -1),
        range(number + 1, min(len(lines), number + _FARTHEST)),
    ):
        for each in numbers:
            other = _read(lines, each)
            if other is not None:
                yield other
                if other.indent < this.indent and not (this.hyphen and other.hyphen):
                    break


def _read(lines: list[str], number: int) -> _Line | None:
    """Return a line that begins with a key or a hyphen; None for any other."""
    found = _LINE.match(lines[number])
    if found is None or not (found[2] or found[3]):
        return None
    return _Line(number=number, indent=len(found[1]), hyphen=found[2] or "", key=(found[3] or "").rstrip())


def _apply(lines: list[str], move: _Move, *, with_more: bool) -> list[str]:
    """Return the lines after a move, of the line alone or with those below that belong to it; too few spaces stay."""
    end, least = move.line.number + 1, move.line.column if move.line.hyphen else move.line.indent + 1
    sibling = f"{' ' * (move.line.indent + move.by)}- "
    while with_more and end < len(lines) and (not lines[end].strip() or _indent(lines[end]) >= least):
        if move.line.hyphen and lines[end].startswith(sibling):
            break
        end += 1
    part = [
        " " * move.by + line if move.by > 0 and line.strip() else line.removeprefix(" " * -move.by)
        for line in lines[move.line.number : end]
    ]
    return [*lines[: move.line.number], *part, *lines[end:]]


def _indent(line: str) -> int:
    """Return how many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def spaces(count: int) -> str:
    """Return a number of spaces in words."""
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} {'space' if count == 1 else 'spaces'}"


def _explain(source: PlacedText, move: _Move, *, with_more: bool) -> Problem:
    """Return the problem that a move cures."""
    more = ", and before each line that belongs to it" if with_more else ""
    cure = f"{'Put' if move.by > 0 else 'Delete'} {spaces(abs(move.by))} before {move.before}{more}."
    return Problem(place=source.at(move.line.number, move.column), message=move.message, cure=cure)
