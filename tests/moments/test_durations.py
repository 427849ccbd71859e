from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.durations import read_duration, read_time_of_day
from icsfeed.zones import MomentError

UNITS = {
    "d": ["d", "day", "days", "dag", "dagen", "Tag", "Tage", "jour", "jours"],
    "h": ["h", "u", "hour", "hours", "uur", "uren", "Std.", "Stunden", "heure", "heures"],
    "m": ["m", "min", "min.", "minute", "minutes", "minuut", "minuten", "Minuten", "MINUTEN"],
}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20 minutes", 20),
        ("20 minuten", 20),
        ("1 minuut", 1),
        ("45m", 45),
        ("45 min.", 45),
        ("1 uur 40 minuten", 100),
        ("1 uur en 40 minuten", 100),
        ("1 hour and 40 minutes", 100),
        ("1 heure et 40 minutes", 100),
        ("1 Stunde und 40 Minuten", 100),
        ("1 day, 2 hours, 3 minutes", 1563),
        ("1h40", 100),
        ("1u40", 100),
        ("1h", 60),
        ("90 minutes", 90),
        ("PT100M", 100),
        ("pt1h40m", 100),
        ("P1DT2H", 1560),
        ("P1W", 10080),
        ("7 days", 10080),
        ("7 dagen", 10080),
        ("1 week", 10080),
        ("none", 0),
        ("geen", 0),
        ("Geen", 0),
    ],
)
def test_a_duration_is_read(text: str, minutes: int) -> None:
    assert read_duration(text) == (timedelta(minutes=minutes), False)


@pytest.mark.parametrize("words", ["at least", "minimaal", "Minimaal", "mindestens", "au moins", "minstens", "at  least"])
def test_at_least_makes_a_duration_open_ended(words: str) -> None:
    assert read_duration(f"{words} 100 minuten") == (timedelta(minutes=100), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "0 minutes",
        "twenty minutes",
        "20 minuutjes",
        "1:40",
        "-20 minutes",
        "1.5 uur",
        "1,5 uur",
        "20 minutes 20 minutes",
        "10 minutes 1 hour",
        "at least",
        "at least none",
        "PT",
        "P",
        "PT30S",
        "1 2 3",
        "h",
        "20 minutes!",
        "1" * 100 + " minutes",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        read_duration(text)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(data=st.data(), days=st.integers(0, 366), hours=st.integers(0, 200), minutes=st.integers(0, 2000))
def test_any_duration_in_words_is_read_back(data: st.DataObject, days: int, hours: int, minutes: int) -> None:
    parts = [
        f"{number}{data.draw(st.sampled_from(['', ' ']))}{data.draw(st.sampled_from(UNITS[unit]))}"
        for number, unit in ((days, "d"), (hours, "h"), (minutes, "m"))
        if number
    ]
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if parts:
        text = data.draw(st.sampled_from([" ", ", ", " en ", " and "])).join(parts)
        assert read_duration(text) == (length, False)
        assert read_duration(f"at least {text}") == (length, True)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(days=st.integers(0, 999), hours=st.integers(0, 999), minutes=st.integers(1, 9999))
def test_any_iso_duration_is_read_back(days: int, hours: int, minutes: int) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes)
    assert read_duration(f"P{days}DT{hours}H{minutes}M") == (length, False)


@pytest.mark.parametrize(
    ("text", "expected"), [("08:00", time(8)), ("8.00", time(8)), ("8:05", time(8, 5)), ("23:59", time(23, 59))]
)
def test_a_time_of_day_is_read(text: str, expected: time) -> None:
    assert read_time_of_day(text) == expected


@pytest.mark.parametrize("text", ["", "8", "24:00", "8:60", "8:5", "acht uur", "8 am", "08:00:00", "٠٨:٠٠"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        read_time_of_day(text)
