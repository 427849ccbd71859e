from collections.abc import Iterator
from pathlib import Path

import pytest

from icsfeed.publication.journals import JournalFolder
from tests.service.conftest import JOURNAL, all_workers_have, announced, write_journal
from tests.storm.processes import listeners
from tests.support import Service, serving, wait_until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that only reads; its folder is the log's, below `schedule`."""
    folder = tmp_path_factory.mktemp("journals")
    (folder / "schedule").mkdir()
    write_journal(folder / "schedule", "first")
    with serving(folder, "--no-publish", workers=2) as running:
        wait_until(lambda: listeners(running.port) == 2)
        yield running


def journal_of(service: Service) -> Path:
    return service.log_file.parent / "schedule" / JOURNAL


def test_an_appended_line_is_seen_by_all_workers(service: Service) -> None:
    with journal_of(service).open("a", encoding="utf-8") as file:
        file.write(announced("appended"))

    wait_until(all_workers_have(service, "appended"))


def test_a_journal_renamed_into_place_is_seen_by_all_workers(service: Service) -> None:
    journal = journal_of(service)
    new = journal.with_suffix(".new")
    new.write_text(journal.read_text(encoding="utf-8") + announced("renamed"), encoding="utf-8")
    new.replace(journal)

    wait_until(all_workers_have(service, "renamed"))


def test_a_swapped_symbolic_link_is_seen_by_all_workers(service: Service) -> None:
    journal = journal_of(service)
    for name in ("one", "two"):
        target = journal.parent.parent / f"target-{name}"
        target.write_text(journal.read_text(encoding="utf-8") + announced(f"linked-{name}"), encoding="utf-8")
        link = journal.with_suffix(".link")
        link.symlink_to(target)
        link.replace(journal)
        wait_until(all_workers_have(service, f"linked-{name}"))


def test_a_journal_that_is_gone_or_broken_changes_nothing_and_is_told_once(service: Service) -> None:
    journal = journal_of(service)
    whole, before, told = journal.read_text(encoding="utf-8"), service.ask("/example.ics").body, len(service.log())

    def log() -> str:
        return service.log()[told:]

    journal.unlink()
    wait_until(lambda: "No such file or directory; its last readable version stays published" in log())
    assert service.ask("/example.ics").body == before
    assert service.ask("/healthz").status == 200
    journal.write_text("broken\n", encoding="utf-8")
    wait_until(lambda: f"{JOURNAL}:1 this line of the journal is not JSON" in log())
    assert service.ask("/example.ics").body == before
    journal.write_text(whole + announced("afterwards"), encoding="utf-8")
    wait_until(all_workers_have(service, "afterwards"))
    wait_until(lambda: "can be read again" in log())
    assert (log().count("cannot read"), log().count("can be read again")) == (2, 1)


def test_a_fault_is_counted_when_it_is_new_and_not_at_each_look(folder: Path) -> None:
    journal = write_journal(folder, "first")
    whole = journal.read_text(encoding="utf-8")
    journals = JournalFolder(folder, quiet=True)

    def failures() -> int:
        for _ in range(5):
            journals.refresh()
        return journals.take_failures()

    assert failures() == 0
    journal.unlink()
    assert failures() == 1
    assert failures() == 0
    journal.write_text("broken\n", encoding="utf-8")
    assert failures() == 1
    journal.write_text("broken otherwise\n", encoding="utf-8")
    assert failures() == 1
    journal.write_text(whole, encoding="utf-8")
    assert failures() == 0
    journal.unlink()
    journal.mkdir()
    assert failures() == 1
