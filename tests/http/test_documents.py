import gzip
import re

import pytest

from tests.support import Service

FEEDS = ["/example.ics", "/example/en/example.ics", "/example/nl/example-standaard.ics", "/example/nl/example-reminders.ics"]
FILES = ["/example/nl/20271207T2100.ics"]
PAGES = ["/example/", "/example/en/", "/example/nl/20271207T2100/"]
DATA = ["/example.json"]
OTHER = ["/robots.txt", "/static/icsfeed.css"]
EVERY = [*FEEDS, *FILES, *PAGES, *DATA, *OTHER]

LONG_LIVED = "public, max-age=300, stale-while-revalidate=30, stale-if-error=604800"
SHORT_LIVED = "public, max-age=30, stale-if-error=3600"


@pytest.mark.parametrize("path", EVERY)
def test_head_says_what_get_says_without_the_body(service: Service, path: str) -> None:
    got, head = service.ask(path), service.ask(path, "HEAD")
    dates = {"date"}

    assert (got.status, head.status) == (200, 200)
    assert head.body == b""
    assert {name: value for name, value in head.headers.items() if name not in dates} == {
        name: value for name, value in got.headers.items() if name not in dates
    }


@pytest.mark.parametrize("path", EVERY)
def test_every_document_says_what_it_is_and_who_may_read_it(service: Service, path: str) -> None:
    answer = service.ask(path)

    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["etag"].startswith('"')
    assert "last-modified" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert not any(char.isdigit() for char in answer.headers.get("server", ""))


@pytest.mark.parametrize(
    ("paths", "media_type"),
    [
        ([*FEEDS, *FILES], "text/calendar; charset=utf-8"),
        (PAGES, "text/html; charset=utf-8"),
        (DATA, "application/json"),
        (["/robots.txt"], "text/plain; charset=utf-8"),
        (["/static/icsfeed.css"], "text/css; charset=utf-8"),
    ],
)
def test_media_types(service: Service, paths: list[str], media_type: str) -> None:
    assert {service.ask(path).headers["content-type"] for path in paths} == {media_type}


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_opens_in_place_under_a_readable_name(service: Service, path: str) -> None:
    assert service.ask(path).headers["content-disposition"] == f'inline; filename="{path.rsplit("/", 1)[1]}"'


def test_the_file_of_a_window_is_found_again_by_the_name_of_the_calendar(service: Service) -> None:
    answer = service.ask("/example/nl/20271207T2100.ics")
    assert answer.headers["content-disposition"] == 'inline; filename="example-20271207T2100.ics"'


@pytest.mark.parametrize("path", [*FEEDS, *FILES])
@pytest.mark.parametrize("accept", ["application/calendar+json", "text/html", "*/*"])
def test_a_feed_is_the_same_for_every_reader(service: Service, path: str, accept: str) -> None:
    plain = service.ask(path)
    other = service.ask(path, Accept=accept, Accept_Encoding="gzip, br", User_Agent="Google-Calendar-Importer")

    assert other.body == plain.body
    assert "content-encoding" not in other.headers
    assert "vary" not in other.headers
    assert other.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("path", [*FEEDS, *FILES])
def test_feeds_stay_out_of_search_engines_without_being_disallowed(service: Service, path: str) -> None:
    assert service.ask(path).headers["x-robots-tag"] == "noindex"
    assert service.ask("/robots.txt").body == b"User-agent: *\nAllow: /\n"


@pytest.mark.parametrize("path", [*FEEDS, *FILES, *DATA])
def test_what_changes_with_the_journal_is_kept_for_five_minutes(service: Service, path: str) -> None:
    assert service.ask(path).headers["cache-control"] == LONG_LIVED


@pytest.mark.parametrize("path", [*PAGES, "/example/nl/", "/example/next.json"])
def test_what_follows_the_clock_is_kept_for_half_a_minute(service: Service, path: str) -> None:
    assert service.ask(path).headers["cache-control"] == SHORT_LIVED


@pytest.mark.parametrize("path", [*PAGES, *DATA, *OTHER])
def test_the_rest_is_compressed_for_who_takes_it(service: Service, path: str) -> None:
    plain, packed = service.ask(path), service.ask(path, Accept_Encoding="br, gzip;q=0.5")

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["content-length"] == str(len(packed.body))
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in plain.headers


def test_a_coding_is_taken_in_any_case_and_only_at_the_beginning_of_a_long_header(service: Service) -> None:
    assert service.ask("/example/", Accept_Encoding="GZip").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in service.ask("/example/", Accept_Encoding="br" + 100 * ", br" + ", gzip").headers


def test_compressed_bytes_are_the_same_for_every_version_of_python(service: Service) -> None:
    packed = service.ask("/example/", Accept_Encoding="gzip").body

    assert packed[4:8] == bytes(4), "the time"
    assert packed[9] == 255, "the operating system, which Python 3.11 would say and 3.13 would not"


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "identity", "", "x-gzip-not"])
def test_nobody_gets_gzip_who_does_not_take_it(service: Service, accepted: str) -> None:
    assert "content-encoding" not in service.ask("/example/", Accept_Encoding=accepted).headers


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_and_styles_nothing_inline(service: Service, path: str) -> None:
    answer = service.ask(path)

    assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors" not in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert b"style=" not in answer.body
    assert b"<style" not in answer.body
    scripts = re.findall(rb"<script([^>]*)>", answer.body)
    assert [each for each in scripts if b" src=" not in each and each != b' type="application/ld+json"'] == []
    assert re.findall(rb"<[^>]* on[a-z]+=", answer.body) == []


def test_what_a_page_loads_itself_is_relative(service: Service) -> None:
    page = service.ask("/example/").body
    loaded = re.findall(rb'<(?:script|img|source)[^>]* src="([^"]*)"', page)
    loaded += re.findall(rb'<link rel="(?:stylesheet|icon)" href="([^"]*)"', page)
    assert set(loaded) >= {b"../static/icsfeed-steelblue.css", b"../static/icon.svg"}
    assert [each for each in loaded if not each.startswith(b"../static/")] == []


def test_addresses_in_a_document_never_come_from_the_host_header(service: Service) -> None:
    plain, other = service.ask("/example/"), service.ask("/example/", Host="evil.example")

    assert other.body == plain.body
    assert b"evil" not in service.ask("/example.ics", Host="evil.example").body
    assert f"http://127.0.0.1:{service.port}/example.ics".encode() in plain.body


@pytest.mark.parametrize("path", EVERY)
def test_unknown_query_parameters_are_ignored(service: Service, path: str) -> None:
    plain, asked = service.ask(path), service.ask(f"{path}?nocache=1&x=%00&y")

    assert (asked.status, asked.body, asked.headers["etag"]) == (200, plain.body, plain.headers["etag"])


def test_a_former_name_answers_at_its_old_address(service: Service) -> None:
    assert service.ask("/onderhoud.ics").body == service.ask("/example.ics").body
    assert service.ask("/onderhoud/en/onderhoud-standaard.ics").body == service.ask("/example/en/example-standaard.ics").body
    assert service.ask("/onderhoud").headers["location"] == "onderhoud/"
