"""Windows from an iCalendar file (RFC 5545), those that icsfeed published among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any

import icalendar
from dateutil.rrule import rrulestr
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from icsfeed.drafting.importing.entries import Entry, Found, ImportSettings, explain, read_categories, read_status, read_title
from icsfeed.model import Status, Window, planned_end
from icsfeed.names import find_fault_in_id
from icsfeed.problems import Place, RefusedError, shorten
from icsfeed.recurrence import CYCLES, FREQUENCIES, RuleError, horizon, occurrences, read_rule
from icsfeed.wording import words_for
from icsfeed.zones import YEARS, MomentError, id_from_start, resolve_wall_clock, to_local, zone_names

MOST_DATES = 10_000
"""More dates of one rule are refused."""

_ZONE_AND_UTC = re.compile(r"^(?:DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID);.*TZID=.*\dZ\b", re.IGNORECASE | re.MULTILINE)
_FAULTS = (MomentError, RefusedError, RuleError, ValueError, icalendar.error.BrokenCalendarProperty)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """A VEVENT whose properties were all read.

    Attributes:
        wall: Its start as local time of its zone.
        window: Without a rule.
        replaces: The start of the occurrence that it replaces.
    """

    place: Place
    component: Any
    wall: datetime
    zone: str
    window: Window
    replaces: datetime | None


def read_calendar(text: str, settings: ImportSettings) -> Found:
    """Return the windows of an iCalendar file.

    Raises:
        RefusedError: It is not an iCalendar file, or has a time with both a TZID and a Z, which the library would drop.
    """
    contradicting = _ZONE_AND_UTC.search(re.sub(r"\r?\n[ \t]", "", text))
    if contradicting:
        raise RefusedError(f"{settings.file}: a time has both a TZID and a Z for UTC: {contradicting[0].strip()}")
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        raise RefusedError(f"{settings.file}: not an iCalendar file: {error}") from error
    components = [(calendar, event) for calendar in calendars for event in calendar.walk("VEVENT")]
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if line.rstrip().upper() == "BEGIN:VEVENT"]
    if len(lines) != len(components):
        raise RefusedError(f"{settings.file}: not an iCalendar file: an event does not end")
    groups: dict[str, list[tuple[Place, Any, Any]]] = {}
    for line, (calendar, component) in zip(lines, components, strict=True):
        uid = str(component.get("UID", line))
        groups.setdefault(uid, []).append((Place(file=settings.file, line=line), calendar, component))
    found = Found()
    for group in groups.values():
        events: list[_Event] = []
        place, _, component = group[0]
        try:
            for place, calendar, component in group:  # the last one read is named
                events.append(_read_event(calendar, component, place, settings))
            found.entries += _combine(events, settings, found)
        except _FAULTS as error:
            found.refuse(place, _name(component), explain(error))
    return found


def _name(component: Any) -> str:
    """Return an event's name for messages."""
    return shorten(str(component.get("SUMMARY") or component.get("UID") or "an event without a name"))


def _one(component: Any, name: str) -> Any:
    """Return a property that an event has at most once, or None."""
    value = component.get(name)
    if isinstance(value, list):
        raise RefusedError(f"more than one {name}")
    return value


def _list(component: Any, name: str) -> list[Any]:
    """Return all properties of a name."""
    value = component.get(name, [])
    return value if isinstance(value, list) else [value]


def _read_times(component: Any, name: str, settings: ImportSettings) -> list[tuple[datetime, str]]:
    """Return the local times and zones of all properties of a name, such as EXDATE."""
    return [_read_time(value, settings, what=name) for line in _list(component, name) for value in line.dts]


# One event


def _read_event(calendar: Any, component: Any, place: Place, settings: ImportSettings) -> _Event:
    """Return an event."""
    if str(component.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE":
        raise RefusedError("all-day event; give it a time")
    wall, zone = _read_time(_one(component, "DTSTART"), settings, what="DTSTART")
    start, _ = resolve_wall_clock(wall, zone)
    status = "cancelled" if calendar.get("METHOD", "").upper() == "CANCEL" else str(_one(component, "STATUS") or "")
    own_id = _own_id(calendar, component)
    window = Window(
        id=own_id or id_from_start(start, settings.schedule.calendar.timezone),
        start=start,
        end=_read_end(component, start, settings),
        classes=read_categories([str(each) for line in _list(component, "CATEGORIES") for each in line.cats], settings),
        title=None if own_id else read_title(str(_one(component, "SUMMARY") or "")),
        status=read_status(status.casefold()) or Status.CONFIRMED,
    )
    replaces = _one(component, "RECURRENCE-ID")
    original = resolve_wall_clock(*_read_time(replaces, settings, what="RECURRENCE-ID"))[0] if replaces is not None else None
    if original is not None and "RANGE" in replaces.params:
        raise RefusedError("THISANDFUTURE changes are not supported; change each occurrence")
    return _Event(
        place=place,
        component=component,
        wall=wall,
        zone=zone,
        window=_as_published(window, component, settings) if own_id else window,
        replaces=original,
    )


def _read_time(value: Any, settings: ImportSettings, *, what: str) -> tuple[datetime, str]:
    """Return a local time and its zone."""
    if value is None:
        raise RefusedError(f"no {what}")
    moment, name = value.dt, value.params.get("TZID")
    if isinstance(moment, tuple):
        raise RefusedError(f"{what} is a period; give its start")
    if not isinstance(moment, datetime):
        raise RefusedError(f"{what} is a date without a time: all-day event; give it a time")
    if moment.year not in YEARS:
        raise RefusedError(f"{what} is in {moment.year}, not in a year from {YEARS[0]} to {YEARS[-1]}")
    zone = WINDOWS_TO_OLSON.get(str(name), str(name)) if name is not None else settings.timezone
    if name is None and moment.tzinfo is not None:
        moment, zone = moment.astimezone(UTC), "UTC"
    if zone is None:
        raise RefusedError(f"{what} has no time zone; set one with --timezone")
    if zone not in zone_names():
        raise RefusedError(f'unknown zone "{zone}"')
    return moment.replace(tzinfo=None), zone


def _read_end(component: Any, start: datetime, settings: ImportSettings) -> datetime | None:
    """Return an event's end, None if it has none."""
    if "DURATION" in component:
        raise RefusedError("DURATION is not supported; export the event with DTEND")
    if "DTEND" not in component:
        return None
    end, _ = resolve_wall_clock(*_read_time(_one(component, "DTEND"), settings, what="DTEND"))
    if end <= start:
        raise RefusedError("the end is not after the start")
    return end


def _own_id(calendar: Any, component: Any) -> str:
    """Return the id of a window that icsfeed published, empty for other events."""
    id_, provider = (str(component.get(f"X-MAINTNOTE-{name}", "")) for name in ("MAINTENANCE-ID", "PROVIDER"))
    is_own = str(calendar.get("PRODID", "")).startswith("-//icsfeed//") and component.get("UID") == f"{id_}@{provider}"
    return id_ if is_own else ""


def _as_published(window: Window, component: Any, settings: ImportSettings) -> Window:
    """Return a window that icsfeed published: unplanned if its title says so, and without an end that only its class gave it."""
    calendar = settings.schedule.calendar
    fault = find_fault_in_id(window.id, calendar=calendar.key)
    if fault is not None:
        raise RefusedError(f'id "{window.id}": {fault}')
    unplanned = tuple(words_for(calendar, each).say("Unplanned: {line}").partition("{")[0] for each in calendar.languages)
    usual = replace(window, end=None, planned=not str(component.get("SUMMARY", "")).startswith(unplanned))
    return usual if window.end == planned_end(usual, settings.schedule.heavier_class(window)) else replace(usual, end=window.end)


# Events with one UID


def _combine(events: Sequence[_Event], settings: ImportSettings, found: Found) -> list[Entry]:
    """Return the windows of the events with one UID: one event with its rule and dates, and its exceptions."""
    changed = {event.replaces: event for event in events if event.replaces is not None}
    first = next((event for event in events if event.replaces is None), None)
    if len(changed) + (first is not None) < len(events):
        raise RefusedError("its UID is used twice for one event or occurrence")
    others = [Entry(place=each.place, window=each.window) for each in changed.values()]
    if first is None:
        return others
    component, zone = first.component, first.zone
    if "EXRULE" in component:
        raise RefusedError("EXRULE is not supported")
    excluded = {resolve_wall_clock(*each)[0] for each in _read_times(component, "EXDATE", settings)}
    if excluded & changed.keys():
        raise RefusedError("one of its dates is both excluded and changed")
    further = _read_times(component, "RDATE", settings)
    if any(each != zone for _, each in further):
        raise RefusedError("its RDATE and DTSTART have different time zones")
    walls, series = {first.wall, *(wall for wall, _ in further)}, []
    if "RRULE" in component:
        last = max(horizon(settings.now, zone), *(wall.date() for wall in walls))
        dates, rule, reason = _read_rule(first, last, settings)
        if rule:
            walls, others = walls - dates, []
            series.append(_make_series(first, rule, excluded, changed, settings))
        else:
            walls |= dates
            name = f"{first.place}: {_name(component)}"
            found.notes.append(f"{name}: {reason}; imported as {len(dates)} single windows up to {last}")
    windows = [_window_at(first, wall, settings) for wall in sorted(walls)]
    singles = [Entry(place=first.place, window=each) for each in windows if each.start not in excluded | changed.keys()]
    return [*series, *singles, *others]


def _read_rule(event: _Event, last: date, settings: ImportSettings) -> tuple[set[datetime], str, str]:
    """Return a rule's local starts up to a day, and its text for `repeat` or else why it cannot be one."""
    rule = _one(event.component, "RRULE")
    if rule.get("FREQ", [""])[0] not in FREQUENCIES:
        raise RefusedError(f"its rule repeats more often than daily: {rule.to_ical().decode()}")
    until: Any = rule.pop("UNTIL", [None])[0]
    if until is not None and getattr(until, "tzinfo", None) is None:
        until = until if isinstance(until, datetime) else datetime.combine(until, time.max)
        until = resolve_wall_clock(until, event.zone)[0]

    def counts(wall: datetime) -> bool:
        return wall.date() <= last and (until is None or resolve_wall_clock(wall, event.zone)[0] <= until)

    text = rule.to_ical().decode()
    given = (each - CYCLES for each in rrulestr(text, dtstart=event.wall + CYCLES))
    dates = list(islice(takewhile(counts, given), MOST_DATES + 1))
    if dates[:1] != [event.wall]:
        raise RefusedError("its start is not one of the dates of its rule")
    if len(dates) > MOST_DATES:
        raise RefusedError(f"its rule has more than {MOST_DATES} dates")
    if event.zone != settings.schedule.calendar.timezone:
        return set(dates), "", f"its rule is in the time zone {event.zone}"
    if until is not None:
        day = to_local(until, event.zone).date()
        is_over = resolve_wall_clock(datetime.combine(day, event.wall.time()), event.zone)[0] > until
        text += f";UNTIL={day - timedelta(days=is_over):%Y%m%d}"
    try:
        return set(dates), read_rule(text, languages=("en",)).text, ""
    except RuleError as error:
        return set(dates), "", f"icsfeed does not support this rule: {error}"


def _window_at(event: _Event, wall: datetime, settings: ImportSettings) -> Window:
    """Return the event's window at another local start; its end moves by as much on the clock."""
    start, _ = resolve_wall_clock(wall, event.zone)
    end = event.window.end
    if end is not None:
        end, _ = resolve_wall_clock(to_local(end, event.zone).replace(tzinfo=None) + (wall - event.wall), event.zone)
        if end <= start:
            raise RefusedError(f"{wall} ends before it begins, as the clock changes")
    id_ = event.window.id if wall == event.wall else id_from_start(start, settings.schedule.calendar.timezone)
    return replace(event.window, id=id_, start=start, end=end)


def _make_series(
    event: _Event, rule: str, excluded: set[datetime], changed: dict[datetime, _Event], settings: ImportSettings
) -> Entry:
    """Return a repeated window with its exceptions."""
    ends = event.window.end is not None
    series, zone = replace(event.window, repeat=rule, local_end=ends), settings.schedule.calendar.timezone
    last = max((to_local(each, zone).date() for each in excluded | changed.keys()), default=event.wall.date())
    given = {each.start: each for each in occurrences(series, zone=zone, last=last).values()}
    if not changed.keys() <= given.keys():
        raise RefusedError("a RECURRENCE-ID is not one of the dates of its rule")
    changes = [replace(given[start], status=Status.CANCELLED) for start in excluded & given.keys()]
    for start, other in changed.items():
        if (other.window.end is None) != (series.end is None) or (other.window.title is None) != (series.title is None):
            raise RefusedError(f"an exception has no end or title: {other.place}")
        changes.append(replace(other.window, id=given[start].id))
    kept = sorted((each for each in changes if each not in given.values()), key=lambda each: each.id)
    return Entry(place=event.place, window=series, changes=tuple(kept))
