"""Where each node of a YAML text begins and ends.

`reader` tells what the nodes say and where they begin; to change one, its end must be known too, and where aliases stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import yaml


class LayoutError(Exception):
    """The text is laid out in a way in which this change cannot be made safely; the message is a sentence's part."""


class Kind(Enum):
    """What a node is."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A node and where it stands.

    Attributes:
        begin: Index of its first character, an anchor's where it has one.
        end: Index behind its last character that is no blank; of an empty value the same as `begin`.
        text: A scalar's.
        flow: Whether a collection is written with brackets.
        pairs: A mapping's keys and values, in the order of the file.
        items: A sequence's items.
    """

    kind: Kind
    begin: int
    end: int
    text: str = ""
    flow: bool = False
    pairs: tuple[tuple["Spot", "Spot"], ...] = ()
    items: tuple["Spot", ...] = ()

    def find(self, key: str) -> "tuple[Spot, Spot] | None":
        """Return key and value of a mapping, or None."""
        return next((pair for pair in self.pairs if pair[0].text == key), None)


def read_spots(text: str) -> Spot:
    """Return the root node of a YAML text that has one and no fault."""
    events = yaml.parse(text, Loader=yaml.CBaseLoader)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _read_spot(next(events), events, text)
    raise LayoutError("the file is empty")


def _read_spot(event: yaml.Event, events: Iterator[yaml.Event], text: str) -> Spot:
    """Return the node that begins with this event."""
    begin, end = _begin_of(event), _end_of(event)
    if isinstance(event, yaml.AliasEvent):
        return Spot(kind=Kind.ALIAS, begin=begin, end=end)
    if isinstance(event, yaml.ScalarEvent):
        end = begin + len(text[begin:end].rstrip())
        return Spot(kind=Kind.SCALAR, begin=begin, end=end, text=event.value)
    if not isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
        raise LayoutError("a node was expected")
    children: list[Spot] = []
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            end = _end_of(inner) if event.flow_style else max([begin, *(each.end for each in children)])
            break
        children.append(_read_spot(inner, events, text))
    flow = bool(event.flow_style)
    if isinstance(event, yaml.SequenceStartEvent):
        return Spot(kind=Kind.SEQUENCE, begin=begin, end=end, flow=flow, items=tuple(children))
    pairs = tuple(zip(children[::2], children[1::2], strict=True))
    return Spot(kind=Kind.MAPPING, begin=begin, end=end, flow=flow, pairs=pairs)


def _begin_of(event: yaml.Event) -> int:
    """Return the index at which an event begins."""
    return event.start_mark.index if event.start_mark is not None else 0


def _end_of(event: yaml.Event) -> int:
    """Return the index behind an event."""
    return event.end_mark.index if event.end_mark is not None else 0
