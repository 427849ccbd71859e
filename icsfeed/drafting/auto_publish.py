"""Publishes each saved schedule that has no error and raises no question, while `icsfeed serve` runs.

`cli.serve` calls it in the service's own process; each worker's `publication.source` sees the journal grow within half a second.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from icsfeed.drafting.folder import Folder
from icsfeed.drafting.lost_lines import keep_served_lines, served_copy_of
from icsfeed.drafting.publishing import publish
from icsfeed.drafting.questions import Answers
from icsfeed.drafting.schedule_file.loader import find_schedules
from icsfeed.journal import find_signature
from icsfeed.problems import REFUSALS, ScheduleError, Severity, counted, explain
from icsfeed.replay import Line

RETRY_SECONDS = 60.0
"""After how long a failed publication is tried again, as time can settle a question."""

_log = logging.getLogger("icsfeed")

KeyedLine = tuple[str, Line]
"""A calendar's name and a line of its journal."""


@dataclass(slots=True)
class _Attempt:
    """The last attempt to publish a schedule.

    Attributes:
        seen: Signatures of schedule and journal at the last call.
        tried: Their signatures after the attempt.
        tried_at: By the monotonic clock, in seconds.
        fault: Why nothing was published; empty after a success.
    """

    seen: tuple[object, ...] | None = None
    tried: tuple[object, ...] | None = None
    tried_at: float = 0.0
    fault: str = ""


@dataclass(slots=True)
class AutoPublisher:
    """Publishes schedules that have no error and raise no question.

    Attributes:
        clock: Returns now.
        had: Returns the lines that a calendar's journal had at some time, besides those in git's history.
        published: The journal lines that this process appended.
    """

    folder: Folder
    clock: Callable[[], datetime]
    had: Callable[[str], Collection[str]] = lambda _: ()
    published: set[KeyedLine] = field(default_factory=set)
    _attempts: dict[str, _Attempt] = field(default_factory=dict)
    _kept: dict[str, Collection[str]] = field(default_factory=dict)
    _unkept: set[str] = field(default_factory=set)

    def publish_saves(self, *, at_start: bool = False) -> None:
        """Publish each schedule that was saved since the last call.

        A file is read once two calls in a row find it unchanged, so that a half-written one is not.

        Parameters:
            at_start: Do not wait for a second call.
        """
        for key, path in find_schedules(self.folder.path).items():
            attempt = self._attempts.setdefault(key, _Attempt())
            signatures = (find_signature(path), find_signature(self.folder.journal_path(key)))
            is_settled = at_start or signatures == attempt.seen
            is_retry = bool(attempt.fault) and time.monotonic() - attempt.tried_at >= RETRY_SECONDS
            attempt.seen = signatures
            if is_settled and (is_retry or signatures != attempt.tried):
                fault, attempt.fault = attempt.fault, self._publish(key, had_fault=bool(attempt.fault))
                if attempt.fault not in {"", fault}:
                    _log.warning("not published: %s", attempt.fault)
                attempt.tried = attempt.seen = (signatures[0], find_signature(self.folder.journal_path(key)))
                attempt.tried_at = time.monotonic()

    def _publish(self, key: str, *, had_fault: bool) -> str:
        """Publish one schedule and log it; return the reason if nothing was published, else ""."""
        try:
            outcome = publish(self.folder, key, now=self.clock(), answers=Answers(), had=self.had(key))
        except ScheduleError as error:
            errors = [each for each in error.problems if each.severity is Severity.ERROR]
            return errors[0].headline() + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else "")
        except REFUSALS as error:
            return explain(error)
        if not outcome.is_done:
            return f"{key}: {outcome.difference.questions[0].text}; run `icsfeed publish` to answer"
        if outcome.has_dropped_line:
            path = self.folder.journal_path(key)
            _log.warning("%s: dropped the last line, which was cut off while it was written", path)
        lines = outcome.difference.lines
        if lines:
            if outcome.warning:
                _log.warning("%s: %s", key, outcome.warning)
            self.published |= {(key, line) for line in lines}
            _log.info("published %s of %s: %s", counted(len(lines), "change"), key, list_changes(lines))
        elif had_fault:
            _log.info("%s: the error is fixed; nothing to publish", key)
        return ""

    def keep_lost_lines(self, lacking: Mapping[str, Collection[str]]) -> None:
        """Keep all lines that journals had beside those that lack some, for `reconcile` and the next service.

        Parameters:
            lacking: All lines that each of these journals had; empty if it lacks none.
        """
        for key, lines in lacking.items():
            journal = self.folder.journal_path(key)
            if self._kept.get(key) == lines:
                continue
            try:
                keep_served_lines(journal, lines, like=self.folder.schedule_path(key))
            except OSError as error:
                if key not in self._unkept:
                    self._unkept.add(key)
                    _log.error("%s: cannot keep the lines that it lost: %s; trying again", journal, explain(error))
                continue
            self._kept[key] = lines
            self._unkept.discard(key)
            if lines:
                _log.warning("%s keeps all lines for `icsfeed reconcile`", served_copy_of(journal))


def list_changes(lines: Sequence[Line]) -> str:
    """Return `moved 20211220T2100, cancelled other`; at most three of them."""
    changes = [line.change.value + (f" {line.window.id}" if line.window else "") for line in lines[:3]]
    return ", ".join(changes) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
