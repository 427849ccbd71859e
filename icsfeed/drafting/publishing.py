"""Publishes a schedule: appends its differences to the journal, unless it has an error or raises a question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from icsfeed.drafting.comparison import Answers, Difference, compare
from icsfeed.drafting.files import LOCK_SECONDS, find_author, one_writer, replace_file
from icsfeed.drafting.folder import Draft, Folder
from icsfeed.journal import render_line, split_journal
from icsfeed.problems import RefusedError
from icsfeed.zones import render_rfc3339

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the newest stamp may be ahead of the clock."""


class ClockError(RefusedError):
    """The newest stamp of a journal is too far ahead of the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a `publish`.

    Attributes:
        difference: The appended lines; or with open questions, lines that were not appended.
        draft: The schedule, and the journal before it.
    """

    difference: Difference
    draft: Draft

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
        patience: How many seconds to wait for another writer.

    Raises:
        ScheduleError: The schedule or the journal has an error or conflicts with another calendar, or the journal lost lines.
        ClockError: The journal's newest stamp is more than five minutes ahead.
        BusyError: Another writer held the lock for all that time.
        OSError: A file cannot be read or written.
    """
    path, journal = folder.schedule_path(key), folder.journal_path(key)
    with one_writer(journal, like=path, seconds=patience):
        draft = folder.load(key, known=draft)
        folder.refuse_conflicts(draft, had=had)
        if draft.published is not None and draft.published.newest > now + CLOCK_TOLERANCE:
            newest, clock = render_rfc3339(draft.published.newest), render_rfc3339(now)
            raise ClockError(f"the newest line of {key} is of {newest}, but the clock says {clock}; correct the clock, or wait")
        difference = compare(draft.schedule, draft.published, now=now, answers=answers, by=find_author())
        outcome = Outcome(difference=difference, draft=draft)
        if outcome.is_done and (difference.lines or outcome.has_dropped_line):
            whole = [each for each in split_journal(draft.journal).lines if each.strip()]
            lines = [*whole, *(render_line(line) for line in difference.lines)]
            replace_file(journal, "".join(f"{each}\n" for each in lines).encode(), like=path)
        return outcome
