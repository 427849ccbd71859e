"""Loads the journals of a folder, and reloads them when they change.

If a journal cannot be read, the last version that could be read stays published. If it lacks lines that it had, they are
published together with those that it has. Of journals with one domain, one is published.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icsfeed.journal import SUFFIX, Signature, find_signature, is_readable, load_journal, split_journal
from icsfeed.model import MOST_EVENTS
from icsfeed.names import find_fault_in_name
from icsfeed.problems import ScheduleError, counted, in_words
from icsfeed.publication.phases import lacks_end
from icsfeed.publication.selection import select_windows
from icsfeed.reading import read_file
from icsfeed.replay import Line, PublishedCalendar

REPEAT_ERROR_EVERY = timedelta(hours=1)
"""How often the log repeats that a journal cannot be read."""

_log = logging.getLogger("icsfeed")

Clock = Callable[[], datetime]


def read_clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def find_journals(folder: Path) -> dict[str, Path]:
    """Return the journals of a folder by calendar name, sorted; empty if the folder is missing."""
    found = (path for path in sorted(folder.glob(f"*{SUFFIX}")) if not path.name.startswith("."))
    named = {path.name.removesuffix(SUFFIX): path for path in found}
    return {name: path for name, path in named.items() if find_fault_in_name(name) is None}


@dataclass(slots=True)
class _JournalState:
    """One journal as of the last refresh.

    Attributes:
        published: The last version that could be read, with all lines that it ever had.
        fault: Why the current one cannot be read; empty if it can.
        domain: Its calendar's, in lower case, if any line that can be read says it.
        is_published: Whether its calendar is published; False where it cannot be, or another one has its domain.
        refusal: Why not, in a sentence; empty if it is, or never could be read.
        is_stray: Whether it is refused because another one with its domain takes precedence.
        loss: How many of its former lines the last readable version lacks, as a sentence without its subject; empty if none.
        logged_at: When fault, refusal or loss were logged last.
        lines: All lines that it ever had by their text; so only new ones are parsed.
        earlier: Texts of lines that it had before this process first read it.
    """

    signature: Signature | None = None
    published: PublishedCalendar | None = None
    fault: str = ""
    domain: str = ""
    is_published: bool = False
    refusal: str = ""
    is_stray: bool = False
    loss: str = ""
    logged_at: datetime | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    earlier: tuple[str, ...] = ()


@dataclass(slots=True)
class JournalFolder:
    """The journals of a folder, reloaded when they change.

    Attributes:
        folder: Need not exist yet.
        quiet: Whether nothing is logged, because another process logs for the same folder.
        read_at: When the folder was last checked for changes.
        failures: New faults since the last `take_failures`. A journal counts again only when it changes or its fault does.
        copies: A folder with a copy of each journal, with all lines that it ever had, from the processes before this one.
        history: Returns the lines that a journal had before, as far as anybody else knows.
    """

    folder: Path
    clock: Clock = read_clock
    quiet: bool = False
    read_at: datetime | None = None
    failures: int = 0
    copies: Path | None = None
    history: Callable[[Path], Iterable[str]] = lambda _: ()
    _states: dict[str, _JournalState] = field(default_factory=dict)

    def refresh(self) -> bool:
        """Reload changed journals; return whether a calendar changed."""
        self.read_at = self.clock()
        present = find_journals(self.folder)
        changed = False
        self._forget(present)
        copies = find_journals(self.copies) if self.copies is not None and not self._states else {}
        for key in {**present, **self._states, **copies}:
            path = present.get(key, self.folder / f"{key}{SUFFIX}")
            if key not in self._states:
                copy = split_journal(copies[key].read_bytes()).lines if key in copies else ()
                earlier = (*self.history(path), *copy)
                self._states[key] = _JournalState(earlier=tuple(filter(is_readable, earlier)), is_published=key in copies)
            state = self._states[key]
            signature = find_signature(path)
            if signature is None or signature != state.signature:
                changed |= self._read(state, path, key, signature)
            self._remind(state, path)
        return self._settle_domains(present) or changed

    def _forget(self, present: Collection[str]) -> None:
        """Forget journals that are gone, unless they are published."""
        for key in sorted(self._states.keys() - present):
            if not self._states[key].is_published:
                del self._states[key]
                self._log(logging.WARNING, f"{self.folder / key}{SUFFIX} is gone; it was not published")

    def _settle_domains(self, present: Collection[str]) -> bool:
        """Choose which of the journals with one domain is published; return whether that changed."""
        by_domain: dict[str, list[str]] = {}
        for key, state in sorted(self._states.items()):
            if state.domain:
                by_domain.setdefault(state.domain, []).append(key)
        changed = False
        for keys in by_domain.values():
            chosen = keys[0] if len(keys) == 1 else self._choose(keys, present)
            for key in keys:
                state, is_published = self._states[key], key == chosen and self._states[key].published is not None
                changed |= state.is_published != is_published
                state.is_published, state.is_stray = is_published, chosen is not None and key != chosen
                rivals = [f"{each}{SUFFIX}" for each in ([chosen] if chosen is not None else keys) if each != key]
                self._note_refusal(state, self.folder / f"{key}{SUFFIX}", rivals)
        return changed

    def _choose(self, keys: list[str], present: Collection[str]) -> str | None:
        """Return which of several journals with one domain is published: that which was, else the only one with a schedule."""
        was = next((key for key in keys if self._states[key].is_published), None)
        with_schedule = [key for key in keys if (self.folder / f"{key}.yaml").exists()]
        if was is not None and (was in present or was in with_schedule or len(with_schedule) != 1):
            return was
        return with_schedule[0] if len(with_schedule) == 1 else None

    def _note_refusal(self, state: _JournalState, path: Path, rivals: list[str]) -> None:
        """Log that a journal is not published because of rivals, or that it has none any more."""
        before, state.refusal = state.refusal, ""
        if rivals:
            has = "has" if len(rivals) == 1 else "have"
            why = " and takes precedence" if state.is_stray else ", and only one with a schedule beside it would be published"
            state.refusal = f"{path}: {in_words(rivals)} {has} the same domain{why}; delete the copy"
        if state.refusal and state.refusal != before:
            self.failures += 1
            state.logged_at = self.clock()
            self._log(logging.ERROR, f"not published: {state.refusal}")
        elif before and not state.refusal:
            self._log(logging.WARNING, f"{path} is published, as the only one with its domain")

    def _read(self, state: _JournalState, path: Path, key: str, signature: Signature | None) -> bool:
        """Reload one journal; return whether its calendar changed."""
        try:
            data = read_file(path)
            published = load_journal(data, file=str(path), key=key, known=state.lines, lost=(*state.lines, *state.earlier))
        except ScheduleError as error:
            fault = error.problems[0].headline()
            state.domain = state.domain or _find_domain(data)
        except OSError as error:
            fault = f"{path}: {error.strerror or error}"
            signature = None  # a cause such as the file mode is not part of the signature, so the next refresh tries again
        else:
            if state.fault:
                self._log(logging.WARNING, f"{path} can be read again")
            for warning in published.warnings:
                self._log(logging.WARNING, warning.headline())
            state.signature, state.fault, state.earlier = signature, "", ()
            state.domain = published.calendar.domain.casefold()
            self._note_loss(state, path, len(state.lines.keys() - set(split_journal(data).lines)))
            changed = state.published is None or state.published.lines != published.lines
            if changed:
                state.published = published
            return changed
        recalled = state.published is None and self._recall(state, path, key)
        if fault != state.fault or (signature is not None and signature != state.signature):
            self.failures += 1
            state.signature, state.fault, state.logged_at = signature, fault, self.clock()
            kept = "its last readable version stays published" if state.published else "the calendar is not published"
            self._log(logging.ERROR, f"cannot read {fault}; {kept}")
        return recalled

    def _recall(self, state: _JournalState, path: Path, key: str) -> bool:
        """Publish what others know of a journal that this process never could read; return whether that is something."""
        earlier = "".join(f"{each}\n" for each in state.earlier).encode()
        with suppress(ScheduleError):
            state.published = load_journal(earlier, file=str(path), key=key, known=state.lines)
            state.domain = state.published.calendar.domain.casefold()
        return state.published is not None

    def _note_loss(self, state: _JournalState, path: Path, number: int) -> None:
        """Log how many lines a journal lacks, if that changed."""
        before, state.loss = state.loss, _describe_loss(number)
        if state.loss and state.loss != before:
            self.failures += 1
            state.logged_at = self.clock()
            copy = f"; {self.copies / path.name} has them too" if self.copies is not None else ""
            self._log(logging.ERROR, f"{path} {state.loss}{copy}")
        elif before and not state.loss:
            self._log(logging.WARNING, f"{path} has all its lines again")

    def _remind(self, state: _JournalState, path: Path) -> None:
        """Log once an hour that a journal still cannot be read, is still not published, or still lacks lines."""
        now = self.clock()
        trouble = f"{path} still {state.loss}" if state.loss else ""
        if state.fault or state.refusal:
            trouble = f"still cannot read {state.fault}" if state.fault else f"still not published: {state.refusal}"
        if trouble and state.logged_at is not None and now - state.logged_at >= REPEAT_ERROR_EVERY:
            state.logged_at = now
            self._log(logging.ERROR, trouble)

    def _log(self, level: int, message: str) -> None:
        if not self.quiet:
            _log.log(level, message)

    def take_failures(self) -> int:
        """Return `failures` and reset it to zero."""
        taken, self.failures = self.failures, 0
        return taken

    @property
    def calendars(self) -> tuple[PublishedCalendar, ...]:
        """The last readable version of each calendar that is published, in the order of their names."""
        states = (each for _, each in sorted(self._states.items()))
        return tuple(each.published for each in states if each.published is not None and each.is_published)

    @property
    def faults(self) -> dict[str, str]:
        """Why journals cannot be read or published, by calendar name; without those beside a published one with their domain."""
        states = sorted(self._states.items())
        return {key: why for key, each in states if (why := each.fault or each.refusal) and not each.is_stray}

    @property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """All lines that each published journal ever had, by calendar name."""
        return {key: tuple(each.lines) for key, each in sorted(self._states.items()) if each.is_published}

    @property
    def lacking(self) -> dict[str, tuple[str, ...]]:
        """All lines that each published journal ever had, by calendar name, if it lacks some now; else none."""
        states = ((key, each) for key, each in sorted(self._states.items()) if each.is_published and each.lines)
        return {key: tuple(each.lines) if each.loss or each.fault else () for key, each in states}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why journals cannot be read or are not published, and how many lines they lack, without the folder's path."""
        states, start = sorted(self._states.items()), f"{self.folder}/"
        faults = [f"cannot read {each.fault.removeprefix(start)}" for _, each in states if each.fault]
        refusals = [f"not published: {each.refusal.removeprefix(start)}" for _, each in states if each.refusal]
        return (*faults, *refusals, *(f"{key}{SUFFIX} {each.loss}" for key, each in states if each.loss))


def _find_domain(data: bytes) -> str:
    """Return the domain that a journal names, though it may have conflict markers or other faults; empty if it names none."""
    found = re.search(rb'"domain":"([^"]+)"', data)
    return found[1].decode("ascii", "replace").casefold() if found else ""


def _describe_loss(number: int) -> str:
    """Return that a journal lacks some lines, without its name; empty for 0."""
    lines = counted(number, "line")
    return f"lacks {lines} that it had; all stay published, `icsfeed reconcile` brings them back" if number else ""


def warn_of_missing_ends(calendars: Iterable[PublishedCalendar], moment: datetime, warned: set[str]) -> None:
    """Log a warning for each window that was reported begun, should be over and has no reported end.

    Parameters:
        calendars: Those that are published.
        moment: The present.
        warned: UIDs of the windows of earlier calls, which are not logged again; updated.
    """
    for published in calendars:
        for each in published.at(moment).windows:
            if each.uid not in warned and lacks_end(each) and each.end <= moment:
                warned.add(each.uid)
                id_ = each.id
                _log.warning("%s: %s: no end reported: run `icsfeed complete %s`", published.calendar.key, id_, id_)


def warn_of_left_out(calendars: Iterable[PublishedCalendar], moment: datetime, warned: dict[str, int]) -> None:
    """Log a warning for each calendar whose feeds leave out more windows than at the last call.

    Parameters:
        calendars: Those that are published.
        moment: The present.
        warned: How many were left out at the last call, by calendar name; updated.
    """
    for published in calendars:
        key, left_out = published.calendar.key, select_windows(published.at(moment), moment).left_out
        if left_out > warned.get(key, 0):
            _log.warning("%s: feeds hold at most %d windows; %d furthest ahead are left out", key, MOST_EVENTS, left_out)
        warned[key] = left_out
