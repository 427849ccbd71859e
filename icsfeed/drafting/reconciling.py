"""Settles a journal that several people published to at once: what to ask, and the lines that make it whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import combinations, groupby

from icsfeed.drafting.comparison import Difference, add_classes, compare, find_differing_keys, next_stamp
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule import Schedule
from icsfeed.languages import format_day
from icsfeed.model import Calendar, Window
from icsfeed.problems import in_words
from icsfeed.recurrence import horizon, series_of, split_id
from icsfeed.replay import Change, Line, PublishedCalendar, cancelled, facts_in_every_event, replay
from icsfeed.zones import to_local

HEADER = ""
"""Stands for the header among ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A window, a series with its occurrences, or the header, about which the sides or a side and the schedule differ.

    Attributes:
        text: Who published what, and what the schedule says.
        vanished: Ids that the schedule no longer has, and that would be published as cancelled.
    """

    text: str
    vanished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a journal becomes whole.

    Attributes:
        disputes: What a person must agree to: the header, then windows in the order of their ids.
        lines: To write after those of all sides.
        drafts: Other differences of the schedule; they stay drafts.
    """

    disputes: tuple[Dispute, ...]
    lines: tuple[Line, ...]
    drafts: Difference


def settle(
    schedule: Schedule, whole: Sequence[Line], sides: Sequence[Sequence[Line]], *, now: datetime, by: str = ""
) -> Settlement:
    """Return how a journal becomes whole.

    Parameters:
        schedule: Has the last word.
        whole: The lines of all sides, each once, in the order of replay; at least one is a `calendar` line.
        sides: What the followers of each side have seen, in the same order.
        now: Decides which windows have ended, and the stamp.
        by: Who settles it.
    """
    merged, last = replay(whole), find_last(schedule, whole, now)
    before, followed = merged.until(last), [replay(side, last=last) for side in sides if _has_calendar(side)]
    difference = compare(schedule, merged, now=now, answers=Answers(withdraw_all=True, past=True), by=by)
    disputed = _find_disputed(whole, sides, difference, {*merged.series, *schedule.series})
    moves_zone = HEADER in disputed and schedule.calendar.timezone != merged.calendar.timezone
    chosen = {
        _id_of(line): line
        for line in difference.lines
        if _unit_of(_id_of(line), disputed) in disputed
        or (moves_zone and line.window is not None and line.window.repeat is not None)
    }
    disputes = [_describe(unit, lines, schedule, chosen, followed) for unit, lines in sorted(disputed.items())]
    for line in (each for lines in disputed.values() for each in lines):
        chosen.setdefault(_id_of(line), _say_again(line, before))
    stamp, windows = next_stamp(merged, now), [line.window for line in chosen.values() if line.window is not None]
    header = add_classes(merged.calendar, windows, schedule.calendar.classes)
    if header != merged.calendar:
        chosen.setdefault(HEADER, Line(at=stamp, by=by, change=Change.CALENDAR, calendar=header))
    ordered = sorted(chosen.values(), key=lambda line: line.window is not None and 1 + (line.window.repeat is None))
    lines = [replace(line, at=stamp, by=by, sequence=_next_sequence(line, followed)) for line in ordered]
    after = replay([*whole, *lines]).until(last)
    for window in {each.id: each for each in find_unrisen(after, followed, now)}.values():
        line = Line(at=stamp, by=by, change=Change.CHANGED, window=window)
        lines.append(replace(line, sequence=_next_sequence(line, followed)))
    drafts = compare(schedule, replay([*whole, *lines]), now=now, answers=Answers())
    return Settlement(disputes=tuple(disputes), lines=tuple(lines), drafts=drafts)


def find_last(schedule: Schedule, lines: Iterable[Line], now: datetime) -> date:
    """Return the last date of a rule that followers may have seen, or that the schedule changes."""
    windows = [line.window for line in lines if line.window is not None]
    series = {each.id for each in windows if each.repeat is not None}
    ids = [*schedule.exceptions, *(each.id for each in windows if series_of(each.id) in series)]
    return max([horizon(now, schedule.calendar.timezone), *(day for _, day in map(split_id, ids) if day is not None)])


def find_unrisen(after: PublishedCalendar, followed: Iterable[PublishedCalendar], now: datetime) -> Iterator[Window]:
    """Yield the windows whose event differs from that of a side, though SEQUENCE and LAST-MODIFIED did not both rise.

    One that `after` lacks is yielded as that side has it, cancelled if it has not ended, and if it was within reach there.
    """
    for side in followed:
        reach = horizon(side.newest, side.calendar.timezone)
        is_same_header = facts_in_every_event(side.calendar) == facts_in_every_event(after.calendar)
        for id_, was in side.by_id.items():
            found = after.by_id.get(id_)
            if found is None and (split_id(id_)[1] or reach) <= reach:
                yield was.facts if was.has_ended(now) else cancelled(was.facts)
            elif (
                found
                and not (is_same_header and found == was)
                and (found.sequence <= was.sequence or found.modified <= was.modified)
            ):
                yield found.facts


# What is in question


def _find_disputed(
    whole: Sequence[Line], sides: Sequence[Sequence[Line]], difference: Difference, series: Collection[str]
) -> dict[str, list[Line]]:
    """Return the lines that not all sides have, by what they are about, where that is in question."""
    seen = [set(side) for side in sides]
    divergent = {line for line in whole if not all(line in side for side in seen)}
    by_several: set[str] = set()
    for one, other in combinations(seen, 2):
        by_several |= {_unit_of(_id_of(line), series) for line in one - other} & {
            _unit_of(_id_of(line), series) for line in other - one
        }
    otherwise = {_unit_of(_id_of(line), series) for line in difference.lines}
    found: dict[str, list[Line]] = {}
    for line in whole:
        unit = _unit_of(_id_of(line), series)
        if line in divergent and unit in by_several | otherwise:
            found.setdefault(unit, []).append(line)
    return found


def _id_of(line: Line) -> str:
    """Return the id of what a line is about."""
    return line.window.id if line.window is not None else HEADER


def _unit_of(id_: str, series: Collection[str]) -> str:
    """Return an id, but of an occurrence that of its series."""
    found = series_of(id_)
    return found if found and found in series else id_


def _has_calendar(side: Iterable[Line]) -> bool:
    """Return whether a side can have followers."""
    return any(line.calendar is not None for line in side)


def _describe(
    unit: str, lines: Sequence[Line], schedule: Schedule, chosen: Mapping[str, Line], followed: Sequence[PublishedCalendar]
) -> Dispute:
    """Return the dispute about a window, a series or the header.

    Parameters:
        unit: Its id.
        lines: What was published about it.
        schedule: Has the last word.
        chosen: What the schedule says otherwise, by id.
        followed: What each side publishes.
    """
    told = [
        f"{id_ or 'the header'} was {in_words(list(dict.fromkeys(map(_change_and_author, group))))}"
        for id_, group in groupby(sorted(lines, key=_id_of), key=_id_of)
    ]
    changed = [id_ for id_ in chosen if _unit_of(id_, {unit}) == unit]
    withdrawn = [id_ for id_ in changed if chosen[id_].change is Change.WITHDRAWN]
    vanished = (unit,) if unit in withdrawn else tuple(withdrawn)
    if unit == HEADER:
        says = _say_header(schedule.calendar, [each.calendar for each in followed])
    else:
        known = {**schedule.until(find_last(schedule, lines, lines[-1].at)), **schedule.series}
        ids = [unit, *sorted({*map(_id_of, lines), *changed} - {unit})]
        says = "; ".join(f"{f'{id_}: ' if id_ != unit else ''}{_say(known.get(id_), schedule, followed)}" for id_ in ids)
    return Dispute(text=f"{', '.join(told)}; the schedule says: {says}", vanished=vanished)


def _change_and_author(line: Line) -> str:
    """Return `cancelled by ann`."""
    change = Change.CHANGED if line.change is Change.CALENDAR else line.change
    return f"{change.value} by {line.by}"


def _say_header(calendar: Calendar, others: Sequence[Calendar]) -> str:
    """Return which facts of the header are not the same everywhere."""
    names = [each.name for each in fields(Calendar)]
    differing = [name for name in names if any(getattr(each, name) != getattr(calendar, name) for each in others)]
    return f"a different {in_words(differing)}" if differing else "the same"


def _say(window: Window | None, schedule: Schedule, followed: Sequence[PublishedCalendar]) -> str:
    """Return what the schedule says of a window: `Thursday 3 December 22:00, confirmed`; and what of it no side published."""
    if window is None:
        return "nothing; the window is gone"
    local = to_local(window.start, schedule.calendar.timezone)
    rule = f"{window.repeat} from " if window.repeat else ""
    versions = [found.facts for each in followed if (found := each.by_id.get(window.id)) is not None]
    versions += [each.series[window.id] for each in followed if window.id in each.series]
    drafted = find_differing_keys(window, versions) if versions else []
    note = f"; never published: {in_words(drafted)}" if drafted else ""
    return f"{rule}{format_day(local.date(), 'EEEE d MMMM', 'en')} {local:%H:%M}, {window.status.value}{note}"


# Lines


def _say_again(line: Line, before: PublishedCalendar) -> Line:
    """Return a line that says what is published already about what a line is about."""
    if line.window is None:
        return replace(line, calendar=before.calendar)
    id_ = line.window.id
    window = before.series[id_] if line.window.repeat is not None else before.by_id[id_].facts
    return replace(line, change=Change.CHANGED, window=window)


def _next_sequence(line: Line, versions: Sequence[PublishedCalendar]) -> int | None:
    """Return one more than the highest SEQUENCE of what a line revises; None if it revises nothing that was published."""
    if line.calendar is not None:
        has_other_events = _change_events([line.calendar, *(each.calendar for each in versions)])
        revised = [each for version in versions for each in version.windows if has_other_events]
    else:
        ids = {_id_of(line)}
        revised = [each for version in versions for each in version.windows if _unit_of(each.id, ids) in ids]
    return 1 + max(each.sequence for each in revised) if revised else None


def _change_events(calendars: Sequence[Calendar]) -> bool:
    """Return whether events differ between calendars, in facts that all have or in those of a class."""
    versions: dict[str, set[object]] = {}
    for calendar in calendars:
        versions.setdefault(HEADER, set()).add(facts_in_every_event(calendar))
        for each in calendar.classes:
            versions.setdefault(each.key, set()).add(each)
    return any(len(found) > 1 for found in versions.values())
