"""Small inputs of real schedules, each with what must be seen."""

from datetime import date

import pytest

from icsfeed.problems import Problem, ScheduleError
from tests.support import load, schedule_text


def problems(*lines: str, head: tuple[str, str] = ("", "")) -> tuple[Problem, ...]:
    """Return the problems of a window with these lines."""
    entry = "  - id: w\n" + "".join(f"    {line}\n" for line in lines)
    try:
        return load(schedule_text(entry).replace(*head, 1)).warnings
    except ScheduleError as error:
        return error.problems


def told(*lines: str, head: tuple[str, str] = ("", "")) -> list[tuple[str, str]]:
    return [(each.message, each.cure) for each in problems(*lines, head=head)]


PLAIN = ("start: 2027-01-31 21:00", "class: standaard")


@pytest.mark.parametrize(
    ("start", "readings"),
    [
        ("2027-01-01 02:25Z", "2027-01-01 02:25 or 2027-01-01 03:25"),
        ("2027-01-01T02:25:00+01:00", "2027-01-01 02:25"),
        ("2027-07-01 23:30Z", "2027-07-01 23:30 or 2027-07-02 01:30"),
    ],
)
def test_a_rule_steps_in_local_time_and_takes_no_offset(start: str, readings: str) -> None:
    assert told(f"start: {start}", "class: standaard", "repeat: FREQ=DAILY") == [
        ('"start" of a repeated window has no offset and no Z', f"A rule steps in local time. Write {readings}.")
    ]
    assert told(f"start: {start}", "class: standaard") == []


def test_a_time_that_comes_twice_has_no_other_form_and_the_first_counts() -> None:
    twice = "the clock repeats 02:30"
    first = told("start: 2027-10-31 02:30+02:00", "class: standaard", "repeat: FREQ=WEEKLY")
    assert [twice in message for message, _ in first] == [True, False, True]
    assert "no offset" in told("start: 2027-10-31 02:30+01:00", "class: standaard", "repeat: FREQ=WEEKLY")[0][0]


@pytest.mark.parametrize(
    ("start", "rule", "months", "cure"),
    [
        ("2027-01-31", "FREQ=MONTHLY;UNTIL=2027-12-31", "February, April, June, September and November 2027", "BYMONTHDAY=-1"),
        ("2027-01-30", "FREQ=MONTHLY;BYMONTHDAY=30;UNTIL=2028-03-31", "February 2027, February 2028", "BYMONTHDAY=-1"),
        ("2027-01-31", "FREQ=MONTHLY;COUNT=2", "February 2027", "BYMONTHDAY=-1"),
        ("2027-01-31", "FREQ=MONTHLY;INTERVAL=3;UNTIL=2027-12-31", "April 2027", "BYMONTHDAY=-1"),
        ("2028-02-29", "FREQ=YEARLY", "February 2029", "BYMONTHDAY=-1"),
        ("2027-01-29", "FREQ=MONTHLY;BYDAY=5FR;UNTIL=2027-04-30", "February and March 2027", "BYDAY=-1FR"),
    ],
)
def test_months_that_a_rule_skips_are_named(start: str, rule: str, months: str, cure: str) -> None:
    assert told(f"start: {start} 21:00", "class: standaard", f"repeat: {rule}") == [
        (f"w: the rule skips {months}, which have no such day", f"For the last one of every month write {cure}.")
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;INTERVAL=12",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=YEARLY",
    ],
)
def test_a_rule_that_skips_nothing_is_no_warning(rule: str) -> None:
    assert told(*PLAIN, f"repeat: {rule}") == []


FREEZE = ("start: 2027-12-01 22:00", "class: standaard", "repeat: FREQ=DAILY")


def cancelled(*changes: str) -> list[str]:
    """Return the dates of a daily window that are cancelled."""
    entry = "".join(f"    {line}\n" for line in (*FREEZE, "changes:", *(f"  {each}" for each in changes)))
    windows = load(schedule_text(f"  - id: w\n{entry}")).until(date(2028, 2, 1))
    return [id_.removeprefix("w-") for id_, each in windows.items() if each.status.value == "cancelled"]


@pytest.mark.parametrize(
    "between", [" – ", " - ", "..", " .. ", " t/m ", " tot en met ", " to ", " through ", " bis ", " au ", "–"]
)
def test_a_range_of_dates_is_a_key_of_changes(between: str) -> None:
    assert cancelled(f"26 december 2027{between}3 januari 2028: cancelled") == [
        *(f"202712{day}" for day in range(26, 32)),
        *(f"2028010{day}" for day in range(1, 4)),
    ]
    assert cancelled(f"2027-12-26{between}2027-12-27: cancelled") == ["20271226", "20271227"]


def test_a_single_date_within_a_range_wins() -> None:
    both = ("26 december 2027 t/m 29 december 2027: cancelled", "2027-12-27: confirmed", "2027-12-28: {note: Toch}")
    assert cancelled(*both) == cancelled(*reversed(both)) == ["20271226", "20271229"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ("{2027-12-26 – 2027-12-30: cancelled, 2027-12-30 – 2028-01-02: cancelled}", "overlaps"),
        ("{2027-12-26 – 2027-12-30: {note: x}}", "a range of dates can only be cancelled"),
        ("{2027-12-26 – 2027-12-30: tentative}", "a range of dates can only be cancelled"),
        ("{2027-12-26 – 2027-12-20: cancelled}", "ends before it begins"),
        ("{2027-12-26 – 2029-01-01: cancelled}", "longer than 366 days"),
        ("{26 – 30 december 2027: cancelled}", "lacks a month and a year"),
        ("{2027-11-01 – 2027-11-05: cancelled}", "gives no date in"),
    ],
)
def test_a_range_that_cannot_be_is_told(changes: str, fault: str) -> None:
    (message, _) = told(*FREEZE, f"changes: {changes}")[0]
    assert fault in message


@pytest.mark.parametrize("line", ["duration: 4 hours", "duur: 4 hours", "end: 4 hours"])
def test_for_is_the_cure_where_a_duration_is_written_elsewhere(line: str) -> None:
    ((_, cure),) = told(*PLAIN, line)
    assert cure.startswith("Write the expected duration as `for: 4 hours`.")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("for: none",), '"for" cannot be "none"'),
        (("for: 4 hours", "end: 2027-02-01 01:00"), '"for" and "end" cannot be used together'),
        (("for: 22:00",), "is not a duration"),
        (("for: 400 days",), "longer than a year"),
    ],
)
def test_a_length_that_cannot_be_is_told(lines: tuple[str, ...], fault: str) -> None:
    ((message, _),) = told(*PLAIN, *lines)
    assert fault in message


@pytest.mark.parametrize(
    "line", ["title: null", "title: ~", "note: null", "note: NULL", "note: {nl: ~, en: x}", "end: ~", "title:"]
)
def test_no_value_is_an_error(line: str) -> None:
    ((message, _),) = told(*PLAIN, line)
    assert message.endswith("has no value")


@pytest.mark.parametrize("line", ['title: "null"', "title: '~'", "title: nul"])
def test_quotes_make_a_text_of_it(line: str) -> None:
    assert told(*PLAIN, line) == []


def entry(text: str) -> list[tuple[str, str]]:
    try:
        load(schedule_text(f"  - {text}\n"))
    except ScheduleError as error:
        return [(each.message, each.cure) for each in error.problems]
    return []


def test_within_braces_a_rule_or_text_with_commas_needs_quotes() -> None:
    rule = "FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=MO"
    assert entry(f"{{start: 2027-01-04 21:00, class: standaard, repeat: {rule}}}") == [
        ('within braces a comma ends the value of "repeat"', f'Put the rule in quotes: `repeat: "{rule}"`.')
    ]
    assert entry(f'{{start: 2027-01-04 21:00, class: standaard, repeat: "{rule}"}}') == []
    assert entry("{start: 2027-01-04 21:00, title: Web, mail en VPN, class: standaard}") == [
        ('within braces a comma ends the value of "title"', 'Put the text in quotes: `title: "Web, mail en VPN"`.')
    ]


def test_outlooks_name_of_a_zone_is_translated() -> None:
    ((_, cure),) = told(*PLAIN, head=("Europe/Amsterdam", "W. Europe Standard Time"))
    assert "write Europe/Berlin" in cure
    ((_, cure),) = told(*PLAIN, head=("Europe/Amsterdam", "romance standard time"))
    assert "write Europe/Paris" in cure


@pytest.mark.parametrize("key", ["tags", "region", "kind"])
def test_no_cure_is_better_than_a_wrong_one(key: str) -> None:
    ((message, cure),) = told(*PLAIN, f"{key}: x")
    assert message == f'unknown key "{key}"'
    assert cure.startswith("Allowed keys: ")


@pytest.mark.parametrize(
    ("text", "escapes"),
    [
        (r'"pad C:\temp\nieuw"', [r'"\t" is read as a tab', r'"\n" is read as a line break']),
        (r'"prijs \u20ac 5"', [r'"\u20ac" is read as another character']),
        (r'"\Netwerk\_map"', [r'"\N" is read as an invisible character', r'"\_" is read as an invisible character']),
        (r'"een\ntwee"', []),
        (r'"een \"twee\" \\ drie"', []),
        (r"'C:\temp\nieuw'", []),
        (r"C:\temp\nieuw", []),
    ],
)
def test_a_backslash_that_customers_would_read_as_something_else_is_a_warning(text: str, escapes: list[str]) -> None:
    found = told(*PLAIN, f"note: {text}")
    assert [message for message, _ in found] == escapes
    assert all("single quotes" in cure and "|" in cure for _, cure in found)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("GrÃ¶ÃŸere Wartung", "Größere Wartung"),
        ("EÃ©n â€“ twee", "Eén – twee"),
        ("GrÃƒÂ¶n", "Grön"),
    ],
)
def test_a_text_that_was_saved_in_the_wrong_encoding_is_a_warning(text: str, meant: str) -> None:
    ((message, cure),) = told(*PLAIN, f"title: {text}")
    assert message == '"title" was saved in the wrong encoding at some time'
    assert cure == f'Perhaps it should say: title: "{meant}"'


@pytest.mark.parametrize("text", ["Größere Wartung", "É é – “x” Ã", "CAFÉ «», Âge", "São João", "Crème brûlée à 5 €"])
def test_letters_that_are_meant_are_no_warning(text: str) -> None:
    assert told(*PLAIN, f"title: {text}") == []
