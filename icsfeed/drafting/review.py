"""What is odd about a schedule beside the clock and the journal: warnings, never errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from icsfeed.drafting.comparison import Answers, Question, compare
from icsfeed.drafting.schedule import Schedule
from icsfeed.model import MOST_EVENTS, Status, Window
from icsfeed.problems import Problem, Severity
from icsfeed.replay import PublishedCalendar
from icsfeed.wording import words_for
from icsfeed.zones import render_with_offset

FAR_AHEAD = relativedelta(years=5)


@dataclass(frozen=True, slots=True)
class _Review:
    schedule: Schedule
    published: PublishedCalendar | None
    now: datetime

    def warnings(self) -> Iterator[Problem]:
        """Give every warning."""
        known = {*self.published.by_id, *self.published.series} if self.published else set()
        for window in self.schedule.windows:
            if window.id not in known:
                yield from self._of_new(window)
            if window.start > self.now + FAR_AHEAD:
                yield self._warning(window, f"it begins more than five years ahead, in {window.start.year}")
        for window in self.schedule.at(self.now).values():
            actual = window.actual
            if actual is not None and actual.end is None and self.schedule.end_of(window) <= self.now:
                cure = f"Tell when it ended: `icsfeed complete {window.id}`, or an `end` under `actual`."
                yield self._warning(window, "it began, and nobody has said when it ended", cure)
        yield from self._of_crowd()
        yield from self._of_pending()

    def _of_crowd(self) -> Iterator[Problem]:
        """Warn where feeds have no room for all that lies ahead."""
        ahead = sum(self.schedule.end_of(window) > self.now for window in self.schedule.at(self.now).values())
        if ahead > MOST_EVENTS:
            message = f"{ahead} windows lie ahead, and feeds hold {MOST_EVENTS} at most; the farthest have no room"
            yield Problem(place=self.schedule.places["FILE"], message=message, severity=Severity.WARNING)

    def _of_new(self, window: Window) -> Iterator[Problem]:
        """Warn of a window that nobody was told of in time."""
        notice = self.schedule.calendar.notice
        if not window.planned or window.status is Status.CANCELLED:
            return
        if window.start < self.now:
            begins = words_for(self.schedule.calendar, "en").moment(window.start)
            cure = "Is the date right? Then `icsfeed publish --past`, or write `planned: false` if nobody could announce it."
            yield self._warning(window, f"it begins on {begins}, which is past, and was never published", cure)
        elif notice is not None and window.start < self.now + notice:
            begins = render_with_offset(window.start, self.schedule.calendar.timezone)
            message = f"it begins {begins}, sooner than the notice of {notice.days} days"
            if notice % timedelta(days=1):
                message = f"it begins {begins}, sooner than the notice that the calendar promises"
            yield self._warning(window, message)

    def _of_pending(self) -> Iterator[Problem]:
        """Say that changes wait."""
        difference = compare(self.schedule, self.published, now=self.now, answers=Answers())
        for question in difference.questions:
            if not question.yes.past:  # of windows that begin in the past each has its own warning
                yield self._of_question(question)
        count = len(difference.lines)
        if count:
            message = f"{count} {'change is' if count == 1 else 'changes are'} not yet published"
            cure = "`icsfeed diff` shows them."
            place = self.schedule.places["FILE"]
            yield Problem(place=place, message=message, cure=cure, severity=Severity.WARNING, pending=True)

    def _of_question(self, question: Question) -> Problem:
        """Return a question as a warning, at the window that may have got another id where there is one."""
        gone, twin = question.gone, question.twin
        if not twin:
            return Problem(place=self.schedule.places["FILE"], message=question.text, severity=Severity.WARNING)
        message = f"{gone}, which is published, is gone, and {twin} is new"
        cure = (
            f"Is it the same window? Then write `id: {gone}` here. Was the old one withdrawn? `icsfeed publish {question.flags}`."
        )
        return Problem(place=self.schedule.place_of(twin), message=message, cure=cure, severity=Severity.WARNING)

    def _warning(self, window: Window, message: str, cure: str = "") -> Problem:
        place = self.schedule.place_of(window.id)
        return Problem(place=place, message=f"{window.id}: {message}", cure=cure, severity=Severity.WARNING)


def find_warnings(schedule: Schedule, published: PublishedCalendar | None, *, now: datetime) -> list[Problem]:
    """Return what is odd about a schedule at a moment, beside what is published of it."""
    return list(_Review(schedule, published, now).warnings())
