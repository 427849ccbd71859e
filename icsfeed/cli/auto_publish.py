"""What `serve` does beside its workers: publishing clean saves, and telling the log what happened in the folder."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from icsfeed.cli.options import REFUSALS, explain
from icsfeed.drafting.comparison import Answers
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.loader import find_schedules
from icsfeed.drafting.publishing import publish
from icsfeed.journal import SUFFIX, render_line
from icsfeed.problems import ScheduleError, Severity
from icsfeed.publication.journals import JournalFolder, read_clock, warn_of_left_out
from icsfeed.replay import Line, PublishedCalendar

LOOK_SECONDS = 1.0
"""How often `serve` looks whether a schedule was saved."""

RETRY_SECONDS = 60.0
"""How often it tries again what it could not publish: a question may have settled itself."""

_log = logging.getLogger("icsfeed")

KeyedLine = tuple[str, Line]
"""A line of a journal, with its calendar's name."""


@dataclass(slots=True)
class _Seen:
    """A schedule as the publisher saw it last."""

    signature: tuple[object, ...] | None = None
    tried: tuple[object, ...] | None = None
    tried_at: float = 0.0
    fault: str = ""


@dataclass(slots=True)
class Publisher:
    """Publishes what schedules say, if it has no error and raises no question.

    A save counts once the file has stayed as it is for a look, so that no half-written one is read.

    Attributes:
        own: What was published here.
    """

    folder: Folder
    clock: Callable[[], datetime] = read_clock
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _journals: set[str] = field(default_factory=set)
    own: set[KeyedLine] = field(default_factory=set)

    def look(self, *, first: bool = False) -> None:
        """Publish each schedule that was saved since the last look.

        Parameters:
            first: Whether a service begins, which does not wait for a second look.
        """
        for key, path in find_schedules(self.folder.path).items():
            seen = self._seen.setdefault(key, _Seen())
            signature = (_sign(path), _sign(self.folder.journal_path(key)))
            is_settled = first or signature == seen.signature
            is_retry = bool(seen.fault) and time.monotonic() - seen.tried_at >= RETRY_SECONDS
            seen.signature = signature
            if is_settled and (is_retry or signature != seen.tried):
                fault, seen.fault = seen.fault, self._publish(key, was_faulty=bool(seen.fault))
                if seen.fault not in {"", fault}:
                    _log.warning("not published: %s", seen.fault)
                seen.tried = seen.signature = (signature[0], _sign(self.folder.journal_path(key)))
                seen.tried_at = time.monotonic()

    def _publish(self, key: str, *, was_faulty: bool) -> str:
        """Publish one schedule and log it; return why it cannot be published, else nothing.

        A journal that was there and is gone is not begun anew: a restored or checked-out one would be lost.
        """
        path = self.folder.journal_path(key)
        size, *_ = _sign(path) or (0,)
        if size:
            self._journals.add(key)
        elif key in self._journals:
            return f"{path} is gone or empty; restore it from git"
        try:
            outcome = publish(self.folder, key, now=self.clock(), answers=Answers())
        except ScheduleError as error:
            errors = [each for each in error.problems if each.severity is Severity.ERROR]
            return errors[0].headline() + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else "")
        except REFUSALS as error:
            return explain(error)
        if not outcome.is_done:
            return f"{key}: {outcome.difference.questions[0].text}; `icsfeed publish` asks"
        if outcome.has_dropped_line:
            _log.warning("the last line of %s was cut off while it was written, and is dropped", path)
        lines = outcome.difference.lines
        if lines:
            self._journals.add(key)
            self.own |= {(key, line) for line in lines}
            _log.info("published %s of %s: %s", _count(lines), key, _name(lines))
        elif was_faulty:
            _log.info("%s is in order again, and there is nothing to publish", key)
        return ""


def _count(lines: Sequence[Line]) -> str:
    """Return how many changes there are."""
    return f"{len(lines)} {'change' if len(lines) == 1 else 'changes'}"


def _name(lines: Sequence[Line]) -> str:
    """Return what a few lines say happened to which windows."""
    told = [each.change.value + (f" {each.window.id}" if each.window else "") for each in lines[:3]]
    return ", ".join(told) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")


def _sign(path: Path) -> tuple[int, ...] | None:
    """Return a file's size and what else changes when it does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_ino, status.st_mtime_ns)


def keep_copies(calendars: Iterable[PublishedCalendar], folder: Path) -> None:
    """Write the journals, as they were read last, where a worker finds them that begins while one cannot be read."""
    for each in calendars:
        path = folder / f"{each.calendar.key}{SUFFIX}"
        beside = path.with_suffix(".tmp")
        try:
            beside.write_text("".join(f"{render_line(line)}\n" for line in each.lines), encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            _log.error("no copy of what is published of %s is kept: %s", each.calendar.key, error.strerror or error)


def watch(journals: JournalFolder, publisher: Publisher | None, runtime: Path) -> None:
    """Publish saves, keep copies of journals and tell the log about them, once a second, for as long as the service runs."""
    pause = threading.Event()
    crowds: dict[str, int] = {}
    warn_of_left_out(journals.calendars, read_clock(), crowds)
    known = {(each.calendar.key, line) for each in journals.calendars for line in each.lines}
    while not pause.wait(LOOK_SECONDS):
        try:
            if publisher is not None:
                publisher.look()
                known |= publisher.own
            if journals.refresh():
                warn_of_left_out(journals.calendars, read_clock(), crowds)
                _tell_of_others(journals.calendars, known)
                keep_copies(journals.calendars, runtime)
        except Exception:  # noqa: BLE001  # one bad look must not end the watching
            _log.exception("the folder could not be looked at")


def _tell_of_others(calendars: Iterable[PublishedCalendar], known: set[KeyedLine]) -> None:
    """Log what a command or another machine published; `known` is what was logged before, and is updated."""
    for each in calendars:
        key = each.calendar.key
        lines = [line for line in each.lines if (key, line) not in known]
        known |= {(key, line) for line in lines}
        if lines:
            _log.info("%s of %s published elsewhere: %s", _count(lines), key, _name(lines))
