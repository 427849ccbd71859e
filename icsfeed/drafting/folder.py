"""The folder of schedule files and journals: loads drafts, and finds conflicts between calendars."""

import errno
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icsfeed.drafting.files import lock_of, was_there
from icsfeed.drafting.git_history import find_branch_left, find_merge_driver, is_in_index
from icsfeed.drafting.lost_lines import find_lost_lines, read_served_lines
from icsfeed.drafting.questions import enumerate_ids
from icsfeed.drafting.schedule import Schedule
from icsfeed.drafting.schedule_file.loader import SUFFIX, find_schedules, load_schedule
from icsfeed.drafting.warnings import find_warnings
from icsfeed.journal import SUFFIX as JOURNAL_SUFFIX
from icsfeed.journal import load_journal, split_journal
from icsfeed.model import Calendar
from icsfeed.problems import Place, Problem, ScheduleError, Severity, counted, sort_problems
from icsfeed.reading import read_file
from icsfeed.recurrence import series_of
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

    def read_schedule(self, key: str) -> bytes:
        """Return the content of a schedule file.

        Raises:
            OSError: It cannot be read, or is a link out of the folder, whose text messages would show.
        """
        path = self.schedule_path(key)
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.path)):
            raise OSError(errno.EPERM, f"it is a link to a file outside {self.path}", str(path))
        return read_file(path)

    def load(self, key: str, *, known: Draft | None = None, data: bytes | None = None, partly: bool = False) -> Draft:
        """Return a calendar's draft.

        Parameters:
            key: The calendar's name.
            known: As loaded before; only files that changed since are loaded again.
            data: Content to use instead of the schedule file's.
            partly: Leave out the windows that have an error; a header that has one is taken as it was published.

        Raises:
            ScheduleError: Its schedule or its journal has an error.
            OSError: One of them cannot be read.
        """
        data, journal = self.read_schedule(key) if data is None else data, self.read_journal(key)
        is_same = known is not None and known.schedule.data == data and (partly or not known.schedule.errors)
        published = known.published if known and known.journal == journal else self._load_journal(key, journal)
        header = published.calendar if published else None
        schedule = known.schedule if known and is_same else self._load_schedule(key, data, partly=partly, header=header)
        return Draft(schedule=schedule, published=published, journal=journal)

    def _load_schedule(self, key: str, data: bytes, *, partly: bool = False, header: Calendar | None = None) -> Schedule:
        """Return the schedule of a file's content."""
        return load_schedule(data, file=self.schedule_path(key).as_posix(), key=key, partly=partly, header=header)

    def published(self, key: str) -> PublishedCalendar | None:
        """Return what is published of a calendar; None before the first `publish`.

        Raises:
            ScheduleError: The journal has a fault.
            OSError: It cannot be read.
        """
        return self._load_journal(key, self.read_journal(key))

    def read_journal(self, key: str) -> bytes:
        """Return the bytes of a calendar's journal; empty without one."""
        try:
            return read_file(self.journal_path(key))
        except FileNotFoundError:
            return b""

    def _load_journal(self, key: str, data: bytes) -> PublishedCalendar | None:
        """Return the published calendar of a journal; None for an empty one."""
        return load_journal(data, file=self.journal_path(key).as_posix(), key=key) if data.strip() else None

    def find_calendar(self, key: str) -> Calendar | None:
        """Return the calendar of a schedule, else of a journal; None if neither can be read."""
        try:
            return self._load_schedule(key, self.read_schedule(key)).calendar
        except (ScheduleError, OSError):
            pass
        try:
            published = self.published(key)
        except (ScheduleError, OSError):
            return None
        return published.calendar if published else None

    def find_conflicts(
        self, schedule: Schedule, published: PublishedCalendar | None, *, only: str | None = None
    ) -> list[Problem]:
        """Return errors: published facts that must not change, and names or domains that other calendars of the folder have.

        Parameters:
            schedule: The draft.
            published: None before the first `publish`.
            only: The id of a window; errors of other windows are left out.
        """
        keys = [each for each in self.keys() if each != schedule.calendar.key]
        others = [found for each in keys if (found := self.find_calendar(each)) is not None]
        if published is not None:  # a copy of its schedule or of its journal alone is not published, and in nobody's way
            others = [each for each in others if not _share_domain(each, schedule.calendar) or self._has_both_files(each.key)]
        conflicts = [*_find_contradictions(schedule, published), *_find_collisions(schedule, others)]
        own = {only, series_of(only or "")}
        left_out = {schedule.places[each.id] for each in schedule.windows if only and each.id not in own}
        return [each for each in conflicts if each.place not in left_out]

    def _has_both_files(self, key: str) -> bool:
        """Return whether a calendar has a schedule file and a journal."""
        return self.schedule_path(key).exists() and self.journal_path(key).exists()

    def find_loss(self, key: str, journal: bytes, had: Collection[str] = ()) -> list[Problem]:
        """Return an error for a journal that is missing though there was one, or lacks lines that it had.

        Parameters:
            key: The calendar's name.
            journal: The bytes of the journal; empty without one.
            had: Lines that it had at some time, besides those in git's history.
        """
        path, lost = self.journal_path(key), find_lost_lines(self.journal_path(key), journal)
        had_too = set(had).difference(lost, split_journal(journal).lines)
        is_blank, cures = not journal.strip(), list[str]()
        if is_blank and is_in_index(path):
            message = f"the journal is missing or empty; `git -C {self.path} restore {path.name}` brings it back"
        elif is_blank and not lost and (had_too or was_there(path)):
            restore = "restore it from a backup" + (" or by `icsfeed reconcile`" if read_served_lines(path) else "")
            message = f"the journal is missing or empty, but there was one; {restore}"
            cures = [f"If nothing was ever published, delete {lock_of(path).name}."]
        elif lost or had_too:
            missing, others = counted(len(lost) + len(had_too), "line"), ", else restore a backup" if had_too else ""
            if had_too and (branch := find_branch_left(path, lost | had_too)):
                others = f"; {branch} has them: `git switch {branch}` goes back to it"
            message = f"the journal lacks {missing} that it had; `icsfeed reconcile` brings them back{others}"
        else:
            return []
        rename = f"rename {self.schedule_path(key).as_posix()}{'' if is_blank else ' and delete this journal'}; "
        rename += "under the old name, revision numbers would go backwards for every subscriber."
        cure = " ".join([*cures, f"To begin anew, give the calendar another name: {rename}"])
        return [Problem(place=Place(file=path.as_posix()), message=message, cure=cure)]

    def refuse_loss(self, key: str) -> None:
        """Raise ScheduleError for a journal that is missing though there was one, or lacks lines that it had."""
        lost = self.find_loss(key, self.read_journal(key))
        if lost:
            raise ScheduleError(lost)

    def refuse_conflicts(self, draft: Draft, *, had: Collection[str] = (), only: str | None = None) -> None:
        """Raise ScheduleError for a draft with conflicts, or whose journal lacks lines that it had.

        Parameters:
            draft: As loaded.
            had: Lines that the journal had at some time, besides those in git's history.
            only: The id of a window; conflicts of other windows do not count.
        """
        problems = self.find_loss(draft.key, draft.journal, had)
        problems = problems or self.find_conflicts(draft.schedule, draft.published, only=only)
        if problems:
            raise ScheduleError(problems)

    def check(self, key: str, now: datetime) -> tuple[Schedule | None, list[Problem]]:
        """Return a calendar's schedule, None if it has an error, and all problems of it and its journal."""
        problems = [*_find_union(self.journal_path(key))]
        published, has_journal = None, True
        try:
            journal = self.read_journal(key)
            published = self._load_journal(key, journal)
            problems += [*(published.warnings if published else ()), *self.find_loss(key, journal)]
        except (ScheduleError, OSError) as error:
            has_journal = False
            problems += _problems_of(error, self.journal_path(key))
        if key not in find_schedules(self.path):
            place = Place(file=self.journal_path(key).as_posix())
            message, cure = f"no schedule file {key}{SUFFIX} for this journal; what it published stays", ""
            calendars = [found for each in find_schedules(self.path) if (found := self.find_calendar(each)) is not None]
            rival = next((each.key for each in calendars if published and _share_domain(each, published.calendar)), None)
            if rival is not None:
                message, cure = (
                    f"{rival}{SUFFIX} has the same domain as this journal, which is not published",
                    "Delete the copy.",
                )
                if not self.journal_path(rival).exists():
                    old, new = self.journal_path(key), self.journal_path(rival)
                    message = f"{rival}{SUFFIX} has the same domain as this journal, but another name"
                    cure = f"If the schedule was renamed: `git mv {old} {new}`, and add `formerly: [{key}]` to the calendar."
            return None, [*problems, Problem(place=place, message=message, cure=cure, severity=Severity.WARNING)]
        try:
            schedule = self._load_schedule(key, self.read_schedule(key))
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


def _find_union(journal: Path) -> Iterator[Problem]:
    """Yield a warning where git would merge two ends of a journal without a word."""
    if find_merge_driver(journal) == "union":
        message = "git merges this journal with `merge=union`, so nobody is told when two people published at once"
        cure = f"In .gitattributes write `*{JOURNAL_SUFFIX} text eol=lf`, without `merge=union`."
        yield Problem(place=Place(file=journal.as_posix()), message=message, cure=cure, severity=Severity.WARNING)


def _problems_of(error: ScheduleError | OSError, path: Path) -> tuple[Problem, ...]:
    """Return the problems of a file that cannot be loaded or read."""
    if isinstance(error, ScheduleError):
        return error.problems
    return (Problem(place=Place(file=path.as_posix()), message=f"cannot read the file: {error.strerror or error}"),)


def _share_domain(one: Calendar, other: Calendar) -> bool:
    """Return whether two calendars have one domain, and so the same UIDs."""
    return one.domain.casefold() == other.domain.casefold()


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
        if _share_domain(other, schedule.calendar):
            cure = "Give each calendar its own domain, such as status.example.com."
            message = f'calendar "{other.key}" already has the domain "{other.domain}"'
            problems.append(Problem(place=schedule.places["DOMAIN"], message=message, cure=cure))
        for name in sorted(names & {other.key, *other.formerly}):
            message = f'calendar "{other.key}" already uses the name "{name}" in its addresses'
            place = schedule.places.get("FORMERLY", schedule.places["FILE"])
            problems.append(Problem(place=place, message=message, cure="Change `formerly`."))
    return problems
