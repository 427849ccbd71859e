"""What the next publication costs, in CPU time of one process: `python -m tests.benchmarks.rebuild ROUNDS` prints it as JSON."""

import gc
import json
import sys
from collections.abc import Callable
from time import process_time

from icsfeed.journal import load_journal
from icsfeed.publication.publication import Publication, render_publication
from tests.benchmarks.calendars import NOW, journal_of, make_calendar, with_one_moved
from tests.benchmarks.report import Figure, compare

COUNTS = FEW, MIDDLE, MANY = 18, 500, 2_000
"""Numbers of windows."""


def measure(publish: Callable[[], Publication]) -> tuple[Publication, float]:
    """Return a publication and its seconds of CPU, garbage of earlier ones collected before."""
    gc.collect()
    began = process_time()
    made = publish()
    return made, process_time() - began


def publish(journal: bytes, before: Publication | None = None) -> Publication:
    """Return what a journal's bytes publish, at the next boundary after the publication before."""
    calendar = load_journal(journal, file="example.journal.jsonl", key="example")
    moment = (before.until if before else None) or NOW
    return render_publication([calendar], moment, lambda _: "https://maintenance.example.com", before=before)


def measure_round(journals: dict[int, bytes], changed: dict[int, bytes]) -> dict[str, float]:
    """Return one round's seconds."""
    found = {}
    for count, journal in journals.items():
        first, found[f"first {count}"] = measure(lambda journal=journal: publish(journal))  # type: ignore[misc]
        _, found[f"changed {count}"] = measure(lambda count=count, first=first: publish(changed[count], first))  # type: ignore[misc]
        _, found[f"boundary {count}"] = measure(lambda journal=journal, first=first: publish(journal, first))  # type: ignore[misc]
    return found


def main(rounds: int) -> None:
    """Measure, and print the seconds of each round."""
    calendars = {count: make_calendar(count) for count in COUNTS}
    journals = {count: journal_of(calendar) for count, calendar in calendars.items()}
    changed = {count: journal_of(with_one_moved(calendar)) for count, calendar in calendars.items()}
    publish(journals[FEW])  # templates and catalogs are read once a process
    json.dump([measure_round(journals, changed) for _ in range(rounds)], sys.stdout)


def figures(rounds: list[dict[str, float]]) -> list[Figure]:
    """Return the figures of rounds as `main` prints them."""
    taken = {name: [each[name] for each in rounds] for name in rounds[0]}
    whole = taken[f"first {MIDDLE}"]
    per_window = {count: [each / count for each in taken[f"first {count}"]] for count in (MIDDLE, MANY)}
    ratios = [
        compare("500 windows, one moved: the next publication, of the first", taken["changed 500"], whole, at_most=1 / 4),
        compare("500 windows, a boundary passed", taken["boundary 500"], whole, at_most=1 / 4),
        compare("cost per window with 2,000, of that with 500", per_window[MANY], per_window[MIDDLE], at_most=1.3),
    ]
    told = [
        Figure(name=f"CPU time: {name}", values=tuple(1000 * each for each in seconds), unit="ms")
        for name, seconds in taken.items()
    ]
    return ratios + told


if __name__ == "__main__":
    main(int(sys.argv[1]))
