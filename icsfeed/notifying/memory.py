"""What was told of a calendar, and what waits, remembered in a file that is written before each message."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from icsfeed.problems import RefusedError
from icsfeed.reading import read_file
from icsfeed.zones import render_rfc3339


def digest(text: str) -> str:
    """Return what a line of the journal, or a place, is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was told of a calendar.

    Attributes:
        told: Digests of the journal's lines that were told or wait.
        waiting: By place, digests of the lines that it has not been told, each with the moment since when.
        reminded: By place, `ID START` of the windows that it was reminded of, each with how many minutes ahead at least.
    """

    told: frozenset[str] = frozenset()
    waiting: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reminded: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def queue(self, place: str, lines: Iterable[str], since: datetime) -> "Memory":
        """Return this with lines that wait for a place."""
        waiting = {each: render_rfc3339(since) for each in lines} | dict(self.waiting.get(place, {}))
        return replace(self, waiting={**self.waiting, place: waiting})

    def drop(self, place: str, lines: Iterable[str]) -> "Memory":
        """Return this without lines that no longer wait for a place."""
        gone = set(lines)
        rest = {each: since for each, since in self.waiting.get(place, {}).items() if each not in gone}
        others = {each: lines for each, lines in self.waiting.items() if each != place}
        return replace(self, waiting={**others, place: rest} if rest else others)

    def remind(self, place: str, key: str, minutes: int, now: datetime) -> "Memory":
        """Return this with a window that a place was reminded of; those that have begun are forgotten."""
        begun = render_rfc3339(now)
        kept = {each: ahead for each, ahead in self.reminded.get(place, {}).items() if each.rpartition(" ")[2] > begun}
        return replace(self, reminded={**self.reminded, place: {**kept, key: minutes}})


class MemoryFile:
    """The file with a calendar's memory; one process at a time has it.

    Attributes:
        memory: As written last.
        is_new: Whether there was no file.
    """

    def __init__(self, folder: Path, calendar: str) -> None:
        """Read the file, if it is there.

        Raises:
            RefusedError: Another process has it, or it is not what `save` wrote.
            OSError: It cannot be read, or the folder cannot be written.
        """
        self._path = folder / f".{calendar}.notified.json"
        self._temporary = folder / f".{calendar}.notified.json.tmp"
        self._lock = (folder / f".{calendar}.notified.json.lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise RefusedError(f"another `icsfeed notify` is at work with {self._path}; stop it first") from error
        self._prepared: Memory | None = None
        self.is_new = not self._path.exists()
        self.memory = Memory() if self.is_new else self._read()

    def close(self) -> None:
        """Let another process have it."""
        self._lock.close()

    def _read(self) -> Memory:
        """Return what the file says."""
        try:
            data: Any = json.loads(read_file(self._path))
            waiting = {place: {line: str(since) for line, since in lines.items()} for place, lines in data["waiting"].items()}
            reminded = {place: {key: int(minutes) for key, minutes in keys.items()} for place, keys in data["reminded"].items()}
            return Memory(told=frozenset(map(str, data["told"])), waiting=waiting, reminded=reminded)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            cure = "delete it, and what is published by then counts as told"
            raise RefusedError(f"{self._path} is damaged; {cure}") from error

    def prepare(self, memory: Memory) -> None:
        """Write a memory beside the file, so that `save` needs no space on the disk any more.

        Raises:
            OSError: It cannot be written.
        """
        data = {"told": sorted(memory.told), "waiting": memory.waiting, "reminded": memory.reminded}
        try:
            with self._temporary.open("w", encoding="utf-8") as file:
                json.dump(data, file, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise OSError(error.errno, error.strerror, str(self._path)) from error
        self._prepared = memory

    def save(self, memory: Memory) -> None:
        """Replace the memory; it is on the disk when this returns.

        Raises:
            OSError: It cannot be written.
        """
        if self._prepared != memory:
            self.prepare(memory)
        self._temporary.replace(self._path)
        self._prepared = None
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.memory, self.is_new = memory, False
