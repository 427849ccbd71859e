"""The machine: its facts, its processors, and what processes have used of it."""

import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
"""How finely the kernel counts CPU time, in parts of a second."""

LIBRARIES = ("flask", "granian", "icalendar", "jinja2", "msgspec", "werkzeug")


class UnfitError(Exception):
    """This machine cannot run the benchmarks; the message says what it lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processors:
    """Two processors of which each has its own work, so that load and server do not take time from one another.

    Attributes:
        server: Runs what is measured.
        load: Runs what asks, and everything else.
    """

    server: int
    load: int

    def pinned(self, *command: str) -> list[str]:
        """Return a command that runs on the server's processor alone, its children too."""
        return ["taskset", "-c", str(self.server), *command]


def choose_processors() -> Processors:
    """Return the processors to use, and move this process to that of the load.

    Raises:
        UnfitError: There is only one.
    """
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise UnfitError("two processors are needed: one for servers, one for the load")
    os.sched_setaffinity(0, {usable[1]})
    return Processors(server=usable[0], load=usable[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What figures depend on.

    Attributes:
        busy: The load average of the last minute, before anything was measured; above 0.5 somebody else was at work.
        versions: Of everything that takes part, by name.
    """

    processor: str
    cores: int
    memory_gib: int
    system: str
    busy: float
    versions: dict[str, str]

    def as_data(self) -> dict[str, object]:
        """Return the facts for JSON."""
        return asdict(self)


def look_at_machine() -> Facts:
    """Return the facts of this machine."""
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    own = {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
    return Facts(
        processor=found[1] if found else platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30,
        system=f"{platform.system()} {platform.release()}",
        busy=os.getloadavg()[0],
        versions={**own, "wrk": _version_of("wrk", "-v"), "nginx": _version_of("nginx", "-v")},
    )


def _version_of(*command: str) -> str:
    """Return the version that a program tells, empty where it is not there."""
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    found = re.search(r"\d+\.\d+(\.\d+)?", told.stdout + told.stderr)
    return found[0] if found else ""


# Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    """What the kernel says of a process; seconds of CPU, those of children that ended and were waited for included."""

    parent: int
    seconds: float


def _status_of(pid: int) -> _Status | None:
    """Return what /proc/PID/stat says, None where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold anything
    return _Status(parent=int(fields[1]), seconds=sum(map(int, fields[11:15])) / TICKS)


def _tree(root: int) -> dict[int, _Status]:
    """Return a process and its descendants."""
    found = {int(path.name): _status_of(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    alive = {pid: status for pid, status in found.items() if status is not None}
    tree, waiting = {}, [root]
    while waiting:
        pid = waiting.pop()
        if pid in alive:
            tree[pid] = alive[pid]
            waiting += [each for each, status in alive.items() if status.parent == pid]
    return tree


def descendants(root: int) -> list[int]:
    """Return a process and its descendants, by their numbers."""
    return list(_tree(root))


def cpu_seconds(*roots: int) -> float:
    """Return the CPU time, user and system, that processes and their descendants have used since they began."""
    return sum(status.seconds for root in roots for status in _tree(root).values())


def private_bytes() -> int:
    """Return how much memory this process has to itself, which is what the machine would get back."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    return 1024 * sum(int(found[1]) for found in re.finditer(r"^Private_(?:Clean|Dirty):\s+(\d+) kB$", text, re.MULTILINE))
