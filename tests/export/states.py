"""A few publications that differ, and what is to be seen of folders."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from icsfeed.publication.exporting import render_files
from icsfeed.publication.publication import Publication
from tests.published import START, edited, published, text, window
from tests.support import NOW, publication_of

DAY = timedelta(days=1)


def make_states() -> list[Publication]:
    """Return publications of one calendar with more, fewer and changed windows; each call makes the same."""
    few = published(*(window(f"w{number}", START + number * DAY) for number in range(3)))
    changed = edited(few, window("w1", START + 9 * DAY, reason=text("ruimte", "room")), at=NOW + timedelta(minutes=1))
    many = published(*(window(f"m{number}", START + number * DAY) for number in range(8)))
    return [publication_of(each, NOW + timedelta(hours=1)) for each in (few, changed, many)]


def expected(publication: Publication) -> dict[str, str]:
    """Return the digest of each file that a folder is to hold."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in render_files(publication).items()}


def files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their names in it."""
    return {
        Path(parent, name).relative_to(folder).as_posix(): Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
    }


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file that is there."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_in(folder).items()}


def marks(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time in whole seconds of each file, by which rsync and nginx tell what changed."""
    return {name: (path.stat().st_size, int(path.stat().st_mtime)) for name, path in files_in(folder).items()}


def inodes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and time of each file."""
    return {name: (path.stat().st_ino, path.stat().st_mtime_ns) for name, path in files_in(folder).items()}
