from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from icsfeed.journal import load_journal
from icsfeed.model import Actual, Impact, Status
from icsfeed.publication.documents.pages.state_in_words import states_in_words
from icsfeed.publication.view import View
from icsfeed.replay import PublishedCalendar
from tests.published import CALENDAR, START, published, window, with_class
from tests.support import ADDRESS, NOW, REAL

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DEGRADED = with_class("standaard", impact=Impact.DEGRADED)
KNOWN = replace(CALENDAR, planned_until=date(2028, 6, 30))


def told(of: PublishedCalendar, moment: datetime, language: str = "nl") -> list[tuple[str, str]]:
    view = View(published=of.at(moment), moment=moment, address=ADDRESS)
    return [(each.kind, each.sentence) for each in states_in_words(view, view.words[language])]


def begun(at: datetime = START, end: datetime | None = None) -> Actual:
    return Actual(start=at, end=end)


@pytest.mark.parametrize(
    ("of", "moment", "kind", "sentence"),
    [
        (published(window()), NOW, "open", "Example is beschikbaar."),
        (published(window()), START, "closed", "Example is nu niet beschikbaar, naar verwachting tot 21:20."),
        (
            published(window(kind="uitgebreid")),
            START,
            "closed",
            "Example is nu niet beschikbaar, naar verwachting tot 22:40 of later.",
        ),
        (
            published(window()),
            START + 25 * MINUTE,
            "at-risk",
            "Example is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd.",
        ),
        (
            published(window(actual=begun(START - 5 * MINUTE))),
            START + HOUR,
            "at-risk",
            "Example is mogelijk nog niet beschikbaar: begonnen om 20:55, einde nog niet gemeld.",
        ),
        (
            published(window(actual=begun())),
            START + 12 * HOUR,
            "at-risk",
            "Example is mogelijk nog niet beschikbaar: begonnen gisteren om 21:00, einde nog niet gemeld.",
        ),
        (
            published(window(actual=begun(end=START + 18 * MINUTE))),
            START + 20 * MINUTE,
            "open",
            "Example is weer beschikbaar; de update loopt nog tot ongeveer 21:30.",
        ),
        (
            published(window(status=Status.TENTATIVE)),
            START,
            "at-risk",
            "Example is mogelijk niet beschikbaar: voorlopig gepland tot 21:20.",
        ),
        (
            published(window(), calendar=DEGRADED),
            START,
            "at-risk",
            "Example is beperkt beschikbaar, naar verwachting tot 21:20.",
        ),
        (
            published(window(), calendar=DEGRADED),
            START + 25 * MINUTE,
            "at-risk",
            "Example is mogelijk nog beperkt beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd.",
        ),
        (published(window()), START + 5 * HOUR, "unknown", "Er is geen onderhoud bekend na 7 december 2027."),
        (published(window(), calendar=KNOWN), START + 5 * HOUR, "open", "Example is beschikbaar."),
        (
            published(window(), calendar=KNOWN),
            START + 300 * DAY,
            "unknown",
            "Er is geen onderhoud bekend na 30 juni 2028.",
        ),
        (published(), NOW, "unknown", "Er is geen onderhoud bekend."),
        (published(window(status=Status.CANCELLED)), START, "unknown", "Er is geen onderhoud bekend."),
    ],
)
def test_the_first_sentence_says_whether_the_service_is_available(
    of: PublishedCalendar, moment: datetime, kind: str, sentence: str
) -> None:
    assert told(of, moment) == [(kind, sentence)]


def test_what_is_announced_beyond_the_end_of_the_plan_is_not_denied() -> None:
    of = published(window(start=START + 300 * DAY), calendar=replace(CALENDAR, planned_until=date(2027, 10, 31)))
    assert told(of, NOW) == [("unknown", "Er is alleen het aangekondigde onderhoud bekend.")]


def test_work_without_downtime_is_told_after_that_the_service_is_available() -> None:
    of = published(window(kind="operationeel"), window("b", START + 10 * DAY))
    assert told(of, START + 5 * MINUTE) == [
        ("open", "Example is beschikbaar."),
        ("open", "Er is nu onderhoud zonder downtime, naar verwachting tot 21:15."),
    ]


def test_the_most_severe_comes_first_however_late_it_began() -> None:
    of = published(window("a"), window("b", START + 25 * MINUTE), window("c", START + 26 * MINUTE, kind="operationeel"))
    assert [sentence for _, sentence in told(of, START + 30 * MINUTE)] == [
        "Example is nu niet beschikbaar, naar verwachting tot 21:45.",
        "Example is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd.",
        "Er is nu onderhoud zonder downtime, naar verwachting tot 21:41.",
    ]


def test_of_two_outages_the_one_that_ends_last_counts() -> None:
    of = published(window("a"), window("b", START + 10 * MINUTE))
    assert told(of, START + 15 * MINUTE)[0][1].endswith("tot 21:30.")


@pytest.mark.parametrize(("hours", "until"), [(0, "morgen 12:00"), (12, "vandaag 12:00")])
def test_a_moment_near_now_is_told_without_its_date(hours: int, until: str) -> None:
    of = published(window(end=START + 15 * HOUR))
    assert told(of, START + hours * HOUR)[0][1] == f"Example is nu niet beschikbaar, naar verwachting tot {until}."


def test_an_end_at_midnight_and_one_of_another_week_are_clear() -> None:
    midnight, week = (published(window(end=START + each)) for each in (3 * HOUR, 7 * DAY))
    assert told(midnight, START)[0][1].endswith("tot middernacht.")
    assert told(week, START)[0][1].endswith("tot dinsdag 14 december 21:00.")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Example is unavailable, expected until 21:20."),
        ("de", "Example ist zurzeit nicht verfügbar, voraussichtlich bis 21:20."),
        ("fr", "Example est actuellement indisponible, en principe jusqu’à 21:20."),
    ],
)
def test_it_is_said_in_each_language(language: str, sentence: str) -> None:
    of = published(window(), calendar=replace(CALENDAR, languages=("nl", "en", "de", "fr")))
    assert told(of, START, language)[0][1] == sentence


def test_the_evening_of_the_shipped_calendars_last_window() -> None:
    path = REAL / "minox-online.journal.jsonl"
    of = load_journal(path.read_bytes(), file=str(path), key="minox-online")
    evening = datetime(2021, 12, 20, 19, tzinfo=UTC)
    assert [told(of, evening + timedelta(minutes=each))[0] for each in (30, 65, 85, 210)] == [
        ("open", "Minox Online is beschikbaar."),
        ("closed", "Minox Online is nu niet beschikbaar, naar verwachting tot 21:20."),
        ("at-risk", "Minox Online is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd."),
        ("unknown", "Er is geen onderhoud bekend na 20 december 2021."),
    ]
