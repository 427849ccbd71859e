from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.pasted_lines import PageError
from tests.pasting.pages import page_of, read, starts_of


def row(day: str) -> str:
    return f"{day}|21:00 uur|Standaard"


def test_rows_above_one_with_a_year_are_of_that_year_where_dates_fall() -> None:
    found = starts_of(row("20 december"), row("9 november"), row("23 augustus 2021"), row("16 augustus 2021"))
    assert found == ["2021-12-20", "2021-11-09", "2021-08-23", "2021-08-16"]


def test_rows_below_one_with_a_year_are_of_that_year_where_dates_rise() -> None:
    found = starts_of(row("6 januari 2021"), row("10 januari"), row("20 september"))
    assert found == ["2021-01-06", "2021-01-10", "2021-09-20"]


def test_a_new_year_is_noticed_where_dates_rise() -> None:
    found = starts_of(row("13 december"), row("20 december"), row("10 januari 2022"), row("24 januari"))
    assert found == ["2021-12-13", "2021-12-20", "2022-01-10", "2022-01-24"]


def test_a_new_year_is_noticed_where_dates_fall() -> None:
    found = starts_of(row("24 januari"), row("10 januari"), row("20 december 2021"), row("13 december"))
    assert found == ["2022-01-24", "2022-01-10", "2021-12-20", "2021-12-13"]


def test_two_new_years_are_noticed() -> None:
    rows = (row(day) for day in ("1 mei 2021", "1 oktober", "1 februari", "1 juli", "1 december", "1 maart"))
    assert starts_of(*rows) == ["2021-05-01", "2021-10-01", "2022-02-01", "2022-07-01", "2022-12-01", "2023-03-01"]


def test_a_row_out_of_order_does_not_move_the_others_to_another_year() -> None:
    rows = (row(day) for day in ("20 december", "30 september", "5 oktober", "16 september", "23 augustus 2021", "1 juli 2021"))
    assert starts_of(*rows) == ["2021-12-20", "2021-09-30", "2021-10-05", "2021-09-16", "2021-08-23", "2021-07-01"]


def test_a_weekday_decides_where_the_order_does_not() -> None:
    assert starts_of(row("vrijdag 31 december"), row("1 juli 2021")) == ["2021-12-31", "2021-07-01"]
    assert starts_of(row("donderdag 31 december"), row("1 juli 2021")) == ["2020-12-31", "2021-07-01"]


def test_a_heading_says_the_year_of_rows_below_it() -> None:
    found = starts_of(row("6 december"), row("20 december"), row("3 januari"), heading="Onderhoud Voorbeeld 2027")
    assert found == ["2027-12-06", "2027-12-20", "2028-01-03"]


def test_the_29th_of_february_is_of_a_leap_year() -> None:
    assert starts_of(row("29 februari"), row("1 maart 2028")) == ["2028-02-29", "2028-03-01"]


def test_where_nothing_says_a_year_nothing_is_made_up() -> None:
    with pytest.raises(PageError, match="neither the row nor its neighbours nor a heading says the year"):
        read(page_of(row("6 december"), row("20 december")))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_years_that_are_left_out_are_found_again(data: st.DataObject) -> None:
    days = [date(data.draw(st.integers(1990, 2030)), 6, 15)]
    for step in data.draw(st.lists(st.integers(1, 150), min_size=1, max_size=12)):
        days.append(days[-1] + timedelta(days=step))
    if data.draw(st.booleans()):
        days.reverse()
    kept = data.draw(st.integers(0, len(days) - 1))
    rows = (
        row(format_date(day, "EEEE d MMMM y" if number == kept else "EEEE d MMMM", locale="nl"))
        for number, day in enumerate(days)
    )
    assert starts_of(*rows) == [day.isoformat() for day in days]
