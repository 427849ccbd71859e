"""What scripts of other pages read: `next.json`, and its line in each language."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Status, Window
from icsfeed.publication.documents import near
from icsfeed.replay import PublishedCalendar
from icsfeed.zones import render_rfc3339
from tests.planning.asking import amsterdam
from tests.published import CALENDAR, documents_of, published, read_json, window
from tests.support import NOW, REAL

START = amsterdam("2027-10-28 21:00")
"""On a Thursday; the clock is put back in the night from Saturday to the 31st."""

MORNING = amsterdam("2027-10-28 08:00")
EARLIER = NOW - timedelta(days=60)


def next_of(of: PublishedCalendar, moment: datetime) -> Any:
    return read_json(documents_of(of, moment, near)[f"/{of.calendar.key}/next.json"])


def line(of: PublishedCalendar, moment: datetime) -> str | None:
    found: str | None = next_of(of, moment)["lines"]["nl"]
    return found


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2021-12-12 23:59", "Onderhoud morgen om 22:00"),
        ("2021-12-13 12:00", "Onderhoud vanavond om 22:00"),
        ("2021-12-13 22:20", "Onderhoud zou om 22:20 klaar zijn, nog niet bevestigd"),
        ("2021-12-14 00:19", "Onderhoud zou gisteren om 22:20 klaar zijn, nog niet bevestigd"),
        ("2021-12-14 00:20", "Onderhoud maandag om 21:00"),
        ("2021-12-18 12:00", "Onderhoud maandag om 21:00"),
        ("2021-12-19 00:00", "Onderhoud morgen om 21:00"),
        ("2021-12-20 20:59", "Onderhoud vanavond om 21:00"),
        ("2021-12-20 21:00", "Onderhoud bezig, naar verwachting tot 21:20"),
        ("2021-12-20 21:19", "Onderhoud bezig, naar verwachting tot 21:20"),
        ("2021-12-20 21:20", "Onderhoud zou om 21:20 klaar zijn, nog niet bevestigd"),
        ("2021-12-20 23:20", None),
        ("2021-02-06 21:30", "Onderhoud bezig, naar verwachting tot morgen 12:00"),
        ("2021-02-07 09:00", "Onderhoud bezig, naar verwachting tot vandaag 12:00"),
        ("2021-07-29 12:00", None),
    ],
)
def test_the_line_of_the_shipped_calendar_follows_the_clock(now: str, said: str | None) -> None:
    path = REAL / "minox-online.journal.jsonl"
    assert line(load_journal(path.read_bytes(), file=path.name, key="minox-online"), amsterdam(now)) == said


def one(start: datetime = START, **facts: Any) -> Window:
    return window("a", start, **facts)


def at(hour: int, minute: int = 0, day: int = 28) -> datetime:
    return amsterdam(f"2027-10-{day} {hour:02}:{minute:02}")


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ([], None),
        ([one(status=Status.CANCELLED)], None),
        ([one(kind="operationeel")], None),
        ([one(status=Status.TENTATIVE)], "Onderhoud vanavond om 21:00 (onder voorbehoud)"),
        ([one(at(7, 50), status=Status.TENTATIVE)], "Onderhoud bezig, naar verwachting tot 08:10 (onder voorbehoud)"),
        ([one(at(7, 50), kind="uitgebreid")], "Onderhoud bezig, naar verwachting tot 09:30 of later"),
        ([one(at(9))], "Onderhoud vandaag om 09:00"),
        ([one(at(0, 30, day=31))], "Onderhoud zondag om 00:30"),
        ([one(START + timedelta(days=7, hours=1))], None),
        ([one(at(7), actual=Actual(start=at(7, 50)))], "Onderhoud bezig, naar verwachting tot 08:10"),
        ([one(at(7), actual=Actual(start=at(7, 10), end=at(7, 50)))], None),
        (
            [one(at(7, 50, day=27), actual=Actual(start=at(7, 50, day=27)))],
            "Onderhoud gisteren om 07:50 begonnen, einde nog niet gemeld",
        ),
        ([one(status=Status.CANCELLED), replace(one(START + timedelta(days=1)), id="b")], "Onderhoud morgen om 21:00"),
        ([one(at(7)), replace(one(at(7, 55)), id="b")], "Onderhoud bezig, naar verwachting tot 08:15"),
        (
            [one(at(7, 30)), replace(one(at(7, 55), status=Status.TENTATIVE), id="b")],
            "Onderhoud zou om 07:50 klaar zijn, nog niet bevestigd",
        ),
    ],
    ids=[
        "none",
        "cancelled",
        "no-downtime",
        "tentative",
        "perhaps",
        "open-ended",
        "by-day",
        "weekend",
        "a-week",
        "begun",
        "over",
        "forgotten",
        "and-another",
        "the-worst-first",
        "as-the-page-says-it",
    ],
)
def test_the_line_says_what_concerns_its_readers(windows: list[Window], said: str | None) -> None:
    assert line(published(*windows, at=EARLIER), MORNING) == said


@pytest.mark.parametrize("hour", [0, 23])
def test_tomorrow_is_the_next_day_also_when_the_clock_changes(hour: int) -> None:
    of = published(one(amsterdam("2027-11-01 21:00")), at=EARLIER)
    assert line(of, at(hour, 30, day=31)) == "Onderhoud morgen om 21:00"


def test_every_language_has_its_line() -> None:
    of = published(one(), calendar=replace(CALENDAR, languages=("nl", "en", "de", "fr")), at=EARLIER)
    assert next_of(of, MORNING)["lines"] == {
        "nl": "Onderhoud vanavond om 21:00",
        "en": "Maintenance tonight at 21:00",
        "de": "Wartung heute Abend um 21:00 Uhr",
        "fr": "Maintenance ce soir à 21:00",
    }


def test_windows_are_told_with_their_phase_and_expected_end() -> None:
    of = published(
        window("a", at(7, 55)), window("b", START, kind="operationeel"), window("c", START, status=Status.CANCELLED), at=EARLIER
    )
    found = next_of(of, MORNING)
    assert found["timezone"] == "Europe/Amsterdam"
    assert [(each["id"], each["phase"], each["impact"]) for each in found["windows"]] == [
        ("a", "under way", "outage"),
        ("b", "ahead", "none"),
    ]
    assert found["windows"][0]["until"] == render_rfc3339(at(8, 15), "Europe/Amsterdam")


def test_of_many_windows_ahead_five_are_told_and_those_with_downtime_first() -> None:
    daily = [window(f"w{day}", START + timedelta(days=day), kind="operationeel") for day in range(6)]
    of = published(*daily, window("late", START + timedelta(days=6)), at=EARLIER)
    assert [each["id"] for each in next_of(of, MORNING)["windows"]] == ["w0", "w1", "w2", "w3", "late"]
