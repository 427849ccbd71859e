from dataclasses import replace

import pytest

from icsfeed.names import LANGUAGES
from icsfeed.notifying.messages import change_message, reminder_message
from icsfeed.publication.history import history_of
from icsfeed.replay import Change
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import NOW

SPEAKING = replace(CALENDAR, languages=LANGUAGES, service=text("R&D <x>"))

MOVED = {
    "nl": "R&D <x>: verplaatst naar wo 8 december 21:00, was di 7 december 21:00",
    "en": "R&D <x>: moved to Wed 8 December 21:00, was Tue 7 December 21:00",
    "de": "R&D <x>: verschoben auf Mi., 8. Dezember 21:00, bisher Di., 7. Dezember 21:00",
    "fr": "R&D <x> : déplacée au mer. 8 décembre 21:00, initialement mar. 7 décembre 21:00",
}
REMINDED = {
    "nl": "R&D <x>: herinnering: onderhoud op di 7 december 21:00",
    "en": "R&D <x>: reminder: maintenance on Tue 7 December 21:00",
    "de": "R&D <x>: Erinnerung: Wartung am Di., 7. Dezember 21:00",
    "fr": "R&D <x> : rappel : maintenance le mar. 7 décembre 21:00",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_subject_is_one_line_in_the_language_of_the_place(language: str) -> None:
    later = window(start=START.replace(day=8), note=text("eerste <regel>\ntweede & laatste"))
    of = edited(published(window(), calendar=SPEAKING), later, at=NOW, change=Change.MOVED)
    moved = change_message([(history_of(of)[-1], "https://example.com/a/")], language, now=NOW)
    assert moved.subject == MOVED[language]
    assert moved.sections[-1][-1] == "https://example.com/a/"
    assert "<p>eerste &lt;regel&gt;<br>tweede &amp; laatste</p>" in moved.html
    reminder = reminder_message(of.by_id["a"], SPEAKING, language, address="", now=NOW)
    assert reminder.subject == REMINDED[language].replace("7", "8").replace(*DAYS[language])
    assert reminder.sections[-1][-1].count("\n") == 0


DAYS = {"nl": ("di ", "wo "), "en": ("Tue", "Wed"), "de": ("Di.", "Mi."), "fr": ("mar.", "mer.")}


def test_the_year_is_said_where_it_is_another_one() -> None:
    of = published(window(start=START.replace(year=2028)), calendar=SPEAKING)
    told = change_message([(history_of(of)[-1], "")], "en", now=NOW)
    assert told.subject == "R&D <x>: maintenance announced for Thu 7 December 2028 21:00"


def test_a_repeated_window_says_so() -> None:
    of = published(window("series", repeat="FREQ=WEEKLY"), calendar=SPEAKING)
    told = change_message([(history_of(of)[-1], "")], "nl", now=NOW)
    assert told.subject == "R&D <x>: herhaald onderhoud aangekondigd, voor het eerst di 7 december 21:00"


def test_only_an_address_of_its_own_is_a_link() -> None:
    of = published(window(note=text("https://example.com/ is traag")), calendar=SPEAKING)
    told = change_message([(history_of(of)[-1], "")], "nl", now=NOW)
    assert "<a " not in told.html
