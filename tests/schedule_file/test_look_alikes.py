"""Characters of a word processor: blanks that are none, dashes for hyphens, curly quotes."""

import unicodedata

import pytest

from icsfeed.problems import Problem, ScheduleError, Severity
from tests.support import HEAD, WINDOW, load, schedule_text

OTHER = "  - id: other\n    start: 2027-12-09 21:00\n    class: standaard\n"
BLANKS = "\u00a0\u2003\u2009\u202f\u3000"
HIDDEN = "\u00ad\u200b\u200e\u2060\ufeff"
POSITIONS = {
    "behind a colon": ("class: standaard", "class:{}standaard"),
    "behind a first key's colon": ("id: 20271207T2100", "id:{}20271207T2100"),
    "behind a hyphen": ("- id: 2", "-{}id: 2"),
    "before a key": ("    class: standaard", "   {}class: standaard"),
    "before a hyphen": ("  - id: 2", " {}- id: 2"),
}


def problems_of(*windows: str) -> tuple[Problem, ...]:
    try:
        return load(schedule_text(*windows)).warnings
    except ScheduleError as error:
        return error.problems


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("more", ["", OTHER], ids=["alone", "with another window"])
@pytest.mark.parametrize("char", BLANKS, ids=unicodedata.name)
def test_a_blank_that_is_no_space_is_told_where_it_stands(position: str, more: str, char: str) -> None:
    right, wrong = POSITIONS[position]
    text = schedule_text(WINDOW.replace(right, wrong.format(char)), more)
    with pytest.raises(ScheduleError) as caught:
        load(text)
    problem = caught.value.problems[0]
    assert problem.message == f"U+{ord(char):04X} ({unicodedata.name(char).lower()}) only looks like a space"
    assert problem.cure == "Type an ordinary space instead."
    assert problem.place.source[problem.place.column - 1] == char
    assert load(text.replace(char, " ")).windows == load(schedule_text(WINDOW, more)).windows


def test_a_no_break_space_behind_a_colon() -> None:
    (problem,) = problems_of(WINDOW.replace("class: ", "class:\u00a0"), OTHER)
    assert problem.message == "U+00A0 (no-break space) only looks like a space"
    assert str(problem.place) == "schedule/example.yaml:29:11"


def test_an_indentation_of_no_break_spaces_is_one_problem() -> None:
    problem = problems_of(WINDOW.replace("    class", "\u00a0" * 4 + "class"), OTHER)[0]
    assert problem.message == "U+00A0 (no-break space) only looks like a space"
    assert (problem.place.line, problem.place.column, problem.place.length) == (29, 1, 4)


def test_of_several_lines_with_such_blanks_the_first_is_told() -> None:
    pasted = WINDOW.replace("    ", "\u00a0" * 4)
    assert problems_of(pasted, OTHER)[0].place.line == 28


@pytest.mark.parametrize("char", HIDDEN, ids=unicodedata.name)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("class:", "{}class:"),
        ("class:", "cla{}ss:"),
        ("class:", "class{}:"),
        ("class: ", "class: {}"),
        ("class: ", "class:{}"),
        ("- id: 2", "{}- id: 2"),
    ],
)
def test_a_character_that_does_not_show_is_told_where_it_stands(char: str, right: str, wrong: str) -> None:
    problem = problems_of(WINDOW.replace(right, wrong.format(char)), OTHER)[0]
    assert problem.message == f"U+{ord(char):04X} ({unicodedata.name(char).lower()}) is invisible"
    assert problem.cure == "Delete it."
    assert problem.place.source[problem.place.column - 1] == char


@pytest.mark.parametrize("wrong", ["： ", "："])
def test_a_fullwidth_colon_is_none(wrong: str) -> None:
    (problem,) = problems_of(WINDOW.replace("class: ", f"class{wrong}"), OTHER)
    assert (problem.message, problem.place.line, problem.place.column) == ("a line without a colon", 29, 5)


@pytest.mark.parametrize("which", [0, 1])
def test_a_dash_before_a_window_is_told(which: int) -> None:
    windows = [WINDOW, OTHER]
    windows[which] = windows[which].replace("- id", "– id")
    (problem,) = problems_of(*windows)
    assert problem.message == "U+2013 (en dash) only looks like a hyphen"
    assert (problem.place.line, problem.place.column) == (27 + 3 * which, 3)


def test_such_characters_are_right_in_texts() -> None:
    text = f"{WINDOW}    note: |\n      Let\u00a0op：\u00a0BTW\n      – een\u200b:\u00a0twee\n"
    assert problems_of(text, OTHER) == ()


def test_such_characters_in_a_text_are_not_blamed_for_another_error() -> None:
    text = f"{WINDOW}    note: |\n      Let\u00a0op：\u00a0BTW\n   title: Update\n"
    assert [problem.message for problem in problems_of(text, OTHER)] == [
        "`title` is in column 4, but `note` above it is in column 5"
    ]


@pytest.mark.parametrize(
    "quoted", ["“Database’s upgrade”", "„Database’s upgrade“", "„Database’s upgrade”", "‘Database’s upgrade’"]
)
def test_a_text_in_curly_quotes_is_a_warning(quoted: str) -> None:
    (problem,) = problems_of(f"{WINDOW}    title: {quoted}\n")
    assert problem.severity is Severity.WARNING
    assert problem.message == '"title" is in curly quotes, which customers would see'
    assert problem.cure == 'Write: title: "Database’s upgrade"'
    assert (problem.place.line, problem.place.column, problem.place.length) == (30, 12, len(quoted))


def test_each_language_of_a_text_is_looked_at() -> None:
    (problem,) = problems_of(f"{WINDOW}    note: {{nl: “Een”, en: One}}\n")
    assert (problem.message, problem.cure) == (
        '"note" in nl is in curly quotes, which customers would see',
        'Write: nl: "Een"',
    )


def test_the_contacts_name_is_looked_at() -> None:
    text = f"{HEAD}windows: []\n".replace('name: "Support"', "name: “Support”")
    assert [each.message for each in load(text).warnings] == ["contact name is in curly quotes, which customers would see"]


@pytest.mark.parametrize(
    "title",
    [
        "de “BTW” upgrade",
        "“BTW” en “btw”",
        "“BTW” upgrade",
        "upgrade “BTW”",
        "’s Nachts",
        '"“BTW”"',
        "'‘BTW’'",
        "‘een’ en ‘twee’",
    ],
)
def test_a_text_that_quotes_something_is_fine(title: str) -> None:
    assert problems_of(f"{WINDOW}    title: {title}\n") == ()


def test_the_cure_of_a_colon_inside_curly_quotes_has_quotes_of_yaml_alone() -> None:
    (problem,) = problems_of(f"{WINDOW}    title: “Let op: BTW”\n")
    assert problem.cure == 'Put quotes around the text: title: "Let op: BTW"'
