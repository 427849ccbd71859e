from dataclasses import replace
from datetime import date, timedelta

from icsfeed.model import Actual, Status
from tests.page.reading import Element, page
from tests.published import CALENDAR, START, published, text, window
from tests.support import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENDED = START - 40 * DAY


def rows(of: Element, list_: str) -> list[Element]:
    return [each for found in of.find("ol", kind=list_) for each in found.find("li")]


def test_windows_ahead_are_listed_by_date_with_a_moment_for_programs() -> None:
    found = page(published(window("a"), window("b", START + DAY, kind="uitgebreid")), NOW)

    assert [each.one("time").attributes["datetime"] for each in rows(found, "windows")] == [
        "2027-12-07T21:00:00+01:00",
        "2027-12-08T21:00:00+01:00",
    ]
    assert [each.text for each in rows(found, "windows")] == [
        "Dinsdag 7 december 2027, 21:00–21:20 Standaard · ca. 20 minuten niet beschikbaar",
        "Woensdag 8 december 2027, 21:00–22:40 of later Uitgebreid · 100 minuten of meer niet beschikbaar",
    ]


def test_each_row_leads_to_its_window() -> None:
    found = page(published(window("a"), window("b", ENDED)), NOW)
    for list_, id_ in (("windows", "a"), ("past", "b")):
        (row,) = rows(found, list_)
        assert row.one("a").attributes["href"] == f"../example/nl/{id_}/"


def test_a_cancelled_window_is_struck_through_and_says_so_with_its_reason() -> None:
    of = published(window("a", status=Status.CANCELLED, reason=text("Niet nodig.", "Not needed.")))
    for moment, list_ in ((NOW, "windows"), (START + DAY, "past")):
        (row,) = rows(page(of, moment), list_)
        assert row.one("s").text == "Dinsdag 7 december 2027, 21:00–21:20"
        assert "Geannuleerd" in row.text
        assert "Niet nodig." in row.text


def test_past_windows_stand_by_year_newest_first_with_what_really_happened() -> None:
    of = published(
        window("a", ENDED, actual=Actual(start=ENDED + 2 * MINUTE, end=ENDED + 17 * MINUTE)),
        window("b", ENDED - 400 * DAY),
        window("c", ENDED - 3 * DAY),
    )
    found = page(of, NOW)

    assert [each.text for each in found.find("h3") if each.text.startswith("Eerder")] == ["Eerder in 2027", "Eerder in 2026"]
    assert [each.one("time").attributes["datetime"][:10] for each in rows(found, "past")] == [
        "2027-10-28",
        "2027-10-25",
        "2026-09-23",
    ]
    assert rows(found, "past")[0].text.endswith("Standaard Werkelijk: 22:02–22:17 (15 minuten)")


def test_a_class_is_told_by_word_and_by_a_shape_of_its_own() -> None:
    kinds = [each.find("svg")[0].kinds[1] for each in page(published(), NOW).find("div", kind="kind")]
    assert kinds == ["ring", "square", "diamond"]
    both = rows(page(published(window("a", kind="standaard/uitgebreid")), NOW), "windows")[0].one("span", kind="class")
    assert [each.kinds[1] for each in both.find("svg")] == ["square", "diamond"]
    assert both.text == "Standaard / Uitgebreid"


def test_every_shape_that_is_used_is_drawn_once() -> None:
    found = page(published(window("a")), NOW)
    used = {each.attributes["href"][1:] for each in found.find("use")}
    assert used <= {each.attributes["id"] for each in found.find("symbol")}
    assert used


def month_tables(of: Element) -> list[Element]:
    return of.find("table", kind="month")


def test_months_with_windows_ahead_are_drawn_with_headers_and_links() -> None:
    found = page(published(window("a"), window("b", START + 70 * DAY), window("old", ENDED)), NOW)
    tables = month_tables(found)

    assert [each.one("caption").text for each in tables] == ["december 2027", "februari 2028"]
    assert [each.attributes["scope"] for each in tables[0].find("th")] == ["col"] * 7
    assert [each.attributes["title"] for each in tables[0].find("abbr")][:2] == ["maandag", "dinsdag"]
    marked = tables[0].one("td", kind="marked")
    assert marked.text == "7 Standaard onderhoud"
    assert marked.one("a").attributes["href"].endswith("/example/nl/a/")


def test_a_month_has_each_of_its_days_once() -> None:
    (table,) = month_tables(page(published(window("a")), NOW))
    assert [each.text.split(" ")[0] for each in table.find("td") if each.text] == [str(day) for day in range(1, 32)]
    assert {len(row.find("td")) for row in table.one("tbody").find("tr")} == {7}


def test_a_window_of_several_days_marks_each_of_them() -> None:
    (table,) = month_tables(page(published(window("a", end=START + 3 * DAY)), NOW))
    assert [each.text.split(" ")[0] for each in table.find("td", kind="marked")] == ["7", "8", "9", "10"]


def test_a_cancelled_window_is_marked_as_such_in_the_month() -> None:
    (table,) = month_tables(page(published(window("a", status=Status.CANCELLED)), NOW))
    assert table.one("td", kind="marked").text == "7 Standaard onderhoud, Geannuleerd"


def test_at_most_six_months_are_drawn() -> None:
    of = published(*(window(f"w{number}", START + number * 31 * DAY) for number in range(9)))
    assert len(month_tables(page(of, NOW))) == 6


def test_without_windows_ahead_there_is_neither_list_nor_month() -> None:
    found = page(published(window("old", ENDED)), NOW)
    assert (rows(found, "windows"), month_tables(found)) == ([], [])
    assert len(rows(found, "past")) == 1


def test_until_when_the_plan_is_known_is_said() -> None:
    of = published(calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    assert "Gepland tot en met vrijdag 31 december 2027." in page(of, NOW).one("p", kind="updated").text
