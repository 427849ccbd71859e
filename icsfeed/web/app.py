"""HTTP: the layer that answers for documents, over a Flask app that has the rest.

The clock, the folder and the Host header have no say in what is answered.
"""

import json
import logging
import os
from datetime import UTC
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.types import WSGIApplication

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException

from icsfeed.names import find_fault_in_public_url
from icsfeed.publication.document import LONG_LIVED, SHORT_LIVED
from icsfeed.publication.journals import Addresses, JournalFolder, NoAddressError, read_clock
from icsfeed.publication.source import Source
from icsfeed.web.document_layer import DocumentLayer
from icsfeed.web.errors import CONTENT_SECURITY, SECURITY, render_error, render_options
from icsfeed.web.logs import AccessLog
from icsfeed.web.metrics import measure, render_figures
from icsfeed.web.settings import Settings
from icsfeed.web.state_and_plan import answer_plan, answer_state, is_answered
from icsfeed.zones import render_rfc3339

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

_HEADERS = [*SECURITY, ("Access-Control-Allow-Origin", "*"), ("Content-Security-Policy", CONTENT_SECURITY)]
_log = logging.getLogger("icsfeed")


def make_flask(source: Source, *, counted_in: Path | None = None) -> Flask:
    """Return the Flask app with what is no document: the root, addresses without their slash, questions, health, errors.

    Parameters:
        source: Has the present publication, and the clock.
        counted_in: The folder in which workers count for `/metrics`, if they do.
    """
    app = Flask("icsfeed", static_folder=None)
    app.url_map.merge_slashes = False  # an address with two of them is another one, and unknown

    @app.get("/")
    def root() -> "Response | WerkzeugResponse":
        calendars = source.publication.calendars
        if not calendars:
            return render_error(HTTPStatus.SERVICE_UNAVAILABLE, "/")
        return _kept(redirect(f"{next(iter(calendars))}/", HTTPStatus.FOUND), SHORT_LIVED)  # several are listed by a document

    @app.get("/healthz")
    def healthz() -> "Response | WerkzeugResponse":
        return _render_health(source)

    if counted_in is not None:

        @app.get("/metrics")
        def metrics() -> "Response | WerkzeugResponse":
            body, media_type = render_figures(counted_in)
            return _kept(Response(body, content_type=media_type), "no-store")

    @app.get("/<calendar>/state")
    def state(calendar: str) -> "Response | WerkzeugResponse":
        return answer_state(source, calendar, request.args)

    @app.get("/<calendar>/plan")
    @app.get("/<calendar>/<language>/plan")
    def plan(calendar: str, language: str | None = None) -> "Response | WerkzeugResponse":
        return answer_plan(source, calendar, language, request.args)

    @app.get("/<path:path>")
    def without_slash(path: str) -> "Response | WerkzeugResponse":
        if not _has_twin(source, request.path):
            return _render_missing(source, request.path)
        return _kept(redirect(f"{path.rsplit('/', 1)[-1]}/", HTTPStatus.MOVED_PERMANENTLY), LONG_LIVED)

    _add_refusals(app, source)
    return app


def _add_refusals(app: Flask, source: Source) -> None:
    """Let the app answer OPTIONS, and tell errors without a word about the server."""
    fixed = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}

    def is_here(path: str) -> bool:
        known = source.publication.find(path) is not None or _has_twin(source, path)
        return path in fixed or known or is_answered(source.publication, path)

    @app.before_request
    def answer_options() -> Response | None:
        if request.method != "OPTIONS":
            return None
        return render_options() if is_here(request.path) else _render_missing(source, request.path)

    @app.after_request
    def say_of_every_answer(response: Response) -> Response:
        response.headers.extend(_HEADERS)
        return response

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> "Response | WerkzeugResponse":
        status = HTTPStatus(error.code or 500)
        if status is HTTPStatus.METHOD_NOT_ALLOWED and not is_here(request.path):
            status = HTTPStatus.NOT_FOUND
        return _render_missing(source, request.path) if status is HTTPStatus.NOT_FOUND else render_error(status, request.path)

    @app.errorhandler(Exception)
    def on_error(error: Exception) -> Response:
        _log.error("a request failed", exc_info=error)
        return render_error(HTTPStatus.INTERNAL_SERVER_ERROR, request.path)


def _render_missing(source: Source, path: str) -> Response:
    """Return 404 for a path that leads nowhere, 503 if it may lead to a calendar whose journal cannot be read."""
    found = source.publication.find_calendar(path)
    if found is not None:
        return render_error(HTTPStatus.NOT_FOUND, path, found.calendar)
    is_lost = path[1:].split("/", 1)[0].split(".", 1)[0] in source.journals.faults
    return render_error(HTTPStatus.SERVICE_UNAVAILABLE if is_lost else HTTPStatus.NOT_FOUND, path)


def _has_twin(source: Source, path: str) -> bool:
    """Tell whether there is a document at the path with a slash behind it."""
    return "//" not in path and source.publication.find(f"{path}/") is not None


def _kept(response: "Response | WerkzeugResponse", how_long: str) -> "Response | WerkzeugResponse":
    """Return a response that says how long it may be kept."""
    response.headers["Cache-Control"] = how_long
    return response


def _render_health(source: Source) -> "Response | WerkzeugResponse":
    """Return what an operator's monitor asks: 503 when nothing was ever published."""
    calendars, faults = source.publication.calendars, source.journals.faults
    read_at = source.journals.read_at
    content = {
        "status": ("degraded" if faults else "ok") if calendars else "unreadable" if faults else "nothing published",
        "calendars": {
            key: {"windows": len(each.published.windows), "newest_revision": render_rfc3339(each.published.newest)}
            for key, each in calendars.items()
        },
        "unreadable": sorted(faults),
        "journals_read": render_rfc3339(read_at) if read_at else None,
        "preview": render_rfc3339(source.publication.moment) if source.preview else None,
    }
    status = HTTPStatus.OK if calendars else HTTPStatus.SERVICE_UNAVAILABLE
    return _kept(Response(json.dumps(content, indent=1) + "\n", status, mimetype="application/json"), "no-store")


def make_app(settings: Settings) -> Flask:
    """Return the web application; it reads the folder and goes on watching it."""
    preview = settings.preview
    clock = read_clock if preview is None else lambda: preview.astimezone(UTC)
    journals = JournalFolder(settings.folder, quiet=settings.quiet, fallback=settings.fallback)
    source = Source(journals, settings.addresses, clock=clock, preview=preview is not None)
    app = make_flask(source, counted_in=settings.counted_in)
    layer: WSGIApplication = DocumentLayer(source, app.wsgi_app)
    if settings.counted_in is not None:
        layer = measure(layer, source, settings.counted_in)
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
