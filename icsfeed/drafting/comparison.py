"""The schedule against what is published: what differs, and what must be asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Window, planned_end
from icsfeed.recurrence import horizon, occurrences, series_of, split_id
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow, cancelled, replay

MOST_WITHDRAWN = 3
"""How many windows may vanish at once before `--withdraw-all` is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said to questions ahead.

    Attributes:
        withdraw: Ids of windows that may be published as cancelled, because they vanished.
        withdraw_all: Whether all that vanished may be.
        past: Whether windows that begin in the past may be announced.
    """

    withdraw: frozenset[str] = frozenset()
    withdraw_all: bool = False
    past: bool = False

    def __or__(self, more: "Answers") -> "Answers":
        """Return both answers together."""
        return Answers(
            withdraw=self.withdraw | more.withdraw,
            withdraw_all=self.withdraw_all or more.withdraw_all,
            past=self.past or more.past,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What no program can know.

    Attributes:
        text: What happened and what may be meant.
        flags: What to add to `icsfeed publish` to say yes.
        yes: The answer that a yes adds.
        gone: Id of the window that vanished, where it may have moved.
        twin: Id of the new window that it may be then.
    """

    text: str
    flags: str
    yes: Answers
    gone: str = ""
    twin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a `publish` would append.

    Attributes:
        lines: With the stamp that they would get.
        questions: What must be answered before.
    """

    lines: tuple[Line, ...]
    questions: tuple[Question, ...] = ()


def compare(
    schedule: Schedule, published: PublishedCalendar | None, *, now: datetime, answers: Answers, by: str = ""
) -> Difference:
    """Return what a `publish` of the schedule would append at a moment, and what it would ask.

    Parameters:
        schedule: The draft.
        published: What is published; None before the first time.
        now: Decides which windows have ended, which occurrences are within reach, and the stamp.
        answers: Questions answered ahead are not asked.
        by: Who publishes.
    """
    published = published.at(now) if published else None
    stamp = max(now.replace(microsecond=0), published.newest + timedelta(seconds=1)) if published else now.replace(microsecond=0)
    lines: list[Line] = []
    if published is None or published.calendar != schedule.calendar:
        lines.append(Line(at=stamp, by=by, change=Change.CALENDAR, calendar=schedule.calendar))
    days = [day for _, day in map(split_id, schedule.exceptions) if day is not None]
    last = max([horizon(now, schedule.calendar.timezone), *days])  # exceptions are published ahead of their occurrences
    series = _compare_series(schedule, published, now, last)
    lines += series.lines(stamp, by)
    after = replay((*(published.lines if published else ()), *lines)) if lines else published
    windows = _compare_windows(schedule, after, now, last, gone={each.id for each in series.vanished})
    lines += windows.lines(stamp, by)
    added, vanished = [*series.added, *windows.added], [*series.vanished, *windows.vanished]
    known = published.series if published else {}
    questions = (*_ask_about_vanished(vanished, added, answers, known), *_ask_about_past(added, answers, now))
    return Difference(lines=tuple(lines), questions=questions)


@dataclass(slots=True)
class _Changes:
    """What differs.

    Attributes:
        found: What happened to windows or series, and how they are told now.
        added: Those that are new.
        vanished: Those that are gone and cannot just be tidied away.
    """

    found: list[tuple[Change, Window]] = field(default_factory=list)
    added: list[Window] = field(default_factory=list)
    vanished: list[Window] = field(default_factory=list)

    def add(self, window: Window) -> None:
        """Keep a window that is new."""
        self.found.append((Change.ANNOUNCED, window))
        self.added.append(window)

    def lines(self, at: datetime, by: str) -> list[Line]:
        """Return a line for each, in the order (start, id)."""
        ordered = sorted(self.found, key=lambda change: (change[1].start, change[1].id))
        return [Line(at=at, by=by, change=change, window=window) for change, window in ordered]


def _compare_series(schedule: Schedule, published: PublishedCalendar | None, now: datetime, last: date) -> _Changes:
    """Return repeated windows that are new, changed or gone; what their lines say is no change of an occurrence."""
    changes = _Changes()
    known = published.series if published else {}
    has_moved_zone = published is not None and published.calendar.timezone != schedule.calendar.timezone
    for id_, series in schedule.series.items():
        if id_ not in known:
            changes.add(series)
        elif has_moved_zone or is_otherwise(schedule, known[id_], series, now=now, last=last):
            # in another zone a rule steps in another local time
            changes.found.append((_kind_of_change(known[id_], series), series))
    ahead = {series_of(each.window.id) for each in (published.windows if published else ()) if _is_missed(each, now)}
    for id_, series in known.items():
        if id_ not in schedule.series and series.status is not Status.CANCELLED and id_ in ahead:
            changes.found.append((Change.WITHDRAWN, cancelled(series)))
            changes.vanished.append(series)
    return changes


def is_otherwise(schedule: Schedule, before: Window, series: Window, *, now: datetime, last: date) -> bool:
    """Tell whether a repeated window is published otherwise than the schedule has it.

    That its end is a wall-clock time counts only where an end within reach becomes another one by it.
    """
    if replace(before, local_end=False) != replace(series, local_end=False):
        return True
    return bool(find_other_ends(schedule, before, series, now=now, last=last))


def find_other_ends(schedule: Schedule, before: Window, series: Window, *, now: datetime, last: date) -> list[Window]:
    """Return the occurrences, as they were, that are not over and whose ends a repeated window now gives otherwise.

    Those that the schedule gives a start or an end of their own are left out.
    """
    zone, own = schedule.calendar.timezone, {"start", "end", "expected"}
    was = occurrences(before, zone=zone, last=last)
    return [
        was[id_]
        for id_, each in occurrences(series, zone=zone, last=last).items()
        if id_ in was and was[id_].end != each.end and not own & schedule.exceptions.get(id_, {}).keys()
        if max(schedule.end_of(was[id_]), schedule.end_of(each)) > now
    ]


def _compare_windows(
    schedule: Schedule, published: PublishedCalendar | None, now: datetime, last: date, *, gone: set[str]
) -> _Changes:
    """Return windows and occurrences that are new, changed or gone; `gone` are the series that vanished."""
    changes = _Changes()
    known = published.until(last).by_id if published else {}
    windows = schedule.until(last)
    for id_, window in windows.items():
        before = known.get(id_)
        if before is None and id_ in schedule.singles:
            changes.add(window)
        elif before is not None and (told := _told(schedule, before, window, now)) != before.window:
            changes.found.append((_kind_of_change(before.window, told), told))
    for id_, each in known.items():
        if id_ not in windows and _is_missed(each, now):
            changes.found.append((Change.WITHDRAWN, cancelled(each.window)))
            if series_of(id_) not in gone:
                changes.vanished.append(each.window)
    return changes


def _told(schedule: Schedule, before: PublishedWindow, window: Window, now: datetime) -> Window:
    """Return what a window is told as now; an occurrence that is over stays as its series had it then, but for its own."""
    if window.id in schedule.singles or not before.has_ended(now):
        return window
    facts = schedule.exceptions.get(window.id, {})
    if facts.get("start") in {None, before.window.start}:
        merged = replace(before.window, **facts)
    else:
        merged = schedule.change_occurrence(before.window, schedule.series[series_of(window.id)])
    if merged.actual is not None:
        ends = merged.actual.end
    else:
        heavier = schedule.calendar.find_class(merged.classes[-1])
        ends = planned_end(merged, heavier) if heavier is not None else merged.start
    return merged if ends is not None and ends <= now else window


def _is_missed(before: PublishedWindow, now: datetime) -> bool:
    """Tell whether a window that is gone from the file cannot just be tidied away."""
    return not before.is_cancelled and not before.has_ended(now)


def _ask_about_vanished(
    vanished: list[Window], added: list[Window], answers: Answers, series: Mapping[str, Window]
) -> Iterator[Question]:
    """Ask whether windows that are gone were moved, deleted by mistake, or will not take place.

    An occurrence or a series stays with its kind: no other window can have taken its place.
    """
    unanswered = [window for window in vanished if window.id not in answers.withdraw]
    if answers.withdraw_all or not unanswered:
        return
    if len(unanswered) > MOST_WITHDRAWN:
        yield _ask_about_many(unanswered, added)
        return
    fresh = list(added)
    for window in unanswered:
        alike = [
            each
            for each in fresh
            if each.classes == window.classes and (each.repeat is None) == (window.repeat is None)
            if series_of(window.id) not in series
        ]
        twin = min(alike, key=lambda each: abs(each.start - window.start), default=None)
        if twin is not None:
            fresh.remove(twin)
            text = f"{window.id} vanished and {twin.id} is new. Moved? Give the new one `id: {window.id}`. Both meant?"
        elif window.repeat is not None:
            text = f"{window.id}, a repeated window, vanished; its upcoming windows would be published as cancelled. Meant?"
        else:
            text = f"{window.id} vanished; it would be published as cancelled. Meant?"
        flags, yes = f"--withdraw {window.id}", Answers(withdraw=frozenset({window.id}))
        gone, new = (window.id, twin.id) if twin is not None else ("", "")
        yield Question(text=f"{text} `{flags}`", flags=flags, yes=yes, gone=gone, twin=new)


def _ask_about_past(added: list[Window], answers: Answers, now: datetime) -> Iterator[Question]:
    """Ask about windows that would be announced after they began."""
    late = [window.id for window in added if window.start < now and window.planned]
    if late and not answers.past:
        starts, was = ("starts", "was") if len(late) == 1 else ("start", "were")
        text = f"{enumerate_ids(late)} {starts} in the past and {was} never published. Meant? `--past`"
        yield Question(text=text, flags="--past", yes=Answers(past=True))


def _ask_about_many(vanished: list[Window], added: list[Window]) -> Question:
    """Ask once about more windows that are gone than anybody withdraws in a day."""
    names, classes = enumerate_ids([window.id for window in vanished]), {window.classes for window in vanished}
    twins = sum(window.classes in classes for window in added)
    if twins:
        new = "1 of the same class is" if twins == 1 else f"{twins} of the same classes are"
        text = f"{len(vanished)} windows vanished ({names}) and {new} new. Moved? Give the new ones the old ids. All meant?"
    else:
        text = f"{len(vanished)} windows vanished ({names}); they would be published as cancelled. All meant?"
    return Question(text=f"{text} `--withdraw-all`", flags="--withdraw-all", yes=Answers(withdraw_all=True))


def enumerate_ids(ids: list[str]) -> str:
    """Return the ids, the first few of many."""
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _kind_of_change(before: Window, now: Window) -> Change:
    """Return what happened to a window that is told otherwise now."""
    began = before.actual is None and now.actual is not None
    ended = now.actual is not None and now.actual.end is not None and (before.actual is None or before.actual.end is None)
    if (before.start, before.expected_end) != (now.start, now.expected_end):
        return Change.MOVED
    if now.status is Status.CANCELLED and before.status is not Status.CANCELLED:
        return Change.CANCELLED
    if before.status is Status.CANCELLED and now.status is not Status.CANCELLED:
        return Change.RESTORED
    if ended:
        return Change.COMPLETED
    return Change.BEGUN if began else Change.CHANGED
