"""What a web application needs to know."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.publication.journals import Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a web application needs to know.

    Attributes:
        folder: With the journals.
        addresses: What the addresses begin with.
        preview: The moment that is shown instead of the present.
        quiet: Whether another process writes the log about the folder.
        access_log: `plain` or `json` for a line a request, None for none.
        fallback: A folder with the journals as they were read last, for a worker that begins while one is broken.
        counted_in: The folder in which the workers count for `/metrics`, None where nobody does.
    """

    folder: Path
    addresses: Addresses
    preview: datetime | None = None
    quiet: bool = False
    access_log: str | None = None
    fallback: Path | None = None
    counted_in: Path | None = None
