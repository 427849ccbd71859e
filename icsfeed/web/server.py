"""Runs granian and its workers in a child process, and restarts it when it ends unexpectedly."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from typing import Any
from wsgiref.types import WSGIApplication

from icsfeed.web.logs import start_logging
from icsfeed.web.settings import Settings

MOST_TRIES = 3
"""How many times in a row granian may end before a worker has started."""

SHUTDOWN_SECONDS = 10
"""How long a worker may finish its answers after SIGTERM."""

MISSING_WORKER_SECONDS = 15
"""How long workers may be missing. Granian replaces one in a second or two, unless two die at the same time."""

RETRY_SECONDS = 2
"""How often a worker that cannot start tries again while others answer."""

CONNECTIONS = 8192
"""The most open connections of a worker. An idle one costs 2 kB, and is closed after 30 seconds."""

THREADS = 8
"""The most requests that a worker answers at once; none of them waits for anything."""

LONGEST_HEAD = 65536
"""The most bytes of a request's head; calendar programs send far fewer."""

BACKLOG = 4096
"""The most connections that wait for a worker; the kernel allows no more."""

NONE_STARTED, ANSWERING, FAILED = 0, 1, -1
"""State of the workers: none has started yet, one has, or the first one failed to."""

_log = logging.getLogger("icsfeed")


class CannotStartError(Exception):
    """No worker could start; the reason was logged."""


def run(settings: Settings, listen_on: str, port: int, workers: int) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; a SIGHUP that is ignored, as under `nohup`, stays ignored.

    Parameters:
        settings: Of the web application.
        listen_on: A numeric IP address.
        port: Of TCP.
        workers: How many processes answer.

    Raises:
        CannotStartError: No worker could start.
    """
    stopping = RawValue("b")  # without a lock: the code that a signal interrupts may hold it
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, lambda *_: setattr(stopping, "value", True))
    spawn, tries = multiprocessing.get_context("spawn"), 0  # a fork is unsafe: the watching thread may hold locks
    while not stopping.value:
        state = RawValue("b", NONE_STARTED)  # unlocked: a killed worker would never release a lock
        options = server_options(listen_on, port, workers)
        granian = spawn.Process(target=_run_granian, args=(settings, options, state, stopping))
        granian.start()
        while granian.is_alive() and state.value != FAILED and not stopping.value:
            granian.join(0.1)
        _stop(granian)
        tries = tries + 1 if state.value == NONE_STARTED else 0
        if tries == MOST_TRIES:
            _log.error("the workers ended %d times before one of them answered", tries)
        if state.value == FAILED or tries == MOST_TRIES:
            raise CannotStartError
        if not stopping.value:
            _log.warning("all workers ended unexpectedly; starting them again")


def _stop(process: BaseProcess) -> None:
    """Stop a process. SIGTERM is sent every second, since granian may miss one, and SIGKILL at last."""
    deadline = time.monotonic() + SHUTDOWN_SECONDS + 1
    while process.is_alive():
        (process.terminate if time.monotonic() < deadline else process.kill)()
        process.join(1)


# In granian's process


def _run_granian(settings: Settings, options: dict[str, Any], state: Any, stopping: Any) -> None:
    """Run granian until SIGTERM; on Linux, workers are forked once the web application is imported, so that they start fast."""
    from granian import Granian  # noqa: PLC0415  # only this process needs it
    from granian.http import HTTP1Settings  # noqa: PLC0415  # likewise

    start_logging()
    os.setsid()  # a terminal's signals reach the parent alone
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_watch_workers, args=(options["workers"], stopping), daemon=True).start()
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)  # safe, as no thread of this process holds a lock
        os.register_at_fork(after_in_child=partial(signal.signal, signal.SIGTERM, signal.SIG_DFL))  # until a worker handles it
        with suppress(Exception):  # the workers log it
            import_module("icsfeed.web.app")
    granian = Granian("icsfeed", **options, http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD))
    granian.serve(target_loader=partial(load, settings, state), wrap_loader=False)


def server_options(listen_on: str, port: int, workers: int) -> dict[str, Any]:
    """Return granian's options."""
    return {
        "address": listen_on,
        "port": port,
        "interface": "wsgi",
        "http": "1",  # with HTTP/2, granian never closes idle connections
        "workers": workers,
        "backlog": BACKLOG,
        "backpressure": CONNECTIONS,
        "blocking_threads": THREADS,
        "respawn_failed_workers": True,
        "workers_kill_timeout": SHUTDOWN_SECONDS,
        "log_level": "critical",
    }


def _watch_workers(workers: int, stopping: Any) -> None:
    """End this process once a worker has been missing for `MISSING_WORKER_SECONDS`; `run` then starts all of them again.

    A worker that was killed is logged; granian replaces it. While the service stops, workers get SIGTERM every second:
    granian sends it once, and one that has just been forked loses it.
    """
    last_complete, known = time.monotonic(), set[BaseProcess]()
    while time.monotonic() - last_complete < MISSING_WORKER_SECONDS:
        time.sleep(1)
        present = set(multiprocessing.active_children())
        for gone in known - present:
            status = gone.exitcode or 0
            if status < 0 and status != -signal.SIGTERM:
                _log.warning("a worker was killed by signal %d; starting another", -status)
        known = present
        if stopping.value:
            for each in present:
                each.terminate()
        if len(present) >= workers:
            last_complete = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)


# In a worker


def load(settings: Settings, state: Any) -> WSGIApplication:
    """Return the web application, in a worker process.

    If that fails and no worker has started yet, the service stops; otherwise this one tries again.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start_logging()
    while True:
        try:
            from icsfeed.web.app import make_app  # noqa: PLC0415  # an error here is logged too

            app = make_app(settings)
        except Exception as error:  # noqa: BLE001  # a worker is useless without its application
            _log.error("a worker could not start: %s: %s", type(error).__name__, error)
            if state.value != ANSWERING:
                state.value = FAILED
                raise SystemExit(1) from None
            time.sleep(RETRY_SECONDS)
        else:
            state.value = ANSWERING
            return app


# In granian's process and in workers


def _end_with_parent() -> None:
    """End this process when its parent ends, since nothing would restart it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SHUTDOWN_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
