"""Answers requests for documents: 200, or 304 for a client that has the document already.

Headers and bodies are prepared at the first request after each publication; later requests cost a look-up.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_accept_header, parse_etags

from icsfeed.publication.document import Document
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.web.errors import CONTENT_SECURITY, SECURITY

_log = logging.getLogger("icsfeed")
_NOTHING: list[bytes] = []

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """A prepared answer with a document.

    Attributes:
        full: Headers of 200.
        short: Headers of 304.
        gzipped: The same document with gzip, for clients that accept it.
        host: The host of the calendar's public URL; None for documents of no calendar.
    """

    etag: str
    full: Headers
    short: Headers
    body: list[bytes]
    gzipped: "_Answer | None"
    host: str | None


@dataclass(slots=True)
class DocumentLayer:
    """A WSGI application that answers GET and HEAD for documents and passes everything else on.

    Attributes:
        source: The present publication.
        rest: The application for all other requests.
    """

    source: Source
    rest: WSGIApplication
    _prepared: tuple[Publication | None, dict[str, _Answer]] = field(default_factory=lambda: (None, {}))
    _has_warned_of_host: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        publication, prepared = self.source.publication, self._prepared
        if prepared[0] is not publication:
            prepared = self._prepared = (publication, {})
        answer = prepared[1].get(environ["PATH_INFO"]) or _find_answer(environ["PATH_INFO"], publication, prepared[1])
        method = environ["REQUEST_METHOD"]
        if answer is None or method not in {"GET", "HEAD"}:
            return self.rest(environ, start_response)
        if environ.get("HTTP_HOST") != answer.host and not self._has_warned_of_host:
            self._warn_of_host(environ.get("HTTP_HOST", ""), answer.host)
        if answer.gzipped is not None and _accepts_gzip(environ):
            answer = answer.gzipped
        if _is_unmodified(environ, answer):
            start_response("304 Not Modified", answer.short)
            return _NOTHING
        start_response("200 OK", answer.full)
        return answer.body if method == "GET" else _NOTHING

    def _warn_of_host(self, host: str, known: str | None) -> None:
        """Log once that requests name another host than the addresses in documents."""
        if known is not None and host and host.casefold() != known.casefold():
            self._has_warned_of_host = True
            shown = "".join(char for char in host if char.isprintable())[:80]
            _log.warning("asked as %s, but every address says %s; set url in the schedule", shown, known)


def _decode(raw: str) -> str:
    """Return a path of PEP 3333, where each character stands for a byte, as text."""
    return raw.encode("latin-1").decode("utf-8", "replace")


def _find_answer(raw: str, publication: Publication, prepared: dict[str, _Answer]) -> _Answer | None:
    """Return the answer for a path, and keep it in `prepared`; None if there is no document."""
    path = _decode(raw)
    document = publication.find(path)
    if document is None:
        return None
    calendar = publication.find_view(path)
    host = urlsplit(calendar.address).netloc if calendar is not None else None
    prepared[raw] = _prepare(document, host)
    return prepared[raw]


def _prepare(document: Document, host: str | None, *, with_gzip: bool = False) -> _Answer:
    """Return the answer with a document, plain or gzipped."""
    body, etag = document.body, document.etag
    if with_gzip:
        body, etag = document.compressed or b"", document.compressed_etag
    gzipped = _prepare(document, host, with_gzip=True) if not with_gzip and document.compressed is not None else None
    short = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", document.cache_control), ("ETag", etag)]
    if document.compressible:
        short.append(("Vary", "Accept-Encoding"))
    full = [*short, *document.content_headers, ("Content-Length", str(len(body))), *SECURITY]
    if with_gzip:
        full.append(("Content-Encoding", "gzip"))
    if document.media_type.startswith("text/html"):
        full.append(("Content-Security-Policy", CONTENT_SECURITY))
    return _Answer(etag=etag, full=full, short=short, body=[body], gzipped=gzipped, host=host)


def _accepts_gzip(environ: WSGIEnvironment) -> bool:
    """Return whether the client accepts gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0


def _is_unmodified(environ: WSGIEnvironment, answer: _Answer) -> bool:
    """Return whether the client already has the document (RFC 9110 section 13.1.2)."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    return known is not None and (known == answer.etag or parse_etags(known).contains_weak(answer.etag.strip('"')))
