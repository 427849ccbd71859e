"""`diff` and `publish`: show the changes of a schedule, and append them to its journal."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from datetime import date

import click

from icsfeed.cli.messages import FINDING, NOTHING_DONE, print_message, print_problems, stop
from icsfeed.cli.options import Options, common, exit_unless_one, is_terminal
from icsfeed.drafting import publishing
from icsfeed.drafting.comparison import Difference, OneWindow, compare, find_other_ends
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.publishing import Outcome
from icsfeed.drafting.questions import Answers, Question
from icsfeed.journal import render_line
from icsfeed.model import Calendar, Window
from icsfeed.problems import REFUSALS, Problem, ScheduleError, counted, explain, suggest
from icsfeed.recurrence import horizon, occurrences, split_id
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from icsfeed.wording import words_for


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the journal's lines as a JSON array.")
@common
def diff(options: Options, *, as_json: bool) -> None:
    """Show what would be published, in the words that subscribers will read.

    Questions that `publish` would ask are shown too.
    """
    raise SystemExit(_diff(options, options.keys_of_schedules(), Answers(), as_json=as_json))


def _diff(options: Options, keys: list[str], answers: Answers, only: OneWindow | None = None, *, as_json: bool) -> int:
    """Print changes and questions of calendars, or of one window; return the exit status."""
    folder, status, lines = options.folder(), 0, list[Line]()
    for key in keys:
        try:
            draft = folder.load(key, partly=only is not None)
            folder.refuse_conflicts(draft, only=only.id if only else None)
        except ScheduleError as error:
            print_problems(error.problems)
            status = max(status, FINDING)
            continue
        except OSError as error:
            print_message(explain(error))
            status = NOTHING_DONE
            continue
        now = options.now(draft.schedule.calendar)
        difference = compare(draft.schedule, draft.published, now=now, answers=answers, only=only)
        if difference.lines or difference.questions:
            status = max(status, FINDING)
        lines += difference.lines
        if not as_json:
            print_difference(draft, difference, verb="to publish")
        for question in difference.questions:
            click.echo(f"  question: {question.text_with_command}", err=as_json)
    if as_json:
        _print_as_json(lines)
    return status


def _print_as_json(lines: Sequence[Line]) -> None:
    """Print journal lines as a JSON array."""
    click.echo(json.dumps([json.loads(render_line(line)) for line in lines], ensure_ascii=False, indent=1))


@click.command()
@click.option("--withdraw", metavar="ID", multiple=True, help="Publish this vanished window as cancelled.")
@click.option("--withdraw-all", is_flag=True, help="Publish all vanished windows as cancelled.")
@click.option("--past", is_flag=True, help="Also announce windows that start in the past.")
@click.option("--restore", metavar="ID", multiple=True, help="Announce that this cancelled window is on again.")
@click.option("--cancelled", metavar="ID", multiple=True, help="Publish this new window, which is cancelled already.")
@click.option("--only", "only_id", metavar="ID", help="Publish this window alone; everything else stays a draft.")
@click.option("--dry-run", is_flag=True, help="Only show the changes, as `diff` does.")
@click.option("--json", "as_json", is_flag=True, help="Print the appended lines as a JSON array.")
@common
def publish(
    options: Options,
    *,
    withdraw: tuple[str, ...],
    withdraw_all: bool,
    past: bool,
    restore: tuple[str, ...],
    cancelled: tuple[str, ...],
    only_id: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Publish what changed in the schedule; subscribers see it from then on.

    Questions are asked on a terminal. Elsewhere an option must answer them.
    """
    answers = Answers(
        withdraw=frozenset(withdraw),
        withdraw_all=withdraw_all,
        past=past,
        restore=frozenset(restore),
        cancelled=frozenset(cancelled),
        drafted=True,
    )
    only = OneWindow(id=only_id, change=lambda each: each) if only_id is not None else None
    keys = options.keys_of_schedules() if only_id is None else [_find_key(options, only_id)]
    if dry_run:
        raise SystemExit(_diff(options, keys, answers, only, as_json=as_json))
    options.refuse_now()
    status, lines = 0, list[Line]()
    drafts = _load_for_answers(options, keys, answers)
    for key in keys:
        try:
            outcome = publish_and_ask(options, key, answers, drafts.get(key), only=only)
        except ScheduleError as error:
            print_problems(error.problems)
            click.echo(f"{key}: nothing was published because of the errors above", err=True)
            status = max(status, FINDING)
        except REFUSALS as error:
            print_message(explain(error))
            status = NOTHING_DONE
        else:
            status = max(status, report(outcome, show_changes=not as_json))
            lines += outcome.difference.lines if outcome.is_done else ()
    if as_json:
        _print_as_json(lines)
    raise SystemExit(status)


def _find_key(options: Options, id_: str) -> str:
    """Return the name of the only calendar that has a window; exit if none or several have it."""
    keys, known, problems = list[str](), list[str](), list[Problem]()
    for key in options.keys_of_schedules():
        try:
            schedule = options.folder().load(key, partly=True).schedule
        except ScheduleError as error:
            problems += error.problems
        else:
            known += (ids := schedule.ids(options.now(schedule.calendar)))
            keys += [key] if id_ in ids else []
            problems += schedule.errors
    if problems and not keys:
        raise ScheduleError(problems)
    exit_unless_one(id_, keys, known)
    return keys[0]


def _load_for_answers(options: Options, keys: list[str], answers: Answers) -> dict[str, Draft]:
    """Return the drafts if an answer names a window; exit if one is not found, or one to withdraw did not vanish."""
    folder, published, planned, drafts = options.folder(), list[str](), list[str](), dict[str, Draft]()
    if not answers.withdraw | answers.restore | answers.cancelled:
        return drafts
    for key in keys:
        try:
            draft = drafts[key] = folder.load(key)
        except (ScheduleError, OSError):
            return drafts  # publishing it prints the errors
        published += (*draft.published.at(options.now()).by_id, *draft.published.series) if draft.published else ()
        planned += (*draft.schedule.at(options.now()), *draft.schedule.series, *draft.schedule.exceptions)
        for window in draft.schedule.windows:
            if window.id in answers.withdraw:
                cure = "delete it there or write `status: cancelled`"
                stop(f"--withdraw {window.id}: it is still in {draft.schedule.file}; {cure}", FINDING)
    _refuse_unknown("--withdraw", answers.withdraw, published, "published windows")
    _refuse_unknown("--restore", answers.restore, published, "published windows")
    _refuse_unknown("--cancelled", answers.cancelled, planned, "windows of the schedule")
    return drafts


def _refuse_unknown(option: str, ids: Collection[str], known: Collection[str], where: str) -> None:
    """Exit if an option names a window that is not known."""
    for id_ in ids:
        if id_ not in known:
            stop(f"{option} {id_}: not found among the {where}. {suggest(id_, known)}".strip(), FINDING)


def _ask(key: str, question: Question) -> bool:
    """Ask a question of `publish`."""
    return click.confirm(f"{key}: {question.text}", default=False, err=True)


def publish_and_ask(
    options: Options,
    key: str,
    answers: Answers,
    draft: Draft | None,
    *,
    only: OneWindow | None = None,
    ask: Callable[[str, Question], bool] = _ask,
) -> Outcome:
    """Publish a calendar, or one window of it, and ask its questions on a terminal.

    Parameters:
        options: Of the command.
        key: The calendar's name.
        answers: What need not be asked.
        draft: The calendar if it is loaded already.
        only: As for `compare`.
        ask: Returns whether a person says yes.
    """
    while True:
        outcome = publishing.publish(options.folder(), key, now=options.now(), answers=answers, draft=draft, only=only)
        if outcome.is_done or not is_terminal():
            return outcome
        draft = outcome.draft
        for question in outcome.difference.questions:
            if not ask(key, question):
                return outcome
            answers |= question.yes


def report(outcome: Outcome, *, show_changes: bool) -> int:
    """Print the open questions, or after publishing a dropped line and, if wanted, the changes; return the exit status."""
    if not outcome.is_done:
        for question in outcome.difference.questions:
            click.echo(f"{outcome.draft.key}: {question.text}", err=True)
        click.echo(f"{outcome.draft.key}: nothing was published; answer with the options above", err=True)
        return FINDING
    report_done(outcome, show_changes=show_changes)
    return 0


def report_done(outcome: Outcome, *, show_changes: bool) -> None:
    """Print after publishing a wrong clock, a dropped line and, if wanted, the changes."""
    if outcome.warning and outcome.difference.lines:
        click.echo(f"{outcome.draft.key}: warning: {outcome.warning}", err=True)
    if outcome.has_dropped_line:
        click.echo(f"{outcome.draft.key}: dropped the last line of the journal, which was cut off while it was written", err=True)
    if show_changes:
        print_difference(outcome.draft, outcome.difference, verb="published")


def print_difference(draft: Draft, difference: Difference, *, verb: str) -> None:
    """Print the changes as subscribers will read them; `verb` follows their number."""
    if not difference.lines:
        click.echo(f"{draft.key}: nothing to publish")
        return
    at = difference.lines[0].at
    click.echo(f"{draft.key}: {counted(len(difference.lines), 'change')} {verb}")
    ahead = [day for line in difference.lines if line.window and (day := split_id(line.window.id)[1])]
    last = max([horizon(at, draft.schedule.calendar.timezone), *ahead])  # exceptions are published ahead
    before = draft.published.until(last) if draft.published else None
    after = replay((*(before.lines if before else ()), *difference.lines)).until(last)
    for line in difference.lines:
        click.echo(f"  {line.change.value:<10} {_describe(line, before, after, draft)}")


def _describe(line: Line, before: PublishedCalendar | None, after: PublishedCalendar, draft: Draft) -> str:
    """Return what a journal line changes, for people."""
    if line.window is None:
        return _describe_header(line, before, after)
    if line.window.repeat is not None:
        corrected = _describe_ends(draft, line.window, before, after) if before else ""
        return f"{_describe_series(line.window, after)}{corrected}"
    words, window = words_for(after.calendar, "en"), after.by_id[line.window.id]
    known = before.by_id.get(line.window.id) if before else None
    if line.change is Change.MOVED and known is not None:
        when = words.was_now(known.facts, line.window)
    else:
        when = words.span(window.start, window.end)
    return f"{line.window.id}  {when}  {words.summary(window)}"


def _describe_series(series: Window, after: PublishedCalendar) -> str:
    """Return the rule of a repeated window, the number of its upcoming windows, and the first and last of them."""
    words = words_for(after.calendar, "en")
    given = occurrences(series, zone=after.calendar.timezone, last=after.last or date.max)
    found = [each for each in after.windows if each.id in given and not each.has_ended(after.newest)]
    ends = dict.fromkeys(words.moment(each.start) for each in (*found[:1], *found[-1:]))
    when = f", {' to '.join(ends)}" if found else ""
    on = [each for each in found if not each.is_cancelled]
    cancelled = f", {len(found) - len(on)} of them cancelled" if 0 < len(on) < len(found) else ""
    detail = f"  {words.summary((on or found)[-1])}" if found else ""
    return f"{series.id}  {series.repeat}: {counted(len(found), 'window')}{cancelled}{when}{detail}"


def _describe_ends(draft: Draft, series: Window, before: PublishedCalendar, after: PublishedCalendar) -> str:
    """Return what became of ends that were not wall-clock times when they were published; empty if there were none."""
    was = before.series.get(series.id)
    if was is None or was.local_end or not series.local_end or (was.start, was.end) != (series.start, series.end):
        return ""
    others = find_other_ends(draft.schedule, was, series, now=after.newest, last=after.last or date.max)
    if not others:
        return ""
    words = words_for(after.calendar, "en")
    every = {"DAILY": "on every day", "WEEKLY": "in every week", "MONTHLY": "in every month", "YEARLY": "in every year"}
    rule = next((phrase for name, phrase in every.items() if f"FREQ={name}" in (series.repeat or "")), "")
    end, other = (each.end or each.start for each in (series, others[0]))
    more = f", and so on {counted(len(others) - 1, 'more date')}" if others[1:] else ""
    return f"; ends at {words.clock(end)} {rule}; on {words.date(other)} it was published as {words.clock(other)}{more}"


def _describe_header(line: Line, before: PublishedCalendar | None, after: PublishedCalendar) -> str:
    """Return the changed facts of a calendar, and how many windows they revise."""
    if before is None:
        return "is new"
    names = [each.name for each in fields(Calendar) if getattr(before.calendar, each.name) != getattr(line.calendar, each.name)]
    own = {each.window.id for each in after.lines if each.window is not None and each.at == line.at}
    revised = sum(each.modified == line.at and each.id not in own for each in after.windows)
    windows = f"; revises {counted(revised, 'window')}" if revised else ""
    return f"{', '.join(names)}{windows}"


COMMANDS = (diff, publish)
