"""Reads the entries of `windows:`: the keys of a window, `repeat` and `changes`.

To add a key: a field of `model.Window`, read here, written by `editor`, shown by `wording`, the templates and
`publication.documents.data` with its schema, and an option in `cli.add_move_cancel`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from icsfeed.drafting.schedule_file.fields import Fields
from icsfeed.drafting.schedule_file.reader import Mapping as MappingNode
from icsfeed.drafting.schedule_file.reader import Node, Scalar
from icsfeed.model import Actual, Status, Window, classes_in_order
from icsfeed.moments import local_readings, read_dates, read_moment
from icsfeed.problems import Place, in_words, shorten, suggest
from icsfeed.recurrence import (
    Rule,
    RuleError,
    change_occurrence,
    clock_changes,
    id_of_occurrence,
    months_left_out,
    occurrences,
    read_rule,
    split_id,
)
from icsfeed.zones import MomentError, resolve_wall_clock, to_local

WINDOW_KEYS = (
    "id",
    "start",
    "end",
    "for",
    "class",
    "title",
    "status",
    "planned",
    "reason",
    "note",
    "actual",
    "repeat",
    "changes",
)
CURE_OF_END = "If it ends after midnight, write the next day's date."
MOST_MONTHS = 12
"""How many skipped months a warning names."""

KEYS_OF_CHANGE = tuple(key for key in WINDOW_KEYS if key not in {"id", "repeat", "changes"})
"""The keys that an exception of a repeated window may have."""


@dataclass(slots=True)
class WindowLoader:
    """Reads windows and reports their problems.

    Attributes:
        classes: Keys of the file's classes, from light to heavy, even of those with errors.
        exceptions: As in `Schedule`; filled by `read_changes`.
        places: As in `Schedule`; `read_changes` adds those of exceptions.
    """

    fields: Fields
    classes: list[str]
    exceptions: dict[str, Mapping[str, Any]]
    places: dict[str, Place]

    def read_facts(self, values: Mapping[str, Node], *, start: datetime | None = None) -> dict[str, Any]:
        """Return the valid facts of an entry by the names of `Window`'s attributes.

        Parameters:
            values: By their keys in the file.
            start: The start of an exception that has none of its own.
        """
        fields = self.fields
        status = fields.read_choice(values.get("status"), [each.value for each in Status], what="status")
        facts: dict[str, Any] = {
            "start": fields.read_moment(values.get("start"), what='"start"'),
            "end": fields.read_moment(values.get("end"), what='"end"'),
            "expected": fields.read_expected(values.get("for"), what='"for"'),
            "classes": self._read_classes(values.get("class")),
            "status": Status(status) if status else None,
            "title": fields.read_text(values.get("title"), what='"title"', one_line=True),
            "reason": fields.read_text(values.get("reason"), what='"reason"'),
            "note": fields.read_text(values.get("note"), what='"note"'),
            "actual": self._read_actual(values.get("actual")),
            "planned": fields.read_truth(values.get("planned"), what='"planned"'),
        }
        if "end" in values and "for" in values:
            fields.error(values["for"].place, '"for" and "end" cannot be used together', "Delete one of them.")
        begins, ends = facts["start"] or start, facts["end"]
        if isinstance(begins, datetime) and isinstance(ends, datetime) and ends <= begins:
            fields.error(values["end"].place, f'"end" is not after "start" ({self._local(begins):%Y-%m-%d %H:%M})', CURE_OF_END)
        return {name: value for name, value in facts.items() if value is not None}

    def _local(self, moment: datetime) -> datetime:
        """Return the wall-clock time of a moment, without a zone."""
        return to_local(moment, self.fields.zone).replace(tzinfo=None)

    def _read_classes(self, node: Node | None) -> tuple[str, ...] | None:
        """Return the key of one class, or of two, the lighter first."""
        scalar = self.fields.read_scalar(node, what='"class"', cure="Separate two classes with a slash.")
        if scalar is None or not self.classes:  # reported already: no class is defined
            return None
        keys = [each.strip() for each in scalar.text.split("/")]
        for key in keys:
            if key not in self.classes and key:
                cure = f"{suggest(key, self.classes)}Classes: {', '.join(self.classes)}."
                if "," in key:
                    cure = f"Separate two classes with a slash. Classes: {', '.join(self.classes)}."
                self.fields.unknown(scalar.place, f'unknown class "{shorten(key)}"', cure)
        if len(keys) > 2 or len(set(keys)) < len(keys) or "" in keys:
            message = f'"{shorten(scalar.text)}": a window has one class, or two different ones separated by a slash'
            self.fields.error(scalar.place, message)
            return None
        return classes_in_order(keys, self.classes) if all(key in self.classes for key in keys) else None

    def _read_actual(self, node: Node | None) -> Actual | None:
        values = self.fields.read_mapping(node, keys=("start", "end"), required=("start",), what='"actual"')
        start = self.fields.read_moment(values.get("start"), what='"start" of "actual"')
        end = self.fields.read_moment(values.get("end"), what='"end" of "actual"')
        if start is None:
            return None
        if end is not None and end <= start:
            message = f'"end" of "actual" is not after its "start" ({self._local(start):%Y-%m-%d %H:%M})'
            self.fields.error(values["end"].place, message, CURE_OF_END)
            return None
        return Actual(start=start, end=end)

    # Repeated windows

    def read_repeat(self, values: Mapping[str, Node], start: datetime | None) -> str | None:
        """Return the rule of an entry; None without one or after an error."""
        scalar = self.fields.read_scalar(values.get("repeat"), what='"repeat"')
        if scalar is None:
            if "changes" in values and "repeat" not in values:
                cure = "Add `repeat`, or change the window itself."
                self.fields.error(values["changes"].place, '"changes" is only for repeated windows', cure)
            return None
        if "actual" in values:
            cure = "Write it under `changes:`, at the date of the occurrence."
            self.fields.error(values["actual"].place, '"actual" belongs to one occurrence, not to a repeated window', cure)
        for key in ("start", "end"):
            self._refuse_offset(values.get(key), what=f'"{key}"')
        try:
            rule = read_rule(scalar.text, languages=self.fields.languages)
        except RuleError as error:
            self.fields.error(scalar.place, f'"repeat": {error}', "Write a rule such as FREQ=MONTHLY;BYDAY=1TH.")
            return None
        if start is None or rule.gives(local := self._local(start)):
            return rule.text
        first = rule.find_first_date(local)
        cure = f"The next date of the rule is {first.isoformat()}." if first else "The rule has no date near it."
        self.fields.error(values["start"].place, f'"start" ({local:%Y-%m-%d}) is not a date of the "repeat" rule', cure)
        return None

    def _refuse_offset(self, node: Node | None, *, what: str) -> None:
        """Report an offset: a rule steps in local time.

        A moment that the clock shows twice cannot be written without one; its offset is accepted for the first of the two.
        """
        if not isinstance(node, Scalar):
            return
        fields = self.fields
        try:
            readings = local_readings(node.text, zone=fields.zone, languages=fields.languages)
            moment = read_moment(node.text, zone=fields.zone, languages=fields.languages)
        except MomentError:
            return  # reported already
        if readings and resolve_wall_clock(self._local(moment), fields.zone) != (moment, "repeated"):
            cure = f"A rule steps in local time. Write {' or '.join(readings)}."
            fields.error(node.place, f"{what} of a repeated window has no offset and no Z", cure)

    def read_changes(self, node: Node | None, series: Window) -> None:
        """Read the exceptions of a repeated window; each is at a date of the rule, or cancels a range of dates."""
        if node is None:
            return
        if not isinstance(node, MappingNode):
            self.fields.error(node.place, '"changes" must be a mapping of dates to changes', "Write `3 maart 2022: cancelled`.")
            return
        seen: set[str] = set()
        ranges: list[tuple[date, date, Scalar]] = []
        for key, value in node.entries:
            try:
                day, until = read_dates(key.text, languages=self.fields.languages)
            except MomentError as error:
                self.fields.error(key.place, error.message, error.cure)
                continue
            if day < until:
                self._read_range(value, day, until, key, ranges)
                continue
            id_ = id_of_occurrence(series, day)
            given = occurrences(series, zone=self.fields.zone, last=day).get(id_)
            if given is None:
                self._refuse_day(key, series, day)
            elif id_ in seen:
                self.fields.error(key.place, f"duplicate date {day.isoformat()}")
            else:
                seen.add(id_)
                self._read_change(value, given, key.place, series)
        for day, until, key in ranges:
            self._cancel(series, day, until, key, except_for=seen)

    def _read_range(self, value: Node, first: date, last: date, key: Scalar, ranges: list[tuple[date, date, Scalar]]) -> None:
        """Read a range of dates whose occurrences are cancelled."""
        if not isinstance(value, Scalar) or value.text.strip() != Status.CANCELLED.value:
            cure = f"Write `{key.text}: cancelled`; other changes are for single dates."
            self.fields.error(value.place, "a range of dates can only be cancelled", cure)
        for begins, ends, other in ranges:
            if first <= ends and begins <= last:
                self.fields.error(key.place, f'"{shorten(key.text)}" overlaps "{shorten(other.text)}" in line {other.place.line}')
        ranges.append((first, last, key))

    def _cancel(self, series: Window, first: date, last: date, key: Scalar, *, except_for: set[str]) -> None:
        """Cancel the occurrences of a range, except those that have an exception of their own."""
        given = [id_ for id_ in occurrences(series, zone=self.fields.zone, last=last) if (split_id(id_)[1] or last) >= first]
        if not given:
            self.fields.warn(key.place, f'"repeat" gives no date in "{shorten(key.text)}"')
        for id_ in given:
            if id_ not in except_for:
                self.exceptions[id_] = {"status": Status.CANCELLED}
                self.places[id_] = key.place

    def _refuse_day(self, key: Scalar, series: Window, day: date) -> None:
        """Report a change at a date that the rule does not give."""
        dates = Rule(series.repeat or "").dates(self._local(series.start), date(day.year + 1, 12, 31))
        near = sorted(dates, key=lambda each: abs(each - day))[:2]
        cure = f"Nearest dates: {', '.join(each.isoformat() for each in sorted(near))}." if near else ""
        self.fields.error(key.place, f'"{shorten(key.text)}" is not a date of the "repeat" rule', cure)

    def _read_change(self, value: Node, given: Window, place: Place, series: Window) -> None:
        """Read the exception of one occurrence."""
        if isinstance(value, Scalar):
            facts = self.read_facts({"status": value})
        else:
            values = self.fields.read_mapping(value, keys=KEYS_OF_CHANGE, required=(), what="a change")
            facts = self.read_facts(values, start=given.start)
        if facts.keys() & {"end", "expected"}:  # either one replaces whichever the series has
            facts = {"end": None, "expected": None, **facts}
        try:
            change_occurrence(given, facts, series=series, zone=self.fields.zone)
        except ValueError:
            return  # reported already
        if facts:
            self.exceptions[given.id] = facts
            self.places[given.id] = place

    def warn_of_clock_changes(self, series: Window, last: date) -> None:
        """Warn of each start or end of an occurrence that a clock change affects."""
        for wall, verb, oddity, taken in clock_changes(series, zone=self.fields.zone, last=last):
            fault = _ODDITIES[oddity].format(clock=f"{wall:%H:%M}")
            shown = f"{to_local(taken, self.fields.zone):%H:%M%z}"
            self.fields.warn(self.places[series.id], f"{series.id}: on {wall:%Y-%m-%d} {fault}; it {verb} at {shown}")

    def warn_of_months(self, series: Window, last: date) -> None:
        """Warn of a rule that skips months because they have no such day."""
        months, cure = months_left_out(series, zone=self.fields.zone, last=last)
        if months:
            years = groupby(months[:MOST_MONTHS], key=lambda each: each.year)
            named = ", ".join(f"{in_words([f'{each:%B}' for each in some])} {year}" for year, some in years)
            more = f" and {len(months) - MOST_MONTHS} more months" if months[MOST_MONTHS:] else ""
            message = f"{series.id}: the rule skips {named}{more}, which have no such day"
            self.fields.warn(self.places[series.id], message, f"For the last one of every month write {cure}.")


_ODDITIES = {
    "skipped": "the clock skips {clock}",
    "repeated": "the clock repeats {clock}",
    "too early": "{clock} is not after the start, because the clock goes forward",
}
