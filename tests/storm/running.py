"""A storm from its beginning to its end, and what came of it."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from tests.storm.clients import Witness, ask_around
from tests.storm.processes import memory_of, workers_of
from tests.storm.truth import find_faults
from tests.storm.weather import Weather
from tests.support import ADDRESS, serving, wait_until

CLIENTS = 64
ALONE = re.compile(r"/(w|many)\d+(/|\.ics)$")
ALSO = ("/w1/", "/w2.ics", "/many2/", "/many7.ics")
"""Addresses of single windows, and those of them that are asked for too."""


@dataclass(slots=True)
class Outcome:
    """What came of a storm.

    Attributes:
        faults: What must not have happened.
        figures: What is told of it.
    """

    faults: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)


def run_storm(place: Path, *, saves: int, kills: int, seed: int, at_least: int = 3, seconds: float | None = None) -> Outcome:
    """Let a storm rage over a service, and weigh every answer.

    Parameters:
        place: An empty folder.
        saves: How many times the schedule is saved, at most ten times a second.
        kills: How many workers are killed.
        seed: Of everything that is left to chance.
        seconds: After how long the storm ends anyway; None for never.
        at_least: On how many connections each client asks.
    """
    folder = place / "schedule"
    folder.mkdir()
    weather, witness, outcome = Weather(folder, saves, kills, seed, seconds), Witness(), Outcome()
    weather.prepare()
    begin = datetime.now(UTC)
    paths = sorted(Source(JournalFolder(folder), Addresses(public_url=ADDRESS)).publication.documents)
    paths = [path for path in paths if not ALONE.search(path) or path.endswith(ALSO)]
    with serving(place, "--public-url", ADDRESS, workers=2) as service:
        wait_until(lambda: len(workers_of(service)) == 2, seconds=60)
        outcome.figures["memory before, MB"] = memory_of(service) >> 20
        storm = threading.Thread(target=weather.rage, args=(service,), name="storm")
        storm.start()
        asyncio.run(
            ask_around(
                service.port, paths, witness, clients=CLIENTS, seed=seed, is_over=lambda: weather.is_over, at_least=at_least
            )
        )
        storm.join()
        outcome.figures["seconds of storm"] = round((datetime.now(UTC) - begin).total_seconds())
        wait_until(lambda: len(workers_of(service)) == 2, seconds=60)
        outcome.figures["memory after, MB"] = memory_of(service) >> 20
        if service.process.poll() is not None:
            outcome.faults.append("the service ended")
        outcome.faults += [
            line for line in service.log().splitlines() if "Traceback" in line or "cannot render the new state" in line
        ]
    outcome.faults += [*weather.faults, *witness.faults, *find_untimely(witness, weather)]
    outcome.faults += find_faults(witness, weather, folder, begin)
    outcome.figures |= dict(sorted({**weather.counts, **{f"answers: {key}": n for key, n in witness.counts.items()}}.items()))
    outcome.figures["documents in a state"] = len(witness.seen)
    return outcome


def find_untimely(witness: Witness, weather: Weather) -> Iterator[str]:
    """Give each connection that was refused or broken off though all workers were there."""
    for moment, since, how in witness.losses:
        if not any(killed <= moment and since <= whole for killed, whole in weather.outages):
            yield f"{how} though no worker had been killed"
