"""The options of every command."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from icsfeed.cli.messages import FINDING, stop
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.schedule_file.loader import find_schedules
from icsfeed.model import Calendar
from icsfeed.moments import read_moment
from icsfeed.names import LANGUAGES, find_fault_in_public_url
from icsfeed.problems import suggest
from icsfeed.publication.journals import read_clock
from icsfeed.publication.paths import Addresses
from icsfeed.zones import MomentError

_F = TypeVar("_F", bound=Callable[..., Any])


def exit_unless_one(id_: str, keys: Sequence[str], known: Iterable[str]) -> None:
    """Exit unless exactly one calendar has an id; `keys` are the calendars that have it."""
    if len(keys) > 1:
        stop(f"{id_} is in several calendars: {', '.join(keys)}; add --calendar NAME to the command")
    if not keys:
        stop(f'window "{id_}" not found. {suggest(id_, known)}`icsfeed list --all` lists all windows.', FINDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of every command.

    Attributes:
        schedule: The folder as typed.
        calendar: A calendar's name; None for all, or the only one.
        now_text: The moment to preview as typed.
        public_url: The base URL of every address; None for the calendars' own.
    """

    schedule: Path
    calendar: str | None
    now_text: str | None
    public_url: str | None

    def folder(self) -> Folder:
        """Return the folder; exit if there is none."""
        if not self.schedule.is_dir():
            where = "" if self.schedule.is_absolute() else f" in {Path.cwd()}"
            stop(f"no folder {self.schedule}{where}; use --schedule or ICSFEED_SCHEDULE")
        return Folder(self.schedule)

    def keys(self) -> list[str]:
        """Return the names of the chosen calendars; exit if there are none."""
        known = self.folder().keys()
        if self.calendar is not None and self.calendar not in known:
            cure = f"{suggest(self.calendar, known)}Calendars: {', '.join(known)}."
            stop(f'calendar "{self.calendar}" not found in {self.schedule}. {cure}')
        if not known:
            stop(f"no schedule file in {self.schedule}; `icsfeed init NAME --domain DOMAIN` creates one")
        return known if self.calendar is None else [self.calendar]

    def refuse_unknown_calendar(self) -> None:
        """Exit if `--calendar` names none of the folder's calendars."""
        if self.calendar is not None:
            self.keys()

    def keys_of_schedules(self) -> list[str]:
        """Return the chosen calendars that have a schedule file; exit if there are none."""
        folder = self.folder()
        schedules = find_schedules(folder.path)
        keys = [key for key in self.keys() if key in schedules]
        if not keys and self.calendar is not None:
            path = folder.schedule_path(self.calendar)
            stop(f"{path} not found; `icsfeed show ID` shows what was published", FINDING)
        if not keys:
            stop(f"no schedule file in {self.schedule}; `icsfeed init NAME --domain DOMAIN` creates one")
        return keys

    def refuse_now(self) -> None:
        """Exit if `--now` is given: for commands that change files."""
        if self.now_text is not None:
            stop("--now only previews; this command changes files, so leave --now out")

    def now(self, calendar: Calendar | None = None) -> datetime:
        """Return the present, or the moment of `--now`.

        Parameters:
            calendar: Its zone and languages are used to read `--now`.
        """
        if self.now_text is None:
            return read_clock()
        zone, languages = (calendar.timezone, calendar.languages) if calendar else ("UTC", LANGUAGES)
        try:
            return read_moment(self.now_text, zone=zone, languages=languages)
        except MomentError as error:
            stop(f"--now: {error.message}. {error.cure}")

    def now_of_folder(self) -> datetime:
        """Return the same for the whole folder: `--now` is read in the zone of its calendars if they agree, else in UTC."""
        folder = self.folder()
        keys = folder.keys() if self.now_text is not None else []
        calendars = [found for key in keys if (found := folder.find_calendar(key)) is not None]
        return self.now(calendars[0] if len({each.timezone for each in calendars}) == 1 else None)

    def addresses(self, fallback: str | None) -> Addresses:
        """Return the base URLs of the calendars; `fallback` is for those that have none."""
        return Addresses(public_url=self.public_url, fallback=fallback)


def _check_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return the public URL without a trailing slash."""
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
        help="Base URL of all published addresses.  [default: the calendar's url]",
    ),
    click.option(
        "--now",
        "now_text",
        metavar="MOMENT",
        help="Preview this moment instead of the present; refused by commands that change files.",
    ),
    click.option("--calendar", metavar="NAME", help="Calendar to use if there are several."),
    click.option(
        "--schedule",
        type=click.Path(path_type=Path),
        default=Path("schedule"),
        envvar="ICSFEED_SCHEDULE",
        show_default=True,
        show_envvar=True,
        metavar="DIR",
        help="Folder with schedule files and journals.",
    ),
)
"""The last one comes first in `--help`."""


def common(command: _F) -> _F:
    """Decorate a command with the common options; it takes them as one argument, `options`."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        options = Options(**{each.name: kwargs.pop(each.name) for each in fields(Options)})
        return command(*args, options=options, **kwargs)

    for option in _COMMON:
        option(run)
    return run  # type: ignore[return-value]  # it takes what `command` takes


def is_terminal() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
