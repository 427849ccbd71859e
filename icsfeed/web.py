"""HTTP: a thin WSGI layer that answers for documents, over a Flask app that has the rest.

A request for a document costs a look-up; the clock, the folder and the Host header have no say in what is answered.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags

from icsfeed.access_log import AccessLog
from icsfeed.grammar import find_fault_in_public_url
from icsfeed.publication.calendars import CalendarPublication
from icsfeed.publication.document import Document
from icsfeed.publication.source import Addresses, JournalFolder, NoAddressError, Source, read_clock
from icsfeed.zones import render_rfc3339

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

ALLOWED = "GET, HEAD, OPTIONS"
_SECURITY = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
_CONTENT_SECURITY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
_FIXED = ("/", "/healthz")
_HEAD = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
_log = logging.getLogger("icsfeed")


@dataclass(slots=True)
class DocumentLayer:
    """A WSGI application that answers for documents and passes everything else on.

    Attributes:
        source: Has the present publication.
        rest: The application for what is no document.
    """

    source: Source
    rest: WSGIApplication
    _told_hosts: set[str] = field(default_factory=set)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        publication = self.source.publication
        document = publication.find(_path(environ))
        if document is None:
            return self.rest(environ, start_response)
        self._tell_of_host(environ.get("HTTP_HOST", ""), publication.find_calendar(_path(environ)))
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            start_response("204 No Content", [("Allow", ALLOWED), *_cors_preflight()])
            return []
        if method not in {"GET", "HEAD"}:
            return render_error(HTTPStatus.METHOD_NOT_ALLOWED, _path(environ))(environ, start_response)
        return _answer(document, min(document.last_modified, publication.moment), environ, start_response)

    def _tell_of_host(self, host: str, calendar: CalendarPublication | None) -> None:
        """Log once that requests come under another name than every address has."""
        if self._told_hosts or calendar is None:
            return
        known = urlsplit(calendar.address).netloc
        if host and host.casefold() != known.casefold():
            self._told_hosts.add(host)
            shown = "".join(char for char in host if char.isprintable())[:80]
            _log.warning("asked as %s, but every address says %s; set url in the schedule", shown, known)


def _path(environ: WSGIEnvironment) -> str:
    """Return the path of a request, decoded."""
    raw: str = environ.get("PATH_INFO", "")
    return raw.encode("latin-1").decode("utf-8", "replace")


def _cors_preflight() -> list[tuple[str, str]]:
    """Return what a browser wants to know before it asks across origins."""
    return [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", ALLOWED),
        ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since"),
        ("Access-Control-Max-Age", "86400"),
    ]


def _answer(document: Document, changed: datetime, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer GET or HEAD with a document, or with 304 where the client has it (RFC 9110 section 13)."""
    body, etag = document.body, document.etag
    headers = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", document.cache_control)]
    coded = document.compressed
    if coded is not None:
        headers.append(("Vary", "Accept-Encoding"))
        if _accepts_gzip(environ):
            body, etag = coded, document.compressed_etag
    headers += [("ETag", etag), ("Last-Modified", http_date(changed))]
    if _has_it(environ, etag, changed):
        start_response("304 Not Modified", headers)
        return []
    headers += [("Content-Type", document.media_type), ("Content-Length", str(len(body))), *_SECURITY]
    if body is coded:
        headers.append(("Content-Encoding", "gzip"))
    if document.filename is not None:
        headers.append(("Content-Disposition", f'inline; filename="{document.filename}"'))
    if not document.indexed:
        headers.append(("X-Robots-Tag", "noindex"))
    if document.media_type.startswith("text/html"):
        headers.append(("Content-Security-Policy", _CONTENT_SECURITY))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _accepts_gzip(environ: WSGIEnvironment) -> bool:
    """Tell whether the client takes gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0


def _has_it(environ: WSGIEnvironment, etag: str, changed: datetime) -> bool:
    """Tell whether the client has the document; If-None-Match outranks If-Modified-Since."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        return known == etag or parse_etags(known).contains_weak(etag.strip('"'))
    since = _read_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return since is not None and changed <= since


def _read_date(text: str | None) -> datetime | None:
    """Return the moment of a date header, None where there is none or it is malformed."""
    try:
        return parse_date(text)
    except OverflowError:  # a year beyond what a machine can count
        return None


# The rest


def render_error(status: HTTPStatus, path: str) -> Response:
    """Return an error as a small page or, under JSON paths, as a problem (RFC 9457); it says nothing of the server."""
    if path.endswith((".json", "/state")) or "/api/" in path:
        content = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value})
        response = Response(content, status, mimetype="application/problem+json")
    else:
        title = f"{status.value} {status.phrase}"
        page = f"{_HEAD}<title>{escape(title)}</title>\n<h1>{escape(title)}</h1>\n"
        response = Response(page, status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = _CONTENT_SECURITY
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ALLOWED
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.extend(_SECURITY)
    return response


def make_flask(source: Source) -> Flask:
    """Return the Flask app with what is no document: the root, addresses without their slash, health, errors."""
    app = Flask("icsfeed", static_folder=None)

    @app.get("/")
    def root() -> "Response | WerkzeugResponse":
        calendars = source.publication.calendars
        if not calendars:
            return render_error(HTTPStatus.SERVICE_UNAVAILABLE, "/")
        if len(calendars) == 1:
            return _with_headers(redirect(f"{next(iter(calendars))}/", HTTPStatus.FOUND))
        items = "".join(
            f'<li><a href="{key}/">{escape(each.calendar.name.in_language("", each.calendar.default_language))}</a></li>\n'
            for key, each in calendars.items()
        )
        page = f"{_HEAD}<title>Calendars</title>\n<h1>Calendars</h1>\n<ul>\n{items}</ul>\n"
        return _with_headers(Response(page, mimetype="text/html"))

    @app.get("/healthz")
    def healthz() -> Response:
        return _render_health(source)

    @app.get("/<path:path>")
    def without_slash(path: str) -> "Response | WerkzeugResponse":
        if not _has_twin(source, request.path):
            return render_error(HTTPStatus.NOT_FOUND, request.path)
        return _with_headers(redirect(f"{path.rsplit('/', 1)[-1]}/", HTTPStatus.MOVED_PERMANENTLY))

    _add_refusals(app, source)
    return app


def _add_refusals(app: Flask, source: Source) -> None:
    """Let the app answer OPTIONS, and tell errors without a word about the server."""

    @app.before_request
    def answer_options() -> Response | None:
        if request.method != "OPTIONS":
            return None
        if request.path not in _FIXED and not _has_twin(source, request.path):
            return render_error(HTTPStatus.NOT_FOUND, request.path)
        return Response(status=HTTPStatus.NO_CONTENT, headers=[("Allow", ALLOWED), *_cors_preflight()])

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> "Response | WerkzeugResponse":
        status = HTTPStatus(error.code or 500)
        if status is HTTPStatus.METHOD_NOT_ALLOWED and request.path not in _FIXED and not _has_twin(source, request.path):
            status = HTTPStatus.NOT_FOUND
        return render_error(status, request.path)

    @app.errorhandler(Exception)
    def on_error(error: Exception) -> Response:
        _log.error("a request failed", exc_info=error)
        return render_error(HTTPStatus.INTERNAL_SERVER_ERROR, request.path)


def _has_twin(source: Source, path: str) -> bool:
    """Tell whether there is a document at the path with a slash behind it."""
    return "//" not in path and source.publication.find(f"{path}/") is not None


def _with_headers(response: "Response | WerkzeugResponse") -> "Response | WerkzeugResponse":
    """Return a response with what every answer says."""
    response.headers.extend([*_SECURITY, ("Access-Control-Allow-Origin", "*"), ("Content-Security-Policy", _CONTENT_SECURITY)])
    return response


def _render_health(source: Source) -> Response:
    """Return what an operator's monitor asks: 503 when nothing was ever published."""
    calendars = source.publication.calendars
    read_at = source.journals.read_at
    content = {
        "status": "ok" if calendars and not source.journals.faults else "degraded" if calendars else "nothing published",
        "calendars": {
            key: {"windows": len(each.published.windows), "newest_revision": render_rfc3339(each.published.newest)}
            for key, each in calendars.items()
        },
        "unreadable": sorted(source.journals.faults),
        "journals_read": render_rfc3339(read_at) if read_at else None,
        "preview": render_rfc3339(source.publication.moment) if source.preview else None,
    }
    status = HTTPStatus.OK if calendars else HTTPStatus.SERVICE_UNAVAILABLE
    response = Response(json.dumps(content, indent=1) + "\n", status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(_SECURITY)
    return response


# Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a web application needs to know.

    Attributes:
        folder: With the journals.
        addresses: What the addresses begin with.
        preview: The moment that is shown instead of the present.
        quiet: Whether another process writes the log about the folder.
        access_log: `plain` or `json` for a line a request, None for none.
    """

    folder: Path
    addresses: Addresses
    preview: datetime | None = None
    quiet: bool = False
    access_log: str | None = None


def make_app(settings: Settings) -> Flask:
    """Return the web application; it reads the folder and goes on watching it."""
    preview = settings.preview
    clock = read_clock if preview is None else lambda: preview.astimezone(UTC)
    journals = JournalFolder(settings.folder, quiet=settings.quiet)
    source = Source(journals, settings.addresses, clock=clock, preview=preview is not None)
    app = make_flask(source)
    layer: WSGIApplication = DocumentLayer(source, app.wsgi_app)
    if settings.access_log is not None:
        layer = AccessLog(layer, as_json=settings.access_log == "json")
    app.wsgi_app = layer  # type: ignore[assignment, method-assign]  # as Flask's documentation has it
    source.watch()
    return app


def create_app() -> Flask:
    """Return the web application for any WSGI server, by `ICSFEED_SCHEDULE` and `ICSFEED_PUBLIC_URL`; it only ever reads.

    Raises:
        SystemExit: With a sentence, where the folder or an address is missing.
    """
    folder = Path(os.environ.get("ICSFEED_SCHEDULE") or "schedule")
    public_url = os.environ.get("ICSFEED_PUBLIC_URL") or None
    if not folder.is_dir():
        raise SystemExit(f"icsfeed: no folder {folder} in {Path.cwd()}; use ICSFEED_SCHEDULE")
    fault = find_fault_in_public_url(public_url) if public_url else None
    if fault is not None:
        raise SystemExit(f"icsfeed: ICSFEED_PUBLIC_URL {public_url}: {fault}")
    addresses = Addresses(public_url=public_url)
    journals = JournalFolder(folder, quiet=True)
    journals.refresh()
    try:
        for published in journals.calendars:
            addresses.of(published.calendar)
    except NoAddressError as error:
        raise SystemExit(f"icsfeed: {error}") from error
    return make_app(Settings(folder=folder, addresses=addresses))
