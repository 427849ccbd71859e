"""Clients of a storm: they ask, weigh every answer, and remember which states they saw."""

import asyncio
import gzip
import hashlib
import json
import random
import socket
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SLOW_BYTES = 4096
"""How much a slow reader takes at once."""


@dataclass(slots=True)
class Sightings:
    """What clients saw of one document in one state; moments are of the monotonic clock."""

    first: float
    last: float
    times: int = 1


@dataclass(slots=True)
class Witness:
    """What all clients saw.

    Attributes:
        seen: By path and entity tag.
        steps: Entity tags that followed one another at a path on one connection, which stays with one worker.
        counts: How often what happened.
        losses: When a connection was refused or ended before a whole answer was there, since when that may have been so, and how.
        faults: What must not happen.
    """

    seen: dict[tuple[str, str], Sightings] = field(default_factory=dict)
    steps: set[tuple[str, str, str]] = field(default_factory=set)
    counts: "Counter[str]" = field(default_factory=Counter)
    losses: list[tuple[float, float, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lose(self, how: str, since: float) -> None:
        """Note that an answer did not come, or not whole, and when the connection was in order last."""
        self.counts[how] += 1
        self.losses.append((time.monotonic(), since, how))

    def accuse(self, fault: str) -> None:
        """Note what must not happen."""
        if len(self.faults) < 100:
            self.faults.append(fault)

    def see(self, path: str, etag: str) -> bool:
        """Note a state of a document; return whether it is new."""
        now = time.monotonic()
        known = self.seen.get((path, etag))
        if known is None:
            self.seen[path, etag] = Sightings(first=now, last=now)
            return True
        known.last, known.times = now, known.times + 1
        return False


class CutError(Exception):
    """A connection ended before a whole answer was there."""


@dataclass(slots=True)
class _Client:
    """One client, with one connection at a time."""

    port: int
    paths: Sequence[str]
    witness: Witness
    chance: random.Random
    is_slow: bool
    _known: dict[str, str] = field(default_factory=dict)

    async def connect_and_ask(self) -> None:
        """Ask a few times on one connection.

        That it is broken may show only when a slow reader has read what was on its way already, and asks again.
        """
        began = before_that = time.monotonic()
        try:
            reader, writer = await self._connect()
        except OSError:
            self.witness.lose("refused", began)
            await asyncio.sleep(0.01)
            return
        on_this_one: dict[str, str] = {}
        try:
            for _ in range(self.chance.randint(1, 40)):
                path = self.chance.choice(self.paths)
                before_that, began = began, time.monotonic()
                etag = await self._ask(path, reader, writer)
                before = on_this_one.get(path)
                if before is not None and before != etag:
                    self.witness.steps.add((path, before, etag))
                on_this_one[path] = etag
        except CutError as error:
            self.witness.lose(str(error), before_that)
        except OSError:
            self.witness.lose("broken off before an answer", before_that)
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection; a slow reader's holds little, so that the rest of an answer waits in the worker."""
        if not self.is_slow:
            return await asyncio.open_connection("127.0.0.1", self.port)
        small = socket.socket()
        small.settimeout(0)
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BYTES)
        try:
            await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", self.port))
        except OSError:
            small.close()
            raise
        return await asyncio.open_connection(sock=small, limit=SLOW_BYTES)

    async def _ask(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Ask for a document, weigh the answer, and return its entity tag without that of its coding."""
        wants = self._known.get(path) if self.chance.random() < 0.3 else None
        coded = self.chance.random() < 0.25
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        request += f"If-None-Match: {wants}\r\n" if wants else ""
        request += "Accept-Encoding: gzip\r\n" if coded else ""
        writer.write(f"{request}\r\n".encode())
        await writer.drain()
        status, headers = await self._read_head(reader)
        etag = headers.get("etag", "")
        if status == 304:
            self.witness.counts["304"] += 1
            if etag != wants:
                self.witness.accuse(f"304 of {path}: {etag} is not {wants}")
            self.witness.see(path, etag.replace("-gzip", ""))
            return etag.replace("-gzip", "")
        body = await self._read_body(reader, int(headers.get("content-length", "-1")))
        self.witness.counts[str(status)] += 1
        if status != 200:
            self.witness.accuse(f"{status} of {path}: {body[:80]!r}")
            return etag
        if "content-encoding" in headers:
            body = self._decompress(path, body)
        self._known[path] = etag
        plain = etag.replace("-gzip", "")
        if plain != f'"{hashlib.sha256(body).hexdigest()[:32]}"':
            self.witness.accuse(f"{path}: the entity tag {etag} is of another body")
        if self.witness.see(path, plain) and not _can_be_read(path, body):
            self.witness.accuse(f"{path}: {plain} cannot be read")
        return plain

    def _decompress(self, path: str, body: bytes) -> bytes:
        """Return what was compressed; nothing where it is no gzip."""
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            self.witness.accuse(f"{path}: what is sent as gzip is none")
            return b""

    async def _read_head(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        """Return status and headers, names in small letters."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        except asyncio.IncompleteReadError as error:
            raise CutError("cut off in the head" if error.partial else "broken off before an answer") from error
        first, *rest = head.split("\r\n")
        pairs = (line.partition(": ") for line in rest if line)
        return int(first.split(" ", 2)[1]), {name.casefold(): value for name, _, value in pairs}

    async def _read_body(self, reader: asyncio.StreamReader, length: int) -> bytes:
        """Return a whole body."""
        parts = b""
        try:
            while self.is_slow and len(parts) < length:
                parts += await reader.readexactly(min(SLOW_BYTES, length - len(parts)))
                await asyncio.sleep(0.01)
            return parts + await reader.readexactly(length - len(parts))
        except (asyncio.IncompleteReadError, OSError) as error:
            raise CutError("cut off in the body, shorter than Content-Length") from error


def _can_be_read(path: str, body: bytes) -> bool:
    """Tell whether a body is whole by what its form says."""
    if path.endswith(".ics"):
        return body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"END:VCALENDAR\r\n")
    if path.endswith(".json"):
        return isinstance(json.loads(body), dict)
    if path.endswith("/"):
        return body.startswith(b"<!doctype html>") and body.rstrip().endswith(b"</html>")
    return bool(body)


async def ask_around(
    port: int, paths: Sequence[str], witness: Witness, *, clients: int, seed: int, is_over: Callable[[], bool], at_least: int
) -> None:
    """Let clients ask until the storm is over and each has asked.

    Parameters:
        port: Of the service.
        paths: What they ask for.
        witness: Remembers it.
        clients: How many there are; one in sixteen reads slowly.
        seed: Of everything that is left to chance.
        is_over: Tells whether it is.
        at_least: On how many connections each asks.
    """

    async def run(number: int) -> None:
        client = _Client(port, paths, witness, random.Random(seed * 1000 + number), is_slow=number % 16 == 0)
        rounds = 0
        while rounds < at_least or not is_over():
            await client.connect_and_ask()
            rounds += 1

    await asyncio.gather(*(run(number) for number in range(clients)))
