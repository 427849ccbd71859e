"""Exit statuses, and how commands print messages and errors."""

from collections.abc import Iterable
from typing import NoReturn

import click

from icsfeed.problems import Problem, render_problems

FINDING, NOTHING_DONE = 1, 2


def print_message(message: str) -> None:
    """Print a sentence on standard error, after the name of the program."""
    click.echo(f"icsfeed: {message}", err=True)


def stop(message: str, status: int = NOTHING_DONE) -> NoReturn:
    """Print a sentence on standard error and exit."""
    print_message(message)
    raise SystemExit(status)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems to standard error."""
    click.echo(render_problems(problems), err=True)
