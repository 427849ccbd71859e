import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from icsfeed.cli import serve as serving_module
from icsfeed.drafting.auto_publish import AutoPublisher
from icsfeed.drafting.folder import Folder
from icsfeed.publication.journals import JournalFolder, read_clock
from tests.service.conftest import JOURNAL
from tests.support import WINDOW, Service, icsfeed, make_folder, schedule_text, serving, wait_until

OTHER = WINDOW.replace("20271207T2100", "other").replace("2027-12-07", "2028-03-07")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("publishing")
    make_folder(folder, schedule_text(WINDOW, OTHER))
    with serving(folder) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """A running service; what a test saves is taken back."""
    file = schedule_of(running)
    before = file.read_text(encoding="utf-8")
    yield running
    file.write_text(before, encoding="utf-8")


def schedule_of(service: Service) -> Path:
    return service.log_file.parent / "schedule" / "example.yaml"


def save(service: Service, text: str) -> None:
    schedule_of(service).write_text(text, encoding="utf-8")


def test_what_the_schedule_says_is_published_at_the_start(service: Service) -> None:
    assert "published 3 changes of example" in service.log()
    assert service.ask("/example.ics").body.count(b"BEGIN:VEVENT") >= 2


def test_a_typo_is_named_once_with_its_place_and_changes_nothing(service: Service) -> None:
    before, journal = service.ask("/example.ics").body, schedule_of(service).with_name(JOURNAL).read_bytes()
    broken = schedule_of(service).read_text(encoding="utf-8").replace("    class: standaard\n", "    clas: standaard\n", 1)
    line = broken.split("\n").index("    clas: standaard") + 1
    told = f"not published: schedule/example.yaml:{line}:5 unknown key"
    save(service, broken)
    wait_until(lambda: told in service.log())
    save(service, f"{broken}# saved again\n")
    again = service.log_file.parent / "schedule" / "another.yaml"
    again.write_text("calendar: 1\n", encoding="utf-8")
    wait_until(lambda: "not published: schedule/another.yaml" in service.log())
    again.unlink()

    assert service.log().count(told) == 1
    assert service.ask("/example.ics").body == before
    assert schedule_of(service).with_name(JOURNAL).read_bytes() == journal


def test_a_question_is_not_answered_by_a_machine(service: Service) -> None:
    before = service.ask("/example.ics").body
    text = schedule_of(service).read_text(encoding="utf-8")
    start = text.index("  - id: other\n")
    gone = text[:start] + text[start + len(OTHER) :]
    save(service, gone)
    wait_until(
        lambda: re.search(r"not published: example: other vanished; .*run `icsfeed publish` to answer", service.log()) is not None
    )

    assert service.ask("/example.ics").body == before


def test_a_folder_that_cannot_be_written_is_only_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, whom no permission stops, so the answer to the question is given here."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    assert serving_module._make_publisher(Folder(folder), JournalFolder(folder)) is None


def test_a_save_counts_once_it_has_stayed_for_a_look(folder: Path) -> None:
    file = make_folder(folder.parent, schedule_text(WINDOW))
    publisher = AutoPublisher(Folder(folder), read_clock)
    publisher.publish_saves()
    assert not (folder / JOURNAL).exists()
    file.write_text(schedule_text(WINDOW, OTHER), encoding="utf-8")
    publisher.publish_saves()
    assert not (folder / JOURNAL).exists()
    publisher.publish_saves()

    assert len((folder / JOURNAL).read_text(encoding="utf-8").splitlines()) == 3


def test_what_git_may_have_put_under_another_window_and_a_file_with_an_error_are_not_published(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cancelled = "    status: cancelled\n"
    make_folder(folder.parent, schedule_text(WINDOW, OTHER))
    publisher = AutoPublisher(Folder(folder), read_clock)
    publisher.publish_saves(at_start=True)
    make_folder(folder.parent, schedule_text(WINDOW + cancelled, OTHER))
    publisher.publish_saves(at_start=True)
    before = (folder / JOURNAL).read_bytes()
    third = OTHER.replace("other", "third")
    for text, told in (
        (schedule_text(WINDOW, OTHER), "20271207T2100 was published as cancelled and is on again"),
        (schedule_text(WINDOW + cancelled, OTHER, third + cancelled), "third is new and cancelled already"),
        (schedule_text(WINDOW + cancelled, OTHER.replace("class", "clas")), 'unknown key "clas"'),
    ):
        make_folder(folder.parent, text)
        publisher.publish_saves(at_start=True)
        assert told in caplog.text
        assert (folder / JOURNAL).read_bytes() == before


def test_nothing_is_written_where_nothing_changed(folder: Path) -> None:
    make_folder(folder.parent, schedule_text(WINDOW))
    publisher = AutoPublisher(Folder(folder), read_clock)
    publisher.publish_saves(at_start=True)
    before = (folder / JOURNAL).stat()
    for _ in range(3):
        publisher.publish_saves()
    AutoPublisher(Folder(folder), read_clock).publish_saves(at_start=True)

    assert (folder / JOURNAL).stat().st_mtime_ns == before.st_mtime_ns
    assert (folder / JOURNAL).stat().st_ino == before.st_ino


def test_a_journal_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    """A checkout or a restored backup brings it back; a new one would let SEQUENCE fall."""
    make_folder(tmp_path, schedule_text(WINDOW.replace("2027", "2036")))
    journal = tmp_path / "schedule" / "example.journal.jsonl"
    with serving(tmp_path) as service:
        kept = journal.read_bytes()
        journal.unlink()
        told = "not published: schedule/example.journal.jsonl the journal is missing or empty, but there was one; restore it"
        wait_until(lambda: told in service.log())
        assert service.ask("/example.ics").status == 200
        assert not journal.exists()
        journal.write_bytes(kept)
        wait_until(lambda: "the error is fixed; nothing to publish" in service.log())
    assert journal.read_bytes() == kept


def test_the_log_tells_what_a_command_published_beside_the_service(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, "--no-publish") as service:
        assert icsfeed("publish", cwd=tmp_path).returncode == 0
        wait_until(lambda: "1 change of example published elsewhere" in service.log() or "2 changes of example" in service.log())
        done = icsfeed("move", "20271207T2100", "22:00", "--publish", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: "1 change of example published elsewhere: moved 20271207T2100" in service.log())
        log = service.log()

    assert "2 changes of example published elsewhere: calendar, announced 20271207T2100" in log


def test_a_clean_save_is_in_the_feed_seconds_later_and_told_once(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path) as service:
        file.write_text(schedule_text(WINDOW.replace("21:00", "22:00")), encoding="utf-8")
        wait_until(lambda: b"T210000Z" in service.ask("/example.ics").body)
        file.write_text(schedule_text(WINDOW.replace("21:00", "23:00")), encoding="utf-8")
        wait_until(lambda: b"T220000Z" in service.ask("/example.ics").body)
        log = service.log()

    assert log.count("published 1 change of example: moved") == 2
    assert "elsewhere" not in log


def test_odd_files_hold_up_neither_the_service_nor_the_other_calendars(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(WINDOW))
    with serving(tmp_path, workers=2) as service:
        os.mkfifo(file.with_name("odd.yaml"))
        os.mkfifo(file.with_name("even.journal.jsonl"))
        wait_until(lambda: "not published: schedule/odd.yaml: not a regular file" in service.log())
        wait_until(lambda: "cannot read schedule/even.journal.jsonl: not a regular file" in service.log())
        file.write_text(schedule_text(WINDOW, OTHER), encoding="utf-8")
        wait_until(lambda: all(b"UID:other@" in service.ask("/example.ics").body for _ in range(16)))
        health = json.loads(service.ask("/healthz").body)

    assert health["status"] == "degraded"
    assert health["reasons"] == ["cannot read even.journal.jsonl: not a regular file"]


def test_what_a_broken_journal_held_is_away_for_a_while_and_not_gone(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    (tmp_path / "schedule" / "example.journal.jsonl").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    with serving(tmp_path, "--no-publish") as service:
        answers = [service.ask(path) for path in ("/example.ics", "/example/", "/example/nl/")]
        other, log = service.ask("/other.ics"), service.log()

    assert [(each.status, each.headers["retry-after"]) for each in answers] == [(503, "10")] * 3
    assert other.status == 404
    assert "cannot read what was published of example: schedule/example.journal.jsonl:1" in log
