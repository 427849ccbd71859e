"""What a web application needs to know."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.publication.journals import Addresses, JournalFolder


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
    last_read: JournalFolder | None = None
