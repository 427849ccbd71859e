"""The processes that answer, and how they stay when clients dawdle or one of them dies."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any
from wsgiref.types import WSGIApplication

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from icsfeed.web.settings import Settings

LOOK_SECONDS = 1.0
"""How often a worker looks whether the service is still there."""

FIRST_SECONDS = 10.0
"""How long the other workers wait for the first one at most."""

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0
"""How long after one worker was replaced the next one is; longer each time for one that cannot begin, which may last."""

CONNECTIONS = 8192
"""How many connections a worker holds at once. One that says nothing costs 2 kB, and is closed after 30 seconds."""

THREADS = 8
"""How many requests a worker has at hand at once; none of them waits for anything."""

LONGEST_HEAD = 65536
"""How many bytes the head of a request may have; more is no calendar program's."""

BACKLOG = 4096
"""How many connections may wait until a worker takes them; the kernel allows no more."""

_log = logging.getLogger("icsfeed")


class CannotBeginError(Exception):
    """No worker ever answered; the log says why."""


class Server(MPServer):
    """Begins with one worker, so that the first answer waits for no other, and replaces each that dies.

    As shipped it begins all at once, ends when one dies twice within seconds, and replaces all at SIGHUP.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what granian's server takes."""
        super().__init__(*args, **options)
        self._is_ready: dict[int, Event] = {}
        self._pause = PAUSE_SECONDS
        self._has_terminal = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN

    def signal_handler_reload(self, *args: Any, **more: Any) -> None:
        """End at SIGHUP as at SIGTERM, for the terminal is gone; not under `nohup`. Nothing needs a signal to be read again."""
        if self._has_terminal:
            self.signal_handler_interrupt(*args, **more)  # type: ignore[no-untyped-call]  # granian's

    def _init_shared_socket(self) -> None:
        """Listen here, on behalf of all workers: whoever comes while none is there waits for the next one and is not refused.

        On Linux granian's workers listen for themselves, each with a queue that ends with it.
        """
        super()._init_shared_socket()  # type: ignore[no-untyped-call]  # granian's
        if self._ssp is not None:
            self._shd = self._ssp.build()
            self._sso = socket.socket(fileno=self._shd.get_fd())
            self._sso.set_inheritable(True)
            self._sso.listen(BACKLOG)
            self._ssp = None

    def _spawn_worker(  # type: ignore[override]  # of granian's four parameters the last is never given
        self, idx: int, target: Callable[..., None], callback_loader: Callable[..., Any]
    ) -> Any:
        """Return a worker that tells when it is there; not yet begun."""
        is_ready = self._is_ready[idx] = multiprocessing.get_context("spawn").Event()
        return super()._spawn_worker(idx, target, partial(_load_and_tell, callback_loader, is_ready))

    def _spawn_workers(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Begin the workers: the first, and once it answers the others."""
        every, self.workers = self.workers, 1
        super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian's
        self.workers = every
        deadline = time.monotonic() + FIRST_SECONDS
        while not self._is_ready[0].wait(0.05) and time.monotonic() < deadline:
            if self.interrupt_signal:
                return
            if not self.wrks[0].inner.is_alive():
                raise CannotBeginError
        for number in range(1, every):
            worker = self._spawn_worker(idx=number, target=spawn_target, callback_loader=target_loader)
            worker.start()
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
        for each in workers:
            if self.interrupt_signal:
                break
            could_begin = self._is_ready[each].is_set()
            self._pause = PAUSE_SECONDS if could_begin else min(2 * self._pause, LONGEST_PAUSE_SECONDS)
            super()._respawn_workers([each], spawn_target, target_loader, delay)
            until = time.monotonic() + self._pause
            while time.monotonic() < until and not self.interrupt_signal:
                time.sleep(0.05)
        self.respawned_wrks.clear()
        if self.interrupt_signal or self.interrupt_children:  # what came in meanwhile may have been forgotten
            self.main_loop_interrupt.set()

    def shutdown(self, exit_code: int = 0) -> None:
        """End, and well if it was told to, even where a worker had died just before."""
        if self.interrupt_signal:
            self.interrupt_children.clear()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # granian's


def make_server(address: str, port: int, workers: int) -> Server:
    """Return the server, not yet started."""
    head = HTTP1Settings(max_buffer_size=LONGEST_HEAD)
    return Server("icsfeed.web", **server_options(address, port, workers), http1_settings=head)


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
    """Return the application and tell that it is there, or end with a line in the log."""
    try:
        loaded = target_loader()
    except Exception as error:  # noqa: BLE001  # whatever it is, a worker without application is none
        _log.error("a worker could not begin: %s: %s", type(error).__name__, error)
        sys.exit(1)
    is_ready.set()
    return loaded


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
