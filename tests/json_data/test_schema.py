import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from icsfeed.journal import load_journal
from icsfeed.model import COLOR_NAMES, Impact, Status
from icsfeed.names import LANGUAGES
from icsfeed.publication.documents import data
from icsfeed.publication.documents.static import static_documents
from icsfeed.replay import PublishedCalendar
from tests.published import calendars, documents_of, read_json
from tests.support import NOW, REAL, WINDOW, publish_text, schedule_text

SCHEMA: dict[str, Any] = json.loads(static_documents([])["/schema/calendar.json"].body)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
CAREFUL = settings(max_examples=50, deadline=None, derandomize=True)

FULL = """\
  - id: 20271207T2100
    start: 2027-12-07 21:00
    class: standaard
    title: {nl: Verhuizing, en: Move}
    note: Let op
    reason: Leverancier
    actual: {start: 2027-12-07 21:03, end: 2027-12-07 21:31}
"""
HEADER = (
    "  website: https://www.example.com/\n  planned_until: 31 december 2027\n  introduction: Waarom\n"
    "  links: [{title: Meer, url: https://example.com/}]\n  follow: [{title: Mail, url: mailto:a@example.com}]\n  color:"
)


def data_of(published: PublishedCalendar) -> Any:
    """Return the calendar as JSON."""
    return read_json(documents_of(published, NOW, data)[f"/{published.calendar.key}.json"])


def full() -> Any:
    """Return a calendar in which everything is said that can be said."""
    before = publish_text(schedule_text(WINDOW.replace("21:00", "20:00")).replace("  color:", HEADER))
    return data_of(publish_text(schedule_text(FULL).replace("  color:", HEADER), before))


def spots(content: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the place of every value in a document but the document itself."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from spots(value, (*path, key))


def at(content: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_every_language_and_colour_impact_and_status() -> None:
    parts = SCHEMA["$defs"]
    assert parts["language"]["enum"] == list(LANGUAGES)
    assert parts["color"]["enum"] == [*COLOR_NAMES, None]
    assert parts["impact"]["enum"] == [each.value for each in Impact]
    window = SCHEMA["properties"]["windows"]["items"]["properties"]
    assert window["status"]["enum"] == [each.value for each in Status]


def test_formats_are_checked() -> None:
    assert VALIDATOR.format_checker is not None
    assert {"date-time", "date", "uri"} <= set(VALIDATOR.format_checker.checkers)


def test_the_shipped_calendar_is_valid() -> None:
    shipped = load_journal((REAL / "minox-online.journal.jsonl").read_bytes(), file="a journal", key="minox-online")
    content = data_of(shipped)
    assert len(content["windows"]) == 18
    VALIDATOR.validate(content)


@CAREFUL
@given(calendars())
def test_every_calendar_is_valid(published: PublishedCalendar) -> None:
    VALIDATOR.validate(data_of(published))


def test_a_calendar_that_says_everything_is_valid_and_leaves_nothing_null() -> None:
    content = full()
    VALIDATOR.validate(content)
    nulls = {tuple(key for key in path if isinstance(key, str)) for path in spots(content) if at(content, path) is None}
    of_lighter_classes = {("calendar", "classes", key) for key in ("takes", "description", "aftermath", "support_from")}
    assert nulls == of_lighter_classes


CONTENT = full()
SPOTS = sorted(spots(CONTENT), key=str)


def of_languages(path: tuple[str | int, ...]) -> bool:
    """Tell whether a place is one language's of several, any of which may be missing."""
    return path[-1] in ("nl", "en")


@pytest.mark.parametrize("path", [path for path in SPOTS if isinstance(path[-1], str) and not of_languages(path)], ids=str)
def test_nothing_may_be_missing(path: tuple[str | int, ...]) -> None:
    content = copy.deepcopy(CONTENT)
    del at(content, path[:-1])[path[-1]]
    assert not VALIDATOR.is_valid(content)


@pytest.mark.parametrize("path", [(), *(path for path in SPOTS if isinstance(at(CONTENT, path), dict))], ids=str)
def test_nothing_may_be_there_that_is_not_described(path: tuple[str | int, ...]) -> None:
    content = copy.deepcopy(CONTENT)
    at(content, path)["surprise"] = "told nowhere"
    assert not VALIDATOR.is_valid(content)


@CAREFUL
@given(st.sampled_from(SPOTS), st.sampled_from([17.5, {"a": 1}, [[]]]))
def test_no_value_may_be_of_another_kind(path: tuple[str | int, ...], wrong: Any) -> None:
    content = copy.deepcopy(CONTENT)
    at(content, path[:-1])[path[-1]] = wrong
    assert not VALIDATOR.is_valid(content)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("windows", 0, "start"), "2027-12-07 21:00"),
        (("windows", 0, "start"), "2027-12-07T21:00:00"),
        (("windows", 0, "end"), "2027-13-07T21:00:00+01:00"),
        (("windows", 0, "status"), "maybe"),
        (("windows", 0, "classes"), []),
        (("windows", 0, "url"), "no address"),
        (("windows", 0, "sequence"), -1),
        (("calendar", "planned_until"), "31 december"),
        (("calendar", "color"), "grayish"),
        (("calendar", "classes", 1, "downtime"), "20 minutes"),
        (("calendar", "classes", 1, "support_from"), "8:00"),
        (("calendar", "title"), {"xx": "onbekend"}),
        (("calendar", "feeds", "nl"), "example.ics"),
    ],
    ids=str,
)
def test_a_wrong_value_is_refused(path: tuple[str | int, ...], wrong: Any) -> None:
    content = copy.deepcopy(CONTENT)
    at(content, path[:-1])[path[-1]] = wrong
    assert not VALIDATOR.is_valid(content)
