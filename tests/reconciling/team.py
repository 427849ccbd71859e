"""Three clones without git: what each has saved, published and merged, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.reconciling import settle
from icsfeed.drafting.schedule import Schedule
from icsfeed.journal import load_journal, load_sides, render_line
from icsfeed.problems import ScheduleError
from icsfeed.recurrence import series_of
from icsfeed.replay import Line, PublishedCalendar, replay
from tests.publishing.desk import EVERY_YES
from tests.reconciling.follower import Follower
from tests.support import HEAD, NOW, load

File = Mapping[tuple[str, str], str]
"""The values of a schedule file, by id (empty for the header) and key."""

FIRST_FILE: File = {
    ("", "contact"): "Support",
    ("", "downtime"): "20 minutes",
    ("", "introduction"): "Onderhoud.",
    ("a", "start"): "2027-12-07 21:00",
    ("a", "class"): "standaard",
    ("b", "start"): "2027-11-12 21:00",
    ("b", "class"): "uitgebreid",
    ("s", "start"): "2027-11-09 22:00",
    ("s", "class"): "operationeel",
    ("s", "repeat"): "FREQ=WEEKLY;COUNT=6",
}


def render_file(file: File) -> str:
    """Return the text of a schedule file."""
    head = HEAD.replace('"Support"', f'"{file["", "contact"]}"').replace(
        "downtime: 20 minutes", f"downtime: {file['', 'downtime']}"
    )
    head = head.replace("  color:", f"  introduction: {file['', 'introduction']}\n  color:")
    entries = []
    for id_ in sorted({id_ for id_, _ in file if id_}):
        facts = {key: value for (owner, key), value in sorted(file.items()) if owner == id_}
        days = {key.removeprefix("on "): facts.pop(key) for key in list(facts) if key.startswith("on ")}
        lines = [f"  - id: {id_}", *(f"    {key}: {value}" for key, value in facts.items())]
        lines += ["    changes:", *(f"      {day}: {value}" for day, value in days.items())] if days else []
        entries += lines
    windows = "windows:\n" + "\n".join(entries) if entries else "windows: []"
    return f"{head}{windows}\n"


def read_file(file: File) -> Schedule | None:
    """Return the schedule that a file says; None if it has an error, also where a published series became a single window."""
    if ("s", "start") in file and ("s", "repeat") not in file:
        return None
    try:
        return load(render_file(file))
    except ScheduleError:
        return None


def merge_files(base: File, ours: File, theirs: File, way: str) -> File:
    """Return a file as a person merges it: `well`, or in a hurry with all of `ours` or `theirs`."""
    if way != "well":
        return ours if way == "ours" else theirs
    merged = {}
    for key in {**base, **ours, **theirs}:
        value = theirs.get(key) if ours.get(key) == base.get(key) else ours.get(key)
        if value is not None:
            merged[key] = value
    whole = {id_ for id_, _ in merged if not id_ or {(id_, "start"), (id_, "class")} <= merged.keys()}
    return {key: value for key, value in merged.items() if key[0] in whole}


@dataclass(slots=True)
class Clone:
    """What one clone has, and who follows its feed."""

    who: str
    file: File
    journal: tuple[str, ...] = ()
    ancestors: frozenset[int] = frozenset()
    follower: Follower = field(default_factory=Follower)

    def read(self) -> PublishedCalendar:
        """Return what its journal says."""
        return read(self.journal)


def read(lines: Sequence[str]) -> PublishedCalendar:
    """Return what the lines of a journal say."""
    return load_journal("".join(f"{line}\n" for line in lines).encode(), file="journal", key="example")


def unit_of(line: Line) -> str:
    """Return what a line is about: the header, a window, or a series with its occurrences."""
    if line.window is None:
        return ""
    return "s" if series_of(line.window.id) == "s" else line.window.id


@dataclass(slots=True)
class Team:
    """Clones whose people edit, publish and merge.

    Attributes:
        commits: File and journal of each commit.
        asked: How many questions `reconcile` asked so far.
    """

    clones: tuple[Clone, ...]
    now: datetime = NOW
    commits: list[tuple[File, tuple[str, ...]]] = field(default_factory=list)
    asked: int = 0

    @classmethod
    def begin(cls, *names: str) -> "Team":
        """Return a team that published its first file."""
        team = cls(clones=tuple(Clone(name, FIRST_FILE) for name in names))
        first = team.clones[0]
        team.publish(first)
        for clone in team.clones[1:]:
            team.take(clone, first)
        return team

    def commit(self, clone: Clone) -> None:
        """Commit what a clone has."""
        clone.ancestors |= {len(self.commits)}
        self.commits.append((clone.file, clone.journal))

    def save(self, clone: Clone, file: File) -> bool:
        """Save a file as a draft; return whether it is one without an error."""
        if read_file(file) is None:
            return False
        clone.file = file
        self.commit(clone)
        return True

    def publish(self, clone: Clone) -> None:
        """Publish all that a file says otherwise."""
        schedule = read_file(clone.file)
        assert schedule is not None
        published = clone.read() if clone.journal else None
        found = compare(schedule, published, now=self.now, answers=EVERY_YES, by=clone.who)
        clone.journal += tuple(map(render_line, found.lines))
        self.commit(clone)
        self.look(clone)

    def look(self, clone: Clone) -> None:
        """Let the follower of a clone look at its feed."""
        clone.follower.look(clone.read(), self.now)

    def take(self, clone: Clone, other: Clone) -> None:
        """Take over what another clone has."""
        clone.file, clone.journal, clone.ancestors = other.file, other.journal, other.ancestors
        self.look(clone)

    def merge(self, clone: Clone, other: Clone, way: str) -> None:
        """Merge another clone's commits, and settle what conflicts."""
        if other.ancestors <= clone.ancestors:
            return
        if clone.ancestors <= other.ancestors:
            self.take(clone, other)
            return
        base_file, base = self.commits[max(clone.ancestors & other.ancestors)]
        merged = merge_files(base_file, clone.file, other.file, way)
        clone.file = merged if read_file(merged) else clone.file
        clone.ancestors |= other.ancestors
        if base in {other.journal, clone.journal}:
            clone.journal = other.journal if clone.journal == base else clone.journal
        else:
            self.settle(clone, other)
        self.commit(clone)
        self.look(clone)

    def settle(self, clone: Clone, other: Clone) -> None:
        """Reconcile the journals of two clones that both published, and hold that to what it promises."""
        ours, theirs = (
            [line for line in each.journal if line not in set(less.journal)] for each, less in ((clone, other), (other, clone))
        )
        common = [line for line in clone.journal if line in set(other.journal)]
        conflict = [*common, "<<<<<<< HEAD", *ours, "=======", *theirs, ">>>>>>> other"]
        with pytest.raises(ScheduleError, match="icsfeed reconcile"):
            read(conflict)
        schedule = read_file(clone.file)
        assert schedule is not None
        data = "".join(f"{line}\n" for line in conflict).encode()
        whole, sides = load_sides(data, (), file="journal", key="example")
        assert {*whole} == {*ours, *theirs, *common}
        lines = [[line for text, line in whole.items() if text in side] for side in sides]
        settled = settle(schedule, list(whole.values()), lines, now=self.now, by=clone.who)
        of_ours, of_theirs = ({unit_of(whole[text]) for text in side} for side in (ours, theirs))
        otherwise = {unit_of(line) for line in compare(schedule, replay(whole.values()), now=self.now, answers=EVERY_YES).lines}
        in_question = of_ours & of_theirs | (of_ours | of_theirs) & otherwise
        names = {each.text.split(" was ")[0].replace("the header", "") for each in settled.disputes}
        assert {"s" if series_of(name) == "s" else name for name in names} == in_question
        assert len(settled.disputes) == len(in_question)
        merged = replay(whole.values()).at(self.now)
        for line in settled.lines:  # nothing but what was in question is published as the schedule says
            if unit_of(line) not in in_question:
                assert line.window is not None
                assert line.window == merged.by_id[line.window.id].facts
        self.asked += len(in_question)
        clone.journal = (*whole, *map(render_line, settled.lines))
        published = clone.read()
        left = compare(schedule, published, now=self.now, answers=Answers()).lines
        assert {unit_of(line) for line in left} & (of_ours | of_theirs) == set()
        assert left == settled.drafts.lines
        for each in (clone, other):
            Follower(dict(each.follower.events)).look(published, self.now)

    def wait(self, days: float) -> None:
        """Let time pass."""
        self.now += timedelta(days=days, minutes=1)
