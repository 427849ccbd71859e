"""`icsfeed --help`, and the examples that each command's help ends with."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from icsfeed.cli.commands import find_command, main
from icsfeed.cli.listing import COMMANDS, GROUPS
from tests.house.reading import code_blocks, page
from tests.support import ROOT, clean_environment, icsfeed, make_folder

EXAMPLES = [example for listed in COMMANDS.values() for example in listed.examples]
ONLY_READ = {"begin", "complete", "edit", "notify", "serve"}
"""They depend on the clock, want an editor, send messages, or do not end."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the guide's calendar, and the files that examples name."""
    (whole,) = [block for block in code_blocks(page("schedule-file"), "yaml") if block.startswith("calendar:")]
    make_folder(tmp_path, whole, key="minox-online")
    (tmp_path / "list.csv").write_text("Datum,Tijd,Soort\n9-12-2027,21:00,standaard\n", encoding="utf-8")
    event = "BEGIN:VEVENT\nUID:1@example.com\nDTSTART:20271209T200000Z\nDTEND:20271209T202000Z\nCATEGORIES:Standaard\nEND:VEVENT"
    (tmp_path / "calendar.ics").write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}\nEND:VCALENDAR\n", encoding="utf-8")
    assert icsfeed("publish", "--past", cwd=tmp_path).returncode == 0
    return tmp_path


def test_help_groups_the_commands() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    for title, group in GROUPS.items():
        section = shown.partition(f"\n{title}:\n")[2].partition("\n\n")[0]
        assert [line.split()[0] for line in section.splitlines()] == list(group)


def test_help_imports_no_command() -> None:
    code = "import sys; from icsfeed.cli.commands import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=True
    )
    imported = {name for name in done.stdout.splitlines()[-1].split() if name.startswith("icsfeed.")}
    assert imported == {"icsfeed.cli", "icsfeed.cli.commands", "icsfeed.cli.listing", "icsfeed.cli.messages", "icsfeed.problems"}


def test_an_unknown_command_gets_a_suggestion() -> None:
    refused = CliRunner().invoke(main, ["gide"])
    assert refused.exit_code == 2
    assert 'no command "gide". Did you mean "guide"? `icsfeed --help` lists all commands.' in refused.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_ends_with_two_examples(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"]).output
    first, second = COMMANDS[name].examples
    assert shown.endswith(f"\n\n  Examples:\n    {first}\n    {second}\n")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_works(folder: Path, example: str) -> None:
    program, name, *arguments = shlex.split(example)
    command = find_command(name)
    assert (program, command is not None) == ("icsfeed", True)
    if name in ONLY_READ or "--watch" in arguments:
        assert command is not None
        command.make_context(name, arguments)
        return
    done = icsfeed(name, *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
