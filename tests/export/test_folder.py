import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.publication.exported import make_files
from icsfeed.publication.exporting import ExportError, Outcome, export
from tests.export.states import digests, expected, inodes, make_states, marks, tree
from tests.published import START, edited, published, window
from tests.support import NOW, ROOT, clean_environment, copy_real_calendar, icsfeed, publication_of

FEW, CHANGED, MANY = make_states()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "public"


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.written, outcome.unchanged, outcome.removed


# What changes, and what stays


def test_a_folder_holds_exactly_what_is_published(folder: Path) -> None:
    for state in (FEW, MANY, CHANGED):
        export(state, folder)
        assert digests(folder) == expected(state)


def test_the_outcome_counts_files(folder: Path) -> None:
    few, many = set(make_files(FEW)), set(make_files(MANY))
    assert counts(export(FEW, folder)) == (len(few), 0, 0)
    assert counts(export(FEW, folder)) == (0, len(few), 0)
    outcome = export(MANY, folder)
    assert (outcome.removed, outcome.written + outcome.unchanged) == (len(few - many), len(many))


def test_unchanged_files_keep_inode_and_time(folder: Path) -> None:
    export(FEW, folder)
    before, old = inodes(folder), digests(folder)
    outcome = export(CHANGED, folder)
    after, new = inodes(folder), digests(folder)
    same = {name for name in new if old.get(name) == new[name]}
    assert len(same) == outcome.unchanged > 10
    assert {name for name in after if before.get(name) == after[name]} == same


def test_where_nothing_changed_nothing_is_touched(folder: Path) -> None:
    export(FEW, folder)
    before = (folder.readlink(), folder.lstat().st_ino, inodes(folder))
    assert not export(FEW, folder).changed
    assert (folder.readlink(), folder.lstat().st_ino, inodes(folder)) == before


def test_size_and_time_tell_exactly_what_changed(folder: Path) -> None:
    export(FEW, folder)
    old, old_marks = digests(folder), marks(folder)
    outcome = export(CHANGED, folder)
    new, new_marks = digests(folder), marks(folder)
    moved = {name for name in new if new_marks[name] != old_marks.get(name)}
    assert moved == {name for name in new if new[name] != old.get(name)}
    assert (len(moved), outcome.alike) == (outcome.written, 0)


def test_the_time_of_a_file_is_its_documents_last_modified(folder: Path) -> None:
    export(CHANGED, folder)
    for path in ("/example.ics", "/example/nl/w1.ics", "/robots.txt"):
        document = CHANGED.find(path)
        assert document is not None
        assert (folder / path[1:]).stat().st_mtime == document.last_modified.timestamp()
    pages = (folder / "example/index.html", folder / "example/index.html.gz")
    assert len({page.stat().st_mtime_ns for page in pages}) == 1


def test_a_passed_boundary_moves_pages_and_no_feed(folder: Path) -> None:
    of = published(window(), window("b", START + timedelta(days=3)))
    first = publication_of(of, START)
    assert first.until is not None
    export(first, folder)
    before = marks(folder)
    export(publication_of(of, first.until), folder)
    moved = {name for name, mark in marks(folder).items() if mark != before.get(name)}
    assert {"example/index.html", "example/en/index.html", ".manifest.json"} <= moved
    assert [name for name in moved if name.endswith(".ics")] == []


def test_changed_bytes_that_keep_size_and_time_are_counted_for_those_who_copy(folder: Path) -> None:
    export(FEW, folder)
    feed = folder / "example.ics"
    status, data = feed.stat(), feed.read_bytes()
    feed.write_bytes(data.replace(b"Example", b"Elpmaxe"))
    os.utime(feed, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (export(FEW, folder).alike, feed.read_bytes()) == (1, data)


def test_a_file_that_somebody_changed_or_took_away_comes_back(folder: Path) -> None:
    export(FEW, folder)
    (folder / "example.ics").write_text("mine")
    (folder / "example.json").unlink()
    (folder / "more.txt").write_text("mine")
    (folder / "robots.txt").chmod(0o600)
    assert counts(export(FEW, folder)) == (3, len(expected(FEW)) - 3, 1)
    assert digests(folder) == expected(FEW)
    assert (folder / "robots.txt").stat().st_mode & 0o777 == 0o644


def test_without_hard_links_it_is_as_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    for state in (FEW, CHANGED):
        export(state, folder)
        assert digests(folder) == expected(state)


def test_anyone_may_read_it_whatever_the_exporters_mask_is(folder: Path) -> None:
    mask = os.umask(0o077)
    try:
        export(FEW, folder)
    finally:
        os.umask(mask)
    modes = {path.stat().st_mode & 0o777 for path in folder.resolve().parent.rglob("*") if path.name != "lock"}
    assert modes == {0o755, 0o644}


def test_the_replaced_version_stays_for_its_readers_until_the_next_export(folder: Path) -> None:
    export(FEW, folder)
    first = folder.resolve()
    export(CHANGED, folder)
    assert digests(first) == expected(FEW)
    export(MANY, folder)
    assert not first.exists()


def test_two_machines_make_the_same_byte_for_byte_and_time_for_time(tmp_path: Path) -> None:
    made = []
    for name, zone, seed in (("one", "America/New_York", "1"), ("two", "Asia/Kolkata", "2")):
        place = tmp_path / name
        place.mkdir()
        copy_real_calendar(place)
        settings = {"ICSFEED_PUBLIC_URL": "https://onderhoud.example.com", "TZ": zone, "PYTHONHASHSEED": seed}
        done = icsfeed("export", f"public-{name}", cwd=place, **settings)
        assert done.returncode == 0, done.stderr
        made.append(tree(place / f"public-{name}"))
    assert made[0] == made[1]
    assert len(made[0]) > 100


# What it leaves alone


def test_an_empty_folder_is_taken(folder: Path) -> None:
    folder.mkdir()
    export(FEW, folder)
    assert digests(folder) == expected(FEW)


def test_folders_above_are_made(tmp_path: Path) -> None:
    export(FEW, tmp_path / "a" / "b" / "public")
    assert digests(tmp_path / "a" / "b" / "public") == expected(FEW)


def test_a_link_whose_version_somebody_removed_is_made_anew(folder: Path) -> None:
    export(FEW, folder)
    shutil.rmtree(folder.resolve())
    export(FEW, folder)
    assert digests(folder) == expected(FEW)


def make_file(folder: Path) -> None:
    folder.write_text("mine")


def make_full_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "mine").write_text("mine")


def make_copy_of_an_export(folder: Path) -> None:
    export(FEW, folder.with_name("other"))
    shutil.copytree(folder.with_name("other").resolve(), folder)


def make_link_elsewhere(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir()
    folder.symlink_to("elsewhere")


def make_link_to_another_export(folder: Path) -> None:
    export(FEW, folder.with_name("other"))
    folder.symlink_to(folder.with_name("other").readlink())


def make_link_to_somebody_elses_version(folder: Path) -> None:
    (folder.with_name(".public.icsfeed") / "1").mkdir(parents=True)
    folder.symlink_to(".public.icsfeed/1")


def make_store_with_more(folder: Path) -> None:
    (folder.with_name(".public.icsfeed") / "1").mkdir(parents=True)
    (folder.with_name(".public.icsfeed") / "letters").write_text("mine")


def make_store_elsewhere(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir()
    folder.with_name(".public.icsfeed").symlink_to("elsewhere")


@pytest.mark.parametrize(
    "make",
    [
        make_file,
        make_full_folder,
        make_copy_of_an_export,
        make_link_elsewhere,
        make_link_to_another_export,
        make_link_to_somebody_elses_version,
        make_store_with_more,
        make_store_elsewhere,
    ],
)
def test_what_it_did_not_make_is_left_alone(folder: Path, make: object) -> None:
    assert callable(make)
    make(folder)
    before = {path: path.lstat().st_mtime_ns for path in folder.parent.rglob("*")}
    with pytest.raises(ExportError, match="was not made by `icsfeed export`, so it is left alone"):
        export(CHANGED, folder)
    assert {path: path.lstat().st_mtime_ns for path in folder.parent.rglob("*")} == before


@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_folder_that_has_no_name_of_its_own_is_refused(name: str) -> None:
    with pytest.raises(ExportError, match="name a folder below it"):
        export(FEW, Path(name))


def test_a_second_exporter_is_told_that_one_is_at_work(folder: Path) -> None:
    export(FEW, folder)
    with folder.with_name(".public.icsfeed").joinpath("lock").open() as lock:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError, match="another export is at work on it; try again"):
            export(CHANGED, folder)
    assert digests(folder) == expected(FEW)
    export(CHANGED, folder)


# What goes wrong


@pytest.mark.parametrize("failing", range(0, 60, 7))
def test_a_full_disk_leaves_the_folder_as_it_was_and_nothing_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    export(FEW, folder)
    synced = 0

    def sync(descriptor: int) -> None:
        nonlocal synced
        synced += 1
        if synced > failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    beside = sorted(folder.resolve().parent.iterdir())
    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(OSError, match="No space left on device"):
        export(MANY, folder)
    assert digests(folder) == expected(FEW)
    assert sorted(folder.resolve().parent.iterdir()) == beside
    monkeypatch.undo()
    export(MANY, folder)
    assert digests(folder) == expected(MANY)


def test_the_command_tells_of_a_full_disk_in_a_sentence(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "icsfeed", "export", "public", "--public-url", "https://onderhoud.example.com"],
        cwd=tmp_path,
        env=clean_environment(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)),
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "icsfeed: File too large; public stays as it was\n"
    assert not (tmp_path / "public").is_symlink()


def test_what_changed_after_now_is_not_lost(folder: Path) -> None:
    of = edited(published(window()), window(start=START + timedelta(days=1)), at=NOW + timedelta(seconds=5))
    export(publication_of(of, NOW), folder)
    first = marks(folder)["example.ics"]
    export(publication_of(of, NOW + timedelta(minutes=1)), folder)
    assert marks(folder)["example.ics"] == first
