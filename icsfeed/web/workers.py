"""The processes that answer, and how they stay when clients dawdle or one of them dies."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any
from wsgiref.types import WSGIApplication

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from icsfeed.web.settings import Settings

LOOK_SECONDS = 1.0
"""How often a worker looks whether the service is still there."""

FIRST_SECONDS = 10.0
"""How long the other workers wait for the first one at most."""

PAUSE_SECONDS = 0.5
"""How long after one worker was replaced the next one is, so that one that cannot live does not keep a machine busy."""

CONNECTIONS = 8192
"""How many connections a worker holds at once. One that says nothing costs 2 kB, and is closed after 30 seconds."""

THREADS = 8
"""How many requests a worker has at hand at once; none of them waits for anything."""

BACKLOG = 4096
"""How many connections may wait until a worker takes them; the kernel allows no more."""


class Server(MPServer):
    """Begins with one worker, so that the first answer waits for no other, and replaces each that dies.

    As shipped it begins all at once, and ends when one dies twice within seconds.
    """

    def _spawn_workers(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Begin the workers: the first, and once it answers the others."""
        every, self.workers = self.workers, 1
        is_ready = multiprocessing.get_context("spawn").Event()
        super()._spawn_workers(spawn_target, partial(_load_and_tell, target_loader, is_ready))  # type: ignore[no-untyped-call]  # granian's
        self.workers = every
        deadline = time.monotonic() + FIRST_SECONDS
        while not is_ready.wait(0.05) and time.monotonic() < deadline and self.wrks[0].inner.is_alive():
            if self.interrupt_signal:
                return
        for number in range(1, every):
            worker = self._spawn_worker(idx=number, target=spawn_target, callback_loader=target_loader)
            worker.start()  # type: ignore[no-untyped-call]  # granian's
            self.wrks.append(worker)

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


# In a worker


def _load_and_tell(target_loader: Callable[[], Any], is_ready: Event) -> Any:
    """Return the application, and tell that it is there."""
    try:
        return target_loader()
    finally:
        is_ready.set()


def load(settings: Settings, parent: int) -> WSGIApplication:
    """Return the web application, in a worker's process, which ends when the service's own does.

    Parameters:
        settings: Of the application.
        parent: The service's process id; it may be gone already.
    """
    from icsfeed.web.app import make_app  # noqa: PLC0415  # what only watches over workers need not know how to answer
    from icsfeed.web.logs import begin_log  # noqa: PLC0415  # likewise

    begin_log()
    threading.Thread(target=_end_with, args=(parent,), name="icsfeed-parent", daemon=True).start()
    return make_app(settings)


def _end_with(parent: int) -> None:
    """Wait until the parent is gone, and then stop as if it had said so: nobody would replace or publish any more."""
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
