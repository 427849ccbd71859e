"""Whatever is edited and published, in whatever order, subscribers see revisions that only go forward."""

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icsfeed.drafting.questions import Answers
from icsfeed.journal import load_journal
from icsfeed.publication.documents import feeds
from tests.published import documents_of
from tests.publishing.desk import EVERY_YES, NO_ANSWERS, Desk, events_of, value, window
from tests.support import HEAD, NOW

BEFORE_ALL = NOW - timedelta(days=60)
"""A moment at which no cancelled window has left the feeds yet."""

IDS = ("a", "b", "c", "d")
EDITS = (
    ("downtime: 20 minutes", "downtime: 25 minutes"),
    ('service: "Example"', 'service: "Sample"'),
    ("languages: [nl, en]", "languages: [en, nl]"),
    ("color: steelblue", "color: red"),
    ("timezone: Europe/Amsterdam", "timezone: Europe/London"),
    ('name: "Support"', 'name: "Help"'),
    ("  color", "  url: https://other.example.com\n  color"),
    ("  color", "  introduction: Waarom.\n  color"),
    ('aftermath: {nl: "Soms', 'aftermath: {nl: "Vaak'),
)

starts = st.builds(
    lambda day, hour: f"2027-{day} {hour}:00", st.sampled_from(["10-05", "11-03", "12-07", "12-24"]), st.integers(10, 22)
)
facts = st.lists(
    st.sampled_from(
        [
            "status: cancelled",
            "planned: false",
            "note: Kort.",
            "title: Upgrade",
            "reason: Daarom.",
            "end: 2028-01-01 00:00",
            "actual: {start: 2027-11-01 21:03}",
        ]
    ),
    max_size=2,
    unique=True,
)
kinds = st.sampled_from(["operationeel", "standaard", "uitgebreid", "standaard/uitgebreid"])
entries = st.dictionaries(st.sampled_from(IDS), st.tuples(starts, facts, kinds), max_size=4)
pauses = st.sampled_from([timedelta(), timedelta(seconds=1), timedelta(hours=5), timedelta(days=20), -timedelta(seconds=30)])
answers = st.sampled_from([EVERY_YES, EVERY_YES, NO_ANSWERS, Answers(past=True)])


@st.composite
def schedules(draw: st.DrawFn) -> str:
    head = HEAD
    for old, new in draw(st.lists(st.sampled_from(EDITS), max_size=2, unique=True)):
        head = head.replace(old, new, 1)
    windows = [window(id_, start, *more, kind=kind) for id_, (start, more, kind) in draw(entries).items()]
    return f"{head}windows:\n{''.join(windows)}" if windows else f"{head}windows: []\n"


Seen = Mapping[str, Mapping[str, bytes]]
"""The events that subscribers see in each language."""


def journal_of(desk: Desk) -> bytes:
    return desk.journal.read_bytes() if desk.journal.exists() else b""


def seen(desk: Desk) -> Seen:
    """Return what subscribers see."""
    found = documents_of(desk.published(), BEFORE_ALL, feeds)
    return {language: events_of(found[f"/example/{language}/example.ics"].body) for language in ("nl", "en")}


def require_forward(before: bytes, after: bytes) -> None:
    """Fail unless an event after a publication can follow the one before it."""
    sequences = [int(value(event, "SEQUENCE")) for event in (before, after)]
    stamps = [value(event, "LAST-MODIFIED") for event in (before, after)]
    assert sequences == sorted(sequences)
    assert stamps == sorted(stamps)
    assert value(before, "CREATED") == value(after, "CREATED")
    if before != after:
        assert sequences[0] < sequences[1]
        assert stamps[0] < stamps[1]


def require_step(desk: Desk, before: Seen, text: str, answer: Answers, pause: timedelta) -> Seen:
    """Save and publish, and fail unless everything that holds of a publication does; return what is seen after it."""
    journal = journal_of(desk)
    desk.save(text)
    outcome = desk.publish(answer, after=pause)
    assert journal_of(desk).startswith(journal)
    if not outcome.is_done:
        assert journal_of(desk) == journal
        return before
    after = seen(desk)
    for language, events in before.items():
        assert set(events) <= set(after[language])
        for uid, event in events.items():
            require_forward(event, after[language][uid])
    again = desk.publish(EVERY_YES, after=timedelta())
    assert again.difference.lines == ()
    replayed = load_journal(journal_of(desk), file="example.journal.jsonl", key="example")
    assert replayed == desk.published()
    return after


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(schedules(), answers, pauses), min_size=2, max_size=6))
def test_revisions_only_go_forward(steps: list[tuple[str, Answers, timedelta]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        before: Seen = {}
        for text, answer, pause in steps:
            before = require_step(desk, before, text, answer, pause)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(texts=st.lists(schedules(), min_size=2, max_size=5))
def test_what_is_published_says_what_the_schedule_says(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for text in texts:
            desk.save(text)
            desk.publish(EVERY_YES)
            schedule, published = desk.folder.load("example").schedule, desk.published()
            assert published.calendar == schedule.calendar
            assert [published.by_id[each.id].facts for each in schedule.windows] == list(schedule.windows)
            gone = set(published.by_id) - {each.id for each in schedule.windows}
            assert all(published.by_id[id_].is_cancelled or published.by_id[id_].has_ended(desk.now) for id_ in gone)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(text=schedules(), data=st.data())
def test_the_order_of_entries_changes_no_byte_of_the_journal(text: str, data: st.DataObject) -> None:
    head, _, body = text.partition("windows:")
    parts = [f"  - id:{each}" for each in body.split("  - id:")[1:]]
    shuffled = "".join(data.draw(st.permutations(parts))) if parts else body
    turned = f"{head}windows:\n{shuffled}" if parts else text
    journals = []
    for each in (text, turned):
        with tempfile.TemporaryDirectory() as folder:
            desk = Desk(Path(folder))
            desk.save(each)
            desk.publish(EVERY_YES)
            journals.append(journal_of(desk))
    assert journals[0] == journals[1]
