"""YAML text into raw nodes that know their place; syntax alone, no meaning.

Every scalar stays text: `21:00` is not 1260 and `no` is not false.
`yaml_errors` explains its errors; beside both only `layout` knows the YAML library.
"""

import codecs
import re
from dataclasses import dataclass

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the C parser has no types
from yaml.resolver import BaseResolver

from icsfeed.drafting.schedule_file.yaml_errors import BACKSLASH, explain, quote
from icsfeed.names import find_forbidden_character
from icsfeed.problems import Place, PlacedText, Problem, ScheduleError, Severity, shorten

CONFLICT_MARKER = "git conflict marker"
"""What is wrong with a line that a merge left."""
MOST_ALIASED_NODES = 10_000
_DEEPEST = 50
_NOT_YAML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMENT = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_READ_AS = {"t": "a tab", "n": "a line break", **dict.fromkeys("N_LPabefrv0", "an invisible character")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text.

    Attributes:
        text: With CRLF as LF.
        quoted: Whether it stood in quotes or as a block; an unquoted empty text is no value.
    """

    text: str
    place: Place
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys and values in the order of the file; each key once."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """Items in the order of the file."""

    items: tuple["Node", ...]
    place: Place


Node = Scalar | Mapping | Sequence


class _Composer(CParser, BaseResolver):
    """PyYAML's C parser, composing nodes; an explicit tag is the only tag that a node can have.

    The parser calls itself for each node in a node, and would crash where nothing stopped it.
    """

    def __init__(self, source: PlacedText) -> None:
        CParser.__init__(self, source.text)
        BaseResolver.__init__(self)
        self._source = source
        self._depth = 0

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:  # noqa: ARG002  # the base class's signature
        """Count a node that begins; too many in each other are an error."""
        self._depth += 1
        if self._depth > _DEEPEST and parent is not None:
            raise ScheduleError([_too_deep(self._source.place(parent.start_mark.index))])

    def ascend_resolver(self) -> None:
        """Count a node that ends."""
        self._depth -= 1

    def resolve(self, kind: type, value: object, implicit: object) -> str:  # noqa: ARG002  # the base class's signature
        """Give no tag to what has none."""
        return ""


def read_yaml(data: bytes, *, file: str) -> tuple[Node, tuple[Problem, ...]]:
    """Return the nodes of a YAML file, and the problems of its syntax that leave it readable.

    Parameters:
        data: UTF-8, with or without a byte order mark.
        file: Its name in messages.

    Raises:
        ScheduleError: It cannot be read as YAML of the kind that schedule files use.
    """
    source = PlacedText(_read_text(data, file), file)
    problems = _find_conflict_markers(source) or _find_control_characters(source)
    if problems:
        raise ScheduleError(problems)
    try:
        root = _Composer(source).get_single_node()
    except yaml.YAMLError as error:
        raise ScheduleError([explain(error, source)]) from error
    if root is None:
        place = Place(file=file, line=1)
        raise ScheduleError(
            [
                Problem(
                    place=place,
                    message="the file is empty",
                    cure="`icsfeed init NAME --domain DOMAIN` creates one to start from.",
                )
            ]
        )
    conversion = _Conversion(source)
    node = conversion.convert(root, depth=0)
    return node, tuple(conversion.problems)


def _read_text(data: bytes, file: str) -> str:
    """Return the text with LF line ends and without a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problem = Problem(place=Place(file=file), message="the file is UTF-16", cure="Save it as UTF-8 in your editor.")
        raise ScheduleError([problem])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        begin = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begin : error.start].decode("utf-8", "replace"))
        source = data[begin:].split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
        place = Place(file=file, line=line + 1, column=column + 1, source=source)
        raise ScheduleError(
            [Problem(place=place, message="not valid UTF-8 from here on", cure="Save it as UTF-8 in your editor.")]
        ) from error


def _find_conflict_markers(source: PlacedText) -> list[Problem]:
    """Return a problem for each line that git's merge left; one of equals signs or bars only beside another."""
    begun = any(re.match(r"(<{7}|>{7})( |$)", line) for line in source.lines)
    return [
        Problem(
            place=source.at(number, 0, 7),
            message=CONFLICT_MARKER,
            cure="Keep one version and delete the lines with markers.",
        )
        for number, line in enumerate(source.lines)
        if begun and re.match(r"(<{7}|={7}|>{7}|\|{7})( |$)", line)
    ]


def _find_control_characters(source: PlacedText) -> list[Problem]:
    """Return a problem for each line with a character that no text or no YAML may hold."""
    problems = []
    for number, line in enumerate(source.lines):
        found = _NOT_YAML.search(line)
        if found:
            cure = "Delete it; most editors do not show it."
            if found[0] == "\r":
                cure = "Save the file with Unix or Windows line endings."
            place = source.at(number, found.start())
            problems.append(Problem(place=place, message=f"control character U+{ord(found[0]):04X}", cure=cure))
    return problems


def _too_deep(place: Place) -> Problem:
    return Problem(place=place, message="the file is nested too deeply", cure="Delete surplus brackets or hyphens.")


class _Conversion:
    """One walk through composed nodes, collecting problems."""

    def __init__(self, source: PlacedText) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._seen: set[int] = set()
        self._aliased = 0
        self._place = source.at(0, 0)

    def convert(self, node: yaml.Node, *, depth: int, in_list: bool = False) -> Node:
        """Return the raw node for a composed one."""
        place = self.source.place(node.start_mark.index, self._length(node))
        self._count(node, depth, place)
        if node.tag:
            self._refuse_tag(node)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.ScalarNode):
                return self._scalar(node, place)
            if isinstance(node, yaml.SequenceNode):
                items = tuple(self.convert(item, depth=depth + 1, in_list=True) for item in node.value)
                return Sequence(items=items, place=place)
            return self._mapping(node.value, place, depth, in_list=in_list)
        finally:
            self._open.discard(id(node))

    def _count(self, node: yaml.Node, depth: int, place: Place) -> None:
        """Stop the walk where aliases or nesting would make it endless or too large."""
        if id(node) in self._open:
            raise ScheduleError(
                [Problem(place=place, message="this value contains itself", cure="Write it out instead of using an alias.")]
            )
        if depth > _DEEPEST:
            raise ScheduleError([_too_deep(place)])
        if id(node) in self._seen:
            self._aliased += 1
        else:
            self._place = place
        self._seen.add(id(node))
        if self._aliased > MOST_ALIASED_NODES:
            message = f"aliases expand to more than {MOST_ALIASED_NODES:,} nodes"
            raise ScheduleError([Problem(place=self._place, message=message, cure="Write the values out.")])

    @staticmethod
    def _length(node: yaml.Node) -> int:
        """Return how many characters to underline."""
        if isinstance(node, yaml.ScalarNode) and node.start_mark.line == node.end_mark.line:
            return max(1, node.end_mark.index - node.start_mark.index)
        return 1

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Scalar:
        text = node.value.replace("\r\n", "\n")
        found = find_forbidden_character(text)
        if found is not None:
            message = f"control character U+{ord(text[found]):04X}, written as an escape"
            self.problems.append(Problem(place=place, message=message, cure=BACKSLASH))
            text = "".join(char for char in text if find_forbidden_character(char) is None)
        elif node.style == '"':
            self._warn_of_escape(node)
        if not node.style:
            self._warn_of_comment(node, text)
        return Scalar(text=text, place=place, quoted=bool(node.style))

    def _warn_of_comment(self, node: yaml.ScalarNode, text: str) -> None:
        """Warn where ` #4711` was meant as text and was read as a comment."""
        swallowed = _COMMENT.match(self.source.text, node.end_mark.index)
        if swallowed and text:
            comment = swallowed[1].rstrip()
            cure = f"If it is part of the text, put quotes around the whole text: {quote(f'{text} {comment}')}."
            message = f'"{shorten(comment.split()[0])}" is read as the start of a comment'
            place = self.source.place(swallowed.start(1), len(comment))
            self.problems.append(Problem(place=place, message=message, cure=cure, severity=Severity.WARNING))

    def _warn_of_escape(self, node: yaml.ScalarNode) -> None:
        """Warn of each escape that customers would read as something else, as in a path; line breaks alone are meant."""
        escapes = list(_ESCAPE.finditer(self.source.text, node.start_mark.index, node.end_mark.index))
        odd = [each for each in escapes if each[1][0] not in '"\\\n\r']
        for found in odd if any(each[1] != "n" for each in odd) else ():
            message = f'"{found[0]}" is read as {_READ_AS.get(found[1][0], "another character")}'
            place = self.source.place(found.start(), len(found[0]))
            self.problems.append(Problem(place=place, message=message, cure=BACKSLASH, severity=Severity.WARNING))

    def _refuse_tag(self, node: yaml.Node) -> None:
        """Keep the problem of an explicit tag, named as it is written."""
        written = node.tag.replace("tag:yaml.org,2002:", "!!", 1)
        message = f'"{shorten(written)}" is a YAML tag, which schedule files cannot have'
        cure = "Delete it, or put quotes around a text that starts with an exclamation mark."
        self.problems.append(Problem(place=self.source.place(node.start_mark.index, len(written)), message=message, cure=cure))

    def _mapping(self, pairs: list[tuple[yaml.Node, yaml.Node]], place: Place, depth: int, *, in_list: bool) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for key_node, value_node in pairs:
            key = self.convert(key_node, depth=depth + 1)
            value = self.convert(value_node, depth=depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(Problem(place=key.place, message="a key must be a text", cure="Write `key: value`."))
            elif key.text in seen:
                cure = f"The first one is on line {seen[key.text].place.line}"
                cure += "; is the `- ` of the next window missing?" if in_list else "."
                self.problems.append(Problem(place=key.place, message=f'duplicate key "{shorten(key.text)}"', cure=cure))
            else:
                seen[key.text] = key
                entries.append((key, value))
        return Mapping(entries=tuple(entries), place=place)
