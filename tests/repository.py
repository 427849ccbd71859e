"""A git repository with a schedule folder, without the settings of whoever runs the tests."""

import os
import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str, succeeds: bool = True) -> str:
    """Run git in a folder and return what it printed; fail unless it succeeds, or fails, as expected."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    who = {f"GIT_{role}_{fact}": text for role in ("AUTHOR", "COMMITTER") for fact, text in (("NAME", "t"), ("EMAIL", "t@t"))}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**kept, **who, **alone}, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
    return done.stdout


def make_repository(folder: Path) -> None:
    """Make a repository and commit what is in the folder."""
    git(folder, "init", "--initial-branch=main", "--quiet")
    commit(folder)


def commit(folder: Path) -> None:
    """Commit everything in a folder's repository."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=saved")
