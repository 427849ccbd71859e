"""What a web application needs to know."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, Any

from icsfeed.publication.journals import Addresses


@dataclass(slots=True)
class LastRead:
    """What the service read of a folder last, as it is when a worker's process begins.

    It goes to that process in a file without a name. Sent along with the rest it might not fit into the pipe,
    and then a worker that is killed at its beginning would leave the service waiting for ever.
    """

    texts: Callable[[], dict[str, str]]
    _file: IO[bytes] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Write the journals to a file that the process gets; it stays open here until the next one begins."""
        self._file = _open_nameless()
        self._file.write(json.dumps(self.texts()).encode())
        self._file.flush()
        return _take_over, (DupFd(self._file.fileno()),)


def _open_nameless() -> IO[bytes]:
    """Return a file that has no name; where the system can, it is in memory, since a service needs no disk to write to."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("icsfeed"), "w+b")
    return tempfile.TemporaryFile()


def _take_over(handed: Any) -> LastRead:
    """Return what was handed over, in the process that got it."""
    with os.fdopen(handed.detach(), "rb") as file:
        file.seek(0)
        texts: dict[str, str] = json.loads(file.read())
    return LastRead(lambda: texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a web application needs to know.

    Attributes:
        folder: With the journals.
        addresses: What the addresses begin with.
        preview: The moment that is shown instead of the present.
        quiet: Whether another process writes the log about the folder.
        access_log: `plain` or `json` for a line a request, None for none.
        metrics: Where the workers count for `/metrics`, None where nobody does.
        last_read: What the service read of the folder; a worker that starts while a journal is broken begins with it.
    """

    folder: Path
    addresses: Addresses
    preview: datetime | None = None
    quiet: bool = False
    access_log: str | None = None
    metrics: Path | None = None
    last_read: LastRead | None = None
