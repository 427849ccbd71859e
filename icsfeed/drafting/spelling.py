"""How values are written in a schedule file: quoted only where YAML needs it, moments as the lines around tell theirs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from icsfeed.model import Calendar
from icsfeed.moments import read_date, read_moment
from icsfeed.wording import words_for
from icsfeed.zones import MomentError, instant_of_occurrence, render_rfc3339, render_with_offset, to_local

Value = str | Mapping[str, "Value"]
"""A text, or keys with values."""

Pairs = Sequence[tuple[str, Value]] | Sequence[tuple[str, str]]
"""Keys with values in the order in which they are written."""

_WIDEST = 100
_AROUND_CLOCK = (("", ""), ("", " uur"), ("om ", ""), ("om ", " uur"), ("at ", ""), ("um ", ""), ("", " Uhr"), ("um ", " Uhr"))
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_ODD = re.compile("[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]")
"""Characters that YAML does not take for text, or takes for the end of a line."""


# Scalars


def is_plain(text: str, *, flow: bool) -> bool:
    """Tell whether YAML reads a text as it is, without quotes.

    Parameters:
        text: One that all scalars stay, so that `no` and `21:00` need no quotes.
        flow: Whether it stands between brackets.
    """
    if not text or text != text.strip() or _ODD.search(text):
        return False
    if text[0] in _INDICATORS and not (text[0] in "-?:" and re.match(r"[^\s,\[\]{}]", text[1:])):
        return False
    if flow and re.search(r"[,\[\]{}?]|:(?=[,\[\]{}:])|^[-:]", text):
        return False
    return not re.search(r":(\s|$)|\s#", text) and not text.startswith(("---", "..."))


def render_scalar(text: str, *, flow: bool, quote: str = "") -> str:
    """Return a text as YAML reads it, on one line.

    Parameters:
        text: Any.
        flow: Whether it stands between brackets.
        quote: The quote in which it should stand even where it needs none; anything else is no wish.
    """
    if quote == "'" and not _ODD.search(text):
        return "'" + text.replace("'", "''") + "'"
    if quote != '"' and is_plain(text, flow=flow):
        return text
    return '"' + "".join(_ESCAPES.get(char) or (_escape(char) if _ODD.match(char) else char) for char in text) + '"'


def _escape(char: str) -> str:
    """Return a character by its number."""
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def _is_block_text(text: str) -> bool:
    """Tell whether a text has several lines, and they can stand below its key as they are."""
    return "\n" in text and not text[:1].isspace() and not _ODD.search(text.replace("\n", ""))


def _render_block_text(text: str, column: int) -> str:
    """Return a text of several lines as it stands behind and below a key of this column."""
    lines = (f"{' ' * (column + 2)}{line}" if line.strip() else "" for line in text.split("\n"))
    return "|\n" + "\n".join(lines)


# Keys with values


def render_value(value: Value, *, flow: bool, quote: str = "") -> str:
    """Return a value on one line; keys with values stand between braces."""
    if isinstance(value, str):
        return render_scalar(value, flow=flow, quote=quote)
    return render_flow(list(value.items()), quote=quote)


def render_flow(pairs: Pairs, *, quote: str = "") -> str:
    """Return keys with values between braces; in double quotes throughout where that is wished, as in JSON."""
    name = '"' if quote == '"' else ""
    return f"{{{', '.join(f'{name}{key}{name}: {render_value(value, flow=True, quote=quote)}' for key, value in pairs)}}}"


def render_pair(key: str, value: Value, column: int, *, blocks: bool = True, below: bool = False) -> str:
    """Return a key and its value as they stand in a block mapping of this column; the first line is not indented.

    Parameters:
        key: Its name.
        value: Keys with values stand below each other where they would be too long for one line.
        column: From 0.
        blocks: Whether a text of several lines may stand below its key as it is.
        below: Whether keys with values stand below each other in any case.
    """
    if isinstance(value, str):
        is_block = blocks and _is_block_text(value)
        return f"{key}: {_render_block_text(value, column) if is_block else render_value(value, flow=False)}"
    line = f"{key}: {render_value(value, flow=True)}"
    if not below and column + len(line) <= _WIDEST and not (blocks and _has_block_text(value)):
        return line
    inner = column + 2
    lines = (f"{' ' * inner}{render_pair(name, each, inner, blocks=blocks)}" for name, each in value.items())
    return "\n".join([f"{key}:", *lines])


def _has_block_text(value: Value) -> bool:
    """Tell whether a text of several lines is somewhere in a value."""
    return _is_block_text(value) if isinstance(value, str) else any(map(_has_block_text, value.values()))


def render_pairs(pairs: Pairs, column: int, *, blocks: bool = True) -> str:
    """Return the lines of a block mapping of this column; the first one is not indented."""
    return f"\n{' ' * column}".join(render_pair(key, value, column, blocks=blocks) for key, value in pairs)


# Moments


def spell_moment(moment: datetime, calendar: Calendar, *, like: str = "", when: datetime | None = None) -> str:
    """Return how a moment is written beside another one: with or without weekday, in words or as `2021-12-20 21:00`.

    Parameters:
        moment: In UTC.
        calendar: Whose zone and languages.
        like: How the other one is written; without it, or in a form not known here, digits are used.
        when: What the other one means.
    """
    forms = _forms(moment, calendar)
    found = f"{to_local(moment, calendar.timezone):%Y-%m-%d %H:%M}"
    if like and when is not None:
        plain = " ".join(like.split()).casefold()
        for form, other in zip(forms, _forms(when, calendar), strict=True):
            if other.casefold() == plain:
                found = form[0].upper() + form[1:] if like[:1].isupper() else form
                break
    try:
        is_meant = read_moment(found, zone=calendar.timezone, languages=calendar.languages) == moment
    except MomentError:
        is_meant = False
    return found if is_meant else render_with_offset(moment, calendar.timezone)


def spell_date(day: date, calendar: Calendar, *, like: str = "", when: date | None = None) -> str:
    """Return how a date is written beside another one, without quotes.

    Parameters:
        day: A local date.
        calendar: Whose zone and languages.
        like: How the other one is written; without it, or in a form not known here, digits are used.
        when: What the other one means.
    """
    if when is not None:
        plain = " ".join(like.split()).casefold()
        for form, other in zip(_forms_of_date(day, calendar), _forms_of_date(when, calendar), strict=True):
            if other.casefold() == plain:
                found = form[0].upper() + form[1:] if like[:1].isupper() else form
                if is_plain(found, flow=True) and read_date(found, languages=calendar.languages) == day:
                    return found
    return day.isoformat()


def _forms_of_date(day: date, calendar: Calendar) -> list[str]:
    """Return a local date in every form that is known here, always in the same order."""
    noon, _ = instant_of_occurrence(datetime.combine(day, time(12)), calendar.timezone)
    forms = [day.isoformat()]
    for language in calendar.languages:
        told = words_for(calendar, language).date(noon)
        weekday, rest = told.split(" ", 1)
        forms += [told, rest, f"{weekday[:2]} {rest}", f"{weekday[:3]} {rest}"]
    return forms


def _forms(moment: datetime, calendar: Calendar) -> Iterator[str]:
    """Give a moment in every form that is known here, always in the same order."""
    local = to_local(moment, calendar.timezone)
    clocks = [f"{local:%H}{sign}{local:%M}" for sign in ":."]
    days = _forms_of_date(local.date(), calendar)
    for day in days:
        for clock in clocks:
            yield from (f"{day} {before}{clock}{behind}" for before, behind in _AROUND_CLOCK)
    yield f"{days[0]}T{clocks[0]}"
    yield render_with_offset(moment, calendar.timezone)
    yield render_rfc3339(moment, calendar.timezone)
    yield render_rfc3339(moment)
