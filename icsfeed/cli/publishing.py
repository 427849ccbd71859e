"""`diff` and `publish`: from the schedule to the journal."""

import json
from dataclasses import fields, replace
from datetime import date

import click

from icsfeed.cli.options import (
    FINDING,
    NOTHING_DONE,
    REFUSALS,
    Options,
    common,
    explain,
    is_terminal,
    stop,
    tell,
    tell_problems,
)
from icsfeed.drafting.comparison import Answers, Difference, Question, compare
from icsfeed.drafting.folder import Folder, find_collisions
from icsfeed.drafting.publishing import Outcome, find_conflicts
from icsfeed.journal import render_line
from icsfeed.model import Calendar, Window
from icsfeed.problems import ScheduleError, suggest
from icsfeed.recurrence import occurrences
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from icsfeed.wording import words_for


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the journal's lines as a JSON array.")
@common
def diff(options: Options, *, as_json: bool) -> None:
    """Print what `publish` would append.

    Each change is told as a subscriber will read it, with the questions that `publish` would ask.
    """
    _diff(options, Answers(), as_json=as_json)


def _diff(options: Options, answers: Answers, *, as_json: bool) -> None:
    """Print differences and questions of all calendars, and end with 1 when there are some."""
    folder, status, as_data = options.folder(), 0, []
    for key in options.keys_of_schedules():
        try:
            schedule, published = folder.load(key), folder.published(key)
            conflicts = [*find_conflicts(schedule, published), *find_collisions(schedule, folder.others(key))]
            if conflicts:
                raise ScheduleError(conflicts)
        except ScheduleError as error:
            tell_problems(error.problems)
            status = max(status, FINDING)
            continue
        except OSError as error:
            tell(explain(error))
            status = NOTHING_DONE
            continue
        difference = compare(schedule, published, now=options.now(schedule.calendar), answers=answers)
        if difference.lines or difference.questions:
            status = max(status, FINDING)
        as_data += [json.loads(render_line(line)) for line in difference.lines]
        if not as_json:
            tell_difference(key, difference, published, verb="to publish")
        for question in difference.questions:
            click.echo(f"  question: {question.text}", err=as_json)
    if as_json:
        click.echo(json.dumps(as_data, ensure_ascii=False, indent=1))
    raise SystemExit(status)


@click.command()
@click.option("--withdraw", metavar="ID", multiple=True, help="This window vanished; publish it as cancelled.")
@click.option("--withdraw-all", is_flag=True, help="Publish all windows that vanished as cancelled.")
@click.option("--past", is_flag=True, help="Announce windows that begin in the past too.")
@click.option("--dry-run", is_flag=True, help="The same as `diff`.")
@click.option("--json", "as_json", is_flag=True, help="Print the appended lines as a JSON array.")
@common
def publish(options: Options, *, withdraw: tuple[str, ...], withdraw_all: bool, past: bool, dry_run: bool, as_json: bool) -> None:
    """Append what changed to the journal.

    Subscribers see it from then on. What no program can know is asked on a terminal; elsewhere a flag must answer it.
    """
    answers = Answers(withdraw=frozenset(withdraw), withdraw_all=withdraw_all, past=past)
    if dry_run:
        _diff(options, answers, as_json=as_json)
    options.refuse_now()
    folder, status, as_data = options.folder(), 0, []
    keys = options.keys_of_schedules()
    _refuse_needless(options, keys, withdraw)
    for key in keys:
        try:
            outcome = publish_and_ask(options, folder, key, answers)
        except ScheduleError as error:
            tell_problems(error.problems)
            click.echo(f"{key}: nothing is published, because of the errors above", err=True)
            status = max(status, FINDING)
        except REFUSALS as error:
            tell(explain(error))
            status = NOTHING_DONE
        else:
            status = max(status, report(key, outcome, as_json=as_json))
            as_data += [json.loads(render_line(line)) for line in outcome.difference.lines if outcome.is_done]
    if as_json:
        click.echo(json.dumps(as_data, ensure_ascii=False, indent=1))
    raise SystemExit(status)


def report(key: str, outcome: Outcome, *, as_json: bool) -> int:
    """Say what a publication did, or what keeps it from being done; return the exit status that this makes."""
    if not outcome.is_done:
        for question in outcome.difference.questions:
            click.echo(f"{key}: {question.text}", err=True)
        click.echo(f"{key}: nothing is published until this is answered", err=True)
        return FINDING
    if outcome.before and outcome.before.warnings:
        click.echo(f"{key}: the last line of the journal was cut off while it was written, and is dropped", err=True)
    if not as_json:
        tell_difference(key, outcome.difference, outcome.before, verb="published")
    return 0


def publish_and_ask(options: Options, folder: Folder, key: str, answers: Answers) -> Outcome:
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


def _refuse_needless(options: Options, keys: list[str], withdraw: tuple[str, ...]) -> None:
    """End with 1 where `--withdraw` names a window that was never published, or that did not vanish."""
    folder, known = options.folder(), list[str]()
    for key in keys if withdraw else ():
        try:
            schedule, published = folder.load(key), folder.published(key)
        except ScheduleError:
            return  # its errors are told when it is published
        known += (*published.at(options.now()).by_id, *published.series) if published else ()
        for window in schedule.windows:
            if window.id in withdraw:
                cure = "delete it there, or write `status: cancelled`"
                stop(f"--withdraw {window.id}: it still is in {schedule.file}; {cure}", FINDING)
    for id_ in withdraw:
        if id_ not in known:
            stop(f"--withdraw {id_}: no such window was published. {suggest(id_, known)}".strip(), FINDING)


def tell_difference(key: str, difference: Difference, before: PublishedCalendar | None, *, verb: str) -> None:
    """Print what a difference says to a subscriber."""
    count = len(difference.lines)
    if not count:
        click.echo(f"{key}: nothing to publish")
        return
    click.echo(f"{key}: {count} {'change' if count == 1 else 'changes'} {verb}")
    at = difference.lines[0].at
    after = replay((*(before.lines if before else ()), *difference.lines)).at(at)
    for line in difference.lines:
        click.echo(f"  {line.change.value:<10} {_describe(line, before.at(at) if before else None, after)}")


def _describe(line: Line, before: PublishedCalendar | None, after: PublishedCalendar) -> str:
    """Return a line of the journal in words."""
    if line.window is None:
        return _describe_header(line, before, after)
    if line.window.repeat is not None:
        return _describe_series(line.window, after)
    words, window = words_for(after.calendar, "en"), after.by_id[line.window.id]
    known = before.by_id.get(line.window.id) if before else None
    detail = words.summary(window)
    if line.change is Change.MOVED and known is not None:
        when = words.was_now(known.window, line.window)
    else:
        when = words.span(window.start, window.end)
    return f"{line.window.id}  {when}  {detail}"


def _describe_series(series: Window, after: PublishedCalendar) -> str:
    """Return a repeated window with how many occurrences lie ahead within reach, and the first and last of them."""
    words = words_for(after.calendar, "en")
    given = occurrences(series, zone=after.calendar.timezone, last=after.last or date.max)
    found = [each for each in after.windows if each.window.id in given and not each.has_ended(after.newest)]
    count = f"{len(found)} {'window' if len(found) == 1 else 'windows'}"
    when = f", {words.moment(found[0].start)} to {words.moment(found[-1].start)}" if found else ""
    detail = f"  {words.summary(found[-1])}" if found else ""
    return f"{series.id}  {series.repeat}: {count}{when}{detail}"


def _describe_header(line: Line, before: PublishedCalendar | None, after: PublishedCalendar) -> str:
    """Return which facts of a calendar changed, and how many windows are revised by that alone."""
    if before is None:
        return "is new"
    names = [each.name for each in fields(Calendar) if getattr(before.calendar, each.name) != getattr(line.calendar, each.name)]
    own = {each.window.id for each in after.lines if each.window is not None and each.at == line.at}
    revised = sum(each.modified == line.at and each.window.id not in own for each in after.windows)
    windows = f"; revises {revised} {'window' if revised == 1 else 'windows'}" if revised else ""
    return f"{', '.join(names)}{windows}"


COMMANDS = (diff, publish)
