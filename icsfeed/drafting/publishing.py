"""Publishing: what a schedule says otherwise is appended to its journal, unless something must be asked first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from icsfeed.drafting.comparison import Answers, Difference, compare, enumerate_ids
from icsfeed.drafting.files import LOCK_SECONDS, find_author, one_writer, replace_file
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.journal import SUFFIX as JOURNAL_SUFFIX
from icsfeed.journal import load_journal, render_line, split_journal
from icsfeed.problems import Problem, ScheduleError
from icsfeed.replay import Line, PublishedCalendar
from icsfeed.zones import render_rfc3339

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead of the clock the newest stamp may be."""


class ClockError(Exception):
    """The newest stamp of a journal is too far ahead of the clock."""


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


def find_conflicts(schedule: Schedule, published: PublishedCalendar | None) -> list[Problem]:
    """Return what a schedule must not change about what is published."""
    if published is None:
        return []
    problems = []
    if schedule.calendar.domain != published.calendar.domain:
        cure = f"Write {published.calendar.domain} again: with another domain every event would be new to every subscriber."
        message = f'the domain was published as "{published.calendar.domain}" and never changes'
        problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
    folded = {id_.casefold(): id_ for id_ in (*published.by_id, *published.series)}
    for window in schedule.windows:
        known = folded.get(window.id.casefold(), window.id)
        if known != window.id and window.id not in published.by_id and window.id not in published.series:
            message = f'the id "{window.id}" was published as "{known}"'
            problems.append(Problem(place=schedule.places[window.id], message=message, cure=f"Write `id: {known}`."))
    for id_ in sorted(published.series.keys() & schedule.singles.keys() | published.by_id.keys() & schedule.series.keys()):
        kind = "a repeated window" if id_ in published.series else "one window"
        message = f'"{id_}" was published as {kind}, and one cannot become the other'
        problems.append(Problem(place=schedule.places[id_], message=message, cure="Give this one another id."))
    return [*problems, *_find_taken_names(schedule, published)]


def _find_taken_names(schedule: Schedule, published: PublishedCalendar) -> Iterator[Problem]:
    """Give names of the calendar with which a published id begins, so that its address would be a feed's."""
    gone = sorted({*published.by_id, *published.series} - {window.id for window in schedule.windows})
    for name in (schedule.calendar.key, *schedule.calendar.formerly):
        taken = [id_ for id_ in gone if id_.casefold().startswith(name)]
        if taken:
            message = f'the calendar cannot be called "{name}": the published id {enumerate_ids(taken)} begins with it'
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
