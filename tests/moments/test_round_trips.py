"""A wall-clock time, written in any supported style and language, is read as the instant that zoneinfo gives it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icsfeed.moments import read_date, read_moment
from icsfeed.names import LANGUAGES
from icsfeed.zones import render_rfc3339, render_with_offset

ZONES = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC"]
EARLIEST, LATEST = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2037-12-30")
WALLS = st.datetimes(EARLIEST, LATEST).map(lambda wall: wall.replace(second=0, microsecond=0))


def is_plain(wall: datetime, zone: str) -> bool:
    """Tell whether a wall-clock time exists just once."""
    early, late = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return early.utcoffset() == late.utcoffset()


@st.composite
def written(draw: st.DrawFn, wall: datetime, language: str) -> str:
    """Give a way to write a wall-clock time in words."""
    locale = Locale.parse(language)
    width = draw(st.sampled_from(["wide", "abbreviated"]))
    month = locale.months["format"][width][wall.month]
    weekday = locale.days["format"][draw(st.sampled_from(["wide", "abbreviated", "short"]))][wall.weekday()]
    day = draw(st.sampled_from([f"{wall.day}", f"{wall.day:02}", f"{wall.day}."]))
    parts = [draw(st.sampled_from(["", f"{weekday} ", f"{weekday}, "])), f"{day} {month} {wall.year}"]
    hour, half = wall.hour % 12 or 12, "am" if wall.hour < 12 else "pm"
    styles = [f"{wall:%H:%M}", f"{wall:%H.%M}", f"{wall:%H:%M} uur", f"om {wall:%H:%M}", f"at {hour}:{wall:%M} {half}"]
    styles += [f"um {wall:%H:%M} Uhr", f"à {wall:%H}h{wall:%M}", f"{wall:%H:%M:%S}", f"at {hour}:{wall:%M}{half}"]
    if wall.minute == 0:
        styles += [f"at {hour} {half}", f"{hour}{half}", f"{wall.hour} uur", f"{wall.hour}h"]
    parts.append(draw(st.sampled_from([" ", ", "])) + draw(st.sampled_from(styles)))
    text = "".join(parts)
    return draw(st.sampled_from([text, text.upper(), text.title(), text.lower()]))


@settings(max_examples=600, derandomize=True, deadline=None)
@given(data=st.data(), wall=WALLS, zone=st.sampled_from(ZONES), language=st.sampled_from(LANGUAGES))
def test_words_are_read_as_the_instant_that_was_written(data: st.DataObject, wall: datetime, zone: str, language: str) -> None:
    wall = data.draw(st.sampled_from([wall, wall.replace(minute=0)]))
    assume(is_plain(wall, zone))
    text = data.draw(written(wall, language))
    expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert read_moment(text, zone=zone, languages=(language,)) == expected
    assert read_moment(text, zone=zone, languages=(*LANGUAGES,)) == expected


@settings(max_examples=300, derandomize=True, deadline=None)
@given(wall=WALLS, zone=st.sampled_from(ZONES), separator=st.sampled_from([" ", "T"]), seconds=st.integers(0, 59))
def test_digits_are_read_as_the_instant_that_was_written(wall: datetime, zone: str, separator: str, seconds: int) -> None:
    assume(is_plain(wall, zone))
    wall = wall.replace(second=seconds)
    expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert read_moment(wall.isoformat(separator), zone=zone, languages=("nl",)) == expected


@settings(max_examples=300, derandomize=True, deadline=None)
@given(wall=WALLS, zone=st.sampled_from(ZONES), shift=st.timedeltas(timedelta(), timedelta(hours=14)))
def test_an_instant_with_its_offset_is_read_back_in_any_zone(wall: datetime, zone: str, shift: timedelta) -> None:
    instant = (wall.replace(tzinfo=UTC) - shift).replace(microsecond=0)
    assume(1970 <= instant.astimezone(ZoneInfo(zone)).year <= 2037)
    for text in (render_with_offset(instant, zone), render_rfc3339(instant, zone), render_rfc3339(instant)):
        assert read_moment(text, zone="Asia/Tokyo", languages=("en",)) == instant


@settings(max_examples=200, derandomize=True, deadline=None)
@given(wall=WALLS, language=st.sampled_from(LANGUAGES))
def test_a_date_in_words_is_read_back(wall: datetime, language: str) -> None:
    month = Locale.parse(language).months["format"]["wide"][wall.month]
    assert read_date(f"{wall.day} {month} {wall.year}", languages=LANGUAGES) == wall.date()
