import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Status
from tests.planning.asking import amsterdam, client, max_age, state
from tests.published import CALENDAR, START, published, text, window
from tests.support import NOW, REAL, publish_text, schedule_text

MINUTE = timedelta(minutes=1)
TWO = published(window("a"), window("b", START + timedelta(days=2)))
"""Tuesday 7 and Thursday 9 December 2027, 21:00 to 21:20."""


def test_it_answers_for_a_moment(tmp_path: Path) -> None:
    answer = state(client(tmp_path, TWO, NOW), at="2027-12-07T20:05:00Z")

    assert answer | {"windows": []} == {
        "state": "closed",
        "at": "2027-12-07T21:05:00+01:00",
        "until": None,
        "windows": [],
        "next_change": "2027-12-07T21:20:00+01:00",
        "next_free": "2027-12-07T23:20:00+01:00",
        "planned_until": None,
        "known_until": "2027-12-09T21:20:00+01:00",
    }


def test_its_windows_are_those_of_the_calendar_as_json(tmp_path: Path) -> None:
    web = client(tmp_path, TWO, NOW)
    in_the_calendar = {each["id"]: each for each in json.loads(web.get("/example.json").data)["windows"]}

    assert state(web, at="2027-12-07T20:05:00Z")["windows"] == [in_the_calendar["a"]]
    assert state(web, at="2027-12-07T18:00:00Z", for_="P3D")["windows"] == [in_the_calendar["a"], in_the_calendar["b"]]
    assert state(web, at="2027-12-07T18:00:00Z")["windows"] == []


def test_it_answers_for_a_stretch_by_its_worst_part(tmp_path: Path) -> None:
    web = client(tmp_path, TWO, NOW)
    answer = state(web, at="2027-12-07T19:00:00+01:00", for_="PT3H")

    assert (answer["state"], answer["until"], answer["next_free"]) == (
        "closed",
        "2027-12-07T22:00:00+01:00",
        "2027-12-07T23:20:00+01:00",
    )
    assert state(web, at="2027-12-07T19:00:00+01:00", for_="PT2H")["state"] == "open"
    assert state(web, at="2027-12-07T21:20:00+01:00", for_="PT24H")["state"] == "at risk"
    assert state(web, at="2027-12-10T19:00:00+01:00", for_="PT3H")["state"] == "unknown"


@pytest.mark.parametrize(
    ("at", "expected"),
    [("20:30:00", "open"), ("21:05:00", "closed"), ("21:25:00", "at risk"), ("23:30:00", "unknown")],
)
def test_it_answers_for_the_shipped_calendar(tmp_path: Path, at: str, expected: str) -> None:
    path = REAL / "minox-online.journal.jsonl"
    web = client(tmp_path, load_journal(path.read_bytes(), file=path.name, key="minox-online"), NOW)

    assert web.get(f"/minox-online/state?at=2021-12-20T{at}%2B01:00").json["state"] == expected  # type: ignore[index]


def test_without_a_moment_it_answers_for_the_present(tmp_path: Path) -> None:
    web = client(tmp_path, TWO, START + 5 * MINUTE + timedelta(seconds=7, microseconds=900_000))
    assert (state(web)["state"], state(web)["at"]) == ("closed", "2027-12-07T21:05:07+01:00")


def test_a_preview_answers_for_the_previewed_moment(tmp_path: Path) -> None:
    assert state(client(tmp_path, TWO, START, preview=True))["at"] == "2027-12-07T21:00:00+01:00"


@pytest.mark.parametrize(
    "at",
    [
        "2027-12-07T21:05:00+01:00",
        "2027-12-07T21:05:00%2B01:00",
        "2027-12-07T21:05:00%2b01:00",
        "2027-12-07 21:05:00+01:00",
        "2027-12-07t20:05:00z",
        "2027-12-07T20:05:00.999Z",
        "2027-12-07T15:05:00-05:00",
    ],
)
def test_a_moment_may_be_written_as_addresses_make_it(tmp_path: Path, at: str) -> None:
    answer = client(tmp_path, TWO, NOW).get(f"/example/state?at={at}")
    assert answer.json is not None
    assert answer.json["at"] == "2027-12-07T21:05:00+01:00"


def test_times_are_told_in_the_calendars_zone_with_their_offset_across_a_clock_change(tmp_path: Path) -> None:
    night = published(window("a", amsterdam("2027-10-31 01:50"), kind="uitgebreid"), at=datetime(2027, 9, 1, tzinfo=UTC))
    answer = state(client(tmp_path, night, NOW), at="2027-10-31T00:30:00Z", for_="PT1H")

    assert (answer["at"], answer["until"]) == ("2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00")
    assert answer["windows"][0]["end"] == "2027-10-31T02:30:00+01:00"


def test_the_end_of_the_plan_is_told(tmp_path: Path) -> None:
    planned = published(window(), calendar=replace(CALENDAR, planned_until=date(2027, 12, 31)))
    answer = state(client(tmp_path, planned, NOW))

    assert (answer["planned_until"], answer["known_until"]) == ("2027-12-31", "2028-01-01T00:00:00+01:00")


def test_what_is_not_known_is_null(tmp_path: Path) -> None:
    answer = state(client(tmp_path, published(), NOW), for_="PT1H")
    assert [answer[key] for key in ("state", "windows", "next_change", "next_free", "known_until")] == [
        "unknown",
        [],
        None,
        None,
        None,
    ]


def test_a_cancelled_window_is_not_in_the_way_and_one_without_impact_is(tmp_path: Path) -> None:
    of = published(window("a", status=Status.CANCELLED), window("b", kind="operationeel"))
    answer = state(client(tmp_path, of, NOW), at="2027-12-07T20:05:00Z")

    assert (answer["state"], [each["id"] for each in answer["windows"]]) == ("open", ["b"])


# Questions that are not understood


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("at=tomorrow", ('"tomorrow" is not understood', "such as 2027-12-20T20:00:00Z")),
        ("at=", ('"" is not understood', "RFC 3339")),
        ("at=2027-12-07", ("RFC 3339",)),
        ("at=2027-12-07T21:05:00", ("RFC 3339",)),
        ("at=2027-02-30T21:05:00Z", ("RFC 3339",)),
        ("at=2051-12-07T21:05:00Z", ("from 1970 to 2037",)),
        ("at=2027-12-07T21:05:00Z&at=2027-12-08T21:05:00Z", ("at is given 2 times",)),
        ("for=3", ('"3" is not understood', "ISO 8601", "such as PT3H")),
        ("for=three%20hours", ("ISO 8601",)),
        ("for=at%20least%203%20hours", ("ISO 8601",)),
        ("for=-PT3H", ("ISO 8601",)),
        ("for=P-1D", ("ISO 8601",)),
        ("for=PT0H", ("ISO 8601",)),
        ("for=P", ("ISO 8601",)),
        ("for=P1Y", ("years or months",)),
        ("for=P1M", ("years or months",)),
        ("for=P1M2D", ("years or months",)),
        ("for=P367D", ("too long", "at most 366 days")),
        ("for=PT999999H", ("too long",)),
        ("for=PT1H&for=PT2H", ("for is given 2 times",)),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(tmp_path: Path, query: str, words: tuple[str, ...]) -> None:
    answer = client(tmp_path, TWO, NOW).get(f"/example/state?{query}")
    problem = answer.json

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert problem is not None
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert [each for each in words if each not in problem["detail"]] == []
    assert problem["detail"].endswith(".")


@settings(deadline=None)
@given(at=st.text(max_size=40), length=st.text(max_size=20))
def test_any_text_is_answered_or_refused(web_of_two: Client, at: str, length: str) -> None:
    answer = web_of_two.get("/example/state", query_string={"at": at, "for": length})
    assert answer.status_code == 400


@pytest.fixture(scope="module")
def web_of_two(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return client(tmp_path_factory.mktemp("state"), TWO, NOW)


@pytest.mark.parametrize("length", ["PT3H", "pt3h", "PT180M", "PT2H60M"])
def test_a_length_may_be_written_in_several_ways(web_of_two: Client, length: str) -> None:
    assert state(web_of_two, at="2027-12-07T18:00:00Z", for_=length)["until"] == "2027-12-07T22:00:00+01:00"


def test_the_longest_stretch_is_a_leap_year(web_of_two: Client) -> None:
    assert state(web_of_two, for_="P366D")["state"] == "closed"


def test_other_parameters_are_ignored(web_of_two: Client) -> None:
    assert state(web_of_two, at="2027-12-07T20:05:00Z", utm_source="x", FOR="nonsense")["until"] is None


# HTTP


def test_an_answer_may_be_asked_for_from_everywhere_and_says_what_every_answer_says(web_of_two: Client) -> None:
    answer = web_of_two.get("/example/state")

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"Vary", "Set-Cookie", "ETag"} & set(answer.headers.keys()) == set()


def test_head_is_answered_without_a_body(web_of_two: Client) -> None:
    got, head = web_of_two.get("/example/state"), web_of_two.head("/example/state")
    assert (head.status_code, head.data, dict(head.headers)) == (200, b"", dict(got.headers))


@pytest.mark.parametrize("path", ["/example/state", "/example/plan", "/example/en/plan"])
def test_options_and_other_methods_are_answered_with_what_is_allowed(web_of_two: Client, path: str) -> None:
    options, post = web_of_two.options(path), web_of_two.post(path)

    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (post.status_code, post.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path", ["/nothing/state", "/example.ics/state", "/example/nl/state", "/example//state", "/example/state/"]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_there_is_nothing_elsewhere(web_of_two: Client, path: str, method: str) -> None:
    assert web_of_two.open(path, method=method).status_code == 404


def test_an_unknown_calendar_is_a_problem_for_programs(web_of_two: Client) -> None:
    assert web_of_two.get("/nothing/state").content_type == "application/problem+json"


def test_a_calendars_former_names_are_answered(tmp_path: Path) -> None:
    web = client(tmp_path, published(window(), calendar=replace(CALENDAR, formerly=("oud",))), NOW)
    assert web.get("/oud/state").data == web.get("/example/state").data


@pytest.mark.parametrize(
    ("before", "query", "seconds"),
    [
        (timedelta(days=3), "", 60),
        (timedelta(seconds=61), "", 60),
        (timedelta(seconds=59), "", 59),
        (timedelta(seconds=10, microseconds=500_000), "", 10),
        (timedelta(microseconds=1), "", 0),
        (timedelta(hours=3, seconds=20), "?for=PT3H", 20),
        (timedelta(hours=3, seconds=10, microseconds=500_000), "?for=PT3H", 10),
        (timedelta(hours=3), "?for=PT3H", 0),
        (timedelta(hours=3, seconds=20), "?at=2027-12-07T12:00:00Z&for=PT3H", 60),
    ],
)
def test_no_answer_is_kept_past_its_next_boundary(tmp_path: Path, before: timedelta, query: str, seconds: int) -> None:
    assert max_age(client(tmp_path, TWO, START - before).get(f"/example/state{query}")) == seconds


def test_no_answer_is_kept_past_the_new_year_that_brings_more_repeated_windows(tmp_path: Path) -> None:
    rule = "  - id: ronde\n    start: 2027-12-07 21:00\n    class: standaard\n    repeat: FREQ=WEEKLY\n"
    web = client(tmp_path, publish_text(schedule_text(rule)), amsterdam("2028-01-01 00:00") - timedelta(seconds=20))
    assert max_age(web.get("/example/state?at=2029-06-01T12:00:00Z")) == 20


def test_a_reported_end_counts_at_once(tmp_path: Path) -> None:
    done = published(window(kind="uitgebreid", actual=Actual(start=START, end=START + 60 * MINUTE)))
    assert state(client(tmp_path, done, NOW), at="2027-12-07T21:00:00Z")["state"] == "open"


def test_a_title_is_data_and_nothing_else(tmp_path: Path) -> None:
    of = published(window(title=text("</script><script>alert(1)</script>")))
    windows = state(client(tmp_path, of, NOW), at="2027-12-07T20:05:00Z")["windows"]
    assert windows[0]["title"]["nl"] == "</script><script>alert(1)</script>"
