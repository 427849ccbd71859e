"""A publication becomes a folder of files that any web server can serve, and that is whole at every moment.

The folder is a link to one of its versions, which stand in a hidden folder beside it: `public` leads to `.public.icsfeed/7`.
The next version is made beside the present one, of hard links to the files that stayed the same, and is on the disk
before the link to it is renamed into place. Whatever ends the process, the folder is the old version or the new one.
"""

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from icsfeed.publication.exported import MADE_BY, MANIFEST, File, make_files
from icsfeed.publication.publication import Publication

_LOCK, _LINK = "lock", "link"
_VERSION = re.compile(r"[1-9][0-9]*")


class ExportError(Exception):
    """What is in the way is somebody else's; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an export did, in numbers of files.

    Attributes:
        written: New or changed ones.
        unchanged: Those that stayed as they were, inode and time included.
        removed: Those that the present version had and the publication has no more.
        alike: Changed ones that kept size and time, so that whoever compares only these takes them for unchanged.
    """

    written: int
    unchanged: int
    removed: int
    alike: int

    @property
    def changed(self) -> bool:
        """Whether the folder is another version now."""
        return bool(self.written or self.removed)


def export(publication: Publication, folder: Path) -> Outcome:
    """Let a folder hold a publication as files, and nothing else.

    Where nothing differs, nothing is touched. The version that was replaced stays until the next export,
    for readers that are still at it.

    Parameters:
        publication: What is written.
        folder: Made by an earlier export, or empty, or not there yet.

    Raises:
        ExportError: The folder is somebody else's; nothing was changed.
        OSError: The disk is full, or the like; the folder stays as it was.
    """
    if folder.name in {"", ".."}:
        raise ExportError(f"{folder} cannot be replaced as a whole; name a folder below it")
    files = make_files(publication)
    folder = folder.parent.resolve() / folder.name
    store = folder.with_name(f".{folder.name}.icsfeed")
    _find_present(folder, store)  # refuses before anything is made
    _make_folder(store)
    with _one_exporter(store, folder):
        present = _find_present(folder, store)
        _sweep(store, present)
        before = set(_walk(present)) if present else set()
        kept = {name for name, file in files.items() if present and _holds(present / name, file)}
        outcome = Outcome(
            written=len(files) - len(kept),
            unchanged=len(kept),
            removed=len(before - set(files)),
            alike=sum(name not in kept and _looks_like(present / name, file) for name, file in files.items()) if present else 0,
        )
        if present is None or outcome.changed:
            version = store / str(int(present.name) + 1 if present else 1)
            try:
                _build(version, files, kept, present)
            except BaseException:
                shutil.rmtree(version, ignore_errors=True)
                raise
            _swap(folder, store, version)
    return outcome


def _find_present(folder: Path, store: Path) -> Path | None:
    """Return the version that a folder leads to, None where there is none yet.

    Raises:
        ExportError: Somebody else made it.
    """
    if store.is_symlink() or (store.exists() and not store.is_dir()):
        raise ExportError(_refuse(store))
    if store.exists() and any(not _VERSION.fullmatch(each.name) and each.name not in {_LOCK, _LINK} for each in store.iterdir()):
        raise ExportError(_refuse(store))
    if folder.is_symlink():
        target = folder.readlink()
        version = store / target.name
        if target.parent != Path(store.name) or not _VERSION.fullmatch(target.name):
            raise ExportError(_refuse(folder))
        if version.exists() and not _is_made_here(version):
            raise ExportError(_refuse(folder))
        return version if version.exists() else None
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise ExportError(_refuse(folder))
    return None


def _refuse(path: Path) -> str:
    return f"{path} is there and was not made by `{MADE_BY}`, so it is left alone; name another folder"


def _is_made_here(version: Path) -> bool:
    """Tell whether a version has a manifest of ours."""
    try:
        manifest = json.loads((version / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("made_by") == MADE_BY


@contextmanager
def _one_exporter(store: Path, folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel drops that of a process that dies."""
    with (store / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(errno.EAGAIN, "another export is at work on it; try again", str(folder)) from error
        yield


def _sweep(store: Path, present: Path | None) -> None:
    """Remove replaced versions, and what a killed export left; only the holder of the lock gets here."""
    (store / _LINK).unlink(missing_ok=True)
    for each in store.iterdir():
        if each != present and _VERSION.fullmatch(each.name):
            shutil.rmtree(each)


def _walk(version: Path) -> Iterator[str]:
    """Give the names of a version's files."""
    for parent, _, names in os.walk(version):
        yield from (Path(parent, name).relative_to(version).as_posix() for name in names)


def _holds(path: Path, file: File) -> bool:
    """Tell whether there is a file as it is to be. Its bytes are compared, for size and time alone prove nothing."""
    return _looks_like(path, file) and path.stat().st_mode & 0o777 == 0o644 and path.read_bytes() == file.data


def _looks_like(path: Path, file: File) -> bool:
    """Tell whether there is a file of this size and time."""
    if path.is_symlink() or not path.is_file():
        return False
    status = path.stat()
    return (status.st_size, status.st_mtime_ns) == (len(file.data), file.modified * 10**9)


def _build(version: Path, files: Mapping[str, File], kept: set[str], present: Path | None) -> None:
    """Make a version, and return once it is on the disk."""
    newest: dict[Path, int] = {}
    _make_folder(version)
    for name, file in files.items():
        path = version / name
        for parent in reversed([each for each in path.parents if each == version or version in each.parents]):
            _make_folder(parent)
            newest[parent] = max(newest.get(parent, 0), file.modified)
        if present is None or name not in kept or not _link(present / name, path):
            _write(path, file)
    for parent, modified in newest.items():
        os.utime(parent, (modified, modified))
    for parent in chain(newest, [version.parent]):
        _sync(parent)


def _make_folder(path: Path) -> None:
    """Make a folder that everybody may read, where it is not there yet."""
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(0o755)  # what is published may be read by web servers of any user


def _link(source: Path, path: Path) -> bool:
    """Let a file have a second name; return whether the disk and its rules allow that."""
    try:
        path.hardlink_to(source)
    except OSError:
        return False
    return True


def _write(path: Path, file: File) -> None:
    """Write a file with its time, and return once it is on the disk."""
    with path.open("xb") as opened:
        opened.write(file.data)
        opened.flush()
        os.fchmod(opened.fileno(), 0o644)
        os.utime(opened.fileno(), (file.modified, file.modified))
        os.fsync(opened.fileno())


def _swap(folder: Path, store: Path, version: Path) -> None:
    """Let the folder lead to a version, in one step; an interruption may leave the link beside, for the next export to sweep."""
    link = store / _LINK
    link.symlink_to(f"{store.name}/{version.name}")
    if folder.is_dir() and not folder.is_symlink():
        folder.rmdir()  # an empty one, which a link cannot be renamed over
    link.replace(folder)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Return once a folder's entries are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
