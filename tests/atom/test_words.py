from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.model import Actual, Status, Window
from icsfeed.publication.documents import atom
from icsfeed.replay import Change, replay
from tests.atom.reading import entries, lines, titles
from tests.published import CALENDAR, START, documents_of, edited, published, text, window, with_class
from tests.support import ADDRESS, NOW, WINDOW, publish_text, schedule_text

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

WHAT = "Example: Standaard onderhoud (ca. 20 min), dinsdag 7 december 2027 21:00"


def once(after: Window, change: Change, *, before: Window | None = None, at: datetime = NOW + DAY) -> list[str]:
    """Return title and text of the entry that tells a change of a window."""
    entry = entries(edited(published(before or window()), after, at=at, change=change))[0]
    return [entry.title, *lines(entry)]


def test_an_announcement() -> None:
    (entry,) = entries(published(window(note=text("Sla je werk op"))))

    assert entry.title == f"Aangekondigd: {WHAT}"
    assert lines(entry) == [
        "Dinsdag 7 december 2027, 21:00–21:20 (Europe/Amsterdam)",
        "Downtime: ca. 20 minuten niet beschikbaar",
        "Sla je werk op",
    ]


def test_a_move_says_where_it_was_and_where_it_is_and_why() -> None:
    assert once(window(start=START + 2 * DAY, reason=text("De leverancier")), Change.MOVED) == [
        "Verplaatst: Example: Standaard onderhoud (ca. 20 min), donderdag 9 december 2027 21:00",
        "Was di 7 december 21:00, nu do 9 december 21:00",
        "Reden: De leverancier",
        "Donderdag 9 december 2027, 21:00–21:20 (Europe/Amsterdam)",
        "Downtime: ca. 20 minuten niet beschikbaar",
    ]


@pytest.mark.parametrize(
    ("make", "change", "begins"),
    [
        (lambda one: replace(one, status=Status.CANCELLED), Change.CANCELLED, "Geannuleerd: "),
        (lambda one: replace(one, status=Status.CANCELLED), Change.WITHDRAWN, "Geannuleerd: "),
        (lambda one: one, Change.RESTORED, "Gaat toch door: "),
        (lambda one: replace(one, actual=Actual(start=START)), Change.BEGUN, "Begonnen: "),
        (lambda one: replace(one, actual=Actual(start=START, end=START + 28 * MINUTE)), Change.COMPLETED, "Afgerond: "),
        (lambda one: replace(one, note=text("Let op")), Change.CHANGED, "Gewijzigd: "),
    ],
)
def test_a_title_begins_with_what_happened(make: Callable[[Window], Window], change: Change, begins: str) -> None:
    assert once(make(window()), change)[0] == f"{begins}{WHAT}"


def test_an_announcement_says_whether_it_is_sure_and_whether_it_was_planned() -> None:
    tentative = published(window(status=Status.TENTATIVE))

    assert titles(tentative) == [f"Onder voorbehoud aangekondigd: {WHAT}"]
    assert "Dit is nog onder voorbehoud." in lines(entries(tentative)[0])
    assert titles(published(window(planned=False))) == [f"Ongepland: {WHAT}"]


def test_a_window_that_is_sure_now_is_confirmed() -> None:
    assert once(window(), Change.CHANGED, before=window(status=Status.TENTATIVE))[0] == f"Bevestigd: {WHAT}"


def test_a_cancelled_window_says_so_and_not_how_long_it_takes() -> None:
    told = once(window(status=Status.CANCELLED, reason=text("Niet nodig")), Change.CANCELLED)
    assert told[1:] == [
        "Reden: Niet nodig",
        "Dinsdag 7 december 2027, 21:00–21:20 (Europe/Amsterdam)",
        "Dit onderhoud gaat niet door.",
    ]


def test_a_window_moved_and_cancelled_at_once_is_cancelled() -> None:
    assert once(window(start=START + DAY, status=Status.CANCELLED), Change.MOVED)[0].startswith("Geannuleerd: ")


def test_what_really_happened_is_told() -> None:
    done = once(window(actual=Actual(start=START + 3 * MINUTE, end=START + 31 * MINUTE)), Change.COMPLETED)
    assert done[-1] == "Werkelijk: dinsdag 7 december 2027, 21:03–21:31 (28 minuten)"


def test_another_class_says_which_it_was() -> None:
    assert once(window(kind="uitgebreid"), Change.CHANGED)[1] == (
        "Was Example: Standaard onderhoud (ca. 20 min), nu Example: Uitgebreid onderhoud (100 min of meer)"
    )


def test_an_entry_tells_the_window_as_it_was_at_that_line() -> None:
    first = published(window())
    longer = edited(first, at=NOW + DAY, calendar=with_class("standaard", name=text("Groot")))
    moved = edited(longer, window(start=START + DAY), at=NOW + 2 * DAY, change=Change.MOVED)

    assert titles(moved) == [
        "Verplaatst: Example: Groot onderhoud (ca. 20 min), woensdag 8 december 2027 21:00",
        f"Aangekondigd: {WHAT}",
    ]


def test_a_class_that_is_gone_is_told_as_it_was() -> None:
    light, _, heavy = CALENDAR.classes
    without = edited(published(window()), at=NOW + DAY, calendar=replace(CALENDAR, classes=(light, heavy)))
    cancelled = edited(without, window(status=Status.CANCELLED), at=NOW + 2 * DAY, change=Change.CANCELLED)
    assert titles(cancelled) == [f"Geannuleerd: {WHAT}", f"Aangekondigd: {WHAT}"]


def test_a_merge_that_brings_a_window_before_its_class_is_read() -> None:
    light = CALENDAR.classes[0]
    early = published(window(kind="operationeel"), window("b"), calendar=CALENDAR)
    late = replace(early.lines[0], at=NOW + DAY)
    known = replace(early.lines[0], calendar=replace(CALENDAR, classes=(light,)))
    assert len(titles(replay((known, *early.lines[1:], late)))) == 2


# Repeated windows

SERIES = """\
  - id: ronde
    start: donderdag 2 december 2027 21:00
    class: standaard
    repeat: FREQ=MONTHLY;BYDAY=1TH
"""


def test_a_repeated_window_is_one_entry_with_its_dates() -> None:
    (entry,) = entries(publish_text(schedule_text(SERIES)))

    assert entry.title == (
        "Aangekondigd: Example: Standaard onderhoud (ca. 20 min), herhaald vanaf donderdag 2 december 2027 21:00"
    )
    assert lines(entry)[1] == (
        "Herhaald: donderdag 2 december 2027, donderdag 6 januari 2028, donderdag 3 februari 2028, …, donderdag 7 december 2028"
    )
    assert entry.link == f"{ADDRESS}/example/"


def test_a_changed_repeated_window_tells_what_lies_ahead_of_it() -> None:
    before = publish_text(schedule_text(SERIES))
    changed = publish_text(schedule_text(f"{SERIES}    note: Let op\n"), before, now=NOW + 50 * DAY)

    assert titles(changed)[0] == (
        "Gewijzigd: Example: Standaard onderhoud (ca. 20 min), herhaald vanaf donderdag 6 januari 2028 21:00"
    )


def test_an_occurrence_that_moves_says_where_its_series_had_it() -> None:
    before = publish_text(schedule_text(SERIES))
    exception = "    changes:\n      6 januari 2028: {start: 7 januari 2028 22:00}\n"
    after = publish_text(schedule_text(SERIES + exception), before, now=NOW + DAY)
    entry = entries(after)[0]

    assert entry.title.startswith("Verplaatst: ")
    assert lines(entry)[0] == "Was do 6 januari 21:00, nu vr 7 januari 22:00"
    assert entry.link == f"{ADDRESS}/example/nl/ronde-20280106/"


def test_an_occurrence_far_ahead_leads_to_its_page_once_there_is_one() -> None:
    exception = "    changes:\n      4 januari 2029: {start: 5 januari 2029 22:00}\n"
    of = publish_text(schedule_text(SERIES + exception))
    reach = datetime(2027, 12, 31, 23, tzinfo=UTC)
    path = "/example/nl/changes.atom"
    before, after = (documents_of(of, moment, atom)[path] for moment in (reach - MINUTE, reach))

    page = f'href="{ADDRESS}/example/nl/ronde-20290104/"'.encode()
    assert (page in before.body, page in after.body) == (False, True)


def test_a_withdrawn_series_is_cancelled() -> None:
    before = publish_text(schedule_text(SERIES))
    gone = publish_text(schedule_text(WINDOW), before, now=NOW + DAY)
    assert any(title.startswith("Geannuleerd: ") and "herhaald vanaf" in title for title in titles(gone))


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Moved: Example: Standard maintenance (about 20 min), Thursday 9 December 2027 21:00"),
        ("de", "Verschoben: Example: "),
        ("fr", "Déplacée\u00a0: Example\u00a0: "),
    ],
)
def test_every_language_has_its_words(language: str, title: str) -> None:
    calendar = replace(CALENDAR, languages=("nl", "en", "de", "fr"))
    moved = edited(published(window(), calendar=calendar), window(start=START + 2 * DAY), at=NOW + DAY, change=Change.MOVED)
    assert titles(moved, language)[0].startswith(title)
