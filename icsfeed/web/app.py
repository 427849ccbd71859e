"""The web application: Flask routes below the document layer, put together by `make_app`.

Every answer depends on the source and the request alone, never on the Host header.
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
from icsfeed.publication.journals import JournalFolder, read_clock
from icsfeed.publication.paths import LOCAL_ADDRESS, Addresses
from icsfeed.publication.source import Source
from icsfeed.web.document_layer import DocumentLayer
from icsfeed.web.errors import CONTENT_SECURITY, SECURITY, render_error, render_options
from icsfeed.web.logs import AccessLog
from icsfeed.web.metrics import count_requests, render_metrics
from icsfeed.web.settings import Settings
from icsfeed.web.state_and_plan import answer_plan, answer_state, is_answered
from icsfeed.zones import render_rfc3339

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

_HEADERS = [*SECURITY, ("Access-Control-Allow-Origin", "*"), ("Content-Security-Policy", CONTENT_SECURITY)]
_log = logging.getLogger("icsfeed")


def make_routes(source: Source, *, metrics_folder: Path | None = None) -> Flask:
    """Return the Flask app of everything but documents: the root, missing slashes, `state`, `plan`, health, errors.

    Parameters:
        source: The present publication and the clock.
        metrics_folder: Where workers count for `/metrics`; None for no metrics.
    """
    app = Flask("icsfeed", static_folder=None)
    app.url_map.merge_slashes = False  # a path with two slashes in a row is unknown

    @app.get("/")
    def root() -> "Response | WerkzeugResponse":  # with several calendars `/` is a document
        views = source.publication.views
        if not views:
            return render_error(HTTPStatus.SERVICE_UNAVAILABLE, "/")
        return _with_cache_control(redirect(f"{next(iter(views))}/", HTTPStatus.FOUND), SHORT_LIVED)

    @app.get("/healthz")
    def healthz() -> "Response | WerkzeugResponse":
        return _render_health(source)

    if metrics_folder is not None:

        @app.get("/metrics")
        def metrics() -> "Response | WerkzeugResponse":
            body, media_type = render_metrics(metrics_folder)
            return _with_cache_control(Response(body, content_type=media_type), "no-store")

    @app.get("/<calendar>/state")
    def state(calendar: str) -> "Response | WerkzeugResponse":
        return answer_state(source, calendar, request.args)

    @app.get("/<calendar>/plan")
    @app.get("/<calendar>/<language>/plan")
    def plan(calendar: str, language: str | None = None) -> "Response | WerkzeugResponse":
        return answer_plan(source, calendar, language, request.args)

    @app.get("/<path:path>")
    def without_slash(path: str) -> "Response | WerkzeugResponse":
        if not _exists_with_slash(source, request.path):
            return _render_missing(source, request.path)
        up = "../" * path.count("/")  # also right where the client sent an encoded slash, which looks like any other here
        return _with_cache_control(redirect(f"{up}{path}/", HTTPStatus.MOVED_PERMANENTLY), LONG_LIVED)

    _add_handlers(app, source)
    return app


def _add_handlers(app: Flask, source: Source) -> None:
    """Answer OPTIONS, and render errors without details of the server."""
    fixed = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}

    def exists(path: str) -> bool:
        known = source.publication.find(path) is not None or _exists_with_slash(source, path)
        return path in fixed or known or is_answered(source.publication, path)

    @app.before_request
    def answer_options() -> Response | None:
        if request.method != "OPTIONS":
            return None
        return render_options() if exists(request.path) else _render_missing(source, request.path)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend(_HEADERS)
        return response

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> "Response | WerkzeugResponse":
        status = HTTPStatus(error.code or 500)
        if status is HTTPStatus.METHOD_NOT_ALLOWED and not exists(request.path):
            status = HTTPStatus.NOT_FOUND
        return _render_missing(source, request.path) if status is HTTPStatus.NOT_FOUND else render_error(status, request.path)

    @app.errorhandler(Exception)
    def on_error(error: Exception) -> Response:
        _log.error("a request failed", exc_info=error)
        return render_error(HTTPStatus.INTERNAL_SERVER_ERROR, request.path)


def _render_missing(source: Source, path: str) -> Response:
    """Return 404 for an unknown path, in the frame of its calendar or the only one; 503 if its journal cannot be read."""
    view = source.publication.find_view(path)
    if view is None and path[1:].split("/", 1)[0].split(".", 1)[0] in source.journals.faults:
        return render_error(HTTPStatus.SERVICE_UNAVAILABLE, path)
    only = next(iter(source.publication.views.values())) if len(source.publication.views) == 1 else None
    return render_error(HTTPStatus.NOT_FOUND, path, view or only)


def _exists_with_slash(source: Source, path: str) -> bool:
    """Return whether there is a document at the path with a slash appended."""
    return "//" not in path and source.publication.find(f"{path}/") is not None


def _with_cache_control(response: "Response | WerkzeugResponse", cache_control: str) -> "Response | WerkzeugResponse":
    """Set how long a response may be cached, and return it."""
    response.headers["Cache-Control"] = cache_control
    return response


def _render_health(source: Source) -> "Response | WerkzeugResponse":
    """Return the health of the service as JSON; 503 while nothing is published."""
    views, reasons, read_at = source.publication.views, source.reasons, source.journals.read_at
    content = {
        "status": "degraded" if reasons else "ok" if views else "nothing published",
        "reasons": reasons,
        "calendars": {
            key: {"windows": len(each.published.windows), "newest_revision": render_rfc3339(each.published.newest)}
            for key, each in views.items()
        },
        "journals_read": render_rfc3339(read_at) if read_at else None,
        "preview": render_rfc3339(source.publication.moment) if source.is_preview else None,
    }
    status = HTTPStatus.OK if views else HTTPStatus.SERVICE_UNAVAILABLE
    return _with_cache_control(Response(json.dumps(content, indent=1) + "\n", status, mimetype="application/json"), "no-store")


def make_app(settings: Settings) -> Flask:
    """Return the web application; a thread keeps its publication up to date."""
    preview_at = settings.preview_at
    clock = read_clock if preview_at is None else lambda: preview_at.astimezone(UTC)
    journals = JournalFolder(settings.folder, quiet=settings.quiet, copies=settings.runtime_folder)
    source = Source(journals, settings.addresses, clock=clock, is_preview=preview_at is not None)
    app = make_routes(source, metrics_folder=settings.metrics_folder)
    layer: WSGIApplication = DocumentLayer(source, app.wsgi_app, runtime_folder=settings.runtime_folder)
    if settings.metrics_folder is not None:
        layer = count_requests(layer, source, settings.metrics_folder)
    if settings.access_log is not None:
        layer = AccessLog(layer, as_json=settings.access_log == "json")
    app.wsgi_app = layer  # type: ignore[assignment, method-assign]  # as Flask's documentation has it
    source.watch()
    return app


def create_app() -> Flask:
    """Return the web application for any WSGI server, by `ICSFEED_SCHEDULE` and `ICSFEED_PUBLIC_URL`; it publishes nothing.

    Raises:
        SystemExit: The folder is missing or an address is wrong.
    """
    folder = Path(os.environ.get("ICSFEED_SCHEDULE") or "schedule")
    public_url = os.environ.get("ICSFEED_PUBLIC_URL") or None
    if not folder.is_dir():
        raise SystemExit(f"icsfeed: no folder {folder} in {Path.cwd()}; use ICSFEED_SCHEDULE")
    fault = find_fault_in_public_url(public_url) if public_url else None
    if fault is not None:
        raise SystemExit(f"icsfeed: ICSFEED_PUBLIC_URL {public_url}: {fault}")
    addresses = Addresses(public_url=public_url, fallback=LOCAL_ADDRESS)
    journals = JournalFolder(folder, quiet=True)
    journals.refresh()
    without = [each.calendar.key for each in journals.calendars if not (public_url or each.calendar.url)]
    if without:
        cure = "set url in the schedule, or ICSFEED_PUBLIC_URL"
        _log.warning("%s: no public address, so every address begins with %s; %s", ", ".join(without), LOCAL_ADDRESS, cure)
    return make_app(Settings(folder=folder, addresses=addresses))
