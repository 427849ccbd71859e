"""What git is in the middle of where it left conflict markers, and the commands that take it back or finish it."""

import os
from pathlib import Path

MERGE, STASH = "merge", "stash"

_SIGNS = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "MERGE_HEAD": MERGE,
    "logs/refs/stash": STASH,  # after `git stash pop` nothing else tells
}
"""What git's folder has during an operation; the first one that is there counts."""


def find_operation(path: Path) -> str:
    """Return what git is in the middle of in the repository of a file: `rebase`, `stash` and so on; `merge` if nothing tells."""
    folder = next((each / ".git" for each in Path(os.path.realpath(path)).parents if (each / ".git").exists()), None)
    if folder is not None and folder.is_file():  # in a work tree beside the first one
        folder = folder.parent / folder.read_text(encoding="utf-8", errors="surrogateescape").removeprefix("gitdir: ").strip()
    return next((name for sign, name in _SIGNS.items() if folder is not None and (folder / sign).exists()), MERGE)


def undo(operation: str) -> str:
    """Return the command that takes an operation back."""
    return "git reset --merge" if operation == STASH else f"git {operation} --abort"


def finish(operation: str) -> str:
    """Return the command that follows `git add`."""
    return "git commit" if operation in {MERGE, STASH} else f"git {operation} --continue"
