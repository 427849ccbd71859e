"""What a browser had to complain of, and whom it asked."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request

ABANDONED = "net::ERR_ABORTED"
"""What becomes of an icon that is still on its way when its page is left; nobody blocked it."""


@dataclass
class Witness:
    """Everything that went wrong in the pages of a context, and every origin that they asked.

    Attributes:
        complaints: Errors of the console and of scripts, dialogs, requests that failed or were blocked.
        origins: Whom the pages asked for something.
        welcome: Whom they may ask.
    """

    complaints: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    welcome: set[str] = field(default_factory=set)

    def watch(self, context: "BrowserContext") -> None:
        """Note what happens in a context from now on."""
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._complain(f"script: {error.error}"))
        context.on("dialog", self._dismiss)
        context.on("requestfailed", self._lose)
        context.on("request", self._note)

    def _complain(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def _hear(self, said: "ConsoleMessage") -> None:
        if said.type == "error":
            self._complain(f"console: {said.text} ({said.location['url']})")

    def _lose(self, request: "Request") -> None:
        if request.failure != ABANDONED:
            self._complain(f"failed: {request.url}: {request.failure}")

    def _dismiss(self, dialog: "Dialog") -> None:
        self._complain(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"}:
            self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def forgive(self, part: str) -> None:
        """Take back the complaints that contain this; there must be one."""
        kept = [each for each in self.complaints if part not in each]
        assert kept != self.complaints, f"nobody complained of {part!r}: {self.complaints}"
        self.complaints[:] = kept

    def testify(self) -> None:
        """Fail if anybody complained, or anybody else was asked."""
        strangers = [f"asked {origin}" for origin in sorted(self.origins - self.welcome)]
        assert not self.complaints + strangers, "\n".join(self.complaints + strangers)
