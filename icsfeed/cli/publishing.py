"""`diff` and `publish`: from the schedule to the journal."""

import json
from contextlib import suppress
from dataclasses import replace

import click

from icsfeed.cli.options import FINDING, Options, common, is_terminal, stop, tell_problems
from icsfeed.drafting.folder import Folder, find_collisions
from icsfeed.drafting.publishing import Answers, Difference, Outcome, Question, compare, find_conflicts
from icsfeed.journal import render_line
from icsfeed.problems import ScheduleError, suggest
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from icsfeed.wording import words_for


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the journal's lines as a JSON array.")
@common
def diff(options: Options, *, as_json: bool) -> None:
    """Print what `publish` would append, as a subscriber will read it, and what it would ask."""
    _diff(options, Answers(), as_json=as_json)


def _diff(options: Options, answers: Answers, *, as_json: bool) -> None:
    """Print differences and questions of all calendars, and end with 1 when there are some."""
    folder, found, as_data = options.folder(), False, []
    for key in _keys_with_schedule(options, folder):
        try:
            schedule, published = folder.load(key), folder.published(key)
            conflicts = [*find_conflicts(schedule, published), *find_collisions(schedule, folder.others(key))]
            if conflicts:
                raise ScheduleError(conflicts)
        except ScheduleError as error:
            tell_problems(error.problems)
            found = True
            continue
        difference = compare(schedule, published, now=options.now(schedule.calendar), answers=answers)
        found |= bool(difference.lines or difference.questions)
        as_data += [json.loads(render_line(line)) for line in difference.lines]
        if not as_json:
            _tell(key, difference, published, verb="to publish")
            for question in difference.questions:
                click.echo(f"  question: {question.text}")
    if as_json:
        click.echo(json.dumps(as_data, ensure_ascii=False, indent=1))
    raise SystemExit(FINDING if found else 0)


def _keys_with_schedule(options: Options, folder: Folder) -> list[str]:
    """Return the calendars that have a schedule file."""
    keys = [key for key in options.keys() if folder.schedule_path(key).exists()]
    if not keys:
        stop(f"no schedule file in {options.schedule}; `icsfeed init NAME --domain DOMAIN` makes one")
    return keys


@click.command()
@click.option("--withdraw", metavar="ID", multiple=True, help="This window vanished; publish it as cancelled.")
@click.option("--withdraw-all", is_flag=True, help="Publish all windows that vanished as cancelled.")
@click.option("--past", is_flag=True, help="Announce windows that begin in the past too.")
@click.option("--dry-run", is_flag=True, help="The same as `diff`.")
@click.option("--json", "as_json", is_flag=True, help="Print the appended lines as a JSON array.")
@common
def publish(options: Options, *, withdraw: tuple[str, ...], withdraw_all: bool, past: bool, dry_run: bool, as_json: bool) -> None:
    """Append to the journal what the schedule says otherwise; subscribers see it from then on."""
    answers = Answers(withdraw=frozenset(withdraw), withdraw_all=withdraw_all, past=past)
    if dry_run:
        _diff(options, answers, as_json=as_json)
    options.refuse_now()
    folder, failed, as_data = options.folder(), False, []
    _refuse_unknown(folder, _keys_with_schedule(options, folder), withdraw)
    for key in _keys_with_schedule(options, folder):
        try:
            outcome = _publish(options, folder, key, answers)
        except ScheduleError as error:
            tell_problems(error.problems)
            click.echo(f"{key}: nothing is published, because of the errors above", err=True)
            failed = True
            continue
        if not outcome.is_done:
            failed = True
            for question in outcome.difference.questions:
                click.echo(f"{key}: {question.text}", err=True)
            click.echo(f"{key}: nothing is published until the questions above are answered", err=True)
            continue
        as_data += [json.loads(render_line(line)) for line in outcome.difference.lines]
        if not as_json:
            _tell(key, outcome.difference, outcome.before, verb="published")
    if as_json:
        click.echo(json.dumps(as_data, ensure_ascii=False, indent=1))
    raise SystemExit(FINDING if failed else 0)


def _publish(options: Options, folder: Folder, key: str, answers: Answers) -> Outcome:
    """Publish a calendar; on a terminal its questions are asked."""
    outcome = folder.publish(key, now=options.now(), answers=answers)
    while not outcome.is_done and is_terminal():
        for question in outcome.difference.questions:
            if not _ask(key, question):
                return outcome
            answers = _add(answers, question.yes)
            if answers.withdraw_all:
                break
        outcome = folder.publish(key, now=options.now(), answers=answers)
    return outcome


def _ask(key: str, question: Question) -> bool:
    """Ask a question; without an answer it is a no."""
    return click.confirm(f"{key}: {question.text}", default=False, err=True)


def _add(answers: Answers, more: Answers) -> Answers:
    """Return both answers together."""
    return replace(
        answers,
        withdraw=answers.withdraw | more.withdraw,
        withdraw_all=answers.withdraw_all or more.withdraw_all,
        past=answers.past or more.past,
    )


def _refuse_unknown(folder: Folder, keys: list[str], withdraw: tuple[str, ...]) -> None:
    """End with 1 where `--withdraw` names a window that was never published."""
    known: list[str] = []
    for key in keys if withdraw else ():
        with suppress(ScheduleError):
            published = folder.published(key)
            known += published.by_id if published else ()
    for id_ in withdraw:
        if id_ not in known:
            stop(f"--withdraw {id_}: no such window was published. {suggest(id_, known)}".strip(), FINDING)


def _tell(key: str, difference: Difference, before: PublishedCalendar | None, *, verb: str) -> None:
    """Print what a difference says to a subscriber."""
    count = len(difference.lines)
    if not count:
        click.echo(f"{key}: nothing to publish")
        return
    click.echo(f"{key}: {count} {'change' if count == 1 else 'changes'} {verb}")
    after = replay((*(before.lines if before else ()), *difference.lines))
    for line in difference.lines:
        click.echo(f"  {_describe(line, before, after)}")


def _describe(line: Line, before: PublishedCalendar | None, after: PublishedCalendar) -> str:
    """Return a line of the journal in words."""
    if line.window is None:
        return "calendar   its name, classes or other facts"
    words, window = words_for(after.calendar, "en"), after.by_id[line.window.id]
    known = before.by_id.get(line.window.id) if before else None
    detail = words.summary(window)
    if line.change is Change.MOVED and known is not None:
        when = words.was_now(known.window, line.window)
    else:
        when = words.span(window.start, window.end)
    return f"{line.change.value:<10} {line.window.id}  {when}  {detail}"


COMMANDS = (diff, publish)
