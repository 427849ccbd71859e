"""Asks git for the lines that a journal had in any commit, since a journal only grows."""

import os
import re
import subprocess
from pathlib import Path

from icsfeed.journal import is_readable, split_journal

_REPOSITORY_CHOSEN_BY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git sets for its hooks; the repository is that of the file."""

_ONLY_ADDS = re.compile(r"[0-9a-f]*\n+[0-9]+\t0\t")
"""A commit with at most one parent that takes no lines away, as `find_versions` has it shown."""

_BLOB = re.compile(r"[0-9a-f]{40,64} blob [0-9]+")


def find_lines_in_history(journal: Path, *, first_parent: bool = False) -> frozenset[str]:
    """Return the lines that a journal had in any commit before this state.

    Empty outside a work tree, in a shallow clone, and where git is not installed or refuses.

    Parameters:
        journal: Need not exist.
        first_parent: Leave out what only branches had that were merged.
    """
    path = Path(os.path.realpath(journal))
    if _ask_git(path.parent, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository") != "true\nfalse\n":
        return frozenset()
    chosen = ("--first-parent", "HEAD") if first_parent else ("--full-history", "HEAD", "MERGE_HEAD")
    commits = _ask_git(path.parent, "rev-list", "--ignore-missing", *chosen, "--", path.name)
    options = ("--stdin", "--root", "-m", "-p", "-U0", "--text")
    patch = _ask_git(path.parent, "diff-tree", *options, "--", path.name, text=commits)
    return frozenset(line[1:] for line in patch.split("\n") if line.startswith("+{"))


def find_lost_lines(journal: Path, data: bytes) -> frozenset[str]:
    """Return the lines in git's history of a journal that its present content lacks, but for those that could never be read."""
    try:
        present = split_journal(data).lines
    except UnicodeDecodeError:
        present = ()
    return frozenset(filter(is_readable, find_lines_in_history(journal).difference(present)))


def find_versions(journal: Path) -> list[frozenset[str]]:
    """Return the lines of a journal as each side of a merge had them, and as they were before a commit that took some away.

    Empty where git has no history of it. What is in the file now, or was committed last, is among them.
    """
    path = Path(os.path.realpath(journal))
    commits = _ask_git(path.parent, "rev-list", "--ignore-missing", "--full-history", "HEAD", "MERGE_HEAD", "--", path.name)
    options = ("--stdin", "-m", "--numstat", "--text", "--no-renames", "--format=%x00%P")
    changes = _ask_git(path.parent, "diff-tree", *options, "--", path.name, text=commits).split("\0")[1:]
    left = [change.partition("\n")[0].split() for change in changes if not _ONLY_ADDS.match(change)]
    heads = _ask_git(path.parent, "rev-parse", "--revs-only", "HEAD", "MERGE_HEAD").split()
    wanted = dict.fromkeys([*heads, *(parent for parents in left for parent in parents)])
    contents = _ask_git(path.parent, "cat-file", "--batch", text="".join(f"{commit}:./{path.name}\n" for commit in wanted))
    found: dict[str, set[str]] = {}
    lines: set[str] = set()
    for line in contents.split("\n"):
        if _BLOB.fullmatch(line):
            lines = found.setdefault(line, set())
        elif line.startswith("{"):
            lines.add(line)
    return [frozenset(lines) for lines in found.values()]


def find_merge_driver(path: Path) -> str:
    """Return what git's attributes say about how a file merges, such as `union`; empty if they say nothing."""
    path = Path(os.path.realpath(path))
    *_, driver = _ask_git(path.parent, "check-attr", "merge", "--", path.name).strip().split(": ")
    return driver.removeprefix("unspecified")


def is_in_index(path: Path) -> bool:
    """Return whether git's index has a file that is not empty, whether or not it is there."""
    path = Path(os.path.realpath(path))
    return _ask_git(path.parent, "cat-file", "-s", f":./{path.name}") not in {"", "0\n"}


def _ask_git(folder: Path, *arguments: str, text: str = "") -> str:
    """Return what a git command prints in a folder; empty if it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_CHOSEN_BY}
    try:
        if not any((each / ".git").exists() for each in (folder, *folder.parents)):
            return ""  # a process would be started in vain, for each publication
        done = subprocess.run(  # noqa: S603  # the only value among the arguments is a file's name, behind `--`
            ["git", "--literal-pathspecs", *arguments],  # noqa: S607  # as the user runs it
            cwd=folder,
            env={**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"},
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
