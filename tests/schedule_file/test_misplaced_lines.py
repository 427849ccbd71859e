"""A line that stands in a wrong column is told with its column and that of a line above it."""

import re

import pytest

from icsfeed.problems import ScheduleError
from tests.schedule_file.test_the_format import WHOLE
from tests.support import HEAD, WINDOW, load, schedule_text

OTHER = "  - id: other\n    start: 2027-12-09 21:00\n    class: standaard\n"
LAST = "  - id: last\n    start: 2027-12-21 21:00\n    class: uitgebreid\n"
WINDOWS = f"{WINDOW}{OTHER}{LAST}"
CURE = "Keys of the same mapping, and hyphens of the same list, start in the same column."
LAYOUTS = {
    "as-usual": schedule_text(WINDOWS),
    "one-window": schedule_text(WINDOW),
    "hyphens-below-their-key": f"{HEAD}windows:\n{re.sub('^  ', '', WINDOWS, flags=re.MULTILINE)}",
    "hyphens-wide": schedule_text(re.sub(r"^( +)(- )?", lambda found: f"  {found[0]}", WINDOWS, flags=re.MULTILINE)),
    "comments-and-blank-lines": schedule_text(WINDOWS.replace("    class", "\n    # It is short.\n    class")),
    "every-key": WHOLE,
}


def told(text: str) -> tuple[str, str, str]:
    """Return place, message and cure of a text's first error."""
    with pytest.raises(ScheduleError) as caught:
        load(text)
    problem = caught.value.problems[0]
    return str(problem.place).partition(":")[2], problem.message, problem.cure


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(("begins", "by"), [("start", -1), ("start", 1), ("class: standaard", -1), ("class: standaard", 2)])
def test_a_key_of_a_window_in_a_wrong_column_is_told_there(name: str, begins: str, by: int) -> None:
    lines = LAYOUTS[name].split("\n")
    windows = next(number for number, line in enumerate(lines) if line.startswith("windows:"))
    number = next(number for number, line in enumerate(lines) if number > windows and line.strip().startswith(begins))
    lines[number] = " " * by + lines[number] if by > 0 else lines[number][-by:]
    column = len(lines[number]) - len(lines[number].lstrip()) + 1
    place, message, cure = told("\n".join(lines))
    assert place == f"{number + 1}:{column}"
    assert message.startswith(f"`{begins.partition(':')[0]}` is in column {column}, but `")
    assert message.endswith(f"` above it is in column {column - by}")
    assert cure == CURE


@pytest.mark.parametrize(("which", "line"), [(OTHER, 30), (LAST, 33)])
@pytest.mark.parametrize("hyphen", [" -", "   -"])
def test_a_hyphen_in_a_wrong_column_is_told_at_its_own_line(which: str, line: int, hyphen: str) -> None:
    text = schedule_text(WINDOWS.replace(which, which.replace("  -", hyphen)))
    assert told(text) == (f"{line}:{len(hyphen)}", f"`-` is in column {len(hyphen)}, but `-` above it is in column 3", CURE)


def test_a_whole_window_in_a_wrong_column_is_told_at_its_hyphen() -> None:
    text = schedule_text(WINDOW, re.sub("^ ", "", OTHER, flags=re.MULTILINE), LAST)
    assert told(text) == ("30:2", "`-` is in column 2, but `-` above it is in column 3", CURE)


def test_a_first_key_in_a_wrong_column_is_named_where_the_next_one_disagrees() -> None:
    text = schedule_text(WINDOW.replace("  -", " -"))
    assert told(text) == ("28:5", "`start` is in column 5, but `id` above it is in column 4", CURE)
    text = " " + schedule_text(WINDOW)
    assert told(text) == ("9:1", "`classes` is in column 1, but `calendar` above it is in column 2", CURE)


@pytest.mark.parametrize("key", ["start", "class"])
def test_a_line_that_ends_what_the_next_one_goes_on_with_is_told(key: str) -> None:
    place, message, _ = told(schedule_text(WINDOW.replace(f"    {key}", key), OTHER))
    assert place in ("28:1", "29:1")
    assert message.startswith(f"`{key}` is in column 1, but `")
    assert message.endswith(" above it is in column 5")


def test_a_line_in_a_wrong_column_is_told_though_there_are_other_errors() -> None:
    text = schedule_text(WINDOW.replace("    start", "   start"), OTHER.replace("standaard", "standard"))
    assert told(text) == ("28:4", "`start` is in column 4, but `id` above it is in column 5", CURE)
