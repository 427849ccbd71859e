"""Time zones: conversion between UTC and local time, and the written forms of a moment.

The only module that knows pytz. `to_utc` refuses a local time that the clock skips or repeats; `resolve_wall_clock` chooses one.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

import pytz

YEARS = range(1970, 2038)
"""The years that are understood: pytz knows no clock change after 2037."""


class MomentError(ValueError):
    """A text that is no moment, date, time or duration.

    Attributes:
        message: What is wrong, without a full stop.
        cure: What to write instead.
    """

    def __init__(self, message: str, cure: str = "") -> None:
        """Keep both."""
        super().__init__(message)
        self.message = message
        self.cure = cure


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return the IANA names of all zones."""
    return frozenset(pytz.all_timezones)


@lru_cache(maxsize=64)
def _find_zone(name: str) -> pytz.BaseTzInfo:
    """Return a zone by its IANA name."""
    return pytz.timezone(name)


@lru_cache(maxsize=4096)  # documents convert the same few moments many times
def to_local(moment: datetime, zone: str) -> datetime:
    """Return the moment as wall-clock time of the zone, aware."""
    return moment.astimezone(_find_zone(zone))


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return what the zone's clock shows at a moment, naive."""
    return to_local(moment, zone).replace(tzinfo=None)


def to_utc(wall: datetime, zone: str) -> datetime:
    """Return the instant of a naive wall-clock time.

    Raises:
        MomentError: The zone skips this time, or has it twice; the cure names both valid forms.
    """
    try:
        return _find_zone(zone).localize(wall, is_dst=None).astimezone(UTC)
    except pytz.NonExistentTimeError:
        fault = f"{wall:%Y-%m-%d %H:%M} does not exist in {zone}: the clock is put forward over it"
    except pytz.AmbiguousTimeError:
        fault = f"{wall:%Y-%m-%d %H:%M} exists twice in {zone}: the clock is put back over it"
    forms = [render_with_offset(each, zone) for each in _readings(wall, zone)]
    raise MomentError(fault, f"Write {' or '.join(forms)}.")


def _readings(wall: datetime, zone: str) -> list[datetime]:
    """Return the instants that a skipped or repeated wall-clock time can mean, the earlier first."""
    nearby = (to_local(wall.replace(tzinfo=UTC) + shift, zone) for shift in (timedelta(days=-1), timedelta(days=1)))
    offsets = {each.utcoffset() or timedelta() for each in nearby}
    return sorted((wall - offset).replace(tzinfo=UTC) for offset in offsets)


def _exact_instants(wall: datetime, zone: str) -> list[datetime]:
    """Return the instants at which the clock shows a wall-clock time, the earlier first: none, one or two."""
    return [each for each in _readings(wall, zone) if wall_clock(each, zone) == wall]


def _first_instant(wall: datetime, zone: str) -> datetime:
    """Return the first instant that reads `wall` or, where it is skipped, the instant at which the clock jumps."""
    exact = _exact_instants(wall, zone)
    if exact:
        return exact[0]
    low, *_, high = _readings(wall, zone)
    before = to_local(low, zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if to_local(middle, zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def resolve_wall_clock(wall: datetime, zone: str) -> tuple[datetime, Literal["skipped", "repeated"] | None]:
    """Return the instant of a local time, and what the clock does then.

    A time that the clock skips counts at the offset before the change, one that it repeats counts the first time.

    Returns:
        The instant, and `skipped`, `repeated` or None.
    """
    exact = _exact_instants(wall, zone)
    if not exact:
        return _readings(wall, zone)[-1], "skipped"
    return exact[0], "repeated" if len(exact) > 1 else None


@lru_cache(maxsize=4096)  # as above
def is_repeated(moment: datetime, zone: str) -> bool:
    """Return whether the zone's clock shows the moment's time twice, because it is put back over it."""
    return len(_exact_instants(wall_clock(moment, zone), zone)) > 1


def is_summer_time(moment: datetime, zone: str) -> bool:
    """Return whether the zone's clock is ahead of its other offset of that year."""
    year = to_local(moment, zone).year
    offsets = [to_local(midnight_of(date(year, month, 1), zone), zone).utcoffset() for month in (1, 7)]
    return to_local(moment, zone).utcoffset() != min(each for each in offsets if each is not None)


def midnight_of(day: date, zone: str) -> datetime:
    """Return the instant at which a local day begins, also where the clock skips midnight."""
    return _first_instant(datetime.combine(day, time()), zone)


def next_midnight(moment: datetime, zone: str) -> datetime:
    """Return the first local midnight after a moment."""
    return midnight_of(to_local(moment, zone).date() + timedelta(days=1), zone)


def midnight_after_days(moment: datetime, days: int, zone: str) -> datetime:
    """Return the first local midnight at or after the same wall-clock time so many days later."""
    wall = wall_clock(moment, zone) + timedelta(days=days)
    return midnight_of(wall.date() if wall.time() == time() else wall.date() + timedelta(days=1), zone)


def next_time_of_day(moment: datetime, at: time, zone: str) -> datetime:
    """Return the first instant at or after a moment whose local time of day is `at`."""
    day = to_local(moment, zone).date()
    found = _first_instant(datetime.combine(day, at), zone)
    return found if found >= moment else _first_instant(datetime.combine(day + timedelta(days=1), at), zone)


def abbreviation_of(zone: str, at: datetime) -> str:
    """Return the abbreviation of a zone at noon of a moment's day, such as `CET`; empty where it has none but its offset."""
    noon = datetime.combine(to_local(at, zone).date(), time(12))
    name = f"{to_local(_first_instant(noon, zone), zone):%Z}"
    return name if name.isalpha() else ""


# Moments in one form, for files and messages


def id_from_start(start: datetime, zone: str) -> str:
    """Return the id of a window that was given none: `20211220T2100`, followed by A or B in a repeated hour."""
    wall = wall_clock(start, zone)
    exact = _exact_instants(wall, zone)
    letter = "AB"[exact.index(start)] if len(exact) > 1 else ""
    return f"{wall:%Y%m%dT%H%M%S}{letter}" if wall.second else f"{wall:%Y%m%dT%H%M}{letter}"


def render_with_offset(moment: datetime, zone: str) -> str:
    """Return a moment as `2021-10-31 02:30+02:00`, local time with its offset."""
    local = to_local(moment, zone)
    clock = f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
    offset = f"{local:%z}"
    return f"{clock}{offset[:3]}:{offset[3:5]}"


def render_rfc3339(moment: datetime, zone: str = "UTC") -> str:
    """Return a moment as RFC 3339 has it, in the zone's local time; in UTC with `Z`."""
    if zone == "UTC":
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return to_local(moment, zone).isoformat(timespec="seconds")


def read_rfc3339(text: str) -> datetime:
    """Return the moment that `2021-12-20T20:00:00Z` says, in UTC and whole seconds.

    Raises:
        MomentError: It is not RFC 3339.
    """
    try:
        found = datetime.fromisoformat(text)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d([Zz]|[+-]\d\d:\d\d)", text) or found.year not in YEARS:
            raise MomentError(f'"{text}" is not a moment such as 2021-12-20T20:00:00Z')
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MomentError(f'"{text}" is not a moment such as 2021-12-20T20:00:00Z') from error
