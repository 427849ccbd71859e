"""Writing beside and renaming, and one writer at a time: nothing that operations have is ever half written."""

import fcntl
import getpass
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK_SECONDS = 5.0
"""How long a writer waits for another one."""


class BusyError(Exception):
    """Another writer is at work and did not finish in time; the message says who."""


def find_author() -> str:
    """Return who is at work: `GIT_AUTHOR_NAME`, else the login, else `unknown`."""
    name = os.environ.get("GIT_AUTHOR_NAME", "").strip()
    if not name:
        with suppress(OSError, KeyError, ImportError):
            name = getpass.getuser()
    return "".join(char for char in name if char.isprintable()) or "unknown"


@contextmanager
def one_writer(path: Path, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a file while it is rewritten; the lock is a dot-file beside it.

    The kernel drops the lock of a process that dies.

    Raises:
        BusyError: Another process held it for all of `seconds`.
    """
    path = path.resolve()
    with (path.parent / f".{path.name}.lock").open("a+") as lock:
        _wait_for(lock.fileno(), path, seconds)
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
                raise BusyError(f"{path.name} is being published by {who}; try again") from error
            time.sleep(0.05)
        else:
            return


def replace_file(path: Path, data: bytes, *, like: Path) -> None:
    """Put new content in place of a file, so that at each moment the old or the new one is there, whole.

    Parameters:
        path: May be a link; what it points to is replaced. Need not exist.
        like: The file whose mode and owner a new one takes.
    """
    path = path.resolve()
    kept = path.stat() if path.exists() else like.stat()
    _sweep(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), kept.st_mode & 0o7777)
            with suppress(PermissionError):
                os.fchown(file.fileno(), kept.st_uid, kept.st_gid)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sweep(path: Path) -> None:
    """Remove what a killed writer left; only the holder of the lock gets here."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        with suppress(OSError):
            left.unlink()
