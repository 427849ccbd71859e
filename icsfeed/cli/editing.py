"""How the editing commands save a changed schedule: check it, write it, show the diff, publish if wanted.

They change and publish one window. Drafts of other windows stay drafts, and errors in them are no obstacle.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from icsfeed.cli.diff_publish import print_difference, publish_and_ask, report_done
from icsfeed.cli.messages import FINDING, print_problems, stop
from icsfeed.cli.options import Options, exit_unless_one, is_terminal
from icsfeed.drafting.arguments import Arguments
from icsfeed.drafting.comparison import Difference, OneWindow, compare
from icsfeed.drafting.editor import change_window, find_window, save_under_lock
from icsfeed.drafting.files import one_writer
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.publishing import Outcome
from icsfeed.drafting.questions import Answers, Question
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import SUFFIX
from icsfeed.drafting.schedule_file.reader import CONFLICT_MARKER
from icsfeed.drafting.warnings import find_warnings
from icsfeed.git_operation import find_operation, undo
from icsfeed.model import Window
from icsfeed.problems import REFUSALS, Place, Problem, ScheduleError, counted, sort_problems
from icsfeed.recurrence import series_of
from icsfeed.replay import replay

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
        stop(f"several calendars: {', '.join(keys)}; add --calendar NAME to the command")
    return keys[0]


def find_draft(options: Options, id_: str) -> tuple[Draft, str]:
    """Return the draft that has a window or an occurrence, and the id as written there; exit if none has it."""
    options.refuse_now()
    known: list[str] = []
    found: list[tuple[Draft, str]] = []
    problems: list[Problem] = []
    published_in: list[str] = []
    for key in options.keys_of_schedules():
        try:
            draft = options.folder().load(key, partly=True)
        except ScheduleError as error:
            problems += error.problems
            continue
        except OSError as error:
            problems.append(Problem(place=Place(file=str(error.filename)), message=f"cannot read the file: {error.strerror}"))
            continue
        ids = draft.schedule.ids(options.now())
        known += ids
        if draft.published is not None and id_ in {*draft.published.by_id, *draft.published.series}:
            published_in.append(draft.schedule.file)
        found += [(draft, each) for each in ids if each.casefold() == id_.casefold()]
        problems += draft.schedule.errors
    own = {each.casefold() for draft, _ in found for each in draft.schedule.left_out} & {
        id_.casefold(),
        series_of(id_).casefold(),
    }
    if problems and (own or not found):
        _stop_at_errors(problems)
    if published_in and not found:
        stop(f"{id_} is published, but its entry is no longer in {published_in[0]}; put the entry back first", FINDING)
    exit_unless_one(id_, [draft.key for draft, _ in found], known)
    return found[0]


def _stop_at_errors(problems: Sequence[Problem]) -> NoReturn:
    """Print errors that stand in the way of a command, and how to mend them or get them out of the way; exit."""
    print_problems(problems)
    cure = ""
    files = dict.fromkeys(each.place.file for each in problems if each.place.file.endswith(SUFFIX))
    if marked := [each.place.file for each in problems if each.message == CONFLICT_MARKER]:
        operation = find_operation(Path(marked[0]))
        cure = f"; `icsfeed edit` opens the file, and `{undo(operation)}` undoes the {operation}"
    elif files:
        aside = f"`git stash push {' '.join(files)}` puts uncommitted changes aside until `git stash pop`"
        cure = f"; `icsfeed edit` opens the file, and {aside}"
    stop(f"nothing was changed because of the errors above{cure}", FINDING)


def load_draft(options: Options, key: str, *, known: Draft | None = None) -> Draft:
    """Return the draft of a calendar without the windows that have an error; exit if there is an error elsewhere.

    Parameters:
        options: Of the command.
        key: The calendar's name.
        known: As loaded before; only files that changed since are loaded again.
    """
    try:
        return options.folder().load(key, known=known, partly=True)
    except ScheduleError as error:
        _stop_at_errors(error.problems)


@contextmanager
def lock_schedule(options: Options, key: str) -> Iterator[None]:
    """Hold the lock of a schedule file while it is read, changed and saved; exit if the journal lacks lines that it had."""
    options.folder().refuse_loss(key)
    path = options.folder().schedule_path(key)
    with one_writer(path, like=path):
        yield


def change_one(
    options: Options, id_: str, change: Callable[[Arguments, Window], Window]
) -> tuple[Draft, OneWindow, Window, Window]:
    """Change a window in the schedule file; return the new draft, what to publish, and the window before and after.

    Parameters:
        options: Of the command.
        id_: As typed.
        change: Returns what the command makes of a window.
    """
    found, known = find_draft(options, id_)
    with lock_schedule(options, found.key):
        before = load_draft(options, found.key, known=found)
        exit_unless_one(known, [before.key] if known in before.schedule.ids(options.now()) else [], ())
        arguments, window = Arguments(before.schedule, options.now()), find_window(before.schedule, known)
        after = change(arguments, window)
        draft = save_window(options, before, change_window, after)
    print_new_problems(before, draft, options.now())
    drafts = compare(before.schedule, before.published, now=options.now(), answers=Answers()).lines if window.repeat else ()
    ids = frozenset(line.window.id for line in drafts if line.window is not None)
    return draft, OneWindow(id=known, change=lambda each: change(arguments, each), drafts=ids), window, after


def save_window(options: Options, before: Draft, edit: Callable[[Schedule, Window], Schedule], window: Window) -> Draft:
    """Write a window into the schedule file, and return the new draft.

    Parameters:
        options: Of the command, which holds the lock of the file.
        before: The draft as loaded.
        edit: `add_window` or `change_window`.
        window: The new window.

    Raises:
        ScheduleError: The schedule would have a new error or conflict; nothing was changed.
        LayoutError: Commands cannot edit the layout of the file; nothing was changed.
        ChangedError: Somebody else saved the file meanwhile; nothing was overwritten.
    """
    draft = replace(before, schedule=edit(before.schedule, window))
    if draft.schedule is not before.schedule:
        conflicts = options.folder().find_conflicts(draft.schedule, draft.published, only=window.id)
        if conflicts:
            raise ScheduleError(conflicts)
        save_under_lock(options.folder().schedule_path(draft.key), before.schedule.data, draft.schedule.data)
    return draft


def print_new_problems(before: Draft, draft: Draft, now: datetime) -> None:
    """Print the errors of other windows, and the warnings that a draft before the command did not have."""
    # compared by their messages, since their lines may have moved
    known = {each.message for each in _find_lasting_warnings(before, now)}
    fresh = [each for each in _find_lasting_warnings(draft, now) if each.message not in known]
    if problems := sort_problems([*draft.schedule.errors, *fresh]):
        print_problems(problems)


def _find_lasting_warnings(draft: Draft, now: datetime) -> list[Problem]:
    """Return the warnings of a draft except for unpublished changes and what publishing them would ask."""
    difference = compare(draft.schedule, draft.published, now=now, answers=Answers())
    asked = {each.text_with_command for each in difference.questions}
    found = (*draft.schedule.warnings, *find_warnings(draft.schedule, draft.published, now=now))
    return [each for each in found if not each.pending and each.message not in asked]


NO_ANSWERS = Answers()


def show_and_publish(
    options: Options, draft: Draft, *, publish_now: bool | None, answers: Answers = NO_ANSWERS, only: OneWindow | None = None
) -> bool:
    """Show what `publish` would append, and publish it if wanted; return whether it is published.

    Parameters:
        options: Of the command.
        draft: The draft as saved.
        publish_now: Whether to publish; None to ask on a terminal.
        answers: Questions that the command itself answers.
        only: The window that the command changed; None for everything.
    """
    difference = compare(draft.schedule, draft.published, now=options.now(), answers=answers, only=only)
    if not difference.lines:
        print_difference(draft, difference, verb="to publish")
        _print_others(draft, difference, options.now())
        return False
    if not publish_now and not _offer(draft, difference, may_ask=publish_now is None):
        click.echo(f"{draft.key}: {STAYS}", err=True)
        return False

    def ask(key: str, question: Question) -> bool:
        if publish_now and question.yes.drafted:
            return False
        return click.confirm(f"{key}: {question.text_with_command}", default=False, err=True)

    try:
        outcome = publish_and_ask(options, draft.key, answers, draft, only=only, ask=ask)
    except (ScheduleError, *REFUSALS):
        click.echo(f"{draft.key}: {STAYS}", err=True)
        raise
    if not outcome.is_done:
        _stop_at_questions(outcome, only, show_drafted=bool(publish_now))
    has_lines = bool(outcome.difference.lines)
    report_done(outcome, show_changes=bool(publish_now) and has_lines)
    if not has_lines:
        click.echo(f"{draft.key}: already published by a running `icsfeed serve`")
    elif not publish_now:
        click.echo(f"{draft.key}: published")
    _print_others(outcome.draft, outcome.difference, options.now())
    return True


def _offer(draft: Draft, difference: Difference, *, may_ask: bool) -> bool:
    """Show changes and questions, and ask whether to publish if there is somebody to ask; Ctrl-C means no."""
    print_difference(draft, difference, verb="to publish")
    for question in difference.questions:
        click.echo(f"  question: {question.text_with_command}")
    if not may_ask or not is_terminal():
        return False
    try:
        return click.confirm("Publish this now?", default=True, err=True)
    except click.Abort:
        click.echo(err=True)
        return False


def _stop_at_questions(outcome: Outcome, only: OneWindow | None, *, show_drafted: bool) -> NoReturn:
    """Print what must be answered before anything is published, and exit; the change stays a draft."""
    key, questions = outcome.draft.key, outcome.difference.questions
    is_drafted = any(each.yes.drafted for each in questions)
    if is_drafted and show_drafted:
        print_difference(outcome.draft, outcome.difference, verb="to publish")
    for question in questions:
        click.echo(f"{key}: {question.text_with_command}", err=True)
    alone = f"`icsfeed publish --only {only.id}` publishes this window as shown" if only else ""
    cure = f"{alone}, `icsfeed publish` all that `icsfeed diff` shows"
    click.echo(f"{key}: nothing was published; {cure if is_drafted else 'answer with the command above'}", err=True)
    click.echo(f"{key}: {STAYS}", err=True)
    raise SystemExit(FINDING)


def _print_others(draft: Draft, done: Difference, now: datetime) -> None:
    """Print how many changes of the schedule are not published once these are."""
    published = replay((*(draft.published.lines if draft.published else ()), *done.lines)) if done.lines else draft.published
    others = len(compare(draft.schedule, published, now=now, answers=Answers()).lines)
    if others:
        stay, them = ("stays", "it") if others == 1 else ("stay", "them")
        click.echo(f"{draft.key}: {counted(others, 'other change')} {stay} unpublished; `icsfeed diff` shows {them}", err=True)
