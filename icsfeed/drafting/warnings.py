"""Warnings about a schedule that depend on the clock and on what is published; never errors."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers, Question
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import MOST_EVENTS, Status, Window, has_downtime
from icsfeed.problems import Place, Problem, Severity, counted
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedCalendar
from icsfeed.wording import words_for
from icsfeed.zones import midnight_of, render_with_offset, to_local

FAR_AHEAD = relativedelta(years=5)


def find_warnings(schedule: Schedule, published: PublishedCalendar | None, *, now: datetime) -> Iterator[Problem]:
    """Yield the warnings of a schedule at a moment."""
    difference = compare(schedule, published, now=now, answers=Answers())
    pending = {line.window.id for line in difference.lines if line.window is not None}
    known = {*published.by_id, *published.series} if published else set()
    whole_file, far = schedule.places["FILE"], now + FAR_AHEAD
    for window in schedule.windows:
        place = schedule.place_of(window.id)
        if window.id not in known and window.planned and window.status is not Status.CANCELLED:
            yield from _find_short_notice(schedule, window, now)
        if window.start > far:
            yield _warn(place, f"{window.id} starts more than five years ahead, in {window.start.year}")
    present = schedule.at(now)
    for window in present.values():
        actual = window.actual
        if actual is not None and actual.end is None and window.status is not Status.CANCELLED and schedule.end_of(window) <= now:
            yield _warn(schedule.place_of(window.id), f"{window.id}: no end reported: run `icsfeed complete {window.id}`")
    yield from _find_in_freezes(schedule, present, pending, now)
    yield from _find_overlaps(schedule, present, pending)
    ahead = sum(schedule.end_of(window) > now for window in present.values())
    if ahead > MOST_EVENTS:
        yield _warn(whole_file, f"{ahead} upcoming windows, but feeds hold at most {MOST_EVENTS}; the last ones are left out")
    for question in difference.questions:
        if not question.yes.past:  # each window that starts in the past has its own warning
            yield _warn_of_question(schedule, question)
    count = len(difference.lines)
    if count:
        message = f"{counted(count, 'change')} {'is' if count == 1 else 'are'} not yet published"
        yield _warn(whole_file, message, "Run `icsfeed diff` to see them.", pending=True)


def _find_short_notice(schedule: Schedule, window: Window, now: datetime) -> Iterator[Problem]:
    """Warn of a new window that starts in the past or sooner than the calendar's notice."""
    notice, place = schedule.calendar.notice, schedule.place_of(window.id)
    if window.start < now:
        begins = words_for(schedule.calendar, "en").moment(window.start)
        cure = "If the date is right, run `icsfeed publish --past`, or write `planned: false` if it could not be announced."
        yield _warn(place, f"{window.id} starts in the past, {begins}, and was never published", cure)
    elif notice is not None and window.start < now + notice:
        begins = render_with_offset(window.start, schedule.calendar.timezone)
        promise = "the notice of the calendar" if notice % timedelta(days=1) else f"the notice of {notice.days} days"
        yield _warn(place, f"{window.id} starts at {begins}, sooner than {promise}")


def _find_in_freezes(schedule: Schedule, present: Mapping[str, Window], pending: set[str], now: datetime) -> Iterator[Problem]:
    """Warn of planned windows with downtime in a freeze, once per series and freeze.

    Windows that have ended, or are published unchanged, are left out.
    """
    zone, words, warned = schedule.calendar.timezone, words_for(schedule.calendar, "en"), set[tuple[str, int]]()
    for id_, window in present.items():
        name, end = _name_of(schedule, id_), schedule.end_of(window)
        is_pending = id_ in pending or name in pending
        if not is_pending or not window.planned or window.status is Status.CANCELLED or end <= now:
            continue
        if not has_downtime(window, schedule.heavier_class(window)):
            continue
        for number, freeze in enumerate(schedule.calendar.freezes):
            begins, ends = midnight_of(freeze.first, zone), midnight_of(freeze.last + timedelta(days=1), zone)
            if window.start < ends and begins < end and (name, number) not in warned:
                warned.add((name, number))
                title = words.text(freeze.title)
                message = f'{id_}: {words.moment(window.start)} is in the freeze "{title}", {freeze.first} – {freeze.last}'
                yield _warn(schedule.place_of(id_), message, "Move it, or publish it anyway: the page shows both.")


def _find_overlaps(schedule: Schedule, present: Mapping[str, Window], pending: set[str]) -> Iterator[Problem]:
    """Warn once of each two windows or series that overlap, unless both are published unchanged.

    Cancelled windows do not count.
    """
    found: dict[tuple[str, str], list[tuple[Window, Window]]] = {}
    running: list[Window] = []
    for window in present.values():
        if window.status is Status.CANCELLED:
            continue
        running = [each for each in running if window.start < schedule.end_of(each)]
        for each in running:
            pair = (_name_of(schedule, window.id), _name_of(schedule, each.id))
            found.setdefault((min(pair), max(pair)), []).append((window, each))
        running.append(window)
    for pair, met in found.items():
        ids = {each.id for two in met for each in two}
        if pending.isdisjoint({*pair, *ids}):
            continue
        window, other = met[0]
        ends = f"{to_local(schedule.end_of(other), schedule.calendar.timezone):%Y-%m-%d %H:%M}"
        more = f", and {counted(len(met) - 1, 'more time')}" if met[1:] else ""
        yield _warn(schedule.place_of(window.id), f'"{window.id}" overlaps "{other.id}", which lasts until {ends}{more}')


def _name_of(schedule: Schedule, id_: str) -> str:
    """Return the id of an occurrence's series; of a single window, its own."""
    return id_ if id_ in schedule.singles else series_of(id_)


def _warn_of_question(schedule: Schedule, question: Question) -> Problem:
    """Return a question as a warning; its place is the new window that may be the vanished one, if there is one."""
    gone, twin = question.gone, question.twin
    if not twin:
        return _warn(schedule.places["FILE"], question.text_with_command)
    cure = f"If it was moved, write `id: {gone}` here. If it was withdrawn, run `icsfeed publish {question.flags}`."
    return _warn(schedule.place_of(twin), f"{gone} is published but gone from the file, and {twin} is new", cure)


def _warn(place: Place, message: str, cure: str = "", *, pending: bool = False) -> Problem:
    return Problem(place=place, message=message, cure=cure, severity=Severity.WARNING, pending=pending)
