"""Figures for the operator in Prometheus' text form, right across workers.

Each worker counts into files of its own in a folder that all share; whichever is asked adds them up.
One that begins goes on in the counters of one that is gone, so that there are never more files than workers at a time.
"""

import logging
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from icsfeed.web.programs import kind_of, program_of

if TYPE_CHECKING:
    from prometheus_client import Counter, Metric

    from icsfeed.publication.publication import Publication
    from icsfeed.publication.source import Source

PATH = "/metrics"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_KINDS = ("counter", "gauge_livemin", "gauge_livemax")
"""What the names of a worker's files begin with; its process id follows."""

_ROOM = 1 << 17
"""How many bytes such a file has from the start: enough for every figure that there can be."""

_TRIES = 10
"""How often the figures are added up anew, because a worker began or ended meanwhile."""

_log = logging.getLogger("icsfeed")


@dataclass(slots=True)
class Metered:
    """A WSGI application that counts the requests of another one, and answers `/metrics`.

    Attributes:
        inner: Whose requests are counted.
        folder: Where the workers count.
        _requests: Counts; None where this worker cannot.
    """

    inner: WSGIApplication
    folder: Path
    _requests: "Counter | None"
    _known: dict[tuple[str, str, str], Callable[[], None]] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ["PATH_INFO"]
        if path == PATH:
            return self._tell(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            kind = kind_of(path) if status[0] != "4" else "other"
            self._count(kind, status[:3], program_of(environ.get("HTTP_USER_AGENT", "")))
            return start_response(status, headers, *rest)

        return self.inner(environ, start)

    def _count(self, kind: str, status: str, program: str) -> None:
        """Count a request, unless there is no room for one of a new kind, or for none at all."""
        if self._requests is None:
            return
        count = self._known.get((kind, status, program))
        if count is None:
            with suppress(OSError):
                count = self._known[kind, status, program] = self._requests.labels(kind, status, program).inc
        if count is not None:
            count()

    def _tell(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the figures of all workers; OPTIONS and other methods as any document does."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415  # see `measure`

        from icsfeed.web.refusals import ALLOWED, cors_preflight, render_error  # noqa: PLC0415  # the service itself needs no Flask

        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            start_response("204 No Content", [("Allow", ALLOWED), *cors_preflight()])
            return []
        if method not in {"GET", "HEAD"}:
            return render_error(HTTPStatus.METHOD_NOT_ALLOWED, PATH)(environ, start_response)
        _remove_leavings(self.folder)
        figures = _add_up(self.folder)
        if not figures:
            return render_error(HTTPStatus.SERVICE_UNAVAILABLE, PATH)(environ, start_response)
        body = generate_latest(_Figures(figures))
        headers = [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response("200 OK", headers)
        return [] if method == "HEAD" else [body]


@dataclass(frozen=True, slots=True)
class _Figures:
    """Figures that were added up, in the form that the library writes out."""

    figures: "list[Metric]"

    def collect(self) -> "list[Metric]":
        """Return them."""
        return self.figures


# The files of the workers


def _files(folder: Path) -> list[Path]:
    """Return the files of all workers, sorted; none where the folder is gone."""
    return sorted(folder.glob("*.db"))


def _merge(files: list[Path]) -> "list[Metric]":
    """Return the figures of files, each figure once."""
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415  # see `measure`

    return list(MultiProcessCollector.merge([str(path) for path in files]))  # type: ignore[no-untyped-call]  # published without


def _is_readable(path: Path) -> bool:
    """Tell whether a file is whole: its worker may have been killed before it was."""
    try:
        _merge([path])
    except Exception:  # noqa: BLE001  # whatever stands there, it is nobody's count
        return False
    return True


def _is_gone(path: Path) -> bool:
    """Tell whether the worker whose file this is has ended."""
    try:
        os.kill(int(path.stem.rpartition("_")[2]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OverflowError, PermissionError):
        return False
    return False


def _add_up(folder: Path) -> "list[Metric]":
    """Return the figures of all workers; none where there are none, or where workers come and go without end.

    A file that cannot be read is left out. A worker that begins renames one: what was read while the names changed may have
    counted it twice or not at all, and is read again.
    """
    for _ in range(_TRIES):
        found = _files(folder)
        with suppress(FileNotFoundError):
            figures = _merge([path for path in found if _is_readable(path)])
            if _files(folder) == found:
                return figures
    return []


def _remove_leavings(folder: Path) -> None:
    """Remove what workers that are gone said of their publication, and what cannot be read; what they counted stays."""
    for path in _files(folder):
        if _is_gone(path) and (path.name.startswith("gauge_live") or not _is_readable(path)):
            with suppress(OSError):
                path.unlink()


def _make_room(folder: Path) -> None:
    """Make the files of this process, or go on in the counters of one that is gone.

    Raises:
        OSError: There is no room, or the folder is somebody else's. Without room reserved, writing would kill the process.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what cleans /tmp may have removed it
    if folder.lstat().st_uid != os.geteuid():
        raise PermissionError(0, "it belongs to somebody else")
    _remove_leavings(folder)
    mine = {kind: folder / f"{kind}_{os.getpid()}.db" for kind in _KINDS}
    for path in mine.values():  # of one that is gone and had the same process id
        if not _is_readable(path):
            path.unlink(missing_ok=True)
    for path in folder.glob("counter_*.db"):
        if not mine["counter"].exists() and _is_gone(path):
            with suppress(FileNotFoundError):  # another worker that begins was first
                path.rename(mine["counter"])
    for path in mine.values():
        with path.open("ab") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, _ROOM)


def measure(inner: WSGIApplication, source: "Source", folder: Path) -> WSGIApplication:
    """Return an application with its requests counted, and let the source tell of its publication.

    Where nothing can be counted, the log says why, and only what the others count is told.

    Parameters:
        inner: Answers the requests.
        source: Has the publication.
        folder: Where all workers count; made where it is not there.
    """
    os.environ[_FOLDER] = str(folder)  # the library reads it when it is imported, so nobody may have done that before
    try:
        _make_room(folder)
        _observe(source)
        from prometheus_client import Counter  # noqa: PLC0415  # see above

        return Metered(inner, folder, Counter("icsfeed_requests", "Requests that were answered.", ["kind", "status", "program"]))
    except OSError as error:
        _log.error("this worker serves without %s: cannot count in %s: %s", PATH, folder, error.strerror or error)
        return Metered(inner, folder, None)


def _observe(source: "Source") -> None:
    """Let a source tell of its publication after each look."""
    from prometheus_client import Counter, Gauge  # noqa: PLC0415  # see `measure`

    made = Gauge("icsfeed_publication_timestamp_seconds", "When the publication in use was made.", multiprocess_mode="livemin")
    newest = Gauge("icsfeed_newest_revision_timestamp_seconds", "When something was published last.", multiprocess_mode="livemin")
    read = Gauge("icsfeed_journals_read_timestamp_seconds", "When the journals were looked at last.", multiprocess_mode="livemin")
    size = Gauge("icsfeed_publication_bytes", "Bytes of the documents that are kept ready.", multiprocess_mode="livemax")
    windows = Gauge("icsfeed_windows", "Published windows.", multiprocess_mode="livemax")
    unreadable = Gauge("icsfeed_unreadable_journals", "Journals that cannot be read at present.", multiprocess_mode="livemax")
    failed = Counter("icsfeed_failed_reads", "Faults that were found in journals, by each worker once.")
    told: list[Publication] = []

    def tell(source: "Source") -> None:
        publication = source.publication
        if not told or told[0] is not publication:
            told[:] = [publication]
            calendars = publication.calendars.values()
            made.set(publication.moment.timestamp())
            newest.set(max((each.published.newest.timestamp() for each in calendars), default=0))
            size.set(sum(len(each.body) for each in source.publication.documents.values() if each.often))
            windows.set(sum(len(each.published.windows) for each in calendars))
        unreadable.set(len(source.journals.faults))
        if source.journals.read_at is not None:
            read.set(source.journals.read_at.timestamp())
        failed.inc(source.journals.take_failures())

    tell(source)
    source.observer = tell


def forget(folder: Path) -> None:
    """Remove what workers counted, and the folder."""
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
