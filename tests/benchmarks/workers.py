"""What a worker holds in memory, and what it costs to start."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.applications import Answer
from tests.benchmarks.calendars import copy_real, make_calendar, write_journal
from tests.benchmarks.machine import Processors, cpu_seconds
from tests.benchmarks.polling import REAL_FEED
from tests.benchmarks.rebuild import MANY
from tests.benchmarks.report import Figure, compare
from tests.benchmarks.servers import (
    PATIENCE,
    hosted_command,
    hosted_server,
    icsfeed_command,
    icsfeed_server,
    record,
    running,
)
from tests.support import free_port

MIB = 2**20


# Memory

OFTEN, EVERY = "/often", "/every"
"""What a worker has answered before its memory is looked at: what is kept ready from the start, or all that there is."""


def measure_memory(processors: Processors, folder: Path, *, rounds: int, tell: Callable[[str], None]) -> list[Figure]:
    """Return what a worker with many windows holds beyond one with an empty calendar, of the bytes that it publishes."""
    folders = {count: write_journal(make_calendar(count), folder / f"windows-{count}") for count in (0, MANY)}
    held: dict[tuple[int, str], list[dict[str, float]]] = {}
    for number in range(rounds):
        for count, place in folders.items():
            for asked, facts in _hold(processors, place, folder / f"memory-{count}.log").items():
                held.setdefault((count, asked), []).append(facts)
                tell(f"round {number + 1}: {count} windows, {asked}: {facts['private'] / MIB:.1f} MiB")
    return [each for asked in (EVERY, OFTEN) for each in _compare_memory(held[0, asked], held[MANY, asked], asked)]


def _compare_memory(none: list[dict[str, float]], many: list[dict[str, float]], asked: str) -> Iterator[Figure]:
    """Give the figures of workers that have answered the same."""
    above = [with_many["private"] - empty["private"] for with_many, empty in zip(many, none, strict=True)]
    published = [each["published"] for each in many]
    what = "every document asked for" if asked == EVERY else "without windows' own pages"
    name = f"2,000 windows, {what}: memory of a worker above an empty one's, of the published bytes"
    yield compare(name, above, published, at_most=1.5 if asked == EVERY else None)
    yield Figure(name=f"2,000 windows, {what}: memory above an empty worker's", values=_in_mib(above), unit="MiB")
    yield Figure(name=f"2,000 windows, {what}: published bytes", values=_in_mib(published), unit="MiB")


def _in_mib(values: list[float]) -> tuple[float, ...]:
    return tuple(each / MIB for each in values)


def _hold(processors: Processors, folder: Path, log: Path) -> dict[str, dict[str, float]]:
    """Return what a new worker holds, in bytes, once it has answered and what is unused was collected."""
    with hosted_server(processors, "collecting", folder, log, path="/healthz", workers=1) as server:
        return {asked: json.loads(server.ask(asked)[2]) for asked in (OFTEN, EVERY)}


# Start


def measure_start(processors: Processors, folder: Path, *, rounds: int, tell: Callable[[str], None]) -> list[Figure]:
    """Return what a start costs up to the first whole 200, beside a bare Flask app with the same bytes on the same server."""
    real, recorded = copy_real(folder / "real"), folder / "recorded"
    recorded.mkdir()
    with icsfeed_server(processors, real, folder / "recording.log") as service:
        answer = record(service, REAL_FEED)
        answer.write(recorded)
    commands: dict[str, Callable[[int], list[str]]] = {
        "icsfeed": lambda port: icsfeed_command(port, real),
        "Flask": lambda port: hosted_command(port, "flask_bare", recorded),
    }
    used: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):  # the first one does not count: modules are compiled in it, and files read
        for name, command in commands.items():
            port = free_port()
            seconds = _start(processors, command(port), port, answer, folder / "start.log")
            if number:
                used[name].append(seconds)
                tell(f"round {number}: start of {name}: {seconds:.2f} s")
    return [
        compare("start up to the first answer, CPU, of a bare Flask app's", used["icsfeed"], used["Flask"], at_most=2.0),
        *_told(used),
    ]


def _told(used: dict[str, list[float]]) -> Iterator[Figure]:
    for name, seconds in used.items():
        yield Figure(name=f"CPU time of a start: {name}", values=tuple(1000 * each for each in seconds), unit="ms")


def _start(processors: Processors, command: list[str], port: int, answer: Answer, log: Path) -> float:
    """Return how many seconds of CPU all processes of a server used before it had answered once."""
    with running(processors, *command, port=port, log=log, cwd=log.parent) as server:
        deadline = time.monotonic() + PATIENCE
        while not server.answers(answer.path):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{command} does not answer: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.002)
        return cpu_seconds(*server.roots)
