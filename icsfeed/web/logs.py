"""The log on standard error, and the access log, which identifies nobody."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from icsfeed.publication.journals import read_clock
from icsfeed.publication.paths import decode_path
from icsfeed.zones import render_rfc3339

LONGEST = 256
"""The most characters of a client's method, path or agent in the access log."""

_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}(/[0-9][0-9A-Za-z.]{0,19})?")
_PIECE = re.compile(r"\\?[()]|[^()\\]+|\\")
"""A parenthesis, perhaps escaped by a backslash, or the text between two."""


def start_logging() -> None:
    """Send log messages to standard error, one per line."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z")


@dataclass(slots=True)
class AccessLog:
    """A WSGI application that writes a line to standard error for each request to another one.

    Of the client's address only the network is logged, of its agent only the first word and products with a version.
    The path is logged without its query, cut to `LONGEST`.
    An error while writing the line does not affect the answer, but a pipe that nobody reads blocks it.
    """

    inner: WSGIApplication
    as_json: bool

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            write = start_response(status, headers, *rest)
            if sys.stderr is not None:  # a service may be started without stderr
                with suppress(OSError, ValueError):  # closed, or its reader is gone
                    sys.stderr.write(f"{self._line(environ, status, headers)}\n")
            return write

        return self.inner(environ, start)

    def _line(self, environ: WSGIEnvironment, status: str, headers: list[tuple[str, str]]) -> str:
        """Return the line of a request; nothing that a client sends can end the line."""
        length = next((value for name, value in headers if name == "Content-Length"), "0")
        facts = {
            "at": render_rfc3339(read_clock()),
            "network": _network(environ.get("REMOTE_ADDR", "")),
            "method": environ["REQUEST_METHOD"][:LONGEST],
            "path": decode_path(environ.get("PATH_INFO", ""))[:LONGEST],
            "status": int(status[:3]),
            "bytes": 0 if environ["REQUEST_METHOD"] == "HEAD" else int(length),
            "agent": products_of(environ.get("HTTP_USER_AGENT", "")[: LONGEST + 1]),
        }
        return json.dumps(facts, ensure_ascii=True) if self.as_json else " ".join(ascii(value) for value in facts.values())


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """Return the /24 network of an IPv4 address, the /48 network of an IPv6 address; empty for anything else."""
    try:
        bits = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False).network_address)


@lru_cache(maxsize=1024)
def products_of(agent: str) -> str:
    """Return the products that a User-Agent header names (RFC 9110 section 10.1.5): the first, others with a version only.

    Comments and all other words are left out, since they may name people and their devices.
    """
    kept = agent if len(agent) <= LONGEST else agent[:LONGEST].rpartition(" ")[0]  # half a word may look like a product
    depth, outside = 0, []
    for piece in _PIECE.findall(kept):
        if piece[-1] == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        outside.append(piece if depth == 0 and piece[-1] not in "()" else " ")
    words = "".join(outside).split(" ")
    products = ((number, _PRODUCT.fullmatch(word)) for number, word in enumerate(words))
    return " ".join(found[0] for number, found in products if found and (number == 0 or found[1]))
