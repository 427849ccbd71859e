"""Instants and wall-clock times of zones, and the one form in which files and messages tell a moment.

The only module that knows pytz.
Wall-clock times that a zone skips or has twice are refused here, with the two forms that say what may be meant.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

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


@lru_cache(maxsize=4096)  # what is told of a window asks for its few moments again and again
def to_local(moment: datetime, zone: str) -> datetime:
    """Return the moment as wall-clock time of the zone, aware."""
    return moment.astimezone(_find_zone(zone))


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


def _first_instant(wall: datetime, zone: str) -> datetime:
    """Return the first instant that reads `wall` or, where it is skipped, the instant at which the clock jumps."""
    readings = _readings(wall, zone)
    real = [each for each in readings if to_local(each, zone).replace(tzinfo=None) == wall]
    if real:
        return real[0]
    low, high = readings[0], readings[-1]
    before = to_local(low, zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if to_local(middle, zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def instant_of_occurrence(wall: datetime, zone: str) -> tuple[datetime, str | None]:
    """Return when an occurrence of a repeated window begins, and what the clock does then.

    A wall-clock time that is skipped counts at the offset before the jump, one that comes twice counts the first time.

    Returns:
        The instant, and `skipped`, `repeated` or None.
    """
    readings = _readings(wall, zone)
    real = [each for each in readings if to_local(each, zone).replace(tzinfo=None) == wall]
    if not real:
        return readings[-1], "skipped"
    return real[0], "repeated" if len(real) > 1 else None


@lru_cache(maxsize=4096)  # as above
def is_repeated(moment: datetime, zone: str) -> bool:
    """Tell whether the zone's clock shows the moment's time twice, because it is put back over it."""
    wall = to_local(moment, zone).replace(tzinfo=None)
    return sum(to_local(each, zone).replace(tzinfo=None) == wall for each in _readings(wall, zone)) > 1


def midnight_of(day: date, zone: str) -> datetime:
    """Return the instant at which a local day begins, also where the clock skips midnight."""
    return _first_instant(datetime.combine(day, time()), zone)


def midnight_after_days(moment: datetime, days: int, zone: str) -> datetime:
    """Return the first local midnight at or after the same wall-clock time so many days later."""
    wall = to_local(moment, zone).replace(tzinfo=None) + timedelta(days=days)
    return midnight_of(wall.date() if wall.time() == time() else wall.date() + timedelta(days=1), zone)


def next_time_of_day(moment: datetime, at: time, zone: str) -> datetime:
    """Return the first instant at or after a moment whose local time of day is `at`."""
    day = to_local(moment, zone).date()
    found = _first_instant(datetime.combine(day, at), zone)
    return found if found >= moment else _first_instant(datetime.combine(day + timedelta(days=1), at), zone)


# Moments in one form, for files and messages


def id_from_start(start: datetime, zone: str) -> str:
    """Return the id of a window that was given none: `20211220T2100`, with A or B behind it in a repeated hour."""
    wall = to_local(start, zone).replace(tzinfo=None)
    real = [each for each in _readings(wall, zone) if to_local(each, zone).replace(tzinfo=None) == wall]
    letter = "AB"[real.index(start)] if len(real) > 1 else ""
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
