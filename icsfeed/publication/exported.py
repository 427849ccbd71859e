"""What the files of an export are: every document, its compressed twin, and a manifest of them all.

Names and bytes come from the publication alone, and times are the documents' own, so that every machine makes the same.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from icsfeed.publication.document import Document
from icsfeed.publication.documents import page
from icsfeed.publication.documents.plain import render_leading_on
from icsfeed.publication.publication import Publication

MANIFEST = ".manifest.json"
"""What tells every document with its headers, and who made the folder; no document's path has such a name."""

MADE_BY = "icsfeed export"
INDEX = "index.html"
"""The file of a path that ends with a slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is to be.

    Attributes:
        modified: Its document's Last-Modified, in whole seconds since 1970.
    """

    data: bytes
    modified: int


def find_documents(publication: Publication) -> dict[str, Document]:
    """Return every document by its path, in the order of the paths; `/` has one too."""
    paths = sorted(set(publication.paths()))
    found = {path: document for path in paths if (document := publication.find(path)) is not None}
    return found if "/" in found else {"/": make_root(publication), **found}


def make_root(publication: Publication) -> Document:
    """Return what stands at `/` where there is one calendar: a page that leads on to its own.

    A plain web server cannot be told by a file to redirect; the page does it, and has a link for who stays.
    """
    (only,) = publication.calendars.values()
    changed = only.published.calendars[-1][0]
    body = render_leading_on(only.calendar, canonical=f"{only.address}/{only.calendar.key}/")
    return Document(body=body, media_type=page.MEDIA_TYPE, last_modified=changed)


def make_files(publication: Publication) -> dict[str, File]:
    """Return every file by its name relative to the folder, the manifest and the compressed twins too."""
    made, entries, newest = {}, [], 0
    for path, document in find_documents(publication).items():
        name, modified = _file_name(path), int(document.last_modified.timestamp())
        made[name] = File(data=document.body, modified=modified)
        entry: dict[str, object] = {"path": path, "file": name}
        if document.compressed is not None:
            entry["gzip"] = f"{name}.gz"
            made[f"{name}.gz"] = File(data=document.compressed, modified=modified)
        entries.append({**entry, "headers": _headers(document)})
        newest = max(newest, modified)
    manifest = json.dumps({"made_by": MADE_BY, "documents": entries}, ensure_ascii=False, indent=1)
    made[MANIFEST] = File(data=f"{manifest}\n".encode(), modified=newest)
    return dict(sorted(made.items()))


def _file_name(path: str) -> str:
    """Return the name of a document's file; calendars and windows have names that lead nowhere else."""
    return path[1:] + (INDEX if path.endswith("/") else "")


def _headers(document: Document) -> dict[str, str]:
    """Return what HTTP says of a document, whatever coding it is sent in."""
    return {
        **dict(document.content_headers),
        "Cache-Control": document.cache_control,
        "ETag": document.etag,
        "Last-Modified": _http_date(document.last_modified),
    }


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
