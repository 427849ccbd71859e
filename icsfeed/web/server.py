"""The processes that answer: granian, begun again whenever it ends though nobody told it to."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import Any
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from icsfeed.web.metrics import forget_worker
from icsfeed.web.settings import Settings

LOOK_SECONDS = 0.1
"""How often the service looks after its workers."""

SHORT_SECONDS = 15.0
"""For how long there may be too few workers before granian is begun again; it replaces one in a second or two."""

ENDING_SECONDS = 10
"""How long a worker may go on with answers that are under way once it was told to end."""

RETRY_SECONDS = 2.0
"""How often a worker that cannot begin tries again while others answer."""

MOST_TRIES = 3
"""How often in a row granian may end without a worker that answered."""

CONNECTIONS = 8192
"""How many connections a worker holds at once. One that says nothing costs 2 kB, and is closed after 30 seconds."""

THREADS = 8
"""How many requests a worker has at hand at once; none of them waits for anything."""

LONGEST_HEAD = 65536
"""How many bytes the head of a request may have; more is no calendar program's."""

BACKLOG = 4096
"""How many connections may wait until a worker takes them; the kernel allows no more."""

NOBODY, ANSWERING, FAILED = 0, 1, -1
"""What became of the workers: none has begun yet, one has, the first could not."""

_log = logging.getLogger("icsfeed")


class CannotBeginError(Exception):
    """No worker ever answered; the log says why."""


class Server:
    """Answers until it is told to end: by SIGTERM, SIGINT or, unless it is ignored as below `nohup`, SIGHUP.

    Granian replaces a worker that dies. It ends when one dies twice in 5.5 seconds, and may overlook one of two that die
    in the same instant.
    """

    def __init__(self, settings: Settings, address: str, port: int, workers: int) -> None:
        """Take what to answer, where to listen, and how many processes answer."""
        self._settings = settings
        self._options = server_options(address, port, workers)
        self._workers = workers
        self._outcome = RawValue("b", NOBODY)  # without a lock, which a worker that is killed would never release
        self._is_told = False
        self._short_since = time.monotonic()
        self._interrupt: Any = None
        self._ending = {signal.SIGTERM, signal.SIGINT}
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            self._ending.add(signal.SIGHUP)

    def run(self) -> None:
        """Answer.

        Raises:
            CannotBeginError: No worker could.
        """
        multiprocessing.set_start_method("spawn", force=True)  # a fork would copy the publisher's thread half alive
        threading.Thread(target=self._look_after_workers, name="icsfeed-workers", daemon=True).start()
        tries = 0
        while not self._is_told:
            self._outcome.value = NOBODY
            self._serve()
            tries = tries + 1 if self._outcome.value == NOBODY else 0
            if self._outcome.value == FAILED or tries == MOST_TRIES:
                raise CannotBeginError
            if not self._is_told:
                _log.warning("granian ended though nobody told it to, and is begun again with all workers")

    def _serve(self) -> None:
        """Run granian until it ends."""
        granian = Granian("icsfeed", **self._options, http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD))
        granian.on_startup(self._take_signals)
        signal.pthread_sigmask(signal.SIG_BLOCK, self._ending)  # until it has set its handlers, and then this set its own
        with suppress(SystemExit):  # it gave up
            granian.serve(target_loader=partial(load, self._settings, self._outcome), wrap_loader=False)

    def _take_signals(self) -> None:
        """Note from now on that it was told to end; granian would not tell."""
        self._interrupt = signal.getsignal(signal.SIGTERM)
        self._short_since = time.monotonic()
        for each in self._ending:
            signal.signal(each, self._tell)
        if signal.SIGHUP not in self._ending:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._ending)

    def _tell(self, *_: object) -> None:
        self._is_told = True

    def _look_after_workers(self) -> None:
        """End granian once that was told, when no worker can begin, or when one stays away; it may miss the first word."""
        known: set[int | None] = set()
        while True:
            time.sleep(LOOK_SECONDS)
            present = {each.pid for each in multiprocessing.active_children()}
            if self._settings.counted_in is not None:
                for pid in known - present:
                    forget_worker(pid, self._settings.counted_in)
            known = present
            if len(present) >= self._workers:
                self._short_since = time.monotonic()
            is_short = time.monotonic() - self._short_since > SHORT_SECONDS
            if self._interrupt and (self._is_told or is_short or self._outcome.value == FAILED):
                self._interrupt(signal.SIGTERM, None)


def server_options(address: str, port: int, workers: int) -> dict[str, Any]:
    """Return what granian is told."""
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
        "workers_kill_timeout": ENDING_SECONDS,
        "log_level": LogLevels.error,
    }


# In a worker


def load(settings: Settings, outcome: Any) -> WSGIApplication:
    """Return the web application, in a worker's process, which ends when the service's own does.

    One that cannot begin ends the service, unless another one answers; then it says so and tries again.

    Parameters:
        settings: Of the application.
        outcome: What became of the workers, in memory that all share.
    """
    for each in (signal.SIGHUP, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)  # a terminal sends them to every process; the service says when to end
    threading.Thread(target=_end_with_service, name="icsfeed-parent", daemon=True).start()
    while True:
        try:
            made = _make(settings)
        except Exception as error:  # noqa: BLE001  # whatever it is, a worker without application is none
            _log.error("a worker could not begin: %s: %s", type(error).__name__, error)
            if outcome.value != ANSWERING:
                outcome.value = FAILED
                sys.exit(1)
            time.sleep(RETRY_SECONDS)
        else:
            outcome.value = ANSWERING
            return made


def _make(settings: Settings) -> WSGIApplication:
    from icsfeed.web.app import make_app  # noqa: PLC0415  # what only looks after workers need not know how to answer
    from icsfeed.web.logs import begin_log  # noqa: PLC0415  # likewise

    begin_log()
    return make_app(settings)


def _end_with_service() -> None:
    """Wait until the service's process is gone, and then end as if it had said so: nobody would replace or publish any more."""
    service = multiprocessing.parent_process()
    if service is not None:
        service.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
