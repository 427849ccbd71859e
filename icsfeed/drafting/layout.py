"""A schedule file's text and its YAML nodes, and how keys and entries are put in, changed or taken out; every other byte stays.

Only for text that `reader` has read without a fault; what a key means is nothing to this module.
It edits lists with hyphens, and entries in block style or in braces on one line; any other layout at the place is refused.
"""

import codecs
import json
import re
from collections.abc import Mapping
from itertools import chain, pairwise
from operator import itemgetter
from typing import NoReturn

import yaml

from icsfeed.drafting.yaml_errors import NOTHING
from icsfeed.problems import Place, RefusedError

YamlValue = str | Mapping[str, "YamlValue"]
"""A text, or keys with values."""

_WIDEST = 100
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that YAML does not take for text, or takes for the end of a line."""


class LayoutError(RefusedError):
    """What was asked for cannot be done safely in this file; nothing was changed."""

    def __init__(self, place: Place, why: str) -> None:
        """Make the sentence, with its cure."""
        super().__init__(f"{place}: {why}; nothing was changed, and `icsfeed edit` opens the file")


class Layout:
    """A schedule file and the edits that are to be made in it; until `edited` every index means the text as it was read."""

    def __init__(self, data: bytes, file: str) -> None:
        """Read the nodes.

        Parameters:
            data: The whole file.
            file: The name under which messages tell it.
        """
        self._file = file
        self._mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self._text = data.decode("utf-8-sig")
        self._root = _compose(self._text)
        self._edits: list[tuple[int, int, str]] = []

    def edited(self) -> bytes:
        """Return the file with all edits made; new lines end as those beside them."""
        pieces, done = [], 0
        for begin, end, new in sorted(self._edits, key=itemgetter(0, 1)):
            pieces += [self._text[done:begin], new.replace("\n", self._line_break(begin))]
            done = end
        return self._mark + "".join([*pieces, self._text[done:]]).encode()

    def _replace(self, begin: int, end: int, new: str) -> None:
        """Put a text in place of another; of two at one empty place the one that was asked for first comes first."""
        self._edits.append((begin, end, new))

    def _refuse(self, node: yaml.Node, what: str) -> NoReturn:
        """Raise the error that something is not edited by commands, at its place."""
        begin = node.start_mark.index
        line = self._text.count("\n", 0, begin) + 1
        place = Place(file=self._file, line=line, column=len(self._before(begin)) + 1)
        raise LayoutError(place, f"commands cannot edit {what}")

    # Lines

    def _line_begin(self, index: int) -> int:
        """Return where the line of an index begins."""
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Return where the line of an index ends, before its line break."""
        found = self._text.find("\n", index)
        return len(self._text) if found < 0 else found - self._text.startswith("\r\n", found - 1)

    def _line_break(self, index: int) -> str:
        """Return how the line of an index ends; the last one, that may lack an end, as the line above it."""
        found = self._text.find("\n", index)
        found = found if found >= 0 else self._text.rfind("\n", 0, index)
        return "\r\n" if self._text.startswith("\r\n", found - 1) else "\n"

    def _before(self, index: int) -> str:
        """Return what stands before an index in its line."""
        return self._text[self._line_begin(index) : index]

    def _above_comments(self, index: int) -> int:
        """Return where the comments begin that stand right above the line of an index; else where that line does."""
        begin = self._line_begin(index)
        while begin and self._text[self._line_begin(begin - 1) : begin].lstrip().startswith("#"):
            begin = self._line_begin(begin - 1)
        return begin

    # Nodes

    def _end(self, node: yaml.Node) -> int:
        """Return the index behind a node's last character; blanks and comments behind it are not its own.

        Raises:
            LayoutError: An anchor or an alias in it makes it part of other places.
        """
        begin = node.start_mark.index
        if self._text.startswith("&", begin):
            self._refuse(node, "a value with an anchor, which other places may use")
        if isinstance(node, yaml.ScalarNode):
            return begin + len(self._text[begin : node.end_mark.index].rstrip())
        position = begin
        for child in chain.from_iterable(node.value) if isinstance(node, yaml.MappingNode) else node.value:
            if child.start_mark.index < position:  # an alias has the node of its anchor
                self._refuse(node, "values that an alias brings from another place")
            position = self._end(child)
        return node.end_mark.index if _is_flow(node) else position

    def _pairs(self, mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the keys and values of a mapping that can be edited.

        Raises:
            LayoutError: It is laid out otherwise.
        """
        if "\n" in self._text[mapping.start_mark.index : self._end(mapping)] and mapping.flow_style:
            self._refuse(mapping, "braces over several lines")
        for key, _ in mapping.value:
            if not mapping.flow_style and self._before(key.start_mark.index).strip() not in {"", "-"}:
                self._refuse(key, 'a key behind "?"')
        return _pairs_of(mapping)

    def entries(self) -> list[yaml.MappingNode]:
        """Return the windows in the order of the file.

        Raises:
            LayoutError: They do not stand in a list with hyphens.
        """
        key, windows = _pairs_of(self._root)["windows"]
        if self._root.flow_style:
            self._refuse(self._root, "a file in braces")
        if self._text.startswith("&", windows.start_mark.index) or windows.start_mark.index < key.start_mark.index:
            self._refuse(key, "a list with an anchor or an alias")
        if windows.value and _is_flow(windows):
            self._refuse(windows, "a list in brackets")
        return [each for each in windows.value if isinstance(each, yaml.MappingNode)]

    # Keys of a mapping

    def change(self, mapping: yaml.MappingNode, now: Mapping[str, YamlValue], owner: yaml.Node | None = None) -> None:
        """Make a mapping say something else; what it says already stays as it is written.

        Parameters:
            mapping: An entry, or a value in one.
            now: A key that is new comes behind the one before it here, the first one right below the owner.
            owner: The key of a mapping that is a value.
        """
        if mapping.flow_style:
            self._replace(mapping.start_mark.index, self._end(mapping), self._render_braces(mapping, now))
            return
        pairs, says = self._pairs(mapping), read_values(mapping)
        column = len(self._before(mapping.value[0][0].start_mark.index))
        for name, (key, value) in pairs.items():
            if name not in now:
                self._remove(key, value)
            elif now[name] != says[name]:
                self._set(key, value, now[name])
        behind = self._end(owner) if owner is not None else None
        for name, new in now.items():
            pair = f"{name}:{_render_below(name, new, column)}"
            if name in pairs:
                behind = self._end(pairs[name][1])
            elif behind is not None:
                self._replace(self._line_end(behind), self._line_end(behind), f"\n{' ' * column}{pair}")
            else:
                first = next(key.start_mark.index for each, (key, _) in pairs.items() if each in now)
                self._replace(first, first, f"{pair}\n{' ' * column}")

    def _set(self, key: yaml.Node, value: yaml.Node, new: YamlValue) -> None:
        """Give a key of a block mapping another value; comments behind the key and the value stay."""
        if isinstance(value, yaml.MappingNode) and isinstance(new, Mapping):
            self.change(value, new, key)
            return
        begin, end = value.start_mark.index, self._end(value)
        colon = self._text.index(":", self._end(key)) + 1
        if "#" in self._text[colon:begin]:
            self._replace(begin, end, render(new))
        elif self._text[end : self._line_end(end)].strip():
            self._replace(colon, end, f" {render(new)}")
        else:
            self._replace(colon, end, _render_below(key.value, new, len(self._before(key.start_mark.index))))

    def _remove(self, key: yaml.Node, value: yaml.Node) -> None:
        """Take a key out of a block mapping with its lines and the comment behind it; behind a hyphen that comment stays."""
        begin, end = key.start_mark.index, self._end(value)
        before = self._before(begin)
        if before.strip():
            self._replace(begin - len(before) + len(before.rstrip()), end, "")
        elif self._line_end(end) < len(self._text):
            self._replace(self._line_begin(begin), self._text.index("\n", end) + 1, "")
        else:
            self._replace(self._line_end(self._line_begin(begin) - 1), len(self._text), "")

    def _render_braces(self, mapping: yaml.MappingNode, now: Mapping[str, YamlValue]) -> str:
        """Return a mapping in braces that says something else; what it says already stays as it is written."""
        pairs, says = self._pairs(mapping), read_values(mapping)
        order = [name for name in pairs if name in now]
        for before, name in pairwise(["", *now]):
            if name not in pairs:
                order.insert(order.index(before) + 1 if before else 0, name)
        parts = {name: f"{render(name, flow=True)}: {render(new, flow=True)}" for name, new in now.items()}
        for name, (key, value) in pairs.items():
            begin, new = key.start_mark.index, now.get(name)
            if new == says[name]:
                parts[name] = self._text[begin : self._end(value)]
            elif isinstance(value, yaml.MappingNode) and isinstance(new, Mapping):
                parts[name] = self._text[begin : value.start_mark.index] + self._render_braces(value, new)
        return f"{{{', '.join(parts[name] for name in order)}}}"

    # Entries of the list

    def add_entry(self, number: int, says: Mapping[str, YamlValue]) -> None:
        """Put a new window into the list, laid out as the one beside it.

        Parameters:
            number: Which of the list's it becomes, from 0.
            says: Its keys in the order in which they are written.
        """
        entries = self.entries()
        key, windows = _pairs_of(self._root)["windows"]
        if not entries:
            self._begin_list(key, windows, says)
            return
        beside, begin = entries[number - 1 if number else 0], windows.start_mark.index
        indent, lead = len(self._before(begin)), self._before(beside.start_mark.index)
        column = len(lead) if lead.strip() == "-" and not beside.flow_style else indent + 2
        body = render(says) if beside.flow_style else render_block(says, column)
        entry = f"{' ' * indent}-{' ' * (column - indent - 1)}{body}"
        above = [self._above_comments(each.start_mark.index) for each in entries[1:]]
        blank = [not self._text[self._line_begin(each - 1) : each].strip() for each in above]
        apart = "\n" if sum(blank) * 2 > len(blank) else ""
        if number == 0:
            place = self._above_comments(begin)
            self._replace(place, place, f"{entry}\n{apart}")
            return
        place = self._line_end(self._end(beside))
        while comment := re.compile(rf"\r?\n {{{indent + 1},}}#").match(self._text, place):  # a comment of the entry itself
            place = self._line_end(comment.end())
        self._replace(place, place, f"\n{apart}{entry}")

    def _begin_list(self, key: yaml.Node, empty: yaml.Node, says: Mapping[str, YamlValue]) -> None:
        """Put the first window into a list; a comment behind the key stays."""
        colon, end = self._text.index(":", self._end(key)) + 1, self._end(empty)
        if "\n" in self._text[colon:end]:
            self._refuse(empty, "an empty list below its key")
        self._replace(colon, end, "")
        self._replace(self._line_end(end), self._line_end(end), f"\n  - {render_block(says, 4)}")


def _compose(text: str) -> yaml.MappingNode:
    """Return the mapping that a YAML text is; of a text that is something else, an empty one."""
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    return node if isinstance(node, yaml.MappingNode) else yaml.MappingNode("", [])


def _is_flow(node: yaml.Node) -> bool:
    """Tell whether a node is written in braces or brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _pairs_of(mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Return the keys of a mapping with their values."""
    return {key.value: (key, value) for key, value in mapping.value}


def read_values(mapping: yaml.MappingNode) -> dict[str, YamlValue]:
    """Return what a mapping says; a list says nothing, as no value of a window is one."""
    says = {key.value: value.value if isinstance(value, yaml.ScalarNode) else "" for key, value in mapping.value}
    return says | {key.value: read_values(value) for key, value in mapping.value if isinstance(value, yaml.MappingNode)}


# New values


def render(value: YamlValue, *, flow: bool = False) -> str:
    """Return a value on one line, in quotes only where YAML needs them; keys with values stand in braces.

    Parameters:
        value: What YAML shall read.
        flow: Whether it stands in braces itself.
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {render(each, flow=True)}' for key, each in value.items())}}}"
    if value not in NOTHING and _is_read(f"{{key: {value}}}" if flow else f"key: {value}", value):
        return value
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(value, ensure_ascii=False))


def _is_read(text: str, value: str) -> bool:
    """Tell whether YAML reads the value of `key` so."""
    try:
        return read_values(_compose(text)) == {"key": value}
    except yaml.YAMLError:
        return False


def _render_below(name: str, value: YamlValue, column: int) -> str:
    """Return what stands behind the colon of a key in this column of a block mapping: one line, or more below it.

    A text of several lines stands there as it is, and each date of `changes`, or key of a value too long for a line, on its own.
    """
    line = f" {render(value)}"
    if isinstance(value, str):
        lines = " |\n" + re.sub("(?m)^(?=.)", " " * (column + 2), value)
        return lines if "\n" in value and _is_read(f"key:{lines}", value) else line
    has_lines = any("\n" in each for each in value.values() if isinstance(each, str))
    if name != "changes" and not has_lines and column + len(name) + len(line) < _WIDEST:
        return line
    return f"\n{' ' * (column + 2)}{render_block(value, column + 2)}"


def render_block(says: Mapping[str, YamlValue], column: int) -> str:
    """Return the lines of a block mapping in this column; the first one is not indented."""
    return f"\n{' ' * column}".join(f"{name}:{_render_below(name, value, column)}" for name, value in says.items())
