"""A thin WSGI layer that answers for documents.

A request for a document costs a look-up: bodies, headers and entity tags are made ready once a publication.
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
    """A document in one content coding, as it is sent.

    Attributes:
        full: Headers of 200.
        short: Headers of 304.
        coded: The same document with gzip, for clients that take it.
        host: Where its addresses say that it is; None for what belongs to no calendar.
    """

    etag: str
    full: Headers
    short: Headers
    body: list[bytes]
    coded: "_Answer | None"
    host: str | None


@dataclass(slots=True)
class DocumentLayer:
    """A WSGI application that answers GET and HEAD for documents and passes everything else on.

    Attributes:
        source: Has the present publication.
        rest: The application for everything else.
    """

    source: Source
    rest: WSGIApplication
    _ready: tuple[Publication | None, dict[str, _Answer]] = field(default_factory=lambda: (None, {}))
    _has_told_host: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        publication, ready = self.source.publication, self._ready
        if ready[0] is not publication:
            ready = self._ready = (publication, {})
        answer = ready[1].get(environ["PATH_INFO"]) or _make_ready(environ["PATH_INFO"], publication, ready[1])
        method = environ["REQUEST_METHOD"]
        if answer is None or method not in {"GET", "HEAD"}:
            return self.rest(environ, start_response)
        if environ.get("HTTP_HOST") != answer.host and not self._has_told_host:
            self._tell_of_host(environ.get("HTTP_HOST", ""), answer.host)
        if answer.coded is not None and _accepts_gzip(environ):
            answer = answer.coded
        if _has_it(environ, answer):
            start_response("304 Not Modified", answer.short)
            return _NOTHING
        start_response("200 OK", answer.full)
        return answer.body if method == "GET" else _NOTHING

    def _tell_of_host(self, host: str, known: str | None) -> None:
        """Log once that requests come under another name than every address has."""
        if known is not None and host and host.casefold() != known.casefold():
            self._has_told_host = True
            shown = "".join(char for char in host if char.isprintable())[:80]
            _log.warning("asked as %s, but every address says %s; set url in the schedule", shown, known)


def _decode(raw: str) -> str:
    """Return a path of PEP 3333, which has each byte as a character, as it was meant."""
    return raw.encode("latin-1").decode("utf-8", "replace")


def _make_ready(raw: str, publication: Publication, ready: dict[str, _Answer]) -> _Answer | None:
    """Return how a path is answered and remember it; None where there is no document."""
    path = _decode(raw)
    document = publication.find(path)
    if document is None:
        return None
    calendar = publication.find_calendar(path)
    host = urlsplit(calendar.address).netloc if calendar is not None else None
    ready[raw] = _prepare(document, host)
    return ready[raw]


def _prepare(document: Document, host: str | None, *, is_coded: bool = False) -> _Answer:
    """Return everything that is sent with a document, as it is or with gzip."""
    body, etag = document.body, document.etag
    if is_coded:
        body, etag = document.compressed or b"", document.compressed_etag
    coded = _prepare(document, host, is_coded=True) if not is_coded and document.compressed is not None else None
    short = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", document.cache_control), ("ETag", etag)]
    if document.compressible:
        short.append(("Vary", "Accept-Encoding"))
    full = [*short, *document.content_headers, ("Content-Length", str(len(body))), *SECURITY]
    if is_coded:
        full.append(("Content-Encoding", "gzip"))
    if document.media_type.startswith("text/html"):
        full.append(("Content-Security-Policy", CONTENT_SECURITY))
    return _Answer(etag=etag, full=full, short=short, body=[body], coded=coded, host=host)


def _accepts_gzip(environ: WSGIEnvironment) -> bool:
    """Tell whether the client takes gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0


def _has_it(environ: WSGIEnvironment, answer: _Answer) -> bool:
    """Tell whether the client has the document already (RFC 9110 section 13.1.2)."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    return known is not None and (known == answer.etag or parse_etags(known).contains_weak(answer.etag.strip('"')))
