"""A publication as a plain folder of files, for any web server.

Each changed file is written beside and renamed, unchanged ones are not touched, and what is gone is removed last.
Whatever ends the process, each file is the old one or the new one, whole; the next export does the rest.
"""

import errno
import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from icsfeed.publication.document import Document
from icsfeed.publication.documents import page
from icsfeed.publication.documents.plain import render_leading_on
from icsfeed.publication.publication import Publication

MANIFEST = ".manifest.json"
"""Lists every document with its headers, and tells that the folder is ours; it is written first."""

MADE_BY = "icsfeed export"
INDEX = "index.html"
"""The file of a path that ends with a slash."""

_BESIDE = ".manifest.json.new"
"""A file while it is written; no document's name begins with a dot."""


class ExportError(Exception):
    """The folder is somebody else's; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an export did, in numbers of files."""

    written: int
    unchanged: int
    removed: int


def export(publication: Publication, folder: Path) -> Outcome:
    """Write a publication as files; any other file is removed, unless its name or a folder's begins with a dot.

    Parameters:
        publication: What is written.
        folder: Made by an earlier export, or empty, or not there yet.

    Raises:
        ExportError: The folder is somebody else's.
        OSError: The disk is full, or the like.
    """
    if not _may_be_ours(folder):
        raise ExportError(f"{folder} is there and was not made by `{MADE_BY}`, so it is left alone; name another folder")
    files = make_files(publication)
    _make_folder(folder)
    with _one_exporter(folder):
        try:
            written = sum(_update(folder / name, data, folder / _BESIDE) for name, data in files.items())
        finally:
            (folder / _BESIDE).unlink(missing_ok=True)
        removed = _remove_others(folder, files.keys())
    return Outcome(written=written, unchanged=len(files) - written, removed=removed)


def make_files(publication: Publication) -> dict[str, bytes]:
    """Return the files by their names in the folder: the manifest, then each document with its compressed twin."""
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
    """Return every document by its path, in order; where the service redirects from `/`, a page that leads on."""
    found = dict(sorted(publication.documents.items()))
    if "/" in found:
        return found
    (only,) = publication.calendars.values()
    canonical = f"{only.address}/{only.calendar.key}/"
    leading_on = Document(render=lambda: render_leading_on(only.calendar, canonical=canonical), media_type=page.MEDIA_TYPE)
    return {"/": leading_on, **found}


def _may_be_ours(folder: Path) -> bool:
    """Tell whether a folder has a manifest of ours, or is empty but for what a killed export left, or is not there."""
    if not folder.is_dir():
        return not (folder.is_symlink() or folder.exists())
    if all(each.name == _BESIDE for each in folder.iterdir()):
        return True
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("made_by") == MADE_BY


@contextmanager
def _one_exporter(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel drops when the process ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BlockingIOError(errno.EAGAIN, "another export is at work on it; try again", str(folder)) from error
    finally:
        os.close(descriptor)


def _make_folder(path: Path) -> None:
    """Make a folder and those above it where they are not there yet; web servers of any user may read it."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir()
        path.chmod(0o755)


def _update(path: Path, data: bytes, beside: Path) -> bool:
    """Write a file if its bytes change, and return whether they do."""
    try:
        if (old := path.stat()).st_size == len(data) and path.read_bytes() == data:
            return False
        earliest = int(old.st_mtime) + 1  # nginx and rsync tell versions apart by size and whole seconds
    except FileNotFoundError:
        _make_folder(path.parent)
        earliest = 0
    beside.write_bytes(data)
    beside.chmod(0o644)
    if beside.stat().st_mtime < earliest:
        os.utime(beside, (earliest, earliest))
    beside.replace(path)
    return True


def _remove_others(folder: Path, wanted: Collection[str]) -> int:
    """Remove every file that is not wanted, and folders that become empty; return how many files."""
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
