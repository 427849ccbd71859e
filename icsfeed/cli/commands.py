"""All commands by name; a command's module is imported when the command is run."""

import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from icsfeed import __version__
from icsfeed.cli.options import FINDING, print_problems, stop
from icsfeed.problems import REFUSALS, ScheduleError, explain

MODULES = {
    "serve": "serve",
    "check": "check_list_show",
    "list": "check_list_show",
    "show": "check_list_show",
    "diff": "diff_publish",
    "publish": "diff_publish",
    "reconcile": "reconcile",
    "add": "add_move_cancel",
    "move": "add_move_cancel",
    "change": "add_move_cancel",
    "cancel": "add_move_cancel",
    "confirm": "add_move_cancel",
    "begin": "add_move_cancel",
    "complete": "add_move_cancel",
    "edit": "edit",
    "init": "init",
    "import": "import_file",
    "export": "export",
}
"""Commands, each with the module whose `COMMANDS` it is among."""


class _Commands(click.Group):
    """Imports a command when it is run, and prints its errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks so
        """Return the names in alphabetical order."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click asks so
        """Return a command by its name, None if there is none."""
        return find_command(cmd_name)

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        """Read the arguments, or print the help that they ask for."""
        with _ending_as_others_do():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; characters that the terminal cannot encode are escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            with _ending_as_others_do():
                return super().invoke(ctx)
        except ScheduleError as error:
            print_problems(error.problems)
            raise SystemExit(FINDING) from error
        except REFUSALS as error:
            stop(explain(error))


@contextmanager
def _ending_as_others_do() -> Iterator[None]:
    """End by SIGPIPE when nobody reads what is printed, as in `icsfeed list | head -1`; click would exit with 1, a finding."""
    try:
        yield
    except BrokenPipeError:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.raise_signal(signal.SIGPIPE)


def find_command(name: str) -> click.Command | None:
    """Return a command by its name, None if there is none."""
    if name not in MODULES:
        return None
    found: list[click.Command] = import_module(f"icsfeed.cli.{MODULES[name]}").COMMANDS
    return next(each for each in found if each.name == name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="icsfeed")
def main() -> None:
    """Publish planned maintenance as calendars that people subscribe to."""
