"""How a changed schedule is kept: checked, written beside and renamed, then shown as a diff and perhaps published."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from icsfeed.cli.options import FINDING, Options, is_terminal, stop, tell_problems
from icsfeed.cli.publishing import publish_and_ask, report, tell_difference
from icsfeed.drafting.comparison import Answers, compare
from icsfeed.drafting.editor import ChangedError, save
from icsfeed.drafting.folder import Folder, find_collisions
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.publishing import find_conflicts
from icsfeed.drafting.review import find_warnings
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.spots import LayoutError
from icsfeed.drafting.wishes import WishError
from icsfeed.problems import Problem, ScheduleError, suggest

_F = TypeVar("_F", bound=Callable[..., Any])

STAYS = "it stays a draft until `icsfeed publish`, or until a running `icsfeed serve` publishes it"


def publishing_option(command: _F) -> _F:
    """Give a command `--publish` and `--draft`; neither means that a person is asked."""
    text = "Publish at once, or leave it as a draft; without either you are asked on a terminal."
    return click.option("--publish/--draft", "answer", default=None, help=text)(command)


@contextmanager
def telling_refusals() -> Iterator[None]:
    """End with a sentence where what was asked for cannot be done."""
    try:
        yield
    except WishError as error:
        stop(str(error))
    except LayoutError as error:
        stop(f"nothing was changed, because {error}; `icsfeed edit` opens the file")
    except ChangedError as error:
        stop(f"{error} was saved by somebody else meanwhile; nothing was overwritten, so try again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A calendar whose schedule file is to be changed.

    Attributes:
        data: The file as it was read.
        schedule: What it says.
    """

    options: Options
    key: str
    data: bytes
    schedule: Schedule

    @property
    def folder(self) -> Folder:
        """The folder that holds it."""
        return self.options.folder()

    def keep(self, data: bytes) -> None:
        """Check new bytes, write them, and say which doubts are new.

        Raises:
            ScheduleError: They have an error; nothing was changed.
            ChangedError: Somebody else saved the file meanwhile; nothing was overwritten.
        """
        if data == self.data:
            return
        after = check_text(self.folder, self.key, data)
        save(self.folder.schedule_path(self.key), self.data, data)
        known = {each.message for each in self._find_doubts(self.schedule)}
        tell = [each for each in self._find_doubts(after) if each.message not in known]
        if tell:
            tell_problems(tell)

    def _find_doubts(self, schedule: Schedule) -> list[Problem]:
        """Return the warnings of a schedule, but not that changes wait."""
        found = find_warnings(schedule, self.folder.published(self.key), now=self.options.now())
        return [each for each in (*schedule.warnings, *found) if not each.pending]


def read_draft(options: Options, key: str) -> Draft:
    """Return a calendar to be changed.

    Raises:
        ScheduleError: Its schedule has an error already.
        OSError: It cannot be read.
    """
    path = options.folder().schedule_path(key)
    data = path.read_bytes()
    return Draft(options=options, key=key, data=data, schedule=load_schedule(data, file=path.as_posix(), key=key))


def find_draft(options: Options, id_: str) -> tuple[Draft, str]:
    """Return the calendar that has a window or an occurrence, and its id as it is there; or end where none has it."""
    options.refuse_now()
    known: list[str] = []
    found: list[tuple[Draft, str]] = []
    problems: list[Problem] = []
    for key in options.keys_of_schedules():
        try:
            draft = read_draft(options, key)
        except ScheduleError as error:
            problems += error.problems
            continue
        reached = draft.schedule.at(options.now(draft.schedule.calendar))
        ids = list(dict.fromkeys([*(each.id for each in draft.schedule.windows), *reached, *draft.schedule.exceptions]))
        known += ids
        found += [(draft, each) for each in ids if each.casefold() == id_.casefold()]
    if len(found) > 1:
        stop(f"{id_} is in several calendars; choose with --calendar: {', '.join(draft.key for draft, _ in found)}")
    if not found and problems:
        tell_problems(problems)
        stop("nothing was changed, because of the errors above; `icsfeed edit` opens the file", FINDING)
    if not found:
        stop(f'no window "{id_}". {suggest(id_, known)}`icsfeed list --all` lists them.', FINDING)
    return found[0]


def find_only_key(options: Options) -> str:
    """Return the calendar that a command is for; end where there are several and none was chosen."""
    options.refuse_now()
    keys = options.keys_of_schedules()
    if len(keys) > 1:
        stop(f"there are several calendars; choose with --calendar: {', '.join(keys)}")
    return keys[0]


def check_text(folder: Folder, key: str, data: bytes) -> Schedule:
    """Return what the new bytes of a schedule file say.

    Raises:
        ScheduleError: They have an error, alone or beside the journal and the other calendars.
    """
    schedule = load_schedule(data, file=folder.schedule_path(key).as_posix(), key=key)
    conflicts = [*find_conflicts(schedule, folder.published(key)), *find_collisions(schedule, folder.others(key))]
    if conflicts:
        raise ScheduleError(conflicts)
    return schedule


def show_and_publish(options: Options, key: str, *, answer: bool | None, past: bool = False) -> bool:
    """Show what `publish` would append, and publish it if that is the answer; return whether it is published.

    Parameters:
        options: Of the command.
        key: The calendar.
        answer: Whether to publish; None to ask, where there is somebody to ask.
        past: Whether windows that begin in the past are meant, as one that begins now does a moment later.
    """
    folder = options.folder()
    schedule, published = folder.load(key), folder.published(key)
    difference = compare(schedule, published, now=options.now(), answers=Answers(past=past))
    if not difference.lines:
        tell_difference(key, difference, published, verb="to publish")
        return False
    if answer is not True:
        tell_difference(key, difference, published, verb="to publish")
        for question in difference.questions:
            click.echo(f"  question: {question.text}")
    if answer is None and is_terminal():
        answer = _ask()
        shown = True
    else:
        shown = False
    if not answer:
        click.echo(f"{key}: {STAYS}", err=True)
        return False
    outcome = publish_and_ask(options, folder, key, Answers(past=past))
    if outcome.is_done and not outcome.difference.lines:
        click.echo(f"{key}: a running `icsfeed serve` has published it meanwhile")
    elif outcome.is_done and shown:
        click.echo(f"{key}: published")
    elif report(key, outcome, as_json=False):
        click.echo(f"{key}: {STAYS}", err=True)
        raise SystemExit(FINDING)
    return True


def _ask() -> bool:
    """Ask whether to publish; who breaks off wants a draft."""
    try:
        return click.confirm("Publish this now?", default=True, err=True)
    except click.Abort:
        click.echo(err=True)
        return False
