"""Replaces files atomically under a lock, so that nobody ever reads a half-written file."""

import fcntl
import getpass
import glob
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from icsfeed.names import printable
from icsfeed.problems import RefusedError

LOCK_SECONDS = 5.0
"""How long a writer waits for the lock."""


_WAS_THERE = "was there"


class BusyError(RefusedError):
    """Another writer holds the lock; the message names it."""


def find_author() -> str:
    """Return the person at work: `GIT_AUTHOR_NAME`, else the login, else `unknown`."""
    name = os.environ.get("GIT_AUTHOR_NAME", "").strip()
    if not name:
        with suppress(OSError, KeyError, ImportError):
            name = getpass.getuser()
    return printable(name) or "unknown"


@contextmanager
def one_writer(path: Path, *, like: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a file while it is rewritten; the lock is a dot-file next to it.

    The kernel drops the lock of a process that dies. The lock says who is or was at work, and whether the file ever had content.

    Parameters:
        path: The file; may be a link, need not exist.
        like: Everybody who may write this file may take the lock, even after root had it.
        seconds: How long to wait for another writer.

    Raises:
        BusyError: Another process held it for all of `seconds`.
        OSError: The folder cannot be written, or `like` is not there.
    """
    path = Path(os.path.realpath(path))
    kept = like.stat()
    with lock_of(path).open("a+") as lock:
        _wait_for(lock.fileno(), path, seconds)
        _give(lock.fileno(), kept, mode=kept.st_mode | 0o600)
        _sign(lock, path)
        yield
        _sign(lock, path)


def lock_of(path: Path) -> Path:
    """Return the lock of a file, which may be a link."""
    path = Path(os.path.realpath(path))
    return path.parent / f".{path.name}.lock"


def was_there(path: Path) -> bool:
    """Return whether the lock of a file says that the file had content at some time."""
    try:
        return lock_of(path).read_text(encoding="utf-8", errors="replace").endswith(f"\n{_WAS_THERE}\n")
    except OSError:
        return False


def _sign(lock: TextIO, path: Path) -> None:
    """Write who is at work into a lock, and whether its file has or had content."""
    mark = f"{_WAS_THERE}\n" if was_there(path) or (path.exists() and path.stat().st_size) else ""
    with suppress(OSError):  # a full disk; the lock is held all the same
        lock.truncate(0)
        lock.write(f"{find_author()}, process {os.getpid()}\n{mark}")
        lock.flush()


def _wait_for(descriptor: int, path: Path, seconds: float) -> None:
    """Take the lock as soon as it is free."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                who = os.pread(descriptor, 200, 0).decode("utf-8", "replace").partition("\n")[0] or "somebody"
                raise BusyError(f"{who}, is at work on {path.name}; try again") from error
            time.sleep(0.05)
        else:
            return


def replace_file(path: Path, data: bytes, *, like: Path, check: Callable[[], None] = lambda: None) -> None:
    """Replace the content of a file; readers see the old or the new content, never a part.

    Parameters:
        path: May be a link, whose target is replaced; need not exist.
        like: A new file gets the mode and owner of this one.
        check: Called just before the file is replaced; if it raises, nothing changes.

    Raises:
        OSError: The disk is full, or the folder cannot be written; the message names the file, which is as it was.
    """
    path = Path(os.path.realpath(path))
    kept = path.stat() if path.exists() else like.stat()
    _sweep(path)
    try:
        temporary = _write_beside(path, data, kept)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}; nothing was changed", str(path)) from error
    try:
        check()
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_beside(path: Path, data: bytes, kept: os.stat_result) -> Path:
    """Return a new file in the folder of another, with its owner and mode; it is on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _give(file.fileno(), kept, mode=kept.st_mode)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _give(descriptor: int, kept: os.stat_result, *, mode: int) -> None:
    """Set owner, group and mode as far as this process may; without the right to set the owner, at least the group."""
    for owner in (kept.st_uid, -1):
        with suppress(PermissionError):
            os.fchown(descriptor, owner, kept.st_gid)
            break
    with suppress(PermissionError):
        os.fchmod(descriptor, mode & 0o777)


def _sweep(path: Path) -> None:
    """Remove temporary files of killed writers; safe, as the caller holds the lock."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with suppress(OSError):
            left.unlink()
