"""A journal that lacks lines that it had: the service goes on with both, those that it had and those that are there."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.journal import render_line
from icsfeed.publication import journals as journals_module
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.source import Source
from tests.publishing.desk import Desk, events_of, value
from tests.repository import commit, git, make_repository
from tests.service.conftest import JOURNAL, announced, write_journal
from tests.service.test_source import Clock, source_of
from tests.storm.processes import listeners, workers_of
from tests.support import ADDRESS, NOW, REAL, WINDOW, Service, icsfeed, make_folder, schedule_text, serving, wait_until

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

LOST = "that it had; all stay published, `icsfeed reconcile` brings them back"


def reasons(source: Source) -> list[str]:
    return list(source.reasons)


def ids_of(source: Source) -> set[str]:
    source.refresh()
    (view,) = source.publication.views.values()
    return {each.id for each in view.published.windows}


# What one process knows


@pytest.mark.parametrize(
    ("kept", "lost"),
    [
        (lambda lines: lines[:-1], 1),
        (lambda lines: lines[:-2], 2),
        (lambda lines: lines[:1], 3),
        (lambda lines: lines[1:], 1),
        (lambda lines: lines[::2], 2),
        (lambda lines: [*lines[:-1], lines[-1][:50]], 1),
    ],
    ids=["reverted", "reset", "backup", "beginning", "every other", "truncated"],
)
def test_what_a_journal_lost_stays_published_and_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture, kept: Callable[[list[str]], list[str]], lost: int
) -> None:
    journal = write_journal(folder, "first", "second", "third")
    whole = journal.read_text(encoding="utf-8")
    clock = Clock()
    source = source_of(folder, clock)
    before = source.publication
    with caplog.at_level(logging.ERROR, "icsfeed"):
        journal.write_text("".join(kept(whole.splitlines(keepends=True))), encoding="utf-8")
        for _ in range(121):
            source.refresh()
            clock.now += timedelta(minutes=1)
        source.refresh()
        lines = f"{lost} lines" if lost > 1 else "1 line"
        assert reasons(source) == [f"{JOURNAL} lacks {lines} {LOST}"]
        journal.write_text(whole, encoding="utf-8")
        source.refresh()

    assert source.publication is before
    assert reasons(source) == []
    assert caplog.messages == [f"{journal} lacks {lines} {LOST}", *[f"{journal} still lacks {lines} {LOST}"] * 2]


def test_what_is_published_after_the_loss_is_served_beside_what_was_lost(folder: Path) -> None:
    journal = write_journal(folder, "first", "second")
    whole = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    source = source_of(folder, Clock())
    journal.write_text("".join(whole[:-1]), encoding="utf-8")
    source.refresh()
    with journal.open("a", encoding="utf-8") as file:
        file.write(announced("emergency", NOW))

    assert ids_of(source) == {"first", "second", "emergency"}
    assert reasons(source) == [f"{JOURNAL} lacks 1 line {LOST}"]
    journal.write_text("".join([*whole, announced("emergency", NOW)]), encoding="utf-8")
    assert ids_of(source) == {"first", "second", "emergency"}
    assert reasons(source) == []


def test_lines_stay_whatever_happens_in_between(folder: Path) -> None:
    journal = write_journal(folder, "first", "second")
    short = write_journal(folder, "first").read_text(encoding="utf-8")
    write_journal(folder, "first", "second")
    source = source_of(folder, Clock())
    for damage in ("", "not json\n", None):
        if damage is None:
            journal.unlink()
        else:
            journal.write_text(damage, encoding="utf-8")
        assert ids_of(source) == {"first", "second"}
        assert source.reasons[0].startswith(f"cannot read {JOURNAL}")
        journal.write_text(short, encoding="utf-8")
        assert ids_of(source) == {"first", "second"}
        assert reasons(source) == [f"{JOURNAL} lacks 1 line {LOST}"]


def test_each_further_loss_is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = write_journal(folder, "first", "second", "third")
    source = source_of(folder, Clock())
    with caplog.at_level(logging.INFO, "icsfeed"):
        for ids in (("first", "second"), ("first",), ("first", "second", "third")):
            write_journal(folder, *ids)
            source.refresh()

    assert caplog.messages == [
        f"{journal} lacks 1 line {LOST}",
        f"{journal} lacks 2 lines {LOST}",
        f"{journal} has all its lines again",
    ]
    assert source.journals.take_failures() == 2


LOOK = st.sampled_from(["published", "lost", "restored", "broken", "emptied", "gone", "a new worker"])


@given(steps=st.lists(st.tuples(LOOK, st.integers(0, 10)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_a_journal_no_line_and_no_revision_is_taken_back(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as name:
        folder, copies = Path(name) / "schedule", Path(name) / "copies"
        folder.mkdir()
        copies.mkdir()
        journal = write_journal(folder, "a")
        here = journal.read_text(encoding="utf-8").splitlines(keepends=True)
        ever, before = set(here), {"a@example.com": (0, NOW - timedelta(days=9000))}
        journals = JournalFolder(folder, quiet=True)
        for count, (step, number) in enumerate([("published", 0), *steps]):
            if step == "published":
                here = [*here, announced("abc"[number % 3], NOW + timedelta(seconds=count))]
            elif step == "lost":
                here = [here[0], *(line for place, line in enumerate(here[1:]) if place != number)]
            elif step == "restored":
                here = sorted(ever)
            ever |= set(here)
            journal.write_text({"broken": "<<<<<<<\n", "emptied": "\n"}.get(step, "".join(here)), encoding="utf-8")
            if step == "gone":
                journal.unlink()
            if step == "a new worker":
                journals = JournalFolder(folder, quiet=True, copies=copies)
            journals.refresh()
            (published,) = journals.calendars
            assert {f"{render_line(line)}\n" for line in published.lines} == ever
            after = {each.uid: (each.sequence, each.modified) for each in published.windows}
            assert all(after[uid][0] >= old[0] and after[uid][1] >= old[1] for uid, old in before.items())
            before = after
            missing = len(ever) - len(here)
            is_there = step not in {"broken", "emptied", "gone"}
            assert bool(journals.reasons) is (missing > 0 or not is_there)
            for key, texts in journals.texts.items():
                (copies / f"{key}.journal.jsonl").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def test_lines_that_others_know_are_published_from_the_beginning(folder: Path) -> None:
    lost = announced("lost", NOW)
    write_journal(folder, "first")
    journals = JournalFolder(folder, history=lambda _: [lost.strip(), "{torn", '{"at":"now"}'])
    source = Source(journals, Addresses(public_url=ADDRESS), clock=Clock())

    assert ids_of(source) == {"first", "lost"}
    assert reasons(source) == [f"{JOURNAL} lacks 1 line {LOST}"]


def test_a_look_that_failed_or_is_old_is_a_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_journal(folder, "first")
    clock = Clock()
    source = source_of(folder, clock)
    assert reasons(source) == []
    clock.now += timedelta(minutes=1)
    assert reasons(source) == []
    clock.now += timedelta(seconds=1)
    assert reasons(source) == ["the journals were last checked more than a minute ago"]
    source.refresh()
    assert reasons(source) == []

    def fail(_: Path) -> dict[str, Path]:
        raise MemoryError

    monkeypatch.setattr(journals_module, "find_journals", fail)
    source.watch()
    wait_until(lambda: reasons(source) == ["the last check of the journals failed; see the log"])
    monkeypatch.undo()
    wait_until(lambda: reasons(source) == [])


# A service


def sequence(service: Service, id_: str = "20271207T2100") -> int:
    return int(value(events_of(service.ask("/example.ics").body)[f"{id_}@example.com"], "SEQUENCE"))


def health(service: Service) -> tuple[str, list[str]]:
    found = json.loads(service.ask("/healthz").body)
    return found["status"], found["reasons"]


def every_worker(service: Service, holds: Callable[[], bool]) -> Callable[[], bool]:
    """Return whether something holds for each worker; which one answers is left to the kernel, so it asks often."""
    return lambda: all(holds() for _ in range(16))


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A repository with a window that was announced, then moved; each publication is a commit."""
    make_folder(tmp_path, schedule_text(WINDOW))
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(REAL / name, tmp_path / "schedule")
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    make_repository(tmp_path)
    assert icsfeed("move", "20271207T2100", "22:00", "--publish", cwd=tmp_path).returncode == 0
    commit(tmp_path)
    return tmp_path


@needs_git
def test_a_reverted_publication_stays_published_also_by_a_new_worker_and_after_a_restart(moved: Path) -> None:
    lost = ("degraded", [f"{JOURNAL} lacks 1 line {LOST}"])
    with serving(moved, "--public-url", ADDRESS, workers=2) as service:
        wait_until(lambda: listeners(service.port) == 2)
        before = service.ask("/example.ics").body
        assert (sequence(service), health(service)) == (1, ("ok", []))
        git(moved, "revert", "--no-edit", "HEAD")
        wait_until(every_worker(service, lambda: health(service) == lost))
        assert service.ask("/example.ics").body == before
        wait_until(lambda: f"schedule/{JOURNAL} lacks 1 line {LOST}; " in service.log())
        wait_until(lambda: f"not published: schedule/{JOURNAL} the journal lacks 1 line that it had" in service.log())
        for each in (old := set(workers_of(service))):
            os.kill(each, signal.SIGKILL)
        wait_until(lambda: len(set(workers_of(service)) - old) == 2 and listeners(service.port) == 2)
        assert every_worker(service, lambda: health(service) == lost)()
        assert service.ask("/example.ics").body == before
        (copy,) = re.findall(r"; (\S+) has them too", service.log())
        assert Path(copy).read_bytes() == git(moved, "show", f"HEAD~1:schedule/{JOURNAL}").encode()
    with serving(moved, "--public-url", ADDRESS) as service:
        assert service.ask("/example.ics").body == before
        assert health(service) == lost
        git(moved, "revert", "--no-edit", "HEAD")
        wait_until(lambda: health(service) == ("ok", []))
        assert sequence(service) == 1


def test_an_emergency_that_is_published_after_the_loss_is_served_also_by_a_new_worker(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    journal = tmp_path / "schedule" / JOURNAL
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    backup = journal.read_bytes()
    assert icsfeed("move", "20271207T2100", "22:00", "--publish", cwd=tmp_path).returncode == 0
    with serving(tmp_path, "--no-publish") as service:
        assert sequence(service) == 1
        journal.write_bytes(backup)
        wait_until(lambda: health(service)[0] == "degraded")
        done = icsfeed("add", "now", "standaard", "--unplanned", "--publish", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: service.ask("/example.ics").body.count(b"BEGIN:VEVENT") == 2)
        assert sequence(service) >= 1
        (old,) = workers_of(service)
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: workers_of(service) not in ([], [old]) and service.answers())
        assert service.ask("/example.ics").body.count(b"BEGIN:VEVENT") == 2
        assert sequence(service) >= 1
        assert health(service) == ("degraded", [f"{JOURNAL} lacks 1 line {LOST}"])


def test_a_publishing_service_does_not_publish_again_what_the_journal_lost(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    later = WINDOW.replace("20271207T2100", "later").replace("12-07", "12-08")
    desk.write(WINDOW, later)
    with serving(tmp_path) as service:
        desk.write(WINDOW.replace("21:00", "22:00"), later)
        wait_until(lambda: sequence(service) == 1)
        before = service.ask("/example.ics").body
        short = "".join(f"{line}\n" for line in desk.lines()[:-2])
        desk.journal.write_text(short, encoding="utf-8")
        message = "the journal lacks 2 lines that it had; `icsfeed reconcile` brings them back, else restore a backup"
        wait_until(lambda: f"not published: schedule/{JOURNAL} {message}" in service.log())
        desk.write(WINDOW.replace("21:00", "23:00"), later)
        wait_until(lambda: service.log().count("lacks 2 lines") >= 2)
        assert health(service)[0] == "degraded"
        assert desk.journal.read_text(encoding="utf-8") == short
        assert service.ask("/example.ics").body == before


def test_a_journal_that_is_missing_when_a_service_starts_is_not_begun_anew(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(WINDOW)
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    whole = desk.journal.read_bytes()
    desk.journal.unlink()
    with serving(tmp_path) as service:
        told = f"not published: schedule/{JOURNAL} the journal is missing or empty, but there was one; restore it from a backup"
        assert told in service.log()
        assert not desk.journal.exists()
        desk.journal.write_bytes(whole)
        wait_until(lambda: service.ask("/example.ics").status == 200)
        assert sequence(service) == 0
    assert desk.journal.read_bytes() == whole


def degraded(service: Service) -> bool:
    return health(service) == ("degraded", [f"{JOURNAL} lacks 1 line {LOST}"])


@needs_git
def test_a_publication_that_was_reset_is_brought_back_by_what_is_named(moved: Path) -> None:
    with serving(moved, "--public-url", ADDRESS) as service:
        git(moved, "reset", "--hard", "HEAD~1")
        wait_until(lambda: degraded(service))
        refused = icsfeed("change", "20271207T2100", "--note", "x", "--publish", cwd=moved)
        assert (refused.returncode, "`icsfeed reconcile` brings them back" in refused.stderr) == (1, True)
    with serving(moved, "--public-url", ADDRESS) as service:
        assert sequence(service) == 1
        done = icsfeed("reconcile", "--yes", cwd=moved)
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, "example: the journal is whole again")
        wait_until(lambda: (health(service), sequence(service)) == (("ok", []), 2))


@needs_git
def test_what_a_visited_branch_lacks_stays_published_also_after_a_restart_and_is_back_with_the_branch_that_was_left(
    moved: Path,
) -> None:
    copy = moved / "schedule" / f".{JOURNAL}.served"
    with serving(moved, "--public-url", ADDRESS) as service:
        before = service.ask("/example.ics").body
        git(moved, "switch", "--create", "older", "HEAD~1")
        wait_until(lambda: degraded(service) and copy.exists())
        wait_until(lambda: "main has them: `git switch main` goes back to it" in service.log())
    with serving(moved, "--public-url", ADDRESS) as service:
        assert degraded(service)
        assert service.ask("/example.ics").body == before
        asked = icsfeed("reconcile", cwd=moved)
        there = "example: main has the lines that this journal lacks; `git switch main` goes back to it\n"
        assert (asked.returncode, asked.stderr.startswith(there)) == (1, True)
        assert icsfeed("change", "20271207T2100", "--note", "x", "--publish", cwd=moved).returncode == 0
        wait_until(lambda: sequence(service) == 2)
    with serving(moved, "--public-url", ADDRESS) as service:
        assert sequence(service) == 2
        git(moved, "stash")
        git(moved, "switch", "main")
        wait_until(lambda: degraded(service))
        assert sequence(service) == 2
        assert icsfeed("reconcile", "--yes", cwd=moved).returncode == 0
        wait_until(lambda: health(service) == ("ok", []) and not copy.exists() and sequence(service) == 3)


def test_a_copy_of_lines_that_nobody_else_has_outlives_the_service_and_is_brought_back_as_the_log_says(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    journal = tmp_path / "schedule" / JOURNAL
    assert icsfeed("publish", cwd=tmp_path).returncode == 0
    backup = journal.read_bytes()
    assert icsfeed("move", "20271207T2100", "22:00", "--publish", cwd=tmp_path).returncode == 0
    whole = journal.read_bytes()
    with serving(tmp_path, "--no-publish", TMPDIR=str(tmp_path)) as service:
        assert len(list(tmp_path.glob("icsfeed-serve-*"))) == 1
        journal.write_bytes(backup)
        wait_until(lambda: degraded(service))
    (command,) = re.findall(r"`(cp [^`]+)` and then `icsfeed reconcile` bring them back", service.log())
    subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert icsfeed("reconcile", "--yes", cwd=tmp_path).returncode == 0
    assert journal.read_bytes().startswith(whole)
    (kept,) = tmp_path.glob("icsfeed-serve-*")
    shutil.rmtree(kept)
    with serving(tmp_path, "--no-publish", TMPDIR=str(tmp_path)) as service:
        assert health(service) == ("ok", [])
    assert list(tmp_path.glob("icsfeed-serve-*")) == []


@pytest.mark.parametrize("damage", ["backup", "missing"])
def test_what_a_publishing_service_served_is_brought_back_outside_of_git_too(tmp_path: Path, damage: str) -> None:
    desk = Desk(tmp_path)
    desk.write(WINDOW)
    with serving(tmp_path, "--public-url", ADDRESS) as service:
        desk.write(WINDOW.replace("21:00", "22:00"))
        wait_until(lambda: sequence(service) == 1)
        before, whole = service.ask("/example.ics").body, desk.lines()
        if damage == "missing":
            desk.journal.unlink()
        else:
            desk.journal.write_text("".join(f"{line}\n" for line in whole[:-1]), encoding="utf-8")
        wait_until(lambda: health(service)[0] == "degraded")
    with serving(tmp_path, "--public-url", ADDRESS) as service:
        if damage == "backup":
            assert service.ask("/example.ics").body == before
        else:
            assert "there was one; restore it from a backup or by `icsfeed reconcile`" in service.log()
        assert icsfeed("reconcile", "--yes", cwd=tmp_path).returncode == 0
        wait_until(lambda: health(service) == ("ok", []))
        assert sequence(service) == 1
    assert desk.lines() == whole


@needs_git
def test_a_service_that_starts_in_the_middle_of_a_merge_serves_what_was_published_before_it(moved: Path) -> None:
    git(moved, "switch", "--create", "other", "HEAD~1")
    assert icsfeed("change", "20271207T2100", "--note", "x", "--publish", cwd=moved).returncode == 0
    git(moved, "commit", "--all", "--message=noted")
    git(moved, "switch", "main")
    with serving(moved, "--public-url", ADDRESS) as service:
        before = service.ask("/example.ics").body
        git(moved, "merge", "other", succeeds=False)
    with serving(moved, "--public-url", ADDRESS) as service:
        assert service.ask("/example.ics").body == before
        status, (reason,) = health(service)
        assert status == "degraded"
        assert "two people published at once" in reason
        git(moved, "merge", "--abort")
        wait_until(lambda: health(service) == ("ok", []))
        assert service.ask("/example.ics").body == before
