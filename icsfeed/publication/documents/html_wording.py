"""Windows as pages tell them: the words of `Words`, marked up.

Texts that operations wrote stand in elements of their own, so that neither their direction nor their language spreads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from icsfeed.languages import capitalized, format_day
from icsfeed.model import DowntimeClass, Impact, Status, Text
from icsfeed.publication.phases import Phase, turns_of
from icsfeed.publication.view import View
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import render_rfc3339, to_local

SHAPES = {
    Impact.NONE: ("ring", "target"),
    Impact.DEGRADED: ("half", "triangle"),
    Impact.OUTAGE: ("square", "diamond", "octagon"),
}
"""By impact, what stands for its classes from light to heavy; further ones have the last, and are told apart by their names."""

_EVENING = 18
"""The hour from which on `today` is `tonight`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A window in the panel at the top.

    Attributes:
        kind: Where it stands, as part of a class name: `ahead`, `under-way`, `unconfirmed`, `settling`.
        heading: The same in words.
        lead: When, in the largest letters.
        more: Sentences; may be empty.
    """

    kind: str
    window: PublishedWindow
    heading: str
    lead: Markup
    more: tuple[str, ...] = ()


class Telling:
    """Tells the windows of one calendar in one language.

    Attributes:
        words: The language's.
    """

    def __init__(self, published: PublishedCalendar, words: Words) -> None:
        """Find out which shape stands for which class."""
        self.words, self._calendar = words, published.calendar
        self._shapes = dict(_shapes(published.calendar.classes))

    # Texts and moments

    def language_of(self, text: Text) -> str | None:
        """Return the language in which a text is shown, None where that is the page's or is not known."""
        written = {language for language, _ in text.versions}
        if written & {"", self.words.language}:
            return None
        default = self._calendar.default_language
        return default if default in written else text.versions[0][0]

    def line(self, text: Text) -> Markup:
        """Return a text of one line."""
        language = self.language_of(text)
        attribute = Markup(' lang="{}"').format(language) if language else Markup("")
        return Markup("<bdi{}>{}</bdi>").format(attribute, self.words.text(text))

    def paragraph(self, text: Text) -> Markup:
        """Return a text of several lines."""
        language = self.language_of(text)
        attribute = Markup(' lang="{}"').format(language) if language else Markup("")
        return Markup('<p class="text" dir="auto"{}>{}</p>').format(attribute, self.words.text(text))

    def time(self, moment: datetime, shown: str) -> Markup:
        """Return a moment in words that programs understand too."""
        return Markup('<time datetime="{}">{}</time>').format(render_rfc3339(moment, self._calendar.timezone), shown)

    # A class

    def shape(self, of: DowntimeClass) -> Markup:
        """Return the sign of a class; its name always stands beside it."""
        name = self._shapes.get(of.key) or SHAPES[of.impact][0]
        return Markup('<svg class="shape {0}" width="14" height="14" aria-hidden="true"><use href="#{0}"/></svg>').format(name)

    def classes(self, window: PublishedWindow) -> Markup:
        """Return the classes of a window, each with its sign."""
        parts = (self.shape(each) + "\u00a0" + self.line(each.name) for each in window.classes)
        return Markup('<span class="class">{}</span>').format(Markup(" / ").join(parts))

    # A window

    def name(self, window: PublishedWindow) -> Markup:
        """Return what a window is called: its title, or its classes."""
        if window.window.title is not None:
            return self.line(window.window.title)
        classes = Markup("/").join(self.line(each.name) for each in window.classes)
        return escape(self.words.say("{classes} maintenance")).format(classes=classes)

    def when(self, window: PublishedWindow) -> str:
        """Return when a window is planned, with the year: `Monday 20 December 2021, 21:00–21:20`."""
        return capitalized(self._when(window))

    def planned(self, window: PublishedWindow) -> Markup:
        """Return the same in words that programs understand too; a line breaks between day and times first."""
        shown = self.when(window)
        return self.time(window.start, _in_parts(shown) if self._ends_same_day(window) else shown)

    def _when(self, window: PublishedWindow) -> str:
        """Return the same as within a sentence."""
        if window.window.end is None and not window.heavier.downtime.length:
            return f"{self.words.date(window.start)}, {self.words.clock(window.start)}"
        return self._open(window, self.words.span(window.start, window.end))

    def downtime(self, window: PublishedWindow) -> str:
        """Return how long the service is away or limited, in words that stand alone."""
        if window.window.end is None and not window.heavier.downtime.length:
            return self.words.say("no downtime")
        return self.words.downtime(window)

    def _open(self, window: PublishedWindow, until: str) -> str:
        """Return a moment that the end of a window may well be later than."""
        return self.words.say("{time} or later").format(time=until) if window.is_open_ended else until

    def badges(self, window: PublishedWindow) -> list[str]:
        """Return what makes a window other than planned and certain, each in a word."""
        if window.is_cancelled:
            return [self.words.say("Cancelled")]
        tentative = [self.words.say("Provisional")] if window.window.status is Status.TENTATIVE else []
        return tentative + ([] if window.window.planned else [self.words.say("Unplanned")])

    def moved(self, window: PublishedWindow) -> str:
        """Return from where a window was moved to where; empty where it never was."""
        return self.words.say("Moved: {was_now}").format(was_now=self.words.was_now(*window.moved)) if window.moved else ""

    def actual(self, window: PublishedWindow) -> str:
        """Return what really happened; empty where nobody said so."""
        actual = window.window.actual
        if actual is None:
            return ""
        if actual.end is None:
            return self.words.say("Begun: {moment}").format(moment=self.words.moment(actual.start))
        length = self.words.duration(actual.end - actual.start)
        days = {to_local(each, self._calendar.timezone).date() for each in (window.start, actual.start, actual.end)}
        span = self.words.span(actual.start, actual.end)
        if len(days) == 1:
            span = span.rpartition(", ")[2]
        return self.words.say("Actual: {span} ({duration})").format(span=span, duration=length)

    # The panel at the top

    def panel(self, view: View) -> list[Item]:
        """Return what is going on, in the order of the windows, and what comes next; empty where nothing is announced."""
        present = (Phase.UNDER_WAY, Phase.UNCONFIRMED, Phase.SETTLING)
        items = [self._present(each, phase) for each, phase in view.phases if phase in present]
        heading = self.words.say("After that") if items else self.words.say("Next maintenance")
        ahead = [each for each, phase in view.phases if phase is Phase.AHEAD and not each.is_cancelled]
        items += [self._upcoming(each, view.moment, heading) for each in ahead if each.start == ahead[0].start]
        return items

    def last(self, view: View) -> str:
        """Return the day of the newest window that took place; empty where there was none."""
        over = [each for each, phase in view.phases if phase is Phase.OVER and not each.is_cancelled]
        starts = (each.window.actual.start if each.window.actual else each.start for each in over)
        newest = max(starts, default=None)
        return self.words.say("The last was {date}.").format(date=self.words.date(newest)) if newest is not None else ""

    def _upcoming(self, window: PublishedWindow, moment: datetime, heading: str) -> Item:
        """Return the next window, as it is told at a moment."""
        start, today = (to_local(each, self._calendar.timezone) for each in (window.start, moment))
        shown = self._when(window)
        if start.year == today.year and self._ends_same_day(window):
            shown = self._without_year(window)
        days = (start.date() - today.date()).days
        soon = {0: self.words.say("Today"), 1: self.words.say("Tomorrow")}.get(days)
        if days == 0 and start.hour >= _EVENING:
            soon = self.words.say("Tonight")
        if soon is None:
            shown = capitalized(shown)
        lead = self.time(window.start, _in_parts(shown) if self._ends_same_day(window) else shown)
        if soon is not None:
            lead = Markup('<span class="soon">{},</span> {}').format(soon, lead)
        return Item(kind="ahead", window=window, heading=heading, lead=lead)

    def _without_year(self, window: PublishedWindow) -> str:
        """Return when a window of this year is planned, all of it on one day."""
        day = format_day(
            to_local(window.start, self._calendar.timezone).date(), self.words.say("EEEE d MMMM"), self.words.language
        )
        _, comma, clock = self._when(window).rpartition(", ")
        return f"{day}{comma}{clock}"

    def _ends_same_day(self, window: PublishedWindow) -> bool:
        zone = self._calendar.timezone
        return to_local(window.start, zone).date() == to_local(window.end, zone).date()

    def _present(self, window: PublishedWindow, phase: Phase) -> Item:
        """Return a window that has begun by plan or by report, and of which it is not sure that it is over."""
        told = {Phase.UNDER_WAY: self._under_way, Phase.UNCONFIRMED: self._unconfirmed, Phase.SETTLING: self._settling}
        heading, lead = told[phase](window)
        more = [self.actual(window)] if window.window.actual is not None else []
        if phase is Phase.UNCONFIRMED:
            by_clock = self.words.say("Allow for an overrun until {time}.")
            by_date = self.words.say("Allow for an overrun until {moment}.")
            more.append(self._at(window, turns_of(window)[-1][0], by_clock, by_date))
        return Item(kind=phase.value.replace(" ", "-"), window=window, heading=heading, lead=escape(lead), more=tuple(more))

    def _under_way(self, window: PublishedWindow) -> tuple[str, str]:
        end = self._open(window, self._short(window, self._planned_end(window)))
        if window.window.status is Status.TENTATIVE and window.window.actual is None:
            return self.words.say("Under way, if it goes ahead"), self.words.say("Would be under way now, until {time}").format(
                time=end
            )
        return self.words.say("Under way"), self.words.say("Expected until {time}").format(time=end)

    def _unconfirmed(self, window: PublishedWindow) -> tuple[str, str]:
        return self.words.say("May be overrunning"), self._at(
            window,
            window.end,
            self.words.say("Was to be done by {time}; not yet confirmed"),
            self.words.say("Was to be done by {moment}; not yet confirmed"),
        )

    def _settling(self, window: PublishedWindow) -> tuple[str, str]:
        actual = window.window.actual
        until = self._short(window, turns_of(window)[-1][0])
        if actual is not None and actual.end is not None:
            message = self.words.say("Available again; the update goes on until about {time}, it may be slower")
            return self.words.say("Available again"), message.format(time=until)
        message = self._at(
            window,
            window.end,
            self.words.say("Was to be available again by {time}"),
            self.words.say("Was to be available again by {moment}"),
        )
        after = self.words.say("the update may go on until about {time}, it may be slower").format(time=until)
        return self.words.say("Not yet confirmed"), f"{message}; {after}"

    def _planned_end(self, window: PublishedWindow) -> datetime:
        """Return when a window that is under way is expected to end."""
        actual = window.window.actual
        return actual.end if actual is not None and actual.end is not None else window.end

    def _short(self, window: PublishedWindow, moment: datetime) -> str:
        """Return a moment by the clock alone where it is on the day on which the window was planned to begin."""
        return self.words.clock(moment) if self._is_same_day(window, moment) else self.words.moment(moment)

    def _is_same_day(self, window: PublishedWindow, moment: datetime) -> bool:
        zone = self._calendar.timezone
        return to_local(window.start, zone).date() == to_local(moment, zone).date()

    def _at(self, window: PublishedWindow, moment: datetime, by_clock: str, by_date: str) -> str:
        """Return a sentence with a moment by the clock alone or in full, each of which has a sentence of its own."""
        if self._is_same_day(window, moment):
            return by_clock.format(time=self.words.clock(moment))
        return by_date.format(moment=self.words.moment(moment))


def _shapes(classes: tuple[DowntimeClass, ...]) -> Iterator[tuple[str, str]]:
    """Give for each class the name of its sign."""
    for impact, shapes in SHAPES.items():
        for rank, each in enumerate(each for each in classes if each.impact is impact):
            yield each.key, shapes[min(rank, len(shapes) - 1)]


def _in_parts(when: str) -> Markup:
    """Return a date and a time of day so that a line breaks between them first."""
    date, comma, clock = when.rpartition(", ")
    return Markup("<span>{}{}</span> <span>{}</span>").format(date, comma.strip(), clock) if comma else escape(when)
