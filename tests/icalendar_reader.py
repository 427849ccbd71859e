"""A reader of iCalendar, written from RFC 5545 alone, so that no library's leniency hides a fault of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)')
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ESCAPED = re.compile(r"\\([\\;,Nn])")


@dataclass(frozen=True, kw_only=True)
class Property:
    """A content line, taken apart; the value is as it stands in the line."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT (section 3.3.11); every backslash, semicolon and comma must be escaped."""
        assert not re.search(r"[\\;,]", _ESCAPED.sub("", self.value)), self.value
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "Nn" else match[1], self.value)

    @property
    def moment(self) -> datetime:
        """The value as a UTC date-time (section 3.3.5, form 2)."""
        assert not self.parameters, self.parameters
        return datetime.strptime(self.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@dataclass(kw_only=True)
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return the properties of this name; names ignore case (section 2)."""
        return [each for each in self.properties if each.name.upper() == name]

    def find(self, name: str) -> Property | None:
        """Return the only property of this name, or None."""
        found = self.all(name)
        assert len(found) <= 1, found
        return found[0] if found else None

    def __getitem__(self, name: str) -> Property:
        found = self.find(name)
        assert found is not None, name
        return found

    def text(self, name: str) -> str:
        """Return a property's value as TEXT."""
        return self[name].text

    def values(self) -> dict[str, str]:
        """Return the values of all properties by name."""
        return {each.name.upper(): each.value for each in self.properties}

    @property
    def events(self) -> list["Component"]:
        """The events, in the order of the file."""
        return [each for each in self.components if each.name == "VEVENT"]

    def event(self, uid: str) -> "Component":
        """Return the only event with a UID."""
        (found,) = (each for each in self.events if each.text("UID") == uid)
        return found


def unfold(data: bytes) -> list[str]:
    """Return the content lines of a file (section 3.1), folds taken out."""
    assert data.endswith(b"\r\n")
    return data.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def physical_lines(data: bytes) -> Iterator[bytes]:
    """Give the lines as they are in a file, without their CRLF."""
    assert data.endswith(b"\r\n")
    yield from data[:-2].split(b"\r\n")


def read_line(line: str) -> Property:
    """Return a content line, taken apart."""
    name = _NAME.match(line)
    assert name is not None, line
    position, parameters = name.end(), {}
    while (match := _PARAMETER.match(line, position)) is not None:
        assert match[1].upper() not in parameters, line
        value = match[2][1:-1] if match[2].startswith('"') else match[2]
        parameters[match[1].upper()] = re.sub(
            r"\^([n'^])", lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], value
        )  # RFC 6868
        position = match.end()
    assert line[position] == ":", line
    return Property(name=name[0], parameters=parameters, value=line[position + 1 :])


def read_object(data: bytes) -> Component:
    """Return the only iCalendar object of a file."""
    root = Component(name="")
    stack = [root]
    for line in unfold(data):
        found = read_line(line)
        if found.name == "BEGIN":
            stack.append(Component(name=found.value))
            stack[-2].components.append(stack[-1])
        elif found.name == "END":
            assert stack.pop().name == found.value
        else:
            stack[-1].properties.append(found)
    assert stack == [root]
    (calendar,) = root.components
    assert calendar.name == "VCALENDAR"
    return calendar
