"""Finds a command by name; its module is imported when it is run or asked for help."""

import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from icsfeed import __version__
from icsfeed.cli.listing import COMMANDS, GROUPS
from icsfeed.cli.messages import FINDING, print_problems, stop
from icsfeed.problems import REFUSALS, ScheduleError, explain, suggest


class _Commands(click.Group):
    """Imports a command when it is run, and prints its errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click asks so
        """Return the names in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click asks so
        """Return a command by its name, None if there is none."""
        return find_command(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click asks so
        """Write the commands in their groups, without importing them."""
        for title, group in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.summary) for name, listed in group.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; exit if there is none, with the one that was likely meant."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            ctx.fail(f'no command "{args[0]}". {suggest(args[0], COMMANDS)}`icsfeed --help` lists all commands.')
        return super().resolve_command(ctx, args)

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
    if name not in COMMANDS:
        return None
    listed = COMMANDS[name]
    among: tuple[click.Command, ...] = import_module(f"icsfeed.cli.{listed.module}").COMMANDS
    (found,) = (each for each in among if each.name == name)
    found.epilog = "\b\n" + "\n".join(("Examples:", *(f"  {each}" for each in listed.examples)))
    return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="icsfeed")
def main() -> None:
    """Publish planned maintenance as calendars that people subscribe to."""
