"""Sentences for customers about windows, in each language: summary, description, dates, durations.

The sentences are gettext messages: English in the code, the other languages in `translations/`.
Names of days and months come from Babel; texts that operations wrote are not translated.
"""

import gettext
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from icsfeed.languages import capitalized, city_of, format_day
from icsfeed.model import Actual, Calendar, DowntimeClass, Impact, Status, Text, Window
from icsfeed.replay import PublishedWindow
from icsfeed.zones import abbreviation_of, is_repeated, is_summer_time, midnight_of, next_time_of_day, to_local

CATALOGS = Path(__file__).parent / "translations"

_LONGEST_IN_MINUTES = timedelta(hours=3)
_WEEK = timedelta(days=6)


@lru_cache(maxsize=64)
def words_for(calendar: Calendar, language: str) -> "Words":
    """Return the sentences for a calendar in one of its languages, cached."""
    return Words(calendar, language)


class Words:
    """Sentences about the windows of one calendar, in one language.

    Attributes:
        language: One of the calendar's languages.
    """

    def __init__(self, calendar: Calendar, language: str) -> None:
        """Load the message catalog; English needs none."""
        catalog = gettext.translation("icsfeed", CATALOGS, [language], fallback=language == "en")
        self._, self._n = catalog.gettext, catalog.ngettext
        self.language = language
        self._calendar = calendar

    def say(self, message: str) -> str:
        """Return the translation of a message."""
        return self._(message)

    def text(self, text: Text) -> str:
        """Return a text that operations wrote, in this language if they wrote it, else in the calendar's first."""
        return text.in_language(self.language, self._calendar.default_language)

    @property
    def colon(self) -> str:
        """The colon after a name, with a space; in French also with one before it."""
        return self._(": ")

    # Time

    def _format(self, moment: datetime, pattern: str) -> str:
        """Return a local time in a pattern of Unicode's date formats; a time can only be `HH:mm` at its end.

        A time that the clock shows twice is followed by which of both it is.
        """
        local = to_local(moment, self._calendar.timezone)
        day = format_day(local.date(), pattern.removesuffix("HH:mm"), self.language)
        if not pattern.endswith("HH:mm"):
            return day
        is_clear = not is_repeated(moment, self._calendar.timezone)
        return f"{day}{local:%H:%M}" if is_clear else f"{day}{local:%H:%M} ({self._season(moment)})"

    def _season(self, moment: datetime) -> str:
        return self._("summer time") if is_summer_time(moment, self._calendar.timezone) else self._("winter time")

    def date(self, moment: datetime) -> str:
        """Return `Monday 20 December 2021`."""
        return self._format(moment, self._("EEEE d MMMM y"))

    def clock(self, moment: datetime) -> str:
        """Return `21:00`."""
        return self._format(moment, "HH:mm")

    def at(self, moment: datetime) -> str:
        """Return `on Monday 20 December 2021 at 21:00`, for use within a sentence."""
        return self._("on {date} at {time}").format(date=self.date(moment), time=self.clock(moment))

    def moment(self, moment: datetime) -> str:
        """Return `Monday 20 December 2021 21:00`."""
        return f"{self.date(moment)} {self.clock(moment)}"

    def span(self, start: datetime, end: datetime) -> str:
        """Return `Monday 20 December 2021, 21:00–21:20`; with both days if they differ.

        Midnight as an end is that of the day that ends; if the clock changes between, each time says before or after.
        """
        zone = self._calendar.timezone
        local = [to_local(each, zone) for each in (start, end)]
        first, last = self.clock(start), self.clock(end)
        if local[0].utcoffset() != local[1].utcoffset():
            first, last = (f"{to_local(each, zone):%H:%M} ({self._season(each)})" for each in (start, end))
        if end == midnight_of(local[0].date() + timedelta(days=1), zone):
            return f"{self.date(start)}, {first}–{self._('24:00 (midnight)')}"
        if local[0].date() == local[1].date():
            return f"{self.date(start)}, {first}–{last}"
        return f"{self.date(start)} {first} – {self.date(end)} {last}"

    def duration(self, length: timedelta, *, short: bool = False) -> str:
        """Return `100 minutes`, `4 hours 30 minutes` or `2 days`; whole minutes, at least one."""
        minutes = max(1, round(length / timedelta(minutes=1)))
        days, hours = 0, 0
        if length >= _LONGEST_IN_MINUTES:
            hours, minutes = divmod(minutes, 60)
            days, hours = divmod(hours, 24) if hours % 24 == 0 or hours > 72 else (0, hours)
        return self._counts(days, hours, minutes, short=short)

    def hours(self, length: timedelta) -> str:
        """Return `45 minutes`, `1 hour 30 minutes` or `200 hours`; never days."""
        return self._counts(0, *divmod(max(1, round(length / timedelta(minutes=1))), 60))

    def _counts(self, days: int, hours: int, minutes: int, *, short: bool = False) -> str:
        """Return the numbers other than 0, each with its unit."""
        counts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
        return " ".join(self._count(number, unit, short=short) for number, unit in counts if number)

    def _count(self, number: int, unit: str, *, short: bool) -> str:
        """Return a number with its unit."""
        forms = {
            ("day", False): self._n("{n} day", "{n} days", number),
            ("day", True): self._n("{n} day", "{n} days", number),
            ("hour", False): self._n("{n} hour", "{n} hours", number),
            ("hour", True): self._("{n} hr"),
            ("minute", False): self._n("{n} minute", "{n} minutes", number),
            ("minute", True): self._("{n} min"),
        }
        return forms[unit, short].format(n=number)

    def more_dates(self, number: int) -> str:
        """Return `11 more dates`."""
        return self._n("{n} more date", "{n} more dates", number).format(n=number)

    def time_zone(self, at: datetime) -> str:
        """Return `All times in Amsterdam (CET)`; in summer `CEST`."""
        zone = self._calendar.timezone
        place, short = city_of(zone, self.language), abbreviation_of(zone, at)
        shown = f"{place} ({short})" if short and short != place else place
        return self._("All times in {place}").format(place=shown)

    # A window

    def classes(self, window: PublishedWindow) -> str:
        """Return `Standard`, or `Standard/Extended` if it is not yet decided which."""
        return "/".join(self.text(each.name) for each in window.classes)

    def summary(self, window: PublishedWindow) -> str:
        """Return a window in one line, its status first unless it is confirmed."""
        service, classes, extent = self.text(self._calendar.service), self.classes(window), self._extent(window)
        if window.facts.title is not None:
            what = f"{self.text(window.facts.title)} ({classes}, {extent})"
        else:
            what = f"{self._('{classes} maintenance').format(classes=classes)} ({extent})"
        line = f"{service}{self.colon}{what}"
        if window.is_cancelled:
            return self._("CANCELLED: {line}").format(line=line)
        if window.facts.status is Status.TENTATIVE:
            return self._("Provisional: {line}").format(line=line)
        if not window.facts.planned:
            return self._("Unplanned: {line}").format(line=line)
        return line

    def _extent(self, window: PublishedWindow) -> str:
        """Return the expected length or end in a few words."""
        downtime, end = window.heavier.downtime, window.facts.expected_end
        if end is not None:
            pattern = self._("EEE d MMMM HH:mm") if end - window.start > _WEEK else "EEE HH:mm"
            return self._("expected until {time}").format(time=self.or_later(window, self._format(end, pattern)))
        if not downtime.length:
            return self._("no downtime")
        duration = self.duration(downtime.length, short=True)
        return (self._("{duration} or more") if downtime.open_ended else self._("about {duration}")).format(duration=duration)

    def downtime(self, window: PublishedWindow) -> str:
        """Return the length and impact of the downtime, as part of a sentence."""
        end = window.facts.expected_end
        if end is not None:
            patterns = {
                Impact.OUTAGE: self._("unavailable, expected until {moment}"),
                Impact.DEGRADED: self._("limited availability, expected until {moment}"),
                Impact.NONE: self._("available, work expected until {moment}"),
            }
            return patterns[window.heavier.impact].format(moment=self.or_later(window, self.moment(end)))
        return self.downtime_of(window.heavier)

    def when(self, window: PublishedWindow) -> str:
        """Return the planned time, as part of a sentence: `Monday 20 December 2021, 21:00–21:20`; no end without downtime."""
        if not window.has_end:
            return f"{self.date(window.start)}, {self.clock(window.start)}"
        return self.or_later(window, self.span(window.start, window.end))

    def effect(self, window: PublishedWindow) -> str:
        """Return what a window does to the service, outside a sentence and without a label."""
        if window.is_cancelled:
            return self._("This maintenance will not take place.")
        return self.downtime(window) if window.has_end else capitalized(self._("no downtime"))

    def or_later(self, window: PublishedWindow, until: str) -> str:
        """Return the end of a window, with `or later` if it is open-ended."""
        return self._("{time} or later").format(time=until) if window.is_open_ended else until

    def downtime_of(self, each: DowntimeClass) -> str:
        """Return the length and impact of a class's downtime, as part of a sentence."""
        downtime = each.downtime
        if not downtime.length:
            return self._("none")
        duration = self.duration(downtime.length)
        length = (self._("{duration} or more") if downtime.open_ended else self._("about {duration}")).format(duration=duration)
        patterns = {
            Impact.OUTAGE: self._("{length} unavailable"),
            Impact.DEGRADED: self._("{length} with limited availability"),
            Impact.NONE: self._("{length}, without impact"),
        }
        return patterns[each.impact].format(length=length)

    def description(self, window: PublishedWindow, *, address: str) -> str:
        """Return everything about a window as plain text, in paragraphs.

        Parameters:
            window: The window.
            address: URL of the window's own page.
        """
        paragraphs = ("\n".join(lines) for lines in self._paragraphs(window, address))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def _paragraphs(self, window: PublishedWindow, address: str) -> Iterator[Iterator[str]]:
        yield self._about_time(window)
        yield self._text_lines(window.facts.note)
        for each in window.classes:
            yield self._about_class(each)
        yield self._text_lines(window.heavier.aftermath)
        if not window.is_cancelled:
            yield self._about_support(window)
        yield self._about_changes(window)
        yield self._about_page(window, address)

    def _text_lines(self, text: Text | None) -> Iterator[str]:
        if text is not None:
            yield self.text(text)

    def _about_time(self, window: PublishedWindow) -> Iterator[str]:
        when = self.span(window.start, window.end)
        yield f"{capitalized(when)} ({self._calendar.timezone})"
        if window.is_cancelled:
            yield self._("This maintenance will not take place.")
        else:
            yield self._("Downtime: {downtime}").format(downtime=self.downtime(window))
            if window.heavier.takes is not None and window.facts.expected_end is None:
                duration = self.duration(window.heavier.takes)
                yield self._("The whole update takes {duration} on average.").format(duration=duration)
            if window.facts.status is Status.TENTATIVE:
                yield self._("This is still provisional.")

    def _about_class(self, each: DowntimeClass) -> Iterator[str]:
        if each.description is not None:
            yield f"{self.text(each.name)}{self.colon}{self.text(each.description)}"

    def _about_support(self, window: PublishedWindow) -> Iterator[str]:
        if window.heavier.support_from is not None:
            there = next_time_of_day(window.end, window.heavier.support_from, self._calendar.timezone)
            yield self._("Support is available from {moment}: {contact}").format(
                moment=self.moment(there), contact=self.contact()
            )

    def _about_changes(self, window: PublishedWindow) -> Iterator[str]:
        if window.facts.reason is not None:
            yield self._("Reason: {reason}").format(reason=self.text(window.facts.reason))
        if window.moved_from is not None:
            yield self._("Moved: {was_now}").format(was_now=self.was_now(window.moved_from, window.facts))
        if window.facts.actual is not None:
            yield self.actual(window.facts.actual)

    def _about_page(self, window: PublishedWindow, address: str) -> Iterator[str]:
        yield address
        yield self._("Updated {moment}").format(moment=self._format(window.modified, self._("d MMMM y HH:mm")))

    def was_now(self, before: Window, after: Window) -> str:
        """Return `was Tue 7 December 21:00, now Thu 9 December 21:00`; with ends where operations gave them."""
        was, now = self.was_and_now(before, after)
        return self._("was {was}, now {now}").format(was=was, now=now)

    def was_and_now(self, before: Window, after: Window) -> tuple[str, str]:
        """Return `Tue 7 December 21:00` and `Thu 9 December 21:00`; with ends where operations gave them."""
        moments = [each for window in (before, after) for each in (window.start, window.expected_end) if each is not None]
        years = {to_local(each, self._calendar.timezone).year for each in moments}
        pattern = self._("EEE d MMMM HH:mm") if len(years) == 1 else self._("EEE d MMMM y HH:mm")
        return self._when(before, pattern), self._when(after, pattern)

    def brief_moment(self, moment: datetime, *, seen: datetime) -> str:
        """Return `Tue 7 December 21:00`, with the year unless it is the one in which it is `seen`."""
        is_same_year = to_local(moment, self._calendar.timezone).year == to_local(seen, self._calendar.timezone).year
        return self._format(moment, self._("EEE d MMMM HH:mm") if is_same_year else self._("EEE d MMMM y HH:mm"))

    def _when(self, window: Window, pattern: str) -> str:
        start = self._format(window.start, pattern)
        end = window.expected_end
        if end is None:
            return start
        first, last = (to_local(each, self._calendar.timezone).date() for each in (window.start, end))
        return f"{start}–{self.clock(end)}" if first == last else f"{start} – {self._format(end, pattern)}"

    def contact(self) -> str:
        """Return the contact's name and e-mail address."""
        return f"{self._calendar.contact.name}, {self._calendar.contact.email}"

    def actual(self, actual: Actual, *, has_date: bool = True) -> str:
        """Return the reported times, with or without the date of an end on the same day."""
        if actual.end is None:
            return self._("Started on {date} at {time}").format(date=self.date(actual.start), time=self.clock(actual.start))
        span, length = self.span(actual.start, actual.end), self.duration(actual.end - actual.start)
        shown = span if has_date else span.rpartition(", ")[2]
        return self._("Actual: {span} ({duration})").format(span=shown, duration=length)

    # A feed

    def calendar_name(self, *, from_class: DowntimeClass | None = None, reminders: bool = False) -> str:
        """Return the name of a feed: the calendar's, with the classes or reminders of this feed."""
        name = self.text(self._calendar.name)
        if reminders:
            return self._("{name} (with reminders)").format(name=name)
        if from_class is None:
            return name
        class_name = self.text(from_class.name)
        if from_class == self._calendar.classes[-1]:
            return self._("{name} (only {class_name})").format(name=name, class_name=class_name)
        return self._("{name} ({class_name} and heavier)").format(name=name, class_name=class_name)

    def calendar_description(self) -> str:
        """Return the calendar's introduction, else a sentence with its service."""
        if self._calendar.introduction is not None:
            return self.text(self._calendar.introduction)
        return self._("Planned maintenance of {service}").format(service=self.text(self._calendar.service))
