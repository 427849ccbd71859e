"""A folder that somebody edits and publishes, and what subscribers then see of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from icsfeed.drafting.folder import Folder
from icsfeed.drafting.publishing import Outcome, publish
from icsfeed.drafting.questions import Answers
from icsfeed.replay import PublishedCalendar
from tests.published import feed_body
from tests.support import NOW, make_folder, schedule_text

NO_ANSWERS = Answers()
EVERY_YES = Answers(withdraw_all=True, past=True)

FIRST = """\
  - id: first
    start: 2027-12-07 21:00
    class: standaard
"""
SECOND = """\
  - id: second
    start: 2027-12-14 21:00
    class: uitgebreid
"""
THIRD = """\
  - id: third
    start: 2027-12-21 21:00
    class: operationeel
"""


def window(id_: str, start: str, *facts: str, kind: str = "standaard") -> str:
    """Return the entry of a window in a schedule file; further facts are lines such as `title: "…"`."""
    lines = [f"  - id: {id_}", f"    start: {start}", f"    class: {kind}", *(f"    {fact}" for fact in facts)]
    return "".join(f"{line}\n" for line in lines)


def events_of(feed: bytes) -> Mapping[str, bytes]:
    """Return the bytes of each event of a feed, by UID."""
    found = {}
    for part in feed.split(b"BEGIN:VEVENT\r\n")[1:]:
        uid = re.search(rb"^UID:(.*)\r\n", part, re.MULTILINE)
        assert uid is not None, part
        found[uid[1].decode()] = part.split(b"END:VEVENT")[0]
    return found


def value(event: bytes, name: str) -> str:
    """Return a property of an event, unfolded and without parameters."""
    text = event.decode().replace("\r\n ", "")
    found = re.search(rf"^{name}[^:\r\n]*:(.*)\r$", text, re.MULTILINE)
    assert found is not None, (name, text)
    return found[1]


@dataclass(slots=True)
class Desk:
    """One calendar, `example`, in a folder of its own."""

    root: Path
    now: datetime = NOW

    @property
    def file(self) -> Path:
        """The schedule file."""
        return self.root / "schedule" / "example.yaml"

    @property
    def journal(self) -> Path:
        """The journal beside it."""
        return self.root / "schedule" / "example.journal.jsonl"

    @property
    def folder(self) -> Folder:
        """Both."""
        return Folder(self.root / "schedule")

    def write(self, *windows: str) -> None:
        """Save the schedule with these windows."""
        self.save(schedule_text(*windows))

    def save(self, text: str) -> None:
        """Save any schedule."""
        make_folder(self.root, text)

    def publish(self, answers: Answers = NO_ANSWERS, *, after: timedelta = timedelta(minutes=1)) -> Outcome:
        """Publish what is saved, some time after the last time; `EVERY_YES` also answers what is asked by id."""
        self.now += after
        outcome = publish(self.folder, "example", now=self.now, answers=answers)
        while answers.withdraw_all and answers.past and not outcome.is_done:
            for question in outcome.difference.questions:
                answers |= question.yes
            outcome = publish(self.folder, "example", now=self.now, answers=answers)
        return outcome

    def published(self) -> PublishedCalendar:
        """Return what the journal says."""
        found = self.folder.published("example")
        assert found is not None
        return found

    def lines(self) -> list[str]:
        """Return the journal's lines."""
        return self.journal.read_text(encoding="utf-8").splitlines()

    def events(self, path: str = "/example/en/example.ics") -> Mapping[str, bytes]:
        """Return the events of a feed, by UID."""
        return events_of(feed_body(self.published(), path, self.now))

    def event(self, id_: str) -> bytes:
        """Return the event of a window, in English."""
        return self.events()[f"{id_}@example.com"]
