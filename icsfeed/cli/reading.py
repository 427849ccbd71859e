"""`check`, `list`, `show`: what is there and what is wrong with it; nothing is changed."""

import json
from datetime import datetime
from typing import Any

import click

from icsfeed.cli.options import FINDING, LOCAL_ADDRESS, NOTHING_DONE, Options, common, stop, tell_problems
from icsfeed.drafting.comparison import Answers, compare
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Window
from icsfeed.problems import Problem, ScheduleError, Severity, render_problems, suggest
from icsfeed.publication.availability import State, state_of
from icsfeed.publication.documents.data import window_data
from icsfeed.recurrence import series_of
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow, replay
from icsfeed.wording import Words, words_for
from icsfeed.zones import render_rfc3339, to_local


@click.command()
@click.option("--strict", is_flag=True, help="Count warnings as findings too, but not changes that wait to be published.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as a JSON array.")
@common
def check(options: Options, *, strict: bool, as_json: bool) -> None:
    """Say every problem and warning of every schedule file and journal."""
    folder, now, problems, summaries = options.folder(), options.now_of_folder(), [], []
    for key in options.keys():
        schedule, found = folder.check(key, now)
        problems += found
        if schedule is not None:
            count = len(schedule.windows)
            summaries.append(f"{schedule.file}: {count} {'window' if count == 1 else 'windows'}, {_tally(found)}")
    problems += folder.find_strays()
    if as_json:
        click.echo(render_problems(problems, as_json=True))
    else:
        for text in (*(str(problem) for problem in problems), *summaries):
            click.echo(text)
    counted = [each for each in problems if each.severity is Severity.ERROR or (strict and not each.pending)]
    raise SystemExit(FINDING if counted else 0)


def _tally(problems: list[Problem]) -> str:
    """Return `no problems`, or how many of which kind."""
    counts = [(sum(each.severity is severity for each in problems), severity.value) for severity in Severity]
    told = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return ", ".join(told) or "no problems"


# Windows of a schedule beside what is published of them


class _Draft:
    """A schedule as it would be published now."""

    def __init__(self, schedule: Schedule, published: PublishedCalendar | None, now: datetime) -> None:
        difference = compare(schedule, published, now=now, answers=Answers())
        self.pending = {line.window.id: line.change for line in difference.lines if line.window}
        for id_ in schedule.at(now):
            if series_of(id_) in self.pending:
                self.pending.setdefault(id_, self.pending[series_of(id_)])
        self.published = published.at(now) if published else None
        self.whole = replay((*(published.lines if published else ()), *difference.lines)).at(now)
        ids = schedule.at(now).keys()
        self.windows = [each for each in self.whole.windows if each.window.id in ids]


def _state(window: PublishedWindow, now: datetime) -> str:
    """Return in a word or two where a window stands."""
    actual = window.window.actual
    words = {
        "cancelled": window.is_cancelled,
        "completed": actual is not None and actual.end is not None,
        State.AT_RISK.value: state_of(window, now) is State.AT_RISK,
        "ended": window.has_ended(now),
        "under way": (actual.start if actual is not None else window.start) <= now,
        "tentative": window.window.status is Status.TENTATIVE,
        "unplanned": not window.window.planned,
    }
    return next((word for word, fits in words.items() if fits), "planned")


def _is_past(window: PublishedWindow, now: datetime) -> bool:
    """Tell whether nobody waits for a window any more."""
    return window.has_ended(now) and _state(window, now) != State.AT_RISK.value


@click.command(name="list")
@click.option("--past", is_flag=True, help="Windows that are over.")
@click.option("--all", "everything", is_flag=True, help="All windows.")
@click.option("--json", "as_json", is_flag=True, help="Print an array of windows as in the calendar's JSON.")
@common
def list_windows(options: Options, *, past: bool, everything: bool, as_json: bool) -> None:
    """List windows of the schedule that lie ahead.

    Those under way are listed too.
    """
    folder, data, status, keys = options.folder(), [], 0, options.keys_of_schedules()
    for key in keys:
        try:
            schedule, published = folder.load(key), folder.published(key)
        except ScheduleError as error:
            tell_problems(error.problems)
            status = FINDING
            continue
        now = options.now(schedule.calendar)
        draft = _Draft(schedule, published, now)
        chosen = [each for each in draft.windows if everything or _is_past(each, now) is past]
        if as_json:
            address = options.addresses(LOCAL_ADDRESS).of(schedule.calendar)
            data += [_as_data(each, draft, address) for each in chosen]
            continue
        words = words_for(schedule.calendar, "en")
        if not chosen:
            click.echo(_say_nothing(key, draft, words, past=past or everything))
        elif len(keys) > 1:
            click.echo(f"{key}:")
        for row in _align([_row(each, draft, words, now) for each in chosen]):
            click.echo(f"  {row}" if len(keys) > 1 else row)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    raise SystemExit(status)


def _as_data(window: PublishedWindow, draft: _Draft, address: str) -> dict[str, Any]:
    """Return a window as in the calendar's JSON."""
    calendar = draft.whole.calendar
    page = f"{address}/{calendar.key}/{calendar.default_language}/{window.window.id}/"
    return window_data(window, calendar, page=page)


def _row(window: PublishedWindow, draft: _Draft, words: Words, now: datetime) -> tuple[str, ...]:
    """Return the cells of a line of the list."""
    return (
        window.window.id,
        words.span(window.start, window.end),
        "/".join(each.key for each in window.classes),
        _state(window, now),
        _revision(window, draft),
        words.text(window.window.title) if window.window.title else "",
    )


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table with their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _revision(window: PublishedWindow, draft: _Draft) -> str:
    """Return a window's published SEQUENCE in words, and what would be published next."""
    pending = draft.pending.get(window.window.id)
    known = draft.published.by_id.get(window.window.id) if draft.published else None
    if known is None:
        return "new, not yet published"
    return f"revision {known.sequence}" + (f", {pending.value} but not yet published" if pending else "")


def _say_nothing(key: str, draft: _Draft, words: Words, *, past: bool) -> str:
    """Return why the list is empty."""
    if not draft.windows:
        return f"{key}: no windows"
    if past:
        return f"{key}: no window is over yet"
    last = draft.windows[-1]
    return f"{key}: nothing lies ahead; the last window was {last.window.id}, {words.moment(last.start)}. `--past` lists them."


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the window as in the calendar's JSON, with its history.")
@common
def show(options: Options, id_: str, *, as_json: bool) -> None:
    """Show one window and its history."""
    folder, known = options.folder(), []
    hits: list[tuple[str, PublishedWindow, _Draft, datetime]] = []
    for key in options.keys():
        try:
            draft, now = _find_draft(options, folder, key)
        except ScheduleError as error:
            tell_problems(error.problems)
            continue
        known += [each.window.id for each in draft.whole.windows]
        found = next((each for each in draft.whole.windows if each.window.id.casefold() == id_.casefold()), None)
        if found is not None:
            hits.append((key, found, draft, now))
    if len(hits) > 1:
        stop(f"{id_} is in several calendars; choose with --calendar: {', '.join(key for key, *_ in hits)}")
    for _, found, draft, now in hits:
        address = options.addresses(LOCAL_ADDRESS).of(draft.whole.calendar)
        _show(found, draft, now, address, as_json=as_json)
        return
    stop(f'no window "{id_}". {suggest(id_, known)}`icsfeed list --all` lists them.', FINDING)


def _find_draft(options: Options, folder: Folder, key: str) -> tuple[_Draft, datetime]:
    """Return a calendar as it would be published; as it is published where it has no schedule file any more."""
    if folder.schedule_path(key).exists():
        schedule, published = folder.load(key), folder.published(key)
        return _Draft(schedule, published, now := options.now(schedule.calendar)), now
    published = folder.published(key)
    if published is None:
        stop(f"nothing is published of {key}", NOTHING_DONE)
    calendar, now = published.calendar, options.now(published.calendar)
    windows = tuple(each.window for each in published.windows if series_of(each.window.id) not in published.series)
    same = Schedule(file="", calendar=calendar, windows=(*windows, *published.series.values()), places={}, warnings=())
    return _Draft(same, published, now), now


def _show(window: PublishedWindow, draft: _Draft, now: datetime, address: str, *, as_json: bool) -> None:
    """Print one window."""
    ids = {window.window.id, series_of(window.window.id)}
    lines = [line for line in draft.whole.lines if line.window is not None and line.window.id in ids]
    published = len([line for line in (draft.published.lines if draft.published else ()) if line in lines])
    calendar, data = draft.whole.calendar, _as_data(window, draft, address)
    if as_json:
        history = [{"at": render_rfc3339(each.at), "by": each.by, "change": each.change.value} for each in lines[:published]]
        click.echo(json.dumps({**data, "history": history}, ensure_ascii=False, indent=1))
        return
    words = words_for(calendar, "en")
    click.echo(words.summary(window))
    rows = {
        "id": window.window.id,
        "when": f"{words.span(window.start, window.end)} ({calendar.timezone})",
        "class": "/".join(each.key for each in window.classes),
        "state": _state(window, now),
        "revision": _revision(window, draft).removeprefix("revision "),
        "uid": window.uid,
        "address": data["url"],
    }
    if published and draft.published:
        stamp = to_local(draft.published.by_id[window.window.id].modified, calendar.timezone)
        rows["published"] = f"{stamp:%Y-%m-%d %H:%M}"
    facts = {"note": window.window.note, "reason": window.window.reason}
    rows |= {name: words.text(text).replace("\n", "\n            ") for name, text in facts.items() if text}
    for name, value in rows.items():
        click.echo(f"  {name:<9} {value}")
    click.echo("history")
    before: dict[str, Window] = {}
    for number, line in enumerate(lines):
        if line.window is not None:
            known = before.get(line.window.id)
            click.echo(f"  {_history_row(line, known, words, calendar.timezone, is_published=number < published)}")
            before[line.window.id] = line.window


def _history_row(line: Line, before: Window | None, words: Words, zone: str, *, is_published: bool) -> str:
    """Return a line of a window's history."""
    when = f"{to_local(line.at, zone):%Y-%m-%d %H:%M}" if is_published else "not published   "
    detail = f"  {words.was_now(before, line.window)}" if line.change is Change.MOVED and before and line.window else ""
    by = f"  by {line.by}" if is_published else ""
    return f"{when}  {line.change.value}{by}{detail}"


COMMANDS = (check, list_windows, show)
