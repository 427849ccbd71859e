from dataclasses import replace
from datetime import datetime

import pytest

from icsfeed.publication.documents.pages.repeat_in_words import repeat_in_words
from icsfeed.recurrence import read_rule
from icsfeed.wording import words_for
from tests.published import CALENDAR

FOUR = replace(CALENDAR, languages=("nl", "en", "de", "fr"))
START = datetime.fromisoformat("2027-01-07 21:00")
"""A Thursday."""


def said(rule: str, language: str = "nl") -> str:
    return repeat_in_words(read_rule(rule, languages=("nl",)).text, START, words_for(FOUR, language))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "elke dag"),
        ("FREQ=DAILY;INTERVAL=3", "om de 3 dagen"),
        ("FREQ=WEEKLY", "elke donderdag"),
        ("FREQ=WEEKLY;BYDAY=TH,MO;WKST=MO", "elke maandag en donderdag"),
        ("FREQ=WEEKLY;BYDAY=TH,MO,TU", "elke maandag, dinsdag en donderdag"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "elke werkdag"),
        ("FREQ=WEEKLY;INTERVAL=2", "om de 2 weken op donderdag"),
        ("FREQ=MONTHLY", "elke 7e van de maand"),
        ("FREQ=MONTHLY;BYMONTHDAY=15;INTERVAL=2", "om de 2 maanden op de 15e"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "elke laatste dag van de maand"),
        ("FREQ=MONTHLY;BYDAY=1TH", "elke eerste donderdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=2", "elke tweede donderdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "elke laatste vrijdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "elke laatste werkdag van de maand"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH", "om de 3 maanden op de eerste donderdag"),
        ("FREQ=YEARLY", "elk jaar op 7 januari"),
        ("FREQ=MONTHLY;BYDAY=1TH;UNTIL=2027-12-31", "elke eerste donderdag van de maand, tot en met 31 december 2027"),
        ("FREQ=WEEKLY;COUNT=3", "elke donderdag, tot en met 21 januari 2027"),
    ],
)
def test_the_usual_rules_are_said(rule: str, words: str) -> None:
    assert said(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=1",
        "FREQ=WEEKLY;BYMONTH=1",
        "FREQ=MONTHLY;BYDAY=1TH,3TH",
        "FREQ=MONTHLY;BYDAY=-2TH",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1,3",
        "FREQ=MONTHLY;BYDAY=TH",
        "FREQ=YEARLY;BYWEEKNO=1",
    ],
)
def test_an_unusual_rule_is_not_said(rule: str) -> None:
    assert said(rule) == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "every first Thursday of the month"),
        ("de", "jeden ersten Donnerstag im Monat"),
        ("fr", "chaque premier jeudi du mois"),
    ],
)
def test_a_rule_is_said_in_each_language(language: str, words: str) -> None:
    assert said("FREQ=MONTHLY;BYDAY=1TH", language) == words


def test_in_french_the_first_of_a_month_is_the_first() -> None:
    assert said("FREQ=MONTHLY;BYMONTHDAY=1", "fr") == "le 1er de chaque mois"
