"""Whatever happens to a file, the answer is a schedule or its problems."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.problems import ScheduleError, has_errors
from tests.schedule_file.test_the_format import WHOLE
from tests.support import REAL

REAL_TEXT = (REAL / "minox-online.yaml").read_text(encoding="utf-8")
PUNCTUATION = [*"-:#'\"[]{}&*!|>%@`?,\\\t \n\r\0~=", "<<: *a", "--- ", "...", ": ", " #", "- ", "\r\n", "&a ", "*a", "!!"]
ODD = [
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\xa0",
    "\u2028",
    "\ufeff",
    "\uffff",
    "é",
    "e\u0301",
    "漢",
    "\U0001f389",
    "\u202e",
    "²",
    "٣",
    "ß",
]


def outcome(data: bytes) -> Schedule | ScheduleError:
    """Load a file; everything that is told about it must be printable, and an error must name one."""
    try:
        found: Schedule | ScheduleError = load_schedule(data, file="schedule/example.yaml", key="example")
    except ScheduleError as error:
        found = error
    problems = found.problems if isinstance(found, ScheduleError) else found.warnings
    assert has_errors(problems) == isinstance(found, ScheduleError)
    for problem in problems:
        str(problem).encode()
        assert problem.place.line <= data.count(b"\n") + 1
        assert problem.place.column <= len(problem.place.source) + 1
    return found


def cut(text: str, dice: random.Random) -> str:
    begin = dice.randrange(len(text) + 1)
    return text[:begin] + text[begin + dice.choice([1, 1, 1, 2, 5, 20, 200]) :]


def insert(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    more: str = dice.choice([dice.choice(PUNCTUATION), dice.choice(ODD), chr(dice.randrange(0xD800)), text[at : at + 30]])
    return text[:at] + more * dice.choice([1, 1, 1, 2, 7]) + text[at:]


def replace(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    other: str = dice.choice(PUNCTUATION + ODD)
    return text[:at] + other + text[at + 1 :]


def drop_line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    del lines[dice.randrange(len(lines))]
    return "\n".join(lines)


def double_line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    lines.insert(dice.randrange(len(lines)), lines[at])
    return "\n".join(lines)


def swap_lines(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def shift_line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    lines[at] = dice.choice([" " + lines[at], "  " + lines[at], lines[at][1:], lines[at].lstrip(), "\t" + lines[at].lstrip()])
    return "\n".join(lines)


def swap_words(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    one, other = dice.randrange(len(words)), dice.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


MUTATIONS: list[Callable[[str, random.Random], str]] = [
    cut,
    insert,
    replace,
    drop_line,
    double_line,
    swap_lines,
    shift_line,
    swap_words,
]


def mutate(text: str, dice: random.Random) -> bytes:
    """Return a text after some mutations, and perhaps some bytes of it changed."""
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        text = dice.choice(MUTATIONS)(text or " ", dice)
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if dice.random() < 0.1 and data:
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_mutation_of_a_valid_file_gives_a_schedule_or_problems(seed: int) -> None:
    outcome(mutate(WHOLE, random.Random(seed)))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_mutation_of_the_real_calendar_gives_a_schedule_or_problems(seed: int) -> None:
    outcome(mutate(REAL_TEXT, random.Random(seed)))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_schedule_or_problems(data: bytes) -> None:
    outcome(data)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(text=st.lists(st.sampled_from([*PUNCTUATION, *ODD, "a", "1", "windows", "start", "\n  "]), max_size=30).map("".join))
def test_any_punctuation_gives_a_schedule_or_problems(text: str) -> None:
    outcome(text.encode())


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    line=st.sampled_from([line for line in WHOLE.split("\n") if ": " in line and not line.endswith("|")]),
    value=st.one_of(st.text(max_size=40), st.sampled_from(PUNCTUATION + ODD)),
)
def test_any_text_in_the_place_of_a_value_gives_a_schedule_or_problems(line: str, value: str) -> None:
    key = line.split(": ", maxsplit=1)[0]
    outcome(WHOLE.replace(line, f"{key}: {value}", 1).encode("utf-8", "surrogatepass"))
    quoted = value.replace("'", "''")
    outcome(WHOLE.replace(line, f"{key}: '{quoted}'", 1).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("deep", ["[", "{a: ", "- ", "? ", "[{a: ", "&a [", "!x ["])
def test_no_nesting_is_too_deep_to_be_told(deep: str) -> None:
    assert isinstance(outcome((deep * 100_000).encode()), ScheduleError)


@pytest.mark.parametrize("many", ["1", "'", '"', "\\", ": ", "# ", "' ", '" ', "-", "\t", "a: b\n", "é", "*a ", "1 uur "])
def test_no_line_is_too_long_to_be_told(many: str) -> None:
    text = WHOLE.replace("downtime: 20 minutes", f"downtime: {many * 20_000}!")
    assert isinstance(outcome(text.encode()), ScheduleError)
