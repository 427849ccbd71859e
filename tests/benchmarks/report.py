"""Figures, each with its goal, as a table for people and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that was measured, once a round.

    Attributes:
        name: What it is, in words.
        values: One a round, in order; never empty.
        at_most: The goal, where less is better.
        at_least: The goal, where more is better; without either it is only told.
        unit: Of the values; empty for ratios.
    """

    name: str
    values: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def holds(self) -> bool | None:
        """Whether the median is as the goal wants it; None without a goal."""
        if self.at_most is not None:
            return self.middle <= self.at_most
        return self.middle >= self.at_least if self.at_least is not None else None

    def as_row(self) -> list[str]:
        """Return the figure as a row of the table."""
        bound = self.at_most if self.at_most is not None else self.at_least
        goal = "" if bound is None else f"{'≤' if self.at_most is not None else '≥'} {_number(bound)}"
        spread = f"{_number(min(self.values))}–{_number(max(self.values))}"
        unit = f" {self.unit}" if self.unit else ""
        return [self.name, goal, f"{_number(self.middle)}{unit}", spread, {True: "yes", False: "**no**", None: ""}[self.holds]]

    def as_data(self) -> dict[str, Any]:
        """Return the figure for JSON."""
        return {
            "name": self.name,
            "unit": self.unit or "ratio",
            "at_most": self.at_most,
            "at_least": self.at_least,
            "median": self.middle,
            "least": min(self.values),
            "most": max(self.values),
            "rounds": list(self.values),
            "holds": self.holds,
        }


def compare(
    name: str, above: Sequence[float], below: Sequence[float], *, at_most: float | None = None, at_least: float | None = None
) -> Figure:
    """Return a ratio, taken round by round, because what disturbs a machine disturbs both sides of a round alike."""
    return Figure(name=name, values=tuple(a / b for a, b in zip(above, below, strict=True)), at_most=at_most, at_least=at_least)


def render_markdown(figures: Iterable[Figure], facts: Mapping[str, object], *, rounds: int, seconds: float) -> str:
    """Return the tables: figures with a goal, and then those that are only told."""
    every = list(figures)
    with_goal = [each for each in every if each.holds is not None]
    told = [each for each in every if each.holds is None]
    parts = [f"Medians of {rounds} interleaved rounds, {seconds:g} seconds of load each; {_tell(facts)}."]
    if with_goal:
        parts.append(_table(["what", "goal", "median", "least–most", "holds"], [each.as_row() for each in with_goal]))
    if told:
        parts.append(_table(["beside it", "median", "least–most"], _join(told)))
    return "\n\n".join(parts) + "\n"


def _join(figures: Iterable[Figure]) -> list[list[str]]:
    """Return rows in which figures of one name stand beside one another."""
    rows: dict[str, list[str]] = {}
    for name, _, value, spread, _ in (each.as_row() for each in figures):
        known = rows.get(name)
        rows[name] = [name, value, spread] if known is None else [name, f"{known[1]}, {value}", f"{known[2]}, {spread}"]
    return list(rows.values())


def _tell(facts: Mapping[str, object]) -> str:
    """Return the machine in a few words."""
    versions = facts["versions"]
    names = ", ".join(f"{name} {number}" for name, number in versions.items() if number) if isinstance(versions, dict) else ""
    return f"{facts['cores']} cores of {facts['processor']}, {facts['memory_gib']} GiB, {facts['system']}, {names}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _number(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
