"""Metrics of all workers for Prometheus, by the multiprocess mode of prometheus_client.

The library reads an environment variable when it is imported, so it is imported late.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

if TYPE_CHECKING:
    from icsfeed.publication.publication import Publication
    from icsfeed.publication.source import Source

_KIND = re.compile(
    r"(?P<static>/static/.*)|(?P<schema>/schema/.*)|(?P<statuspage>(?:/[^/]+)?/api/.*)"
    r"|(?P<feed>/[^/]+\.ics|/(?P<_>[^/]+)/[^/]+/(?P=_)[.-][^/]*ics)|(?P<event>.*\.ics)"
    r"|(?P<changes>.*\.atom)|(?P<data>.*\.json)|(?P<state>.*/state)|(?P<plan>.*/plan)"
    r"|(?P<page>/(?:[^/]*/){0,2})|(?P<window>.*/)|(?P<other>.*)",
    re.DOTALL,
)
"""Kinds of documents by path; the first match counts."""


def count_requests(inner: WSGIApplication, source: "Source", folder: Path) -> WSGIApplication:
    """Return an application that counts the requests to another one, and publishes the source's metrics, in a shared folder."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import Counter  # noqa: PLC0415  # it reads the environment when imported

    requests = Counter("icsfeed_requests", "Requests that were answered.", ["kind", "status"], registry=None)
    _export_metrics_of(source)

    def counted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            requests.labels(kind_of(environ["PATH_INFO"]) if status[0] != "4" else "other", status[:3]).inc()
            return start_response(status, headers, *rest)

        return inner(environ, start)

    return counted


def kind_of(path: str) -> str:
    """Return the kind of document at a path."""
    found = _KIND.fullmatch(path)
    return (found and found.lastgroup) or "other"


def render_metrics(folder: Path) -> tuple[bytes, str]:
    """Return the metrics of all workers, and their media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415  # it reads the environment when imported
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415  # likewise

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # published without
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _export_metrics_of(source: "Source") -> None:
    """Update the metrics of a source after each poll."""
    from prometheus_client import Counter, Gauge  # noqa: PLC0415  # it reads the environment when imported

    def gauge(name: str, description: str) -> Gauge:
        return Gauge(name, description, multiprocess_mode="mostrecent", registry=None)

    made = gauge("icsfeed_publication_timestamp_seconds", "When the publication in use was made.")
    newest = gauge("icsfeed_newest_revision_timestamp_seconds", "When something was last published.")
    read = gauge("icsfeed_journals_read_timestamp_seconds", "When the journals were last read.")
    size = gauge("icsfeed_publication_bytes", "Bytes of the documents that are kept ready.")
    windows = gauge("icsfeed_windows", "Published windows.")
    unreadable = gauge("icsfeed_unreadable_journals", "Journals that cannot be read at present.")
    failed = Counter("icsfeed_failed_reads", "Faults found in journals, counted once by each worker.", registry=None)
    last: list[Publication] = []

    def update(source: "Source") -> None:
        publication = source.publication
        if not last or last[0] is not publication:
            last[:] = [publication]
            calendars = publication.views.values()
            made.set(publication.moment.timestamp())
            newest.set(max((each.published.newest.timestamp() for each in calendars), default=0))
            size.set(sum(len(each.body) for each in publication.documents.values() if each.prerendered))
            windows.set(sum(len(each.published.windows) for each in calendars))
        unreadable.set(len(source.journals.faults))
        if source.journals.read_at is not None:
            read.set(source.journals.read_at.timestamp())
        failed.inc(source.journals.take_failures())

    update(source)
    source.observer = update
