"""What was published: each state of each journal, made afresh from it after the storm."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from icsfeed.journal import load_journal
from icsfeed.publication.publication import Publication, render_publication
from icsfeed.replay import PublishedCalendar, replay
from tests.storm.clients import Witness
from tests.storm.weather import FAST, PLAIN, SWAPPED, Weather
from tests.support import ADDRESS

FRESH_EVERY = 50
"""Every how manieth state is made without the one before too."""

Etags = dict[str, dict[str, list[int]]]
"""By path: entity tags, each with the numbers of the states that have it."""


def states_of(journal: bytes, key: str) -> Iterator[PublishedCalendar]:
    """Give each state that a journal ever had: a publication appends lines with one stamp."""
    whole = load_journal(journal, file=key, key=key).lines
    count = 0
    for _, lines in groupby(whole, key=lambda line: line.at):
        count += len(list(lines))
        yield replay(whole[:count])


def etags_of(states: Iterable[PublishedCalendar], paths: Collection[str], begin: datetime, end: datetime) -> Etags:
    """Return the entity tags of documents in each state, at each moment of the storm."""
    found: Etags = defaultdict(lambda: defaultdict(list))
    before: Publication | None = None
    for number, state in enumerate(states):
        for moment, made in _over_time(state, begin, end, before):
            before = made
            found_here = _documents(made, paths)
            if number % FRESH_EVERY == 0:
                assert found_here == _documents(render_publication([state], moment, lambda _: ADDRESS), paths), (number, moment)
            for path, etag in found_here.items():
                found[path][etag].append(number)
    return found


def _over_time(
    state: PublishedCalendar, begin: datetime, end: datetime, before: Publication | None
) -> Iterator[tuple[datetime, Publication]]:
    """Give a state's publication at the storm's beginning and at each boundary until its end."""
    moment: datetime | None = begin
    while moment is not None and moment <= end:
        before = render_publication([state], moment, lambda _: ADDRESS, before=before)
        yield moment, before
        moment = before.until


def _documents(publication: Publication, paths: Collection[str]) -> dict[str, str]:
    """Return the entity tags of documents, by path."""
    found = {path: publication.find(path) for path in paths}
    return {path: f'"{hashlib.sha256(each.body).hexdigest()[:32]}"' for path, each in found.items() if each is not None}


def find_faults(witness: Witness, weather: Weather, folder: Path, begin: datetime) -> Iterator[str]:
    """Give what clients saw and was never published, or was seen after something newer."""
    end = datetime.now(UTC)
    for key in (FAST, PLAIN, SWAPPED):
        paths = {path for path, _ in witness.seen if path.startswith((f"/{key}/", f"/{key}."))}
        if key == SWAPPED:
            states = [load_journal(each, file=key, key=key) for each in weather.versions()]
        else:
            states = list(states_of((folder / f"{key}.journal.jsonl").read_bytes(), key))
        known = etags_of(states, paths, begin, end)
        seen = [(path, etag) for path, etag in witness.seen if path in paths]
        yield from (f"{path}: {etag} was never published" for path, etag in seen if not known[path][etag])
        if key != SWAPPED:
            yield from _steps_back(witness, known)
        weather.counts[f"states of {key}"] = len(states)
        weather.counts[f"states of {key} seen"] = len({number for path, etag in seen for number in known[path][etag][:1]})


def _steps_back(witness: Witness, known: Etags) -> Iterator[str]:
    """Give where a connection was answered with something older than before."""
    for path, before, after in sorted(witness.steps):
        if path in known and min(known[path][before], default=0) > max(known[path][after], default=0):
            yield f"{path}: {after} came after {before}, which is newer"
