"""Turns the arguments of an editing command into a changed window: times, durations, classes, and texts in several languages.

Every method raises `ArgumentsError` for what it cannot use.
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from icsfeed.drafting.schedule import Schedule
from icsfeed.durations import read_duration
from icsfeed.model import LONGEST_SPAN, Actual, Downtime, Status, Text, Window, classes_in_order
from icsfeed.moments import read_moment
from icsfeed.names import LANGUAGES, find_fault_in_line, find_forbidden_character
from icsfeed.problems import RefusedError, suggest
from icsfeed.recurrence import RuleError, read_rule, series_of, shift_end
from icsfeed.wording import words_for
from icsfeed.zones import MomentError, to_local

NOW_WORDS = frozenset({"now", "nu"})
NOTHING_WORDS = frozenset({"none", "geen"})
FAR = timedelta(hours=12)
"""Beyond this distance from the plan, a time without a date means another day, and the id is probably wrong."""
SURE_OF_END = timedelta(hours=2)
"""How long after its planned end a window can be completed without giving its actual end."""

_UNIT = r"(?:uur|uhr|heures?|u|h|[ap]\.?m\.?)"
_CLOCK = re.compile(
    rf"\s*(?:(?:om|at|um|à)\s+)?(?:\d{{1,2}}[:.h]\d{{2}}(?::\d{{2}})?(?:\s*{_UNIT})?|\d{{1,2}}\s*{_UNIT})\s*", re.IGNORECASE
)
_HAS_CLOCK = re.compile(rf"\d[:.h]\d{{2}}|\d\s*{_UNIT}(?!\w)", re.IGNORECASE)
_IN_LANGUAGE = re.compile(rf"({'|'.join(LANGUAGES)})=(.*)", re.DOTALL)


def is_now(text: str) -> bool:
    """Return whether an argument means the present."""
    return text.strip().casefold() in NOW_WORDS


def is_nothing(text: str | None) -> bool:
    """Return whether an argument takes something away; False for None."""
    return text is not None and text.strip().casefold() in NOTHING_WORDS


class ArgumentsError(RefusedError):
    """An argument cannot be read or does not fit the window; the message says why, and the cure."""


class Arguments:
    """Reads arguments about the windows of one schedule.

    Attributes:
        now: Now, cut to the minute.
    """

    def __init__(self, schedule: Schedule, now: datetime) -> None:
        """Cut now to the minute."""
        self._schedule = schedule
        self._calendar = schedule.calendar
        self.now = now.replace(second=0, microsecond=0)

    # Moments

    def moment(self, text: str) -> datetime:
        """Return the moment of a date with a time, or of `now`."""
        return self.now if is_now(text) else self._read(text)

    def moved(self, text: str, start: datetime) -> datetime:
        """Return a new start: `22:00` keeps the date of the old one, `17 december` its time and year."""
        if is_now(text):
            return self.now
        if _CLOCK.fullmatch(text):
            return self._on_day(text, start, days=0)
        local = to_local(start, self._calendar.timezone)
        year = "" if re.search(r"\b\d{4}\b", text) else f" {local:%Y}"
        clock = "" if _HAS_CLOCK.search(text) else f" {local:%H:%M}"
        return self._read(f"{text}{year}{clock}")

    def after(self, text: str, start: datetime, *, option: str) -> datetime:
        """Return a moment; a time without a date is the first one after `start`, by `FAR` at most.

        Parameters:
            text: The value of the option.
            start: When the window starts.
            option: For messages.
        """
        if not _CLOCK.fullmatch(text):
            return self.moment(text)
        days = 0 if self._on_day(text, start, days=0) > start else 1
        found = self._on_day(text, start, days=days)
        if found - start > FAR:
            both = (self.show(each) for each in (self._on_day(text, start, days=days - 1), found))
            cure = " or ".join(f"{option} '{each}'" for each in both)
            raise ArgumentsError(f"{option} {text}: more than twelve hours after the start ({self.show(start)}); write {cure}")
        return found

    def near(self, text: str, start: datetime) -> datetime:
        """Return a moment; a time without a date is the one nearest to `start`."""
        if not _CLOCK.fullmatch(text):
            return self.moment(text)
        found = self._on_day(text, start, days=0)
        days = 0 if abs(found - start) <= FAR else (1 if found < start else -1)
        return self._on_day(text, start, days=days) if days else found

    def _on_day(self, clock: str, start: datetime, *, days: int) -> datetime:
        """Return a time on the local date of `start`, or so many days later."""
        day = to_local(start, self._calendar.timezone).date() + timedelta(days=days)
        return self._read(f"{day.isoformat()} {clock.strip()}")

    def _read(self, text: str) -> datetime:
        try:
            return read_moment(text, zone=self._calendar.timezone, languages=self._calendar.languages)
        except MomentError as error:
            raise ArgumentsError(f"{error.message}. {error.cure}".strip()) from error

    # Facts

    def classes(self, text: str) -> tuple[str, ...]:
        """Return the keys of one class, or of two separated by a slash; each may be given by its name in any language."""
        known = {name.casefold(): each.key for each in self._calendar.classes for _, name in each.name.versions}
        known |= {each.key.casefold(): each.key for each in self._calendar.classes}
        if text.strip().casefold() in known:
            return (known[text.strip().casefold()],)
        found = []
        for word in text.split("/"):
            if word.strip().casefold() not in known:
                cure = f"{suggest(word.strip(), known)}Classes: {', '.join(each.key for each in self._calendar.classes)}."
                raise ArgumentsError(f'unknown class "{word.strip()}". {cure}')
            found.append(known[word.strip().casefold()])
        if len(found) > 2 or len(set(found)) < len(found):
            raise ArgumentsError(f'"{text}": a window has one class, or two different ones')
        return classes_in_order(found, [each.key for each in self._calendar.classes])

    def text(self, given: tuple[str, ...], old: Text | None, *, what: str) -> Text | None:
        """Return a text: one for all languages, or `nl=…` and `en=…`, which keep the other languages.

        Parameters:
            given: As typed; nothing keeps the old text, an empty string removes it.
            old: The text so far.
            what: The option, for messages.
        """
        if not given:
            return old
        versions = self._versions([each.replace("\r\n", "\n") for each in given], old, what)
        kept = {language: words for language, words in versions.items() if words.strip()}
        fault = next((fault for words in kept.values() if (fault := find_fault_in_line(words.rstrip()))), None)
        if fault is not None and what == "--title":
            raise ArgumentsError(f"{what}: {fault}")
        if any(find_forbidden_character(words) is not None for words in kept.values()):
            raise ArgumentsError(f"{what} contains a control character")
        return Text(kept.items()) if kept else None

    def _versions(self, given: list[str], old: Text | None, what: str) -> dict[str, str]:
        """Return the texts by language; "" is for all languages."""
        parts = [_IN_LANGUAGE.fullmatch(each) for each in given]
        if not any(parts):
            if len(given) > 1:
                raise ArgumentsError(f"{what} is given twice; for one text in each language write {what} nl=… {what} en=…")
            return {"": given[0]}
        versions = dict(old.versions) if old else {}
        if "" in versions:
            versions = dict.fromkeys(self._calendar.languages, versions[""])
        seen = set()
        for part in parts:
            if part is None or part[1] in seen or part[1] not in self._calendar.languages:
                unknown = "" if part is None or part[1] in self._calendar.languages else part[1]
                fault = f'"{unknown}" is not a language of this calendar; ' if unknown else ""
                cure = f"give one text, or one for each language: {', '.join(self._calendar.languages)}"
                raise ArgumentsError(f"{what}: {fault}{cure}")
            seen.add(part[1])
            versions[part[1]] = part[2]
        return versions

    def lengths(self, start: datetime, *, length: str | None, until: str | None) -> dict[str, Any]:
        """Return the new `end` and `expected` of a window; empty without either option.

        `--for` and `--end` replace each other; `none` removes both.

        Parameters:
            start: An end without a date is the first such time after it.
            length: The value of `--for`.
            until: The value of `--end`.
        """
        if length is not None and until is not None:
            raise ArgumentsError("--for and --end cannot be used together; give one of them")
        if length is not None:
            return {"end": None, "expected": self._length(length)}
        if until is None:
            return {}
        found = None if is_nothing(until) else self._end(until, start)
        if found is not None and found <= start:
            raise ArgumentsError(f"the end ({self.show(found)}) is not after the start ({self.show(start)})")
        return {"end": found, "expected": None}

    def _end(self, text: str, start: datetime) -> datetime:
        """Return the moment of `--end`; for a duration, the error points to `--for`."""
        try:
            return self.after(text, start, option="--end")
        except ArgumentsError as error:
            with suppress(MomentError):
                read_duration(text)
                raise ArgumentsError(f"--end: \"{text}\" is a duration, not a moment; write `--for '{text}'`") from error
            raise

    def _length(self, text: str) -> Downtime | None:
        """Return a duration; None for `none`."""
        try:
            span, open_ended = read_duration(text)
        except MomentError as error:
            raise ArgumentsError(f"--for: {error.message}. {error.cure}") from error
        if span > LONGEST_SPAN:
            raise ArgumentsError(f'--for: "{text}" is longer than a year')
        return Downtime(length=span, open_ended=open_ended) if span else None

    def rule(self, text: str | None, start: datetime) -> str | None:
        """Return the rule of `--repeat`; the start must be one of its dates."""
        if text is None:
            return None
        try:
            rule = read_rule(text, languages=self._calendar.languages)
        except RuleError as error:
            raise ArgumentsError(f"--repeat: {error}") from error
        local = to_local(start, self._calendar.timezone).replace(tzinfo=None)
        if not rule.gives(local):
            first = rule.find_first_date(local)
            cure = f"; the next one is {first.isoformat()}" if first else ""
            raise ArgumentsError(f"the start ({local:%Y-%m-%d}) is not a date of the --repeat rule{cure}")
        return rule.text

    # Changed windows

    def move(self, window: Window, text: str) -> Window:
        """Return the window with another start; a fixed end moves with it on the wall clock.

        An occurrence without an end of its own ends as long after its start as its series does.
        """
        start, schedule = self.moved(text, window.start), self._schedule
        series = None if window.id in schedule.singles else schedule.series.get(series_of(window.id))
        has_own = schedule.exceptions.get(window.id, {}).keys() & {"end", "expected"}
        planned = window if series is None or has_own else series
        return replace(window, start=start, end=shift_end(planned, start, self._calendar.timezone))

    def begin(self, window: Window, text: str | None) -> Window:
        """Return the window with its actual start; for `none`, without what was reported."""
        self._refuse_series(window, "begin")
        if is_nothing(text):
            return replace(window, actual=None)
        self._refuse_cancelled(window)
        if text is None and window.actual is not None:
            cure = f"to correct it, run `icsfeed begin {window.id} WHEN`"
            raise ArgumentsError(f"{window.id} already began at {self.show(window.actual.start)}; {cure}")
        start = self.now if text is None else self.near(text, window.start)
        self._refuse_future(start)
        if abs(start - window.start) > FAR:
            cure = f"`icsfeed move {window.id} {'now' if text is None else repr(self.show(start))}`"
            raise ArgumentsError(self._far(window, f"starts at {self.show(window.start)}", start, cure))
        end = window.actual.end if window.actual else None
        if end is not None and end <= start:
            raise ArgumentsError(f"{window.id} ended at {self.show(end)}, so it cannot have begun at {self.show(start)}")
        return replace(window, actual=Actual(start=start, end=end))

    def complete(self, window: Window, *, begun: str | None, until: str | None) -> Window:
        """Return the window with its actual start and end.

        Parameters:
            window: As it is.
            begun: Without it, the actual start if one is reported, else the planned start.
            until: A time without a date is the first one after the start.
                Without it, the actual end if one is reported, else now, but only until `SURE_OF_END` after the planned end.
        """
        self._refuse_series(window, "complete")
        self._refuse_cancelled(window)
        known = window.actual
        if known is not None and known.end is not None and begun is None and until is None:
            span = f"{self.show(known.start)} to {self.show(known.end)}"
            raise ArgumentsError(f"{window.id} is already completed, {span}; to correct it, give --from and --until")
        start = self.near(begun, window.start) if begun is not None else (known.start if known else window.start)
        end, planned = self._end_of_work(window, start, until), self._schedule.end_of(window)
        if known is None and abs(end - planned) > FAR:
            began = (
                f" or `icsfeed begin {window.id} '{self.show(start)}'`"
                if start < end and abs(start - window.start) <= FAR
                else ""
            )
            cure = f"`icsfeed move {window.id} now`{began}"
            raise ArgumentsError(self._far(window, f"ends at {self.show(planned)} and was never begun", end, cure))
        if end <= start:
            cure = f"{'wait a minute, or ' if end == start else ''}give the actual times with --from and --until"
            raise ArgumentsError(f"the end ({self.show(end)}) is not after the start ({self.show(start)}); {cure}")
        self._refuse_future(end)
        return replace(window, actual=Actual(start=start, end=end))

    def reopen(self, window: Window) -> Window:
        """Return the window without its actual end."""
        self._refuse_series(window, "complete")
        return replace(window, actual=Actual(start=window.actual.start)) if window.actual is not None else window

    def _end_of_work(self, window: Window, start: datetime, until: str | None) -> datetime:
        """Return the actual end, as `complete` describes."""
        if until is not None:
            return self.after(until, start, option="--until")
        if window.actual is not None and window.actual.end is not None:
            return window.actual.end
        planned = self._schedule.end_of(window)
        if self.now > planned + SURE_OF_END:
            late = f"{window.id} was planned until {self.show(planned)}, more than two hours ago"
            clock = words_for(self._calendar, "en").clock(planned)
            raise ArgumentsError(f"{late}; give the actual end, such as --until {clock}")
        return self.now

    def confirm(self, window: Window) -> Window:
        """Return the window as confirmed; if it was cancelled, without the reason for that.

        An occurrence gets the reason of its series back.
        """
        if window.status is not Status.CANCELLED:
            return replace(window, status=Status.CONFIRMED)
        series = None if window.id in self._schedule.singles else self._schedule.series.get(series_of(window.id))
        return replace(window, status=Status.CONFIRMED, reason=series.reason if series else None)

    def _refuse_series(self, window: Window, verb: str) -> None:
        if window.repeat is None:
            return
        coming = [
            each
            for each in self._schedule.at(self.now).values()
            if series_of(each.id) == window.id and each.id not in self._schedule.singles and each.status is not Status.CANCELLED
        ]
        begun = [each.id for each in coming if each.actual is not None and each.actual.end is None]
        ahead = [each.id for each in coming if each.actual is None and self._schedule.end_of(each) > self.now]
        following = next(iter([*begun, *ahead] if verb == "complete" else ahead), None)
        cure = f"the next one is {following}: `icsfeed {verb} {following}`" if following else "it has no upcoming windows"
        raise ArgumentsError(f"{window.id} repeats, and `{verb}` takes the id of one of its windows; {cure}")

    def _refuse_cancelled(self, window: Window) -> None:
        if window.status is Status.CANCELLED:
            raise ArgumentsError(f"{window.id} is cancelled; to revive it, run `icsfeed confirm {window.id}`")

    def _refuse_future(self, moment: datetime) -> None:
        if moment > self.now:
            raise ArgumentsError(f"{self.show(moment)} is in the future; report actual times afterwards")

    def _far(self, window: Window, plan: str, moment: datetime, cure: str) -> str:
        """Return why a report more than `FAR` from the plan is refused."""
        far = f"{window.id} {plan}, more than twelve hours from {self.show(moment)}"
        return f"{far}: is this the right window? If so, run {cure} first"

    def show(self, moment: datetime) -> str:
        """Return a moment as `2027-12-07 21:40` in the calendar's zone."""
        return f"{to_local(moment, self._calendar.timezone):%Y-%m-%d %H:%M}"
