"""A folder of journals, read again when they change, and where their calendars are published.

A journal that cannot be read never replaces what was read before: its calendar's last state stays.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from icsfeed.journal import SUFFIX, load_journal
from icsfeed.model import MOST_EVENTS, Calendar
from icsfeed.names import find_fault_in_name
from icsfeed.problems import ScheduleError
from icsfeed.publication.selection import select
from icsfeed.replay import Line, PublishedCalendar

REMINDER = timedelta(hours=1)
"""How often the log repeats that a journal cannot be read."""

_log = logging.getLogger("icsfeed")

Signature = tuple[int, int, int, int]
Clock = Callable[[], datetime]


def read_clock() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


def find_journals(folder: Path) -> dict[str, Path]:
    """Return the journals of a folder by their calendars' names, sorted; other files are ignored."""
    found = (path for path in sorted(folder.glob(f"*{SUFFIX}")) if not path.name.startswith("."))
    named = {path.name.removesuffix(SUFFIX): path for path in found}
    return {name: path for name, path in named.items() if find_fault_in_name(name) is None}


@dataclass(slots=True)
class _Watched:
    """One journal as it was seen last.

    Attributes:
        published: Its last state that could be read.
        fault: Why the present one cannot; empty if it can.
        lines: Its lines by their texts, so that only new ones are read.
    """

    signature: Signature | None = None
    published: PublishedCalendar | None = None
    fault: str = ""
    told_at: datetime | None = None
    lines: dict[str, Line] = field(default_factory=dict)


@dataclass(slots=True)
class JournalFolder:
    """The journals of a folder, read again when they change.

    Attributes:
        folder: Need not exist yet.
        quiet: Whether another process writes the log about the same folder.
        read_at: When journals were looked at last.
        failures: How many faults were found since `take_failures` was called last: one each time that a journal cannot be read
            for another reason than before, or was changed and still cannot; not one for each look.
        fallback: A folder with the journals as another reader read them last; they count while one cannot be read at first.
    """

    folder: Path
    clock: Clock = read_clock
    quiet: bool = False
    read_at: datetime | None = None
    failures: int = 0
    fallback: Path | None = None
    _watched: dict[str, _Watched] = field(default_factory=dict)

    def refresh(self) -> bool:
        """Read what changed; return whether a calendar is another one now."""
        self.read_at = self.clock()
        present = find_journals(self.folder)
        changed = False
        copies = find_journals(self.fallback) if self.fallback is not None and not self._watched else {}
        for key in {**present, **self._watched, **copies}:
            watched = self._watched.setdefault(key, _Watched())
            path = present.get(key, self.folder / f"{key}{SUFFIX}")
            signature = _sign(path)
            if signature is None or signature != watched.signature:
                changed |= self._read(watched, path, key, signature)
                if watched.published is None and key in copies:
                    watched.published, changed = load_journal(copies[key].read_bytes(), file=str(path), key=key), True
            self._remind(watched)
        return changed

    def _read(self, watched: _Watched, path: Path, key: str, signature: Signature | None) -> bool:
        """Read one journal; return whether its calendar is another one now."""
        try:
            published = load_journal(path.read_bytes(), file=str(path), key=key, known=watched.lines)
        except ScheduleError as error:
            fault = error.problems[0].headline()
        except OSError as error:
            fault = f"{path}: {error.strerror or error}"
            signature = None  # what keeps a file from being read, such as its mode, does not show in its signature
        else:
            self._tell_of_recovery(watched, path)
            for warning in published.warnings:
                self._tell(logging.WARNING, warning.headline())
            watched.signature, watched.fault, watched.told_at = signature, "", None
            changed = watched.published is None or watched.published.lines != published.lines
            if changed:
                watched.published = published
            return changed
        if fault != watched.fault or (signature is not None and signature != watched.signature):
            self.failures += 1
            watched.signature, watched.fault, watched.told_at = signature, fault, self.clock()
            kept = "what was published stays" if watched.published else "nothing of it is published"
            self._tell(logging.ERROR, f"cannot read {fault}; {kept}")
        return False

    def _tell_of_recovery(self, watched: _Watched, path: Path) -> None:
        if watched.fault:
            self._tell(logging.WARNING, f"{path} can be read again")

    def _remind(self, watched: _Watched) -> None:
        """Repeat once an hour that a journal cannot be read."""
        now = self.clock()
        if watched.fault and watched.told_at is not None and now - watched.told_at >= REMINDER:
            watched.told_at = now
            self._tell(logging.ERROR, f"still cannot read {watched.fault}")

    def _tell(self, level: int, message: str) -> None:
        if not self.quiet:
            _log.log(level, message)

    def take_failures(self) -> int:
        """Return how many faults were found since the last call, as `failures` counts them."""
        taken, self.failures = self.failures, 0
        return taken

    @property
    def calendars(self) -> Iterator[PublishedCalendar]:
        """The last readable state of each calendar, by name."""
        return (each.published for _, each in sorted(self._watched.items()) if each.published is not None)

    @property
    def faults(self) -> dict[str, str]:
        """Why journals cannot be read, by the calendar's name."""
        return {key: each.fault for key, each in sorted(self._watched.items()) if each.fault}


def _sign(path: Path) -> Signature | None:
    """Return what changes when a file does, links followed; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class NoAddressError(Exception):
    """A calendar says nowhere what its addresses begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What the addresses of calendars begin with.

    Attributes:
        public_url: For all calendars; outranks their own.
        fallback: For a calendar that has none of its own.
    """

    public_url: str | None = None
    fallback: str | None = None

    def of(self, calendar: Calendar) -> str:
        """Return the address of a calendar, without a slash at the end.

        Raises:
            NoAddressError: None is known.
        """
        found = self.public_url or calendar.url or self.fallback
        if found is None:
            raise NoAddressError(
                f"{calendar.key} has no public address; set url in its schedule, --public-url or ICSFEED_PUBLIC_URL"
            )
        return found.rstrip("/")


def tell_of_crowds(calendars: Iterable[PublishedCalendar], moment: datetime, told: dict[str, int]) -> None:
    """Say that a calendar has more windows ahead than its feeds can hold, once and then when they become more.

    Parameters:
        calendars: Those that are published.
        moment: Decides what lies ahead.
        told: How many had no room when it was told last, by the calendar's name; updated.
    """
    for published in calendars:
        key, left_out = published.calendar.key, select(published.at(moment), moment).left_out
        if left_out > told.get(key, 0):
            _log.warning("%s: the feeds hold %d windows at most; %d farther ahead have no room", key, MOST_EVENTS, left_out)
        told[key] = left_out
