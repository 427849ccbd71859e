"""A schedule file without errors: the draft of what may be published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from icsfeed.model import Calendar, DowntimeClass, Window, planned_end
from icsfeed.problems import Place, Problem
from icsfeed.recurrence import change_occurrence, horizon, occurrences


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A calendar and its windows as a file has them.

    Attributes:
        file: The name under which problems tell it.
        windows: In the order (start, id); a repeated one with its rule.
        exceptions: What an occurrence has otherwise than its series: facts by their names, by the occurrence's id.
        places: Where each window and exception stands, by id, and where `domain` and the file's first line do,
            by those words in capitals.
        warnings: What is odd but stops nothing and depends on no clock.
        data: The file itself.
    """

    file: str
    calendar: Calendar
    windows: tuple[Window, ...]
    places: Mapping[str, Place]
    warnings: tuple[Problem, ...]
    exceptions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def singles(self) -> dict[str, Window]:
        """The windows that do not repeat, by id."""
        return {window.id: window for window in self.windows if window.repeat is None}

    @cached_property
    def series(self) -> dict[str, Window]:
        """The repeated windows, by id."""
        return {window.id: window for window in self.windows if window.repeat is not None}

    def at(self, moment: datetime) -> dict[str, Window]:
        """Return the windows and the occurrences that are within reach at a moment, by id, in the order (start, id)."""
        return self.until(horizon(moment, self.calendar.timezone))

    def until(self, last: date) -> dict[str, Window]:
        """Return the windows, and the occurrences up to a last date of their rules, by id, in the order (start, id)."""
        found = dict(self.singles)
        for series in self.series.values():
            for id_, window in occurrences(series, zone=self.calendar.timezone, last=last).items():
                found[id_] = self.change_occurrence(window, series)
        return dict(sorted(found.items(), key=lambda item: (item[1].start, item[0])))

    def change_occurrence(self, given: Window, series: Window) -> Window:
        """Return an occurrence as it is planned, with what it has otherwise than its series."""
        return change_occurrence(given, self.exceptions.get(given.id, {}), series=series, zone=self.calendar.timezone)

    def place_of(self, id_: str) -> Place:
        """Return where a window stands; an occurrence without exception stands where its series does."""
        return self.places.get(id_) or self.places[id_[:-9]]

    def heavier_class(self, window: Window) -> DowntimeClass:
        """Return the class by which a window's length and impact go."""
        found = self.calendar.find_class(window.classes[-1])
        if found is None:
            raise KeyError(window.classes[-1])
        return found

    def end_of(self, window: Window) -> datetime:
        """Return when a window is expected to end."""
        return planned_end(window, self.heavier_class(window))
