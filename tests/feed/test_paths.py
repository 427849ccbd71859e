import re
from dataclasses import replace
from datetime import timedelta

import pytest

from icsfeed.publication.publication import render_publication
from tests.icalendar_reader import read_object
from tests.published import CALENDAR, START, event, published, uids, window
from tests.support import ADDRESS, NOW, body_of, publication_of

PUBLICATION = publication_of(published(window("a"), window("b", START + timedelta(days=1))))
STATUSPAGE = [f"{name}.json" for name in ("summary", "status", "components", "incidents", "incidents/unresolved")]
STATUSPAGE += [f"scheduled-maintenances{name}.json" for name in ("", "/upcoming", "/active")]


def test_every_path_of_the_table_has_a_document() -> None:
    feeds = ["example.ics", "example-standaard.ics", "example-uitgebreid.ics", "example-reminders.ics", "a.ics", "b.ics"]
    expected = {f"/example/{language}/{name}" for language in ("nl", "en") for name in feeds}
    expected |= {f"/example/{language}/{id_}" for language in ("nl", "en") for id_ in ("", "a/", "b/")}
    expected |= {"/example/", "/example.ics", "/example.json", "/robots.txt", "/schema/calendar.json"}
    expected |= {f"/static/{name}" for name in ("icsfeed.css", "icsfeed-steelblue.css", "icsfeed.js", "icon.svg")}
    expected |= {f"/example/{language}/{name}" for language in ("nl", "en") for name in ("changes.atom", "strip.js")}
    expected |= {"/example/next.json", "/example/strip.js"}
    expected |= {f"{below}/api/v2/{name}" for below in ("", "/example") for name in STATUSPAGE}

    assert sorted(PUBLICATION.documents) == sorted(expected)
    assert [path for path in expected if PUBLICATION.find(path) is None] == []


def test_the_default_language_has_its_path_too_with_the_same_bytes() -> None:
    assert PUBLICATION.find("/example/nl/example.ics") is PUBLICATION.find("/example.ics")
    assert body_of(PUBLICATION, "/example/en/example.ics") != body_of(PUBLICATION, "/example.ics")


def test_the_twin_page_names_the_first_one_as_canonical() -> None:
    link = b'<link rel="canonical" href="https://maintenance.example.com/example/">'

    assert link in body_of(PUBLICATION, "/example/")
    assert link in body_of(PUBLICATION, "/example/nl/")
    assert b'href="https://maintenance.example.com/example/en/"' in body_of(PUBLICATION, "/example/en/")


def test_one_window_has_a_file_with_its_event_alone() -> None:
    one = read_object(body_of(PUBLICATION, "/example/nl/a.ics"))

    assert uids(one) == ["a"]
    assert one.events[0].properties == event(window("a")).properties
    assert body_of(PUBLICATION, "/example/en/a.ics") != body_of(PUBLICATION, "/example/nl/a.ics")


def test_the_file_of_one_window_makes_no_calendar_of_its_own() -> None:
    one = read_object(body_of(PUBLICATION, "/example/nl/a.ics"))

    assert one.values() == {
        "VERSION": "2.0",
        "PRODID": "-//icsfeed//icsfeed//EN",
        "CALSCALE": "GREGORIAN",
        "METHOD": "PUBLISH",
    }


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//",
        "/example",
        "/example/xx/example.ics",
        "/example/de/a/",
        "/example/nl/A.ics",
        "/example/nl/a",
        "/example/nl/a.ics/",
        "/example/nl/a//",
        "/example/nl/a/b/",
        "/example/nl/example-operationeel.ics",
        "/example/a.ics",
        "/Example.ics",
        "/example.ics/",
        "/other.ics",
        "/example/nl/../nl/a.ics",
    ],
)
def test_other_paths_have_none(path: str) -> None:
    assert PUBLICATION.find(path) is None


FORMER = publication_of(published(window("a"), calendar=replace(CALENDAR, formerly=("onderhoud", "example-old", "exam"))))


def test_former_names_serve_the_same_feeds_at_their_old_addresses() -> None:
    own = [path for path in FORMER.documents if path.startswith(("/example/", "/example."))]
    for former in ("onderhoud", "example-old", "exam"):
        old = {path: re.sub("/example", f"/{former}", path) for path in own}
        for path, moved in old.items():
            assert FORMER.find(moved) is FORMER.find(path), moved
            assert moved in set(FORMER.documents)


def test_a_window_whose_id_begins_with_a_former_name_keeps_its_file_there() -> None:
    publication = publication_of(published(window("onderhoud-1"), calendar=replace(CALENDAR, formerly=("onderhoud",))))

    assert publication.find("/onderhoud/nl/onderhoud-1.ics") is publication.find("/example/nl/onderhoud-1.ics")
    assert "/onderhoud/nl/onderhoud-1.ics" in set(publication.documents)


def test_what_a_feed_says_of_its_address_stays_the_present_one() -> None:
    assert read_object(body_of(FORMER, "/onderhoud.ics"))["SOURCE"].value == f"{ADDRESS}/example.ics"


def test_a_present_name_comes_before_a_former_one() -> None:
    other = replace(CALENDAR, key="other", domain="other.example.com", formerly=("example",))
    publication = render_publication([published(), published(window("x"), calendar=other)], NOW, lambda _: ADDRESS)

    assert uids(read_object(body_of(publication, "/example.ics"))) == []


def test_calendars_stand_in_the_order_of_their_names() -> None:
    calendars = [published(calendar=replace(CALENDAR, key=key, domain=f"{key}.example.com")) for key in ("z", "a", "m")]

    assert list(render_publication(calendars, NOW, lambda _: ADDRESS).views) == ["a", "m", "z"]


def test_a_public_address_with_a_path_stands_before_every_address() -> None:
    publication = render_publication([published(window())], NOW, lambda _: "https://example.com/onderhoud")
    one = read_object(body_of(publication, "/example.ics"))

    assert one["SOURCE"].value == "https://example.com/onderhoud/example.ics"
    assert one.events[0]["URL"].value == "https://example.com/onderhoud/example/nl/a/"
    assert b'href="../static/icsfeed-steelblue.css"' in body_of(publication, "/example/")
    assert b'href="../../../static/icsfeed-steelblue.css"' in body_of(publication, "/example/nl/a/")
