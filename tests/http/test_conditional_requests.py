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
    for name in ("etag", "cache-control", "access-control-allow-origin"):
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


@pytest.mark.parametrize("date", ["Fri, 01 Jan 2100 00:00:00 GMT", "yesterday", "", "\xff" * 40, ", " * 500])
def test_a_date_is_not_asked(service: Service, date: str) -> None:
    first = service.ask("/example.ics")

    assert "last-modified" not in first.headers
    assert service.ask("/example.ics", If_Modified_Since=date).status == 200
    assert service.ask("/example.ics", If_None_Match='"x"', If_Modified_Since=date).status == 200
    assert service.ask("/example.ics", If_None_Match=first.headers["etag"], If_Modified_Since=date).status == 304


def test_a_range_is_answered_whole(service: Service) -> None:
    assert service.ask("/example.ics", Range="bytes=0-9").status == 200
