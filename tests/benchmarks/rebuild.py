"""What the next publication costs, in CPU time of one process: `python -m tests.benchmarks.rebuild ROUNDS` prints it as JSON."""

import gc
import json
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import process_time
from typing import Any
from unittest.mock import patch

from icsfeed.journal import load_journal
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.making import Kept
from icsfeed.publication.publication import Publication, publish_calendars
from icsfeed.replay import PublishedCalendar
from tests.benchmarks.calendars import NOW, journal_of, make_calendar, with_one_moved
from tests.benchmarks.report import Figure, compare

FEW, MIDDLE, MANY = 200, 500, 2_000
"""Numbers of windows."""


@dataclass(slots=True)
class Stopwatch:
    """How long something took, and which part of it went into documents that follow the clock, in seconds of CPU."""

    seconds: float = 0.0
    clock_seconds: float = 0.0
    _depth: int = 0
    _taken: Callable[..., Any] = field(default=Kept.take)

    @property
    def apart(self) -> float:
        """What it took apart from documents that follow the clock."""
        return self.seconds - self.clock_seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure a block, garbage of earlier ones collected before."""
        watch = self

        def take(kept: Kept, key: Hashable, inputs: tuple[object, ...], make: Callable[[], Any]) -> Any:
            return watch._taken(kept, key, inputs, lambda: watch.timed(make))

        gc.collect()
        with patch.object(Kept, "take", take):
            began = process_time()
            yield
            self.seconds = process_time() - began

    def timed(self, make: Callable[[], Any]) -> Any:
        """Make something; where it turns out to follow the clock, note how long that took, parts of it included."""
        self._depth += 1
        began = process_time()
        made = make()
        self._depth -= 1
        if self._depth == 0 and follows_clock(made):
            self.clock_seconds += process_time() - began
        return made

    def finish(self, document: Document) -> None:
        """Make everything of a document that is sent."""
        began = process_time()
        _ = document.etag, document.compressed
        if follows_clock(document):
            self.clock_seconds += process_time() - began


def follows_clock(made: object) -> bool:
    """Tell whether this is a document that follows the clock, or several of them."""
    every = list(made.values()) if isinstance(made, dict) else [made]
    return bool(every) and all(isinstance(each, Document) and each.cache_control == FLEETING for each in every)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A publication, and what it cost from the journal's bytes on."""

    calendar: PublishedCalendar
    publication: Publication
    watch: Stopwatch


def take_step(journal: bytes, before: Publication | None = None) -> Step:
    """Load a journal and publish it with every document as it is sent."""
    watch = Stopwatch()
    with watch.running():
        calendar = load_journal(journal, file="example.journal.jsonl", key="example")
        publication = _publish(calendar, before, watch)
    return Step(calendar=calendar, publication=publication, watch=watch)


def pass_boundary(before: Step) -> Step:
    """Publish again at the next boundary, when nothing was published in between."""
    watch = Stopwatch()
    with watch.running():
        publication = _publish(before.calendar, before.publication, watch)
    return Step(calendar=before.calendar, publication=publication, watch=watch)


def _publish(calendar: PublishedCalendar, before: Publication | None, watch: Stopwatch) -> Publication:
    moment = (before.until if before else None) or NOW
    made = publish_calendars([calendar], moment, lambda _: "https://maintenance.example.com", predecessor=before)
    for published in made.calendars.values():
        for document in {id(each): each for each in published.documents.values()}.values():
            watch.finish(document)
    return made


def measure_round(journals: dict[int, bytes], changed: bytes) -> dict[str, float]:
    """Return one round's seconds."""
    firsts = {count: take_step(journal) for count, journal in journals.items()}
    middle = firsts[MIDDLE]
    second, boundary = take_step(changed, middle.publication), pass_boundary(middle)
    found = {f"first {count}": step.watch.seconds for count, step in firsts.items()}
    found |= {"changed": second.watch.seconds, "boundary": boundary.watch.seconds}
    return found | {
        "first apart": middle.watch.apart,
        "changed apart": second.watch.apart,
        "boundary apart": boundary.watch.apart,
    }


def main(rounds: int) -> None:
    """Measure, and print the seconds of each round."""
    calendars = {count: make_calendar(count) for count in (FEW, MIDDLE, MANY)}
    journals = {count: journal_of(calendar) for count, calendar in calendars.items()}
    changed = journal_of(with_one_moved(calendars[MIDDLE]))
    take_step(journals[FEW])  # templates and catalogs are read once a process
    json.dump([measure_round(journals, changed) for _ in range(rounds)], sys.stdout)


def figures(rounds: list[dict[str, float]]) -> list[Figure]:
    """Return the figures of rounds as `main` prints them."""
    taken = {name: [each[name] for each in rounds] for name in rounds[0]}
    whole, apart = taken[f"first {MIDDLE}"], taken["first apart"]
    per_window = {count: [each / count for each in taken[f"first {count}"]] for count in (FEW, MANY)}
    ratios = [
        compare("500 windows, one moved: the next publication, of the first one's cost", taken["changed"], whole, at_most=1 / 20),
        compare(
            "500 windows, a boundary passed, apart from what follows the clock",
            taken["boundary apart"],
            apart,
            at_most=1 / 50,
        ),
        compare("cost per window with 2,000, of that with 200", per_window[MANY], per_window[FEW], at_most=1.3),
        compare("500 windows, one moved, apart from what follows the clock", taken["changed apart"], apart),
        compare("500 windows, a boundary passed, all of it", taken["boundary"], whole),
    ]
    told = [
        Figure(name=f"CPU time: {name}", values=tuple(1000 * each for each in seconds), unit="ms")
        for name, seconds in taken.items()
    ]
    return ratios + told


if __name__ == "__main__":
    main(int(sys.argv[1]))
