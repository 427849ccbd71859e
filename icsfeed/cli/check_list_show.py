"""`check`, `list`, `show`: problems and windows of a schedule; these commands change nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from icsfeed.cli.messages import FINDING, NOTHING_DONE, print_message, print_problems, stop
from icsfeed.cli.options import Options, common, exit_unless_one
from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import find_schedules
from icsfeed.model import Status, Window
from icsfeed.problems import Problem, ScheduleError, Severity, counted, explain, render_problems
from icsfeed.publication.availability import State, effect_of
from icsfeed.publication.documents.data import window_data
from icsfeed.publication.paths import LOCAL_ADDRESS
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.recurrence import series_of
from icsfeed.replay import Change, PublishedCalendar, PublishedWindow, replay
from icsfeed.wording import Words, words_for
from icsfeed.zones import render_rfc3339, to_local


@click.command()
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too, but not for unpublished changes.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as a JSON array.")
@common
def check(options: Options, *, strict: bool, as_json: bool) -> None:
    """Report every error and warning of schedule files and journals."""
    folder, now, problems, summaries = options.folder(), options.now_of_folder(), [], []
    for key in options.keys():
        schedule, found = folder.check(key, now)
        problems += found
        if schedule is not None:
            summaries.append(f"{schedule.file}: {counted(len(schedule.windows), 'window')}, {_tally(found)}")
    problems += folder.find_strays()
    if as_json:
        click.echo(render_problems(problems, as_json=True))
    else:
        for text in (*map(str, problems), *summaries):
            click.echo(text)
    failing = [each for each in problems if each.severity is Severity.ERROR or (strict and not each.pending)]
    raise SystemExit(FINDING if failing else 0)


def _tally(problems: list[Problem]) -> str:
    """Return `no problems`, or how many of which kind."""
    counts = [(sum(each.severity is severity for each in problems), severity.value) for severity in Severity]
    return ", ".join(counted(count, word) for count, word in counts if count) or "no problems"


# Windows as they would be published


@dataclass(frozen=True, slots=True, kw_only=True)
class _Preview:
    """A calendar as it would be if its schedule were published now.

    Attributes:
        address: The base URL of its addresses.
        published: The published calendar; None if there is none.
        whole: The calendar after publishing.
        windows: Those of the schedule, in the order (start, id).
        pending: Unpublished changes by window id.
    """

    now: datetime
    address: str
    published: PublishedCalendar | None
    whole: PublishedCalendar
    windows: Sequence[PublishedWindow]
    pending: Mapping[str, Change]

    @property
    def words(self) -> Words:
        """In English."""
        return words_for(self.whole.calendar, "en")


def _make_preview(options: Options, schedule: Schedule, published: PublishedCalendar | None) -> _Preview:
    """Return what publishing the schedule now would give."""
    now = options.now(schedule.calendar)
    lines = compare(schedule, published, now=now, answers=Answers()).lines
    whole = replay((*(published.lines if published else ()), *lines)).at(now)
    ids, pending = schedule.at(now), {line.window.id: line.change for line in lines if line.window}
    of_series = {id_: pending[series_of(id_)] for id_ in ids if series_of(id_) in pending}
    return _Preview(
        now=now,
        address=options.addresses(LOCAL_ADDRESS).of(schedule.calendar),
        published=published.at(now) if published else None,
        whole=whole,
        windows=[each for each in whole.windows if each.id in ids],
        pending=of_series | pending,
    )


def _state(window: PublishedWindow, preview: _Preview) -> str:
    """Return `planned`, `under way`, `ended` or the like."""
    actual, phase = window.facts.actual, phase_of(window, preview.now, preview.whole.calendar.timezone)
    words = {
        "cancelled": window.is_cancelled,
        "completed": actual is not None and actual.end is not None,
        "at risk": effect_of(window, phase) is State.AT_RISK,
        "ended": phase is Phase.OVER,
        "under way": phase is not Phase.AHEAD,
        "tentative": window.facts.status is Status.TENTATIVE,
        "unplanned": not window.facts.planned,
    }
    return next((word for word, fits in words.items() if fits), "planned")


def _is_past(window: PublishedWindow, preview: _Preview) -> bool:
    """Return whether a window is over; one at risk is not."""
    return _state(window, preview) in {"completed", "ended"} or (window.is_cancelled and window.has_ended(preview.now))


def _as_data(window: PublishedWindow, preview: _Preview) -> dict[str, Any]:
    """Return a window as in the calendar's JSON."""
    return window_data(window, preview.whole.calendar, address=preview.address)


def _revision(window: PublishedWindow, preview: _Preview) -> str:
    """Return a window's published SEQUENCE, and its unpublished change."""
    pending = preview.pending.get(window.id)
    known = preview.published.by_id.get(window.id) if preview.published else None
    if known is None:
        return "new, not yet published"
    return f"revision {known.sequence}" + (f", {pending.value} but not yet published" if pending else "")


@click.command(name="list")
@click.option("--past", is_flag=True, help="List past windows instead.")
@click.option("--all", "everything", is_flag=True, help="List all windows.")
@click.option("--json", "as_json", is_flag=True, help="Print an array of windows as in the calendar's JSON.")
@common
def list_windows(options: Options, *, past: bool, everything: bool, as_json: bool) -> None:
    """List upcoming windows of the schedule, and those under way."""
    folder, data, status, keys = options.folder(), [], 0, options.keys_of_schedules()
    for key in keys:
        try:
            draft = folder.load(key)
        except ScheduleError as error:
            print_problems(error.problems)
            status = max(status, FINDING)
            continue
        except OSError as error:
            print_message(explain(error))
            status = NOTHING_DONE
            continue
        preview = _make_preview(options, draft.schedule, draft.published)
        chosen = [each for each in preview.windows if everything or _is_past(each, preview) is past]
        if as_json:
            data += [_as_data(each, preview) for each in chosen]
            continue
        if not chosen:
            click.echo(f"{key}: {_explain_empty_list(preview, past=past or everything)}")
        elif len(keys) > 1:
            click.echo(f"{key}:")
        for row in _align([_row(each, preview) for each in chosen]):
            click.echo(f"  {row}" if len(keys) > 1 else row)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    raise SystemExit(status)


def _row(window: PublishedWindow, preview: _Preview) -> tuple[str, ...]:
    """Return the cells of a row of the list."""
    return (
        window.id,
        preview.words.span(window.start, window.end),
        "/".join(each.key for each in window.classes),
        _state(window, preview),
        _revision(window, preview),
        preview.words.text(window.facts.title) if window.facts.title else "",
    )


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table as lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _explain_empty_list(preview: _Preview, *, past: bool) -> str:
    """Return why the list is empty."""
    if not preview.windows:
        return "no windows"
    if past:
        return "no past windows"
    last = preview.windows[-1]
    return f"no upcoming windows; the last one was {last.id}, {preview.words.moment(last.start)} (see --past)"


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the window as in the calendar's JSON, with its history.")
@common
def show(options: Options, id_: str, *, as_json: bool) -> None:
    """Show one window and its history."""
    known: list[str] = []
    found: list[tuple[PublishedWindow, _Preview]] = []
    status = 0
    for key in options.keys():
        try:
            preview = _load_preview(options, key)
        except ScheduleError as error:
            print_problems(error.problems)
            continue
        except OSError as error:
            print_message(explain(error))
            status = NOTHING_DONE
            continue
        known += [each.id for each in preview.whole.windows]
        found += [(each, preview) for each in preview.whole.windows if each.id.casefold() == id_.casefold()][:1]
    if status and not found:
        raise SystemExit(status)
    exit_unless_one(id_, [preview.whole.calendar.key for _, preview in found], known)
    _show(*found[0], as_json=as_json)


def _load_preview(options: Options, key: str) -> _Preview:
    """Return what publishing the schedule now would give; without a schedule file, what is published."""
    folder = options.folder()
    if key in find_schedules(folder.path):
        draft = folder.load(key)
        return _make_preview(options, draft.schedule, draft.published)
    published = folder.published(key)
    if published is None:
        stop(f"{key}: nothing is published")
    windows = [each.facts for each in published.windows if series_of(each.id) not in published.series]
    windows += published.series.values()
    same = Schedule(file="", calendar=published.calendar, windows=tuple(windows), places={}, warnings=())
    return _make_preview(options, same, published)


def _show(window: PublishedWindow, preview: _Preview, *, as_json: bool) -> None:
    """Print one window."""
    ids, words, zone = {window.id, series_of(window.id)}, preview.words, preview.whole.calendar.timezone
    lines = [(line, line.window) for line in preview.whole.lines if line.window is not None and line.window.id in ids]
    known = preview.published.by_id.get(window.id) if preview.published else None
    published = [each for each in lines if preview.published and each[0] in preview.published.lines]
    data = _as_data(window, preview)
    if as_json:
        history = [{"at": render_rfc3339(line.at), "by": line.by, "change": line.change.value} for line, _ in published]
        click.echo(json.dumps({**data, "history": history}, ensure_ascii=False, indent=1))
        return
    rows = {
        "id": window.id,
        "when": f"{words.span(window.start, window.end)} ({zone})",
        "class": "/".join(each.key for each in window.classes),
        "state": _state(window, preview),
        "revision": _revision(window, preview).removeprefix("revision "),
        "uid": window.uid,
        "address": data["url"],
    }
    if published and known:
        rows["published"] = f"{to_local(known.modified, zone):%Y-%m-%d %H:%M}"
    texts = {"note": window.facts.note, "reason": window.facts.reason}
    rows |= {name: words.text(text).replace("\n", "\n            ") for name, text in texts.items() if text}
    click.echo(words.summary(window))
    for name, value in rows.items():
        click.echo(f"  {name:<9} {value}")
    click.echo("history")
    before: dict[str, Window] = {}
    for number, (line, after) in enumerate(lines):
        is_published = number < len(published)
        when = f"{to_local(line.at, zone):%Y-%m-%d %H:%M}" if is_published else "not published   "
        by = f"  by {line.by}" if is_published else ""
        moved = f"  {words.was_now(before[after.id], after)}" if line.change is Change.MOVED and after.id in before else ""
        click.echo(f"  {when}  {line.change.value}{by}{moved}")
        before[after.id] = after


COMMANDS = (check, list_windows, show)
