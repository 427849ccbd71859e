"""`python -m tests.benchmarks` measures everything and prints the table of the guide."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.benchmarks import polling, rebuild, workers
from tests.benchmarks.machine import Processors, UnfitError, choose_processors, look_at_machine
from tests.benchmarks.report import Figure, render_markdown
from tests.support import ROOT, clean_environment

PARTS = ("requests", "rebuilds", "memory", "start")


def _tell(message: str) -> None:
    click.echo(message, err=True)


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="How often each thing is measured.")
@click.option(
    "--seconds", default=3.0, show_default=True, type=click.FloatRange(1), help="How long each server is asked a round."
)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Measure this part; can be given again.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write every round of every figure here.")
def main(rounds: int, seconds: float, only: tuple[str, ...], file: Path | None) -> None:
    """Measure how fast icsfeed is beside others, and print a table in Markdown.

    The machine should have nothing else to do. Exit status 1 says that a goal is missed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that every server is ended
    parts = only or PARTS
    try:
        processors = _prepare(parts)
    except UnfitError as error:
        raise click.ClickException(str(error)) from error
    facts = look_at_machine()
    with TemporaryDirectory(prefix="icsfeed-benchmarks-") as name:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a start must not compile what was compiled before
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(name) / "compiled")
        figures = _measure(parts, processors, Path(name), rounds=rounds, seconds=seconds)
    click.echo(render_markdown(figures, facts.as_data(), rounds=rounds, seconds=seconds), nl=False)
    if file is not None:
        data = {"machine": facts.as_data(), "rounds": rounds, "seconds": seconds, "figures": [each.as_data() for each in figures]}
        file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if any(each.holds is False for each in figures) else 0)


def _prepare(parts: tuple[str, ...]) -> Processors:
    """Return the processors, once everything that is needed is there.

    Raises:
        UnfitError: Something is not.
    """
    needed = ("taskset", *(("wrk", "nginx") if "requests" in parts else ()))
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        raise UnfitError(f"install {', '.join(missing)} first")
    return choose_processors()


def _measure(parts: tuple[str, ...], processors: Processors, folder: Path, *, rounds: int, seconds: float) -> list[Figure]:
    """Return the figures of the parts, in the order of `PARTS`."""

    measured: dict[str, Callable[[Path], list[Figure]]] = {
        "requests": lambda place: polling.measure(processors, place, rounds=rounds, seconds=seconds, tell=_tell),
        "rebuilds": lambda _: _measure_rebuilds(processors, rounds),
        "memory": lambda place: workers.measure_memory(processors, place, rounds=rounds, tell=_tell),
        "start": lambda place: workers.measure_start(processors, place, rounds=rounds, tell=_tell),
    }
    figures: list[Figure] = []
    for part in PARTS:
        if part in parts:
            _tell(f"{part} …")
            place = folder / part
            place.mkdir()
            figures += measured[part](place)
    return figures


def _measure_rebuilds(processors: Processors, rounds: int) -> list[Figure]:
    """Return what publications cost, measured in a process of their own on the servers' processor."""
    command = processors.pinned(sys.executable, "-m", "tests.benchmarks.rebuild", str(rounds))
    told = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(told.stderr)
    return rebuild.figures(json.loads(told.stdout))


if __name__ == "__main__":
    main()
