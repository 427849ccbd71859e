from dataclasses import replace
from datetime import timedelta

import pytest

from icsfeed.replay import Change
from tests.forms import forms_of, read_json
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import ADDRESS, NOW, publication_of, publish_text, schedule_text

DAY = timedelta(days=1)


def test_the_addresses_of_every_language_are_told() -> None:
    calendar = read_json(forms_of(published())["/example.json"])["calendar"]

    assert {name: calendar[name] for name in ("pages", "feeds", "changes", "color")} == {
        "pages": {"nl": f"{ADDRESS}/example/", "en": f"{ADDRESS}/example/en/"},
        "feeds": {"nl": f"{ADDRESS}/example.ics", "en": f"{ADDRESS}/example/en/example.ics"},
        "changes": {"nl": f"{ADDRESS}/example/nl/changes.atom", "en": f"{ADDRESS}/example/en/changes.atom"},
        "color": "steelblue",
    }


def test_a_moved_window_tells_where_it_was() -> None:
    before = published(window("a"), window("b"))
    after = edited(before, window("a", START + DAY), at=NOW + DAY, change=Change.MOVED)

    windows = {each["id"]: each for each in read_json(forms_of(after)["/example.json"])["windows"]}

    assert (windows["a"]["previous_start"], windows["b"]["previous_start"]) == ("2027-12-07T21:00:00+01:00", None)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_windows_stand_a_line_each(count: int) -> None:
    found = forms_of(published(*[window(f"w{number}") for number in range(count)]))["/example.json"]

    assert found.body.decode().count('\n{"id":') == count
    assert [each["id"] for each in read_json(found)["windows"]] == [f"w{number}" for number in range(count)]


def test_a_language_more_is_told_of_every_window() -> None:
    before = published(window("a", note=text("Let op", "Mind")), calendar=replace(CALENDAR, languages=("nl",)))
    first = publication_of(before)
    after = edited(before, at=NOW + DAY, calendar=CALENDAR)

    again = publication_of(after, before=first).documents["/example.json"]

    assert read_json(again)["windows"][0]["note"] == {"nl": "Let op", "en": "Mind"}


def test_it_depends_on_the_journal_alone() -> None:
    of = publish_text(schedule_text("  - {id: a, start: 2027-12-07 21:00, class: standaard}\n"))

    assert len({forms_of(of, NOW + number * 20 * DAY)["/example.json"].body for number in range(5)}) == 1
