"""A line that stands in a wrong column is told with its column, and a cure that is told is right."""

import re

import pytest

from icsfeed.drafting import loader
from icsfeed.problems import Problem, ScheduleError
from tests.schedule_file.test_the_format import WHOLE
from tests.support import HEAD, WINDOW, load, schedule_text

OTHER = "  - id: other\n    start: 2027-12-09 21:00\n    class: standaard\n"
LAST = "  - id: last\n    start: 2027-12-21 21:00\n    class: uitgebreid\n"
WINDOWS = f"{WINDOW}{OTHER}{LAST}"
LAYOUTS = {
    "as-usual": schedule_text(WINDOWS),
    "one-window": schedule_text(WINDOW),
    "hyphens-below-their-key": f"{HEAD}windows:\n{WINDOWS}".replace("\n  - ", "\n- ").replace("\n    start", "\n  start"),
    "hyphens-wide": schedule_text(re.sub(r"^( +)(- )?", lambda found: f"  {found[0]}", WINDOWS, flags=re.MULTILINE)),
    "comments-and-blank-lines": schedule_text(WINDOWS.replace("    class", "\n    # It is short.\n    class")),
    "every-key": WHOLE,
}
LAYOUTS["hyphens-below-their-key"] = re.sub(
    r"^    (class: [su])", r"  \1", LAYOUTS["hyphens-below-their-key"], flags=re.MULTILINE
)
CURE = re.compile(r"(Put|Delete) (\w+) spaces? before (it|its hyphen)(, and before each line that belongs to it)?\.")
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def error_of(text: str) -> Problem | None:
    """Return the first error of a text, None where it has none."""
    try:
        load(text)
    except ScheduleError as error:
        return error.problems[0]
    return None


def told(text: str) -> tuple[str, str, str]:
    problem = error_of(text)
    assert problem is not None
    return str(problem.place).partition(":")[2], problem.message, problem.cure


def apply(text: str, problem: Problem) -> str | None:
    """Return a text after somebody did what a cure says, None where it says nothing so certain."""
    found = CURE.fullmatch(problem.cure)
    if found is None:
        return None
    lines, first, count = text.split("\n"), problem.place.line - 1, NUMBERS[found[2]]
    least = len(lines[first]) - len(lines[first].lstrip(" -")) + (not lines[first].lstrip().startswith("-"))
    end = first + 1
    while found[4] and end < len(lines) and (not lines[end].strip() or lines[end].startswith(" " * least)):
        if lines[end].lstrip().startswith("- id"):
            break
        end += 1
    for number in range(first, end):
        if found[1] == "Delete":
            assert lines[number].startswith(" " * count) or not lines[number].strip()
        lines[number] = " " * count + lines[number] if found[1] == "Put" else lines[number][count:]
    return "\n".join(lines)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("by", [-3, -2, -1, 1, 2, 3])
def test_a_cure_that_is_told_makes_the_file_load_as_it_was_meant(name: str, by: int) -> None:
    text = LAYOUTS[name]
    meant, cured = load(text).windows, 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or (by < 0 and not line.startswith(" " * -by)):
            continue
        moved = " " * by + line if by > 0 else line[-by:]
        slip = "\n".join([*lines[:number], moved, *lines[number + 1 :]])
        problem = error_of(slip)
        healed = apply(slip, problem) if problem is not None else None
        if healed is not None:
            assert load(healed).windows == meant, slip
            cured += 1
    assert cured >= 1 or (name, by) == ("hyphens-below-their-key", -3)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(("begins", "by"), [("start", -1), ("start", 1), ("class: standaard", -1)])
def test_a_key_of_a_window_in_a_wrong_column_is_told_there_with_its_cure(name: str, begins: str, by: int) -> None:
    lines = LAYOUTS[name].split("\n")
    windows = next(number for number, line in enumerate(lines) if line.startswith("windows:"))
    number = next(number for number, line in enumerate(lines) if number > windows and line.strip().startswith(begins))
    lines[number] = f" {lines[number]}" if by > 0 else lines[number][1:]
    column = len(lines[number]) - len(lines[number].lstrip()) + 1
    place, message, cure = told("\n".join(lines))
    assert place == f"{number + 1}:{column}"
    assert message.startswith(f"`{begins.partition(':')[0]}` stands in column {column}, `")
    assert message.endswith(f"` above it in column {column - by}")
    assert cure == f"{'Put' if by < 0 else 'Delete'} one space before it."


@pytest.mark.parametrize(("which", "line"), [(WINDOW, 27), (OTHER, 30), (LAST, 33)])
@pytest.mark.parametrize(("hyphen", "cure"), [(" -", "Put one space before it."), ("   -", "Delete one space before it.")])
def test_a_hyphen_in_a_wrong_column_is_told_at_its_own_line(which: str, line: int, hyphen: str, cure: str) -> None:
    text = schedule_text(WINDOWS.replace(which, which.replace("  -", hyphen)))
    message = f"this hyphen stands in column {len(hyphen)}, the others of the list in column 3"
    assert told(text) == (f"{line}:{len(hyphen)}", message, cure)


def test_of_two_hyphens_the_other_one_is_named() -> None:
    message = "this hyphen stands in column 2, the other one of the list in column 3"
    assert told(schedule_text(WINDOW.replace("  -", " -"), OTHER)) == ("27:2", message, "Put one space before it.")


def test_the_hyphen_of_the_only_window_goes_by_the_key_below() -> None:
    message = "`id` stands in column 4, `start` below it in column 5"
    assert told(schedule_text(WINDOW.replace("  -", " -"))) == ("27:4", message, "Put one space before its hyphen.")


def test_a_whole_window_in_a_wrong_column_is_moved_as_a_whole() -> None:
    message = "this hyphen stands in column 2, the others of the list in column 3"
    text = schedule_text(WINDOW, re.sub("^ ", "", OTHER, flags=re.MULTILINE), LAST)
    assert told(text) == ("30:2", message, "Put one space before it, and before each line that belongs to it.")


@pytest.mark.parametrize("name", ["as-usual", "hyphens-wide", "comments-and-blank-lines"])
@pytest.mark.parametrize("by", [-2, -1, 1, 2])
@pytest.mark.parametrize("which", ["20271207T2100", "other", "last"])
def test_the_cure_of_a_whole_window_makes_the_file_load_as_it_was_meant(name: str, by: int, which: str) -> None:
    text = LAYOUTS[name]
    begin = text.index(f"- id: {which}")
    begin = text.rindex("\n", 0, begin) + 1
    end = text.find("- id:", begin + 8)
    end = text.rindex("\n", 0, end) + 1 if end > 0 else len(text)
    part = re.sub("^(?=.)", " " * by, text[begin:end], flags=re.MULTILINE)
    part = re.sub(f"^ {{{-by}}}", "", part, flags=re.MULTILINE) if by < 0 else part
    slip = f"{text[:begin]}{part}{text[end:]}"
    problem = error_of(slip)
    healed = apply(slip, problem) if problem is not None else None
    assert healed is not None, slip
    assert load(healed).windows == load(text).windows


@pytest.mark.parametrize(("blanks", "said"), [(1, "one space"), (2, "two spaces")])
def test_blanks_before_the_first_key_are_told_there(blanks: int, said: str) -> None:
    text = " " * blanks + schedule_text(WINDOW)
    message = f"`calendar` stands in column {blanks + 1}, what is below it in column 1"
    assert told(text) == (f"1:{blanks + 1}", message, f"Delete {said} before it.")


def test_finding_a_line_in_a_wrong_column_reads_the_file_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    note = "".join(f"{' ' * (40 - number)}word\n" for number in range(30))
    text = schedule_text(WINDOW.replace("    start", "     start"), OTHER + f"    note: |\n{' ' * 45}first\n{note}")
    reads, read = [], loader._read_meaning

    def count(text: str, key: str) -> object | None:
        reads.append(text)
        return read(text, key)

    monkeypatch.setattr(loader, "_read_meaning", count)
    error_of(text)
    assert len(reads) < 40


def test_where_two_columns_may_be_meant_no_cure_is_guessed() -> None:
    """An `end` may be the window's or that of what really happened."""
    text = schedule_text(f"{WINDOW}    actual:\n      start: 2027-12-07 21:00\n     end: 2027-12-07 21:10\n")
    cure = "Keys of one mapping, and the hyphens of one list, stand below each other in the same column."
    assert told(text) == ("32:6", "`end` stands in column 6, `start` above it in column 7", cure)


def test_where_another_error_hides_whether_a_cure_is_right_the_columns_are_told_alone() -> None:
    text = schedule_text(WINDOW.replace("    start", "   start"), OTHER.replace("standaard", "standard"))
    cure = "Keys of one mapping, and the hyphens of one list, stand below each other in the same column."
    assert told(text) == ("28:4", "`start` stands in column 4, `id` above it in column 5", cure)
