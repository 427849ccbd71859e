"""Figures for the operator in Prometheus' text form, right across workers.

Each worker counts into files of its own in a folder that all share; whichever is asked adds them up.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from icsfeed.web.programs import kind_of, program_of

if TYPE_CHECKING:
    from prometheus_client import Counter

    from icsfeed.publication.publication import Publication
    from icsfeed.publication.source import Source

PATH = "/metrics"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(slots=True)
class Metered:
    """A WSGI application that counts the requests of another one, and answers `/metrics`.

    Attributes:
        inner: Whose requests are counted.
        folder: Where the workers count.
    """

    inner: WSGIApplication
    folder: Path
    _requests: "Counter"
    _known: dict[tuple[str, str, str], Callable[[], None]] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ["PATH_INFO"]
        if path == PATH and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return self._tell(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            kind = kind_of(path) if status[0] != "4" else "other"
            self._count(kind, status[:3], program_of(environ.get("HTTP_USER_AGENT", "")))
            return start_response(status, headers, *rest)

        return self.inner(environ, start)

    def _count(self, kind: str, status: str, program: str) -> None:
        """Count a request."""
        count = self._known.get((kind, status, program))
        if count is None:
            count = self._known[kind, status, program] = self._requests.labels(kind, status, program).inc
        count()

    def _tell(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the figures of all workers."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415  # see `measure`
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415  # see `measure`

        self._forget_the_dead()
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self.folder))  # type: ignore[no-untyped-call]  # published without
        body = generate_latest(registry)
        headers = [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _forget_the_dead(self) -> None:
        """Take out what workers that are gone said of their publication; what they counted stays."""
        for path in self.folder.glob("gauge_live*_*.db"):
            try:
                os.kill(int(path.stem.rpartition("_")[2]), 0)
            except ProcessLookupError:
                path.unlink(missing_ok=True)
            except (ValueError, PermissionError):
                continue


def measure(inner: WSGIApplication, source: "Source", folder: Path) -> Metered:
    """Return an application with its requests counted, and let the source tell of its publication.

    Parameters:
        inner: Answers the requests.
        source: Has the publication.
        folder: Where all workers count.
    """
    os.environ[_FOLDER] = str(folder)  # the library reads it when it is imported, so nobody may have done that before
    from prometheus_client import Counter, Gauge  # noqa: PLC0415  # for the same reason

    made = Gauge("icsfeed_publication_timestamp_seconds", "When the publication in use was made.", multiprocess_mode="livemin")
    newest = Gauge("icsfeed_newest_revision_timestamp_seconds", "When something was published last.", multiprocess_mode="livemin")
    read = Gauge("icsfeed_journals_read_timestamp_seconds", "When the journals were looked at last.", multiprocess_mode="livemin")
    size = Gauge("icsfeed_publication_bytes", "Bytes of the documents that are kept ready.", multiprocess_mode="livemax")
    windows = Gauge("icsfeed_windows", "Published windows.", multiprocess_mode="livemax")
    unreadable = Gauge("icsfeed_unreadable_journals", "Journals that cannot be read at present.", multiprocess_mode="livemax")
    failed = Counter("icsfeed_failed_reads", "Attempts to read a journal that failed.")
    told: list[Publication] = []

    def tell(source: "Source") -> None:
        publication = source.publication
        if not told or told[0] is not publication:
            told[:] = [publication]
            calendars = publication.calendars.values()
            made.set(publication.moment.timestamp())
            newest.set(max((each.published.newest.timestamp() for each in calendars), default=0))
            size.set(sum(each.size for each in calendars))
            windows.set(sum(len(each.published.windows) for each in calendars))
        unreadable.set(len(source.journals.faults))
        if source.journals.read_at is not None:
            read.set(source.journals.read_at.timestamp())
        failed.inc(source.journals.take_failures())

    source.observer = tell
    tell(source)
    requests = Counter("icsfeed_requests", "Requests that were answered.", ["kind", "status", "program"])
    return Metered(inner, folder, requests)


def forget(folder: Path) -> None:
    """Remove what workers counted, and the folder."""
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
