from dataclasses import dataclass
from datetime import datetime

import pytest

from icsfeed.journal import load_journal
from icsfeed.replay import PublishedCalendar
from icsfeed.wording import words_for
from tests.support import NOW, REAL, body_of, publication_of


@dataclass(frozen=True, kw_only=True, order=True)
class Seen:
    """What a reader sees of an event."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    description: str
    status: str
    sequence: int
    categories: tuple[str, ...]


@pytest.fixture(scope="package")
def shipped() -> PublishedCalendar:
    """The shipped calendar."""
    return load_journal((REAL / "minox-online.journal.jsonl").read_bytes(), file="a journal", key="minox-online")


@pytest.fixture(scope="package", params=["/minox-online.ics", "/minox-online/en/minox-online-reminders.ics"])
def feed(request: pytest.FixtureRequest, shipped: PublishedCalendar) -> tuple[bytes, list[Seen]]:
    """A feed of it, and what its readers must see."""
    path = str(request.param)
    words = words_for(shipped.calendar, "en" if "/en/" in path else "nl")
    expected = [
        Seen(
            uid=f"{each.id}@minox.nl",
            start=each.start,
            end=each.end,
            summary=words.summary(each),
            description=words.description(
                each, address=f"https://maintenance.example.com/minox-online/{words.language}/{each.id}/"
            ),
            status="CONFIRMED",
            sequence=each.sequence,
            categories=(words.text(each.heavier.name),),
        )
        for each in shipped.windows
    ]
    assert len(expected) == 18
    return body_of(publication_of(shipped, NOW), path), expected
