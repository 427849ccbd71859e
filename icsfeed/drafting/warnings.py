"""What is odd about a schedule beside the clock and the journal: warnings, never errors."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from icsfeed.drafting.comparison import Answers, Question, compare
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import MOST_EVENTS, Status, Window
from icsfeed.problems import Place, Problem, Severity
from icsfeed.replay import PublishedCalendar
from icsfeed.wording import words_for
from icsfeed.zones import render_with_offset

FAR_AHEAD = relativedelta(years=5)


def find_warnings(schedule: Schedule, published: PublishedCalendar | None, *, now: datetime) -> Iterator[Problem]:
    """Give what is odd about a schedule at a moment, beside what is published of it."""
    known = {*published.by_id, *published.series} if published else set()
    whole_file, far = schedule.places["FILE"], now + FAR_AHEAD
    for window in schedule.windows:
        place = schedule.place_of(window.id)
        if window.id not in known and window.planned and window.status is not Status.CANCELLED:
            yield from _find_haste(schedule, window, now)
        if window.start > far:
            yield _warn(place, f"{window.id} starts more than five years ahead, in {window.start.year}")
    present = schedule.at(now)
    for window in present.values():
        actual = window.actual
        if actual is not None and actual.end is None and schedule.end_of(window) <= now:
            cure = f"Run `icsfeed complete {window.id}`, or write `end` under `actual`."
            yield _warn(schedule.place_of(window.id), f"{window.id}: no end reported", cure)
    ahead = sum(schedule.end_of(window) > now for window in present.values())
    if ahead > MOST_EVENTS:
        yield _warn(whole_file, f"{ahead} upcoming windows, but feeds hold at most {MOST_EVENTS}; the last ones are left out")
    difference = compare(schedule, published, now=now, answers=Answers())
    for question in difference.questions:
        if not question.yes.past:  # of windows that begin in the past each has its own warning
            yield _warn_of_question(schedule, question)
    count = len(difference.lines)
    if count:
        message = f"{count} {'change is' if count == 1 else 'changes are'} not yet published"
        yield _warn(whole_file, message, "Run `icsfeed diff` to see them.", pending=True)


def _find_haste(schedule: Schedule, window: Window, now: datetime) -> Iterator[Problem]:
    """Warn of a new window that nobody is told of in time."""
    notice, place = schedule.calendar.notice, schedule.place_of(window.id)
    if window.start < now:
        begins = words_for(schedule.calendar, "en").moment(window.start)
        cure = "If the date is right, run `icsfeed publish --past`, or write `planned: false` if it could not be announced."
        yield _warn(place, f"{window.id} starts in the past, {begins}, and was never published", cure)
    elif notice is not None and window.start < now + notice:
        begins = render_with_offset(window.start, schedule.calendar.timezone)
        promise = "the notice of the calendar" if notice % timedelta(days=1) else f"the notice of {notice.days} days"
        yield _warn(place, f"{window.id} starts at {begins}, sooner than {promise}")


def _warn_of_question(schedule: Schedule, question: Question) -> Problem:
    """Return a question as a warning, at the window that may have got another id where there is one."""
    gone, twin = question.gone, question.twin
    if not twin:
        return _warn(schedule.places["FILE"], question.text)
    cure = f"If it was moved, write `id: {gone}` here. If it was withdrawn, run `icsfeed publish {question.flags}`."
    return _warn(schedule.place_of(twin), f"{gone} is published but gone from the file, and {twin} is new", cure)


def _warn(place: Place, message: str, cure: str = "", *, pending: bool = False) -> Problem:
    return Problem(place=place, message=message, cure=cure, severity=Severity.WARNING, pending=pending)
