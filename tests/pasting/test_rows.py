from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.drafting.pasted_lines import PageError
from icsfeed.model import Status
from tests.pasting.pages import left_out, page_of, read, read_rows

GOOD = "1 maart 2027|21:00 uur|Standaard"


def test_two_dates_and_two_times_are_start_and_end() -> None:
    row = (
        "Zaterdag 6 februari 2027 Zondag 7 februari 2027|Zaterdag start: 21:00 uur Zondag eind (verwacht): 12:00 uur 7|Uitgebreid"
    )
    (window,) = read_rows(row)
    assert (window.start, window.end) == (datetime(2027, 2, 6, 20, 0, tzinfo=UTC), datetime(2027, 2, 7, 11, 0, tzinfo=UTC))


def test_the_second_date_may_be_in_the_next_year() -> None:
    (window,) = read_rows("31 december 2027 t/m 1 januari|21:00 - 02:00|Standaard")
    assert window.end == datetime(2028, 1, 1, 1, 0, tzinfo=UTC)


def test_the_first_date_takes_the_year_of_the_second() -> None:
    (window,) = read_rows("31 december – 1 januari 2028|21:00 – 02:00 uur|Standaard")
    assert window.start == datetime(2027, 12, 31, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["21:00 - 23:30 uur", "van 21.00 tot 23.30", "start 21u30, eind 23.30 uur"])
def test_two_times_are_start_and_end(clock: str) -> None:
    (window,) = read_rows(f"1 maart 2027|{clock.replace('21u30', '21:00')}|Standaard")
    assert window.end == window.start + timedelta(hours=2, minutes=30)


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    (window,) = read_rows("1 maart 2027|22:00 - 01:00|Standaard")
    assert window.end == window.start + timedelta(hours=3)


@pytest.mark.parametrize("text", ["21:00 uur 7", "21:00 uur7", "21:00 uur [2]", "21:00 uur²", "21:00 uur *"])
def test_a_stray_footnote_is_dropped_and_told(text: str) -> None:
    imported = read(page_of(f"1 maart 2027|{text}|Standaard"))
    assert [str(window.start) for window in imported.schedule.windows] == ["2027-03-01 20:00:00+00:00"]
    assert [remark.text[:9] for remark in imported.remarks if "stray" in remark.text] == ["The stray"]


@pytest.mark.parametrize(
    ("words", "classes", "title"),
    [
        ("Standaard", ("standaard",), None),
        ("STANDAARD onderhoud", ("standaard",), None),
        ("Uitgebreide update", ("uitgebreid",), "update"),
        ("Standaardonderhoud", ("standaard",), None),
        ("Uitgebreid/Standaard", ("standaard", "uitgebreid"), None),
        ("standaard of uitgebreid", ("standaard", "uitgebreid"), None),
        ("Database upgrade, uitgebreid", ("uitgebreid",), "Database upgrade"),
        ("Uitgebreid: naar versie 7", ("uitgebreid",), "naar versie 7"),
        ("Standaard 7", ("standaard",), None),
        ("Standaard (nieuwe kabels)", ("standaard",), "nieuwe kabels"),
    ],
)
def test_words_of_a_row_are_its_class_and_title(words: str, classes: tuple[str, ...], title: str | None) -> None:
    (window,) = read_rows(f"1 maart 2027|21:00|{words}")
    found = window.title.in_language("nl", "nl") if window.title else None
    assert (window.classes, found) == (classes, title)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("1 maart 2027|21:00 (vervallen)|Standaard", Status.CANCELLED),
        ("1 maart 2027|21:00|Standaard, gaat niet door", Status.CANCELLED),
        ("1 maart 2027|21:00|Standaard|voorlopig", Status.TENTATIVE),
        (GOOD, Status.CONFIRMED),
    ],
)
def test_a_word_says_the_status(row: str, status: Status) -> None:
    assert [window.status for window in read_rows(row)] == [status]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("6 en 7 maart 2027|21:00|Standaard", "no date is understood"),
        ("30 februari 2027|21:00|Standaard", "no date is understood"),
        ("4 maart 2027|nog niet bekend|Standaard", "no time"),
        ("4 maart 2027|25:00|Standaard", "no clock shows"),
        ("4 maart '27|21:00|Standaard", "not understood"),
        ("4 maart 2027|21:00|Enorm", "no class that is known"),
        ("4 maart 2027 5 maart 2027|21:00|Standaard", "2 dates and 1 times"),
        ("5 maart 2027 4 maart 2027|21:00 22:00|Standaard", "second date is before its first"),
        ("28 maart 2027|02:30|Standaard", "does not exist"),
        ("31 oktober 2027|02:30|Standaard", "exists twice"),
    ],
)
def test_a_row_that_cannot_be_read_is_quoted_with_its_line(row: str, why: str) -> None:
    (said,) = left_out(page_of(GOOD, row))
    assert said.startswith(f'line 9: left out: "{row.replace("|", " ")}"')
    assert why in said


def test_words_that_mean_nothing_are_quoted_and_the_window_is_kept() -> None:
    page = page_of("4 maart 2027|21:00 (mits getest)|Standaard")
    assert [window.id for window in read(page).schedule.windows] == ["20270304T2100"]
    assert left_out(page) == ['line 8: left out: "mits getest)": these words beside date and time mean nothing here']


def test_a_date_of_numbers_is_read_as_the_language_has_it() -> None:
    assert [window.id for window in read_rows("6-7-2027|21:00|Standaard")] == ["20270706T2100"]
    with pytest.raises(PageError, match="no date is understood"):
        read("Type\tDowntime\nMinor\t20 minutes\n\nDate\tTime\tType\n6/7/2027\t21:00\tMinor\n", language="en")


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("en", "Monday, December 20, 2027", "9:00 pm"),
        ("en", "20th of December 2027", "9 p.m."),
        ("de", "Montag, den 20. Dezember 2027", "21 Uhr"),
        ("fr", "lundi 20 décembre 2027", "21h00"),
        ("nl", "ma 20 dec. 2027", "21.00 uur"),
        ("nl", "2027-12-20", "21u"),
    ],
)
def test_dates_are_read_in_each_language(language: str, day: str, clock: str) -> None:
    imported = read(f"{day}\t{clock}\tX\n", language=language)
    assert [window.id for window in imported.schedule.windows] == ["20271220T2100"]


def test_lines_without_a_table_are_rows_too() -> None:
    imported = read("- maandag 20 december 2027, 21:00 uur: Netwerk\n")
    assert [(window.id, window.classes) for window in imported.schedule.windows] == [("20271220T2100", ("netwerk",))]


def test_a_sentence_that_begins_with_a_moment_is_no_window() -> None:
    page = page_of(GOOD) + b"\nOp 1 maart 2027 om 12:00 uur is deze pagina bijgewerkt.\n"
    assert [window.id for window in read(page).schedule.windows] == ["20270301T2100"]


def test_a_row_that_stands_there_twice_is_one_window() -> None:
    assert len(read_rows(GOOD, GOOD)) == 1


def test_two_windows_of_one_moment_have_two_ids() -> None:
    assert [window.id for window in read_rows(GOOD, GOOD.replace("Standaard", "Uitgebreid"))] == [
        "20270301T2100",
        "20270301T2100-2",
    ]
