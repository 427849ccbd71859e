"""The schedule against the journal: what differs, what must be asked, and how it is appended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from icsfeed.drafting.files import LOCK_SECONDS, find_author, one_writer, replace_file
from icsfeed.drafting.loader import Schedule, load_schedule
from icsfeed.journal import SUFFIX as JOURNAL_SUFFIX
from icsfeed.journal import load_journal, render_line, split_journal
from icsfeed.model import Status, Window
from icsfeed.problems import Problem, ScheduleError
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow, cancelled
from icsfeed.zones import render_rfc3339

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead of the clock the newest stamp may be."""

MOST_WITHDRAWN = 3
"""How many windows may vanish at once before `--withdraw-all` is asked for."""


class ClockError(Exception):
    """The newest stamp of a journal is too far ahead of the clock."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What no program can know.

    Attributes:
        text: What happened and what may be meant.
        flags: What to add to `icsfeed publish` to say yes.
        yes: The answer that a yes adds.
    """

    text: str
    flags: str
    yes: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a `publish` would append.

    Attributes:
        lines: With the stamp that they would get.
        questions: What must be answered before.
    """

    lines: tuple[Line, ...]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a `publish` did.

    Attributes:
        difference: What it appended, unless questions are open.
        before: The calendar before it, None where nothing was published.
    """

    difference: Difference
    before: PublishedCalendar | None

    @property
    def is_done(self) -> bool:
        """Whether no question stopped it."""
        return not self.difference.questions


@dataclass(slots=True)
class _Comparison:
    """A schedule beside what is published, at a moment."""

    schedule: Schedule
    published: PublishedCalendar | None
    now: datetime
    answers: Answers
    changes: list[tuple[Change, Window]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def compare(self) -> None:
        """Find what changed and what must be asked."""
        known = self.published.by_id if self.published else {}
        windows = {window.id: window for window in self.schedule.windows}
        added = [window for window in self.schedule.windows if window.id not in known]
        self.changes += [(Change.ANNOUNCED, window) for window in added]
        for id_, window in windows.items():
            before = known.get(id_)
            if before is not None and before.window != window:
                self.changes.append((_kind_of_change(before.window, window), window))
        vanished = [each for id_, each in known.items() if id_ not in windows and self._is_missed(each)]
        self.changes += [(Change.WITHDRAWN, cancelled(each.window)) for each in vanished]
        self.questions += self._ask_about_vanished(vanished, added)
        self.questions += self._ask_about_past(added)

    def _is_missed(self, before: PublishedWindow) -> bool:
        """Tell whether a window that is gone from the file cannot just be tidied away."""
        return not before.is_cancelled and not before.has_ended(self.now)

    def _ask_about_vanished(self, vanished: list[PublishedWindow], added: list[Window]) -> Iterator[Question]:
        """Ask whether windows that are gone were moved, deleted by mistake, or will not take place."""
        unanswered = [each.window for each in vanished if each.window.id not in self.answers.withdraw]
        if self.answers.withdraw_all or not unanswered:
            return
        if len(unanswered) > MOST_WITHDRAWN:
            yield _ask_about_many(unanswered, added)
            return
        fresh = list(added)
        for window in unanswered:
            flags = f"--withdraw {window.id}"
            twin = min(
                (each for each in fresh if each.classes == window.classes),
                key=lambda each: abs(each.start - window.start),
                default=None,
            )
            if twin is not None:
                fresh.remove(twin)
                text = f"{window.id} vanished and {twin.id} is new. Moved? Give the new one `id: {window.id}`. Both meant?"
            else:
                text = f"{window.id} vanished; it would be published as cancelled. Meant?"
            yield Question(text=f"{text} `{flags}`", flags=flags, yes=Answers(withdraw=frozenset({window.id})))

    def _ask_about_past(self, added: list[Window]) -> Iterator[Question]:
        """Ask about windows that would be announced after they began."""
        late = [window.id for window in added if window.start < self.now and window.planned]
        if late and not self.answers.past:
            verb = "begins" if len(late) == 1 else "begin"
            text = f"{_enumerate(late)} {verb} in the past and would be new to everybody. Meant? `--past`"
            yield Question(text=text, flags="--past", yes=Answers(past=True))


def _ask_about_many(vanished: list[Window], added: list[Window]) -> Question:
    """Ask once about more windows that are gone than anybody withdraws in a day."""
    names, classes = _enumerate([window.id for window in vanished]), {window.classes for window in vanished}
    twins = sum(window.classes in classes for window in added)
    if twins:
        new = "1 of the same class is" if twins == 1 else f"{twins} of the same classes are"
        text = f"{len(vanished)} windows vanished ({names}) and {new} new. Moved? Give the new ones the old ids. All meant?"
    else:
        text = f"{len(vanished)} windows vanished ({names}); they would be published as cancelled. All meant?"
    return Question(text=f"{text} `--withdraw-all`", flags="--withdraw-all", yes=Answers(withdraw_all=True))


def _enumerate(ids: list[str]) -> str:
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


def compare(
    schedule: Schedule, published: PublishedCalendar | None, *, now: datetime, answers: Answers, by: str = ""
) -> Difference:
    """Return what a `publish` of the schedule would append at a moment, and what it would ask.

    Parameters:
        schedule: The draft.
        published: What is published; None before the first time.
        now: Decides which windows have ended, and the stamp.
        answers: Questions answered ahead are not asked.
        by: Who publishes.
    """
    comparison = _Comparison(schedule=schedule, published=published, now=now, answers=answers)
    comparison.compare()
    at = _stamp(published, now)
    lines = []
    if published is None or published.calendar != schedule.calendar:
        lines.append(Line(at=at, by=by, change=Change.CALENDAR, calendar=schedule.calendar))
    ordered = sorted(comparison.changes, key=lambda change: (change[1].start, change[1].id))
    lines += [Line(at=at, by=by, change=change, window=window) for change, window in ordered]
    return Difference(lines=tuple(lines), questions=tuple(comparison.questions))


def _stamp(published: PublishedCalendar | None, now: datetime) -> datetime:
    """Return the stamp of the next lines: the moment, but later than every stamp before."""
    whole = now.replace(microsecond=0)
    return max(whole, published.newest + timedelta(seconds=1)) if published else whole


def find_conflicts(schedule: Schedule, published: PublishedCalendar | None) -> list[Problem]:
    """Return what a schedule must not change about what is published."""
    if published is None:
        return []
    problems = []
    if schedule.calendar.domain != published.calendar.domain:
        cure = f"Write {published.calendar.domain} again: with another domain every event would be new to every subscriber."
        message = f'the domain was published as "{published.calendar.domain}" and never changes'
        problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
    folded = {id_.casefold(): id_ for id_ in published.by_id}
    for window in schedule.windows:
        known = folded.get(window.id.casefold(), window.id)
        if known != window.id and window.id not in published.by_id:
            message = f'the id "{window.id}" was published as "{known}"'
            problems.append(Problem(place=schedule.places[window.id], message=message, cure=f"Write `id: {known}`."))
    return [*problems, *_find_taken_names(schedule, published)]


def _find_taken_names(schedule: Schedule, published: PublishedCalendar) -> Iterator[Problem]:
    """Give names of the calendar with which a published id begins, so that its address would be a feed's."""
    gone = sorted(set(published.by_id) - {window.id for window in schedule.windows})
    for name in (schedule.calendar.key, *schedule.calendar.formerly):
        taken = [id_ for id_ in gone if id_.casefold().startswith(name)]
        if taken:
            message = f'the calendar cannot be called "{name}": the published id {_enumerate(taken)} begins with it'
            yield Problem(place=schedule.places["FILE"], message=message, cure="Change `formerly`, or the name of the file.")


def read_published(path: Path, *, file: str, key: str) -> PublishedCalendar | None:
    """Return what the journal at a path publishes; None where there is no journal or an empty one.

    Raises:
        ScheduleError: The journal has a fault.
        OSError: It cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return load_journal(data, file=file, key=key) if data.strip() else None


def journal_beside(path: Path) -> Path:
    """Return where the journal of the schedule file at a path is."""
    return path.with_name(path.name.removesuffix(".yaml") + JOURNAL_SUFFIX)


def publish(
    path: Path,
    *,
    file: str,
    now: datetime,
    answers: Answers,
    check: Callable[[Schedule], list[Problem]] | None = None,
    patience: float = LOCK_SECONDS,
) -> Outcome:
    """Append to the journal what the schedule file says otherwise, unless it has an error or raises a question.

    One writer at a time; at each moment the old or the new journal is there, whole.

    Parameters:
        path: The schedule file.
        file: The name under which problems tell it.
        now: The present.
        answers: Questions answered ahead.
        check: Finds further errors, such as what other calendars of the folder have already.
        patience: How many seconds to wait for another writer.

    Raises:
        ScheduleError: The schedule or the journal has an error; nothing is published.
        ClockError: The journal's newest stamp is more than five minutes ahead.
        BusyError: Another writer is at work.
        OSError: A file cannot be read or written.
    """
    journal = journal_beside(path)
    key = path.name.removesuffix(".yaml")
    with one_writer(journal, like=path, seconds=patience):
        schedule = load_schedule(path.read_bytes(), file=file, key=key)
        published = read_published(journal, file=journal_beside(Path(file)).as_posix(), key=key)
        conflicts = [*find_conflicts(schedule, published), *(check(schedule) if check else ())]
        if conflicts:
            raise ScheduleError(conflicts)
        _require_clock(published, now, key)
        difference = compare(schedule, published, now=now, answers=answers, by=find_author())
        outcome = Outcome(difference=difference, before=published)
        if outcome.is_done and (difference.lines or (published and published.warnings)):
            _append(journal, difference.lines, like=path)
        return outcome


def _require_clock(published: PublishedCalendar | None, now: datetime, key: str) -> None:
    """Raise ClockError where the newest stamp is too far ahead."""
    if published is not None and published.newest > now + CLOCK_TOLERANCE:
        ahead = f"the newest line of {key} is of {render_rfc3339(published.newest)}, but the clock says {render_rfc3339(now)}"
        raise ClockError(f"{ahead}; set the clock right, or wait")


def _append(journal: Path, lines: Iterable[Line], *, like: Path) -> None:
    """Write the journal anew with these lines behind its whole ones; a torn one is dropped."""
    text = split_journal(journal.read_bytes() if journal.exists() else b"")
    kept = [each for each in text.lines if each.strip()]
    content = "".join(f"{each}\n" for each in (*kept, *(render_line(line) for line in lines)))
    replace_file(journal, content.encode("utf-8"), like=like)
