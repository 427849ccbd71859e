"""`diff` and `publish`: from the schedule to the journal."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

import click

from icsfeed.cli.options import FINDING, NOTHING_DONE, Options, common, is_terminal, stop, tell, tell_problems
from icsfeed.drafting import publishing
from icsfeed.drafting.comparison import Answers, Difference, compare
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.publishing import Outcome
from icsfeed.journal import render_line
from icsfeed.model import Calendar, Window
from icsfeed.problems import REFUSALS, ScheduleError, explain, suggest
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
    raise SystemExit(_diff(options, Answers(), as_json=as_json))


def _diff(options: Options, answers: Answers, *, as_json: bool) -> int:
    """Print differences and questions of all calendars; return 1 when there are some."""
    folder, status, lines = options.folder(), 0, list[Line]()
    for key in options.keys_of_schedules():
        try:
            draft = folder.load(key)
            folder.refuse_conflicts(draft)
        except ScheduleError as error:
            tell_problems(error.problems)
            status = max(status, FINDING)
            continue
        except OSError as error:
            tell(explain(error))
            status = NOTHING_DONE
            continue
        now = options.now(draft.schedule.calendar)
        difference = compare(draft.schedule, draft.published, now=now, answers=answers)
        if difference.lines or difference.questions:
            status = max(status, FINDING)
        lines += difference.lines
        if not as_json:
            tell_difference(draft, difference, verb="to publish")
        for question in difference.questions:
            click.echo(f"  question: {question.text}", err=as_json)
    if as_json:
        _print_as_json(lines)
    return status


def _print_as_json(lines: Sequence[Line]) -> None:
    """Print lines of a journal as an array."""
    click.echo(json.dumps([json.loads(render_line(line)) for line in lines], ensure_ascii=False, indent=1))


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
        raise SystemExit(_diff(options, answers, as_json=as_json))
    options.refuse_now()
    status, lines, keys = 0, list[Line](), options.keys_of_schedules()
    drafts = _load_for_withdrawal(options, keys, withdraw) if withdraw else {}
    for key in keys:
        try:
            outcome = publish_and_ask(options, key, answers, drafts.get(key))
        except ScheduleError as error:
            tell_problems(error.problems)
            click.echo(f"{key}: nothing is published, because of the errors above", err=True)
            status = max(status, FINDING)
        except REFUSALS as error:
            tell(explain(error))
            status = NOTHING_DONE
        else:
            status = max(status, report(outcome, as_json=as_json))
            lines += outcome.difference.lines if outcome.is_done else ()
    if as_json:
        _print_as_json(lines)
    raise SystemExit(status)


def _load_for_withdrawal(options: Options, keys: list[str], withdraw: tuple[str, ...]) -> dict[str, Draft]:
    """Return the calendars; end with 1 where `--withdraw` names a window that was never published, or did not vanish."""
    folder, known, drafts = options.folder(), list[str](), dict[str, Draft]()
    for key in keys:
        try:
            draft = drafts[key] = folder.load(key)
        except ScheduleError:
            return drafts  # its errors are told when it is published
        known += (*draft.published.at(options.now()).by_id, *draft.published.series) if draft.published else ()
        for window in draft.schedule.windows:
            if window.id in withdraw:
                cure = "delete it there, or write `status: cancelled`"
                stop(f"--withdraw {window.id}: it still is in {draft.schedule.file}; {cure}", FINDING)
    for id_ in withdraw:
        if id_ not in known:
            stop(f"--withdraw {id_}: no such window was published. {suggest(id_, known)}".strip(), FINDING)
    return drafts


def publish_and_ask(options: Options, key: str, answers: Answers, draft: Draft | None) -> Outcome:
    """Publish a calendar, perhaps one that is loaded already; on a terminal its questions are asked."""
    while True:
        outcome = publishing.publish(options.folder(), key, now=options.now(), answers=answers, draft=draft)
        if outcome.is_done or not is_terminal():
            return outcome
        draft = outcome.draft
        for question in outcome.difference.questions:
            if not click.confirm(f"{key}: {question.text}", default=False, err=True):
                return outcome
            answers |= question.yes


def report(outcome: Outcome, *, as_json: bool) -> int:
    """Say what a publication did, or what keeps it from being done; return the exit status that this makes."""
    key = outcome.draft.key
    if not outcome.is_done:
        for question in outcome.difference.questions:
            click.echo(f"{key}: {question.text}", err=True)
        click.echo(f"{key}: nothing is published until this is answered", err=True)
        return FINDING
    if outcome.has_dropped_line:
        click.echo(f"{key}: the last line of the journal was cut off while it was written, and is dropped", err=True)
    if not as_json:
        tell_difference(outcome.draft, outcome.difference, verb="published")
    return 0


def tell_difference(draft: Draft, difference: Difference, *, verb: str) -> None:
    """Print what a difference says to a subscriber."""
    if not difference.lines:
        click.echo(f"{draft.key}: nothing to publish")
        return
    count, at = len(difference.lines), difference.lines[0].at
    click.echo(f"{draft.key}: {count} {'change' if count == 1 else 'changes'} {verb}")
    before = draft.published.at(at) if draft.published else None
    after = replay((*(before.lines if before else ()), *difference.lines)).at(at)
    for line in difference.lines:
        click.echo(f"  {line.change.value:<10} {_describe(line, before, after)}")


def _describe(line: Line, before: PublishedCalendar | None, after: PublishedCalendar) -> str:
    """Return a line of the journal in words."""
    if line.window is None:
        return _describe_header(line, before, after)
    if line.window.repeat is not None:
        return _describe_series(line.window, after)
    words, window = words_for(after.calendar, "en"), after.by_id[line.window.id]
    known = before.by_id.get(line.window.id) if before else None
    if line.change is Change.MOVED and known is not None:
        when = words.was_now(known.window, line.window)
    else:
        when = words.span(window.start, window.end)
    return f"{line.window.id}  {when}  {words.summary(window)}"


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
