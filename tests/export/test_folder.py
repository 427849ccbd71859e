import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.publication.exporting import ExportError, FileCounts, export, render_files
from tests.export.states import digests, expected, files_in, inodes, make_states, marks
from tests.published import START, published, window
from tests.support import ROOT, clean_environment, copy_real_calendar, icsfeed, publication_of

FEW, CHANGED, MANY = make_states()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "public"


def counts(outcome: FileCounts) -> tuple[int, int, int]:
    return outcome.written, outcome.unchanged, outcome.removed


# What changes, and what stays


def test_a_folder_holds_exactly_what_is_published(folder: Path) -> None:
    for state in (FEW, MANY, CHANGED):
        export(state, folder)
        assert digests(folder) == expected(state)
        assert [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_it_is_a_plain_folder_with_nothing_beside_it(folder: Path) -> None:
    export(FEW, folder)
    assert list(folder.parent.iterdir()) == [folder]
    assert [
        path for path in (folder, *folder.rglob("*")) if path.is_symlink() or (path.is_file() and path.stat().st_nlink > 1)
    ] == []


def test_the_outcome_counts_files(folder: Path) -> None:
    few, many = set(render_files(FEW)), set(render_files(MANY))
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


def test_size_and_time_tell_exactly_what_changed_however_soon(folder: Path) -> None:
    export(FEW, folder)
    for state in (CHANGED, FEW, CHANGED):
        old, old_marks = digests(folder), marks(folder)
        outcome = export(state, folder)
        new, new_marks = digests(folder), marks(folder)
        moved = {name for name in new if new_marks[name] != old_marks.get(name)}
        assert moved == {name for name in new if new[name] != old.get(name)}
        assert len(moved) == outcome.written


def test_a_passed_boundary_moves_pages_and_no_feed(folder: Path) -> None:
    of = published(window(), window("b", START + timedelta(days=3)))
    first = publication_of(of, START)
    assert first.until is not None
    export(first, folder)
    before = inodes(folder)
    export(publication_of(of, first.until), folder)
    moved = {name for name, mark in inodes(folder).items() if mark != before.get(name)}
    assert {"example/index.html", "example/en/index.html", ".manifest.json"} <= moved
    assert [name for name in moved if name.endswith(".ics")] == []


def test_a_file_that_somebody_changed_or_took_away_comes_back(folder: Path) -> None:
    export(FEW, folder)
    (folder / "example.ics").write_text("mine")
    (folder / "example.json").unlink()
    (folder / "more").mkdir()
    (folder / "more" / "more.txt").write_text("mine")
    assert counts(export(FEW, folder)) == (2, len(expected(FEW)) - 2, 1)
    assert digests(folder) == expected(FEW)
    assert not (folder / "more").exists()


def test_anyone_may_read_it_whatever_the_exporters_mask_is(folder: Path) -> None:
    mask = os.umask(0o077)
    try:
        export(FEW, folder)
    finally:
        os.umask(mask)
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))} == {0o755, 0o644}


def test_two_machines_make_the_same_byte_for_byte(tmp_path: Path) -> None:
    made = []
    for name, zone, seed in (("one", "America/New_York", "1"), ("two", "Asia/Kolkata", "2")):
        place = tmp_path / name
        place.mkdir()
        copy_real_calendar(place)
        settings = {"ICSFEED_PUBLIC_URL": "https://onderhoud.example.com", "TZ": zone, "PYTHONHASHSEED": seed}
        done = icsfeed("export", f"public-{name}", cwd=place, **settings)
        assert done.returncode == 0, done.stderr
        made.append(digests(place / f"public-{name}"))
    assert made[0] == made[1]
    assert len(made[0]) > 100


# What it leaves alone


def test_an_empty_folder_is_taken_as_it_is(folder: Path) -> None:
    folder.mkdir()
    before = folder.stat().st_ino
    export(FEW, folder)
    assert (digests(folder), folder.stat().st_ino) == (expected(FEW), before)


def test_folders_above_are_made(tmp_path: Path) -> None:
    export(FEW, tmp_path / "a" / "b" / "public")
    assert digests(tmp_path / "a" / "b" / "public") == expected(FEW)


def test_a_copy_of_an_export_is_one(folder: Path) -> None:
    export(FEW, folder.with_name("other"))
    shutil.copytree(folder.with_name("other"), folder)
    export(CHANGED, folder)
    assert digests(folder) == expected(CHANGED)


def test_names_that_begin_with_a_dot_are_somebody_elses(folder: Path) -> None:
    export(FEW, folder)
    (folder / ".git").mkdir()
    for name in (".git/config", ".nojekyll"):
        (folder / name).write_text("mine")
    assert export(CHANGED, folder).removed == 0
    assert set(files_in(folder)) - set(expected(CHANGED)) == {".git/config", ".nojekyll"}


def make_file(folder: Path) -> None:
    folder.write_text("mine")


def make_full_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "mine").write_text("mine")


def make_folder_with_another_manifest(folder: Path) -> None:
    folder.mkdir()
    (folder / ".manifest.json").write_text('{"made_by": "somebody else"}')


def make_link_to_nothing(folder: Path) -> None:
    folder.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [make_file, make_full_folder, make_folder_with_another_manifest, make_link_to_nothing])
def test_what_it_did_not_make_is_left_alone(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder)
    before = {path: path.lstat().st_mtime_ns for path in folder.parent.rglob("*")}
    with pytest.raises(ExportError, match="was not made by `icsfeed export`; choose"):
        export(CHANGED, folder)
    assert {path: path.lstat().st_mtime_ns for path in folder.parent.rglob("*")} == before


def test_a_second_exporter_is_told_that_one_is_at_work(folder: Path) -> None:
    export(FEW, folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError, match="another export is writing to this folder; try again"):
            export(CHANGED, folder)
    finally:
        os.close(descriptor)
    assert digests(folder) == expected(FEW)
    export(CHANGED, folder)


# What goes wrong


@pytest.mark.parametrize("failing", range(0, 60, 7))
def test_a_full_disk_leaves_every_file_old_or_new_and_the_next_export_mends(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    export(FEW, folder)
    written, write = 0, Path.write_bytes

    def fill(path: Path, data: bytes) -> int:
        nonlocal written
        written += 1
        if written > failing:
            write(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OSError, match="No space left on device"):
        export(MANY, folder)
    monkeypatch.undo()
    old, new = expected(FEW), expected(MANY)
    found = digests(folder)
    assert set(old) <= set(found)
    assert [name for name, digest in found.items() if digest not in {old.get(name), new.get(name)}] == []
    export(MANY, folder)
    assert digests(folder) == new


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
    assert done.stderr == "icsfeed: File too large; public may be updated only in part, so run this again\n"
    assert icsfeed("export", "public", cwd=tmp_path, ICSFEED_PUBLIC_URL="https://onderhoud.example.com").returncode == 0
