"""The processes of a running service, as the kernel tells of them."""

import os
from pathlib import Path

from tests.support import Service


def workers_of(service: Service) -> list[int]:
    """Return the processes that answer: the children of granian's, which is the service's own child."""
    return [each for granian in _children(service.process.pid) for each in _children(granian)]


def _children(parent: int) -> list[int]:
    """Return the processes that a process began as a part of the service."""
    try:
        tasks = Path(f"/proc/{parent}/task")
        children = [each for task in tasks.iterdir() for each in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return [int(each) for each in children if b"spawn_main" in _command(each)]


def _command(process: str) -> bytes:
    """Return a process's command line; nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def memory_of(service: Service) -> int:
    """Return how many bytes of memory the service and its workers have in use."""
    return sum(_memory(each) for each in (service.process.pid, *workers_of(service)))


def _memory(process: int) -> int:
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def listeners(port: int) -> int:
    """Return how many sockets of the loopback address listen on a port; each worker that answers has one."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    return sum(row[1] == f"0100007F:{port:04X}" and row[3] == "0A" for row in rows)
