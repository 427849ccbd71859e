from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from icsfeed.publication.documents import data
from icsfeed.publication.making import Kept
from icsfeed.replay import Change
from tests.forms import forms_of, read_json
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import ADDRESS, NOW, publish_text, schedule_text

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


def test_only_a_window_that_changed_is_rendered_again() -> None:
    kept = Kept()
    before = published(*[window(f"w{number}") for number in range(5)])
    forms_of(before, kept=kept)
    kept = Kept(before=kept.made)
    forms_of(before, START, kept=kept)
    after = edited(before, replace(window("w3"), note=text("Let op")), at=NOW + DAY)

    with patch.object(data, "render_window", wraps=data.render_window) as render:
        again = forms_of(after, kept=Kept(before=kept.made))

    assert [call.args[0].window.id for call in render.call_args_list] == ["w3"]
    assert again["/example.json"].body == forms_of(after)["/example.json"].body


def test_a_language_more_is_told_of_every_window() -> None:
    kept = Kept()
    before = published(window("a", note=text("Let op", "Mind")), calendar=replace(CALENDAR, languages=("nl",)))
    forms_of(before, kept=kept)
    after = edited(before, at=NOW + DAY, calendar=CALENDAR)

    again = forms_of(after, kept=Kept(before=kept.made))["/example.json"]

    assert read_json(again)["windows"][0]["note"] == {"nl": "Let op", "en": "Mind"}
    assert again.last_modified == NOW + DAY


def test_it_depends_on_the_journal_alone() -> None:
    of = publish_text(schedule_text("  - {id: a, start: 2027-12-07 21:00, class: standaard}\n"))

    assert len({forms_of(of, NOW + number * 20 * DAY)["/example.json"].body for number in range(5)}) == 1
    assert forms_of(of)["/example.json"].until is None
