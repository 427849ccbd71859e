"""`add`, `move`, `change`, `cancel`, `confirm`, `begin`, `complete`: one window of a schedule file, changed safely."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import click

from icsfeed.cli.options import Options, common, tell
from icsfeed.cli.saving import (
    Draft,
    find_draft,
    find_only_key,
    publishing_option,
    read_draft,
    show_and_publish,
    telling_refusals,
)
from icsfeed.drafting.editor import add_window, change_window, find_window
from icsfeed.drafting.wishes import NOW_WORDS, WishError, Wishes
from icsfeed.model import Calendar, Status, Window
from icsfeed.recurrence import horizon, occurrences
from icsfeed.wording import words_for
from icsfeed.zones import id_from_start, to_local

_F = TypeVar("_F", bound=Callable[..., Any])

MOST_DATES = 12
"""How many dates of a new repeated window are listed."""

UNPLANNED = "On the page within seconds; calendar programs follow in 1 to 24 hours. Tell customers another way too."


def _texts(*names: str) -> Callable[[_F], _F]:
    """Give a command options for texts; each can be given once, or once for each language."""
    helps = {"title": "What it is, in a line.", "note": "What to know about it.", "reason": "Why; customers read it."}

    def decorate(command: _F) -> _F:
        for name in reversed(names):
            option = click.option(f"--{name}", multiple=True, metavar="TEXT", help=f"{helps[name]} Or nl=TEXT, for a language.")
            command = option(command)
        return command

    return decorate


def _lengths(command: _F) -> _F:
    """Give a command `--for` and `--end`."""
    for option in (
        click.option("--end", metavar="WHEN", help="When it is expected to end; 01:30 is the first one after the start."),
        click.option("--for", "length", metavar="DURATION", help="How long it is expected to take."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("when")
@click.argument("class_", metavar="CLASS")
@_lengths
@_texts("title", "note")
@click.option("--tentative", is_flag=True, help="It is not yet certain.")
@click.option("--unplanned", is_flag=True, help="Nobody could announce it in time.")
@click.option("--repeat", metavar="RULE", help="It repeats, such as FREQ=MONTHLY;BYDAY=1TH.")
@publishing_option
@common
def add(
    options: Options,
    when: str,
    class_: str,
    *,
    length: str | None,
    end: str | None,
    title: tuple[str, ...],
    note: tuple[str, ...],
    tentative: bool,
    unplanned: bool,
    repeat: str | None,
    answer: bool | None,
) -> None:
    """Announce a window: add "9 december 2027 21:00" standaard. WHEN may be `now`."""
    draft = read_draft(options, find_only_key(options))
    with telling_refusals():
        wishes = Wishes(draft.schedule, options.now())
        start = wishes.moment(when)
        window = Window(
            id=_find_free_id(draft, start),
            start=start,
            end=wishes.end(start, None, length=length, until=end),
            classes=wishes.classes(class_),
            status=Status.TENTATIVE if tentative else Status.CONFIRMED,
            planned=not unplanned,
            title=wishes.text(title, None, what="--title"),
            note=wishes.text(note, None, what="--note"),
            repeat=wishes.rule(repeat, start),
        )
        if window.repeat is not None:
            _tell_dates(draft, window)
        draft.keep(add_window(draft.data, draft.schedule, window))
    click.echo(f"added {_tell_span(draft, window)}, {'/'.join(window.classes)}")
    begins_now = when.strip().casefold() in NOW_WORDS
    if show_and_publish(options, draft.key, answer=answer, past=begins_now) and unplanned:
        click.echo(UNPLANNED, err=True)


def _tell_dates(draft: Draft, series: Window) -> None:
    """Say when a new repeated window takes place, as far as that would be published now."""
    calendar = draft.schedule.calendar
    words, last = words_for(calendar, "en"), horizon(draft.options.now(calendar), calendar.timezone)
    starts = [each.start for each in occurrences(series, zone=calendar.timezone, last=last).values()]
    for start in starts[:MOST_DATES]:
        click.echo(f"  {words.moment(start)}")
    if len(starts) > MOST_DATES:
        click.echo(f"  and {len(starts) - MOST_DATES} more")
    if len(starts) > 1:
        click.echo(f"announces {len(starts)} windows at once")
    elif not starts:
        click.echo(f"no date up to {last.isoformat()}, until when windows that repeat are published now")


def _find_free_id(draft: Draft, start: datetime) -> str:
    """Return the start as an id; with a number behind it where a window has it, or had it."""
    published = draft.folder.published(draft.key)
    taken = {each.id.casefold() for each in draft.schedule.windows} | {
        id_.casefold() for id_ in ((*published.by_id, *published.series) if published else ())
    }
    plain = id_from_start(start, draft.schedule.calendar.timezone)
    number, found = 1, plain
    while found.casefold() in taken:
        number += 1
        found = f"{plain}-{number}"
    return found


def _change(
    options: Options,
    id_: str,
    make: Callable[[Wishes, Window], Window],
    describe: Callable[[Draft, Window, Window], str],
    *,
    answer: bool | None,
) -> None:
    """Change one window and say so in a line."""
    with telling_refusals():
        draft, known = find_draft(options, id_)
        before = find_window(draft.schedule, known)
        after = make(Wishes(draft.schedule, options.now()), before)
        draft.keep(change_window(draft.data, draft.schedule, after))
    click.echo(describe(draft, before, after) if after != before else f"{known} says that already; the file was not changed")
    show_and_publish(options, draft.key, answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("when")
@_texts("reason")
@publishing_option
@common
def move(options: Options, id_: str, when: str, *, reason: tuple[str, ...], answer: bool | None) -> None:
    """Move a window. `22:00` keeps its date, "17 december" its time; an end that was fixed shifts along."""

    def make(wishes: Wishes, window: Window) -> Window:
        after = wishes.move(window, when)
        if after.start < wishes.now and after.start != window.start:
            tell(f"{wishes.tell(after.start)} lies in the past; the year is kept unless it is said")
        return replace(after, reason=wishes.text(reason, window.reason, what="--reason"))

    def describe(draft: Draft, before: Window, after: Window) -> str:
        if before.start == after.start:
            return f"changed {after.id}: reason"
        return f"moved {after.id}: {words_for(draft.schedule.calendar, 'en').was_now(before, after)}"

    _change(options, id_, make, describe, answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--class", "class_", metavar="CLASS", help="A class by key or name, or two with a slash between.")
@_lengths
@_texts("title", "note", "reason")
@click.option("--tentative", is_flag=True, help="It is not certain any more.")
@publishing_option
@common
def change(
    options: Options,
    id_: str,
    *,
    class_: str | None,
    length: str | None,
    end: str | None,
    title: tuple[str, ...],
    note: tuple[str, ...],
    reason: tuple[str, ...],
    tentative: bool,
    answer: bool | None,
) -> None:
    """Change what is said about a window. An empty text takes a text away, `--end none` an expected end."""

    def make(wishes: Wishes, window: Window) -> Window:
        if not any((class_, length, end, title, note, reason, tentative)):
            raise WishError("say what to change: --class, --end, --for, --title, --note, --reason or --tentative")
        if tentative and window.status is Status.CANCELLED:
            raise WishError(f"{window.id} is cancelled; `icsfeed confirm {window.id}` revives it")
        return replace(
            window,
            classes=wishes.classes(class_) if class_ else window.classes,
            end=wishes.end(window.start, window.end, length=length, until=end),
            status=Status.TENTATIVE if tentative else window.status,
            title=wishes.text(title, window.title, what="--title"),
            note=wishes.text(note, window.note, what="--note"),
            reason=wishes.text(reason, window.reason, what="--reason"),
        )

    def describe(_draft: Draft, before: Window, after: Window) -> str:
        facts = {"classes": "class", "end": "end", "status": "status", "title": "title", "note": "note", "reason": "reason"}
        changed = (word for name, word in facts.items() if getattr(before, name) != getattr(after, name))
        return f"changed {after.id}: {', '.join(changed)}"

    _change(options, id_, make, describe, answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@_texts("reason")
@publishing_option
@common
def cancel(options: Options, id_: str, *, reason: tuple[str, ...], answer: bool | None) -> None:
    """Cancel a window. It stays in the file and, marked, in the feed."""

    def make(wishes: Wishes, window: Window) -> Window:
        return replace(window, status=Status.CANCELLED, reason=wishes.text(reason, window.reason, what="--reason"))

    _change(options, id_, make, lambda draft, _, after: f"cancelled {_tell_span(draft, after)}", answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@_texts("reason")
@publishing_option
@common
def confirm(options: Options, id_: str, *, reason: tuple[str, ...], answer: bool | None) -> None:
    """Confirm a tentative window, or revive a cancelled one."""

    def make(wishes: Wishes, window: Window) -> Window:
        after = wishes.confirm(window)
        return replace(after, reason=wishes.text(reason, after.reason, what="--reason"))

    def describe(draft: Draft, before: Window, after: Window) -> str:
        if before.status is not Status.CANCELLED:
            return f"confirmed {_tell_span(draft, after)}"
        gone = "; the reason for cancelling it is taken out" if before.reason and not after.reason else ""
        return f"revived {_tell_span(draft, after)}{gone}"

    _change(options, id_, make, describe, answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("when", required=False)
@publishing_option
@common
def begin(options: Options, id_: str, when: str | None, *, answer: bool | None) -> None:
    """Say that a window began: now, or when."""

    def describe(draft: Draft, _: Window, after: Window) -> str:
        calendar = draft.schedule.calendar
        start = after.actual.start if after.actual else after.start
        return f"begun {after.id}: {words_for(calendar, 'en').moment(start)} {calendar.timezone}"

    _change(options, id_, lambda wishes, window: wishes.begin(window, when), describe, answer=answer)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--from", "begun", metavar="WHEN", help="When it really began.  [default: what `begin` said, else as planned]")
@click.option("--until", metavar="WHEN", help="When it really ended; 21:31 is the one after the start.  [default: now]")
@publishing_option
@common
def complete(options: Options, id_: str, *, begun: str | None, until: str | None, answer: bool | None) -> None:
    """Say that a window is over, and when it really was."""

    def describe(draft: Draft, _: Window, after: Window) -> str:
        return f"completed {after.id}: {_tell_actual(draft.schedule.calendar, after)}"

    _change(options, id_, lambda wishes, window: wishes.complete(window, begun=begun, until=until), describe, answer=answer)


def _tell_actual(calendar: Calendar, window: Window) -> str:
    """Return `21:03–21:31 Europe/Amsterdam, 28 minutes`; with dates where it lasted past midnight."""
    if window.actual is None or window.actual.end is None:
        return ""
    words, (start, end) = words_for(calendar, "en"), (window.actual.start, window.actual.end)
    first, last = (to_local(each, calendar.timezone) for each in (start, end))
    same = first.date() == last.date() and first.utcoffset() == last.utcoffset()
    span = f"{words.clock(start)}–{words.clock(end)}" if same else words.span(start, end)
    return f"{span} {calendar.timezone}, {words.duration(end - start)}"


def _tell_span(draft: Draft, window: Window) -> str:
    """Return id and planned time of a window, of a repeated one also its rule."""
    calendar = draft.schedule.calendar
    span = words_for(calendar, "en").span(window.start, draft.schedule.end_of(window))
    return f"{window.id}: {span} {calendar.timezone}{f', {window.repeat}' if window.repeat else ''}"


COMMANDS = (add, move, change, cancel, confirm, begin, complete)
