from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from tests.support import Answer, Service

PATHS = ["/example.ics", "/example/", "/example.json"]


def matching(answer: Answer) -> list[str]:
    etag = answer.headers["etag"]
    return [etag, f"W/{etag}", f'"x", {etag}', f'W/"x" , W/{etag},"y"', "*", etag.strip('"')][:5]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_names_the_entity_tag_has_it(service: Service, path: str, form: int, method: str) -> None:
    first = service.ask(path)
    again = service.ask(path, method, If_None_Match=matching(first)[form])

    assert (again.status, again.body) == (304, b"")
    for name in ("etag", "last-modified", "cache-control", "access-control-allow-origin"):
        assert again.headers[name] == first.headers[name]
    assert again.headers.get("vary") == first.headers.get("vary")
    assert {"content-type", "content-encoding", "content-disposition"}.isdisjoint(again.headers)
    assert again.headers.get("content-length") in {None, "0", first.headers["content-length"]}


@pytest.mark.parametrize("tags", ['"x"', 'W/"x"', '"x", "y"', '""', "", ",", '"', "x", "W/", "\xff"])
def test_another_entity_tag_is_answered_whole(service: Service, tags: str) -> None:
    assert service.ask("/example.ics", If_None_Match=tags).status == 200


def test_each_content_coding_has_its_own_entity_tag(service: Service) -> None:
    plain, packed = service.ask("/example/"), service.ask("/example/", Accept_Encoding="gzip")

    assert service.ask("/example/", Accept_Encoding="gzip", If_None_Match=packed.headers["etag"]).status == 304
    assert service.ask("/example/", Accept_Encoding="gzip", If_None_Match=plain.headers["etag"]).status == 200
    assert service.ask("/example/", If_None_Match=packed.headers["etag"]).status == 200


@pytest.mark.parametrize(("shift", "status"), [(0, 304), (1, 304), (86400, 304), (-1, 200), (-86400, 200)])
@pytest.mark.parametrize("path", PATHS)
def test_who_names_the_date_has_it_unless_it_changed_since(service: Service, path: str, shift: int, status: int) -> None:
    changed = parsedate_to_datetime(service.ask(path).headers["last-modified"])
    since = format_datetime(changed + timedelta(seconds=shift), usegmt=True)

    assert service.ask(path, If_Modified_Since=since).status == status


def test_the_entity_tag_outranks_the_date(service: Service) -> None:
    first = service.ask("/example.ics")
    etag, date, old = first.headers["etag"], first.headers["last-modified"], "Sat, 01 Jan 2000 00:00:00 GMT"

    assert service.ask("/example.ics", If_None_Match='"x"', If_Modified_Since=date).status == 200
    assert service.ask("/example.ics", If_None_Match="", If_Modified_Since=date).status == 200
    assert service.ask("/example.ics", If_None_Match=etag, If_Modified_Since=old).status == 304


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "0",
        "2027-11-01T12:00:00Z",
        "Mon, 32 Nov 2027 12:00:00 GMT",
        "Mon, 01 Nov 99999999999999 12:00:00 GMT",
        "Mon, 01 Nov 2027 99:00:00 GMT",
        "Mon, 01 Nov 2027 12:00:00 +99999999999",
        "Mon, 01 Nov 0000 12:00:00 GMT",
        "\xff" * 40,
        ", " * 500,
    ],
)
def test_a_malformed_date_is_ignored(service: Service, date: str) -> None:
    assert service.ask("/example.ics", If_Modified_Since=date).status == 200


def test_a_range_is_answered_whole(service: Service) -> None:
    assert service.ask("/example.ics", Range="bytes=0-9").status == 200
