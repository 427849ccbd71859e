"""What an import has to say: every guess, and what it could not read."""

import textwrap
from dataclasses import dataclass, field

from icsfeed.drafting.pasted_lines import Line, clean

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A guess, or something that was left out.

    Attributes:
        line: In what was pasted, from 1; 0 where it is about the whole page.
        text: A sentence.
        is_guess: False for what could not be read.
    """

    line: int
    text: str
    is_guess: bool

    def __str__(self) -> str:
        """Return it with its line."""
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass(slots=True)
class Remarks:
    """Remarks in the order in which they were made."""

    made: list[Remark] = field(default_factory=list)

    def guess(self, line: Line | None, text: str) -> str:
        """Keep a guess, and return its words for a comment."""
        text = show(text)
        self.made.append(Remark(line=line.number if line else 0, text=text, is_guess=True))
        return text

    def unread(self, line: Line, quoted: str, why: str) -> None:
        """Keep what was left out, and why."""
        self.made.append(Remark(line=line.number, text=show(f'left out: "{quoted}": {why}'), is_guess=False))

    def sorted(self) -> list[Remark]:
        """Return each remark once, by line."""
        return sorted(dict.fromkeys(self.made), key=lambda remark: remark.line)


def show(text: str) -> str:
    """Return a text as a terminal and a comment can hold it: one line, nothing that does not print, not too long."""
    line = "".join(char if char.isprintable() else "�" for char in clean(text))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def render_comment(text: str, column: int) -> str:
    """Return the lines of a comment that stands in a column; the words of a sentence are not divided."""
    lines = textwrap.wrap(text, 78 - column, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{' ' * column}# {line}\n" for line in lines)
