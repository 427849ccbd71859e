"""What was told of a calendar, and what waits, remembered in a file that is written before the next message."""

import fcntl
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from icsfeed.problems import RefusedError
from icsfeed.reading import read_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was told of a calendar; changes go by `due.name_of`, places by their keys.

    Attributes:
        seen: Changes that were told, or wait.
        waiting: By place, the changes that it was not told of, each with since when.
        reminded: By place, `ID START` of the windows that it was reminded of, each with how many minutes ahead at least.
    """

    seen: frozenset[str]
    waiting: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    reminded: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def after(self, place: str, changes: Iterable[str], reminded: Mapping[str, int]) -> "Memory":
        """Return this once a place was told of changes, or reminded of a window."""
        waiting = {each: since for each, since in self.waiting.get(place, {}).items() if each not in set(changes)}
        known = {**self.reminded.get(place, {}), **reminded}
        return replace(
            self,
            waiting={key: lines for key, lines in {**self.waiting, place: waiting}.items() if lines},
            reminded={key: windows for key, windows in {**self.reminded, place: known}.items() if windows},
        )


class MemoryFile:
    """The file with a calendar's memory; one process at a time has it.

    Attributes:
        memory: As written last; the first one if there was no file.
    """

    def __init__(self, folder: Path, calendar: str, *, first: Memory) -> None:
        """Read the file, if it is there.

        Raises:
            RefusedError: Another process has it, or it is not what `save` wrote.
            OSError: It cannot be read, or the folder cannot be written.
        """
        self._path = folder / f".{calendar}.notified.json"
        self._temporary = folder / f".{calendar}.notified.json.tmp"
        self._lock = (folder / f".{calendar}.notified.json.lock").open("a")
        self._prepared: Memory | None = None
        self.memory = first
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._path.exists():
                self.memory = msgspec.json.decode(read_file(self._path), type=Memory)
        except BlockingIOError as error:
            self._lock.close()
            raise RefusedError(f"another `icsfeed notify` is at work with {self._path}; stop it first") from error
        except msgspec.DecodeError as error:
            self._lock.close()
            cure = "delete it, and what is published by then counts as told"
            raise RefusedError(f"{self._path} is damaged; {cure}") from error

    def close(self) -> None:
        """Let another process have it."""
        self._lock.close()

    def prepare(self, memory: Memory) -> None:
        """Write a memory beside the file, so that `save` needs no space on the disk any more.

        Raises:
            OSError: It cannot be written.
        """
        try:
            with self._temporary.open("wb") as file:
                file.write(msgspec.json.encode(memory, order="deterministic"))
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
        self.memory = memory
