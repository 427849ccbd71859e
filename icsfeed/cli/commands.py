"""All commands by name; a command's module is imported when the command is run."""

from importlib import import_module

import click

from icsfeed import __version__
from icsfeed.cli.options import Commands

MODULES = {
    "serve": "serving",
    "check": "reading",
    "list": "reading",
    "show": "reading",
    "diff": "publishing",
    "publish": "publishing",
    "add": "editing",
    "move": "editing",
    "change": "editing",
    "cancel": "editing",
    "confirm": "editing",
    "begin": "editing",
    "complete": "editing",
    "edit": "opening",
    "init": "beginning",
    "import": "importing",
    "export": "exporting",
}
"""Commands, each with the module whose `COMMANDS` it is among."""


class _Commands(Commands):
    """Finds a command in its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks so
        """Return the commands' names in the order of the alphabet."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click asks so
        """Return a command, None where there is none of this name."""
        return find_command(cmd_name)


def find_command(name: str) -> click.Command | None:
    """Return a command by its name, None where there is none."""
    if name not in MODULES:
        return None
    found: list[click.Command] = import_module(f"icsfeed.cli.{MODULES[name]}").COMMANDS
    return next(each for each in found if each.name == name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="icsfeed")
def main() -> None:
    """Publish planned maintenance as calendars that people subscribe to."""
