"""Publishing: what a schedule says otherwise is appended to its journal, unless something must be asked first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from icsfeed.drafting.comparison import Answers, Difference, compare
from icsfeed.drafting.files import LOCK_SECONDS, find_author, one_writer, replace_file
from icsfeed.drafting.folder import Draft, Folder
from icsfeed.journal import render_line, split_journal
from icsfeed.problems import RefusedError
from icsfeed.zones import render_rfc3339

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead of the clock the newest stamp may be."""


class ClockError(RefusedError):
    """The newest stamp of a journal is too far ahead of the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a `publish` did.

    Attributes:
        difference: What it appended, unless questions are open.
        draft: The calendar before it.
    """

    difference: Difference
    draft: Draft

    @property
    def is_done(self) -> bool:
        """Whether no question stopped it."""
        return not self.difference.questions

    @property
    def has_dropped_line(self) -> bool:
        """Whether the journal's last line was torn, and is dropped."""
        return self.is_done and bool(self.draft.published and self.draft.published.warnings)


def publish(
    folder: Folder, key: str, *, now: datetime, answers: Answers, draft: Draft | None = None, patience: float = LOCK_SECONDS
) -> Outcome:
    """Append to a calendar's journal what its schedule says otherwise, unless it has an error or raises a question.

    One writer at a time; at each moment the old or the new journal is there, whole.

    Parameters:
        folder: Holds the calendar.
        key: The calendar's name.
        now: The present.
        answers: Questions answered ahead.
        draft: The calendar as it was loaded before; what changed since then is loaded again.
        patience: How many seconds to wait for another writer.

    Raises:
        ScheduleError: The schedule or the journal has an error, or it shares with another calendar what it must not.
        ClockError: The journal's newest stamp is more than five minutes ahead.
        BusyError: Another writer is at work.
        OSError: A file cannot be read or written.
    """
    path, journal = folder.schedule_path(key), folder.journal_path(key)
    with one_writer(journal, like=path, seconds=patience):
        draft = folder.load(key, known=draft)
        folder.refuse_conflicts(draft)
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
