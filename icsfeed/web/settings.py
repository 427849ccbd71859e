"""The settings of the web application, passed to worker processes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.publication.paths import Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the web application.

    Attributes:
        folder: The folder with the journals.
        addresses: The base URLs of the calendars.
        preview_at: The moment to show instead of the present.
        quiet: Whether another process logs changes of the folder.
        access_log: `plain`, `json` or None.
        journal_copies: A folder with copies of the last readable journals, for a worker that starts while one is broken.
        metrics_folder: Where workers count for `/metrics`; None for no metrics.
    """

    folder: Path
    addresses: Addresses
    preview_at: datetime | None = None
    quiet: bool = False
    access_log: str | None = None
    journal_copies: Path | None = None
    metrics_folder: Path | None = None
