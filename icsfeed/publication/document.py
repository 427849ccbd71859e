"""A published document: its bytes, ETag, compressed form and HTTP headers."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LONG_LIVED = "public, max-age=300, stale-while-revalidate=30, stale-if-error=604800"
"""Cache-Control of documents that change only with the journal: feeds, JSON, window pages."""

SHORT_LIVED = "public, max-age=30, stale-if-error=3600"
"""Cache-Control of documents that also change with the clock: calendar pages, Statuspage."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The content of one path.

    Attributes:
        render: Returns the body; called at most once.
        media_type: With its charset.
        filename: The name under which a browser saves it; None for pages.
        compressible: Whether clients that accept gzip get it compressed; never for feeds, because Outlook fails on them.
        indexed: Whether search engines may list it.
        prerendered: Whether it is rendered when it is published, not on the first request.
    """

    render: Callable[[], bytes]
    media_type: str
    cache_control: str = LONG_LIVED
    filename: str | None = None
    compressible: bool = True
    indexed: bool = True
    prerendered: bool = True

    @cached_property
    def body(self) -> bytes:
        """The uncompressed bytes."""
        return self.render()

    @cached_property
    def etag(self) -> str:
        """The strong ETag of the uncompressed bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def compressed(self) -> bytes | None:
        """The gzipped bytes, equal for equal bodies; None unless compressible."""
        return _compress(self.body) if self.compressible else None

    @property
    def compressed_etag(self) -> str:
        """The strong ETag of the gzipped bytes."""
        return f'{self.etag[:-1]}-gzip"'

    @property
    def content_headers(self) -> list[tuple[str, str]]:
        """Headers of the content, the same for every content coding."""
        headers = [("Content-Type", self.media_type)]
        if self.filename is not None:
            headers.append(("Content-Disposition", f'inline; filename="{self.filename}"'))
        if not self.indexed:
            headers.append(("X-Robots-Tag", "noindex"))
        return headers

    def prerender(self) -> None:
        """Render, hash and compress it now."""
        _ = self.etag, self.compressed


def _compress(body: bytes) -> bytes:
    """Return the gzipped bytes; the header's tenth byte, the operating system, differs between versions of Python."""
    compressed = gzip.compress(body, 4, mtime=0)
    return compressed[:9] + b"\xff" + compressed[10:]
