from pathlib import Path

import pytest

from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.problems import Problem, ScheduleError, Severity
from tests.support import WINDOW, schedule_text

INVALID = Path(__file__).parent / "invalid"
NAMES = sorted(path.stem for path in INVALID.glob("*.yaml"))


def problems_of(data: bytes, *, key: str = "example") -> tuple[Problem, ...]:
    try:
        return load_schedule(data, file=f"schedule/{key}.yaml", key=key).warnings
    except ScheduleError as error:
        return error.problems


def test_there_are_files_with_mistakes_and_each_has_its_message() -> None:
    assert NAMES
    assert sorted(path.stem for path in INVALID.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_with_place_caret_and_cure(name: str) -> None:
    problems = problems_of((INVALID / f"{name}.yaml").read_bytes())
    told = "\n".join(str(problem) for problem in problems)
    assert f"{told}\n" == (INVALID / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("size", "expected"), [(5_000, 0), (5_001, 1), (5_000_000, 1)])
@pytest.mark.parametrize("key", ["note", "reason"])
def test_a_text_that_every_calendar_would_carry_for_ever_is_a_warning(key: str, size: int, expected: int) -> None:
    found = problems_of(schedule_text(f'{WINDOW}    {key}: "{"x" * size}"\n').encode())
    message = f'"{key}" has {size / 1000:,.0f} kB, which every calendar program downloads again and again'
    assert [(each.severity, each.message) for each in found] == [(Severity.WARNING, message)] * expected


@pytest.mark.parametrize("name", NAMES)
def test_problems_are_sorted_by_place_and_stand_inside_the_file(name: str) -> None:
    data = (INVALID / f"{name}.yaml").read_bytes()
    places = [problem.place for problem in problems_of(data)]
    lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    assert [(place.line, place.column) for place in places] == sorted((place.line, place.column) for place in places)
    for place in places:
        if place.column:
            assert place.source == lines[place.line - 1]
            assert place.column <= len(place.source) + 1


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("warning-") or name == "syntax-hash-begins-comment"])
def test_a_warning_stops_nothing(name: str) -> None:
    schedule = load_schedule((INVALID / f"{name}.yaml").read_bytes(), file="schedule/example.yaml", key="example")
    assert {problem.severity for problem in schedule.warnings} == {Severity.WARNING}
    assert schedule.windows != ()


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("warning-")])
def test_line_ends_of_windows_change_no_message(name: str) -> None:
    data = (INVALID / f"{name}.yaml").read_bytes()
    if name.startswith("encoding-") or b"\r" in data:
        return
    assert problems_of(data.replace(b"\n", b"\r\n")) == problems_of(data)


@pytest.mark.parametrize("key", ["Example", "my_service", "plan", "nl", "een--twee", "a" * 65])
def test_a_file_whose_name_is_no_name_of_a_calendar_is_an_error(key: str) -> None:
    data = schedule_text(WINDOW).encode()
    errors = [problem for problem in problems_of(data, key=key) if problem.severity is Severity.ERROR]
    assert [str(error.place) for error in errors] == [f"schedule/{key}.yaml"]
    assert errors[0].message.startswith(f'file name "{key}": ')


def test_the_caret_stands_below_its_character_also_behind_wide_and_combining_ones() -> None:
    data = schedule_text(WINDOW).encode()
    line = '    note: {nl: "漢字 e\u0301 \U0001f389", xx: "?"}\n'
    problems = problems_of(data.replace(b"    class: standaard\n", f"    class: standaard\n{line}".encode(), 1))
    told = next(str(problem) for problem in problems if "xx" in problem.message)
    assert told.split("\n")[1:3] == [line.rstrip("\n"), " " * 28 + "^~"]
    assert told.startswith('schedule/example.yaml:30:27: error: unknown language "xx"')


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    data = (INVALID / "control-raw-in-comment.yaml").read_bytes()
    assert b"\x1b" in data
    assert all("\x1b" not in str(problem) + problem.headline() for problem in problems_of(data))
