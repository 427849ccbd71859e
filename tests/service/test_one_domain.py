"""Several journals with one domain, and so the same UIDs: a copy, a rename, a stray file."""

import json
import logging
import shutil
from pathlib import Path

import pytest

from icsfeed.publication.journals import JournalFolder
from tests.publishing.desk import FIRST, SECOND
from tests.service.conftest import JOURNAL, announced, write_journal
from tests.support import icsfeed, make_folder, schedule_text, serving, wait_until

COPY = "example-old.journal.jsonl"


def keys_of(journals: JournalFolder) -> list[str]:
    """Return the calendars that are published after a look."""
    journals.refresh()
    return [each.calendar.key for each in journals.calendars]


def touch(folder: Path, *keys: str) -> None:
    """Put schedules beside journals; what they say is for others."""
    for key in keys:
        (folder / f"{key}.yaml").touch()


def copy(folder: Path) -> Path:
    return Path(shutil.copy(folder / JOURNAL, folder / COPY))


@pytest.mark.parametrize(
    ("schedules", "expected"),
    [
        (["example"], ["example"]),
        (["example-old"], ["example-old"]),
        (["other"], []),
        ([], []),
        (["example", "example-old"], []),
    ],
)
def test_of_two_the_one_with_a_schedule_is_published(folder: Path, schedules: list[str], expected: list[str]) -> None:
    write_journal(folder, "first")
    copy(folder)
    touch(folder, *schedules)
    journals = JournalFolder(folder)

    assert keys_of(journals) == expected
    assert sorted(journals.faults) == ([] if expected else ["example", "example-old"])
    assert journals.reasons != ()
    assert all(str(folder) not in each for each in journals.reasons)
    text = " ".join(journals.reasons)
    assert JOURNAL in text
    assert COPY in text


@pytest.mark.parametrize("schedules", [[], ["example"], ["example-old"], ["example", "example-old"]])
def test_a_running_service_keeps_the_one_that_it_knew(
    folder: Path, schedules: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    write_journal(folder, "first")
    journals = JournalFolder(folder)
    assert keys_of(journals) == ["example"]
    copied = copy(folder)
    touch(folder, *schedules)
    for _ in range(3):
        assert keys_of(journals) == ["example"]
    assert journals.faults == {}
    with (folder / JOURNAL).open("a", encoding="utf-8") as file:
        file.write(announced("later"))
    assert keys_of(journals) == ["example"]
    assert "later" in journals.calendars[0].by_id
    told = f"{copied}: {JOURNAL} has the same domain and takes precedence; delete the copy"
    assert journals.reasons == (f"not published: {told.removeprefix(f'{folder}/')}",)

    copied.unlink()
    assert keys_of(journals) == ["example"]
    assert not journals.reasons
    assert caplog.messages == [f"not published: {told}", f"{copied} is gone; it was not published"]


def test_when_none_was_chosen_deleting_a_copy_heals_it(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = write_journal(folder, "first")
    copied = copy(folder)
    journals = JournalFolder(folder)
    assert keys_of(journals) == []
    caplog.clear()
    caplog.set_level(logging.INFO, "icsfeed")
    copied.unlink()

    assert keys_of(journals) == ["example"]
    assert (journals.reasons, journals.faults) == ((), {})
    assert caplog.messages == [
        f"{copied} is gone; it was not published",
        f"{journal} is published, as the only one with its domain",
    ]


def test_a_renamed_calendar_takes_the_place_of_the_one_that_is_gone(folder: Path) -> None:
    journal = write_journal(folder, "first")
    touch(folder, "example")
    journals = JournalFolder(folder)
    assert keys_of(journals) == ["example"]
    journal.rename(folder / "renamed.journal.jsonl")
    assert keys_of(journals) == ["example"], "its schedule is still there"
    (folder / "example.yaml").rename(folder / "renamed.yaml")

    assert keys_of(journals) == ["renamed"]
    assert keys_of(journals) == ["renamed"]
    assert journals.reasons == ()


def test_what_could_never_be_read_is_forgotten_when_it_is_gone(folder: Path) -> None:
    journal = write_journal(folder, "first")
    journals = JournalFolder(folder, quiet=True)
    for name in ("note.journal.jsonl", "folder.journal.jsonl"):
        path = folder / name
        path.mkdir() if name.startswith("folder") else path.write_text("a stray note\n", encoding="utf-8")
        assert keys_of(journals) == ["example"]
        assert list(journals.faults) == [name.split(".")[0]]
        path.rmdir() if name.startswith("folder") else path.unlink()
        assert keys_of(journals) == ["example"]
        assert journals.faults == {}

    journal.unlink()
    assert keys_of(journals) == ["example"], "what was published stays"
    assert list(journals.faults) == ["example"]


def test_a_copy_of_one_that_cannot_be_read_does_not_take_its_place(folder: Path) -> None:
    journal = write_journal(folder, "first")
    whole = journal.read_text(encoding="utf-8")
    copied = copy(folder)
    touch(folder, "example")
    journal.write_text(f"{whole}<<<<<<< HEAD\n", encoding="utf-8")
    journals = JournalFolder(folder)
    assert keys_of(journals) == []
    assert list(journals.faults) == ["example"]
    journal.write_text(whole, encoding="utf-8")
    assert keys_of(journals) == ["example"]
    copied.unlink()
    assert keys_of(journals) == ["example"]
    assert not journals.reasons


def test_a_new_worker_knows_what_the_service_knew(folder: Path, tmp_path: Path) -> None:
    write_journal(folder, "first")
    copies = tmp_path / "copies"
    copies.mkdir()
    shutil.copy(folder / JOURNAL, copies / JOURNAL)
    copy(folder)

    assert keys_of(JournalFolder(folder, copies=copies)) == ["example"]
    assert keys_of(JournalFolder(folder)) == []


def test_a_copy_beside_a_running_service_changes_nothing_and_is_named(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    with serving(tmp_path, workers=2) as service:
        copied = copy(file.parent)
        wait_until(lambda: f"not published: schedule/{COPY}: {JOURNAL} has the same domain" in service.log())
        wait_until(lambda: json.loads(service.ask("/healthz").body)["status"] == "degraded")
        wait_until(lambda: all(json.loads(service.ask("/healthz").body)["status"] == "degraded" for _ in range(8)))
        health = json.loads(service.ask("/healthz").body)
        assert (service.ask("/").status, service.ask("/example-old.ics").status) == (302, 404)
        assert service.ask("/api/v2/summary.json").status == 200
        assert list(health["calendars"]) == ["example"]
        (reason,) = health["reasons"]
        assert reason == f"not published: {COPY}: {JOURNAL} has the same domain and takes precedence; delete the copy"

        file.write_text(schedule_text(FIRST, SECOND), encoding="utf-8")
        wait_until(lambda: b"UID:second@" in service.ask("/example.ics").body)
        copied.unlink()
        wait_until(lambda: all(json.loads(service.ask("/healthz").body)["status"] == "ok" for _ in range(8)))


def test_a_schedule_that_was_renamed_takes_its_journal_along(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    file.rename(file.with_name("renamed.yaml"))
    said = icsfeed("check", cwd=tmp_path).stdout
    assert "`git mv schedule/example.journal.jsonl schedule/renamed.journal.jsonl`, and add `formerly: [example]`" in said
    assert "Delete" not in said


def test_beside_a_copy_the_calendar_is_checked_published_and_exported(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    copy(file.parent)
    file.write_text(schedule_text(FIRST, SECOND), encoding="utf-8")
    check, published = icsfeed("check", cwd=tmp_path), icsfeed("publish", "--calendar", "example", cwd=tmp_path)
    exported = icsfeed("export", "out", "--public-url", "https://example.org", cwd=tmp_path)

    assert (check.returncode, published.returncode, exported.returncode) == (0, 0, 0)
    assert f"schedule/{COPY}: warning: example.yaml has the same domain as this journal, which is not published\n" in check.stdout
    assert f"not published: {COPY}: {JOURNAL} has the same domain" in exported.stderr
    assert (tmp_path / "out" / "example.ics").exists()
    assert not (tmp_path / "out" / "example-old.ics").exists()

    shutil.copy(file, file.with_name("example-old.yaml"))
    refused = icsfeed("export", "out", "--public-url", "https://example.org", cwd=tmp_path)
    assert refused.returncode == 1
    assert COPY in refused.stderr
    assert (tmp_path / "out" / "example.ics").exists()
    assert "already has the domain" in icsfeed("publish", "--calendar", "example", cwd=tmp_path).stderr


def test_a_copy_of_the_schedule_is_not_published_and_in_nobodys_way(tmp_path: Path) -> None:
    file = make_folder(tmp_path, schedule_text(FIRST))
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    shutil.copy(file, file.with_name("draft.yaml"))
    file.write_text(schedule_text(FIRST, SECOND), encoding="utf-8")
    done, refused = (icsfeed("publish", "--calendar", key, cwd=tmp_path) for key in ("example", "draft"))

    assert done.returncode == 0, done.stderr
    assert refused.returncode == 1
    assert 'calendar "example" already has the domain "example.com"' in refused.stderr
    assert not (file.parent / "draft.journal.jsonl").exists()
