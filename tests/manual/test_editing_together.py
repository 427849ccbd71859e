"""The guide's CI and its cure for two people who published at once, with git."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.reading import chapter, code_blocks
from tests.manual.desk import CALENDAR, Desk, make_desk, put_calendar

PAGE = "editing-together"
PUSHING = "https://publisher:secret@git.example.com/team/maintenance.git"


def in_ci(name: str) -> dict[str, str]:
    """Return what GitLab or GitHub says to a job."""
    settings: dict[str, Any] = configuration(name)
    given: dict[str, str] = settings["variables"] if name == "gitlab" else settings["jobs"]["maintenance"]["env"]
    known = {"CI_SERVER_HOST": "git.example.com", "CI_PROJECT_PATH": "team/maintenance", "CI_COMMIT_BRANCH": "main"}
    return {**given, **known, "PUBLISH_TOKEN": "secret"}


def configuration(name: str) -> Any:
    gitlab, github = code_blocks(chapter(PAGE, "What a pull request shows"), "yaml")
    return yaml.safe_load(gitlab if name == "gitlab" else github)


def scripts(name: str) -> tuple[str, str]:
    """Return what a job runs for a pull request, and on the main branch."""
    settings = configuration(name)
    if name == "gitlab":
        return "\n".join(settings["check"]["script"]), "\n".join(settings["publish"]["script"])
    steps = [each for each in settings["jobs"]["maintenance"]["steps"] if "run" in each and "pip install" not in each["run"]]
    asked, pushed = ([each["run"] for each in steps if event in each["if"]] for event in ("pull_request", "push"))
    return "\n".join(asked), "\n".join(pushed)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = make_desk(tmp_path)
    put_calendar(made)
    made.must(f"git config --global url.{tmp_path}/origin.git.insteadOf {PUSHING}")
    made.must("git -C ../origin.git config receive.advertisePushOptions true")
    return made


@pytest.mark.parametrize("name", ["gitlab", "github"])
def test_ci_has_the_whole_history(name: str) -> None:
    settings = configuration(name)
    if name == "gitlab":
        assert settings["variables"]["GIT_DEPTH"] == "0"
    else:
        (checkout,) = [each for each in settings["jobs"]["maintenance"]["steps"] if "checkout" in each.get("uses", "")]
        assert checkout["with"]["fetch-depth"] == 0


@pytest.mark.parametrize("name", ["gitlab", "github"])
def test_ci_shows_a_branch_and_publishes_main(desk: Desk, name: str) -> None:
    asked, pushed = scripts(name)
    desk.must("icsfeed move 20271220T2100 22:30 --draft && git commit --quiet --all -m Later")
    shown = desk.must(asked, **in_ci(name))
    assert "moved      20271220T2100" in shown
    desk.must("git diff --exit-code")

    desk.must(pushed, **in_ci(name))
    desk.must("icsfeed diff && git fetch --quiet && git diff --exit-code HEAD origin/main")
    desk.must(pushed, **in_ci(name))  # nothing is left to publish


@pytest.mark.parametrize("name", ["gitlab", "github"])
def test_ci_fails_for_an_error_in_a_branch(desk: Desk, name: str) -> None:
    desk.must("sed -i 's/class: standaard/class: standard/' schedule/*.yaml")
    assert desk.sh(scripts(name)[0], **in_ci(name)).returncode == 1


def test_two_who_published_at_once_are_reconciled_as_the_guide_says(desk: Desk) -> None:
    desk.must("git clone --quiet ../origin.git ../other")
    desk.must("icsfeed cancel 20271220T2100 --publish && git commit --quiet --all -m Cancelled && git push --quiet")
    moved = "icsfeed move 20271220T2100 22:30 --publish && git commit --quiet --all -m Moved"
    assert desk.sh(f"{moved} && ! git pull --quiet --no-rebase", folder="other").returncode == 0
    assert "UU" in desk.sh("git status --porcelain", folder="other").stdout
    desk.sh(f"git checkout --ours schedule/{CALENDAR}.yaml", folder="other")

    (script,) = code_blocks(chapter(PAGE, "When two people published at once"), "sh")
    asked = desk.sh(script, folder="other")
    assert asked.returncode == 1
    assert "20271220T2100" in asked.stdout
    settled = desk.sh(script.replace("icsfeed reconcile", "icsfeed reconcile --yes"), folder="other")
    assert settled.returncode == 0, settled.stdout
    assert desk.sh("icsfeed check && icsfeed diff && git push --quiet", folder="other").returncode == 0


def test_an_emergency_that_was_typed_on_the_server_gets_into_the_repository_as_the_guide_says(desk: Desk) -> None:
    desk.must("git clone --quiet ../origin.git ../server")
    emergency = 'icsfeed add now standaard --unplanned --note "The database is restarted." --publish'
    assert desk.sh(emergency, folder="server").returncode == 0
    desk.must("icsfeed cancel 20271220T2100 --publish && git commit --quiet --all -m Cancelled && git push --quiet")
    assert desk.sh("git pull --quiet --ff-only", folder="server").returncode == 1

    desk.sh("git commit --quiet --all -m Emergency; git pull --quiet --no-rebase", folder="server")
    settled = desk.sh(
        "icsfeed reconcile && git add schedule && git commit --quiet --no-edit && git push --quiet", folder="server"
    )
    assert settled.returncode == 0, settled.stdout
    desk.must("git pull --quiet && icsfeed check && icsfeed diff && icsfeed list --all")
    assert "database is restarted" in desk.must("cat schedule/*.jsonl")
