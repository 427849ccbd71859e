"""Answers requests for documents: 200, or 304 for a client that has the document already.

The bodies and ETags of prerendered documents are ready before the first request; the first request for a path in each
publication puts its headers together, later ones only look them up.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_accept_header, parse_etags

from icsfeed.names import printable
from icsfeed.publication.document import Document
from icsfeed.publication.paths import decode_path
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.web.errors import CONTENT_SECURITY, SECURITY

_log = logging.getLogger("icsfeed")
_NOTHING: list[bytes] = []

LONGEST_CODINGS, LONGEST_ETAGS = 200, 4096
"""How many characters of Accept-Encoding and If-None-Match are read; clients send fewer, and 64 kB would take 50 ms."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A prepared answer with a document.

    Attributes:
        gzipped: The same document with gzip, for clients that accept it.
        host: The host of the calendar's public URL; None for documents of no calendar.
    """

    etag: str
    headers_200: Headers
    headers_304: Headers
    body: list[bytes]
    gzipped: "_Answer | None"
    host: str | None


@dataclass(slots=True)
class DocumentLayer:
    """A WSGI application that answers GET and HEAD for documents and passes everything else on.

    Attributes:
        source: The present publication.
        rest: The application for all other requests.
        runtime_folder: What the service's processes share; None for one process.
    """

    source: Source
    rest: WSGIApplication
    runtime_folder: Path | None = None
    _prepared: tuple[Publication | None, dict[str, _Answer]] = field(default_factory=lambda: (None, {}))
    _has_warned_of_host: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if not environ["PATH_INFO"].startswith("/"):  # Werkzeug would redirect to the Host header
            environ["PATH_INFO"] = f"/{environ['PATH_INFO']}"
        publication, (prepared_for, answers) = self.source.publication, self._prepared
        if prepared_for is not publication:
            answers = {}
            self._prepared = (publication, answers)  # one assignment, so that threads never mix two publications
        answer = answers.get(environ["PATH_INFO"]) or _find_answer(environ["PATH_INFO"], publication, answers)
        method = environ["REQUEST_METHOD"]
        if answer is None or method not in {"GET", "HEAD"}:
            return self.rest(environ, start_response)
        if not self._has_warned_of_host:
            self._warn_of_wrong_host(environ.get("HTTP_HOST", ""), answer.host)
        if answer.gzipped is not None and _accepts_gzip(environ):
            answer = answer.gzipped
        if _is_unmodified(environ, answer):
            start_response("304 Not Modified", answer.headers_304)
            return _NOTHING
        start_response("200 OK", answer.headers_200)
        return answer.body if method == "GET" else _NOTHING

    def _warn_of_wrong_host(self, host: str, known: str | None) -> None:
        """Log once in all processes that a request names another host than the addresses in documents."""
        if known is not None and host and host.casefold() != known.casefold():
            self._has_warned_of_host = True
            try:
                if self.runtime_folder is not None:
                    (self.runtime_folder / "warned-of-host").touch(exist_ok=False)
            except FileExistsError:
                return
            _log.warning("asked as %s, but every address says %s; set url in the schedule", printable(host)[:80], known)


def _find_answer(raw: str, publication: Publication, answers: dict[str, _Answer]) -> _Answer | None:
    """Return the answer for a path, and keep it in `answers`; None if there is no document."""
    path = decode_path(raw)
    document = publication.find(path)
    if document is None:
        return None
    view = publication.find_view(path)
    host = urlsplit(view.address).netloc if view is not None else None
    answers[raw] = _prepare(document, host)
    return answers[raw]


def _prepare(document: Document, host: str | None) -> _Answer:
    """Return the answer with a document, and its gzipped variant if the document is compressible."""
    gzipped = None
    if document.compressed is not None:
        gzipped = _make_answer(document, host, document.compressed, document.compressed_etag, coding="gzip")
    return _make_answer(document, host, document.body, document.etag, gzipped=gzipped)


def _make_answer(
    document: Document, host: str | None, body: bytes, etag: str, *, coding: str = "", gzipped: _Answer | None = None
) -> _Answer:
    """Return the answer with a document in one content coding."""
    headers_304 = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", document.cache_control), ("ETag", etag)]
    if document.compressible:
        headers_304.append(("Vary", "Accept-Encoding"))
    headers_200 = [*headers_304, *document.content_headers, ("Content-Length", str(len(body))), *SECURITY]
    if coding:
        headers_200.append(("Content-Encoding", coding))
    if document.media_type.startswith("text/html"):
        headers_200.append(("Content-Security-Policy", CONTENT_SECURITY))
    return _Answer(etag=etag, headers_200=headers_200, headers_304=headers_304, body=[body], gzipped=gzipped, host=host)


def _accepts_gzip(environ: WSGIEnvironment) -> bool:
    """Return whether the client accepts gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST_CODINGS].casefold()
    return "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0


def _is_unmodified(environ: WSGIEnvironment, answer: _Answer) -> bool:
    """Return whether the client already has the document (RFC 9110 section 13.1.2)."""
    known = environ.get("HTTP_IF_NONE_MATCH", "")[:LONGEST_ETAGS]
    return known == answer.etag or (known != "" and parse_etags(known).contains_weak(answer.etag.strip('"')))
