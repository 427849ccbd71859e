"""Schedule files with a repeated window in any layout that commands edit, and which dates of it are changed already."""

import random
from dataclasses import dataclass

from hypothesis import strategies as st

from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from tests.support import HEAD

DAYS = ("2028-01-06", "2028-02-03", "2028-03-02", "2028-04-06", "2028-05-04", "2028-06-01")
"""The first dates of the rule."""

WORDS = {
    "2028-01-06": ("6 januari 2028", "Thursday 6 January 2028"),
    "2028-02-03": ("3 februari 2028", "do 3 februari 2028"),
    "2028-03-02": ("donderdag 2 maart 2028", "2 March 2028"),
    "2028-04-06": ("6 april 2028", "Thu 6 April 2028"),
    "2028-05-04": ("4 mei 2028", "Donderdag 4 mei 2028"),
    "2028-06-01": ("1 juni 2028", "June 1, 2028"),
}


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """A schedule file with the repeated window `round` between two others.

    Attributes:
        before: What stands before its entry.
        own: The entry's own lines.
        behind: What stands behind it.
    """

    before: bytes
    own: bytes
    behind: bytes

    @property
    def data(self) -> bytes:
        """All of it."""
        return self.before + self.own + self.behind

    @property
    def has_empty_changes(self) -> bool:
        """Whether `changes` is there and says nothing."""
        return b"changes: {}" in self.own

    def load(self) -> Schedule:
        return load(self.data)


def load(data: bytes) -> Schedule:
    return load_schedule(data, file="schedule/example.yaml", key="example")


def files() -> st.SearchStrategy[SeriesFile]:
    """Give schedule files without errors."""
    return st.integers(0, 2**32).map(make_file)


def make_file(seed: int) -> SeriesFile:
    """Return the schedule file of this number."""
    chance = random.Random(seed)
    drawn = _Drawn(chance)
    own = f"  - {drawn.entry()}"
    before = f"{HEAD}windows:\n  # Eerste.\n  - {{id: a, start: 2027-12-07 21:00, class: standaard}}\n"
    last = chance.random() < 0.3
    behind = "" if last else "\n  # Laatste.\n  - id: z\n    start: 2029-01-01 21:00\n    class: standaard"
    behind += chance.choice(["\n", "\n# Einde.\n", ""])
    end = chance.choice(["\n", "\n", "\r\n"])
    parts = [text.replace("\n", end).encode() for text in (before, own, behind)]
    return SeriesFile(*parts)


class _Drawn:
    """Draws one entry."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def _flip(self, one_in: int = 2) -> bool:
        return self._chance.randrange(one_in) == 0

    def _comment(self) -> str:
        return f"  # {self._chance.randrange(1000)}: - {{x}}" if self._flip(3) else ""

    def entry(self) -> str:
        style = self._chance.choice(["block", "block", "block", "braces"])
        facts = {"id": "round", "start": "2028-01-06 21:00", "class": "standaard", "repeat": "FREQ=MONTHLY;BYDAY=1TH"}
        if self._flip(3):
            facts["end"] = "2028-01-06 23:00"
        if self._flip(4):
            facts["note"] = "Een"
        keys = list(facts)
        self._chance.shuffle(keys)
        days = sorted(self._chance.sample(DAYS, self._chance.randrange(5)))
        if self._flip(4):
            self._chance.shuffle(days)
        if days or self._flip(6):
            keys.insert(self._chance.randrange(1, len(keys) + 1), "changes")
        if style != "block":
            return f"{{{', '.join(f'{key}: {self._flow(key, facts, days)}' for key in keys)}}}"
        lines: list[str] = []
        for key in keys:
            if lines and self._flip(5):
                lines.append(f"# between {self._chance.randrange(1000)}")
            if key != "changes":
                lines.append(f"{key}: {facts[key]}{self._comment()}")
            elif not days or self._flip(4):
                lines.append(f"changes: {self._flow(key, facts, days)}{self._comment()}")
            else:
                lines += self._block_changes(days)
        return "\n    ".join(lines)

    def _flow(self, key: str, facts: dict[str, str], days: list[str]) -> str:
        if key == "changes":
            return f"{{{', '.join(f'{self._day(day)}: {self._change(day)}' for day in days)}}}"
        return facts[key]

    def _day(self, day: str) -> str:
        word = self._chance.choice([day, *WORDS[day]])
        return f'"{word}"' if "," in word or self._flip(5) else word

    def _change(self, day: str) -> str:
        status = self._chance.choice(["cancelled", "cancelled", "tentative", "confirmed"])
        if self._flip():
            return status
        pairs = [f"{name}: {value}" for name, value in self._facts(day).items()]
        return f"{{{', '.join(pairs)}}}"

    def _facts(self, day: str) -> dict[str, str]:
        choices = {
            "status": "cancelled",
            "reason": "Geen tijd",
            "start": f"{day} 22:30",
            "class": self._chance.choice(["standaard", "uitgebreid"]),
            "title": "Let op",
        }
        names = self._chance.sample(list(choices), self._chance.randint(1, 3))
        return {name: choices[name] for name in names}

    def _block_changes(self, days: list[str]) -> list[str]:
        lines = [f"changes:{self._comment()}"]
        for day in days:
            if self._flip(4):
                lines.append(f"  # above {day}")
            if self._flip():
                lines.append(f"  {self._day(day)}: {self._change(day)}{self._comment()}")
                continue
            lines.append(f"  {self._day(day)}:{self._comment()}")
            lines += [f"    {name}: {value}{self._comment()}" for name, value in self._facts(day).items()]
        return lines
