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
        runtime_folder: What the service's processes share: copies of journals, and what was logged once; None for one process.
        metrics_folder: Where workers count for `/metrics`; None for no metrics.
    """

    folder: Path
    addresses: Addresses
    preview_at: datetime | None = None
    quiet: bool = False
    access_log: str | None = None
    runtime_folder: Path | None = None
    metrics_folder: Path | None = None
