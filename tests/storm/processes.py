"""The processes of a running service, as the kernel tells of them."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import Service, wait_until


def workers_of(service: Service) -> list[int]:
    """Return the processes that answer."""
    parent = service.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [int(each) for each in children if b"spawn_main" in _command(each)]


def _command(process: str) -> bytes:
    """Return a process's command line; nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def alone(service: Service, worker: int) -> Iterator[None]:
    """Let one worker answer everything, while the others stand still."""
    others = [each for each in workers_of(service) if each != worker]
    try:
        for each in others:
            os.kill(each, signal.SIGSTOP)
        wait_until(lambda: all(_stands_still(each) for each in others))
        yield
    finally:
        for each in others:
            os.kill(each, signal.SIGCONT)


def _stands_still(process: int) -> bool:
    """Tell whether every thread of a process has stopped, which it does some time after it was told."""
    return all("\nState:\tT" in (each / "status").read_text(encoding="utf-8") for each in Path(f"/proc/{process}/task").iterdir())


def memory_of(service: Service) -> int:
    """Return how many bytes of memory the service and its workers have in use."""
    return sum(_memory(each) for each in (service.process.pid, *workers_of(service)))


def _memory(process: int) -> int:
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
