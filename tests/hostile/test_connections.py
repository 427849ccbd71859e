from contextlib import ExitStack

from tests.hostile.wire import connection, parse, time_to_answer
from tests.storm.processes import memory_of
from tests.support import Service, wait_until

SOON = 25.0
"""Within how many seconds others are answered: long before a silent connection is closed. A busy machine takes a while."""


def test_thousands_of_idle_connections_leave_room_for_others(service: Service, many_files: int) -> None:
    before = memory_of(service)
    with ExitStack() as idle:
        for _ in range(min(5000, many_files)):
            idle.enter_context(connection(service.port))
        assert max(time_to_answer(service.port) for _ in range(20)) < SOON
        assert memory_of(service) < 1.5 * before


def test_clients_that_never_finish_their_headers_leave_room_for_others(service: Service, many_files: int) -> None:
    with ExitStack() as slow:
        wires = [slow.enter_context(connection(service.port)) for _ in range(min(1500, many_files))]
        for part in (b"GET /example.ics HT", b"TP/1.1\r\nHo", b"st: x\r\nX-A: b\r\n"):
            for wire in wires:
                wire.sendall(part)
            assert max(time_to_answer(service.port) for _ in range(5)) < SOON
        wires[0].sendall(b"Connection: close\r\n\r\n")
        received = b""
        while part := wires[0].recv(1 << 16):
            received += part
    assert [each.status for each in parse(received)] == [200]


def test_clients_that_do_not_read_their_answers_leave_room_for_others(service: Service) -> None:
    before = memory_of(service)
    with ExitStack() as deaf:
        for _ in range(300):
            wire = deaf.enter_context(connection(service.port, receive_buffer=2048))
            wire.sendall(b"GET /example.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        assert max(time_to_answer(service.port) for _ in range(20)) < SOON
        assert memory_of(service) < 2 * before
    wait_until(lambda: time_to_answer(service.port) < SOON)


def test_clients_that_announce_a_body_and_never_send_it_leave_room_for_others(service: Service) -> None:
    with ExitStack() as stingy:
        for path in ("/example.ics", "/example/state", "/") * 100:
            wire = stingy.enter_context(connection(service.port))
            wire.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx".encode())
        assert max(time_to_answer(service.port) for _ in range(20)) < SOON


def test_clients_that_leave_while_they_are_answered_do_no_harm(service: Service) -> None:
    for number in range(600):
        with connection(service.port) as wire:
            wire.sendall(b"GET /example.json HTTP/1.1\r\nHost: x\r\n\r\n"[: 41 - number % 5])
    assert time_to_answer(service.port) < SOON
