from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.durations import read_duration, read_time_of_day
from icsfeed.moments import read_date, read_moment
from icsfeed.names import LANGUAGES
from icsfeed.zones import MomentError

AMSTERDAM = "Europe/Amsterdam"
TUESDAY = datetime(2027, 12, 7, 20, 0, tzinfo=UTC)
"""Tuesday 7 December 2027, 21:00 in Amsterdam."""


def refusal_of(text: str, *, zone: str = AMSTERDAM, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, str]:
    with pytest.raises(MomentError) as caught:
        read_moment(text, zone=zone, languages=languages)
    return caught.value.message, caught.value.cure


def message_of(read: Callable[[], object]) -> str | None:
    try:
        read()
    except MomentError as error:
        return error.message
    return None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "dinsdag 7 december 2027 21:00"),
        ("nl", "dinsdag 7 december 2027 21:00 uur"),
        ("nl", "Dinsdag 7 December 2027, 21.00 uur"),
        ("nl", "di 7 dec 2027 om 21:00"),
        ("nl", "di. 7 dec. 2027 21 uur"),
        ("nl", "7 december 2027 21u"),
        ("nl", "7 DECEMBER 2027 21.00"),
        ("nl", "op dinsdag 7 december 2027 om 21:00 uur"),
        ("nl", "21:00 uur dinsdag 7 december 2027"),
        ("nl", "7   december\t2027   21:00"),
        ("nl", "dins 7 dece 2027 21:00"),
        ("en", "Tuesday 7 December 2027 21:00"),
        ("en", "Tuesday, December 7, 2027 at 9 pm"),
        ("en", "Tue, Dec 7th, 2027 at 9:00 PM"),
        ("en", "the 7th of December 2027 at 9pm"),
        ("en", "7 dec 2027 9 p.m."),
        ("en", "on 7 December 2027 at 21:00"),
        ("en", "9 pm on 7 december 2027"),
        ("de", "um 21:00 am 7. Dezember 2027"),
        ("de", "Dienstag, 7. Dezember 2027 um 21:00 Uhr"),
        ("de", "Di., 7. Dez. 2027 21.00 Uhr"),
        ("de", "am 7. Dezember 2027 um 21 Uhr"),
        ("fr", "mardi 7 décembre 2027 à 21:00"),
        ("fr", "mar. 7 déc. 2027 21h00"),
        ("fr", "le 7 decembre 2027 à 21 h"),
        ("fr", "le mardi 7 décembre 2027 à 21 h 00"),
        ("fr", "Mardi 7 De\u0301cembre 2027 à 21 heures"),
    ],
)
def test_a_moment_is_read_in_the_words_of_a_language(language: str, text: str) -> None:
    assert read_moment(text, zone=AMSTERDAM, languages=(language,)) == TUESDAY
    assert read_moment(text, zone=AMSTERDAM, languages=LANGUAGES) == TUESDAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-12-07 21:00", TUESDAY),
        ("2027-12-07T21:00", TUESDAY),
        ("2027-12-07t21:00", TUESDAY),
        ("2027-12-07 21.00", TUESDAY),
        ("2027-12-07 9 pm", TUESDAY),
        ("dinsdag 2027-12-07 21:00 uur", TUESDAY),
        ("  2027-12-07 21:00  ", TUESDAY),
        ("2027-12-07T21:00:00+01:00", TUESDAY),
        ("2027-12-07 21:00+0100", TUESDAY),
        ("2027-12-07 21:00 +01:00", TUESDAY),
        ("2027-12-07T20:00:00Z", TUESDAY),
        ("2027-12-07 20:00z", TUESDAY),
        ("2027-12-08 01:30+05:30", TUESDAY),
        ("2027-12-07 12:00-08:00", TUESDAY),
        ("2027-12-07 21:00:30", TUESDAY.replace(second=30)),
        ("2027-06-07 21:00", datetime(2027, 6, 7, 19, tzinfo=UTC)),
        ("7 december 2027 0:00", datetime(2027, 12, 6, 23, tzinfo=UTC)),
        ("7 december 2027 12 am", datetime(2027, 12, 6, 23, tzinfo=UTC)),
        ("7 december 2027 12 pm", datetime(2027, 12, 7, 11, tzinfo=UTC)),
        ("7 december 2027 9 a.m.", datetime(2027, 12, 7, 8, tzinfo=UTC)),
        ("um 12:00 am 7. Dezember 2027", datetime(2027, 12, 7, 11, tzinfo=UTC)),
        ("12:00 am on 7 december 2027", datetime(2027, 12, 6, 23, tzinfo=UTC)),
        ("1er mars 2027 8 h", datetime(2027, 3, 1, 7, tzinfo=UTC)),
        ("9 maart 2027 08:05", datetime(2027, 3, 9, 7, 5, tzinfo=UTC)),
        ("29 februari 2028 21:00", datetime(2028, 2, 29, 20, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_digits_and_at_any_time_of_day(text: str, expected: datetime) -> None:
    assert read_moment(text, zone=AMSTERDAM, languages=LANGUAGES) == expected


def test_a_weekday_that_two_languages_have_may_mean_either_day() -> None:
    for languages in (("nl", "fr"), ("fr", "nl")):
        assert read_moment("ma 6 december 2027 21:00", zone=AMSTERDAM, languages=languages).day == 6
        assert read_moment("ma 7 decembre 2027 21:00", zone=AMSTERDAM, languages=languages).day == 7
    assert refusal_of("ma 8 december 2027 21:00")[0] == "8 December 2027 is a Wednesday; Monday is 6 December 2027"


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        (
            "dinsdag 9 december 2021 21:00",
            "9 December 2021 is a Thursday; Tuesday is 7 December 2021",
            "Write 2021-12-09 (Thursday) or 2021-12-07 (Tuesday).",
        ),
        (
            "6-7-2027 21:00",
            '"6-7-2027 21:00" is not understood: write dates in numbers as year-month-day',
            "Write 2027-07-06 (6 July 2027) or 2027-06-07 (7 June 2027).",
        ),
        ("6 juli 27 21:00", '"27" is not a year', "A year has four digits: 2027-12-20 21:00."),
        ("6 juli 21:00", '"6 juli 21:00" lacks a year', "Write it in full, such as 2027-12-20 21:00; nothing is filled in."),
        (
            "7 december 2027 9:00-10:00",
            '"7 december 2027 9:00-10:00" is not one moment',
            "Write the end on a line of its own: `end: …`.",
        ),
        (
            "pm 7 december 2027 9:00",
            '"pm 7 december 2027 9:00" has "pm" without an hour before it',
            "Write it as in 2027-12-20 21:00.",
        ),
        ("7 decmber 2027 9:00", '"decmber" is not a word of a date', 'Did you mean "december"? Write it as in 2027-12-20 21:00.'),
    ],
)
def test_what_cannot_be_one_moment_is_refused_with_what_may_be_meant(text: str, message: str, cure: str) -> None:
    assert refusal_of(text) == (message, cure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31 december 2021", date(2021, 12, 31)),
        ("vrijdag 31 december 2021", date(2021, 12, 31)),
        ("2021-12-31", date(2021, 12, 31)),
        ("December 31, 2021", date(2021, 12, 31)),
        ("31. Dez. 2021", date(2021, 12, 31)),
        ("1er janvier 2022", date(2022, 1, 1)),
        ("28 maart 2027", date(2027, 3, 28)),
    ],
)
def test_a_date_is_a_moment_without_its_time(text: str, expected: date) -> None:
    assert read_date(text, languages=LANGUAGES) == expected


@pytest.mark.parametrize("text", ["2021-12-31 12:00", "31 december", "31-12-2021", "donderdag 31 december 2021", "31 uur", ""])
def test_what_is_no_whole_date_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        read_date(text, languages=LANGUAGES)


WORDS = [
    "7",
    "31",
    "2027",
    "27",
    "21:00",
    "21.00",
    "21h",
    "9pm",
    "am",
    "pm",
    "a.m.",
    "uur",
    "h",
    "om",
    "à",
    "december",
    "mar",
    "ma",
]
WORDS += [
    "2027-12-07",
    "+01:00",
    "-12:00",
    "z",
    "6-7-2027",
    "'",
    "'27",
    "1er",
    "7th",
    "7.",
    ",",
    ".",
    "-",
    "t",
    "²",
    "٣",
    "ſ",
    "İ",
    "\x85",
]


@settings(max_examples=500, derandomize=True, deadline=None)
@given(
    text=st.one_of(
        st.text(), st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), st.lists(st.sampled_from(WORDS)).map("".join)
    )
)
def test_no_text_raises_anything_but_a_moment_error(text: str) -> None:
    readers: list[Callable[[], object]] = [
        lambda: read_moment(text, zone=AMSTERDAM, languages=LANGUAGES),
        lambda: read_date(text, languages=LANGUAGES),
        lambda: read_duration(text),
        lambda: read_time_of_day(text),
    ]
    for message in filter(None, map(message_of, readers)):
        assert "\n" not in message
        assert len(message) < 250
