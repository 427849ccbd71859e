"""Publishes a schedule: appends its differences to the journal, unless it has an error or raises a question."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icsfeed.drafting.comparison import Difference, OneWindow, compare
from icsfeed.drafting.files import LOCK_SECONDS, find_author, one_writer, replace_file
from icsfeed.drafting.folder import Draft, Folder
from icsfeed.drafting.git_history import find_branch_left, find_versions
from icsfeed.drafting.lost_lines import find_lost_lines, read_served_lines
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.reconciling import Dispute, Settlement, find_last, find_unrisen, settle
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import load_schedule
from icsfeed.journal import load_sides, render_line, split_journal
from icsfeed.problems import RefusedError, ScheduleError
from icsfeed.replay import Line, PublishedCalendar, replay
from icsfeed.zones import render_rfc3339

CLOCK_TOLERANCE, MOST_AHEAD = timedelta(minutes=5), timedelta(days=7)
"""How far the newest stamp may be ahead of the clock without a warning, and at most."""


class ClockError(RefusedError):
    """The newest stamp of a journal is too far ahead of the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a `publish`.

    Attributes:
        difference: The appended lines; or with open questions, lines that were not appended.
        draft: The schedule, and the journal before it.
        warning: That the clock or the journal's newest stamp is wrong; empty if they agree.
    """

    difference: Difference
    draft: Draft
    warning: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there was no open question."""
        return not self.difference.questions

    @property
    def has_dropped_line(self) -> bool:
        """Whether the journal's last line was torn and is now removed."""
        return self.is_done and bool(self.draft.published and self.draft.published.warnings)


def publish(
    folder: Folder,
    key: str,
    *,
    now: datetime,
    answers: Answers,
    draft: Draft | None = None,
    had: Collection[str] = (),
    only: OneWindow | None = None,
    patience: float = LOCK_SECONDS,
) -> Outcome:
    """Append the differences between a calendar's schedule and its journal, unless a question is open.

    Only one process writes at a time, and readers see the old or the new journal, never a part.

    Parameters:
        folder: Holds the calendar.
        key: The calendar's name.
        now: Now.
        answers: These questions are not asked again.
        draft: As loaded before; only files that changed since are loaded again.
        had: Lines that the journal had at some time, besides those in git's history.
        only: Publish nothing else; errors in the entries of other windows do not matter then.
        patience: How many seconds to wait for another writer.

    Raises:
        ScheduleError: The schedule or the journal has an error or conflicts with another calendar, or the journal lost lines.
        ClockError: The journal's newest stamp is more than a week ahead.
        BusyError: Another writer held the lock for all that time.
        OSError: A file cannot be read or written.
    """
    path, journal = folder.schedule_path(key), folder.journal_path(key)
    with one_writer(journal, like=path, seconds=patience):
        draft = folder.load(key, known=draft, partly=only is not None)
        folder.refuse_conflicts(draft, had=had, only=only.id if only else None)
        warning = _compare_clocks(draft.published, now) if draft.published is not None else ""
        difference = compare(draft.schedule, draft.published, now=now, answers=answers, by=find_author(), only=only)
        outcome = Outcome(difference=difference, draft=draft, warning=warning)
        if outcome.is_done and (difference.lines or outcome.has_dropped_line):
            whole = [each for each in split_journal(draft.journal).lines if each.strip()]
            lines = [*whole, *(render_line(line) for line in difference.lines)]
            replace_file(journal, "".join(f"{each}\n" for each in lines).encode(), like=path)
        return outcome


def _compare_clocks(published: PublishedCalendar, now: datetime) -> str:
    """Return a warning if the newest stamp is ahead of the clock, else nothing.

    Raises:
        ClockError: It is more than a week ahead.
    """
    line, clock = published.lines[-1], render_rfc3339(now)
    found = f"the newest line of {published.calendar.key} is dated {render_rfc3339(line.at)}, by {line.by}"
    if line.at > now + MOST_AHEAD:
        raise ClockError(f"{found}, but the clock says {clock}; correct the clock, or wait")
    return f"{found}, but the clock says {clock}; one of these clocks is wrong" if line.at > now + CLOCK_TOLERANCE else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The result of a `reconcile`.

    Attributes:
        schedule: As it was read.
        published: What the lines of all sides publish together, before those that settle it; None for nothing.
        settlement: None if the journal was in order.
        unsettled: Disputes that were not agreed to, so that nothing was written; else the journal is whole.
        branch_left: The branch that was checked out before this one, if it has all lost lines; else empty.
    """

    schedule: Schedule
    published: PublishedCalendar | None
    settlement: Settlement | None = None
    unsettled: tuple[Dispute, ...] = ()
    branch_left: str = ""


def reconcile(folder: Folder, key: str, *, now: datetime, agrees: Callable[[Dispute], bool]) -> Reconciliation:
    """Make a journal whole: write the lines of all sides, and then what the schedule says of all that they dispute.

    The sides are those between conflict markers, and what git's history had, or a service kept beside the journal, and the
    journal lacks or does not continue.

    Parameters:
        folder: Holds the calendar.
        key: The calendar's name.
        now: Now.
        agrees: Whether a person agreed to a dispute; if one is left open, nothing is written.

    Raises:
        ScheduleError: The schedule has an error, or a line of the journal cannot be read.
        BusyError: Another writer holds the lock.
        OSError: A file cannot be read or written.
    """
    path, journal = folder.schedule_path(key), folder.journal_path(key)
    with one_writer(journal, like=path):
        schedule = load_schedule(folder.read_schedule(key), file=path.as_posix(), key=key)
        data = folder.read_journal(key)
        served = read_served_lines(journal)
        lost = find_lost_lines(journal, data, served=served)
        if not data.strip() and not lost:
            return Reconciliation(schedule=schedule, published=None)
        whole, present = load_sides(data, lost, file=journal.as_posix(), key=key)
        published = replay(whole.values())
        conflicts = folder.find_conflicts(schedule, published)
        if conflicts:
            raise ScheduleError(conflicts)
        versions, until = [*find_versions(journal), served], find_last(schedule, whole.values(), now)
        sides = _choose_sides(whole, present, versions, lost, until=until, now=now)
        if not sides:
            return Reconciliation(schedule=schedule, published=published)
        settlement = settle(schedule, list(whole.values()), sides, now=now, by=find_author())
        unsettled = tuple(dispute for dispute in settlement.disputes if not agrees(dispute))
        if not unsettled:
            lines = [*whole, *map(render_line, settlement.lines)]
            replace_file(journal, "".join(f"{each}\n" for each in lines).encode(), like=path)
        branch_left = find_branch_left(journal, lost) if lost else ""
        return Reconciliation(
            schedule=schedule, published=published, settlement=settlement, unsettled=unsettled, branch_left=branch_left
        )


def _choose_sides(
    whole: Mapping[str, Line],
    present: Sequence[frozenset[str]],
    versions: Iterable[frozenset[str]],
    lost: frozenset[str],
    *,
    until: date,
    now: datetime,
) -> list[list[Line]]:
    """Return the lines of each side that a journal does not simply continue; none if it is in order.

    Parameters:
        whole: The lines of all sides, in the order of replay.
        present: The sides of the journal as it is.
        versions: It as it was in git's history.
        lost: What it lacks of them.
        until: The last date of occurrences to compare.
        now: Now.
    """
    lines = list(whole.values())
    merged = replay(lines, last=until)
    sides = [_pick(whole, side) for side in present if side and (len(present) > 1 or lost)]
    for version in sorted(versions, key=len, reverse=True):
        side = _pick(whole, version)
        is_linear = any(other[: len(side)] == side for other in (*sides, *([] if version & lost else [lines])))
        if not is_linear and (version & lost or any(True for _ in find_unrisen(merged, [replay(side, last=until)], now))):
            sides.append(side)
    is_served = len(present) == 1  # a journal with markers is not, one that lost lines is served with all of them
    return [*sides, lines] if sides and is_served else sides


def _pick(whole: Mapping[str, Line], texts: frozenset[str]) -> list[Line]:
    """Return the lines with these texts, in the order of replay."""
    return [line for text, line in whole.items() if text in texts]
