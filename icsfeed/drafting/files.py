"""Writing beside and renaming, and one writer at a time: nothing that operations have is ever half written."""

import fcntl
import getpass
import glob
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from icsfeed.problems import RefusedError

LOCK_SECONDS = 5.0
"""How long a writer waits for another one."""


class BusyError(RefusedError):
    """Another writer is at work and did not finish in time; the message says who."""


def find_author() -> str:
    """Return who is at work: `GIT_AUTHOR_NAME`, else the login, else `unknown`."""
    name = os.environ.get("GIT_AUTHOR_NAME", "").strip()
    if not name:
        with suppress(OSError, KeyError, ImportError):
            name = getpass.getuser()
    return "".join(char for char in name if char.isprintable()) or "unknown"


@contextmanager
def one_writer(path: Path, *, like: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a file while it is rewritten; the lock is a dot-file beside it.

    The kernel drops the lock of a process that dies.

    Parameters:
        path: What is rewritten; may be a link, need not exist.
        like: Whoever may write this file may take the lock, also after root did.
        seconds: How long to wait for another writer.

    Raises:
        BusyError: Another process held it for all of `seconds`.
        OSError: The folder cannot be written, or `like` is not there.
    """
    path = path.resolve()
    kept = like.stat()
    with (path.parent / f".{path.name}.lock").open("a+") as lock:
        _wait_for(lock.fileno(), path, seconds)
        _give(lock.fileno(), kept, mode=kept.st_mode | 0o600)
        lock.truncate(0)
        lock.write(f"{find_author()}, process {os.getpid()}")
        lock.flush()
        yield


def _wait_for(descriptor: int, path: Path, seconds: float) -> None:
    """Take the lock as soon as it is free."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                who = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "somebody"
                raise BusyError(f"{who}, is at work on {path.name}; try again") from error
            time.sleep(0.05)
        else:
            return


def replace_file(path: Path, data: bytes, *, like: Path, check: Callable[[], None] = lambda: None) -> None:
    """Put new content in place of a file, so that at each moment the old or the new one is there, whole.

    Parameters:
        path: May be a link; what it points to is replaced. Need not exist.
        like: The file whose mode and owner a new one takes.
        check: Called just before the new content takes its place; nothing is changed if it raises.
    """
    path = path.resolve()
    kept = path.stat() if path.exists() else like.stat()
    _sweep(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _give(file.fileno(), kept, mode=kept.st_mode)
            os.fsync(file.fileno())
        check()
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _give(descriptor: int, kept: os.stat_result, *, mode: int) -> None:
    """Give a file an owner, group and mode, as far as this process may: a member of the group may give at least that."""
    for owner in (kept.st_uid, -1):
        with suppress(PermissionError):
            os.fchown(descriptor, owner, kept.st_gid)
            break
    with suppress(PermissionError):
        os.fchmod(descriptor, mode & 0o777)


def _sweep(path: Path) -> None:
    """Remove what a killed writer left; only the holder of the lock gets here."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with suppress(OSError):
            left.unlink()
