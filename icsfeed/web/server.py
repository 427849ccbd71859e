"""The processes that answer: granian in a process of its own, begun again whenever it ends though nobody told it to."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from typing import Any
from wsgiref.types import WSGIApplication

from icsfeed.web.logs import begin_log
from icsfeed.web.settings import Settings

MOST_TRIES = 3
"""How often in a row granian may end before any worker answered."""

ENDING_SECONDS = 10
"""How long a worker may go on with answers that are under way once it was told to end."""

SHORT_SECONDS = 15
"""How long there may be too few workers: granian replaces one in a second or two, unless two died in the same instant."""

RETRY_SECONDS = 2
"""How often a worker that cannot begin tries again while others answer."""

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


def run(settings: Settings, address: str, port: int, workers: int) -> None:
    """Answer until SIGTERM, SIGINT or SIGHUP; not at SIGHUP where it is ignored, as below `nohup`.

    Raises:
        CannotBeginError: No worker could.
    """
    told = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, lambda *_: told.set())
    spawn, tries = multiprocessing.get_context("spawn"), 0  # a fork would copy the publisher's thread half alive
    while not told.is_set():
        outcome = RawValue("b", NOBODY)  # without a lock, which a worker that is killed would never release
        granian = spawn.Process(target=_run_granian, args=(settings, address, port, workers, outcome))
        granian.start()
        while granian.is_alive() and outcome.value != FAILED and not told.wait(0.1):
            pass
        _end(granian)
        tries = tries + 1 if outcome.value == NOBODY else 0
        if outcome.value == FAILED or tries == MOST_TRIES:
            raise CannotBeginError
        if not told.is_set():
            _log.warning("the workers ended though nobody told them to; they are begun again")


def _end(process: BaseProcess) -> None:
    """Wait until a process has ended, telling it so again each second: granian may miss it once."""
    deadline = time.monotonic() + ENDING_SECONDS + 1
    while process.is_alive():
        (process.terminate if time.monotonic() < deadline else process.kill)()
        process.join(1)


# In granian's process


def _run_granian(settings: Settings, address: str, port: int, workers: int, outcome: Any) -> None:
    """Serve with workers until told to end."""
    from granian import Granian  # noqa: PLC0415  # the service's own process has no use for it
    from granian.http import HTTP1Settings  # noqa: PLC0415

    os.setsid()  # what a terminal sends goes to the service alone
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_end_when_short, args=(workers,), daemon=True).start()
    granian = Granian(
        "icsfeed", **server_options(address, port, workers), http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD)
    )
    granian.serve(target_loader=partial(load, settings, outcome), wrap_loader=False)


def server_options(address: str, port: int, workers: int) -> dict[str, Any]:
    """Return what granian is told."""
    return {
        "address": address,
        "port": port,
        "interface": "wsgi",
        "http": "1",  # where HTTP/2 is listened for, a connection that says nothing is held for ever
        "workers": workers,
        "backlog": BACKLOG,
        "backpressure": CONNECTIONS,
        "blocking_threads": THREADS,
        "respawn_failed_workers": True,
        "workers_kill_timeout": ENDING_SECONDS,
        "log_level": "critical",
    }


def _end_when_short(workers: int) -> None:
    """End once a worker has stayed away for long: granian overlooks one of two that die in the same instant."""
    complete = time.monotonic()
    while time.monotonic() - complete < SHORT_SECONDS:
        time.sleep(1)
        if len(multiprocessing.active_children()) >= workers:
            complete = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with_parent() -> None:
    """Wait until the process that began this one is gone, and then end too: nobody would replace it or publish any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ENDING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


# In a worker


def load(settings: Settings, outcome: Any) -> WSGIApplication:
    """Return the web application, in a worker's process.

    Where it cannot be made the service ends, unless another worker answers; then it is tried again.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin_log()
    while True:
        try:
            from icsfeed.web.app import make_app  # noqa: PLC0415  # only workers need to know how to answer

            app = make_app(settings)
        except Exception as error:  # noqa: BLE001  # whatever it is, a worker without application is none
            _log.error("a worker could not begin: %s: %s", type(error).__name__, error)
            if outcome.value != ANSWERING:
                outcome.value = FAILED
                raise SystemExit(1) from None
            time.sleep(RETRY_SECONDS)
        else:
            outcome.value = ANSWERING
            return app
