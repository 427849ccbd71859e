"""Edits YAML text in place: adds, changes and removes keys and entries of a schedule file; every other byte stays.

Only for text that `reader` accepts. The keys that it knows are `windows`, the list of entries, and `changes`, a line per date.
It edits lists with hyphens, and entries in block style or in braces on one line; it refuses any other layout.
"""

import codecs
import json
import re
from collections.abc import Mapping
from itertools import chain, pairwise
from operator import itemgetter
from typing import NoReturn

import yaml

from icsfeed.drafting.schedule_file.yaml_errors import NOTHING
from icsfeed.problems import Place, RefusedError

YamlValue = str | Mapping[str, "YamlValue"]
"""A text, or a mapping from keys to values."""

_MAX_WIDTH = 100
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that YAML does not allow in text, or reads as a line break."""


class LayoutError(RefusedError):
    """The file's layout does not allow a safe edit; nothing was changed."""

    def __init__(self, place: Place, why: str) -> None:
        """Add to the reason what to do instead."""
        super().__init__(f"{place}: {why}; nothing was changed, and `icsfeed edit` opens the file")


class Layout:
    """A schedule file and its pending edits.

    Edits are ranges of the original text and must not overlap; so every index means the text as it was read.
    """

    def __init__(self, data: bytes, file: str) -> None:
        """Parse the file.

        Parameters:
            data: The whole file.
            file: Its name in messages.
        """
        self._file = file
        self._bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self._text = data.decode("utf-8-sig")
        self._root = _compose(self._text)
        self._edits: list[tuple[int, int, str]] = []

    def edited(self) -> bytes:
        """Return the file with all edits applied; a new line ends in LF or CRLF as the line does where it is inserted."""
        pieces, done = [], 0
        for begin, end, new in sorted(self._edits, key=itemgetter(0, 1)):
            pieces += [self._text[done:begin], new.replace("\n", self._line_break(begin))]
            done = end
        return self._bom + "".join([*pieces, self._text[done:]]).encode()

    def _replace(self, begin: int, end: int, new: str) -> None:
        """Record an edit: `new` replaces a range of the text; insertions at one index keep their order."""
        self._edits.append((begin, end, new))

    def _refuse(self, node: yaml.Node, what: str) -> NoReturn:
        """Raise LayoutError at the place of a node."""
        place = Place(file=self._file, line=self.line(node), column=len(self._before(node.start_mark.index)) + 1)
        raise LayoutError(place, f"commands cannot edit {what}")

    # Lines

    def line(self, node: yaml.Node) -> int:
        """Return the line on which a node begins, from 1."""
        return self._text.count("\n", 0, node.start_mark.index) + 1

    def _line_begin(self, index: int) -> int:
        """Return the index at which a line begins."""
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Return the index at which a line ends, before its line break."""
        found = self._text.find("\n", index)
        if found < 0:
            return len(self._text)
        return found - 1 if self._text.startswith("\r\n", found - 1) else found

    def _line_break(self, index: int) -> str:
        """Return the line break of a line; of a last line without one, that of the line above it."""
        found = self._text.find("\n", index)
        found = found if found >= 0 else self._text.rfind("\n", 0, index)
        return "\r\n" if self._text.startswith("\r\n", found - 1) else "\n"

    def _before(self, index: int) -> str:
        """Return the text of a line up to an index."""
        return self._text[self._line_begin(index) : index]

    def _begin_with_comments(self, index: int) -> int:
        """Return the index at which a line begins, or the comments directly above it."""
        begin = self._line_begin(index)
        while begin and self._text[self._line_begin(begin - 1) : begin].lstrip().startswith("#"):
            begin = self._line_begin(begin - 1)
        return begin

    # Nodes

    def _end_of(self, node: yaml.Node) -> int:
        """Return the index after a node's last character, before blanks and comments.

        Raises:
            LayoutError: The node holds an anchor or an alias, so that an edit would change other places too.
        """
        begin = node.start_mark.index
        if self._text.startswith("&", begin):
            self._refuse(node, "a value with an anchor, which other places may use")
        if isinstance(node, yaml.ScalarNode):
            return begin + len(self._text[begin : node.end_mark.index].rstrip())
        position = begin
        for child in chain.from_iterable(node.value) if isinstance(node, yaml.MappingNode) else node.value:
            if child.start_mark.index < position:  # the node of an alias is that of its anchor, further up
                self._refuse(node, "values that an alias brings from another place")
            position = self._end_of(child)
        return node.end_mark.index if _is_flow(node) else position

    def _editable_pairs(self, mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the keys of a mapping with their key and value nodes.

        Raises:
            LayoutError: The mapping cannot be edited.
        """
        end = self._end_of(mapping)  # raises for any anchor or alias in it, also in block style
        if mapping.flow_style and "\n" in self._text[mapping.start_mark.index : end]:
            self._refuse(mapping, "braces over several lines")
        for key, _ in mapping.value:
            if not mapping.flow_style and self._before(key.start_mark.index).strip() not in {"", "-"}:
                self._refuse(key, 'a key behind "?"')
        return _pairs(mapping)

    def entries(self) -> list[yaml.MappingNode]:
        """Return the entries of `windows` in the order of the file.

        Raises:
            LayoutError: They are not in a list with hyphens.
        """
        key, windows = _pairs(self._root)["windows"]
        if self._root.flow_style:
            self._refuse(self._root, "a file in braces")
        if self._text.startswith("&", windows.start_mark.index) or windows.start_mark.index < key.start_mark.index:
            self._refuse(key, "a list with an anchor or an alias")
        if windows.value and _is_flow(windows):
            self._refuse(windows, "a list in brackets")
        return [each for each in windows.value if isinstance(each, yaml.MappingNode)]

    # Keys of a mapping

    def change(self, mapping: yaml.MappingNode, values: Mapping[str, YamlValue], parent_key: yaml.Node | None = None) -> None:
        """Give a mapping these keys and values; a value that does not change stays as it is written.

        Parameters:
            mapping: An entry, or a mapping that is a value in it.
            values: A new key goes below the one before it here. A new first key goes below the parent's key or,
                in an entry, in front of the first key that stays.
            parent_key: The key of a mapping that is a value, such as `actual` or `changes`.
        """
        if mapping.flow_style:
            self._replace(mapping.start_mark.index, self._end_of(mapping), self._render_braces(mapping, values))
            return
        pairs, old = self._editable_pairs(mapping), read_values(mapping)
        column = len(self._before(mapping.value[0][0].start_mark.index))
        for name, (key, value) in pairs.items():
            if name not in values:
                self._remove(key, value)
            elif values[name] != old[name]:
                self._set(key, value, values[name])
        above = self._end_of(parent_key) if parent_key is not None else None  # the end of what a new key goes below
        for name, new in values.items():
            pair = f"{name}:{_render_below(name, new, column)}"
            if name in pairs:
                above = self._end_of(pairs[name][1])
            elif above is not None:
                self._replace(self._line_end(above), self._line_end(above), f"\n{' ' * column}{pair}")
            else:
                first = next(key.start_mark.index for each, (key, _) in pairs.items() if each in values)
                self._replace(first, first, f"{pair}\n{' ' * column}")

    def _set(self, key: yaml.Node, value: yaml.Node, new: YamlValue) -> None:
        """Change the value of a key in a block mapping; comments after the key and after the value stay."""
        if isinstance(value, yaml.MappingNode) and isinstance(new, Mapping):
            self.change(value, new, key)
            return
        begin, end = value.start_mark.index, self._end_of(value)
        colon = self._text.index(":", self._end_of(key)) + 1
        if "#" in self._text[colon:begin]:  # a comment between key and value: only the value is replaced
            self._replace(begin, end, render(new))
        elif self._text[end : self._line_end(end)].strip():  # a comment after the value: the new one must fit before it
            self._replace(colon, end, f" {render(new)}")
        else:
            self._replace(colon, end, _render_below(key.value, new, len(self._before(key.start_mark.index))))

    def _remove(self, key: yaml.Node, value: yaml.Node) -> None:
        """Remove a key from a block mapping with its lines and the comment after its value.

        After a hyphen, the hyphen and that comment stay.
        """
        begin, end = key.start_mark.index, self._end_of(value)
        before = self._before(begin)
        if before.strip():  # `- key: value`
            self._replace(begin - len(before) + len(before.rstrip()), end, "")
        elif self._line_end(end) < len(self._text):
            self._replace(self._line_begin(begin), self._text.index("\n", end) + 1, "")
        else:  # the last line of the file, without a line break: the one above it goes instead
            self._replace(self._line_end(self._line_begin(begin) - 1), len(self._text), "")

    def _render_braces(self, mapping: yaml.MappingNode, values: Mapping[str, YamlValue]) -> str:
        """Return a mapping in braces with these keys and values; a value that does not change stays as it is written."""
        pairs, old = self._editable_pairs(mapping), read_values(mapping)
        order = [name for name in pairs if name in values]
        for before, name in pairwise(["", *values]):
            if name not in pairs:
                order.insert(order.index(before) + 1 if before else 0, name)
        parts = {name: f"{render(name, flow=True)}: {render(new, flow=True)}" for name, new in values.items()}
        for name, (key, value) in pairs.items():
            begin, new = key.start_mark.index, values.get(name)
            if new == old[name]:
                parts[name] = self._text[begin : self._end_of(value)]
            elif isinstance(value, yaml.MappingNode) and isinstance(new, Mapping):
                parts[name] = self._text[begin : value.start_mark.index] + self._render_braces(value, new)
        return f"{{{', '.join(parts[name] for name in order)}}}"

    # Entries of the list

    def add_entry(self, index: int, values: Mapping[str, YamlValue]) -> None:
        """Add an entry to `windows`, laid out as the one before it, or else as the first.

        Parameters:
            index: Its index in the list.
            values: In the order in which keys are written.
        """
        entries = self.entries()
        key, windows = _pairs(self._root)["windows"]
        if not entries:
            self._begin_list(key, windows, values)
            return
        model, begin = entries[index - 1 if index else 0], windows.start_mark.index
        indent, lead = len(self._before(begin)), self._before(model.start_mark.index)
        column = len(lead) if lead.strip() == "-" and not model.flow_style else indent + 2
        body = render(values) if model.flow_style else render_block(values, column)
        entry = f"{' ' * indent}-{' ' * (column - indent - 1)}{body}"
        tops = [self._begin_with_comments(each.start_mark.index) for each in entries[1:]]
        has_blank_line = [not self._text[self._line_begin(each - 1) : each].strip() for each in tops]
        gap = "\n" if sum(has_blank_line) * 2 > len(has_blank_line) else ""  # a blank line, if most entries have one above them
        if index == 0:
            top = self._begin_with_comments(begin)
            self._replace(top, top, f"{entry}\n{gap}")
            return
        end = self._line_end(self._end_of(model))
        while comment := re.compile(rf"\r?\n {{{indent + 1},}}#").match(self._text, end):  # an indented comment belongs to it
            end = self._line_end(comment.end())
        self._replace(end, end, f"\n{gap}{entry}")

    def _begin_list(self, key: yaml.Node, empty: yaml.Node, values: Mapping[str, YamlValue]) -> None:
        """Replace an empty list by one with this entry; a comment after the key stays."""
        colon, end = self._text.index(":", self._end_of(key)) + 1, self._end_of(empty)
        if "\n" in self._text[colon:end]:
            self._refuse(empty, "an empty list below its key")
        self._replace(colon, end, "")
        self._replace(self._line_end(end), self._line_end(end), f"\n  - {render_block(values, 4)}")


def _compose(text: str) -> yaml.MappingNode:
    """Return the root mapping of a YAML text; an empty one for a text without."""
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    return node if isinstance(node, yaml.MappingNode) else yaml.MappingNode("", [])


def _is_flow(node: yaml.Node) -> bool:
    """Return whether a node is written in braces or brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _pairs(mapping: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Return the keys of a mapping with their key and value nodes."""
    return {key.value: (key, value) for key, value in mapping.value}


def read_values(mapping: yaml.MappingNode) -> dict[str, YamlValue]:
    """Return the keys and values of a mapping; "" for a list, as no value of a window is one."""
    values: dict[str, YamlValue] = {}
    for key, value in mapping.value:
        if isinstance(value, yaml.MappingNode):
            values[key.value] = read_values(value)
        else:
            values[key.value] = value.value if isinstance(value, yaml.ScalarNode) else ""
    return values


# New values


def render(value: YamlValue, *, flow: bool = False) -> str:
    """Return a value as YAML on one line: a text in quotes only where it needs them, a mapping in braces.

    Parameters:
        value: The value.
        flow: Whether it will be inside braces, where more texts need quotes.
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {render(each, flow=True)}' for key, each in value.items())}}}"
    if value not in NOTHING and _reads_as(f"{{key: {value}}}" if flow else f"key: {value}", value):
        return value
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(value, ensure_ascii=False))


def _reads_as(text: str, value: str) -> bool:
    """Return whether a text is a mapping from `key` to this value."""
    try:
        return read_values(_compose(text)) == {"key": value}
    except yaml.YAMLError:
        return False


def _render_below(name: str, value: YamlValue, column: int) -> str:
    """Return what follows the colon of a key in a block mapping: the value on the same line, or on more lines below.

    A text of several lines becomes a literal block (`|`). Of a mapping, each key gets its own line if it is `changes`,
    has a text of several lines, or would be too wide.

    Parameters:
        name: The key.
        value: Its value.
        column: The column of the key, from 0.
    """
    line = f" {render(value)}"
    if isinstance(value, str):
        lines = " |\n" + re.sub("(?m)^(?=.)", " " * (column + 2), value)
        return lines if "\n" in value and _reads_as(f"key:{lines}", value) else line
    has_lines = any("\n" in each for each in value.values() if isinstance(each, str))
    if name != "changes" and not has_lines and column + len(name) + len(line) < _MAX_WIDTH:
        return line
    return f"\n{' ' * (column + 2)}{render_block(value, column + 2)}"


def render_block(values: Mapping[str, YamlValue], column: int) -> str:
    """Return the lines of a block mapping in a column, from 0; the first line is not indented."""
    return f"\n{' ' * column}".join(f"{name}:{_render_below(name, value, column)}" for name, value in values.items())
