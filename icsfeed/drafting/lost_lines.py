"""Lines that a journal had and may have lost: git knows them, or a publishing service keeps them beside the journal."""

import os
from collections.abc import Collection
from pathlib import Path

from icsfeed.drafting.files import replace_file
from icsfeed.drafting.git_history import find_lines_in_history
from icsfeed.journal import is_readable, split_journal
from icsfeed.reading import read_file


def find_known_lines(journal: Path) -> frozenset[str]:
    """Return the lines that a journal had on this branch or in an earlier service, for one that starts."""
    return find_lines_in_history(journal, first_parent=True) | read_served_lines(journal)


def find_lost_lines(journal: Path, data: bytes, *, served: Collection[str] = ()) -> frozenset[str]:
    """Return the lines that a journal's present content lacks, but for those that could never be read.

    Parameters:
        journal: Need not exist.
        data: Its content.
        served: Lines that it had besides those in git's history.
    """
    try:
        present = split_journal(data).lines
    except UnicodeDecodeError:
        present = ()
    return frozenset(filter(is_readable, find_lines_in_history(journal).union(served).difference(present)))


def served_copy_of(journal: Path) -> Path:
    """Return the file beside a journal with all lines that a service served, while the journal lacks some."""
    path = Path(os.path.realpath(journal))
    return path.with_name(f".{path.name}.served")


def read_served_lines(journal: Path) -> frozenset[str]:
    """Return the lines that a service kept beside a journal, but for damaged ones; empty if it kept none."""
    try:
        text = read_file(served_copy_of(journal)).decode("utf-8", "replace")
    except OSError:
        return frozenset()
    return frozenset(line for line in text.split("\n") if line and "\ufffd" not in line)


def keep_served_lines(journal: Path, lines: Collection[str], *, like: Path) -> None:
    """Keep the lines that a journal ever had beside it; none if it has them all.

    Parameters:
        journal: Need not exist.
        lines: Empty to remove those that were kept.
        like: A new file gets the mode and owner of this one.

    Raises:
        OSError: The folder cannot be written, or a copy that would be removed cannot be read.
    """
    copy = served_copy_of(journal)
    if lines:
        replace_file(copy, "".join(f"{each}\n" for each in lines).encode(), like=like)
    elif copy.exists():
        read_file(copy)
        copy.unlink()
