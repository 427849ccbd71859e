"""Exports a publication to a plain folder of files, for any web server.

A changed file is written to a temporary file and renamed, an unchanged file is left alone, and obsolete files are removed last.
If the process is killed, every file is still complete, old or new; the next export finishes the work.
"""

import errno
import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents.pages.plain import render_redirect
from icsfeed.publication.documents.pages.site import MEDIA_TYPE
from icsfeed.publication.publication import Publication
from icsfeed.reading import read_file

MANIFEST = ".manifest.json"
"""Lists every document with its headers and marks the folder as an export; written first."""

MADE_BY = "icsfeed export"
INDEX = "index.html"
"""The file name for a path that ends with a slash."""

_TEMPORARY = ".manifest.json.new"
"""Each file is written here first; no document's name begins with a dot."""


class ExportError(Exception):
    """The folder was not made by an export; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """How many files an export wrote, left alone and removed."""

    written: int
    unchanged: int
    removed: int


def export(publication: Publication, folder: Path) -> FileCounts:
    """Write a publication as files and remove all others, except those whose name or folder begins with a dot.

    Parameters:
        publication: The documents to write.
        folder: Made by an earlier export, empty, or missing.

    Raises:
        ExportError: The folder holds files and was not made by an export.
        OSError: A file cannot be written, or another export is running.
    """
    if not _is_export_or_empty(folder):
        raise ExportError(f"{folder} was not made by `{MADE_BY}`; choose a new or empty folder")
    files = render_files(publication)
    _make_folder(folder)
    with _lock(folder):
        try:
            written = sum(_write_if_changed(folder / name, data, folder / _TEMPORARY) for name, data in files.items())
        finally:
            (folder / _TEMPORARY).unlink(missing_ok=True)
        removed = _remove_others(folder, files.keys())
    return FileCounts(written=written, unchanged=len(files) - written, removed=removed)


def render_files(publication: Publication) -> dict[str, bytes]:
    """Return the files by name: the manifest, then each document, with a `.gz` file if it is compressible."""
    files, entries = {MANIFEST: b""}, []
    for path, document in _find_documents(publication).items():
        name = path[1:] + (INDEX if path.endswith("/") else "")
        entry: dict[str, object] = {"path": path, "file": name}
        files[name] = document.body
        if document.compressed is not None:
            entry["gzip"] = f"{name}.gz"
            files[f"{name}.gz"] = document.compressed
        headers = {**dict(document.content_headers), "Cache-Control": document.cache_control, "ETag": document.etag}
        entries.append(json.dumps({**entry, "headers": headers}, ensure_ascii=False))
    lines = ",\n".join(entries)
    files[MANIFEST] = f'{{"made_by": "{MADE_BY}", "documents": [\n{lines}\n]}}\n'.encode()
    return files


def _find_documents(publication: Publication) -> dict[str, Document]:
    """Return every document by path, in order; for a single calendar `/` is a page that redirects to it."""
    found = dict(sorted(publication.documents.items()))
    if "/" in found:
        return found
    (view,) = publication.views.values()
    canonical = f"{view.address}/{view.calendar.key}/"
    render = partial(render_redirect, view, canonical=canonical)
    redirect = Document(render=render, media_type=MEDIA_TYPE, cache_control=SHORT_LIVED)
    return {"/": redirect, **found}


def _is_export_or_empty(folder: Path) -> bool:
    """Return whether a folder has our manifest, is missing, or is empty except for a killed export's temporary file."""
    if not folder.is_dir():
        return not (folder.is_symlink() or folder.exists())
    if all(each.name == _TEMPORARY for each in folder.iterdir()):
        return True
    try:
        manifest = json.loads(read_file(folder / MANIFEST))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("made_by") == MADE_BY


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel releases it when the process ends.

    Raises:
        BlockingIOError: Another export holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BlockingIOError(errno.EAGAIN, "another export is writing to this folder; try again later", str(folder)) from error
    finally:
        os.close(descriptor)


def _make_folder(path: Path) -> None:
    """Make a folder and its missing parents, readable for web servers of any user."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir()
        path.chmod(0o755)


def _write_if_changed(path: Path, data: bytes, temporary: Path) -> bool:
    """Write a file unless it has these bytes already; return whether it was written."""
    try:
        if (old := path.stat()).st_size == len(data) and path.read_bytes() == data:
            return False
        earliest = int(old.st_mtime) + 1  # nginx and rsync compare size and time in whole seconds
    except FileNotFoundError:
        _make_folder(path.parent)
        earliest = 0
    temporary.write_bytes(data)
    temporary.chmod(0o644)
    if earliest and temporary.stat().st_mtime < earliest:
        os.utime(temporary, (earliest, earliest))
    temporary.replace(path)
    return True


def _remove_others(folder: Path, wanted: Collection[str]) -> int:
    """Remove every file that is not wanted and the folders left empty; return the number of files."""
    removed, parents = 0, []
    for parent, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        parents.append(Path(parent))
        for path in (Path(parent, name) for name in names if not name.startswith(".")):
            if path.relative_to(folder).as_posix() not in wanted:
                path.unlink()
                removed += 1
    for each in reversed(parents[1:]):
        if not any(each.iterdir()):
            each.rmdir()
    return removed
