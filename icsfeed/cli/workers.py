"""The processes that answer, and how they stay when clients dawdle or one of them dies."""

from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

PAUSE_SECONDS = 0.5
"""How long after one worker was replaced the next one is, so that one that cannot live does not keep a machine busy."""

CONNECTIONS = 8192
"""How many connections a worker holds at once. One that says nothing costs 2 kB, and is closed after 30 seconds."""

THREADS = 8
"""How many requests a worker has at hand at once; none of them waits for anything."""

BACKLOG = 4096
"""How many connections may wait until a worker takes them; the kernel allows no more."""


class Server(MPServer):
    """Replaces each worker that dies, however often one does: as shipped it ends when one dies twice within seconds."""

    def _respawn_workers(
        self, workers: list[int], spawn_target: Callable[..., None], target_loader: Callable[..., Any], delay: float = 0
    ) -> None:
        """Replace workers.

        Parameters:
            workers: Their numbers.
            spawn_target: Begins a worker's process.
            target_loader: Returns the application, there.
            delay: How long the old one goes on beside the new one, in seconds; it is dead here.
        """
        super()._respawn_workers(workers, spawn_target, target_loader, max(delay, PAUSE_SECONDS))
        self.respawned_wrks.clear()
        if self.interrupt_signal or self.interrupt_children:  # what came in meanwhile may have been forgotten
            self.main_loop_interrupt.set()


def make_server(address: str, port: int, workers: int) -> Server:
    """Return the server, not yet started."""
    return Server("icsfeed.web", **server_options(address, port, workers))


def server_options(address: str, port: int, workers: int) -> dict[str, Any]:
    """Return what the server is told."""
    return {
        "address": address,
        "port": port,
        "interface": Interfaces.WSGI,
        "http": HTTPModes.http1,  # where HTTP/2 is listened for, a connection that says nothing is held for ever
        "workers": workers,
        "backlog": BACKLOG,
        "backpressure": CONNECTIONS,
        "blocking_threads": THREADS,
        "respawn_failed_workers": True,
        "respawn_interval": PAUSE_SECONDS,
        "workers_kill_timeout": 10,
        "log_level": LogLevels.error,
    }
