"""The folder of schedule files and journals: loads drafts, and finds conflicts between calendars."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.drafting.comparison import enumerate_ids
from icsfeed.drafting.loader import SUFFIX, find_schedules, load_schedule
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.warnings import find_warnings
from icsfeed.journal import SUFFIX as JOURNAL_SUFFIX
from icsfeed.journal import load_journal
from icsfeed.model import Calendar
from icsfeed.problems import Place, Problem, ScheduleError, Severity, sort_problems
from icsfeed.replay import PublishedCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A schedule with what is published, both as of the moment when the files were read.

    Attributes:
        published: None before the first `publish`.
        journal: The bytes of the journal; empty without one.
    """

    schedule: Schedule
    published: PublishedCalendar | None
    journal: bytes

    @property
    def key(self) -> str:
        """The calendar's name."""
        return self.schedule.calendar.key


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that operations edit.

    Attributes:
        path: As the user typed it, also in messages.
    """

    path: Path

    def keys(self) -> list[str]:
        """Return the names of all calendars that have a schedule file or a journal."""
        journals = [each.name.removesuffix(JOURNAL_SUFFIX) for each in self.path.glob(f"*{JOURNAL_SUFFIX}")]
        return sorted({*find_schedules(self.path), *(name for name in journals if not name.startswith("."))})

    def schedule_path(self, key: str) -> Path:
        """Return the path of a calendar's schedule file."""
        return self.path / f"{key}{SUFFIX}"

    def journal_path(self, key: str) -> Path:
        """Return the path of a calendar's journal."""
        return self.path / f"{key}{JOURNAL_SUFFIX}"

    def load(self, key: str, *, known: Draft | None = None, data: bytes | None = None) -> Draft:
        """Return a calendar's draft.

        Parameters:
            key: The calendar's name.
            known: As loaded before; only files that changed since are loaded again.
            data: Content to use instead of the schedule file's.

        Raises:
            ScheduleError: Its schedule or its journal has an error.
            OSError: One of them cannot be read.
        """
        data, journal = self.schedule_path(key).read_bytes() if data is None else data, self._read_journal(key)
        schedule = known.schedule if known and known.schedule.data == data else self._load_schedule(key, data)
        published = known.published if known and known.journal == journal else self._load_journal(key, journal)
        return Draft(schedule=schedule, published=published, journal=journal)

    def _load_schedule(self, key: str, data: bytes) -> Schedule:
        """Return the schedule of a file's content."""
        return load_schedule(data, file=self.schedule_path(key).as_posix(), key=key)

    def published(self, key: str) -> PublishedCalendar | None:
        """Return what is published of a calendar; None before the first `publish`.

        Raises:
            ScheduleError: The journal has a fault.
            OSError: It cannot be read.
        """
        return self._load_journal(key, self._read_journal(key))

    def _read_journal(self, key: str) -> bytes:
        """Return the bytes of a calendar's journal; empty without one."""
        try:
            return self.journal_path(key).read_bytes()
        except FileNotFoundError:
            return b""

    def _load_journal(self, key: str, data: bytes) -> PublishedCalendar | None:
        """Return the published calendar of a journal; None for an empty one."""
        return load_journal(data, file=self.journal_path(key).as_posix(), key=key) if data.strip() else None

    def find_calendar(self, key: str) -> Calendar | None:
        """Return the calendar of a schedule, else of a journal; None if neither can be read."""
        try:
            return self._load_schedule(key, self.schedule_path(key).read_bytes()).calendar
        except (ScheduleError, OSError):
            pass
        try:
            published = self.published(key)
        except (ScheduleError, OSError):
            return None
        return published.calendar if published else None

    def find_conflicts(self, schedule: Schedule, published: PublishedCalendar | None) -> list[Problem]:
        """Return errors: published facts that must not change, and names or domains that other calendars of the folder have."""
        keys = [each for each in self.keys() if each != schedule.calendar.key]
        others = [found for each in keys if (found := self.find_calendar(each)) is not None]
        return [*_find_contradictions(schedule, published), *_find_collisions(schedule, others)]

    def refuse_conflicts(self, draft: Draft) -> None:
        """Raise ScheduleError for a draft with conflicts."""
        conflicts = self.find_conflicts(draft.schedule, draft.published)
        if conflicts:
            raise ScheduleError(conflicts)

    def check(self, key: str, now: datetime) -> tuple[Schedule | None, list[Problem]]:
        """Return a calendar's schedule, None if it has an error, and all problems of it and its journal."""
        problems: list[Problem] = []
        published, has_journal = None, True
        try:
            published = self.published(key)
            problems += published.warnings if published else ()
        except (ScheduleError, OSError) as error:
            has_journal = False
            problems += _problems_of(error, self.journal_path(key))
        if key not in find_schedules(self.path):
            place = Place(file=self.journal_path(key).as_posix())
            message = f"no schedule file {key}{SUFFIX} for this journal; what it published stays"
            return None, [*problems, Problem(place=place, message=message, severity=Severity.WARNING)]
        try:
            schedule = self._load_schedule(key, self.schedule_path(key).read_bytes())
        except (ScheduleError, OSError) as error:
            return None, [*problems, *_problems_of(error, self.schedule_path(key))]
        problems += [*schedule.warnings, *self.find_conflicts(schedule, published)]
        if has_journal:
            problems += find_warnings(schedule, published, now=now)
        return schedule, list(sort_problems(problems))

    def find_strays(self) -> Iterator[Problem]:
        """Yield a warning for each file whose name ends in `.yml`."""
        for path in sorted(self.path.glob("*.yml")):
            message = f"file ignored: the names of schedule files end in {SUFFIX}"
            yield Problem(place=Place(file=path.as_posix()), message=message, severity=Severity.WARNING)


def _problems_of(error: ScheduleError | OSError, path: Path) -> tuple[Problem, ...]:
    """Return the problems of a file that cannot be loaded or read."""
    if isinstance(error, ScheduleError):
        return error.problems
    return (Problem(place=Place(file=path.as_posix()), message=f"cannot read the file: {error.strerror or error}"),)


def _find_contradictions(schedule: Schedule, published: PublishedCalendar | None) -> list[Problem]:
    """Return errors for published facts that a schedule must not change."""
    if published is None:
        return []
    problems = []
    if schedule.calendar.domain != published.calendar.domain:
        cure = f"Write {published.calendar.domain} again; with another domain every event would be new to subscribers."
        message = f'the domain was published as "{published.calendar.domain}" and cannot change'
        problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
    folded = {id_.casefold(): id_ for id_ in (*published.by_id, *published.series)}
    for window in schedule.windows:
        known = folded.get(window.id.casefold(), window.id)
        if known != window.id and window.id not in published.by_id and window.id not in published.series:
            message = f'the id "{window.id}" was published as "{known}"'
            problems.append(Problem(place=schedule.places[window.id], message=message, cure=f"Write `id: {known}`."))
    for id_ in sorted(published.series.keys() & schedule.singles.keys() | published.by_id.keys() & schedule.series.keys()):
        was, now = ("repeated", "single") if id_ in published.series else ("single", "repeated")
        message = f'"{id_}" was published as a {was} window and cannot become a {now} one'
        problems.append(Problem(place=schedule.places[id_], message=message, cure="Give this window another id."))
    return [*problems, *_find_taken_names(schedule, published)]


def _find_taken_names(schedule: Schedule, published: PublishedCalendar) -> Iterator[Problem]:
    """Yield an error for each name of the calendar with which a deleted window's id starts: their addresses would clash."""
    gone = sorted({*published.by_id, *published.series} - {window.id for window in schedule.windows})
    for name in (schedule.calendar.key, *schedule.calendar.formerly):
        taken = [id_ for id_ in gone if id_.casefold().startswith(name)]
        if taken:
            message = f'"{name}" cannot be a name of the calendar: published ids start with it ({enumerate_ids(taken)})'
            yield Problem(place=schedule.places["FILE"], message=message, cure="Change `formerly` or rename the file.")


def _find_collisions(schedule: Schedule, others: Iterable[Calendar]) -> list[Problem]:
    """Return errors for a domain, name or former name that another calendar has."""
    problems = []
    names = {schedule.calendar.key, *schedule.calendar.formerly}
    for other in others:
        if other.domain.casefold() == schedule.calendar.domain.casefold():
            cure = "Give each calendar its own domain, such as status.example.com."
            message = f'calendar "{other.key}" already has the domain "{other.domain}"'
            problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
        for name in sorted(names & {other.key, *other.formerly}):
            message = f'calendar "{other.key}" already uses the name "{name}" in its addresses'
            place = schedule.places.get("FORMERLY", schedule.places["FILE"])
            problems.append(Problem(place=place, message=message, cure="Change `formerly`."))
    return problems
