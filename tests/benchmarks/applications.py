"""What icsfeed is compared with: WSGI applications, each made in a worker from a folder that says what to answer.

Every function imports what it needs and no more, because the start of some of them is measured too.
"""

import gc
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

if TYPE_CHECKING:
    from flask import Flask, Response

Headers = list[tuple[str, str]]

BODY, ANSWER = "body", "answer.json"
"""Names of files in the folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered, to be answered again by others.

    Attributes:
        full: Headers of 200.
        short: Headers of 304.
    """

    path: str
    etag: str
    full: Headers
    short: Headers
    body: bytes

    def write(self, folder: Path) -> None:
        """Write it into a folder."""
        (folder / BODY).write_bytes(self.body)
        facts = {"path": self.path, "etag": self.etag, "full": self.full, "short": self.short}
        (folder / ANSWER).write_text(json.dumps(facts), encoding="utf-8")


def _read(folder: str) -> Answer:
    """Return the answer that a folder holds."""
    facts = json.loads(Path(folder, ANSWER).read_text(encoding="utf-8"))
    full, short = ([(name, value) for name, value in facts[each]] for each in ("full", "short"))
    return Answer(path=facts["path"], etag=facts["etag"], full=full, short=short, body=Path(folder, BODY).read_bytes())


def bare(folder: str) -> WSGIApplication:
    """Return the least that can be done in WSGI: the same bytes and headers at every path."""
    answer = _read(folder)
    etag, full, short, body, nothing = answer.etag, answer.full, answer.short, [answer.body], list[bytes]()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            start_response("304 Not Modified", short)
            return nothing
        start_response("200 OK", full)
        return body

    return application


def flask_view(folder: str) -> "Flask":
    """Return a plain Flask view of bytes that are ready, with Werkzeug's `make_conditional`."""
    from flask import Flask, Response, request

    answer, app = _read(folder), Flask("view", static_folder=None)

    @app.get(answer.path)
    def feed() -> Response:
        response = Response(answer.body, headers=answer.full)
        response.make_conditional(request)
        return response

    return app


def flask_bare(folder: str) -> "Flask":
    """Return the least Flask app that answers with the same bytes."""
    from flask import Flask, Response

    answer, app = _read(folder), Flask("bare", static_folder=None)

    @app.get(answer.path)
    def feed() -> Response:
        return Response(answer.body, mimetype="text/calendar")

    return app


def flask_icalendar(folder: str) -> "Flask":
    """Return a Flask view that renders the same events with icalendar on every request."""
    from flask import Flask, Response

    answer, app = _read(folder), Flask("rendering", static_folder=None)
    render = _renderer(answer.body)
    if render().count(b"\nBEGIN:VEVENT") != answer.body.count(b"\nBEGIN:VEVENT"):
        raise ValueError("not the same events are rendered")

    @app.get(answer.path)
    def feed() -> "Response":
        return Response(render(), mimetype="text/calendar")

    return app


def _renderer(body: bytes) -> Callable[[], bytes]:
    """Return what builds a calendar from plain values and renders it, as applications do."""
    from icalendar import Calendar, Event

    read = Calendar.from_ical(body)
    heads = [(name, _plain(value)) for name, value in read.property_items(recursive=False) if name not in {"BEGIN", "END"}]
    rows = [
        [(name, _plain(value)) for name, value in event.property_items(recursive=False) if name not in {"BEGIN", "END"}]
        for event in read.walk("VEVENT")
    ]

    def render() -> bytes:
        calendar = Calendar()
        for name, value in heads:
            calendar.add(name, value)
        for row in rows:
            event = Event()
            for name, value in row:
                event.add(name, value)
            calendar.add_component(event)
        made: bytes = calendar.to_ical()
        return made

    return render


def _plain(value: Any) -> Any:
    """Return a property's value as an application would have it: moments, texts."""
    return value.dt if hasattr(value, "dt") else value.to_ical().decode() if hasattr(value, "cats") else str(value)


def collecting(folder: str) -> WSGIApplication:
    """Return icsfeed's own application, which can be asked how much memory it is left with once it has answered much.

    `/often` asks it for every document that is kept ready, `/every` for every one that there is; the answer is JSON.
    """
    from icsfeed.publication.paths import Addresses
    from icsfeed.web.app import make_app
    from icsfeed.web.document_layer import DocumentLayer
    from icsfeed.web.settings import Settings
    from tests.benchmarks.machine import private_bytes

    app = make_app(Settings(folder=Path(folder), addresses=Addresses(fallback="http://127.0.0.1"), quiet=True))
    layer = app.wsgi_app
    if not isinstance(layer, DocumentLayer):
        raise TypeError("the layer of documents is not outermost")

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        publication, wanted = layer.source.publication, environ["PATH_INFO"]
        if wanted not in {"/often", "/every"}:
            return app.wsgi_app(environ, start_response)
        often = (path for path, each in publication.documents.items() if each.prerendered)
        for path in publication.documents if wanted == "/every" else often:
            for coding in ("", "gzip"):
                asked = {**environ, "PATH_INFO": path, "HTTP_ACCEPT_ENCODING": coding}
                app.wsgi_app(asked, lambda *_: lambda _: None)
        gc.collect()
        made = {id(each): each for each in publication.documents.values() if each.prerendered or wanted == "/every"}
        published = sum(len(each.body) + len(each.compressed or b"") for each in made.values())
        facts = {"private": private_bytes(), "published": published}
        body = json.dumps(facts).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application
