"""What a request costs: icsfeed beside others, each asked in turn in every round."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from icsfeed.cli.commands import main as icsfeed_main
from tests.benchmarks.applications import Answer
from tests.benchmarks.calendars import copy_real, make_calendar, write_journal
from tests.benchmarks.load import Cell, Load, Taken
from tests.benchmarks.machine import Processors
from tests.benchmarks.nginx import caching, serving_files
from tests.benchmarks.report import Figure, compare
from tests.benchmarks.servers import Server, hosted_server, icsfeed_server, must_equal, record
from tests.support import ADDRESS

REAL_FEED, LARGE_FEED = "/minox-online.ics", "/example.ics"
LARGE = 500
"""How many events the larger feed has, which is as many as a feed holds."""


@dataclass(slots=True, kw_only=True)
class Field:
    """The servers that are compared, all of them running, and what is asked of them.

    Attributes:
        processors: Say where they run.
        folder: Of this run.
        stack: Ends them.
    """

    processors: Processors
    folder: Path
    stack: ExitStack

    def cells(self) -> Iterator[Cell]:
        """Start the servers and give what is asked of them."""
        service = self._icsfeed("icsfeed", copy_real(self.folder / "real"))
        answer = self._recorded(service, REAL_FEED, "recorded")
        yield from _both("icsfeed", service, answer)
        for option, name in (("--access-log=plain", "icsfeed with access log"), ("--metrics", "icsfeed with metrics")):
            yield from _both(name, self._icsfeed(option.strip("-"), copy_real(self.folder / name), option), answer)
        for name, application in (("bare WSGI", "bare"), ("Flask view", "flask_view")):
            server = self._hosted(application, answer, "recorded")
            must_equal(server, answer, in_short=application == "bare")
            yield from _both(name, server, answer)
        yield self._rendering("Flask with icalendar", answer, "recorded")
        yield from self._nginx(service, answer)
        yield from self._large()

    def _large(self) -> Iterator[Cell]:
        """Give what is asked of those that have many events."""
        service = self._icsfeed("icsfeed-large", write_journal(make_calendar(LARGE), self.folder / "large"))
        answer = self._recorded(service, LARGE_FEED, "recorded-large")
        yield _cell("icsfeed, 500 events, 200", service, answer)
        yield self._rendering("Flask with icalendar, 500 events,", answer, "recorded-large")

    def _nginx(self, service: Server, answer: Answer) -> Iterator[Cell]:
        """Give what is asked of nginx: of the exported file, and of its cache in front of the service."""
        target = self.folder / "exported"
        options = ["--schedule", str(self.folder / "real"), "--public-url", ADDRESS]
        icsfeed_main(["export", str(target), *options], standalone_mode=False)
        files = serving_files(self.processors, target, self.folder / "nginx-files", path=answer.path)
        cache = caching(self.processors, service, self.folder / "nginx-cache", path=answer.path)
        for name, context in (("nginx with the exported file", files), ("nginx's cache before icsfeed", cache)):
            server = self.stack.enter_context(context)
            if server.ask(answer.path)[2] != answer.body:
                raise RuntimeError(f"{name}: another body is answered")
            yield _cell(f"{name} 200", server, answer)

    def _icsfeed(self, name: str, folder: Path, *more: str) -> Server:
        return self.stack.enter_context(icsfeed_server(self.processors, folder, self.folder / f"{name}.log", *more))

    def _hosted(self, application: str, answer: Answer, folder: str) -> Server:
        log = self.folder / f"{application}-{folder}.log"
        return self.stack.enter_context(hosted_server(self.processors, application, self.folder / folder, log, path=answer.path))

    def _recorded(self, service: Server, path: str, name: str) -> Answer:
        """Return what a service answers at a path, and write it into a folder for those that answer the same."""
        answer = record(service, path)
        (self.folder / name).mkdir()
        answer.write(self.folder / name)
        return answer

    def _rendering(self, name: str, answer: Answer, folder: str) -> Cell:
        """Return what is asked of who renders the events of an answer each time."""
        server = self._hosted("flask_icalendar", answer, folder)
        body = server.ask(answer.path)[2]
        return Cell(name=f"{name} 200", server=server, path=answer.path, size=len(body), is_slow=True)


def _cell(name: str, server: Server, answer: Answer) -> Cell:
    return Cell(name=name, server=server, path=answer.path, size=len(answer.body))


def _both(name: str, server: Server, answer: Answer) -> Iterator[Cell]:
    """Give a request for all of an answer, and that of who has it."""
    yield _cell(f"{name} 200", server, answer)
    yield Cell(name=f"{name} 304", server=server, path=answer.path, headers=(("If-None-Match", answer.etag),))


def measure(processors: Processors, folder: Path, *, rounds: int, seconds: float, tell: Callable[[str], None]) -> list[Figure]:
    """Return what requests cost.

    Parameters:
        processors: Say where servers and load run.
        folder: Empty, for this run.
        rounds: How often each is asked; the order is another one in each round.
        seconds: How long.
        tell: Is told how far it is.
    """
    taken: dict[str, list[Taken]] = {}
    shuffle = random.Random(1).shuffle
    with ExitStack() as stack:
        cells = list(Field(processors=processors, folder=folder, stack=stack).cells())
        load = Load(processors=processors, script=folder / "tell.lua")
        for number in range(rounds):
            shuffle(cells)
            for cell in cells:
                found = load.run(cell, seconds)
                taken.setdefault(cell.name, []).append(found)
                tell(f"round {number + 1}: {cell.name}: {found.rate:,.0f} a second, {found.cost:,.1f} µs")
    return [*_ratios(taken), *_absolutes(taken)]


def _ratios(taken: Mapping[str, list[Taken]]) -> Iterator[Figure]:
    """Give the figures that have a goal, and the cost of what can be switched on."""
    cost = {name: [each.cost for each in rounds] for name, rounds in taken.items()}
    rate = {name: [each.rate for each in rounds] for name, rounds in taken.items()}
    for status, most in (("200", 1.10), ("304", 1.20)):
        name = f"CPU per request, {status}, of a bare WSGI app's"
        yield compare(name, cost[f"icsfeed {status}"], cost[f"bare WSGI {status}"], at_most=most)
    for status, least in (("200", 2.2), ("304", 4.0)):
        name = f"requests a second, {status}, of a plain Flask view's"
        yield compare(name, rate[f"icsfeed {status}"], rate[f"Flask view {status}"], at_least=least)
    rendering = "requests a second, 200, of Flask rendering with icalendar each time"
    large, others = rate["icsfeed, 500 events, 200"], "Flask with icalendar, 500 events, 200"
    yield compare(f"{rendering}, shipped calendar", rate["icsfeed 200"], rate["Flask with icalendar 200"], at_least=100)
    yield compare(f"{rendering}, 500 events", large, rate[others], at_least=100)
    yield compare(
        "requests a second of nginx's cache before icsfeed, of nginx's with the exported file",
        rate["nginx's cache before icsfeed 200"],
        rate["nginx with the exported file 200"],
        at_least=0.9,
    )
    for what in ("access log", "metrics"):
        for status in ("200", "304"):
            name = f"CPU per request, {status}, with {what}, of that without"
            yield compare(name, cost[f"icsfeed with {what} {status}"], cost[f"icsfeed {status}"])


def _absolutes(taken: Mapping[str, list[Taken]]) -> Iterator[Figure]:
    """Give what is behind the ratios."""
    for name, rounds in sorted(taken.items()):
        yield Figure(name=name, values=tuple(each.rate for each in rounds), unit="a second")
        yield Figure(name=name, values=tuple(each.cost for each in rounds), unit="µs of CPU each")
