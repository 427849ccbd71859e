"""Windows as HTML: the wording of `Words` with markup.

Each text from the schedule is in an element of its own, so that its direction and language do not affect the text around it.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from icsfeed.languages import capitalized, format_day
from icsfeed.model import DowntimeClass, Freeze, Impact, Link, Status, Text
from icsfeed.publication.documents.pages.state_in_words import soon_in_words
from icsfeed.publication.phases import Phase
from icsfeed.publication.view import View
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, render_rfc3339, to_local

SYMBOLS = {
    Impact.NONE: ("ring", "target"),
    Impact.DEGRADED: ("half", "triangle"),
    Impact.OUTAGE: ("square", "diamond", "octagon"),
}
"""The symbols of classes by impact, from light to heavy; if there are more classes, they share the last."""

FREEZES_AHEAD = timedelta(days=92)
"""How far ahead the page shows a freeze."""

_ADDRESS = re.compile(r"""(https?://[^\s<>"“”«»]*[^\s<>"“”«».,:;!?'’)\]])""")


class HtmlWording:
    """Renders windows of one calendar as HTML in one language.

    Attributes:
        words: The wording in that language.
    """

    def __init__(self, published: PublishedCalendar, words: Words) -> None:
        """Choose the symbol of each class."""
        self.words, self._calendar = words, published.calendar
        self._symbols = dict(_symbols(published.calendar.classes))

    # Texts and moments

    def _lang_attribute(self, text: Text) -> Markup:
        """Return the `lang` attribute of a text; empty if it is the page's language or unknown."""
        written = [language for language, _ in text.versions]
        if {"", self.words.language} & {*written}:
            return Markup("")
        default = self._calendar.default_language
        return Markup(' lang="{}"').format(default if default in written else written[0])

    def line(self, text: Text) -> Markup:
        """Return a one-line text."""
        return Markup("<bdi{}>{}</bdi>").format(self._lang_attribute(text), self.words.text(text))

    def link(self, link: Link) -> Markup:
        """Return a link with its title; the title alone without a URL."""
        title = self.line(link.title)
        return Markup('<a href="{}">{}</a>').format(link.url, title) if link.url else title

    def reason(self, text: Text) -> Markup:
        """Return a reason after its label."""
        return escape(self.words.say("Reason: {reason}")).format(reason=self.linked(text))

    def linked(self, text: Text) -> Markup:
        """Return a text that may have several lines, with web addresses as links."""
        return Markup("<bdi{}>{}</bdi>").format(self._lang_attribute(text), _with_links(self.words.text(text)))

    def paragraph(self, text: Text) -> Markup:
        """Return a text that may have several lines, with web addresses as links."""
        shown = _with_links(self.words.text(text))
        return Markup('<p class="text" dir="auto"{}>{}</p>').format(self._lang_attribute(text), shown)

    def time(self, moment: datetime, shown: str) -> Markup:
        """Return a moment in words as a `<time>` element."""
        return Markup('<time datetime="{}">{}</time>').format(render_rfc3339(moment, self._calendar.timezone), shown)

    # A class

    def symbol(self, downtime_class: DowntimeClass) -> Markup:
        """Return the symbol of a class, which is always shown next to its name."""
        name = self._symbols.get(downtime_class.key) or SYMBOLS[downtime_class.impact][0]
        return Markup('<svg class="shape {0}" aria-hidden="true"><use href="#{0}"/></svg>').format(name)

    def classes(self, window: PublishedWindow, *, linked: bool = False) -> Markup:
        """Return the classes of a window with their symbols, as links to their explanation on the page if `linked`.

        A class that the calendar no longer has is not explained there.
        """
        link, targets = Markup('<a href="#class-{}">{}</a>'), self._symbols if linked else {}
        names = {each: self.line(each.name) for each in window.classes}
        shown = {each: link.format(each.key, name) if each.key in targets else name for each, name in names.items()}
        parts = [self.symbol(each) + "\u00a0" + name for each, name in shown.items()]
        if len(parts) > 1:  # a line wraps between them first
            parts = [Markup('<span class="whole">{}</span>').format(each) for each in parts]
        return Markup('<span class="class">{}</span>').format(Markup(" / ").join(parts))

    # A window

    def name(self, window: PublishedWindow) -> Markup:
        """Return a window's title, else its classes."""
        if window.facts.title is not None:
            return self.line(window.facts.title)
        classes = Markup("/").join(self.line(each.name) for each in window.classes)
        return escape(capitalized(self.words.say("{classes} maintenance"))).format(classes=classes)

    def when(self, window: PublishedWindow) -> str:
        """Return the planned time with the year: `Monday 20 December 2021, 21:00–21:20`."""
        return capitalized(self.words.when(window))

    def planned(self, window: PublishedWindow) -> Markup:
        """Return `when` as a `<time>` element that wraps between date and times."""
        shown = self.when(window)
        return self.time(window.start, _wrap_before_time(shown) if self._is_same_day(window, window.end) else shown)

    def _hours(self, window: PublishedWindow) -> str:
        """Return the planned time without the date of its start: `21:00–21:20`, or `21:00` if it has no downtime."""
        if not window.has_end:
            return self.words.clock(window.start)
        if self._is_same_day(window, window.end):
            hours = self.words.span(window.start, window.end).rpartition(", ")[2]
        else:
            hours = f"{self.words.clock(window.start)} – {self._short_day(window.end)} {self.words.clock(window.end)}"
        return self.words.or_later(window, hours)

    def _short_day(self, moment: datetime) -> str:
        day = to_local(moment, self._calendar.timezone).date()
        return format_day(day, self.words.say("EEE d MMM"), self.words.language)

    def hours(self, window: PublishedWindow) -> Markup:
        """Return the planned time without the date of its start as a `<time>` element."""
        return self.time(window.start, self._hours(window))

    def day_and_month(self, window: PublishedWindow) -> Markup:
        """Return the date as a block of three lines: `Tue`, `8`, `Dec 2026`."""
        day = to_local(window.start, self._calendar.timezone).date()
        parts = (format_day(day, pattern, self.words.language) for pattern in ("EEE", "d", "MMM y"))
        return Markup('<span class="date" aria-hidden="true"><span>{}</span> <b>{}</b> <span>{}</span></span>').format(*parts)

    def short_date(self, window: PublishedWindow) -> str:
        """Return the date as `Tue 8 Dec 2026`."""
        day = to_local(window.start, self._calendar.timezone).date()
        return format_day(day, self.words.say("EEE d MMM y"), self.words.language)

    def downtime(self, window: PublishedWindow) -> str:
        """Return how long the service is unavailable or limited, next to the window's time and outside a sentence."""
        if window.facts.expected_end is not None:
            return {
                Impact.OUTAGE: self.words.say("unavailable"),
                Impact.DEGRADED: self.words.say("limited availability"),
                Impact.NONE: self.words.say("no downtime"),
            }[window.heavier.impact]
        return self.words.downtime(window) if window.has_end else self.words.say("no downtime")

    def badges(self, window: PublishedWindow) -> list[str]:
        """Return the words `Cancelled`, `Provisional` and `Unplanned` as far as they apply."""
        if window.is_cancelled:
            return [self.words.say("Cancelled")]
        tentative = [self.words.say("Provisional")] if window.facts.status is Status.TENTATIVE else []
        return tentative + ([] if window.facts.planned else [self.words.say("Unplanned")])

    def moved(self, window: PublishedWindow) -> str:
        """Return the old and new time of a moved window; empty for others."""
        if window.moved_from is None:
            return ""
        return self.words.say("Moved: {was_now}").format(was_now=self.words.was_now(window.moved_from, window.facts))

    def actual(self, window: PublishedWindow) -> str:
        """Return the actual times; empty until they are reported."""
        actual = window.facts.actual
        if actual is None:
            return ""
        moments = (window.start, actual.start, actual.end or actual.start)
        days = {to_local(each, self._calendar.timezone).date() for each in moments}
        return self.words.actual(actual, has_date=len(days) > 1)

    # The present state, and what comes next

    def sentence(self, sentence: str) -> Markup:
        """Return a sentence about the state with what follows its first clause in smaller type; a service's name is never cut."""
        service = re.escape(self.words.text(self._calendar.service))
        clauses = re.fullmatch(rf"((?:.*?{service})?+.*?[:;,]) (.+)", sentence)
        return Markup("{} <span>{}</span>").format(clauses[1], clauses[2]) if clauses else escape(sentence)

    def next_windows(self, view: View) -> list[tuple[PublishedWindow, Markup]]:
        """Return the next windows, all that start at the same moment, each with when it is; empty if none is announced."""
        return [(each, self._when_next(each, view)) for each in view.ahead if each.start == view.ahead[0].start]

    def next_downtime(self, view: View) -> PublishedWindow | None:
        """Return the next window with downtime if those that come first have none."""
        found = next((each for each in view.ahead if each.has_downtime), None)
        return found if found is not None and found.start > view.ahead[0].start else None

    def last(self, view: View) -> str:
        """Return the date of the latest past window in a sentence; empty if there was none."""
        over = [each for each, phase in view.phases if phase is Phase.OVER and not each.is_cancelled]
        starts = (each.facts.actual.start if each.facts.actual else each.start for each in over)
        newest = max(starts, default=None)
        return self.words.say("The last one was on {date}.").format(date=self.words.date(newest)) if newest is not None else ""

    def _when_next(self, window: PublishedWindow, view: View) -> Markup:
        """Return when the next window is."""
        start, today = (to_local(each, self._calendar.timezone) for each in (window.start, view.moment))
        shown, is_on_one_day = self.words.when(window), self._is_same_day(window, window.end)
        if start.year == today.year and is_on_one_day:
            shown = self._without_year(window)
        soon = soon_in_words(window.start, view, self.words)
        if soon is None:
            shown = capitalized(shown)
        lead = self.time(window.start, _wrap_before_time(shown) if is_on_one_day else shown)
        return Markup('<span class="soon">{},</span> {}').format(capitalized(soon), lead) if soon is not None else lead

    def _without_year(self, window: PublishedWindow) -> str:
        """Return the planned time of a window on one day, without the year."""
        start = to_local(window.start, self._calendar.timezone).date()
        day = format_day(start, self.words.say("EEEE d MMMM"), self.words.language)
        return f"{day}, {self._hours(window)}"

    def _is_same_day(self, window: PublishedWindow, moment: datetime) -> bool:
        zone = self._calendar.timezone
        return to_local(window.start, zone).date() == to_local(moment, zone).date()

    # Freezes

    def freezes(self, view: View, days: tuple[date, date] | None = None) -> list[Markup]:
        """Return a sentence for each freeze in order of dates: of the next three months, or from a first to a last day."""
        today = to_local(view.moment, self._calendar.timezone).date()
        first, last = days or (today, today + FREEZES_AHEAD)
        near = (each for each in self._calendar.freezes if each.last >= first and each.first <= last)
        return [self._freeze(each, view) for each in sorted(near, key=lambda each: (each.first, each.last))]

    def _freeze(self, freeze: Freeze, view: View) -> Markup:
        """Return a freeze as a sentence, with the days for which downtime is planned nevertheless."""
        days = self._days_with_downtime(freeze, view)
        if freeze.first == freeze.last and days:
            message = self.words.say("We plan no maintenance on {date} ({title}), except what is announced.")
        elif freeze.first == freeze.last:
            message = self.words.say("We plan no maintenance on {date} ({title}).")
        elif days:
            message = self.words.say("We plan no maintenance from {first} to {last} ({title}), except on {dates}.")
        else:
            message = self.words.say("We plan no maintenance from {first} to {last} ({title}).")
        one_month = (freeze.first.year, freeze.first.month) == (freeze.last.year, freeze.last.month)
        last = self._day(freeze.last)
        first = format_day(freeze.first, self.words.say("d"), self.words.language) if one_month else self._day(freeze.first)
        names = [self._day(each) for each in days]
        dates = ", ".join(names[:-1])
        dates = self.words.say("{dates} and {last}").format(dates=dates, last=names[-1]) if dates else "".join(names)
        return escape(message).format(first=first, last=last, date=last, dates=dates, title=self.line(freeze.title))

    def _day(self, day: date) -> str:
        return format_day(day, self.words.say("d MMMM"), self.words.language)

    def _days_with_downtime(self, freeze: Freeze, view: View) -> list[date]:
        """Return the days of a freeze on which a planned window with downtime starts, its first day for one that goes on."""
        zone = self._calendar.timezone
        start, end = midnight_of(freeze.first, zone), midnight_of(freeze.last + timedelta(days=1), zone)
        within = (
            each
            for each in view.published.windows
            if each.start < end and start < each.end and each.facts.planned and not each.is_cancelled and each.has_downtime
        )
        return sorted({max(to_local(each.start, zone).date(), freeze.first) for each in within})


def _symbols(classes: tuple[DowntimeClass, ...]) -> Iterator[tuple[str, str]]:
    """Yield each class's key with the name of its symbol."""
    for impact, names in SYMBOLS.items():
        for rank, each in enumerate(each for each in classes if each.impact is impact):
            yield each.key, names[min(rank, len(names) - 1)]


def _with_links(text: str) -> Markup:
    """Return a text with its web addresses as links; punctuation behind an address is not part of it."""
    parts = _ADDRESS.split(text)
    link = Markup('<a href="{0}">{0}</a>')
    return Markup("").join(link.format(part) if index % 2 else part for index, part in enumerate(parts))


def _wrap_before_time(when: str) -> Markup:
    """Return date and times so that a line wraps between them first."""
    date, comma, clock = when.rpartition(", ")
    return Markup("<span>{}{}</span> <span>{}</span>").format(date, comma.strip(), clock) if comma else escape(when)
