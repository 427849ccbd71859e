import pytest

from tests.hostile.forms import BREACHES, FEED, HEADERS, METHODS, ODDITIES, QUERIES, TARGETS, get
from tests.hostile.wire import LEAKS, Reply, exchange
from tests.storm.processes import memory_of
from tests.support import Service

LAST = get(b"/robots.txt")
MEGABYTE = 1 << 20


def ids(forms: dict[bytes, frozenset[int]] | list[bytes]) -> list[str]:
    return [ascii(form[:40])[2:-1] for form in forms]


def only_answer(service: Service, raw: bytes) -> Reply:
    replies, _ = exchange(service.port, raw)
    assert len(replies) == 1, [each.status for each in replies]
    assert LEAKS.findall(replies[0].head) == []
    if b"BEGIN:V" not in replies[0].body:
        assert LEAKS.findall(replies[0].body.decode("utf-8", "replace")) == []
    return replies[0]


@pytest.mark.parametrize(("target", "allowed"), TARGETS.items(), ids=ids(TARGETS))
def test_an_odd_address_is_a_document_or_none(service: Service, target: bytes, allowed: frozenset[int]) -> None:
    reply = only_answer(service, get(target))

    assert reply.status in allowed
    assert "set-cookie" not in reply.head.casefold()
    if reply.status == 404:
        assert len(reply.body) < 2000


@pytest.mark.parametrize("path", [FEED, b"/example/", b"/example/state", b"/healthz"])
@pytest.mark.parametrize(("header", "allowed"), HEADERS.items(), ids=ids(HEADERS))
def test_an_odd_header_changes_nothing_or_is_refused(
    service: Service, header: bytes, allowed: frozenset[int], path: bytes
) -> None:
    reply = only_answer(service, get(path, header))

    assert reply.status in allowed
    assert "evil.example" not in reply.head + reply.body.decode("utf-8", "replace")
    if reply.status == 200 and not header.startswith(b"Accept-Encoding") and path == FEED:
        assert reply.body == only_answer(service, get(path)).body


@pytest.mark.parametrize("method", METHODS, ids=ids(METHODS))
def test_an_unknown_method_is_refused(service: Service, method: bytes) -> None:
    statuses = [only_answer(service, get(path, method=method)).status for path in (FEED, b"/", b"/example/state", b"/none")]

    assert statuses == [405, 405, 405, 404]


@pytest.mark.parametrize("path", [b"/example/state?", b"/example/plan?", b"/example/en/plan?"])
@pytest.mark.parametrize("query", QUERIES, ids=ids(QUERIES))
def test_an_odd_question_has_an_answer_or_a_reason_why_not(service: Service, query: bytes, path: bytes) -> None:
    reply = only_answer(service, get(path + query))

    assert reply.status in {200, 400, 414}
    assert b"<script>alert" not in reply.body
    assert len(reply.body) < MEGABYTE


@pytest.mark.parametrize("raw", BREACHES.values(), ids=BREACHES.keys())
def test_after_a_breach_of_the_protocol_nothing_more_is_read_from_the_connection(service: Service, raw: bytes) -> None:
    """So that nobody's request can hide in the body of another's."""
    replies, closed = exchange(service.port, raw + LAST)

    assert closed
    assert [each.status for each in replies] in ([], [400], [405])
    assert [LEAKS.findall(each.head + each.body.decode()) for each in replies] == [[] for _ in replies]


@pytest.mark.parametrize("raw", ODDITIES.values(), ids=ODDITIES.keys())
def test_an_odd_request_with_one_meaning_is_answered_and_so_is_the_next(service: Service, raw: bytes) -> None:
    replies, closed = exchange(service.port, raw + LAST)

    assert closed
    assert [(each.status, each.body) for each in replies] == [(200, b"User-agent: *\nAllow: /\n")] * 2


def test_requests_behind_one_another_are_answered_in_their_order(service: Service) -> None:
    paths = [b"/robots.txt", FEED, b"/none", b"/example/state"] * 25
    requests = b"".join(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
    replies, closed = exchange(service.port, requests + LAST)

    assert closed
    assert [each.status for each in replies] == [200, 200, 404, 200] * 25 + [200]
    assert len({each.body for each in replies[1::4]}) == 1


def test_no_flood_of_different_requests_stays_in_memory(service: Service) -> None:
    def flood(begin: int) -> int:
        for number in range(begin, begin + 600, 10):
            requests = [
                b"GET /example/nl/%d.ics?%d HTTP/1.1\r\nHost: h%d\r\nUser-Agent: u%d\r\n\r\n" % (each, each, each, each)
                + b"GET /example/state?at=2028-01-01T00:%02d:%02dZ HTTP/1.1\r\nHost: x\r\n\r\n" % divmod(each % 3600, 60)
                + b'GET /example.ics HTTP/1.1\r\nHost: x\r\nIf-None-Match: "%d"\r\n\r\n' % each
                for each in range(number, number + 10)
            ]
            replies, _ = exchange(service.port, b"".join(requests) + LAST)
            assert [each.status for each in replies] == [404, 200, 200] * 10 + [200]
        return memory_of(service)

    flood(0)
    before = flood(600)
    assert flood(1200) < 1.05 * before
