"""Error pages and problem documents (RFC 9457), and the security headers of every answer."""

import json
from http import HTTPStatus

from flask import Response

from icsfeed.publication.documents.pages.plain import render_not_found, render_notice
from icsfeed.publication.view import View

ALLOWED = "GET, HEAD, OPTIONS"
SECURITY = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
CONTENT_SECURITY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"

DEEPEST = 8
"""The most slashes in a path whose error page is styled: its relative links grow with each, and no document is deeper."""


def render_options() -> Response:
    """Return the answer to OPTIONS, including preflight requests of browsers."""
    headers = {
        "Allow": ALLOWED,
        "Access-Control-Allow-Methods": ALLOWED,
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=HTTPStatus.NO_CONTENT, headers=headers)


def render_error(status: HTTPStatus, path: str, view: View | None = None) -> Response:
    """Return an error as a small page or, under JSON paths, as a problem document (RFC 9457).

    Parameters:
        status: The error.
        path: The requested path.
        view: The calendar whose page a 404 links to, in the language of the path.
    """
    if path.endswith((".json", "/state", "/healthz")) or "/api/" in path:
        content = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value})
        response = Response(content, status, mimetype="application/problem+json")
    else:
        near = path if path.count("/") <= DEEPEST else "/"
        is_missing = status is HTTPStatus.NOT_FOUND and near == path
        if view is not None and is_missing:
            within = path.split("/")[2:]
            language = next((each for each in within[:1] if each in view.words), view.calendar.default_language)
            body = render_not_found(view, language, path=near)
        else:
            body = render_notice(f"{status.value} {status.phrase}", path=near, has_link=is_missing)
        response = Response(body, status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ALLOWED
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "10"
    return response
