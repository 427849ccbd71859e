"""A folder of schedule files and journals: what it holds, and what its calendars must not share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.drafting.comparison import Answers
from icsfeed.drafting.loader import SUFFIX, find_schedules, load_schedule
from icsfeed.drafting.publishing import Outcome, find_conflicts, publish, read_published
from icsfeed.drafting.review import find_warnings
from icsfeed.drafting.schedule import Schedule
from icsfeed.journal import SUFFIX as JOURNAL_SUFFIX
from icsfeed.model import Calendar
from icsfeed.problems import Place, Problem, ScheduleError, Severity, sort_problems
from icsfeed.replay import PublishedCalendar


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that operations edit.

    Attributes:
        path: As the user typed it; problems name files below it.
    """

    path: Path

    def keys(self) -> list[str]:
        """Return the names of all calendars that have a schedule file or a journal."""
        journals = [each.name.removesuffix(JOURNAL_SUFFIX) for each in self.path.glob(f"*{JOURNAL_SUFFIX}")]
        return sorted({*find_schedules(self.path), *(name for name in journals if not name.startswith("."))})

    def schedule_path(self, key: str) -> Path:
        """Return where a calendar's schedule file is."""
        return self.path / f"{key}{SUFFIX}"

    def journal_path(self, key: str) -> Path:
        """Return where a calendar's journal is."""
        return self.path / f"{key}{JOURNAL_SUFFIX}"

    def load(self, key: str) -> Schedule:
        """Return a calendar's schedule.

        Raises:
            ScheduleError: It has an error.
            OSError: It cannot be read.
        """
        path = self.schedule_path(key)
        return load_schedule(path.read_bytes(), file=path.as_posix(), key=key)

    def published(self, key: str) -> PublishedCalendar | None:
        """Return what is published of a calendar; None for nothing.

        Raises:
            ScheduleError: The journal has a fault.
            OSError: It cannot be read.
        """
        path = self.journal_path(key)
        return read_published(path, file=path.as_posix(), key=key)

    def others(self, key: str) -> list[Calendar]:
        """Return the folder's other calendars, from their schedules or else their journals, as far as they can be read."""
        return [found for each in self.keys() if each != key and (found := self._find_calendar(each)) is not None]

    def _find_calendar(self, key: str) -> Calendar | None:
        try:
            return self.load(key).calendar
        except (ScheduleError, OSError):
            pass
        try:
            published = self.published(key)
        except (ScheduleError, OSError):
            return None
        return published.calendar if published else None

    def publish(self, key: str, *, now: datetime, answers: Answers) -> Outcome:
        """Publish a calendar.

        Raises:
            ScheduleError: Its schedule or journal has an error, or it shares with another calendar what it must not.
            ClockError: The journal's newest stamp is too far ahead.
            BusyError: Another writer is at work.
            OSError: A file cannot be read or written.
        """
        path = self.schedule_path(key)
        others = self.others(key)
        return publish(
            path, file=path.as_posix(), now=now, answers=answers, check=lambda schedule: find_collisions(schedule, others)
        )

    def check(self, key: str, now: datetime) -> tuple[Schedule | None, list[Problem]]:
        """Return a calendar's schedule, if it has no error, and every problem of it and its journal."""
        problems: list[Problem] = []
        schedule, published, has_journal = None, None, True
        try:
            published = self.published(key)
            problems += published.warnings if published else ()
        except (ScheduleError, OSError) as error:
            has_journal = False
            problems += _problems_of(error, self.journal_path(key))
        if key not in find_schedules(self.path):
            place = Place(file=self.journal_path(key).as_posix())
            message = f"the journal has no schedule file beside it, {key}{SUFFIX}; what was published stays"
            return None, [*problems, Problem(place=place, message=message, severity=Severity.WARNING)]
        try:
            schedule = self.load(key)
        except (ScheduleError, OSError) as error:
            return None, [*problems, *_problems_of(error, self.schedule_path(key))]
        problems += schedule.warnings
        problems += find_collisions(schedule, self.others(key))
        problems += find_conflicts(schedule, published)
        if has_journal:
            problems += find_warnings(schedule, published, now=now)
        return schedule, list(sort_problems(problems))

    def find_strays(self) -> Iterator[Problem]:
        """Give a warning for each file that looks like a schedule and is none."""
        for path in sorted(self.path.glob("*.yml")):
            message = f"this file is ignored: a schedule's name ends in {SUFFIX}"
            yield Problem(place=Place(file=path.as_posix()), message=message, severity=Severity.WARNING)


def _problems_of(error: ScheduleError | OSError, path: Path) -> tuple[Problem, ...]:
    """Return what stops a file from being used, also where the machine refuses it."""
    if isinstance(error, ScheduleError):
        return error.problems
    return (Problem(place=Place(file=path.as_posix()), message=f"it cannot be read: {error.strerror or error}"),)


def find_collisions(schedule: Schedule, others: Iterable[Calendar]) -> list[Problem]:
    """Return where a calendar takes a domain, name or former name that another one has."""
    problems = []
    names = {schedule.calendar.key, *schedule.calendar.formerly}
    for other in others:
        if other.domain.casefold() == schedule.calendar.domain.casefold():
            cure = "Give each calendar a domain of its own, such as status.example.com."
            message = f'the calendar "{other.key}" has the domain "{other.domain}" already'
            problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
        for name in sorted(names & {other.key, *other.formerly}):
            message = f'the calendar "{other.key}" uses the name "{name}" in its addresses already'
            place = schedule.places.get("FORMERLY", schedule.places["FILE"])
            problems.append(Problem(place=place, message=message, cure="Change `formerly`."))
    return problems
