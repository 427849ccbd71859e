"""`add`, `move`, `change`, `cancel`, `confirm`, `begin`, `complete`: change one window of a schedule file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

import click

from icsfeed.cli.editing import (
    NO_ANSWERS,
    change_one,
    find_only_key,
    load_draft,
    lock_schedule,
    print_new_problems,
    publishing_option,
    save_window,
    show_and_publish,
)
from icsfeed.cli.messages import print_message
from icsfeed.cli.options import Options, common
from icsfeed.drafting.arguments import Arguments, ArgumentsError, is_nothing, is_now
from icsfeed.drafting.comparison import OneWindow
from icsfeed.drafting.editor import add_window
from icsfeed.drafting.folder import Draft
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Calendar, Status, Window
from icsfeed.recurrence import horizon, occurrences
from icsfeed.wording import words_for
from icsfeed.zones import id_from_start, to_local

_F = TypeVar("_F", bound=Callable[..., Any])

MOST_DATES = 12
"""How many dates of a new repeated window are listed."""

UNPLANNED = "On the page within seconds; calendar programs follow in 1 to 24 hours. Tell customers another way too."


def _texts(*names: str) -> Callable[[_F], _F]:
    """Decorate a command with options for texts; each may be given once, or once per language."""
    helps = {"title": "Title, on one line.", "note": "What customers should know.", "reason": "Reason; customers read it."}

    def decorate(command: _F) -> _F:
        for name in reversed(names):
            click.option(f"--{name}", multiple=True, metavar="TEXT", help=f"{helps[name]} nl=TEXT sets one language.")(command)
        return command

    return decorate


def _read_texts(arguments: Arguments, given: Mapping[str, tuple[str, ...]], before: Window | None) -> dict[str, Any]:
    """Return the new texts of a window by field; `given` are the options."""
    return {name: arguments.text(each, getattr(before, name, None), what=f"--{name}") for name, each in given.items()}


def _lengths(command: _F) -> _F:
    """Decorate a command with `--for` and `--end`."""
    end = click.option("--end", metavar="WHEN", help="Expected end; 01:30 means the next one after the start.")
    return click.option("--for", "length", metavar="DURATION", help="Expected duration, such as 4h.")(end(command))


@click.command()
@click.argument("when")
@click.argument("class_", metavar="CLASS")
@_lengths
@_texts("title", "note")
@click.option("--tentative", is_flag=True, help="Not yet certain.")
@click.option("--unplanned", is_flag=True, help="Could not be announced in time.")
@click.option("--repeat", metavar="RULE", help="Recurrence rule (RFC 5545), such as FREQ=MONTHLY;BYDAY=1TH.")
@publishing_option
@common
def add(
    options: Options,
    when: str,
    class_: str,
    *,
    length: str | None,
    end: str | None,
    tentative: bool,
    unplanned: bool,
    repeat: str | None,
    publish_now: bool | None,
    **texts: tuple[str, ...],
) -> None:
    """Add a window. WHEN is a date with its time, or `now`."""
    key = find_only_key(options)
    with lock_schedule(options, key):
        before = load_draft(options, key)
        arguments = Arguments(before.schedule, options.now())
        start = arguments.moment(when)
        window = Window(
            id=_find_free_id(before, start),
            start=start,
            classes=arguments.classes(class_),
            status=Status.TENTATIVE if tentative else Status.CONFIRMED,
            planned=not unplanned,
            repeat=arguments.rule(repeat, start),
            local_end=repeat is not None,
            **arguments.lengths(start, length=length, until=end),
            **_read_texts(arguments, texts, None),
        )
        draft = save_window(options, before, add_window, window)
    print_new_problems(before, draft, options.now())
    if window.repeat is not None:
        _print_dates(draft.schedule.calendar, window, options.now())
    click.echo(f"added {_describe_window(draft.schedule, window)}, {'/'.join(window.classes)}")
    only, answers = OneWindow(id=window.id, change=lambda each: each), Answers(past=is_now(when))
    if show_and_publish(options, draft, publish_now=publish_now, answers=answers, only=only) and unplanned:
        click.echo(UNPLANNED, err=True)


def _print_dates(calendar: Calendar, series: Window, now: datetime) -> None:
    """Print the dates of a new repeated window, up to the last one that would be published now."""
    words, last = words_for(calendar, "en"), horizon(now, calendar.timezone)
    starts = [each.start for each in occurrences(series, zone=calendar.timezone, last=last).values()]
    for start in starts[:MOST_DATES]:
        click.echo(f"  {words.moment(start)}")
    if len(starts) > MOST_DATES:
        click.echo(f"  and {len(starts) - MOST_DATES} more")
    if len(starts) > 1:
        click.echo(f"announces {len(starts)} windows at once")
    elif not starts:
        click.echo(f"no dates until {last.isoformat()}; later ones are not published yet")


def _find_free_id(draft: Draft, start: datetime) -> str:
    """Return the start as an id, with a number appended if a window has or had that id."""
    published = (*draft.published.by_id, *draft.published.series) if draft.published else ()
    taken = {id_.casefold() for id_ in (*(each.id for each in draft.schedule.windows), *draft.schedule.left_out, *published)}
    plain = id_from_start(start, draft.schedule.calendar.timezone)
    ids = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(id_ for id_ in ids if id_.casefold() not in taken)


def _change(
    options: Options,
    id_: str,
    change: Callable[[Arguments, Window], Window],
    describe: Callable[[Schedule, Window, Window], str],
    *,
    publish_now: bool | None,
    answers: Callable[[str], Answers] = lambda _: NO_ANSWERS,
) -> None:
    """Change a window, print what happened to it, and publish it if wanted.

    Parameters:
        options: Of the command.
        id_: As typed.
        change: Returns what the command makes of a window.
        describe: Returns in a line what happened, from the window before and after.
        publish_now: As for `show_and_publish`.
        answers: Returns which questions the command itself answers, from the window's id.
    """
    draft, only, before, after = change_one(options, id_, change)
    is_same = after == before
    click.echo(f"no change: {before.id} already has these values" if is_same else describe(draft.schedule, before, after))
    show_and_publish(options, draft, publish_now=publish_now, answers=answers(only.id), only=only)


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("when")
@_texts("reason")
@publishing_option
@common
def move(options: Options, id_: str, when: str, *, publish_now: bool | None, **texts: tuple[str, ...]) -> None:
    """Move a window to a new start. `22:00` keeps its date, "17 december" its time; a fixed end moves along."""

    def change(arguments: Arguments, before: Window) -> Window:
        return replace(arguments.move(before, when), **_read_texts(arguments, texts, before))

    def describe(schedule: Schedule, before: Window, after: Window) -> str:
        if after.start == before.start:
            return f"changed {after.id}: reason"
        if after.start < options.now() and not is_now(when):
            start = f"{to_local(after.start, schedule.calendar.timezone):%Y-%m-%d %H:%M}"
            print_message(f"{start} is in the past; to change the year, give it")
        return f"moved {after.id}: {words_for(schedule.calendar, 'en').was_now(before, after)}"

    _change(options, id_, change, describe, publish_now=publish_now, answers=lambda _: Answers(past=is_now(when)))


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--class", "class_", metavar="CLASS", help="Class by key or name, or two separated by a slash.")
@_lengths
@_texts("title", "note", "reason")
@click.option("--tentative", is_flag=True, help="No longer certain.")
@publishing_option
@common
def change(
    options: Options,
    id_: str,
    *,
    class_: str | None,
    length: str | None,
    end: str | None,
    tentative: bool,
    publish_now: bool | None,
    **texts: tuple[str, ...],
) -> None:
    """Change a window. An empty text removes the text, `--end none` the expected end."""
    if not any((class_, length, end, tentative, *texts.values())):
        raise ArgumentsError("nothing to change; give --class, --end, --for, --title, --note, --reason or --tentative")

    def change_facts(arguments: Arguments, before: Window) -> Window:
        if tentative and before.status is Status.CANCELLED:
            raise ArgumentsError(f"{before.id} is cancelled; to revive it, run `icsfeed confirm {before.id}`")
        return replace(
            before,
            classes=arguments.classes(class_) if class_ else before.classes,
            status=Status.TENTATIVE if tentative else before.status,
            **arguments.lengths(before.start, length=length, until=end),
            **_read_texts(arguments, texts, before),
        )

    def describe(_: Schedule, before: Window, after: Window) -> str:
        keys = {"classes": "class", "end": "end", "expected": "for"}
        keys |= {name: name for name in ("status", "title", "note", "reason")}
        changed = (key for name, key in keys.items() if getattr(before, name) != getattr(after, name))
        return f"changed {after.id}: {', '.join(changed)}"

    _change(options, id_, change_facts, describe, publish_now=publish_now)


@click.command()
@click.argument("id_", metavar="ID")
@_texts("reason", "note")
@publishing_option
@common
def cancel(options: Options, id_: str, *, publish_now: bool | None, **texts: tuple[str, ...]) -> None:
    """Cancel a window. It stays in the file and, marked, in the feed."""

    def change(arguments: Arguments, before: Window) -> Window:
        return replace(before, status=Status.CANCELLED, **_read_texts(arguments, texts, before))

    def describe(schedule: Schedule, _: Window, after: Window) -> str:
        return f"cancelled {_describe_window(schedule, after)}"

    _change(options, id_, change, describe, publish_now=publish_now, answers=lambda known: Answers(cancelled=frozenset({known})))


@click.command()
@click.argument("id_", metavar="ID")
@_texts("reason", "note")
@publishing_option
@common
def confirm(options: Options, id_: str, *, publish_now: bool | None, **texts: tuple[str, ...]) -> None:
    """Confirm a tentative window, or revive a cancelled one."""

    def change(arguments: Arguments, before: Window) -> Window:
        confirmed = arguments.confirm(before)
        return replace(confirmed, **_read_texts(arguments, texts, confirmed))

    def describe(schedule: Schedule, before: Window, after: Window) -> str:
        if before.status is not Status.CANCELLED:
            return f"confirmed {_describe_window(schedule, after)}"
        gone = "; the reason for the cancellation was removed" if before.reason and not after.reason else ""
        return f"revived {_describe_window(schedule, after)}{gone}"

    _change(options, id_, change, describe, publish_now=publish_now, answers=lambda known: Answers(restore=frozenset({known})))


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("when", required=False)
@_texts("note")
@publishing_option
@common
def begin(options: Options, id_: str, when: str | None, *, publish_now: bool | None, **texts: tuple[str, ...]) -> None:
    """Report the actual start (default: now). `none` takes back what was reported."""

    def change(arguments: Arguments, before: Window) -> Window:
        return replace(arguments.begin(before, when), **_read_texts(arguments, texts, before))

    def describe(schedule: Schedule, _: Window, after: Window) -> str:
        if after.actual is None:
            return f"removed the reported start of {after.id}"
        zone = schedule.calendar.timezone
        return f"begun {after.id}: {words_for(schedule.calendar, 'en').moment(after.actual.start)} {zone}"

    _change(options, id_, change, describe, publish_now=publish_now)


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("nothing", metavar="[none]", required=False)
@click.option("--from", "begun", metavar="WHEN", help="Actual start.  [default: as reported by `begin`, else as planned]")
@click.option("--until", metavar="WHEN", help="Actual end; 21:31 means the next one after the start.  [default: now]")
@_texts("note")
@publishing_option
@common
def complete(
    options: Options,
    id_: str,
    nothing: str | None,
    *,
    begun: str | None,
    until: str | None,
    publish_now: bool | None,
    **texts: tuple[str, ...],
) -> None:
    """Report the actual end, and the actual start if it was not reported. `none` takes the end back."""
    if nothing is not None and not is_nothing(nothing):
        raise ArgumentsError(f"to report the actual end, run `icsfeed complete {id_} --until '{nothing}'`")
    if nothing is not None and (begun or until):
        raise ArgumentsError("`none` takes the end back; leave --from and --until out")

    def change(arguments: Arguments, before: Window) -> Window:
        after = arguments.reopen(before) if nothing else arguments.complete(before, begun=begun, until=until)
        return replace(after, **_read_texts(arguments, texts, before))

    def describe(schedule: Schedule, _: Window, after: Window) -> str:
        if nothing is not None:
            return f"removed the reported end of {after.id}"
        return f"completed {after.id}: {_describe_actual(schedule.calendar, after)}"

    _change(options, id_, change, describe, publish_now=publish_now)


def _describe_actual(calendar: Calendar, window: Window) -> str:
    """Return `21:03–21:31 Europe/Amsterdam, 28 minutes`; with dates where it crosses midnight."""
    if window.actual is None or window.actual.end is None:
        return ""
    words, (start, end) = words_for(calendar, "en"), (window.actual.start, window.actual.end)
    first, last = (to_local(each, calendar.timezone) for each in (start, end))
    same = first.date() == last.date() and first.utcoffset() == last.utcoffset()
    span = f"{words.clock(start)}–{words.clock(end)}" if same else words.span(start, end)
    return f"{span} {calendar.timezone}, {words.duration(end - start)}"


def _describe_window(schedule: Schedule, window: Window) -> str:
    """Return `ID: planned time zone`, followed by the rule of a repeated window."""
    calendar = schedule.calendar
    span = words_for(calendar, "en").span(window.start, schedule.end_of(window))
    return f"{window.id}: {span} {calendar.timezone}{f', {window.repeat}' if window.repeat else ''}"


COMMANDS = (add, move, change, cancel, confirm, begin, complete)
