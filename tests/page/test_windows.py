from dataclasses import replace
from datetime import date, timedelta

import pytest

from icsfeed.model import Actual, Status
from tests.page.reading import Element, page
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import NOW, publish_text, schedule_text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ENDED = START - 40 * DAY


def rows(of: Element, list_: str) -> list[Element]:
    return [each for found in of.find("ol", kind=list_) for each in found.find("li")]


def test_windows_ahead_are_listed_by_date_with_a_moment_for_programs() -> None:
    found = page(published(window("a"), window("b", START + DAY, kind="uitgebreid", title=text("Groot"))), NOW + DAY)

    assert [each.one("time").attributes["datetime"] for each in rows(found, "windows")] == [
        "2027-12-07T21:00:00+01:00",
        "2027-12-08T21:00:00+01:00",
    ]
    assert [each.text for each in rows(found, "windows")] == [
        "di 7 dec 2027 dinsdag 7 december 2027, 21:00–21:20 Standaard · ca. 20 minuten niet beschikbaar",
        "wo 8 dec 2027 woensdag 8 december 2027, 21:00–22:40 of later Groot Uitgebreid · 100 minuten of meer niet beschikbaar",
    ]


def test_a_window_over_midnight_says_its_last_day() -> None:
    (row,) = rows(page(published(window("a", end=START + 15 * HOUR)), NOW), "windows")
    assert row.one("time").text == "21:00 – wo 8 dec 12:00"


def test_what_begins_after_eight_weeks_is_folded() -> None:
    near, far = START.replace(month=12, day=26), START.replace(month=12, day=27)
    found = page(published(window("a", near), window("b", far)), NOW)
    folded = found.one("details", kind="later")
    assert folded.one("summary").text == "Later (1)"
    assert [each.attributes["id"] for each in rows(found, "windows")] == ["w-a", "w-b"]
    assert [each.attributes["id"] for each in folded.find("li")] == ["w-b"]


def test_a_window_is_shown_however_far_it_is() -> None:
    found = page(published(window("a", START + 200 * DAY), window("b", START + 300 * DAY)), NOW)
    assert [each.attributes["id"] for each in found.one("details", kind="later").find("li")] == ["w-b"]
    assert month_tables(found) == []


def test_a_current_window_stands_above_and_not_in_the_list() -> None:
    found = page(published(window("a"), window("b", START + DAY)), START)
    assert [each.attributes["id"] for each in rows(found, "windows")] == ["w-b"]


SERIES = "  - id: ronde\n    start: 2027-12-02 07:00\n    class: operationeel\n    repeat: FREQ=MONTHLY;BYDAY=1TH\n"


def test_a_repeated_window_stands_once_with_its_rule_and_its_dates() -> None:
    (row,) = rows(page(publish_text(schedule_text(SERIES)), NOW), "windows")[:1]
    assert "07:00 Operationeel · geen downtime Elke eerste donderdag van de maand Nog 12 datums" in row.text
    dates = row.one("details", kind="dates").find("a")
    assert (dates[0].text, dates[0].attributes["href"]) == ("do 6 jan 2028", "../example/nl/ronde-20280106/")
    assert len(dates) == 12


def test_an_occurrence_that_differs_has_a_row_of_its_own() -> None:
    changes = "    changes:\n      2027-12-02: cancelled\n      2028-01-06: {start: 2028-01-07 07:00}\n"
    found = page(publish_text(schedule_text(SERIES + changes)), NOW)

    assert [each.attributes["id"] for each in rows(found, "windows") if each.attributes.get("id")] == [
        "w-ronde-20271202",
        "w-ronde-20280106",
        "w-ronde-20280203",
    ]


def test_an_unusual_rule_is_told_by_its_dates() -> None:
    rule = SERIES.replace("BYDAY=1TH", "BYDAY=1TH,3TH")
    (row,) = rows(page(publish_text(schedule_text(rule)), NOW), "windows")[:1]
    assert "geen downtime Nog 25 datums" in row.text


def test_a_class_leads_to_its_explanation() -> None:
    found = page(published(window("a")), NOW)
    link = rows(found, "windows")[0].one("span", kind="class").one("a")
    (explained,) = found.find(where=lambda each: each.attributes.get("id") == link.attributes["href"][1:])
    assert explained.one("h4").text == "Standaard"


def test_a_class_that_is_no_more_leads_nowhere() -> None:
    fewer = tuple(each for each in CALENDAR.classes if each.key != "standaard")
    found = page(edited(published(window("a")), at=NOW, calendar=replace(CALENDAR, classes=fewer)), NOW)
    assert rows(found, "windows")[0].one("span", kind="class").text == "Standaard"
    assert "#class-standaard" not in [each.attributes["href"] for each in found.find("a")]


def test_addresses_in_notes_and_reasons_are_links() -> None:
    of = published(
        window("a", note=text("Lees https://example.com/a?b=1&c, of (http://example.com/x).")),
        window("b", status=Status.CANCELLED, reason=text("Zie https://example.com/uitleg.")),
    )
    found = page(of, NOW)
    links = [each.attributes["href"] for row in rows(found, "windows") for each in row.find("a")]
    assert [each for each in links if each.startswith("http")] == [
        "https://example.com/a?b=1&c",
        "http://example.com/x",
        "https://example.com/uitleg",
    ]
    assert "Lees https://example.com/a?b=1&c, of (http://example.com/x)." in found.text


def test_each_row_leads_to_its_window() -> None:
    found = page(published(window("a"), window("b", ENDED)), NOW)
    for list_, id_ in (("windows", "a"), ("past", "b")):
        (row,) = rows(found, list_)
        assert row.find("a")[0].attributes["href"] == f"../example/nl/{id_}/"


def test_a_cancelled_window_is_struck_through_and_says_so_with_its_reason() -> None:
    of = published(window("a", status=Status.CANCELLED, reason=text("Niet nodig.", "Not needed.")))
    for moment, list_ in ((NOW, "windows"), (START + DAY, "past")):
        (row,) = rows(page(of, moment), list_)
        assert row.one("s").text.endswith("21:00–21:20")
        assert row.find("a")[0].text.endswith("21:00–21:20 Geannuleerd")
        assert "Niet nodig." in row.text


def test_past_windows_stand_by_year_newest_first_with_what_really_happened() -> None:
    of = published(
        window("a", ENDED, actual=Actual(start=ENDED + 2 * MINUTE, end=ENDED + 17 * MINUTE)),
        window("b", ENDED - 400 * DAY),
        window("c", ENDED - 3 * DAY),
    )
    found = page(of, NOW)

    years = found.one("section", kind="calendar").find("details")
    assert [each.one("summary").text for each in years] == ["Eerder in 2027", "Eerder in 2026"]
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


def test_the_months_of_the_next_eight_weeks_are_drawn_with_headers_and_links() -> None:
    tables = month_tables(page(published(window("a")), NOW + 10 * DAY))

    assert [each.one("caption").text for each in tables] == ["november 2027", "december 2027", "januari 2028"]
    assert [each.attributes["scope"] for each in tables[1].find("th")] == ["col"] * 7
    assert [each.attributes["title"] for each in tables[1].find("abbr")][:2] == ["maandag", "dinsdag"]
    marked = tables[1].one("td", kind="marked")
    assert marked.text == "7dinsdag 7 december 2027: Standaard onderhoud"
    assert marked.one("a").attributes["href"].endswith("/example/nl/a/")


def test_today_is_marked_and_no_other_day() -> None:
    tables = month_tables(page(published(window("a")), NOW))
    marked = [each.text for table in tables for each in table.find("td") if each.attributes.get("aria-current") == "date"]
    assert marked == ["1"]


def test_a_month_has_each_of_its_days_once() -> None:
    table = month_tables(page(published(window("a")), NOW))[1]
    days = [each.text.split("dinsdag")[0] for each in table.find("td") if each.text]
    assert days == [str(day) for day in range(1, 32)]
    assert {len(row.find("td")) for row in table.one("tbody").find("tr")} == {7}


def test_a_window_of_several_days_marks_each_of_them_and_goes_on_in_the_next_month() -> None:
    _, december = month_tables(page(published(window("a", START - 10 * DAY, end=START + 3 * DAY)), NOW))
    assert len(december.find("td", kind="marked")) == 10


def test_a_day_with_two_windows_is_one_box_that_tells_both() -> None:
    of = published(window("a", START - HOUR, kind="operationeel"), window("b", status=Status.CANCELLED))
    _, december = month_tables(page(of, NOW))
    day = december.one("td", kind="marked")
    assert day.one("a").text == "7dinsdag 7 december 2027: Operationeel onderhoud, Standaard onderhoud (Geannuleerd)"
    assert day.one("a").attributes["href"] == "../example/nl/a/"


@pytest.mark.parametrize(("statuses", "id_", "symbols"), [("C", "w0", 1), ("CT", "w1", 1), ("TCT", "w0", 2)])
def test_a_day_in_a_month_shows_what_is_cancelled_only_if_nothing_else_is_left(statuses: str, id_: str, symbols: int) -> None:
    kinds = {"C": Status.CANCELLED, "T": Status.CONFIRMED}
    of = published(*(window(f"w{n}", START + n * HOUR, status=kinds[each]) for n, each in enumerate(statuses)))
    day = month_tables(page(of, NOW))[1].one("td", kind="marked")
    assert (day.one("a").attributes["href"], len(day.find("use"))) == (f"../example/nl/{id_}/", symbols)


def test_without_windows_ahead_there_is_neither_list_nor_month() -> None:
    found = page(published(window("old", ENDED)), NOW)
    assert (rows(found, "windows"), month_tables(found)) == ([], [])
    assert len(rows(found, "past")) == 1


def test_until_when_the_plan_is_known_is_said() -> None:
    of = published(calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    assert "Gepland tot en met 31 december 2027." in page(of, NOW).one("p", kind="updated").text
