"""A mail server and a receiver of webhooks, on loopback."""

import email
import email.policy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.support import free_port


@dataclass
class Hook:
    """A receiver of webhooks.

    Attributes:
        got: What arrived, in order: path, subject and text.
        failing: Paths that answer 500.
        hanging: Paths that answer only once `released` is set.
    """

    port: int = 0
    got: list[tuple[str, str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)

    def subjects(self, path: str) -> list[str]:
        """Return the subjects that arrived at a path, without the service."""
        return [subject.removeprefix("Example: ") for at, subject, _ in self.got if at == path]

    def texts(self, path: str) -> list[str]:
        """Return the texts that arrived at a path."""
        return [text for at, _, text in self.got if at == path]

    def url(self, path: str) -> str:
        """Return an address for Apprise; its user and password are secrets; it waits long for an answer."""
        return f"json://someone:S3cret-password@127.0.0.1:{self.port}/{path}?rto=60"


@contextmanager
def receiving_hooks() -> Iterator[Hook]:
    """Receive webhooks until the block ends."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(length := int(self.headers["Content-Length"]))
            path = self.path.strip("/")
            hook.tried.append(path)
            if len(body) < length:
                return
            if path in hook.hanging:
                hook.released.wait(60)
            has_failed = path in hook.failing
            if not has_failed:
                data = json.loads(body)
                hook.got.append((path, data["title"], data["message"]))
            self.send_response(500 if has_failed else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Print nothing: who sent it was killed."""

    with Server(("127.0.0.1", 0), Handler) as server:
        hook.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hook
        finally:
            hook.released.set()
            server.shutdown()
            thread.join()


@dataclass
class Mailbox:
    """A mail server, and what it received."""

    port: int
    got: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd asks so
        """Keep a mail."""
        self.got.append(email.message_from_bytes(envelope.content, EmailMessage, policy=email.policy.default))
        return "250 ok"

    def subjects(self) -> list[str]:
        """Return the subjects that arrived, without the service."""
        return [str(each["subject"]).removeprefix("Example: ") for each in self.got]

    def url(self, to: str = "list@example.com") -> str:
        """Return an address for Apprise."""
        return f"mailto://127.0.0.1:{self.port}/?from=ops@example.com&to={to}"


@contextmanager
def receiving_mail() -> Iterator[Mailbox]:
    """Receive mail until the block ends."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
