"""The folder that a chapter's commands run in: a git repository with a remote, and programs named as people type them."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house.reading import code_blocks, page
from tests.support import ROOT, clean_environment, make_folder

CALENDAR = "minox-online"
PROGRAM = '#!/bin/sh\nexec {python} -m icsfeed "$@"\n'


@dataclass(frozen=True)
class Desk:
    """A folder `work` with a schedule, its remote `origin.git` and a home, all below one folder."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    def environment(self, **more: str) -> dict[str, str]:
        own = {"PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(self.root / "home")}
        return clean_environment(**{**own, **more})

    def sh(self, script: str, *, folder: str = "work", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a script in a folder below the root until its first error; its output has both streams."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.root / folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )

    def must(self, script: str, **environment: str) -> str:
        """Run a script that has to succeed, and return its output."""
        done = self.sh(script, **environment)
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        return done.stdout


def guide_calendar() -> str:
    """Return the schedule file that the guide begins with."""
    return code_blocks(page("schedule-file"), "yaml")[0]


def make_desk(root: Path) -> Desk:
    """Make a desk with an empty folder."""
    for name in ("bin", "home", "work"):
        (root / name).mkdir()
    program = root / "bin" / "icsfeed"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    desk = Desk(root)
    for key, value in {"user.name": "Ann", "user.email": "ann@example.com", "init.defaultBranch": "main"}.items():
        desk.must(f"git config --global {key} {value}")
    return desk


def put_calendar(desk: Desk) -> None:
    """Publish the guide's calendar at a desk, and push it."""
    make_folder(desk.work, guide_calendar(), key=CALENDAR)
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(ROOT / "schedule" / name, desk.work / "schedule")
    desk.must(
        "icsfeed publish --past && git init --quiet && git add --all && git commit --quiet -m Begin"
        " && git init --quiet --bare ../origin.git"
        " && git remote add origin ../origin.git && git push --quiet --set-upstream origin main"
    )
