"""Reads single values from YAML nodes: texts, moments, durations, names; each error is reported at its place."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeVar

from icsfeed import durations, moments
from icsfeed.drafting.schedule_file.reader import Mapping, Node, Scalar, Sequence
from icsfeed.drafting.schedule_file.yaml_errors import NOTHING, explain_name, find_in_curly_quotes, find_in_garbled, quote
from icsfeed.model import Downtime, Text
from icsfeed.names import LANGUAGES, find_fault_in_line
from icsfeed.problems import Place, Problem, Severity, find_near, in_words, shorten, suggest
from icsfeed.zones import MomentError

LONGEST_TEXT = 5_000
"""From how many bytes a text in one language is a warning."""

_Value = TypeVar("_Value")


class Fields:
    """Reads values and collects the problems of one file.

    Every `read_` method reports an error and then returns None.

    Attributes:
        languages: The languages in which dates may name months and weekdays.
        wanted: The languages that every text should have; empty until the header is read.
        zone: The zone of times without an offset.
    """

    def __init__(self) -> None:
        """Start without problems, with all languages and UTC until the header is read."""
        self.problems: list[Problem] = []
        self.languages: tuple[str, ...] = LANGUAGES
        self.wanted: tuple[str, ...] = ()
        self.zone = "UTC"

    def error(self, place: Place, message: str, cure: str = "") -> None:
        """Report an error."""
        self.problems.append(Problem(place=place, message=message, cure=cure))

    def warn(self, place: Place, message: str, cure: str = "") -> None:
        """Report a warning."""
        self.problems.append(Problem(place=place, message=message, cure=cure, severity=Severity.WARNING))

    def unknown(self, place: Place, message: str, cure: str = "") -> None:
        """Report an unknown name, or a look-alike character in it."""
        self.problems.append(explain_name(place) or Problem(place=place, message=message, cure=cure))

    # Structure

    def read_mapping(
        self,
        node: Node | None,
        *,
        keys: Iterable[str],
        required: Collection[str],
        what: str,
        may_be_empty: Iterable[str] = (),
    ) -> dict[str, Node]:
        """Return the values of the known keys of a mapping; empty after an error in the mapping itself.

        A required key that is misspelt is reported once, not also as missing.
        """
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            fault = "is empty" if _is_nothing(node) else f"must be a mapping of keys to values, not {_kind(node)}"
            self.unknown(node.place, f"{what} {fault}", _cure_for_item(node, keys))
            return {}
        values: dict[str, Node] = {}
        known, present = sorted(keys), {key.text for key, _ in node.entries}
        for key, value in self._read_entries(node, known):
            if key.text not in known:
                present.add(find_near(key.text, known) or "")
                cure = f"{suggest(key.text, known)}Allowed keys: {', '.join(known)}."
                if "for" in known and isinstance(value, Scalar) and _is_duration(value.text):
                    cure = f"Write the expected duration as `for: {value.text.strip()}`. Allowed keys: {', '.join(known)}."
                self.unknown(key.place, f'unknown key "{shorten(key.text)}"', cure)
            elif _is_nothing(value) and key.text not in may_be_empty:
                cure = "Add a value." if key.text in required else "Add a value or leave the key out."
                if "#" in key.place.source:
                    cure = 'Everything after "#" is a comment; put quotes around a text that starts with "#".'
                self.error(key.place, f'"{key.text}" has no value', cure)
            else:
                values[key.text] = value
        missing = [f'"{name}"' for name in required if name not in present]
        if missing:
            message = f"{what} is missing the key{'s' if len(missing) > 1 else ''} {in_words(missing)}"
            self.error(node.place, message, f"Required keys: {', '.join(required)}.")
        return values

    def _read_entries(self, node: Mapping, known: Collection[str]) -> list[tuple[Scalar, Node]]:
        """Return the entries of a mapping; report an unquoted comma in a value within braces.

        YAML reads what follows such a comma as a key without a value.
        """
        found: list[tuple[Scalar, Node]] = []
        whole: dict[str, str] = {}
        last: Scalar | None = None
        for key, value in node.entries:
            comma = _comma_between(last, key) if last is not None else ""
            if comma and key.text not in known and _is_nothing(value):
                name, begun = found[-1][0].text, found[-1][1]
                whole[name] = f"{whole.get(name) or getattr(begun, 'text', '')}{comma}{key.text}"
                last = key
            else:
                found.append((key, value))
                last = value if isinstance(value, Scalar) and not value.quoted and value.text else None
        for key, value in found:
            if key.text in whole:
                what = "the rule" if key.text == "repeat" else "the text"
                cure = f"Put {what} in quotes: `{key.text}: {quote(whole[key.text])}`."
                self.error(value.place, f'within braces a comma ends the value of "{shorten(key.text)}"', cure)
        return [(key, value) for key, value in found if key.text not in whole]

    def read_items(
        self, node: Node | None, *, what: str, cure: str = "Start each item with a hyphen and a space."
    ) -> tuple[Node, ...]:
        """Return the items of a list; an unquoted empty value is an empty list."""
        if node is None or _is_nothing(node):
            return ()
        if not isinstance(node, Sequence):
            self.error(node.place, f"{what} must be a list, not {_kind(node)}", cure)
            return ()
        return node.items

    def read_scalar(self, node: Node | None, *, what: str, cure: str = "") -> Scalar | None:
        """Return a scalar that is not blank."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            if not cure and node.place.source[node.place.column - 1] in "[{":
                cure = "Put quotes around a text that starts with a bracket or brace."
            self.error(node.place, f"{what} must be a single value, not {_kind(node)}", cure)
        elif _is_nothing(node) and node.text:
            self.error(node.place, f"{what} has no value", "Leave it out, or put quotes around it if it is a text.")
        elif not node.text.strip():
            self.error(node.place, f"{what} must not be blank")
        else:
            return node
        return None

    # Values

    def read_checked(self, node: Node | None, fault: Callable[[str], str | None], *, what: str) -> str | None:
        """Return a scalar's text, if a function finds no fault in it."""
        scalar = self.read_scalar(node, what=what)
        if scalar is None:
            return None
        text = scalar.text.strip()
        found = fault(text)
        if found is not None:
            self.error(scalar.place, f'{what} "{shorten(text)}": {found}')
            return None
        return text

    def read_choice(self, node: Node | None, allowed: Collection[str], *, what: str, cure: str = "") -> str | None:
        """Return one of the allowed words; the cure names all of them unless it is given."""
        scalar = self.read_scalar(node, what=what)
        if scalar is None:
            return None
        if scalar.text not in allowed:
            cure = suggest(scalar.text, allowed) + (cure or f"Allowed: {', '.join(allowed)}.")
            self.unknown(scalar.place, f'unknown {what} "{shorten(scalar.text)}"', cure)
            return None
        return scalar.text

    def read_truth(self, node: Node | None, *, what: str) -> bool | None:
        """Return whether a scalar is `true`."""
        scalar = self.read_scalar(node, what=what)
        if scalar is not None and scalar.text not in ("true", "false"):
            self.error(scalar.place, f'{what} must be true or false, not "{shorten(scalar.text)}"')
        return None if scalar is None else scalar.text == "true"

    def read_text(self, node: Node | None, *, what: str, one_line: bool = False, no_comma: bool = False) -> Text | None:
        """Return a text for people: one string, or a mapping from language to string."""
        if node is None:
            return None
        if not isinstance(node, Mapping):
            version = self._read_version(node, key=what.strip('"'), what=what, one_line=one_line, no_comma=no_comma)
            return None if version is None else Text.of(version)
        if not node.entries:
            self.error(node.place, f"{what} has no text in any language", f"Languages: {', '.join(LANGUAGES)}.")
        versions: dict[str, str | None] = {}
        for key, value in node.entries:
            if key.text not in LANGUAGES:
                cure = f"{suggest(key.text, LANGUAGES)}Languages: {', '.join(LANGUAGES)}."
                self.unknown(key.place, f'unknown language "{shorten(key.text)}"', cure)
                continue
            what_here = f"{what} in {key.text}"
            versions[key.text] = self._read_version(value, key=key.text, what=what_here, one_line=one_line, no_comma=no_comma)
        lacking = [language for language in self.wanted if language not in versions]
        if lacking and len(versions) == len(node.entries) > 0:
            self.warn(node.place, f"{what} has no text in {', '.join(lacking)}", "Readers of that language see another one.")
        found = {language: version for language, version in versions.items() if version is not None}
        return Text(found.items()) if found and len(found) == len(node.entries) else None

    def _read_version(self, node: Node, *, key: str, what: str, one_line: bool, no_comma: bool) -> str | None:
        """Return a text in one language; None after an error."""
        scalar = self.read_scalar(node, what=what)
        if scalar is None:
            return None
        fault = find_fault_in_line(scalar.text.rstrip()) if one_line else None
        if fault is not None:
            self.error(scalar.place, f"{what}: {fault}")
        if no_comma and "," in scalar.text:
            self.error(scalar.place, f"{what} must not contain a comma", "Calendar programs take it for the end of the name.")
            return None
        self.warn_of_text(scalar, key=key, what=what)
        return scalar.text if fault is None else None

    def warn_of_text(self, scalar: Scalar, *, key: str, what: str) -> None:
        """Warn of a text that was saved in the wrong encoding, or in curly quotes, which YAML takes as part of it."""
        meant = find_in_garbled(scalar.text.strip())
        if meant is not None:
            message = f"{what} was saved in the wrong encoding at some time"
            self.warn(scalar.place, message, f"Perhaps it should say: {key}: {quote(shorten(meant))}")
        size = len(scalar.text.encode())
        if size > LONGEST_TEXT:
            message = f"{what} has {size / 1000:,.0f} kB, which every calendar program downloads again and again"
            self.warn(scalar.place, message, "Write one sentence and link to the rest.")
        text = None if scalar.quoted else find_in_curly_quotes(scalar.text.strip())
        if text is not None:
            self.warn(scalar.place, f"{what} is in curly quotes, which customers would see", f"Write: {key}: {quote(text)}")

    def read_value(self, node: Node | None, read: Callable[[str], _Value], *, what: str, cure: str = "") -> _Value | None:
        """Return what a function reads from a scalar's text; report the MomentError that it raises."""
        scalar = self.read_scalar(node, what=what, cure=cure)
        if scalar is None:
            return None
        try:
            return read(scalar.text)
        except MomentError as error:
            self.error(scalar.place, f"{what}: {error.message}", error.cure)
            return None

    def read_moment(self, node: Node | None, *, what: str) -> datetime | None:
        """Return a moment in UTC; for a duration, the error points to `for`."""
        return self.read_value(node, self._read_moment, what=what, cure=f"Write it as in {moments.MOMENT_EXAMPLE}.")

    def _read_moment(self, text: str) -> datetime:
        try:
            return moments.read_moment(text, zone=self.zone, languages=self.languages)
        except MomentError as error:
            if _is_duration(text):
                cure = f"Write the expected duration as `for: {text.strip()}`."
                raise MomentError(f'"{shorten(text)}" is a duration, not a moment', cure) from error
            raise

    def read_expected(self, node: Node | None, *, what: str) -> Downtime | None:
        """Return an expected length; more than zero."""
        found = self.read_downtime(node, what=what)
        if found is not None and not found.length and node is not None:
            self.error(node.place, f'{what} cannot be "none"', "Leave the key out: then it lasts as long as its class says.")
            return None
        return found

    def read_date(self, node: Node | None, *, what: str) -> date | None:
        """Return a local date."""
        return self.read_value(node, partial(moments.read_date, languages=self.languages), what=what)

    def read_time(self, node: Node | None, *, what: str) -> time | None:
        """Return a time of day."""
        return self.read_value(node, durations.read_time_of_day, what=what)

    def read_downtime(self, node: Node | None, *, what: str) -> Downtime | None:
        """Return a duration, which may be `at least` so long."""
        return self.read_value(node, _read_downtime, what=what)

    def read_duration(self, node: Node | None, *, what: str) -> timedelta | None:
        """Return a duration without `at least`."""
        downtime = self.read_downtime(node, what=what)
        if downtime is not None and downtime.open_ended and node is not None:
            self.error(node.place, f'{what} must be an exact duration, not "at least"', "Write a duration such as 30 minutes.")
            return None
        return downtime.length if downtime is not None else None


def _read_downtime(text: str) -> Downtime:
    """Return the duration of a text, which may be `at least` so long; raise MomentError for more than a year."""
    length, open_ended = durations.read_duration(text)
    try:
        return Downtime(length=length, open_ended=open_ended)
    except ValueError as error:
        raise MomentError(f'"{shorten(text)}" is longer than a year', "") from error


def _is_duration(text: str) -> bool:
    """Return whether a text is a duration."""
    try:
        return bool(durations.read_duration(text)[0])
    except MomentError:
        return False


def _is_nothing(node: Node) -> bool:
    """Return whether a node is an empty value or YAML's null; in quotes it would be a text."""
    return isinstance(node, Scalar) and not node.quoted and node.text in NOTHING


def _comma_between(first: Scalar, second: Scalar) -> str:
    """Return the comma and blanks between two scalars of a line; empty if anything else is between them."""
    begin = first.place.column - 1 + first.place.length
    between = first.place.source[begin : second.place.column - 1]
    return between if first.place.line == second.place.line and between.strip() == "," else ""


def _kind(node: Node) -> str:
    """Return the kind of a node in words, for messages."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return f'the text "{shorten(node.text)}"'


def _cure_for_item(node: Node, keys: Iterable[str]) -> str:
    """Return the cure for a text like `class:standaard` where a mapping is needed."""
    if isinstance(node, Scalar):
        key, colon, rest = node.text.partition(":")
        if colon and key in keys and rest and not rest.startswith(" "):
            return f"A space is missing after the colon: `{key}: {rest.split()[0]}`."
    return f"Allowed keys: {', '.join(sorted(keys))}."


def entries_of(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    """Return the entries of a mapping; empty for any other node."""
    return node.entries if isinstance(node, Mapping) else ()
