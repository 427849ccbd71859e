"""Asks git for the lines that a journal had in any commit, since a journal only grows.

What counts is the history of the present commit, and of those that the present branch was at before a reset, an amendment
or a rebase. Lines that only other branches have do not count.
"""

import os
import re
import subprocess
from collections.abc import Collection
from pathlib import Path

from icsfeed.git_operation import find_operation

_REPOSITORY_CHOSEN_BY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git sets for its hooks; the repository is that of the file."""

_ONLY_ADDS = re.compile(r"[0-9a-f]*\n+[0-9]+\t0\t")
"""A commit with at most one parent that takes no lines away, as `find_versions` has it shown."""

_BLOB = re.compile(r"[0-9a-f]{40,64} blob [0-9]+")


def find_lines_in_history(journal: Path, *, first_parent: bool = False) -> frozenset[str]:
    """Return the lines that a journal had in any commit of this branch, also before it was set back.

    Empty outside a work tree, in a shallow clone, and where git is not installed or refuses.

    Parameters:
        journal: Need not exist.
        first_parent: Leave out lines that only merged branches had.
    """
    path = Path(os.path.realpath(journal))
    about = ("--is-inside-work-tree", "--is-shallow-repository", "--symbolic-full-name", "HEAD")
    is_inside, is_shallow, branch = (_ask_git(path.parent, "rev-parse", *about) or "false\ntrue\n\n").splitlines()
    if is_inside != "true" or is_shallow != "false":
        return frozenset()
    chosen = ("--first-parent", "HEAD") if first_parent else ("--full-history", "HEAD", "MERGE_HEAD")
    commits = _find_commits(path, *chosen, branch=branch)
    options = ("--stdin", "--root", "-m", "-p", "-U0", "--text")
    patch = _ask_git(path.parent, "diff-tree", *options, "--", path.name, text=commits)
    return frozenset(line[1:] for line in patch.split("\n") if line.startswith("+{"))


def find_versions(journal: Path) -> list[frozenset[str]]:
    """Return the lines of a journal as each side of a merge had them, and as they were before some were taken away.

    That is before a commit did so, or before the branch was set back. Empty where git has no history of it.
    What is in the file now, or was committed last, is among them.
    """
    path = Path(os.path.realpath(journal))
    branch = _ask_git(path.parent, "rev-parse", "--symbolic-full-name", "HEAD").strip()
    commits = _find_commits(path, "--full-history", "HEAD", "MERGE_HEAD", branch=branch)
    set_back = _find_commits(path, "--full-history", "^HEAD", branch=branch)
    options = ("--stdin", "-m", "--numstat", "--text", "--no-renames", "--format=%x00%P")
    changes = _ask_git(path.parent, "diff-tree", *options, "--", path.name, text=commits).split("\0")[1:]
    left = [change.partition("\n")[0].split() for change in changes if not _ONLY_ADDS.match(change)]
    heads = _ask_git(path.parent, "rev-parse", "--revs-only", "HEAD", "MERGE_HEAD").split()
    wanted = dict.fromkeys([*heads, *set_back.split(), *(parent for parents in left for parent in parents)])
    contents = _ask_git(path.parent, "cat-file", "--batch", text="".join(f"{commit}:./{path.name}\n" for commit in wanted))
    found: dict[str, set[str]] = {}
    lines: set[str] = set()
    for line in contents.split("\n"):
        if _BLOB.fullmatch(line):
            lines = found.setdefault(line, set())
        elif line.startswith("{"):
            lines.add(line)
    return [frozenset(lines) for lines in found.values()]


def _find_commits(path: Path, *chosen: str, branch: str) -> str:
    """Return the commits that changed a file, a line each, among those chosen and those that a branch stood at.

    Parameters:
        path: The file.
        chosen: Arguments of `git rev-list`.
        branch: Its full name; `HEAD` for none.
    """
    stood_at = _ask_git(path.parent, "rev-list", "--walk-reflogs", branch) if branch != "HEAD" else ""
    return _ask_git(path.parent, "rev-list", "--ignore-missing", "--stdin", *chosen, "--", path.name, text=stood_at)


def find_merge_driver(path: Path) -> str:
    """Return what git's attributes say about how a file merges, such as `union`; empty if they say nothing."""
    path = Path(os.path.realpath(path))
    *_, driver = _ask_git(path.parent, "check-attr", "merge", "--", path.name).strip().split(": ")
    return driver.removeprefix("unspecified")


def find_branch_left(journal: Path, lines: Collection[str]) -> str:
    """Return the branch that was checked out before this one, if its journal has these lines; else empty."""
    path = Path(os.path.realpath(journal))
    if find_operation(path) == "rebase":  # that left a branch too, but not to visit another one
        return ""
    branch = _ask_git(path.parent, "rev-parse", "--abbrev-ref", "@{-1}").strip()
    there = _ask_git(path.parent, "cat-file", "blob", f"@{{-1}}:./{path.name}").splitlines()
    return branch if set(lines) <= set(there) else ""


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
