"""Settings and results of an import, words for a class or status, and what is new beside the schedule."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from icsfeed.drafting.arguments import Arguments
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Status, Text, Window
from icsfeed.names import find_fault_in_line, find_forbidden_character
from icsfeed.problems import Place, Problem, RefusedError
from icsfeed.replay import PublishedCalendar
from icsfeed.zones import MomentError, render_with_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSettings:
    """How to read a file.

    Attributes:
        file: Its name in messages.
        schedule: Defines the classes and the zone of the windows.
        now: Rules that become single windows do so up to the end of the next year.
        languages: Of month and weekday names.
        timezone: For times without a zone; None for the calendar's.
        class_: For rows without a class word.
        year: For dates without a year.
        dates: The order of dates in numbers, such as `dmy`.
        columns: The columns of a table; empty to read its head.
    """

    file: str
    schedule: Schedule
    now: datetime
    languages: tuple[str, ...]
    timezone: str | None = None
    class_: str | None = None
    year: int | None = None
    dates: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A window read from a file.

    Attributes:
        changes: Occurrences of a repeated window that differ from it.
    """

    place: Place
    window: Window
    changes: tuple[Window, ...] = ()


@dataclass(slots=True)
class Found:
    """Windows read from a file, problems for what was left out, and notes."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, place: Place, what: str, why: str) -> None:
        """Add a problem for a row or event that is left out."""
        self.refused.append(Problem(place=place, message=f"left out: {what}", cure=why))


def explain(error: Exception) -> str:
    """Return what is wrong and its cure, in sentences."""
    text = f"{error.message}. {error.cure}".strip() if isinstance(error, MomentError) else str(error)
    return text if text.endswith((".", "?")) else f"{text}."


def read_classes(word: str, settings: ImportSettings) -> tuple[str, ...]:
    """Return the keys of the class or classes that a text names, or those of `--class` for an empty text.

    Raises:
        RefusedError: A word is not a class, or there is none.
    """
    if not (word or settings.class_):
        raise RefusedError("no class; set one for such rows with --class")
    return Arguments(settings.schedule, settings.now).classes(word or settings.class_ or "")


def is_class(word: str, settings: ImportSettings) -> bool:
    """Tell whether a text names a class, or two."""
    try:
        return bool(word and read_classes(word, settings))
    except RefusedError:
        return False


def read_categories(words: Iterable[str], settings: ImportSettings) -> tuple[str, ...]:
    """Return the class named among an event's categories, or that of `--class`."""
    known = sorted({word.strip() for word in words if is_class(word.strip(), settings)})
    if len(known) > 1:
        raise RefusedError(f"several classes: {', '.join(known)}")
    return read_classes("".join(known), settings)


_WORDS = {
    Status.CANCELLED: "geannuleerd|afgelast|gaat niet door|cancelled|canceled|abgesagt|annulé|annulée",
    Status.TENTATIVE: "onder voorbehoud|voorlopig|tentative|provisional|unter vorbehalt|vorläufig|sous réserve|provisoire",
    Status.CONFIRMED: "bevestigd|definitief|gepland|confirmed|planned|scheduled|bestätigt|geplant|confirmé|confirmée|prévu",
}
_MOVED = (
    "verplaatst|verzet|verschoven|uitgesteld|vervalt|vervallen|moved|postponed|rescheduled|delayed|"
    "verschoben|verlegt|entfällt|reporté|reportée|déplacé|déplacée"
)
_STATUS_OF = {word: status for status, words in _WORDS.items() for word in words.split("|")}
_BEHIND = re.compile(rf"(.+?)(?:\s*[-–—,;:(\[]\s*|\s+)({'|'.join(_STATUS_OF)})\s*[)\]]?", re.IGNORECASE)
_DOUBTFUL = re.compile(rf"\b({_WORDS[Status.CANCELLED]}|{_WORDS[Status.TENTATIVE]}|{_MOVED})\b", re.IGNORECASE)


def read_status(text: str) -> Status | None:
    """Return the status that a text names, None for an empty text."""
    if text and text.casefold() not in _STATUS_OF:
        raise RefusedError(f'"{text}" is not a status: write tentative, confirmed or cancelled')
    return _STATUS_OF.get(text.casefold())


def split_class(text: str, settings: ImportSettings) -> tuple[str, Status | None]:
    """Return a class word and the status after it, as in `Standard (cancelled)`."""
    found = None if is_class(text, settings) else _BEHIND.fullmatch(text)
    return (found[1], read_status(found[2])) if found else (text, None)


def read_title(text: str) -> Text | None:
    """Return a title, None for an empty text.

    Raises:
        RefusedError: It cannot be a title, or may say that the window was moved or cancelled.
    """
    title = " ".join(text.split())
    refuse_doubt(title)
    fault = find_fault_in_line(title) if title else None
    if fault or find_forbidden_character(title) is not None:
        raise RefusedError(f"its title: {fault or 'it holds a control character'}")
    return Text.of(title) if title else None


def refuse_doubt(text: str) -> None:
    """Raise RefusedError if a text may say that a window was moved or cancelled, or is not certain."""
    found = _DOUBTFUL.search(text)
    if found:
        raise RefusedError(f'"{found[1]}" may mean that it was moved or cancelled, or is not certain')


def find_new(found: Found, settings: ImportSettings, published: PublishedCalendar | None) -> tuple[list[Entry], int]:
    """Return the entries that the schedule lacks and how many it has; add refusals of ids with another start to `found`."""
    schedule, zone = settings.schedule, settings.schedule.calendar.timezone
    there = {**{each.id: each for each in schedule.windows}, **schedule.at(settings.now)}
    gone = {**published.series, **{each.id: each.facts for each in published.windows}} if published else {}
    facts = {(each.start, each.classes, each.repeat) for each in there.values()}
    fresh: dict[str, Entry] = {}
    known = 0
    for entry in found.entries:
        window, start = entry.window, render_with_offset(entry.window.start, zone)
        blocking = there.get(window.id) or gone.get(window.id)
        if window.id in fresh:
            found.refuse(entry.place, start, f"Same id as {fresh[window.id].place}: {window.id}.")
        elif blocking is not None and blocking.start != window.start:
            starts = render_with_offset(blocking.start, zone)
            found.refuse(entry.place, start, f"{window.id} begins at {starts}. Moved? `icsfeed move {window.id} '{start}'`")
        elif window.id in there or (window.start, window.classes, window.repeat) in facts:
            known += 1
        else:
            fresh[window.id] = entry
    return list(fresh.values()), known
