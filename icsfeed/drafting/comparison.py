"""Compares the schedule with what is published: the journal lines to append."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta

from icsfeed.drafting.questions import Answers, Question, find_questions
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Calendar, DowntimeClass, Status, Window, actual_or_planned_end
from icsfeed.problems import RefusedError
from icsfeed.recurrence import horizon, occurrences, series_of, split_id
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow, cancelled, replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a `publish` would append.

    Attributes:
        lines: With the stamp that they would get, in the order of the journal.
        questions: What must be answered first.
    """

    lines: tuple[Line, ...]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWindow:
    """The only window that is to be published.

    Attributes:
        id: A window's, a series' or an occurrence's.
        change: Returns what a command makes of the window, from any earlier state of it.
        drafts: Ids of windows that differed from what is published before the command did anything.
    """

    id: str
    change: Callable[[Window], Window]
    drafts: frozenset[str] = frozenset()


def compare(
    schedule: Schedule,
    published: PublishedCalendar | None,
    *,
    now: datetime,
    answers: Answers,
    by: str = "",
    only: OneWindow | None = None,
) -> Difference:
    """Return what a `publish` of the schedule would append, and what it would ask.

    Parameters:
        schedule: The draft.
        published: None before the first `publish`.
        now: Decides which windows have ended, which occurrences are within reach, and the stamp.
        answers: These questions are not asked again.
        by: Who publishes.
        only: Everything else stays as it is published; the header may get the classes that this window needs.
    """
    published = published.at(now) if published else None
    stamp = next_stamp(published, now)
    lines: list[Line] = []
    days = [day for _, day in map(split_id, schedule.exceptions) if day is not None]
    last = max([horizon(now, schedule.calendar.timezone), *days])  # an exception is published even beyond the horizon
    is_meant = _find_meant(schedule, published, last, only)
    calendar = _merge_header(schedule, published, last, is_meant) if only and published else schedule.calendar
    if published is None or published.calendar != calendar:
        lines.append(Line(at=stamp, by=by, change=Change.CALENDAR, calendar=calendar))
    series = _compare_series(schedule, published, now, last).only(is_meant)
    lines += series.lines(stamp, by)
    after = replay((*(published.lines if published else ()), *lines)) if lines else published
    vanished_series = {each.id for each in series.vanished}
    windows = _compare_windows(schedule, after, now, last, vanished_series=vanished_series).only(is_meant)
    lines += windows.lines(stamp, by)
    added, vanished = [*series.added, *windows.added], [*series.vanished, *windows.vanished]
    known = published.series if published else {}
    restored = [id_ for id_ in windows.restored if series_of(id_) not in series.restored]
    questions = find_questions(
        answers=answers,
        now=now,
        added=added,
        vanished=vanished,
        restored=[*series.restored, *restored],
        drafted=dict(_find_drafted(lines, published, only)) if only and published else {},
        series=known,
    )
    return Difference(lines=tuple(lines), questions=tuple(questions))


def next_stamp(published: PublishedCalendar | None, now: datetime) -> datetime:
    """Return the stamp of new lines: now in whole seconds, but later than every published line, even if the clock went back."""
    stamp = now.replace(microsecond=0)
    return max(stamp, published.newest + timedelta(seconds=1)) if published else stamp


def _find_meant(
    schedule: Schedule, published: PublishedCalendar | None, last: date, only: OneWindow | None
) -> Callable[[str], bool]:
    """Return a function that tells by its id whether a window is to be published.

    A series goes with its occurrences, but for those that were drafts already; an occurrence goes with its series where
    without it nobody would see it, and a series that is new goes with all its exceptions.
    """
    if only is None:
        return lambda _: True
    series = only.id if only.id in schedule.series else series_of(only.id)
    if series not in schedule.series or only.id in schedule.singles:
        return lambda id_: id_ == only.id
    if published is None or series not in published.series:
        return lambda id_: series in {id_, series_of(id_)}
    if only.id == series:
        return lambda id_: id_ == series or (series_of(id_) == series and id_ not in only.drafts)
    seen = published.until(last).by_id
    return lambda id_: id_ == only.id or (id_ == series and only.id not in seen)


def _merge_header(schedule: Schedule, published: PublishedCalendar, last: date, is_meant: Callable[[str], bool]) -> Calendar:
    """Return the published header with the classes that it lacks for the windows that are meant, and nothing else."""
    windows = [*schedule.windows, *schedule.until(last).values()]
    return add_classes(published.calendar, (each for each in windows if is_meant(each.id)), schedule.calendar.classes)


def add_classes(calendar: Calendar, windows: Iterable[Window], drafted: Sequence[DowntimeClass]) -> Calendar:
    """Return a published header with those drafted classes that it lacks and that windows need."""
    needed = {key for each in windows for key in each.classes}
    classes = list(calendar.classes)
    known = {each.key for each in classes}
    for number, each in enumerate(drafted):
        if each.key in needed - known:
            heavier = {other.key for other in drafted[number:]}
            index = next((index for index, other in enumerate(classes) if other.key in heavier), len(classes))
            classes.insert(index, each)
    return replace(calendar, classes=tuple(classes))


@dataclass(slots=True)
class _Changes:
    """Differences between the schedule and what is published.

    Attributes:
        found: Each change with the window or series to publish.
        added: The new ones among them.
        vanished: Those that are no longer in the schedule and still ahead or under way.
    """

    found: list[tuple[Change, Window]] = field(default_factory=list)
    added: list[Window] = field(default_factory=list)
    vanished: list[Window] = field(default_factory=list)

    def add(self, window: Window) -> None:
        """Announce a new window."""
        self.found.append((Change.ANNOUNCED, window))
        self.added.append(window)

    def only(self, is_meant: Callable[[str], bool]) -> "_Changes":
        """Return the changes of the windows that are meant."""
        return _Changes(
            found=[(change, window) for change, window in self.found if is_meant(window.id)],
            added=[window for window in self.added if is_meant(window.id)],
            vanished=[window for window in self.vanished if is_meant(window.id)],
        )

    @property
    def restored(self) -> list[str]:
        """The ids of those that were published as cancelled and are on again."""
        return [window.id for change, window in self.found if change is Change.RESTORED]

    def lines(self, at: datetime, by: str) -> list[Line]:
        """Return a journal line for each change, in the order (start, id)."""
        ordered = sorted(self.found, key=lambda change: (change[1].start, change[1].id))
        return [Line(at=at, by=by, change=change, window=window) for change, window in ordered]


def _compare_series(schedule: Schedule, published: PublishedCalendar | None, now: datetime, last: date) -> _Changes:
    """Return the changes of repeated windows; their lines also change the occurrences that have no line of their own."""
    changes = _Changes()
    known = published.series if published else {}
    has_moved_zone = published is not None and published.calendar.timezone != schedule.calendar.timezone
    for id_, series in schedule.series.items():
        if id_ not in known:
            changes.add(series)
        elif has_moved_zone or _series_differs(schedule, known[id_], series, now=now, last=last):
            # in another zone, the same rule gives other moments
            changes.found.append((_kind_of_change(known[id_], series), series))
    ahead = {series_of(each.id) for each in (published.windows if published else ()) if _is_still_ahead(each, now)}
    for id_, series in known.items() if not schedule.errors else ():
        if id_ not in schedule.series and series.status is not Status.CANCELLED and id_ in ahead:
            changes.found.append((Change.WITHDRAWN, cancelled(series)))
            changes.vanished.append(series)
    return changes


def _series_differs(schedule: Schedule, before: Window, series: Window, *, now: datetime, last: date) -> bool:
    """Return whether a repeated window differs from how it is published.

    `local_end` alone makes a difference only if it changes the end of an occurrence up to `last`.
    """
    if replace(before, local_end=False) != replace(series, local_end=False):
        return True
    return bool(find_other_ends(schedule, before, series, now=now, last=last))


def find_other_ends(schedule: Schedule, before: Window, series: Window, *, now: datetime, last: date) -> list[Window]:
    """Return the occurrences, as published, that have not ended and that a changed series gives another end.

    Occurrences with a start or an end of their own in the schedule are left out.
    """
    zone, own = schedule.calendar.timezone, {"start", "end", "expected"}
    was = occurrences(before, zone=zone, last=last)
    return [
        was[id_]
        for id_, each in occurrences(series, zone=zone, last=last).items()
        if id_ in was and was[id_].end != each.end and not own & schedule.exceptions.get(id_, {}).keys()
        if max(window.end or window.start for window in (was[id_], each)) > now
    ]


def _compare_windows(
    schedule: Schedule, after: PublishedCalendar | None, now: datetime, last: date, *, vanished_series: set[str]
) -> _Changes:
    """Return the changes of single windows and of occurrences that differ from what their series' lines already publish.

    Parameters:
        schedule: The draft.
        after: What is published once the lines of the calendar and of repeated windows are appended; None for nothing.
        now: Decides which windows have ended.
        last: The last date of occurrences to compare.
        vanished_series: Their occurrences are withdrawn without a question of their own.
    """
    changes = _Changes()
    known = after.until(last).by_id if after else {}
    windows = schedule.until(last)
    for id_, window in windows.items():
        before = known.get(id_)
        if before is None and id_ in schedule.singles:
            changes.add(window)
        elif before is not None and (wanted := _wanted(schedule, before, window, now)) != before.facts:
            changes.found.append((_kind_of_change(before.facts, wanted), wanted))
    for id_, each in known.items():
        may_be_left_out = schedule.errors and series_of(id_) not in schedule.series
        if id_ not in windows and _is_still_ahead(each, now) and not may_be_left_out:
            changes.found.append((Change.WITHDRAWN, cancelled(each.facts)))
            if series_of(id_) not in vanished_series:
                changes.vanished.append(each.facts)
    return changes


def _wanted(schedule: Schedule, before: PublishedWindow, window: Window, now: datetime) -> Window:
    """Return the window to publish.

    A past occurrence keeps its published facts, whatever its series is now; only its own exception applies.
    If that exception puts its end in the future, it is no longer past.
    """
    if window.id in schedule.singles or not before.has_ended(now):
        return window
    facts = schedule.exceptions.get(window.id, {})
    if facts.get("start") in {None, before.facts.start}:
        merged = replace(before.facts, **facts)
    else:
        merged = schedule.change_occurrence(before.facts, schedule.series[series_of(window.id)])
    heavier = schedule.calendar.find_class(merged.classes[-1]) or before.heavier  # its class may be gone from the schedule
    end = actual_or_planned_end(merged, heavier)
    return merged if end is not None and end <= now else window


def _is_still_ahead(before: PublishedWindow, now: datetime) -> bool:
    """Return whether a published window has yet to end; only such a window may not just be deleted from the schedule."""
    return not before.is_cancelled and not before.has_ended(now)


def _find_drafted(lines: list[Line], published: PublishedCalendar, only: OneWindow) -> Iterator[tuple[str, list[str]]]:
    """Yield the id of a window with the keys in which it differs though the command did not change them."""
    known = {each.id: each.facts for each in published.windows} | dict(published.series)
    for line in lines:
        window = line.window
        if window is None or window.id not in {only.id, series_of(only.id)} & known.keys():
            continue
        expected = known[window.id]
        if window.id == only.id:
            with suppress(RefusedError, ValueError):  # what the command would refuse for the window as it is published
                expected = only.change(expected)
        if keys := find_differing_keys(window, [expected]):
            yield window.id, keys


def find_differing_keys(window: Window, others: Sequence[Window]) -> list[str]:
    """Return the facts in which a window differs from each of some others, as keys of a schedule file."""
    names = [each.name for each in fields(Window)]
    differing = [name for name in names if all(getattr(window, name) != getattr(each, name) for each in others)]
    return [_KEYS.get(name, name) for name in differing if name != "local_end"]


_KEYS = {"classes": "class", "expected": "for"}
"""What a schedule file calls facts that have another name here."""


def _kind_of_change(before: Window, after: Window) -> Change:
    """Return what changed; of several changes in one save the first in this order."""
    if before.status is Status.CANCELLED and after.status is not Status.CANCELLED:
        return Change.RESTORED
    if (before.start, before.expected_end) != (after.start, after.expected_end):
        return Change.MOVED
    if after.status is Status.CANCELLED and before.status is not Status.CANCELLED:
        return Change.CANCELLED
    had_end = before.actual is not None and before.actual.end is not None
    if after.actual is not None and after.actual.end is not None and not had_end:
        return Change.COMPLETED
    return Change.BEGUN if before.actual is None and after.actual is not None else Change.CHANGED
