"""Schedule files in any layout that commands edit, drawn piece by piece, so that it is known which bytes are which entry's."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from tests.support import HEAD

KEY = "example"
CALENDAR, CLASSES = HEAD.split("classes:\n")
CLASSES = f"classes:\n{CLASSES}"
DAYS = ("2027-12-06", "2027-12-20", "2028-01-03", "2028-02-29", "2028-07-10", "2028-10-29", "2030-03-04")
WORDS = {
    "2027-12-06": "maandag 6 december 2027",
    "2027-12-20": "20 december 2027",
    "2028-01-03": "Maandag 3 januari 2028",
    "2028-02-29": "Tuesday 29 February 2028",
    "2028-07-10": "ma 10 juli 2028",
    "2028-10-29": "29 oktober 2028",
    "2030-03-04": "4 March 2030",
}
CLOCKS = ("21:00", "21:00 uur", "om 22:00", "9 pm", "T21:00", "21:00+01:00", "21.30")
TRICKY = st.text(
    st.one_of(
        st.sampled_from(":#-?{}[],&*!|>'\"%@`\\ \t~=é💥\u2028\x85\ufeff\xa0n"),
        st.characters(codec="utf-8", exclude_categories=["Cc"]),
    ),
    min_size=1,
    max_size=12,
)
LINES = TRICKY.filter(lambda text: bool(text.strip()) and text == text.rstrip())
TEXTS = st.one_of(LINES, st.lists(LINES, min_size=2, max_size=3).map("\n".join), st.just("one\n\n  two: three # four\nfive"))


@dataclass(slots=True)
class Entry:
    """A window as it is written.

    Attributes:
        text: Its lines, from the hyphen or brace to its last character.
        lines: Which key each line belongs to, None for comments and blank lines; for block style only.
    """

    text: str = ""
    lines: list[tuple[str | None, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """A schedule file.

    Attributes:
        data: All of it.
        entries: In the order of the file, each with the bytes before it, its own, and those behind it.
    """

    data: bytes
    entries: tuple[tuple[Entry, bytes, bytes, bytes], ...]

    def load(self) -> Schedule:
        return load_schedule(self.data, file="schedule/example.yaml", key=KEY)


class _Writer:
    """Draws one file; where it is odd, also in layouts that commands may refuse."""

    def __init__(self, seed: int, *, odd: bool) -> None:
        self.chance = random.Random(seed)
        self.odd = odd
        self._comments = 0
        self._anchors: list[tuple[str, str]] = []

    def flip(self, one_in: int = 2) -> bool:
        return self.chance.randrange(one_in) == 0

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def comment(self) -> str:
        self._comments += 1
        return f"# comment {self._comments}: - {{x}} \"'"

    def trailing(self) -> str:
        return f"  {self.comment()}" if self.flip(4) else ""

    # Values

    def moment(self, day: str) -> str:
        clock = self.pick(*CLOCKS)
        if clock[0] == "T":
            return f"{day}{clock}"
        return f"{day if '+' in clock or self.flip() else WORDS[day]} {clock}"

    def quoted(self, text: str) -> str:
        if "\n" in text:
            return json.dumps(text, ensure_ascii=False)
        return self.pick(text, f"'{text}'", f'"{text}"')

    def text(self, *, indent: int, flow: bool, line: bool) -> str:
        """Return a text for people, as it stands behind its key's colon."""
        pad = " " * indent
        simple = [' "Let op: BTW #1"', " 'Collega''s'", " Database upgrade", ' {nl: "Een, twee", en: One}', " {en: x}"]
        if flow:
            return self.pick(*simple)
        more = [
            f"\n{pad}  nl: Een\n{pad}  # between\n{pad}  en: 'One'  # trailing",
            f"\n{pad}  Below its key",
            ' "over two\n      lines"',
        ]
        blocks = [f" |\n{pad}  Een\n\n{pad}  twee", f" >-\n{pad}  folded\n{pad}  text", f" |2\n{pad}  plain"]
        return self.pick(*simple, *more, *([] if line else blocks))

    def shared(self, value: str) -> str:
        """Return a value that may have an anchor, or be an alias of one."""
        if self.odd and self.flip(6):
            name = f"{value.partition('/')[0]}{len(self._anchors)}"
            self._anchors.append((value, name))
            return f" &{name} {value}"
        known = [name for each, name in self._anchors if each == value]
        return f" *{known[0]}" if known and self.flip() else f" {self.quoted(value)}"

    def facts(self, number: int, day: str) -> dict[str, Callable[..., str]]:
        """Return the keys of an entry, each with how to write its value."""
        after = DAYS[min(DAYS.index(day) + 1, len(DAYS) - 1)]
        found: dict[str, Callable[..., str]] = {
            "start": lambda **_: f" {self.quoted(self.moment(day))}",
            "class": lambda **_: self.shared(self.pick("standaard", "uitgebreid", "standaard/uitgebreid", "operationeel")),
        }
        if number or self.flip(3) is False:
            found["id"] = lambda **_: f" {self.quoted(f'w{number}')}"
        if after != day and self.flip(3):
            found["end"] = lambda **_: f" {self.quoted(self.moment(after))}"
        if self.flip(3):
            found["status"] = lambda **_: f" {self.quoted(self.pick('tentative', 'confirmed', 'cancelled'))}"
        if self.flip(5):
            found["planned"] = lambda **_: " false"
        for name in ("title", "reason", "note"):
            if self.flip(3):
                found[name] = lambda name=name, **where: self.text(line=name == "title", **where)
        if self.flip(3):
            found["actual"] = lambda **where: self.actual(day, **where)
        names = list(found)
        self.chance.shuffle(names)
        return {name: found[name] for name in names}

    def actual(self, day: str, *, indent: int, flow: bool) -> str:
        pad = " " * indent
        values = [f"start: {day} 20:03"] + ([f"end: {day} 23:31"] if self.flip() else [])
        if flow or self.flip():
            return f" {{{', '.join(values)}}}"
        return "".join(f"\n{pad}  {value}" for value in values)

    # Entries

    def flow_entry(self, number: int, day: str, *, json_like: bool = False) -> Entry:
        pairs = []
        for key, write in self.facts(number, day).items():
            name = f'"{key}"' if json_like else key
            pairs.append(f"{name}:{write(indent=0, flow=True)}")
        between = self.pick(", ", ",  ", " , ", *([",\n        ", ",  # x\n        "] if self.odd else []))
        blank = self.pick("", " ")
        return Entry(text=f"{{{blank}{between.join(pairs)}{self.pick('', ',')}{blank}}}")

    def block_entry(self, number: int, day: str, *, indent: int, gap: int, below: bool) -> Entry:
        pad, column = " " * indent, indent + 1 + gap
        lines: list[tuple[str | None, str]] = []
        for key, write in self.facts(number, day).items():
            if lines and self.flip(5):
                lines.append((None, f"{' ' * column}{self.comment()}"))
            if lines and self.flip(9):
                lines.append((None, ""))
            value = write(indent=column, flow=False)
            can_trail = not any(sign in value.partition("\n")[0] for sign in "|>") and "#" not in value
            name = self.pick(key, key, f'"{key}"')
            if self.odd and self.flip(12):
                name = self.pick(f"? {key}\n{' ' * column}", f"&k{number}{key} {key}")
            text = f"{name}:{value}{self.trailing() if can_trail and value[0] == ' ' else ''}"
            lines += [(key, line) for line in f"{' ' * column}{text}".split("\n")]
        first_key, first = lines[0]
        if below:
            hyphen = f"{pad}-{self.trailing()}"
            lines.insert(0, (None, hyphen))
        else:
            lines[0] = (first_key, f"{pad}-{' ' * gap}{first.lstrip()}")
        return Entry(text="\n".join(line for _, line in lines), lines=lines)

    # The file

    def pieces(self, days: list[str], style: str) -> list[str | Entry]:
        """Return the section of the windows."""
        if style == "json":
            entries = [self.flow_entry(number, day, json_like=True) for number, day in enumerate(days)]
            return self._bracketed(entries)
        if style == "brackets":
            return self._bracketed([self.flow_entry(number, day) for number, day in enumerate(days)])
        indent, gap = int(self.pick("0", "2", "2", "4")), int(self.pick("1", "1", "3"))
        found: list[str | Entry] = [f"windows:{self.trailing()}"]
        apart = self.flip(3)
        for number, day in enumerate(days):
            found.append("\n\n" if apart and number else "\n")
            while self.flip(4):
                found.append(f"{' ' * indent}{self.comment()}\n")
            if self.flip(3):
                entry = self.flow_entry(number, day)
                found += [f"{' ' * indent}-{' ' * gap}", entry, self.trailing()]
            else:
                found.append(self.block_entry(number, day, indent=indent, gap=gap, below=self.flip(5)))
        if self.flip(4):
            found.append(f"\n{' ' * (indent + 3)}{self.comment()}")
        return found

    def _bracketed(self, entries: list[Entry]) -> list[str | Entry]:
        own_lines = self.flip()
        found: list[str | Entry] = ["windows: ["]
        for number, entry in enumerate(entries):
            last = number + 1 == len(entries)
            found += ["\n    " if own_lines else "", entry, "" if last and self.flip() else ", " if not own_lines else ","]
            if own_lines:
                found.append(self.trailing())
        return [*found, "\n  ]" if own_lines else "]", self.trailing()]


def files(*, least: int = 1, odd: bool = False) -> st.SearchStrategy[File]:
    """Give schedule files without errors; odd ones have layouts too that commands may refuse."""
    return st.integers(0, 2**32).map(lambda seed: make_file(seed, least=least, odd=odd))


def make_file(seed: int, *, least: int = 1, odd: bool = False) -> File:
    """Return the schedule file of this number."""
    writer = _Writer(seed, odd=odd)
    days = writer.chance.sample(DAYS, writer.chance.randint(least, 4))
    order = writer.pick("newest", "oldest", "as drawn")
    if order != "as drawn":
        days.sort(reverse=order == "newest")
    style = writer.pick("hyphens", "hyphens", "hyphens", "brackets", "json") if odd else "hyphens"
    section: list[str | Entry] = list(writer.pieces(days, style))
    head = [CALENDAR.rstrip("\n"), CLASSES.rstrip("\n")]
    before, behind = (head, []) if writer.flip() else (head[:1], head[1:]) if writer.flip() else ([], head)
    pieces: list[str | Entry] = [writer.pick("", "---\n", "# first line\n\n")]
    pieces += [f"{text}\n{writer.pick('', chr(10))}" for text in before]
    pieces += section
    pieces += [f"\n{text}" for text in behind]
    pieces.append(writer.pick("\n", "\n", "", f"\n{writer.comment()}", "\n\n"))
    return _assemble(pieces, writer)


def _assemble(pieces: list[str | Entry], writer: _Writer) -> File:
    """Return the file with its line ends."""
    ends = writer.pick("\n", "\n", "\r\n", "mixed")

    def ended(text: str) -> str:
        first, *rest = text.split("\n")
        return first + "".join((writer.pick("\n", "\r\n") if ends == "mixed" else ends) + line for line in rest)

    parts = [(piece, ended(piece.text if isinstance(piece, Entry) else piece).encode()) for piece in pieces]
    if writer.flip(5):
        parts.insert(0, ("", b"\xef\xbb\xbf"))
    entries = tuple(
        (piece, b"".join(data for _, data in parts[:number]), own, b"".join(data for _, data in parts[number + 1 :]))
        for number, (piece, own) in enumerate(parts)
        if isinstance(piece, Entry)
    )
    return File(data=b"".join(data for _, data in parts), entries=entries)
