"""The load: wrk on a processor of its own, and what its requests cost the server."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.machine import Processors, cpu_seconds
from tests.benchmarks.servers import Server, wait_until_idle
from tests.support import ADDRESS

CONNECTIONS, CONNECTIONS_OF_SLOW = 32, 2
"""How many connections are kept open; few where each request takes long, so that hardly any is cut off at the end."""

SECONDS_OF_SLOW = 8.0
"""How long who needs a second for an answer is asked at least."""

_TELL = """\
done = function(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"microseconds":%d,"bytes":%d,"failed":%d}\\n',
    summary.requests, summary.duration, summary.bytes,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One thing that is asked of one server, over and over.

    Attributes:
        name: Of server and answer, such as `bare 304`.
        headers: Sent with each request.
        size: How many bytes a body has that is answered; 0 for none.
        is_slow: Whether an answer is rendered each time.
    """

    name: str
    server: Server
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    size: int = 0
    is_slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one run of a cell gave.

    Attributes:
        rate: Requests a second.
        cost: Microseconds of CPU for each, of all processes of the server.
    """

    rate: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Sends requests.

    Attributes:
        processors: Say where it runs.
        script: A file that makes wrk tell what it counted as JSON; written when the load is made.
    """

    processors: Processors
    script: Path

    def __post_init__(self) -> None:
        """Write the script."""
        self.script.write_text(_TELL, encoding="utf-8")

    def run(self, cell: Cell, seconds: float) -> Taken:
        """Ask for some seconds after a moment of warming up.

        Raises:
            RuntimeError: A request failed, or was not answered with what is compared.
        """
        seconds = max(seconds, SECONDS_OF_SLOW) if cell.is_slow else seconds
        self._wrk(cell, seconds / 5)
        wait_until_idle(cell.server)
        before = cpu_seconds(*cell.server.roots)
        told = self._wrk(cell, seconds)
        used = cpu_seconds(*cell.server.roots) - before
        wait_until_idle(cell.server)
        requests = told["requests"]
        if told["failed"] or not requests or not cell.size <= told["bytes"] / requests <= cell.size * 1.2 + 2000:
            raise RuntimeError(f"{cell.name}: requests failed or were answered otherwise: {told}")
        return Taken(rate=requests * 1e6 / told["microseconds"], cost=used * 1e6 / requests)

    def _wrk(self, cell: Cell, seconds: float) -> dict[str, int]:
        """Run wrk and return what it counted."""
        connections = CONNECTIONS_OF_SLOW if cell.is_slow else CONNECTIONS
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(self.script)]
        every = (("Host", urlsplit(ADDRESS).netloc), *cell.headers)
        headers = [part for name, value in every for part in ("-H", f"{name}: {value}")]
        url = f"http://127.0.0.1:{cell.server.port}{cell.path}"
        command = ["taskset", "-c", str(self.processors.load), "wrk", *options, *headers, url]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        counted: dict[str, int] = json.loads(told.stdout.rstrip().rpartition("\n")[2])
        return counted
