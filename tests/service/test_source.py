import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icsfeed.journal import render_line
from icsfeed.model import Status
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from icsfeed.replay import PublishedCalendar
from tests.published import CALENDAR, START, all_documents, published, window
from tests.service.conftest import JOURNAL, announced
from tests.support import ADDRESS, NOW, publication_of

SECOND = timedelta(seconds=1)
END = START + timedelta(minutes=20)
PASSING = window(kind="operationeel", end=END)
"""A window that changes nothing any more once it is over."""


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def write(folder: Path, of: PublishedCalendar, name: str = JOURNAL) -> Path:
    path = folder / name
    path.write_text("".join(f"{render_line(line)}\n" for line in of.lines), encoding="utf-8")
    return path


def source_of(folder: Path, clock: Clock) -> Source:
    return Source(JournalFolder(folder, clock=clock), Addresses(public_url=ADDRESS), clock=clock)


def test_nothing_is_made_anew_while_nothing_changes(folder: Path) -> None:
    write(folder, published(window()))
    clock = Clock()
    source = source_of(folder, clock)
    first = source.publication
    for _ in range(5):
        clock.now += timedelta(hours=1)
        source.refresh()

    assert source.publication is first


def test_a_boundarys_publication_is_made_ahead_and_swapped_at_the_boundary(folder: Path) -> None:
    of = published(PASSING)
    write(folder, of)
    clock = Clock(START)
    source = source_of(folder, clock)
    first = source.publication
    assert first.until == END

    clock.now = END - 6 * SECOND
    source.refresh()
    assert source._prepared is None
    clock.now = END - 4 * SECOND
    source.refresh()
    ahead = source._prepared
    assert ahead is not None
    assert ahead.moment == END
    assert source.publication is first

    clock.now = END
    source.refresh()
    assert source.publication is ahead
    assert source._prepared is None
    assert all_documents(source.publication) == all_documents(publication_of(of, END))


def test_a_boundary_passed_in_sleep_is_caught_up(folder: Path) -> None:
    of = published(window(), window("b", START + timedelta(days=1)))
    write(folder, of)
    clock = Clock()
    source = source_of(folder, clock)
    clock.now = END - SECOND
    source.refresh()
    clock.now = START + timedelta(days=40)
    source.refresh()

    assert all_documents(source.publication) == all_documents(publication_of(of, clock.now))


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=40)])
def test_a_clock_that_was_ahead_leaves_nothing_of_the_future(folder: Path, ahead: timedelta) -> None:
    of = published(window())
    write(folder, of)
    clock = Clock(START - 10 * SECOND)
    source = source_of(folder, clock)
    clock.now += ahead
    source.refresh()
    assert source.publication.moment == clock.now
    clock.now -= ahead - 3 * SECOND
    source.refresh()

    assert all_documents(source.publication) == all_documents(publication_of(of, clock.now))
    assert source.publication.until == START
    clock.now = START
    source.refresh()
    assert all_documents(source.publication) == all_documents(publication_of(of, START))


def test_a_change_just_before_a_boundary_is_not_lost_in_the_one_made_ahead(folder: Path) -> None:
    journal = write(folder, published(PASSING))
    clock = Clock(START)
    source = source_of(folder, clock)
    clock.now = END - SECOND
    source.refresh()
    with journal.open("a", encoding="utf-8") as file:
        file.write(announced("late", END - SECOND))
    source.refresh()
    clock.now = END
    source.refresh()

    assert source.publication.find("/example/nl/late/") is not None
    assert source.publication.moment == END


def test_it_looks_again_no_later_than_at_the_boundary(folder: Path) -> None:
    write(folder, published(PASSING))
    clock = Clock(START)
    source = source_of(folder, clock)

    assert source.seconds_to_next_poll() == 0.5
    clock.now = END - timedelta(milliseconds=200)
    assert source.seconds_to_next_poll() == pytest.approx(0.2)
    clock.now = END + SECOND
    assert 0 < source.seconds_to_next_poll() <= 0.1


def test_a_cancelled_window_leaves_at_its_midnight(folder: Path) -> None:
    write(folder, published(window(status=Status.CANCELLED)))
    clock = Clock()
    source = source_of(folder, clock)

    def is_there() -> bool:
        source.refresh()
        found = source.publication.find("/example.ics")
        return found is not None and b"UID:a@example.com" in found.body

    seen = []
    for shift in (timedelta(days=13), timedelta(days=14, hours=3) - SECOND, timedelta(days=14, hours=3)):
        clock.now = START + shift
        seen.append(is_there())
    assert seen == [True, True, False]


def test_a_new_journal_is_a_new_calendar(folder: Path) -> None:
    clock = Clock()
    source = source_of(folder, clock)
    assert list(source.publication.views) == []
    write(folder, published(window()))
    source.refresh()

    assert list(source.publication.views) == ["example"]


def test_files_that_are_no_journals_are_ignored(folder: Path) -> None:
    for name in (
        f".{JOURNAL}.tmp",
        ".hidden.journal.jsonl",
        "UPPER.journal.jsonl",
        "example.journal.jsonl.bak",
        "api.journal.jsonl",
    ):
        write(folder, published(window()), name)

    assert list(source_of(folder, Clock()).publication.views) == []


@pytest.mark.parametrize("damage", ["not json\n", "", "[1]\n", '{"at": "2027-11-01T12:00:00Z"}\n', "\x00\x00\n"])
def test_a_journal_that_cannot_be_read_never_replaces_what_is_published(
    folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    journal = write(folder, published(window()))
    whole = journal.read_text(encoding="utf-8")
    clock = Clock()
    source = source_of(folder, clock)
    first = source.publication
    with caplog.at_level(logging.INFO, "icsfeed"):
        journal.write_text(damage, encoding="utf-8")
        for _ in range(5):
            clock.now += SECOND
            source.refresh()
        told = list(caplog.messages)
        caplog.clear()
        journal.write_text(whole, encoding="utf-8")
        for _ in range(3):
            source.refresh()

    assert source.publication is first
    (one,) = told
    assert one.startswith(f"cannot read {journal}")
    assert one.endswith("; its last readable version stays published")
    assert caplog.messages == [f"{journal} can be read again"]


def test_a_deleted_journal_is_told_once_then_each_hour_and_when_it_is_over(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = write(folder, published(window()))
    whole = journal.read_bytes()
    clock = Clock()
    source = source_of(folder, clock)
    first = source.publication
    with caplog.at_level(logging.INFO, "icsfeed"):
        journal.unlink()
        for _ in range(3 * 60 + 1):
            source.refresh()
            clock.now += timedelta(minutes=1)
        journal.write_bytes(whole)
        source.refresh()

    assert source.publication is first
    assert caplog.messages == [
        f"cannot read {journal}: No such file or directory; its last readable version stays published",
        *[f"still cannot read {journal}: No such file or directory"] * 3,
        f"{journal} can be read again",
    ]


def test_each_further_damage_is_told_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = write(folder, published(window()))
    source = source_of(folder, Clock())
    with caplog.at_level(logging.INFO, "icsfeed"):
        for damage in ("first\n", "second one\n"):
            journal.write_text(damage, encoding="utf-8")
            source.refresh()
            source.refresh()

    assert len(caplog.messages) == 2


def test_a_broken_journal_leaves_the_other_calendars_alone(folder: Path) -> None:
    write(folder, published(window()))
    other = replace(CALENDAR, key="other", domain="other.example.com")
    journal = write(folder, published(calendar=other), "other.journal.jsonl")
    source = source_of(folder, Clock())
    (folder / JOURNAL).write_text("broken\n", encoding="utf-8")
    with journal.open("a", encoding="utf-8") as file:
        file.write(announced("fresh", NOW))
    source.refresh()

    assert source.publication.find("/other/nl/fresh/") is not None
    assert source.publication.find("/example/nl/a/") is not None
    assert list(source.journals.faults) == ["example"]


def test_a_torn_last_line_is_left_out_with_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = write(folder, published(window()))
    journal.write_text(journal.read_text(encoding="utf-8") + announced("torn")[:40], encoding="utf-8")
    with caplog.at_level(logging.INFO, "icsfeed"):
        source = source_of(folder, Clock())

    assert source.publication.find("/example/nl/a/") is not None
    assert ["was cut off" in message for message in caplog.messages] == [True]


def test_a_stamp_ahead_of_the_clock_is_published_at_once(folder: Path) -> None:
    write(folder, published(window(), at=NOW + timedelta(minutes=4)))
    clock = Clock()
    source = source_of(folder, clock)

    assert source.publication.find("/example/nl/a/") is not None


def test_a_calendar_without_address_is_left_out_and_named(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(folder, published(window()))
    clock = Clock()
    source = Source(JournalFolder(folder, clock=clock), Addresses(), clock=clock)

    assert list(source.publication.views) == []
    assert "example has no public address; set url in its schedule, --public-url or ICSFEED_PUBLIC_URL" in caplog.messages


def test_too_many_windows_ahead_are_told_once_and_again_when_they_become_more(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    many = [window(f"{number:04}", START + number * timedelta(days=1)) for number in range(502)]
    journal = write(folder, published(*many))
    clock = Clock()
    with caplog.at_level(logging.INFO, "icsfeed"):
        source = source_of(folder, clock)
        clock.now = END
        source.refresh()
        with journal.open("a", encoding="utf-8") as file:
            file.write(announced("x", NOW) + announced("y", NOW))
        source.refresh()

    told = [message for message in caplog.messages if "left out" in message]
    assert told == [
        "example: feeds hold at most 500 windows; 2 furthest ahead are left out",
        "example: feeds hold at most 500 windows; 3 furthest ahead are left out",
    ]


def test_a_preview_stands_still(folder: Path) -> None:
    of = published(window())
    write(folder, of)
    past = datetime(2021, 1, 1, tzinfo=UTC)
    source = Source(JournalFolder(folder), Addresses(public_url=ADDRESS), clock=Clock(past), is_preview=True)
    first = source.publication
    source.refresh()

    assert source.publication is first
    assert first.moment == past
    page = first.find("/example/")
    assert page is not None
    assert b"Voorvertoning van vrijdag 1 januari 2021 01:00" in page.body


def test_a_journal_that_could_not_be_opened_is_tried_again_although_its_signature_is_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder, published(window()))
    read_bytes = Path.read_bytes

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    journals = JournalFolder(folder)
    assert not journals.refresh()
    assert journals.faults == {path.name.removesuffix(".journal.jsonl"): f"{path}: Permission denied"}
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert journals.refresh()
    assert journals.faults == {}


def test_a_change_counts_at_the_next_look_when_making_it_failed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, published(window()))
    source = source_of(folder, Clock())
    make = source._render

    def fail(*arguments: object) -> None:
        raise MemoryError

    of = published(window(), window("another", START + timedelta(days=1)))
    write(folder, of)
    monkeypatch.setattr(source, "_render", fail)
    with pytest.raises(MemoryError):
        source.refresh()
    monkeypatch.setattr(source, "_render", make)
    source.refresh()
    assert len(next(iter(source.publication.views.values())).published.windows) == len(of.windows)
