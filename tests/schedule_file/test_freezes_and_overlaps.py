"""Dates to keep free of maintenance, and windows that are in each other's way: said until somebody published it all the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from icsfeed.model import Calendar, Freeze, Status
from icsfeed.problems import ScheduleError
from tests.commands.desk import run
from tests.editing.desk import make_desk
from tests.published import CALENDAR, published, text, window
from tests.support import HEAD, body_of, load, make_folder, publication_of, schedule_text

VAT = '  freezes:\n    - {from: 28 januari 2028, to: 31 januari 2028, title: {nl: "Btw-aangifte", en: "VAT return"}}\n'
FREEZE = Freeze(first=date(2028, 1, 28), last=date(2028, 1, 31), title=text("Btw-aangifte", "VAT return"))


def frozen(*windows: str) -> str:
    """Return a schedule with a freeze."""
    return schedule_text(*windows).replace("classes:\n", f"{VAT}classes:\n", 1)


def warnings(root: Path, *, now: str = "2027-12-01 12:00") -> list[str]:
    return [
        each["message"]
        for each in json.loads(run(root, "check", "--json", now=now).out)
        if "not yet published" not in each["message"] and "is new and cancelled already" not in each["message"]
    ]


def single(day: str, kind: str = "standaard", more: str = "") -> str:
    return f"  - {{id: w, start: {day}, class: {kind}{more}}}\n"


@pytest.mark.parametrize("day", ["2028-01-28 00:00", "2028-01-27 23:50", "2028-01-31 23:59"])
def test_a_planned_window_with_downtime_in_a_freeze_is_a_warning_until_it_is_published(tmp_path: Path, day: str) -> None:
    make_folder(tmp_path, frozen(single(day)))
    (message,) = warnings(tmp_path)
    assert message.startswith("w: ")
    assert message.endswith(' is in the freeze "VAT return", 2028-01-28 – 2028-01-31')
    assert run(tmp_path, "publish", "--past").status == 0
    assert warnings(tmp_path) == []


@pytest.mark.parametrize(
    "entry",
    [
        single("2028-01-27 23:40"),
        single("2028-02-01 00:00"),
        single("2028-01-29 21:00", "operationeel"),
        single("2028-01-29 21:00", more=", status: cancelled"),
        single("2028-01-29 21:00", more=", planned: false"),
    ],
)
def test_what_keeps_a_freeze_is_none(tmp_path: Path, entry: str) -> None:
    make_folder(tmp_path, frozen(entry))
    assert warnings(tmp_path) == []


def test_a_series_is_told_once(tmp_path: Path) -> None:
    make_folder(tmp_path, frozen(single("2028-01-20 21:00", more=", repeat: FREQ=DAILY;COUNT=20")))
    assert [message.split(":")[0] for message in warnings(tmp_path)] == ["w-20280128"]


def test_add_and_move_say_it(tmp_path: Path) -> None:
    head = HEAD.replace("classes:\n", "  freezes: [{from: 2037-01-28, to: 2037-01-31, title: Btw}]\nclasses:\n")
    desk = make_desk(tmp_path)
    desk.file.write_text(desk.file.read_text().replace(HEAD, head))
    assert 'is in the freeze "Btw"' in desk.run("add", "2037-01-30 21:00", "standaard").err
    assert 'is in the freeze "Btw"' in desk.run("move", "later", "2037-01-29 21:00").err
    assert "freeze" not in desk.run("move", "later", "2037-02-09 21:00").err


@pytest.mark.parametrize(
    ("freeze", "fault"),
    [
        ("{from: 2028-01-31, to: 2028-01-28, title: x}", '"to" is before "from", 2028-01-31'),
        ("{from: 2028-01-28, title: x}", 'a freeze is missing the key "to"'),
        ("{from: 2028-01-28, to: 2028-01-31}", 'a freeze is missing the key "title"'),
    ],
)
def test_a_freeze_that_cannot_be_is_an_error(freeze: str, fault: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        load(schedule_text().replace("classes:\n", f"  freezes: [{freeze}]\nclasses:\n", 1))
    assert [each.message for each in caught.value.problems] == [fault]


def page(calendar: Calendar, *days: int, now: datetime = datetime(2028, 1, 2, 12, tzinfo=UTC), language: str = "nl") -> list[str]:
    """Return what a page says of freezes, with windows on these days of January."""
    windows = [window(f"w{day}", datetime(2028, 1, day, 20, tzinfo=UTC)) for day in days]
    body = body_of(publication_of(published(*windows, calendar=calendar), now), f"/example/{language}/").decode()
    parts = body.split('<p class="freeze">')[1:]
    return [each.split("</p>")[0].replace("<bdi>", "").replace("</bdi>", "") for each in parts]


FROZEN = replace(CALENDAR, languages=("nl", "en", "de", "fr"), freezes=(FREEZE,))


@pytest.mark.parametrize(
    ("language", "days", "sentence"),
    [
        ("nl", (), "Van 28 t/m 31 januari plannen we geen onderhoud (Btw-aangifte)."),
        ("nl", (20, 29), "Van 28 t/m 31 januari plannen we geen onderhoud (Btw-aangifte), behalve op 29 januari."),
        ("en", (), "We plan no maintenance from 28 to 31 January (VAT return)."),
        ("en", (29, 30), "We plan no maintenance from 28 to 31 January (VAT return), except on 29 January and 30 January."),
    ],
)
def test_the_page_tells_a_freeze_and_what_is_planned_in_it_all_the_same(
    language: str, days: tuple[int, ...], sentence: str
) -> None:
    assert page(FROZEN, *days, language=language) == [sentence]


def test_german_and_french_say_it_in_their_own_way() -> None:
    assert page(FROZEN, 29, language="de")[0].startswith("Vom 28. bis 31. Januar planen wir keine Wartungen (")
    assert page(FROZEN, 29, language="de")[0].endswith("), außer am 29. Januar.")
    may = replace(FROZEN, freezes=(Freeze(first=date(2028, 2, 1), last=date(2028, 3, 1), title=FREEZE.title),))
    assert page(may, language="fr")[0].startswith("Du 1er février au 1er mars, nous ne prévoyons pas de maintenance (")


def test_one_day_is_told_as_one() -> None:
    one = replace(FROZEN, freezes=(replace(FREEZE, last=FREEZE.first),))
    assert page(one) == ["Op 28 januari plannen we geen onderhoud (Btw-aangifte)."]
    assert page(one, 28) == ["Op 28 januari plannen we geen onderhoud (Btw-aangifte), behalve wat is aangekondigd."]


def test_it_is_told_three_months_ahead_and_until_it_is_over() -> None:
    moments = [(2027, 10, 27, 12), (2027, 10, 28, 12), (2028, 1, 31, 22), (2028, 1, 31, 23)]
    assert [len(page(FROZEN, now=datetime(*each, tzinfo=UTC))) for each in moments] == [0, 1, 1, 0]


def test_a_cancelled_window_is_no_exception_and_programs_are_told_of_freezes_too() -> None:
    of = published(window("w", datetime(2028, 1, 29, 20, tzinfo=UTC), status=Status.CANCELLED), calendar=FROZEN)
    publication = publication_of(of, datetime(2028, 1, 2, 12, tzinfo=UTC))
    assert "behalve" not in body_of(publication, "/example/").decode()
    title = {"nl": "Btw-aangifte", "en": "VAT return", "de": "Btw-aangifte", "fr": "Btw-aangifte"}
    assert json.loads(body_of(publication, "/example.json"))["calendar"]["freezes"] == [
        {"from": "2028-01-28", "to": "2028-01-31", "title": title}
    ]


# Overlaps

DAILY = "  - {id: daily, start: 2027-12-02 00:00, end: 2027-12-02 03:00, class: standaard, repeat: FREQ=DAILY;COUNT=57}\n"
WEEKLY = "  - {id: weekly, start: 2027-12-02 00:15, end: 2027-12-02 06:00, class: standaard, repeat: FREQ=WEEKLY;COUNT=8}\n"


def test_a_pair_of_series_that_overlaps_is_told_once_and_not_once_it_is_published(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(DAILY, WEEKLY))
    told = '"weekly-20271202" overlaps "daily-20271202", which lasts until 2027-12-02 03:00, and 7 more times'
    assert warnings(tmp_path) == [told]
    assert run(tmp_path, "publish", "--past").status == 0
    assert warnings(tmp_path) == []
    assert run(tmp_path, "check", "--strict", now="2027-12-01 12:00").status == 0
    make_folder(tmp_path, schedule_text(DAILY, WEEKLY.replace("06:00", "07:00")))
    assert warnings(tmp_path) == [told]


def test_three_windows_that_overlap_are_three_pairs(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(*(single(f"2027-12-02 21:0{n}").replace("id: w", f"id: w{n}") for n in range(3))))
    assert [message[:18] for message in warnings(tmp_path)] == ['"w1" overlaps "w0"', '"w2" overlaps "w0"', '"w2" overlaps "w1"']


@pytest.mark.parametrize(
    "entries",
    [
        (single("2027-12-02 21:00"), single("2027-12-02 21:20").replace("id: w", "id: x")),
        (single("2027-12-02 21:00"), single("2027-12-02 21:00", more=", status: cancelled").replace("id: w", "id: x")),
    ],
)
def test_what_begins_when_another_ends_or_is_cancelled_overlaps_nothing(tmp_path: Path, entries: tuple[str, ...]) -> None:
    make_folder(tmp_path, schedule_text(*entries))
    assert warnings(tmp_path) == []
