"""The log on standard error: a line a change, and if wanted one for each request, without personal data."""

import json
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from icsfeed.publication.journals import read_clock
from icsfeed.web.programs import program_of
from icsfeed.zones import render_rfc3339

LONGEST = 200
"""How many characters of what a client sent are logged."""


def begin_log() -> None:
    """Write the log to standard error, a line a message."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z")


@dataclass(slots=True)
class AccessLog:
    """A WSGI application that writes a line to standard error for each request of another one.

    Of the client's address only the network is told, so that the log holds no personal data.
    """

    inner: WSGIApplication
    as_json: bool

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            length = next((value for name, value in headers if name == "Content-Length"), "0")
            sent = 0 if environ["REQUEST_METHOD"] == "HEAD" else int(length)
            facts = {
                "at": render_rfc3339(read_clock()),
                "network": _network(environ.get("REMOTE_ADDR", "")),
                "method": environ["REQUEST_METHOD"],
                "path": environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")[:LONGEST],
                "status": int(status[:3]),
                "bytes": sent,
                "program": program_of(environ.get("HTTP_USER_AGENT", "")),
                "agent": environ.get("HTTP_USER_AGENT", "")[:LONGEST],
            }
            line = json.dumps(facts, ensure_ascii=True) if self.as_json else " ".join(ascii(value) for value in facts.values())
            sys.stderr.write(f"{line}\n")
            return start_response(status, headers, *rest)

        return self.inner(environ, start)


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """Return the network of an address: three numbers of four, or the first three groups of eight."""
    try:
        bits = 24 if ip_address(address).version == 4 else 48
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False).network_address)
