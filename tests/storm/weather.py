"""The weather of a storm: schedules saved and published, journals swapped, workers killed."""

import math
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icsfeed.drafting.files import BusyError
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.publishing import ClockError, publish
from icsfeed.drafting.questions import Answers
from icsfeed.journal import render_line
from icsfeed.problems import ScheduleError
from tests.published import CALENDAR, edited, published, window
from tests.storm.processes import listeners, workers_of
from tests.support import HEAD, Service

FAST, PLAIN, SWAPPED = "example", "plain", "swapped"
"""Calendars: saved and published ten times a second; published by the service; a link to one journal, then to another."""

WINDOWS = 40
"""So many that none is revised so often that the list of its revisions is what a storm measures."""

BROKEN = (
    "windows:\n  - id: w1\n    sta",
    "windows:\n\t- id: w1\n",
    "windows:\n  - id: w1\n    start: 2031-01-07 21:00\n    class:standaard\n",
    "windows:\n  - id: w1\n    start: 7-1-2031\n    class: standaard\n",
    "<<<<<<< HEAD\nwindows: []\n=======\n",
    "windows: [}\n",
    "",
)
"""What a broken save has where the windows should be."""


@dataclass(slots=True)
class Desk:
    """A schedule that somebody goes on changing, one save after another.

    Attributes:
        soon: The text of further windows, which nobody changes.
    """

    path: Path
    chance: random.Random
    soon: str = ""
    _windows: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with a few windows, far ahead."""
        self._windows = [
            {"id": f"w{number}", "start": f"{2029 + number % 4}-03-{number % 28 + 1:02} 21:00", "class": "standaard"}
            for number in range(WINDOWS)
        ]

    def save(self, number: int, *, broken: bool) -> None:
        """Save the schedule, in place as most editors do."""
        if broken:
            self._write(self.chance.choice(BROKEN))
            return
        each = self.chance.choice(self._windows)
        match self.chance.randrange(4):
            case 0:
                each["start"] = f"{self.chance.randint(2029, 2033)}-0{self.chance.randint(1, 9)}-15 2{number % 4}:00"
            case 1:
                each["class"] = self.chance.choice(["operationeel", "standaard", "uitgebreid"])
            case 2 if self.soon and each.get("status") == "cancelled":
                each["note"] = "It stays cancelled: the service asks before it publishes that a cancelled window is on again."
            case 2:
                each["status"] = self.chance.choice(["confirmed", "tentative", "cancelled"])
            case _:
                each["note"] = f"Save {number}"
        entries = ["  - " + "\n    ".join(f"{key}: {value}" for key, value in each.items()) + "\n" for each in self._windows]
        self._write(f"windows:\n{self.soon}{''.join(entries)}")

    def _write(self, windows: str) -> None:
        key = self.path.name.removesuffix(".yaml")
        head = HEAD.replace("domain: example.com", f"domain: {key}.example.com")
        self.path.write_text(head + windows, encoding="utf-8")


def _soon() -> str:
    """Return a window that begins in two minutes and ends two later, so that a long storm sees it begin and end."""
    start = datetime.now(UTC) + timedelta(minutes=2)
    end = start + timedelta(minutes=2)
    return f"  - id: soon\n    start: {start:%Y-%m-%dT%H:%M:00Z}\n    end: {end:%Y-%m-%dT%H:%M:00Z}\n    class: standaard\n"


@dataclass(slots=True)
class Weather:
    """A storm over a folder of calendars.

    Attributes:
        folder: With the calendars.
        saves: How many times the schedule is saved, at most ten times a second.
        seconds: After how long it ends anyway; None for never.
        kills: How many workers are killed.
        counts: How often what happened.
        published_at: By stamp, when the fast calendar was published; of the monotonic clock.
        outages: From when a worker was killed until all answered again; of the monotonic clock.
        faults: What must not happen.
    """

    folder: Path
    saves: int
    kills: int
    seed: int
    seconds: float | None = None
    counts: "Counter[str]" = field(default_factory=Counter)
    published_at: dict[datetime, float] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _desks: dict[str, Desk] = field(default_factory=dict)
    _now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6))
    _killed: list[int] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def prepare(self) -> None:
        """Make the calendars."""
        for number, key in enumerate((FAST, PLAIN)):
            path = self.folder / f"{key}.yaml"
            self._desks[key] = Desk(path, random.Random(self.seed + number), soon=_soon() if key == PLAIN else "")
            self._desks[key].save(0, broken=False)
            publish(Folder(path.parent), path.name.removesuffix(".yaml"), now=self._now, answers=Answers())
        self._make_versions()
        self._link("2")

    def _make_versions(self) -> None:
        """Write journals that are none of the folder's until they are linked to; two of them are broken."""
        folder = self.folder.parent / "versions"
        folder.mkdir()
        at = self._now - timedelta(days=1)
        windows = [
            window(f"many{number}", datetime(2030, 1, 1, 20, tzinfo=UTC) + timedelta(days=number)) for number in range(120)
        ]
        state = published(*windows, calendar=CALENDAR, at=at)
        for number in range(4):
            at += timedelta(hours=1)
            moved = window(f"many{number}", datetime(2031, 6, 1, 20 + number, tzinfo=UTC))
            state = edited(state, moved, at=at)
            text = "".join(f"{render_line(line)}\n" for line in state.lines)
            (folder / f"{number}").write_text(text, encoding="utf-8")
        (folder / "broken").write_text("not a journal\n", encoding="utf-8")

    def versions(self) -> list[bytes]:
        """Return the journals that can be linked to and read."""
        return [path.read_bytes() for path in sorted((self.folder.parent / "versions").iterdir()) if path.name != "broken"]

    def _link(self, name: str) -> None:
        """Let the journal be another one, in one step."""
        link, beside = self.folder / f"{SWAPPED}.journal.jsonl", self.folder / ".swap"
        beside.symlink_to(self.folder.parent / "versions" / name)
        beside.replace(link)

    @property
    def is_over(self) -> bool:
        """Whether the last save was made."""
        return self._over.is_set()

    def rage(self, service: Service) -> None:
        """Save, publish, swap and kill, ten times a second."""
        chance, pause = random.Random(self.seed), threading.Event()
        killing = set(chance.sample(range(1, self.saves), self.kills))
        beginning = time.monotonic()
        try:
            for number in range(1, self.saves + 1):
                pause.wait(max(0.0, beginning + number / 10 - time.monotonic()))
                if self.seconds is not None and time.monotonic() > beginning + self.seconds:
                    break
                self._save_and_publish(number, broken=number % 3 == 0)
                if number % 25 == 0:
                    self._desks[PLAIN].save(number, broken=number % 75 == 0)
                    self.counts["saves of the calendar that the service publishes"] += 1
                if number % 15 == 0:
                    self._link(chance.choice(["0", "1", "2", "3", "broken", "gone"]))
                    self.counts["journals swapped"] += 1
                self._look_after(service)
                if number in killing:
                    self._kill(service, chance)
        except Exception as error:  # noqa: BLE001  # it is told at the end
            self.faults.append(f"the weather ended: {error!r}")
        finally:
            self._over.set()

    def _save_and_publish(self, number: int, *, broken: bool) -> None:
        """Save the fast calendar and publish it with a clock that runs as fast."""
        self._desks[FAST].save(number, broken=broken)
        self.counts["broken saves" if broken else "clean saves"] += 1
        path = self.folder / f"{FAST}.yaml"
        self._now = min(self._now + timedelta(seconds=1), datetime.now(UTC).replace(microsecond=0))
        answers = Answers(restore=frozenset(f"w{each}" for each in range(WINDOWS)))
        try:
            outcome = publish(Folder(path.parent), path.name.removesuffix(".yaml"), now=self._now, answers=answers)
        except ScheduleError:
            if not broken:
                self.faults.append(f"save {number} was not taken for a clean one")
        except (ClockError, BusyError) as error:
            self.counts[type(error).__name__] += 1
            self._now = datetime.now(UTC).replace(microsecond=0)
        else:
            if outcome.is_done and outcome.difference.lines:
                self.published_at[outcome.difference.lines[0].at] = time.monotonic()
                self.counts["publications"] += 1
                if broken:
                    self.faults.append(f"save {number}, broken, was published")

    def _kill(self, service: Service, chance: random.Random) -> None:
        """Kill a worker, or the only one that is there at the moment."""
        if workers := workers_of(service):
            self._killed.append(chance.choice(workers))
            if not self.outages or self.outages[-1][1] < math.inf:
                self.outages.append((time.monotonic(), math.inf))  # before the kill: a client may notice at once
            os.kill(self._killed[-1], signal.SIGKILL)
            self.counts["workers killed"] += 1

    def _look_after(self, service: Service) -> None:
        """Note that all workers answer again."""
        are_gone = not any(Path(f"/proc/{each}").exists() for each in self._killed)
        if self.outages and are_gone and listeners(service.port) == 2:
            begin, end = self.outages[-1]
            self.outages[-1] = (begin, min(end, time.monotonic()))
