"""A document: bytes with everything that HTTP says of them."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LASTING = "public, max-age=300, stale-while-revalidate=30, stale-if-error=604800"
"""Cache-Control of what changes only with the journal: feeds, data, windows."""

FLEETING = "public, max-age=30, stale-if-error=3600"
"""Cache-Control of what follows the clock."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What an address answers.

    Attributes:
        render: Returns its bytes; called once.
        media_type: With its charset.
        filename: Under which a browser would save it; None for pages.
        compressible: Whether it is sent compressed to clients that accept that; feeds never are, because Outlook fails on them.
        indexed: Whether search engines may list it.
        often: Whether it is asked for so often that it is rendered ahead of every request.
    """

    render: Callable[[], bytes]
    media_type: str
    cache_control: str = LASTING
    filename: str | None = None
    compressible: bool = True
    indexed: bool = True
    often: bool = True

    @cached_property
    def body(self) -> bytes:
        """The bytes as they are."""
        return self.render()

    @cached_property
    def etag(self) -> str:
        """The strong entity tag of the bytes as they are."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def compressed(self) -> bytes | None:
        """The bytes with gzip, the same each time; None where it is never sent so."""
        return gzip.compress(self.body, 4, mtime=0) if self.compressible else None

    @property
    def compressed_etag(self) -> str:
        """The strong entity tag of the compressed bytes."""
        return f'{self.etag[:-1]}-gzip"'

    @property
    def content_headers(self) -> list[tuple[str, str]]:
        """What HTTP says of the content, whatever coding it is sent in."""
        headers = [("Content-Type", self.media_type)]
        if self.filename is not None:
            headers.append(("Content-Disposition", f'inline; filename="{self.filename}"'))
        if not self.indexed:
            headers.append(("X-Robots-Tag", "noindex"))
        return headers

    def make_ready(self) -> None:
        """Render, hash and compress it ahead of every request."""
        _ = self.etag, self.compressed
