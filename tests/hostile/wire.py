"""Bytes to a service and back, without a library that would forbid what hostile clients do."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import icsfeed
from tests.support import ROOT

LEAKS = re.compile(
    rf"python|werkzeug|flask|hyper|tokio|rust|traceback|exception|\.py\b|site-packages|{re.escape(str(ROOT))}"
    rf"|granian\W*\d|icsfeed\W*{re.escape(icsfeed.__version__)}|journal\.jsonl",
    re.IGNORECASE,
)
"""What an answer must not say: what the server is made of, in which versions, and where it lies."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer, as it came; `head` is the status line with the headers."""

    status: int
    head: str
    body: bytes


@contextmanager
def connection(port: int, *, receive_buffer: int | None = None) -> Iterator[socket.socket]:
    """Hold a connection; nothing on it takes longer than a minute."""
    with socket.socket() as made:
        made.settimeout(60)
        if receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.connect(("127.0.0.1", port))
        yield made


def exchange(port: int, raw: bytes) -> tuple[list[Reply], bool]:
    """Send bytes, and behind them a request that asks to close; return all answers, and whether the connection was closed.

    The last answer is that of the request behind them, unless the service gave up on the connection before it.
    """
    with connection(port) as wire:
        with suppress(OSError):  # it may not listen any more, but have answered
            wire.sendall(raw)
        return _read_all(wire)


def _read_all(wire: socket.socket) -> tuple[list[Reply], bool]:
    """Return every answer until the connection is closed, or nothing has come for ten seconds."""
    received, closed = b"", False
    try:
        while part := wire.recv(1 << 16):
            received += part
        closed = True
    except ConnectionError:
        closed = True
    except TimeoutError:
        pass
    return list(parse(received)), closed


def parse(received: bytes) -> Iterator[Reply]:
    """Give the answers that stand behind one another."""
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        match = re.match(r"HTTP/1\.[01] (\d{3})", text)
        assert match is not None, received[:200]
        lengths = re.findall(r"(?im)^content-length: (\d+)\r?$", text)
        length = int(lengths[0]) if lengths else 0
        yield Reply(status=int(match[1]), head=text, body=rest[:length])
        received = rest[length:]


def time_to_answer(port: int, path: str = "/robots.txt") -> float:
    """Return how many seconds a well-behaved client waits for an answer."""
    began = time.monotonic()
    with connection(port) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while part := wire.recv(1 << 16):
            received += part
    assert received.startswith(b"HTTP/1.1 200 OK\r\n"), received[:200]
    return time.monotonic() - began
