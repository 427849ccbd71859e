"""Feed, JSON, Statuspage's documents and Atom say the same of every window, each as its own reader sees it."""

import json
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings

from icsfeed.journal import load_journal
from icsfeed.publication.publication import Publication
from icsfeed.replay import PublishedCalendar
from tests.icalendar_reader import read_object
from tests.published import calendars
from tests.support import NOW, REAL, body_of, publication_of

Facts = dict[str, tuple[str, datetime, datetime]]
SUMMER = datetime(2027, 9, 1, tzinfo=UTC)


def read(publication: Publication, path: str) -> Any:
    """Return a document of JSON, read."""
    return json.loads(body_of(publication, path))


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


def of_the_feed(publication: Publication, key: str) -> Facts:
    """Return address, start and end of the windows that take place, by id."""
    found = {}
    for event in read_object(body_of(publication, f"/{key}.ics")).events:
        if event.text("STATUS") != "CANCELLED":
            start, end = (datetime.strptime(event.text(name), "%Y%m%dT%H%M%S%z") for name in ("DTSTART", "DTEND"))
            found[event.text("UID").partition("@")[0]] = (event.text("URL"), start, end)
    return found


def of_json(publication: Publication, key: str) -> Facts:
    return {
        each["id"]: (each["url"], utc(each["start"]), utc(each["end"]))
        for each in read(publication, f"/{key}.json")["windows"]
        if each["status"] != "cancelled"
    }


def of_statuspage(publication: Publication, key: str) -> Facts:
    return {
        each["id"]: (each["shortlink"], utc(each["scheduled_for"]), utc(each["scheduled_until"]))
        for each in read(publication, f"/{key}/api/v2/scheduled-maintenances.json")["scheduled_maintenances"]
    }


def newest_of_atom(publication: Publication, key: str) -> dict[str, str]:
    """Return the newest title of each window by the address of its page."""
    found = feedparser.parse(body_of(publication, f"/{key}/nl/changes.atom"))
    return {entry.link: entry.title for entry in reversed(found.entries)}


def check(of: PublishedCalendar, moment: datetime) -> None:
    publication, key = publication_of(of, moment), of.calendar.key
    windows = of_json(publication, key)
    assert of_the_feed(publication, key) == windows == of_statuspage(publication, key)
    titles = newest_of_atom(publication, key)
    of_all = {each["url"]: each["status"] for each in read(publication, f"/{key}.json")["windows"]}
    assert titles.keys() == of_all.keys()
    assert {url for url, title in titles.items() if title.startswith("Geannuleerd: ")} == {
        url for url, status in of_all.items() if status == "cancelled"
    }


@settings(max_examples=15, deadline=None, derandomize=True)
@given(calendars())
def test_all_forms_agree_window_by_window(of: PublishedCalendar) -> None:
    check(of, SUMMER)


@pytest.mark.parametrize("moment", [datetime(2021, 1, 1, tzinfo=UTC), NOW])
def test_all_forms_of_the_shipped_calendar_agree(moment: datetime) -> None:
    shipped = load_journal((REAL / "minox-online.journal.jsonl").read_bytes(), file="a journal", key="minox-online")
    assert len(shipped.windows) == 18
    check(shipped, moment)
