"""Servers of this process that browsers visit: icsfeed at any moment, and the page of somebody else."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client, TestResponse

from icsfeed.journal import SUFFIX, render_line
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from icsfeed.web.app import make_routes
from icsfeed.web.document_layer import DocumentLayer
from tests.support import REAL

PUBLIC_HOST = "maintenance.example.com"
"""A name that looks public; the browser of these tests finds it on this machine."""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Write nothing: the browser tells of every answer that should not be."""


class Server:
    """A server on a port of its own; what it serves can be changed at any time.

    Attributes:
        sources: What was made to be served, so that tests of the same calendars at the same moment share it.
    """

    def __init__(self) -> None:
        self.app: WSGIApplication = _serve_nothing
        self.sources: dict[tuple[object, ...], Source] = {}
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)

    @property
    def port(self) -> int:
        return self._server.server_port

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


def _serve_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
    return []


@dataclass
class Site:
    """icsfeed in a browser's reach.

    Attributes:
        server: Serves it.
        folder: For the journals of invented calendars.
        origin: What every address begins with; its host is what the last `show` named.
    """

    server: Server
    folder: Path
    origin: str = ""
    source: Source | None = None

    def show(self, moment: datetime, *calendars: PublishedCalendar, host: str = "127.0.0.1") -> Publication:
        """Serve calendars, or the shipped one, as they are at a moment, and return what is published.

        Parameters:
            moment: The present, from now on.
            calendars: What is published.
            host: What people call the server: its address, or `PUBLIC_HOST`.
        """
        self.origin = f"http://{host}:{self.server.port}"
        texts = {each.calendar.key: "".join(f"{render_line(line)}\n" for line in each.lines) for each in calendars}
        wanted = (moment, self.origin, *texts.items())
        if wanted not in self.server.sources:
            self.server.sources[wanted] = self._make_source(moment, texts)
        self.source = self.server.sources[wanted]
        self.server.app = DocumentLayer(self.source, make_routes(self.source).wsgi_app)
        return self.source.publication

    def _make_source(self, moment: datetime, texts: Mapping[str, str]) -> Source:
        for old in self.folder.iterdir():
            old.unlink()
        for key, text in texts.items():
            (self.folder / f"{key}{SUFFIX}").write_text(text, encoding="utf-8")
        journals = JournalFolder(self.folder if texts else REAL, clock=lambda: moment)
        return Source(journals, Addresses(public_url=self.origin), clock=lambda: moment)

    def get(self, address: str) -> TestResponse:
        """Return what is answered for a path, or an address of the site, to whoever is no browser."""
        return Client(self.server.app).get(address.removeprefix(self.origin), base_url=self.origin)

    def pages(self) -> list[str]:
        """Return the paths of all pages that are documents, in order."""
        assert self.source is not None
        publication = self.source.publication
        documents = {path: publication.find(path) for path in publication.documents}
        return [path for path, each in documents.items() if each is not None and each.media_type.startswith("text/html")]


@dataclass
class Elsewhere:
    """The web site of somebody else, on another origin."""

    server: Server

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def show(self, files: Mapping[str, str | bytes]) -> None:
        """Serve files by path; `/` is a page, what ends with `.js` a script."""

        def serve(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            path = environ["PATH_INFO"]
            found = files.get(path)
            status = HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            start_response(f"{status.value} {status.phrase}", [("Content-Type", f"{kind}; charset=utf-8")])
            return [found.encode() if isinstance(found, str) else found or b""]

        self.server.app = serve
