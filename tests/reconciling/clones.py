"""Clones of one repository, each with somebody who edits and publishes there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from icsfeed.drafting import publishing
from icsfeed.drafting.comparison import Difference, compare
from icsfeed.drafting.publishing import Outcome, Reconciliation
from icsfeed.replay import PublishedCalendar
from tests.publishing.desk import EVERY_YES, NO_ANSWERS, Desk
from tests.reconciling.follower import Follower
from tests.repository import git
from tests.support import NOW, REAL, make_folder


@dataclass(slots=True)
class Clock:
    """The present of all clones."""

    now: datetime = NOW

    def tick(self) -> datetime:
        """Return the present, a minute later than the last time."""
        self.now += timedelta(minutes=1)
        return self.now


@dataclass(slots=True)
class Clone:
    """A work tree, who works there, and who follows its feed."""

    root: Path
    who: str
    clock: Clock
    follower: Follower = field(default_factory=Follower)

    @property
    def desk(self) -> Desk:
        """Its files."""
        return Desk(self.root)

    def git(self, *arguments: str, succeeds: bool = True) -> str:
        """Run git there."""
        return git(self.root, *arguments, succeeds=succeeds)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message=by {self.who}")

    def save(self, text: str) -> None:
        """Save and commit a schedule."""
        make_folder(self.root, text)
        self.commit()

    def publish(self, text: str | None = None, *, every_yes: bool = False) -> Outcome:
        """Publish a schedule, else what is saved, and commit it."""
        if text is not None:
            make_folder(self.root, text)
        with self.at_work():
            answers = EVERY_YES if every_yes else NO_ANSWERS
            outcome = publishing.publish(self.desk.folder, "example", now=self.clock.tick(), answers=answers)
        if outcome.is_done:
            self.commit()
            self.look()
        return outcome

    def reconcile(self, *withdraw: str, yes: bool = True) -> Reconciliation:
        """Run `reconcile` with or without `--yes`."""
        with self.at_work():
            outcome = publishing.reconcile(
                self.desk.folder,
                "example",
                now=self.clock.tick(),
                agrees=lambda dispute: yes and set(withdraw) >= set(dispute.vanished),
            )
        if not outcome.unsettled:
            self.look()
        return outcome

    def settle(self, text: str | None = None, *withdraw: str) -> list[str]:
        """Settle a merge: save a schedule, run `reconcile --yes`, commit; return what was asked."""
        asked = self.settle_without_commit(text, *withdraw)
        self.commit()
        return asked

    def settle_without_commit(self, text: str | None = None, *withdraw: str) -> list[str]:
        """Do the same, but commit nothing."""
        if text is not None:
            make_folder(self.root, text)
        outcome = self.reconcile(*withdraw)
        assert outcome.unsettled == (), outcome.unsettled
        return [each.text for each in outcome.settlement.disputes] if outcome.settlement else []

    def look(self) -> None:
        """Let the follower look at the feed."""
        self.follower.look(self.published, self.clock.now)

    @property
    def published(self) -> PublishedCalendar:
        """What its journal says."""
        return self.desk.published()

    def pull(self, other: "Clone", *arguments: str, succeeds: bool = False) -> None:
        """Merge the branch of another clone; as a rule both published, and git reports a conflict."""
        ways = arguments or ("--no-rebase",)
        self.git("pull", "--quiet", "--no-edit", *ways, str(other.root), "main", succeeds=succeeds)

    def take(self, other: "Clone") -> None:
        """Take over what another clone settled."""
        self.git("pull", "--quiet", "--ff-only", str(other.root), "main")
        self.look()

    def drafts(self) -> Difference:
        """Return what `diff` shows."""
        draft = self.desk.folder.load("example")
        return compare(draft.schedule, draft.published, now=self.clock.now, answers=NO_ANSWERS)

    def revision(self, id_: str) -> tuple[int, str]:
        """Return SEQUENCE and the start of a window, in UTC."""
        found = self.published.at(self.clock.now).by_id[id_]
        return found.sequence, f"{found.start:%Y-%m-%d %H:%M}"

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be the author of lines."""
        kept = os.environ.get("GIT_AUTHOR_NAME")
        os.environ["GIT_AUTHOR_NAME"] = self.who
        try:
            yield
        finally:
            del os.environ["GIT_AUTHOR_NAME"]
            if kept is not None:
                os.environ["GIT_AUTHOR_NAME"] = kept


def make_clones(path: Path, text: str, *names: str) -> list[Clone]:
    """Return clones of a repository in which a schedule is published."""
    clock = Clock()
    first = Clone(path / names[0], names[0], clock)
    first.root.mkdir()
    make_folder(first.root, text)
    for name in (".gitattributes", ".gitignore"):
        (first.root / "schedule" / name).write_text((REAL / name).read_text(encoding="utf-8"), encoding="utf-8")
    git(first.root, "init", "--initial-branch=main", "--quiet")
    first.publish(every_yes=True)
    others = [Clone(path / name, name, clock) for name in names[1:]]
    for other in others:
        git(path, "clone", "--quiet", names[0], other.who)
        other.look()
    return [first, *others]
