"""What happened to the windows of a calendar, line by line of its journal, in the words that customers read."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from icsfeed.languages import capitalized
from icsfeed.model import Calendar, DowntimeClass, Status, Text, Window, planned_end
from icsfeed.recurrence import find_occurrence, horizon, occurrences, series_of
from icsfeed.replay import Change, Line, PublishedCalendar, PublishedWindow
from icsfeed.wording import Words, words_for
from icsfeed.zones import render_rfc3339

MOST_DATES = 3
"""How many dates of a repeated window are told one by one."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line of the journal with what was published around it at the time.

    Attributes:
        at: Its stamp.
        change: What happened; never `calendar`.
        window: As the line told it, with its classes as they were then; of a repeated one the first that was not over.
        before: As it was told before; None where it is new.
        calendar: Header and classes as they were then.
        line: What the line itself says of the window.
        dates: Starts of what a repeated window then gave and was not over, in their order; empty for others.
    """

    at: datetime
    change: Change
    window: PublishedWindow
    before: PublishedWindow | None
    calendar: Calendar
    line: Window
    dates: tuple[datetime, ...] = ()

    def __hash__(self) -> int:
        """Return a hash that costs little."""
        return hash((self.at, self.change, self.line.id))

    @cached_property
    def key(self) -> str:
        """What tells it from every other line of the journal and never changes, whatever lines are merged in later."""
        facts = hashlib.sha256(json.dumps(_facts(self.line), ensure_ascii=False).encode()).hexdigest()
        return f"{self.at:%Y%m%dT%H%M%SZ}-{self.change.value}-{facts[:8]}"


def _facts(window: Window) -> list[object]:
    """Return the facts of a window in a form that later kinds of facts leave alone."""
    actual = (window.actual.start, window.actual.end) if window.actual is not None else ()
    moments = (window.start, window.end, *actual)
    texts: tuple[Text | None, ...] = (window.title, window.reason, window.note)
    return [
        [each and render_rfc3339(each) for each in moments],
        [each and each.versions for each in texts],
        [*window.classes, window.status.value, window.planned, window.repeat],
    ]


def tell(published: PublishedCalendar) -> tuple[Told, ...]:
    """Return every line of a journal but `calendar`, in the order in which they count.

    A class that no line had defined yet, which only a merge brings about, is taken from the first line that does.
    """
    telling = _Telling(calendar=published.calendars[0][1])
    for _, calendar in reversed(published.calendars):
        telling.classes |= {each.key: each for each in calendar.classes}
    return tuple(told for line in published.lines if (told := telling.take(line)) is not None)


@dataclass(slots=True)
class _Telling:
    """Lines taken in, one after the other.

    Attributes:
        windows: As they were told last, by id; repeated ones too.
        said: What lines said so far; a merge may bring the same from two people, which is told once.
    """

    calendar: Calendar
    classes: dict[str, DowntimeClass] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    said: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, line: Line) -> Told | None:
        """Take in a line, and return what it tells of a window."""
        if line.calendar is not None:
            self.calendar = line.calendar
            self.classes |= {each.key: each for each in line.calendar.classes}
        window, said = line.window, (line.at, line.change, line.window)
        if window is None or said in self.said:
            return None
        self.said.add(said)
        before = self.windows.get(window.id) or self._occurrence(window.id)
        self.windows[window.id] = window
        shown, dates = window, tuple[datetime, ...]()
        if window.repeat is not None:
            ahead = self._ahead(window, line.at)
            shown, dates = (ahead[0] if ahead else window), tuple(each.start for each in ahead)
        return Told(
            at=line.at,
            change=line.change,
            window=self._publish(shown, line.at),
            before=self._publish(before, line.at) if before is not None else None,
            calendar=self.calendar,
            line=window,
            dates=dates,
        )

    def _occurrence(self, id_: str) -> Window | None:
        """Return what a repeated window says of an occurrence that has had no line of its own."""
        series = self.windows.get(series_of(id_))
        if series is None or series.repeat is None:
            return None
        return find_occurrence(series, id_, zone=self.calendar.timezone)

    def _ahead(self, series: Window, at: datetime) -> list[Window]:
        """Return what a repeated window gives that is not over."""
        zone, heavier = self.calendar.timezone, self.classes[series.classes[-1]]
        given = occurrences(series, zone=zone, last=horizon(at, zone)).values()
        return [each for each in given if planned_end(each, heavier) > at]

    def _publish(self, window: Window, at: datetime) -> PublishedWindow:
        """Return a window as it was published then; its revision does not count here."""
        return PublishedWindow(
            window=window,
            classes=tuple(self.classes[key] for key in window.classes),
            uid=f"{window.id}@{self.calendar.domain}",
            sequence=0,
            created=at,
            modified=at,
            moved=None,
        )


def by_window(told: tuple[Told, ...]) -> Mapping[str, tuple[Told, ...]]:
    """Return what happened to each window by its id, in the order in which it counts; of repeated ones by theirs."""
    found: dict[str, list[Told]] = {}
    for each in told:
        found.setdefault(each.line.id, []).append(each)
    return {id_: tuple(each) for id_, each in found.items()}


# In words


def headline(told: Told, language: str) -> str:
    """Return what happened to which window, and when that is, in a line."""
    words = words_for(told.calendar, language)
    line, moment = _plain(told.window, words), words.moment(told.window.start)
    if told.line.repeat is not None:
        line = words.say("{line}, repeated from {moment}").format(line=line, moment=moment)
    else:
        line = f"{line}, {moment}"
    return _message(told, words).format(line=line)


def _plain(window: PublishedWindow, words: Words) -> str:
    """Return a window in a line without its state, which stands elsewhere."""
    return words.summary(replace(window, window=replace(window.window, status=Status.CONFIRMED, planned=True)))


def _message(told: Told, words: Words) -> str:
    """Return what happened, with a place for the window."""
    window, before = told.window.window, told.before
    is_tentative = window.status is Status.TENTATIVE
    if window.status is Status.CANCELLED:
        return words.say("Cancelled: {line}")
    if told.change is Change.ANNOUNCED and not window.planned:
        return words.say("Unplanned: {line}")
    if told.change is Change.CHANGED and before is not None and before.window.status is Status.TENTATIVE and not is_tentative:
        return words.say("Confirmed: {line}")
    messages = {
        Change.ANNOUNCED: words.say("Announced provisionally: {line}") if is_tentative else words.say("Announced: {line}"),
        Change.MOVED: words.say("Moved: {line}"),
        Change.RESTORED: words.say("Going ahead after all: {line}"),
        Change.BEGUN: words.say("Started: {line}"),
        Change.COMPLETED: words.say("Completed: {line}"),
    }
    return messages.get(told.change) or words.say("Changed: {line}")


def paragraphs(told: Told, language: str) -> Iterator[tuple[str, ...]]:
    """Give what is to be known of a change beside its headline: paragraphs of one line or more, as plain text."""
    words = words_for(told.calendar, language)
    facts, before = told.window.window, told.before
    was = tuple(_differences(told, before, words)) if before is not None else ()
    reason = (words.say("Reason: {reason}").format(reason=words.text(facts.reason)),) if facts.reason is not None else ()
    note = (words.text(facts.note),) if facts.note is not None else ()
    parts = (was, reason, tuple(_about_time(told, words)), note, tuple(_about_actual(told, words)))
    return (part for part in parts if part)


def _differences(told: Told, before: PublishedWindow, words: Words) -> Iterator[str]:
    """Give how it was and how it is now."""
    if (before.window.start, before.window.end) != (told.line.start, told.line.end):
        yield capitalized(words.was_now(before.window, told.line))
    was, now = _plain(before, words), _plain(told.window, words)
    if was != now and before.window.end == told.line.end:
        yield capitalized(words.say("was {was}, now {now}").format(was=was, now=now))


def _about_time(told: Told, words: Words) -> Iterator[str]:
    window = told.window
    yield f"{capitalized(words.span(window.start, window.end))} ({told.calendar.timezone})"
    if told.dates[1:]:
        shown = [words.date(each) for each in told.dates[:MOST_DATES]]
        rest = told.dates[MOST_DATES:]
        last = [*(["…"] if rest[1:] else []), words.date(rest[-1])] if rest else []
        yield words.say("Repeated: {dates}").format(dates=", ".join([*shown, *last]))
    if window.is_cancelled:
        yield words.say("This maintenance will not take place.")
        return
    if window.window.status is Status.TENTATIVE:
        yield words.say("This is still provisional.")
    yield words.say("Downtime: {downtime}").format(downtime=words.downtime(window))


def _about_actual(told: Told, words: Words) -> Iterator[str]:
    actual = told.window.window.actual
    if actual is not None and actual.end is not None:
        length: timedelta = actual.end - actual.start
        span = words.span(actual.start, actual.end)
        yield words.say("Actual: {span} ({duration})").format(span=span, duration=words.duration(length))
    elif actual is not None:
        yield words.say("Begun: {moment}").format(moment=words.moment(actual.start))
