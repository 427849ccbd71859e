"""The contents of a schedule file without errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from icsfeed.model import Calendar, DowntimeClass, Window, planned_end
from icsfeed.problems import Place, Problem
from icsfeed.recurrence import change_occurrence, horizon, occurrences, series_of


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A calendar and its windows as a file has them.

    Attributes:
        file: Its name in messages.
        windows: Single and repeated ones, in the order (start, id).
        exceptions: Where an occurrence differs from its series: values by the names of `Window`'s attributes, by its id.
        places: Places of windows and exceptions by id; also of the keys DOMAIN and FORMERLY, and of the first line as FILE.
        warnings: Those that do not depend on the clock.
        data: The whole file.
        errors: Those of entries that were left out; only where a schedule was read in part.
        left_out: The ids of these entries, where they have one.
    """

    file: str
    calendar: Calendar
    windows: tuple[Window, ...]
    places: Mapping[str, Place]
    warnings: tuple[Problem, ...]
    exceptions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: bytes = field(default=b"", repr=False, compare=False)
    errors: tuple[Problem, ...] = ()
    left_out: frozenset[str] = frozenset()

    @cached_property
    def singles(self) -> dict[str, Window]:
        """The windows without a rule, by id."""
        return {window.id: window for window in self.windows if window.repeat is None}

    @cached_property
    def series(self) -> dict[str, Window]:
        """The repeated windows, by id."""
        return {window.id: window for window in self.windows if window.repeat is not None}

    def ids(self, moment: datetime) -> list[str]:
        """Return the ids of windows, series and occurrences, the latter up to the horizon of a moment."""
        return list(dict.fromkeys([*(each.id for each in self.windows), *self.at(moment), *self.exceptions]))

    def at(self, moment: datetime) -> dict[str, Window]:
        """Return the single windows, and the occurrences up to the horizon of a moment, by id, in the order (start, id)."""
        return self.until(horizon(moment, self.calendar.timezone))

    def until(self, last: date) -> dict[str, Window]:
        """Return the single windows, and the occurrences up to a last date of their rules, by id, in the order (start, id)."""
        found = dict(self.singles)
        for series in self.series.values():
            for id_, window in occurrences(series, zone=self.calendar.timezone, last=last).items():
                found[id_] = self.change_occurrence(window, series)
        return dict(sorted(found.items(), key=lambda item: (item[1].start, item[0])))

    def change_occurrence(self, given: Window, series: Window) -> Window:
        """Return an occurrence with its exception, if it has one."""
        return change_occurrence(given, self.exceptions.get(given.id, {}), series=series, zone=self.calendar.timezone)

    def place_of(self, id_: str) -> Place:
        """Return the place of a window; of an occurrence without an exception, that of its series."""
        return self.places.get(id_) or self.places[series_of(id_)]

    def heavier_class(self, window: Window) -> DowntimeClass:
        """Return the class that decides a window's length and impact."""
        found = self.calendar.find_class(window.classes[-1])
        if found is None:
            raise KeyError(window.classes[-1])
        return found

    def end_of(self, window: Window) -> datetime:
        """Return the planned end of a window."""
        return planned_end(window, self.heavier_class(window))
