"""The schedule against what is published: what differs, and what must be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Window, planned_end
from icsfeed.recurrence import horizon, series_of
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
    comparison = _Comparison(
        schedule=schedule, published=published.at(now) if published else None, now=now, answers=answers, by=by
    )
    comparison.compare_header()
    comparison.compare_series()
    comparison.compare_windows()
    return Difference(lines=tuple(comparison.lines), questions=tuple(comparison.ask()))


@dataclass(slots=True)
class _Comparison:
    """A schedule beside what is published, at a moment.

    Attributes:
        lines: What was found so far, with the stamp that it would get.
        added: Windows and series that are new.
        vanished: Windows and series that are gone and cannot just be tidied away.
    """

    schedule: Schedule
    published: PublishedCalendar | None
    now: datetime
    answers: Answers
    by: str
    lines: list[Line] = field(default_factory=list)
    added: list[Window] = field(default_factory=list)
    vanished: list[Window] = field(default_factory=list)

    def compare_header(self) -> None:
        """Find whether the calendar's own facts changed."""
        if self.published is None or self.published.calendar != self.schedule.calendar:
            at = _stamp(self.published, self.now)
            self.lines.append(Line(at=at, by=self.by, change=Change.CALENDAR, calendar=self.schedule.calendar))

    def compare_series(self) -> None:
        """Find repeated windows that are new, changed or gone; what their lines say is no change of an occurrence."""
        known = self.published.series if self.published else {}
        changes: list[tuple[Change, Window]] = []
        for id_, series in self.schedule.series.items():
            if id_ not in known:
                changes.append((Change.ANNOUNCED, series))
                self.added.append(series)
            elif known[id_] != series or self._has_moved_zone():
                changes.append((_kind_of_change(known[id_], series), series))
        for id_, series in known.items():
            if id_ not in self.schedule.series and series.status is not Status.CANCELLED and self._lies_ahead(id_):
                changes.append((Change.WITHDRAWN, cancelled(series)))
                self.vanished.append(series)
        self._add(changes)

    def _has_moved_zone(self) -> bool:
        """Tell whether rules step in another zone's local time now."""
        return self.published is not None and self.published.calendar.timezone != self.schedule.calendar.timezone

    def _lies_ahead(self, series: str) -> bool:
        """Tell whether an occurrence of a published series has not ended."""
        windows = self.published.windows if self.published else ()
        return any(series_of(each.window.id) == series and self._is_missed(each) for each in windows)

    def compare_windows(self) -> None:
        """Find windows and occurrences that are new, changed or gone."""
        after = replay((*(self.published.lines if self.published else ()), *self.lines)) if self.lines else self.published
        last = self._reach()
        known = after.until(last).by_id if after else {}
        windows = self.schedule.until(last)
        changes: list[tuple[Change, Window]] = []
        for id_, window in windows.items():
            before = known.get(id_)
            if before is None and id_ in self.schedule.singles:
                changes.append((Change.ANNOUNCED, window))
                self.added.append(window)
            elif before is not None and (told := self._told(before, window)) != before.window:
                changes.append((_kind_of_change(before.window, told), told))
        gone_series = {series.id for series in self.vanished}
        for id_, each in known.items():
            if id_ not in windows and self._is_missed(each):
                changes.append((Change.WITHDRAWN, cancelled(each.window)))
                if series_of(id_) not in gone_series:
                    self.vanished.append(each.window)
        self._add(changes)

    def _reach(self) -> date:
        """Return the last date that is compared: exceptions are published ahead of the occurrences that they are of."""
        days = [datetime.strptime(id_[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for id_ in self.schedule.exceptions]
        return max([horizon(self.now, self.schedule.calendar.timezone), *days])

    def _told(self, before: PublishedWindow, window: Window) -> Window:
        """Return what a window is told as now; an occurrence that is over stays as its series had it then, but for its own."""
        if window.id in self.schedule.singles or not before.has_ended(self.now):
            return window
        merged = replace(before.window, **self.schedule.exceptions.get(window.id, {}))
        ends = merged.actual.end if merged.actual is not None else self._end_of(merged)
        return merged if ends is not None and ends <= self.now else window

    def _end_of(self, window: Window) -> datetime:
        """Return when a window is expected to end; at once where its class is no longer there."""
        heavier = self.schedule.calendar.find_class(window.classes[-1])
        return planned_end(window, heavier) if heavier is not None else window.start

    def _is_missed(self, before: PublishedWindow) -> bool:
        """Tell whether a window that is gone from the file cannot just be tidied away."""
        return not before.is_cancelled and not before.has_ended(self.now)

    def _add(self, changes: list[tuple[Change, Window]]) -> None:
        """Keep lines for changes, in the order (start, id)."""
        at = _stamp(self.published, self.now)
        ordered = sorted(changes, key=lambda change: (change[1].start, change[1].id))
        self.lines += [Line(at=at, by=self.by, change=change, window=window) for change, window in ordered]

    def ask(self) -> Iterator[Question]:
        """Give what no program can know."""
        yield from self._ask_about_vanished()
        yield from self._ask_about_past()

    def _ask_about_vanished(self) -> Iterator[Question]:
        """Ask whether windows that are gone were moved, deleted by mistake, or will not take place."""
        unanswered = [window for window in self.vanished if window.id not in self.answers.withdraw]
        if self.answers.withdraw_all or not unanswered:
            return
        if len(unanswered) > MOST_WITHDRAWN:
            yield _ask_about_many(unanswered, self.added)
            return
        fresh = list(self.added)
        for window in unanswered:
            flags = f"--withdraw {window.id}"
            twin = min(
                (each for each in fresh if self._may_be(window, each)),
                key=lambda each: abs(each.start - window.start),
                default=None,
            )
            if twin is not None:
                fresh.remove(twin)
                text = f"{window.id} vanished and {twin.id} is new. Moved? Give the new one `id: {window.id}`. Both meant?"
            elif window.repeat is not None:
                text = f"{window.id} vanished, a repeated window; what lies ahead of it would be published as cancelled. Meant?"
            else:
                text = f"{window.id} vanished; it would be published as cancelled. Meant?"
            gone, new = (window.id, twin.id) if twin is not None else ("", "")
            yes = Answers(withdraw=frozenset({window.id}))
            yield Question(text=f"{text} `{flags}`", flags=flags, yes=yes, gone=gone, twin=new)

    def _may_be(self, gone: Window, new: Window) -> bool:
        """Tell whether a new window can take the id of one that is gone; an occurrence's and a series' stay with the series."""
        is_occurrence = self.published is not None and series_of(gone.id) in self.published.series
        return gone.classes == new.classes and (gone.repeat is None) == (new.repeat is None) and not is_occurrence

    def _ask_about_past(self) -> Iterator[Question]:
        """Ask about windows that would be announced after they began."""
        late = [window.id for window in self.added if window.start < self.now and window.planned]
        if late and not self.answers.past:
            verb = "begins" if len(late) == 1 else "begin"
            text = f"{enumerate_ids(late)} {verb} in the past and would be new to everybody. Meant? `--past`"
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
    if (before.start, before.end) != (now.start, now.end):
        return Change.MOVED
    if now.status is Status.CANCELLED and before.status is not Status.CANCELLED:
        return Change.CANCELLED
    if before.status is Status.CANCELLED and now.status is not Status.CANCELLED:
        return Change.RESTORED
    if ended:
        return Change.COMPLETED
    return Change.BEGUN if began else Change.CHANGED


def _stamp(published: PublishedCalendar | None, now: datetime) -> datetime:
    """Return the stamp of the next lines: the moment, but later than every stamp before."""
    whole = now.replace(microsecond=0)
    return max(whole, published.newest + timedelta(seconds=1)) if published else whole
