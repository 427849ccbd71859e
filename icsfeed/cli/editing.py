"""How the editing commands save a changed schedule: check it, write it, show the diff, publish if wanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import click

from icsfeed.cli.diff_publish import print_difference, publish_and_ask, report
from icsfeed.cli.options import FINDING, Options, exit_unless_one, is_terminal, print_problems, stop
from icsfeed.drafting.comparison import Answers, compare
from icsfeed.drafting.editor import save
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.warnings import find_warnings
from icsfeed.model import Window
from icsfeed.problems import Problem, ScheduleError

_F = TypeVar("_F", bound=Callable[..., Any])

STAYS = "saved as a draft; `icsfeed publish`, or a running `icsfeed serve`, publishes it"


def publishing_option(command: _F) -> _F:
    """Decorate a command with `--publish` and `--draft`."""
    text = "Publish at once, or keep as a draft.  [default: ask on a terminal]"
    return click.option("--publish/--draft", "publish_now", default=None, help=text)(command)


def find_only_key(options: Options) -> str:
    """Return the name of the only calendar, or of the chosen one; else exit."""
    options.refuse_now()
    keys = options.keys_of_schedules()
    if len(keys) > 1:
        stop(f"several calendars; choose one with --calendar: {', '.join(keys)}")
    return keys[0]


def find_draft(options: Options, id_: str) -> tuple[Draft, str]:
    """Return the draft that has a window or an occurrence, and the id as written there; exit if none has it."""
    options.refuse_now()
    known: list[str] = []
    found: list[tuple[Draft, str]] = []
    problems: list[Problem] = []
    for key in options.keys_of_schedules():
        try:
            draft = options.folder().load(key)
        except ScheduleError as error:
            problems += error.problems
            continue
        schedule = draft.schedule
        ids = dict.fromkeys([*(each.id for each in schedule.windows), *schedule.at(options.now()), *schedule.exceptions])
        known += ids
        found += [(draft, each) for each in ids if each.casefold() == id_.casefold()]
    if not found and problems:
        print_problems(problems)
        stop("nothing was changed because of the errors above; `icsfeed edit` opens the file", FINDING)
    exit_unless_one(id_, [draft.key for draft, _ in found], known)
    return found[0]


def save_window(options: Options, before: Draft, edit: Callable[[Schedule, Window], Schedule], window: Window) -> Draft:
    """Write a window into the schedule file, print new warnings, and return the new draft.

    Parameters:
        options: Of the command.
        before: The draft as loaded.
        edit: `add_window` or `change_window`.
        window: The new window.

    Raises:
        ScheduleError: The schedule would have an error; nothing was changed.
        LayoutError: Commands cannot edit the layout of the file; nothing was changed.
        ChangedError: Somebody else saved the file meanwhile; nothing was overwritten.
    """
    draft = replace(before, schedule=edit(before.schedule, window))
    if draft.schedule is before.schedule:
        return before
    options.folder().refuse_conflicts(draft)
    save(options.folder().schedule_path(draft.key), before.schedule.data, draft.schedule.data)
    # compared by their messages, since their lines may have moved
    known = {each.message for each in _find_lasting_warnings(before, options.now())}
    fresh = [each for each in _find_lasting_warnings(draft, options.now()) if each.message not in known]
    if fresh:
        print_problems(fresh)
    return draft


def _find_lasting_warnings(draft: Draft, now: datetime) -> list[Problem]:
    """Return the warnings of a draft except for unpublished changes and what publishing them would ask."""
    difference = compare(draft.schedule, draft.published, now=now, answers=Answers())
    asked = {each.text_with_command for each in difference.questions}
    found = (*draft.schedule.warnings, *find_warnings(draft.schedule, draft.published, now=now))
    return [each for each in found if not each.pending and each.message not in asked]


def show_and_publish(options: Options, draft: Draft, *, publish_now: bool | None, past: bool = False) -> bool:
    """Show what `publish` would append, and publish it if wanted; return whether it is published.

    Parameters:
        options: Of the command.
        draft: The draft as saved.
        publish_now: Whether to publish; None to ask on a terminal.
        past: Whether to announce windows that start in the past, as one that starts now does by the time it is published.
    """
    key, answers = draft.key, Answers(past=past)
    difference = compare(draft.schedule, draft.published, now=options.now(), answers=answers)
    if not difference.lines or not publish_now:
        print_difference(draft, difference, verb="to publish")
    if not difference.lines:
        return False
    if not publish_now:
        for question in difference.questions:
            click.echo(f"  question: {question.text}")
        if publish_now is False or not is_terminal() or not _ask():
            click.echo(f"{key}: {STAYS}", err=True)
            return False
    outcome = publish_and_ask(options, key, answers, draft)
    has_lines = bool(outcome.difference.lines)
    status = report(outcome, show_changes=bool(publish_now) and has_lines)
    if status:
        click.echo(f"{key}: {STAYS}", err=True)
        raise SystemExit(status)
    if not has_lines:
        click.echo(f"{key}: already published by a running `icsfeed serve`")
    elif not publish_now:
        click.echo(f"{key}: published")
    return True


def _ask() -> bool:
    """Ask whether to publish; Ctrl-C means no."""
    try:
        return click.confirm("Publish this now?", default=True, err=True)
    except click.Abort:
        click.echo(err=True)
        return False
