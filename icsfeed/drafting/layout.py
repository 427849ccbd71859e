"""A schedule file's text with its line ends, and how keys and items are put in or taken out; nothing else changes.

Only for text that `reader` has read without a fault; what a node means is nothing to this module.
"""

import codecs
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from icsfeed.drafting.spelling import Pairs, Value, render_flow, render_pair, render_pairs, render_value
from icsfeed.drafting.spots import Kind, LayoutError, Spot, read_spots


@dataclass(slots=True)
class Layout:
    """A schedule file's text with LF line ends, its nodes, and the changes that are to be made in it.

    Nothing changes before `bytes_after`, so every index goes on meaning the text as it was read.
    """

    data: bytes
    text: str = field(init=False)
    root: Spot = field(init=False)
    _raw: str = field(init=False)
    _lines: list[int] = field(init=False)
    _returns: list[int] = field(init=False)
    _changes: list[tuple[int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the nodes."""
        self._raw = self.data.decode("utf-8-sig")
        self.text = self._raw.replace("\r\n", "\n")
        found = (match.start() for match in re.finditer("\r\n", self._raw))
        self._returns = [start - number for number, start in enumerate(found)]
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self.root = read_spots(self.text)

    # Places in the text

    def index(self, line: int, column: int) -> int:
        """Return the index of a line and column, both from 1."""
        return self._lines[line - 1] + column - 1

    def line_begin(self, index: int) -> int:
        """Return where the line of an index begins."""
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """Return where the line of an index ends: at its line feed, or at the end of the text."""
        found = self.text.find("\n", index)
        return found if found >= 0 else len(self.text)

    def before(self, index: int) -> str:
        """Return what stands before an index in its line."""
        return self.text[self.line_begin(index) : index]

    def behind(self, index: int) -> str:
        """Return what stands behind an index in its line, without blanks around it."""
        return self.text[index : self.line_end(index)].strip()

    # Changes

    def replace(self, begin: int, end: int, new: str) -> None:
        """Put a text in place of what stands from `begin` to `end`; two changes must not overlap."""
        self._changes.append((begin, end, new))

    def insert(self, index: int, new: str) -> None:
        """Put a text in; of two at one index the one that was asked for first comes first."""
        self.replace(index, index, new)

    def bytes_after(self) -> bytes:
        """Return the file with all changes made; every other byte is as it was, and new lines end as those beside them."""
        pieces, done = [], 0
        for begin, end, new in sorted(self._changes, key=lambda change: change[:2]):
            if begin < done:
                raise LayoutError("two changes meet in one place")
            pieces += [self._original(done, begin), new.replace("\n", self._line_break(begin))]
            done = end
        pieces.append(self._original(done, len(self.text)))
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return mark + "".join(pieces).encode("utf-8")

    def _original(self, begin: int, end: int) -> str:
        """Return a part of the text with its own line ends."""
        return self._raw[begin + bisect_left(self._returns, begin) : end + bisect_left(self._returns, end)]

    def _line_break(self, index: int) -> str:
        """Return how the line of an index ends; the last one, that may lack an end, as the line above it."""
        end = self.line_end(index)
        if end == len(self.text):
            end = self.line_begin(index) - 1
        return "\r\n" if end in self._returns else "\n"

    # Keys of a mapping

    def column_of(self, mapping: Spot) -> int:
        """Return in which column a block mapping's keys stand, from 0."""
        before = self.before(mapping.pairs[0][0].begin)
        return len(before.rstrip(" ")) - 1 if before.rstrip(" ").endswith("?") else len(before)

    def is_quoted(self, mapping: Spot) -> bool:
        """Tell whether a mapping's keys stand in double quotes, as in JSON."""
        return all(self.text.startswith('"', key.begin) for key, _ in mapping.pairs)

    def set_value(self, mapping: Spot, pair: tuple[Spot, Spot], value: Value) -> None:
        """Give a key another value; a text keeps its kind of quotes, and a comment behind it stays."""
        key, old = pair
        if self.text.startswith("&", old.begin):
            raise LayoutError(f'the value of "{key.text}" has an anchor, and other places may use it')
        quote = self.text[old.begin : old.begin + 1] if old.kind is Kind.SCALAR else ""
        line = render_value(value, flow=mapping.flow, quote=quote)
        colon = self.text.index(":", key.end) + 1
        if mapping.flow or "#" in self.text[colon : old.begin]:
            self.replace(old.begin, old.end, line)
            return
        blocks = self._takes_blocks(old.end, self.column_of(mapping))
        lines = render_pair(key.text, value, self.column_of(mapping), blocks=blocks).removeprefix(f"{key.text}:")
        if "\n" in lines and not self.behind(old.end):
            self.replace(colon, old.end, lines)
        elif old.kind is Kind.MAPPING and not old.flow:
            self.replace(colon, old.end, f" {line}")
        else:
            self.replace(old.begin, old.end, line)

    def add_pair(self, mapping: Spot, after: Spot, key: str, value: Value, *, below: bool = False) -> None:
        """Put a new key behind the value `after`; in block style its own keys stand below it in any case where that is wished."""
        if mapping.flow:
            self.insert(after.end, f", {self._render_flow_pair(mapping, key, value)}")
            return
        column = self.column_of(mapping)
        pair = render_pair(key, value, column, blocks=self._takes_blocks(after.end, column), below=below)
        self.insert(self.line_end(after.end), f"\n{' ' * column}{pair}")

    def add_pair_before(self, mapping: Spot, before: Spot, key: str, value: str) -> None:
        """Put a new key before the key `before`."""
        if mapping.flow:
            self.insert(before.begin, f"{self._render_flow_pair(mapping, key, value)}, ")
        else:
            self.insert(before.begin, f"{render_pair(key, value, 0, blocks=False)}\n{' ' * self.column_of(mapping)}")

    def add_first_pair(self, mapping: Spot, key: str, value: Value) -> None:
        """Put a new key before all others of a mapping that has some, and before the comments above them."""
        first = mapping.pairs[0][0].begin
        if mapping.flow:
            self.insert(first, f"{self._render_flow_pair(mapping, key, value)}, ")
            return
        if self.before(first).strip():
            raise LayoutError("the first date does not stand on a line of its own")
        column = self.column_of(mapping)
        self.insert(self._begin_of_comments(first), f"{' ' * column}{render_pair(key, value, column, blocks=False)}\n")

    def _render_flow_pair(self, mapping: Spot, key: str, value: Value) -> str:
        """Return a key and its value as they stand between braces, quoted as the mapping's others."""
        return render_flow([(key, value)], quote='"' if self.is_quoted(mapping) else "")[1:-1]

    def _takes_blocks(self, index: int, column: int) -> bool:
        """Tell whether a text below a key of this column ends where it should, below the line of an index.

        A comment that is indented as far as the text would be part of it.
        """
        following = re.compile(r"\s*\n( *)(?=#)").match(self.text, self.line_end(index))
        return following is None or len(following[1]) < column + 2

    def remove_pairs(self, mapping: Spot, keys: set[str]) -> None:
        """Take keys with their values out, and the comments behind them."""
        removed = [key.text in keys for key, _ in mapping.pairs]
        for is_removed, run in groupby(range(len(removed)), key=lambda number: removed[number]):
            if is_removed:
                numbers = list(run)
                (self._remove_from_flow if mapping.flow else self._remove_from_block)(mapping, numbers)

    def _remove_from_block(self, mapping: Spot, numbers: list[int]) -> None:
        """Take the lines of keys that follow each other out; behind a hyphen the next key or comment moves up."""
        begin, end = mapping.pairs[numbers[0]][0].begin, mapping.pairs[numbers[-1]][1].end
        following = re.compile(r"\s*").match(self.text, self.line_end(end))
        if self.before(begin).strip() and following is not None:
            self.replace(begin, following.end(), "")
            return
        before = 1 if self.line_end(end) == len(self.text) else 0
        for key, value in (mapping.pairs[number] for number in numbers):
            self.replace(self.line_begin(key.begin) - before, self.line_end(value.end) + 1 - before, "")

    def _remove_from_flow(self, mapping: Spot, numbers: list[int]) -> None:
        """Take keys that follow each other out of braces, with the comma behind them, or else the one before them."""
        begin, end = mapping.pairs[numbers[0]][0].begin, mapping.pairs[numbers[-1]][1].end
        comma = re.compile(r"\s*,[ ]*").match(self.text, end)
        before = mapping.pairs[numbers[0] - 1][1].end if numbers[0] else begin
        ends_line = comma is not None and not self.behind(comma.end())
        if ends_line and before < begin and not re.search(r"[#\n]", self.text[before:begin]):
            self.replace(before, end, "")
        elif comma is not None:
            self.replace(begin, comma.end(), "")
        elif "#" in self.text[before:begin]:
            self.replace(begin, end, "")
        else:
            self.replace(before, end, "")

    # Items of a sequence

    def add_item(self, owner: tuple[Spot, Spot], number: int, pairs: Pairs) -> None:
        """Put a new mapping into the list that `owner` has, so that it becomes the item of this number.

        Parameters:
            owner: A key of the root and its value: a list, or nothing.
            number: From 0, at most the number of items.
            pairs: What the new item says.
        """
        key, sequence = owner
        if sequence.items:
            beside = sequence.items[number - 1 if number else 0]
            if sequence.flow:
                self._add_to_flow(sequence, number, self._render_flow(pairs, beside))
            else:
                self._add_to_block(sequence, number, pairs, beside)
        elif self.root.flow or "\n" in self.text[key.begin : sequence.end]:
            if sequence.kind is not Kind.SEQUENCE:
                raise LayoutError(f'"{key.text}" has no list')
            self.insert(sequence.end - 1, self._render_flow(pairs, self.root))
        else:
            colon = self.text.index(":", key.end) + 1
            self.replace(colon, sequence.end, "")
            blocks = self._takes_blocks(sequence.end, 4)
            self.insert(self.line_end(sequence.end), f"\n  - {render_pairs(pairs, 4, blocks=blocks)}")

    def _render_flow(self, pairs: Pairs, beside: Spot) -> str:
        """Return an item in braces, quoted as the mapping beside it."""
        quote = '"' if self.is_quoted(beside) else ""
        return render_flow(pairs, quote=quote)

    def _add_to_flow(self, sequence: Spot, number: int, item: str) -> None:
        """Put an item into a list in brackets, on a line of its own where the others have one."""
        items, last = sequence.items, number == len(sequence.items)
        first_line = self.before(items[0].begin)
        if not last:
            between = f"\n{self.before(items[number].begin)}" if not self.before(items[number].begin).strip() else " "
            self.insert(items[number].begin, f"{item},{between}")
        elif first_line.strip() or "]" in _without_comment(self.behind(items[-1].end)):
            self.insert(items[-1].end, f", {item}")
        else:
            if not _without_comment(self.behind(items[-1].end)).startswith(","):
                self.insert(items[-1].end, ",")
            self.insert(self.line_end(items[-1].end), f"\n{first_line}{item}")

    def _add_to_block(self, sequence: Spot, number: int, pairs: Pairs, beside: Spot) -> None:
        """Put an item into a list with hyphens, laid out as the one beside it."""
        hyphen = self._hyphen_of(beside)
        indent = len(self.before(hyphen))
        if self.before(hyphen).strip():
            raise LayoutError("the list does not begin on a line of its own")
        same_line = hyphen >= self.line_begin(beside.begin)
        wide = self.column_of(beside) - indent if same_line and not beside.flow else 2
        end = self._end_of_item(beside, indent) if number else self._begin_of_comments(hyphen) - 1
        blocks = self._takes_blocks(end, indent + wide)
        body = self._render_flow(pairs, beside) if beside.flow else render_pairs(pairs, indent + wide, blocks=blocks)
        item = f"{' ' * indent}-{' ' * (wide - 1)}{body}"
        apart = "\n" if self._stand_apart(sequence) else ""
        if number:
            self.insert(end, f"\n{apart}{item}")
        else:
            self.insert(end + 1, f"{item}\n{apart}")

    def _hyphen_of(self, item: Spot) -> int:
        """Return where the hyphen of an item stands, in its line or above it."""
        line = self.line_begin(item.begin)
        found = re.fullmatch(r"(.*)-[ \t]+", self.text[line : item.begin])
        while found is None and line > 0:
            end = line - 1
            line = self.line_begin(end)
            found = re.fullmatch(r"( *)-[ \t]*(#.*)?", self.text[line:end])
        if found is None:
            raise LayoutError("the hyphen of a window is not found")
        return line + len(found[1])

    def _stand_apart(self, sequence: Spot) -> bool:
        """Tell whether blank lines stand between the items of a list."""
        gaps = [self.text[before.end : after.begin] for before, after in pairwise(sequence.items)]
        blank = sum(bool(re.search(r"\n[ \t]*\n", gap)) for gap in gaps)
        return blank * 2 > len(gaps)

    def _end_of_item(self, item: Spot, indent: int) -> int:
        """Return the end of the last line of an item, comments that are indented as its keys included."""
        end = self.line_end(item.end)
        while following := re.compile(rf"\n {{{indent + 1},}}#.*").match(self.text, end):
            end = following.end()
        return end

    def _begin_of_comments(self, index: int) -> int:
        """Return where the comments begin that stand right above the line of an index; else where that line does."""
        begin = self.line_begin(index)
        while begin > 0 and self.text[self.line_begin(begin - 1) : begin].lstrip().startswith("#"):
            begin = self.line_begin(begin - 1)
        return begin


def _without_comment(rest: str) -> str:
    """Return what stands behind a value in its line, without the comment."""
    return rest.partition("#")[0].strip()
