"""What all commands share: their options, their exit statuses, and how faults are told."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from icsfeed.drafting.folder import Folder
from icsfeed.model import Calendar
from icsfeed.moments import read_moment
from icsfeed.names import LANGUAGES, find_fault_in_public_url
from icsfeed.problems import Problem, render_problems, suggest
from icsfeed.publication.journals import Addresses, read_clock
from icsfeed.zones import MomentError

FINDING, NOTHING_DONE = 1, 2
LOCAL_ADDRESS = "http://127.0.0.1:8000"

_F = TypeVar("_F", bound=Callable[..., Any])


def tell(message: str) -> None:
    """Print a sentence to standard error."""
    click.echo(f"icsfeed: {message}", err=True)


def stop(message: str, status: int = NOTHING_DONE) -> NoReturn:
    """End with a sentence on standard error."""
    tell(message)
    raise SystemExit(status)


def require_one(id_: str, keys: Sequence[str], known: Iterable[str]) -> None:
    """End where an id is in no calendar, or in several; `keys` are those that have it."""
    if len(keys) > 1:
        stop(f"{id_} is in several calendars; choose with --calendar: {', '.join(keys)}")
    if not keys:
        stop(f'no window "{id_}". {suggest(id_, known)}`icsfeed list --all` lists them.', FINDING)


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print problems to standard error."""
    click.echo(render_problems(problems), err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of every command.

    Attributes:
        schedule: The folder as it was typed.
        calendar: A calendar's name, None for all or the only one.
        now_text: The moment to preview as it was typed.
        public_url: What every address begins with, None for what the calendars say.
    """

    schedule: Path
    calendar: str | None
    now_text: str | None
    public_url: str | None

    def folder(self) -> Folder:
        """Return the folder, or end where there is none."""
        if not self.schedule.is_dir():
            where = "" if self.schedule.is_absolute() else f" in {Path.cwd()}"
            stop(f"no folder {self.schedule}{where}; use --schedule or ICSFEED_SCHEDULE")
        return Folder(self.schedule)

    def keys(self) -> list[str]:
        """Return the calendars that a command is for, or end where there are none."""
        known = self.folder().keys()
        if self.calendar is not None and self.calendar not in known:
            cure = f"{suggest(self.calendar, known)}Calendars: {', '.join(known)}."
            stop(f'no calendar "{self.calendar}" in {self.schedule}. {cure}')
        if not known:
            stop(f"no schedule file in {self.schedule}; `icsfeed init NAME --domain DOMAIN` makes one")
        return known if self.calendar is None else [self.calendar]

    def keys_of_schedules(self) -> list[str]:
        """Return those of the calendars that have a schedule file, or end where there are none."""
        folder = self.folder()
        keys = [key for key in self.keys() if folder.schedule_path(key).exists()]
        if not keys and self.calendar is not None:
            path = folder.schedule_path(self.calendar)
            stop(f"{path} is not there; `icsfeed show ID` shows what was published", FINDING)
        if not keys:
            stop(f"no schedule file in {self.schedule}; `icsfeed init NAME --domain DOMAIN` makes one")
        return keys

    def refuse_now(self) -> None:
        """End where a moment is previewed and something would be changed."""
        if self.now_text is not None:
            stop("--now previews another moment; this command changes files and always takes the present")

    def now(self, calendar: Calendar | None = None) -> datetime:
        """Return the moment that a command is about: the clock's, or the one that is previewed.

        Parameters:
            calendar: Whose zone and languages a moment without an offset means.
        """
        if self.now_text is None:
            return read_clock()
        zone, languages = (calendar.timezone, calendar.languages) if calendar else ("UTC", LANGUAGES)
        try:
            return read_moment(self.now_text, zone=zone, languages=languages)
        except MomentError as error:
            stop(f"--now: {error.message}. {error.cure}")

    def now_of_folder(self) -> datetime:
        """Return the moment, read in the zone of the folder's only calendar."""
        folder = self.folder()
        keys = folder.keys() if self.now_text is not None else []
        calendars = [found for key in keys if (found := folder.find_calendar(key)) is not None]
        return self.now(calendars[0] if len({each.timezone for each in calendars}) == 1 else None)

    def addresses(self, fallback: str | None) -> Addresses:
        """Return what addresses begin with."""
        return Addresses(public_url=self.public_url, fallback=fallback)


def _check_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return the public URL without a slash at the end, or end with what is wrong with it."""
    fault = find_fault_in_public_url(value) if value else None
    if fault is not None:
        raise click.BadParameter(fault)
    return value.rstrip("/") if value else None


_COMMON = (
    click.option(
        "--public-url",
        envvar="ICSFEED_PUBLIC_URL",
        show_envvar=True,
        metavar="URL",
        callback=_check_url,
        help="What every address begins with.  [default: the calendar's url]",
    ),
    click.option("--now", "now_text", metavar="MOMENT", help="Preview another moment, frozen."),
    click.option("--calendar", metavar="NAME", help="Which calendar, where there are several."),
    click.option(
        "--schedule",
        type=click.Path(path_type=Path),
        default=Path("schedule"),
        envvar="ICSFEED_SCHEDULE",
        show_default=True,
        show_envvar=True,
        metavar="DIR",
        help="The folder with schedule files and journals.",
    ),
)
"""The options of every command, the last one first."""


def common(command: _F) -> _F:
    """Give a command the options of every command; it takes them as one value, `options`."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        options = Options(**{each.name: kwargs.pop(each.name) for each in fields(Options)})
        return command(*args, options=options, **kwargs)

    for option in _COMMON:
        option(run)
    return run  # type: ignore[return-value]  # it takes what `command` takes


def is_terminal() -> bool:
    """Tell whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
