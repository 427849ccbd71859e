import errno
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from icsfeed.cli.export import RETRY, keep_exported
from icsfeed.publication import exporting
from icsfeed.publication.exporting import ExportError
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from tests.export.states import digests, expected
from tests.published import CALENDAR, START, published, window
from tests.service.conftest import JOURNAL, announced, write_journal
from tests.service.test_source import Clock, write
from tests.support import ADDRESS, NOW, ROOT, clean_environment, publication_of, wait_until

SECOND = timedelta(seconds=1)


class Script:
    """A clock, and what happens at each pause of the loop; after the last it stops."""

    def __init__(self, *steps: Callable[[], None], now: datetime = NOW) -> None:
        self.clock = Clock(now)
        self.steps = list(steps)
        self.asked: list[float] = []

    def pause(self, seconds: float) -> bool:
        self.asked.append(seconds)
        if self.steps:
            self.steps.pop(0)()
            return False
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "schedule"
    made.mkdir()
    return made


def run(folder: Path, script: Script, *, only: str | None = None) -> None:
    source = Source(JournalFolder(folder, clock=script.clock), Addresses(public_url=ADDRESS), clock=script.clock, only=only)
    keep_exported(source, folder.parent / "public", clock=script.clock, pause=script.pause)


def test_it_exports_at_once_and_then_each_boundary_and_each_publish(folder: Path, tmp_path: Path) -> None:
    of, more = published(window()), published(window(), window("b", START + timedelta(days=1)))
    write(folder, of)
    public, seen = tmp_path / "public", []
    boundary = publication_of(of, NOW).until
    assert boundary is not None

    def look() -> None:
        seen.append(digests(public))

    def pass_boundary() -> None:
        look()
        script.clock.now = boundary

    def publish() -> None:
        look()
        write(folder, more)

    script = Script(pass_boundary, publish, look)
    run(folder, script)
    expected_states = [publication_of(of, NOW), publication_of(of, boundary), publication_of(more, boundary)]
    assert seen == [expected(each) for each in expected_states]


def test_a_folder_that_somebody_removed_is_written_again(folder: Path, tmp_path: Path) -> None:
    of, public = published(window()), tmp_path / "public"
    write(folder, of)
    script = Script()

    def remove() -> None:
        shutil.rmtree(public)
        script.clock.now += RETRY

    script.steps = [remove, lambda: None]
    run(folder, script)
    assert digests(public) == expected(publication_of(of, NOW))


def test_it_waits_no_longer_than_to_the_boundary(folder: Path) -> None:
    write(folder, published(window()))
    script = Script(now=START - SECOND / 5)
    run(folder, script)
    assert script.asked == [pytest.approx(0.2)]


def test_while_nothing_changes_nothing_is_exported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, published(window()))
    exports = count_exports(monkeypatch)
    run(folder, Script(*[lambda: None] * 5))
    assert len(exports) == 1


def count_exports(monkeypatch: pytest.MonkeyPatch, failing: int = 0) -> list[Publication]:
    """Return what is exported from now on; the first ones meet a full disk."""
    exports: list[Publication] = []

    def export(publication: Publication, folder: Path) -> exporting.FileCounts:
        exports.append(publication)
        if len(exports) <= failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return exporting.export(publication, folder)

    monkeypatch.setattr("icsfeed.cli.export.export", export)
    return exports


def test_a_full_disk_is_told_once_and_tried_again_after_a_while(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder, published(window()))
    exports, counts = count_exports(monkeypatch, failing=2), []
    caplog.set_level(logging.INFO)

    def pass_time(by: timedelta) -> Callable[[], None]:
        def step() -> None:
            counts.append(len(exports))
            script.clock.now += by

        return step

    script = Script(*(pass_time(by) for by in (RETRY - SECOND, SECOND, RETRY, SECOND)))
    run(folder, script)
    assert counts == [1, 1, 2, 3]
    told = [each.getMessage() for each in caplog.records]
    assert told[0] == "not exported: No space left on device; trying again"
    assert told[1].startswith(f"exported to {tmp_path / 'public'}: ")
    assert len(told) == 2


def test_a_publish_is_tried_at_once_also_after_a_failure(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, published(window()))
    count_exports(monkeypatch, failing=1)
    later = published(window(), window("b"))

    def publish() -> None:
        write(folder, later)

    run(folder, Script(publish))
    assert digests(tmp_path / "public") == expected(publication_of(later))


def test_a_journal_that_broke_keeps_its_last_state(folder: Path, tmp_path: Path) -> None:
    of = published(window())
    journal = write(folder, of)

    def spoil() -> None:
        journal.write_text("no journal\n")

    run(folder, Script(spoil, lambda: None))
    assert digests(tmp_path / "public") == expected(publication_of(of))


def test_what_a_journal_lost_stays_exported_beside_what_is_published_afterwards(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lost, kept, new = window("lost"), window("kept", START + 60 * SECOND), window("new", START + 120 * SECOND)
    write(folder, published(kept, lost))

    def lose() -> None:
        write(folder, published(kept))

    def publish() -> None:
        write(folder, published(kept, new))

    with caplog.at_level(logging.ERROR, "icsfeed"):
        run(folder, Script(lose, publish, lambda: None))
    assert digests(tmp_path / "public") == expected(publication_of(published(kept, lost, new), NOW))
    (told,) = caplog.messages
    assert told.startswith(f"{folder / JOURNAL} lacks 1 line that it had; all stay published, `icsfeed reconcile` ")


def test_a_journal_that_was_broken_from_the_beginning_takes_no_file_away(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    of = published(window())
    journal = write(folder, of)
    run(folder, Script())
    data = journal.read_bytes()
    journal.write_text("no journal\n")
    kept: list[dict[str, str]] = []

    def repair() -> None:
        kept.append(digests(tmp_path / "public"))
        journal.write_bytes(data)

    run(folder, Script(repair))
    assert kept == [expected(publication_of(of))] == [digests(tmp_path / "public")]
    assert any("not exported: cannot read" in each.getMessage() for each in caplog.records)


def test_somebody_elses_folder_ends_it_at_the_beginning(folder: Path, tmp_path: Path) -> None:
    write(folder, published(window()))
    (tmp_path / "public").write_text("mine")
    with pytest.raises(ExportError):
        run(folder, Script(lambda: None))


def test_only_one_calendar_is_exported_where_that_is_wanted(folder: Path, tmp_path: Path) -> None:
    write(folder, published(window()))
    other = replace(CALENDAR, key="another", domain="another.example.com")
    write(folder, published(window(), calendar=other), name="another.journal.jsonl")
    run(folder, Script(), only="another")
    assert {each.name for each in (tmp_path / "public").iterdir() if each.is_dir()} >= {"another"}
    assert not (tmp_path / "public" / "example.ics").exists()


# As a process


@contextmanager
def watching(cwd: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "icsfeed", "export", "--watch", "public", "--public-url", ADDRESS]
    environment = clean_environment(PYTHONPATH=str(ROOT))
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=-1, stderr=-1, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_follows_a_publish_and_ends_well_when_told_to(folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    write_journal(folder, "first")
    with watching(tmp_path) as process:
        wait_until((tmp_path / "public/example/nl/first.ics").exists)
        with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(announced("second"))
        wait_until((tmp_path / "public/example/nl/second.ics").exists)
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "")
    told = errors.splitlines()
    assert len(told) == 2
    assert all("exported to public: " in line for line in told)
