from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Freeze, Status
from icsfeed.publication.plan_form import PlannedWork, find_form
from tests.planning.asking import Page, amsterdam, client, max_age, plan
from tests.published import CALENDAR, START, published, text, window
from tests.support import ADDRESS, NOW, REAL

MINUTE = timedelta(minutes=1)
TWO = published(window("a"), window("b", START + timedelta(days=2), kind="uitgebreid"))
"""Tuesday 7 December 2027, 21:00 to 21:20, and Thursday 9 December, 21:00 to 22:40 or later; it is 1 November, 13:00."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return client(tmp_path_factory.mktemp("plan"), TWO, NOW)


def ask(web: Client, day: str, start: str = "19:00", hours: str = "3", language: str = "en") -> Page:
    return plan(web, f"/example/{language}/plan", date=day, time=start, hours=hours)


def details(page: Page) -> list[str]:
    return [each.text for each in page.elements if each.tag == "li" and not each.attributes]


# The answer


def test_nothing_planned_is_said_without_a_promise(web: Client) -> None:
    assert ask(web, "2027-12-06", language="nl").texts("sentence") == [
        "Niets gepland tussen 19:00 en 22:00. Ongepland onderhoud blijft mogelijk."
    ]
    assert ask(web, "2027-12-06").texts("sentence") == [
        "Nothing is planned between 19:00 and 22:00. Unplanned maintenance remains possible."
    ]


def test_a_date_beyond_the_plan_is_not_known(web: Client) -> None:
    page = ask(web, "2027-12-13", language="nl")

    assert page.texts("sentence") == ["Voor deze datum is nog geen planning bekend."]
    assert page.texts("free") == ["Het is nog niet bekend wanneer er weer 3 uur zonder geplande downtime is."]


def test_a_calendar_without_windows_knows_nothing(tmp_path: Path) -> None:
    page = ask(client(tmp_path, published(), NOW), "2027-11-02")
    assert page.texts("sentence") == ["No plan is known yet for this date."]


def test_a_stretch_past_the_end_of_the_plan_says_up_to_when_nothing_is_planned(tmp_path: Path) -> None:
    planned = published(calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    page = ask(client(tmp_path, planned, NOW), "2027-12-31", "22:00", "4")

    assert page.texts("sentence") == ["Nothing is planned up to 24:00 (midnight); no plan is known yet for the time after that."]


def test_a_window_in_the_way_is_told_with_all_that_plans_depend_on(web: Client) -> None:
    page = ask(web, "2027-12-09")

    assert page.texts("answer")[0].startswith("Thursday 9 December 2027, 19:00–22:00 ")
    assert page.texts("sentence") == ["Example is unavailable for at least part of the time between 19:00 and 22:00."]
    assert page.texts("when") == ["Thursday 9 December 2027, 21:00–22:40"]
    assert "../../example/en/b/" in page.links()
    assert details(page) == [
        "100 minutes or more unavailable",
        "It may last longer.",
        "Allow for an overrun until Friday 10 December 2027 02:40.",
    ]


def test_it_is_told_when_support_is_there_next_morning(web: Client) -> None:
    assert details(ask(web, "2027-12-07"))[-1] == (
        "Support is available from Wednesday 8 December 2027 08:00: Support, support@example.com"
    )


def test_where_the_asked_stretch_is_free_no_other_is_offered(web: Client) -> None:
    page = ask(web, "2027-12-07", hours="1,5")
    assert (page.texts("free"), [each for each in page.links() if each.startswith("plan?")]) == ([], [])


def test_asking_about_the_free_stretch_is_answered_with_nothing_planned(web: Client) -> None:
    page = ask(web, "2027-12-07", "20:30", "1.5")
    *_, link = (each for each in page.links() if each.startswith("plan?"))

    first, last = "Tuesday 7 December 2027 23:20", "Wednesday 8 December 2027 00:50"
    assert page.texts("free")[-1] == f"Next slot of 1 hour 30 minutes without planned downtime: {first} – {last}. Check this time"
    assert dict(parse_qsl(urlsplit(link).query)) == {"date": "2027-12-07", "time": "23:20", "hours": "1.5"}
    again = Page(web.get(f"/example/en/{link}").text)
    assert again.texts("sentence") == [f"Nothing is planned between {first} and {last}. Unplanned maintenance remains possible."]
    assert again.texts("free") == []


def test_the_most_useful_of_other_times_comes_first_and_the_night_last(web: Client) -> None:
    page = ask(web, "2027-12-07", language="nl")
    links = [each for each in page.links() if each.startswith("plan?")]
    night = "dinsdag 7 december 2027 23:20 – woensdag 8 december 2027 02:20"

    assert page.texts("free") == [
        "Eerder die dag: dinsdag 7 december 2027, 18:00–21:00. Bekijk dit moment",
        "Op hetzelfde tijdstip: woensdag 8 december 2027, 19:00–22:00. Bekijk dit moment",
        f"Eerstvolgende moment met 3 uur zonder geplande downtime: {night}. Bekijk dit moment",
    ]
    assert [dict(parse_qsl(urlsplit(each).query)) for each in links] == [
        {"date": "2027-12-07", "time": "18:00", "hours": "3"},
        {"date": "2027-12-08", "time": "19:00", "hours": "3"},
        {"date": "2027-12-07", "time": "23:20", "hours": "3"},
    ]


@pytest.mark.parametrize(
    ("now", "start", "hours", "offered"),
    [
        ("2027-11-01 13:00", "19:00", "2.5", "18:30–21:00"),
        ("2027-11-01 13:00", "19:00", "3.5", None),
        ("2027-11-01 13:00", "17:30", "4", "17:00–21:00"),
        ("2027-11-01 13:00", "17:30", "13.5", None),
        ("2027-11-01 13:00", "21:05", "1", "20:00–21:00"),
        ("2027-12-07 18:29", "19:00", "2.5", "18:30–21:00"),
        ("2027-12-07 18:31", "19:00", "2.5", None),
    ],
)
def test_earlier_that_day_is_from_six_in_the_evening_for_an_evening_from_eight_for_a_day_and_never_past(
    tmp_path: Path, now: str, start: str, hours: str, offered: str | None
) -> None:
    free = ask(client(tmp_path, TWO, amsterdam(now)), "2027-12-07", start, hours).texts("free")
    earlier = [each for each in free if each.startswith("Earlier")]
    assert earlier == ([f"Earlier that day: Tuesday 7 December 2027, {offered}. Check this time"] if offered else [])


def test_no_time_is_offered_twice_and_none_where_the_plan_ends(web: Client) -> None:
    assert [each.partition(":")[0] for each in ask(web, "2027-12-06", "23:20", "24").texts("free")] == [
        "Earlier that day",
        "At the same time of day",
    ]
    assert [each.partition(":")[0] for each in ask(web, "2027-12-09", "19:00", "2.5").texts("free")] == [
        "Earlier that day",
        "It is not known yet when there will be 2 hours 30 minutes without planned downtime.",
    ]


def test_a_window_that_may_overrun_into_the_stretch_is_a_risk(web: Client) -> None:
    page = ask(web, "2027-12-07", "22:00", "1")
    assert page.texts("sentence") == ["Example may be unavailable or limited for part of the time between 22:00 and 23:00."]


def test_a_window_without_downtime_leaves_the_answer_and_is_told(tmp_path: Path) -> None:
    page = ask(
        client(tmp_path, published(window("a", kind="operationeel"), window("b", START + timedelta(9))), NOW), "2027-12-07"
    )

    assert page.texts("sentence") == [
        "Only maintenance without downtime is planned between 19:00 and 22:00. Unplanned maintenance remains possible."
    ]
    assert (details(page), page.texts("free")) == (["No downtime"], [])


def test_midnight_as_an_end_belongs_to_the_day_that_ends(web: Client) -> None:
    page = ask(web, "2027-12-08", "18:00", "6", language="nl")
    assert page.texts("sentence") == ["Niets gepland tussen 18:00 en 24:00 (middernacht). Ongepland onderhoud blijft mogelijk."]
    assert page.texts("answer")[0].startswith("Woensdag 8 december 2027, 18:00–24:00 (middernacht) ")


FREEZE = Freeze(first=date(2027, 12, 6), last=date(2027, 12, 8), title=text("Loonrun", "Payroll"))


def test_a_freeze_is_told_beside_the_evenings_and_in_the_answer(tmp_path: Path) -> None:
    web = client(tmp_path, published(window("a"), calendar=replace(CALENDAR, freezes=(FREEZE,))), amsterdam("2027-12-05 12:00"))
    sentence = "Van 6 t/m 8 december plannen we geen onderhoud (Loonrun), behalve op 7 december."
    page = ask(web, "2027-12-06", language="nl")

    assert page.texts("told")[:4] == [
        "Niets gepland",
        "Geen onderhoud: Loonrun",
        "21:00–21:20 Standaard Verder is nog niets bekend.",
        "Nog niets bekend Geen onderhoud: Loonrun",
    ]
    assert page.texts("freeze") == [sentence, sentence]
    assert ask(web, "2027-12-09", language="nl").texts("freeze") == [sentence]


def test_a_tentative_window_is_told_as_uncertain(tmp_path: Path) -> None:
    page = ask(client(tmp_path, published(window(status=Status.TENTATIVE)), NOW), "2027-12-07")

    assert page.texts("sentence")[0].startswith("Example may be unavailable")
    assert "It is not certain yet that this takes place." in details(page)


def test_a_cancelled_window_is_not_in_the_way(tmp_path: Path) -> None:
    of = published(window("a", status=Status.CANCELLED), window("b", START + timedelta(days=9)))
    assert ask(client(tmp_path, of, NOW), "2027-12-07").texts("sentence")[0].startswith("Nothing is planned")


def test_after_a_reported_end_it_is_told_until_when_something_may_be_felt(tmp_path: Path) -> None:
    done = window(actual=Actual(start=START, end=START + 10 * MINUTE))
    page = ask(client(tmp_path, published(done), START + 11 * MINUTE), "2027-12-07", "21:00", "1")

    assert page.texts("when") == ["Tuesday 7 December 2027, 21:00–21:10"]
    assert "You may notice it until 21:30." in details(page)
    assert [each for each in details(page) if "overrun" in each or "longer" in each] == []


def test_of_a_window_that_is_over_nothing_is_said_to_last_longer(tmp_path: Path) -> None:
    done = window(kind="uitgebreid", actual=Actual(start=START, end=START + 30 * MINUTE))
    page = ask(client(tmp_path, published(done), START + 40 * MINUTE), "2027-12-07", "21:00", "1")
    assert details(page) == ["Actual: Tuesday 7 December 2027, 21:00–21:30 (30 minutes)"]


def test_the_past_is_said_to_be_past_and_promises_nothing(tmp_path: Path) -> None:
    web = client(tmp_path, TWO, amsterdam("2027-12-08 12:00"))

    assert ask(web, "2027-11-02").texts("sentence") == [
        "This time is already past.",
        "No downtime was planned between 19:00 and 22:00.",
    ]
    assert (
        ask(web, "2027-12-07")
        .texts("free")[-1]
        .startswith("Next slot of 3 hours without planned downtime: Wednesday 8 December 2027, 12:00–15:00.")
    )


def test_what_was_in_the_way_is_told_as_past_and_without_support(tmp_path: Path) -> None:
    web = client(tmp_path, TWO, amsterdam("2027-12-08 12:00"))
    closed, risk = ask(web, "2027-12-07", language="nl"), ask(web, "2027-12-07", "22:00", "1")

    assert closed.texts("sentence") == [
        "Dit moment is al voorbij.",
        "Example was tussen 19:00 en 22:00 volgens planning niet de hele tijd beschikbaar.",
    ]
    assert risk.texts("sentence")[1] == (
        "Example may have been unavailable or limited for part of the time between 22:00 and 23:00."
    )
    assert [each for each in details(closed) if "Support" in each] == []


def test_of_the_day_on_which_the_plan_ends_it_is_said_from_when_on_nothing_is_known(web: Client) -> None:
    assert ask(web, "2027-12-09", "22:50", "1").texts("sentence")[-1] == (
        "No plan is known yet for the time after Thursday 9 December 2027 22:40."
    )
    assert ask(web, "2027-12-10", "08:00", "1").texts("sentence") == ["No plan is known yet for this date."]


@pytest.mark.parametrize(("hours", "said"), [("0.75", "45 minutes"), ("1", "1 hour"), ("2.5", "2 hours 30 minutes")])
def test_lengths_are_said_in_hours_as_they_were_asked(web: Client, hours: str, said: str) -> None:
    assert ask(web, "2027-12-07", "21:00", hours).texts("free")[-1].startswith(f"Next slot of {said} without planned downtime: ")


def test_the_night_before_the_clock_changes_says_which_time_is_meant(tmp_path: Path) -> None:
    of = published(window("a"), at=datetime(2027, 9, 1, tzinfo=UTC))
    page = ask(client(tmp_path, of, NOW), "2027-10-31", "02:30", "1")

    assert (
        page.texts("sentence")[0] == "The clock goes back that night and shows 02:30 twice; the answer is about the first time."
    )
    assert "02:30 (summer time)–02:30 (winter time)" in page.texts("answer")[0]


def test_a_time_that_the_clock_skips_is_told_kindly(tmp_path: Path) -> None:
    page = ask(client(tmp_path, TWO, NOW), "2027-03-28", "02:30", "1")

    assert (
        page.texts("sentence")[0]
        == "The clock goes forward that night and skips 02:30; the answer is about the time from 03:30 on."
    )
    assert page.fields()["time"]["value"] == "02:30"


def test_it_answers_for_the_shipped_calendar(tmp_path: Path) -> None:
    path = REAL / "minox-online.journal.jsonl"
    web = client(tmp_path, load_journal(path.read_bytes(), file=path.name, key="minox-online"), amsterdam("2021-12-13 20:00"))
    asked = {"time": "19:00", "hours": "3"}

    assert plan(web, "/minox-online/plan", date="2021-12-16", **asked).texts("sentence") == [
        "Niets gepland tussen 19:00 en 22:00. Ongepland onderhoud blijft mogelijk."
    ]
    assert plan(web, "/minox-online/plan", date="2021-12-20", **asked).texts("sentence") == [
        "Minox Online is tussen 19:00 en 22:00 niet de hele tijd beschikbaar.",
        "Na maandag 20 december 2021 21:20 is nog geen planning bekend.",
    ]
    assert plan(web, "/minox-online/plan", date="2021-12-21", **asked).texts("sentence") == [
        "Voor deze datum is nog geen planning bekend."
    ]


@settings(deadline=None)
@given(
    day=st.dates(date(2027, 12, 1), date(2027, 12, 14)),
    start=st.integers(0, 24 * 60 - 1),
    minutes=st.integers(1, 14 * 24 * 60),
)
def test_nothing_planned_is_only_said_where_the_service_is_open_throughout(
    web: Client, day: date, start: int, minutes: int
) -> None:
    begins = f"{start // 60:02}:{start % 60:02}"
    answer = ask(web, day.isoformat(), begins, f"{minutes / 60:.4f}")
    moment = amsterdam(f"{day} {begins}")
    state = web.get("/example/state", query_string={"at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "for": f"PT{minutes}M"}).json
    assert state is not None

    is_promised = any("Unplanned maintenance remains possible." in each for each in answer.texts("sentence"))
    assert is_promised == (state["state"] == "open")
    assert len(answer.texts("conflict")) == len(state["windows"])
    assert any("no plan is known yet" in each or "No plan is known yet" in each for each in answer.texts("sentence")) == (
        state["until"] > state["known_until"]
    )


# The form


def test_the_form_stands_ready_for_the_coming_evening(tmp_path: Path) -> None:
    page = plan(client(tmp_path, TWO, NOW))

    assert {name: field["value"] for name, field in page.fields().items()} == {
        "date": "1 november 2027",
        "time": "19:00",
        "hours": "3",
    }
    assert {field["type"] for field in page.fields().values()} == {"text"}
    assert page.texts("chosen") == ["maandag 1 november 2027"]
    assert page.texts("answer") == []


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2027-11-01 18:59", "1 november 2027"),
        ("2027-11-01 19:00", "2 november 2027"),
        ("2027-11-05 18:59", "5 november 2027"),
        ("2027-11-05 19:00", "8 november 2027"),
        ("2027-11-06 10:00", "8 november 2027"),
        ("2027-11-07 23:59", "8 november 2027"),
    ],
)
def test_the_usual_evening_is_the_first_one_of_a_weekday_still_to_come(tmp_path: Path, now: str, day: str) -> None:
    assert plan(client(tmp_path, TWO, amsterdam(now))).fields()["date"]["value"] == day


def test_every_field_has_a_label(web: Client) -> None:
    page = plan(web)
    labels = {each.attributes["for"] for each in page.elements if each.tag == "label"}
    assert labels == {field["id"] for field in page.fields().values()}
    forms = [each.attributes for each in page.elements if each.tag == "form"]
    assert [(each["method"], each["action"]) for each in forms] == [("get", "plan#answer")]


def test_what_was_asked_is_kept_in_the_fields(web: Client) -> None:
    fields = ask(web, "2027-12-07", "20:15", "1,5").fields()
    assert {name: field["value"] for name, field in fields.items()} == {
        "date": "7 December 2027",
        "time": "20:15",
        "hours": "1.5",
    }


def test_fields_that_are_left_out_are_as_usual(web: Client) -> None:
    assert plan(web, "/example/en/plan", date="2027-12-06").texts("answer")[0].startswith("Monday 6 December 2027, 19:00–22:00")


@pytest.mark.parametrize("day", ["2027-12-07", "7 december 2027", "dinsdag 7 december 2027", "7 December 2027"])
def test_a_date_is_written_in_words_or_year_first(web: Client, day: str) -> None:
    page = ask(web, day)
    assert (page.fields()["date"]["value"], page.texts("chosen")) == ("7 December 2027", ["Tuesday 7 December 2027"])


@pytest.mark.parametrize("day", ["7-12-2027", "07-12-2027", "7/12/2027", "7.12.2027"])
def test_a_date_in_digits_begins_with_the_day_where_nobody_means_the_month(web: Client, day: str) -> None:
    page = ask(web, day, language="nl")
    assert (page.fields()["date"]["value"], page.texts("chosen")) == ("7 december 2027", ["dinsdag 7 december 2027"])


@pytest.mark.parametrize("at", ["20", "20:00", "20.00", "20 uur", "20u", "20.00 uur", "20 Uhr", "20h"])
def test_a_time_is_written_as_people_do(web: Client, at: str) -> None:
    assert ask(web, "2027-12-06", at).fields()["time"]["value"] == "20:00"


@pytest.mark.parametrize(
    ("field", "entered", "message"),
    [
        ("date", "", "Enter a date."),
        ("date", "soon", "“soon” is not understood as a date. Enter one such as 2027-12-20 or 20 December 2027."),
        ("date", "2027-02-30", "“2027-02-30” is not understood as a date. Enter one such as 2027-12-20 or 20 December 2027."),
        ("date", "6-7-2027", "“6-7-2027” is not understood as a date. Enter one such as 2027-12-20 or 20 December 2027."),
        ("date", "2051-01-01", "Enter a date from 1970 to 2037."),
        ("time", "", "Enter a start time."),
        ("time", "25:00", "“25:00” is not a time. Enter one such as 19:00."),
        ("hours", "", "Enter a number of hours."),
        ("hours", "three", "“three” is not a number of hours. Enter one such as 3 or 1.5."),
        ("hours", "1e3", "“1e3” is not a number of hours. Enter one such as 3 or 1.5."),
        ("hours", "0", "Enter at least one minute and at most 336 hours, which is 14 days."),
        ("hours", "-3", "Enter at least one minute and at most 336 hours, which is 14 days."),
        ("hours", "0.008", "Enter at least one minute and at most 336 hours, which is 14 days."),
        ("hours", "336.1", "Enter at least one minute and at most 336 hours, which is 14 days."),
        ("hours", "9999999999", "Enter at least one minute and at most 336 hours, which is 14 days."),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_everything_is_kept(web: Client, field: str, entered: str, message: str) -> None:
    asked = {"date": "2027-12-07", "time": "20:15", "hours": "2"} | {field: entered}
    answer = web.get("/example/en/plan", query_string=asked)
    page = Page(answer.text)
    attributes = page.fields()[field]

    assert (answer.status_code, page.texts("fault"), page.texts("answer")) == (400, [message], [])
    assert page.texts("faults") == [f"Check the marked fields. {message}"]
    assert f"#plan-{field}" in page.links()
    assert next(each.text for each in page.elements if each.tag == "title").startswith("Error: ")
    shown = {name: each["value"] for name, each in page.fields().items()}
    kept = asked if field == "date" else asked | {"date": "7 December 2027"}
    assert shown == kept
    assert [name for name, each in page.fields().items() if "aria-invalid" in each] == [field]
    described = [each for each in page.elements if each.attributes.get("id") in attributes["aria-describedby"].split()]
    assert [each.kinds for each in described] == [["hint"], ["fault"]]


@pytest.mark.parametrize(
    ("hours", "end"), [("0.02", "19:01"), (".5", "19:30"), ("1.25", "20:15"), ("0.3333", "19:20"), ("4,75", "23:45")]
)
def test_hours_may_be_parts_of_hours(web: Client, hours: str, end: str) -> None:
    assert ask(web, "2027-12-06", hours=hours).texts("answer")[0].startswith(f"Monday 6 December 2027, 19:00–{end} ")


@pytest.mark.parametrize(
    ("start", "asks"),
    [
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), ("2027-10-31", "02:30")),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), None),
        (datetime(2027, 12, 7, 20, 0, 30, tzinfo=UTC), None),
    ],
)
def test_a_start_that_no_form_can_ask_about_is_offered_without_a_link(start: datetime, asks: tuple[str, str] | None) -> None:
    form = find_form(PlannedWork(start=start, length=90 * MINUTE), "Europe/Amsterdam")
    assert (form and (form.date, form.time)) == asks


def test_fourteen_days_are_the_most(web: Client) -> None:
    assert "Thursday 16 December 2027" in ask(web, "2027-12-02", hours="336").texts("answer")[0]


@settings(deadline=None)
@given(day=st.text(max_size=30), start=st.text(max_size=10), hours=st.text(max_size=10))
def test_any_text_gives_a_page(web: Client, day: str, start: str, hours: str) -> None:
    answer = web.get("/example/plan", query_string={"date": day, "time": start, "hours": hours})
    assert answer.status_code in {200, 400}
    assert len(Page(answer.text).fields()) == 3


# Languages, texts, HTTP


def test_a_change_of_language_keeps_the_question(web: Client) -> None:
    page = ask(web, "2027-12-07", "20:30", "1.5")
    links = [each for each in page.links() if urlsplit(each).path.endswith("/plan")]

    assert [urlsplit(each).path for each in links] == ["../../example/plan", "../../example/en/plan"]
    assert {tuple(parse_qsl(urlsplit(each).query)) for each in links} == {
        (("date", "2027-12-07"), ("time", "20:30"), ("hours", "1.5"))
    }


def test_a_change_of_language_is_bare_where_nothing_is_asked(web: Client) -> None:
    links = [each for each in plan(web).links() if each.endswith("/plan")]
    assert links == ["../example/plan", "../example/en/plan"]


@pytest.mark.parametrize(("path", "language"), [("/example/plan", "nl"), ("/example/nl/plan", "nl"), ("/example/en/plan", "en")])
def test_the_page_is_in_its_language_and_canonical_at_its_shortest_address(web: Client, path: str, language: str) -> None:
    page = plan(web, path)
    canonical = [
        each.attributes["href"] for each in page.elements if each.tag == "link" and each.attributes.get("rel") == "canonical"
    ]

    assert [each.attributes["lang"] for each in page.elements if each.tag == "html"] == [language]
    assert canonical == [f"{ADDRESS}/example/plan" if language == "nl" else f"{ADDRESS}/example/en/plan"]


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_every_language_has_a_page(tmp_path: Path, language: str) -> None:
    of = published(window(), calendar=replace(CALENDAR, languages=("nl", "en", "de", "fr")))
    page = ask(client(tmp_path, of, NOW), "2027-12-07", language=language)
    month = {"nl": "december", "en": "December", "de": "Dezember", "fr": "décembre"}[language]
    assert month in page.texts("answer")[0]


@pytest.mark.parametrize(
    "path", ["/nothing/plan", "/example/de/plan", "/example/xx/plan", "/example/plan/", "/example/nl/en/plan"]
)
def test_there_is_nothing_elsewhere(web: Client, path: str) -> None:
    answer = web.get(path)
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")


def test_a_calendars_former_names_are_answered(tmp_path: Path) -> None:
    web = client(tmp_path, published(window(), calendar=replace(CALENDAR, formerly=("oud",))), NOW)
    assert web.get("/oud/en/plan").data == web.get("/example/en/plan").data


EVIL = "</title><script>alert('1')</script>&amp;\"'"


def test_texts_of_the_schedule_and_of_the_query_are_shown_as_text(tmp_path: Path) -> None:
    calendar = replace(CALENDAR, name=text(EVIL), service=text(EVIL), classes=CALENDAR.classes)
    web = client(tmp_path, published(window(title=text(EVIL)), calendar=calendar), amsterdam("2027-12-07 12:00"))
    for query in ({"date": "2027-12-07"}, {"date": EVIL, "time": EVIL, "hours": EVIL}):
        answer = web.get("/example/en/plan", query_string=query)
        page = Page(answer.text)
        assert [each for each in page.elements if each.tag == "script" and "src" not in each.attributes] == []
    assert page.texts("fault")[0] == f"“{EVIL}” is not understood as a date. Enter one such as 2027-12-20 or 20 December 2027."


def test_the_page_keeps_to_the_rules_of_other_pages(web: Client) -> None:
    answer = web.get("/example/plan")

    assert answer.content_type == "text/html; charset=utf-8"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"Vary", "Set-Cookie"} & set(answer.headers.keys()) == set()
    names = {name for each in Page(answer.text).elements for name in each.attributes}
    assert [name for name in names if name == "style" or name.startswith("on")] == []


@pytest.mark.parametrize(
    ("now", "query", "seconds"),
    [
        ("2027-11-01 12:00", {}, 60),
        ("2027-11-01 23:59", {}, 60),
        ("2027-12-07 20:59", {}, 60),
        ("2027-12-06 21:00", {"date": "2027-12-07", "time": "21:00", "hours": "24"}, 0),
        ("2027-11-02 22:59:30", {"date": "2027-11-02", "time": "20:00", "hours": "3"}, 30),
    ],
)
def test_no_page_is_kept_past_its_next_boundary(tmp_path: Path, now: str, query: dict[str, str], seconds: int) -> None:
    web = client(tmp_path, TWO, amsterdam(now))
    assert max_age(web.get("/example/plan", query_string=query)) == seconds


@pytest.mark.parametrize(
    "boundary", ["2027-11-02 00:00", "2027-11-01 19:00", "2027-12-07 21:00", "2027-12-07 21:20", "2027-12-07 23:20"]
)
def test_a_page_half_a_minute_before_a_boundary_is_kept_until_it(tmp_path: Path, boundary: str) -> None:
    web = client(tmp_path, TWO, amsterdam(boundary) - timedelta(seconds=30))
    assert max_age(web.get("/example/plan")) == 30


def test_a_preview_says_so(tmp_path: Path) -> None:
    assert plan(client(tmp_path, TWO, NOW, preview=True)).texts("preview") == ["Voorvertoning van maandag 1 november 2027 13:00"]
