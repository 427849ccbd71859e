from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from icsfeed.model import Actual, Calendar, Downtime, Impact, Status, Text, Window
from icsfeed.replay import Change
from tests.published import CALENDAR, START, edited, event, feed, published, text, window, with_class
from tests.support import NOW


def described(one: Window, *, calendar: Calendar = CALENDAR, language: str = "nl") -> str:
    return event(one, calendar=calendar, language=language).text("DESCRIPTION")


FULL = window(
    note=text("Let op: exports.", "Mind your exports."),
    reason=text("Leverancier was laat.", "The supplier was late."),
    actual=Actual(start=START + timedelta(minutes=3), end=START + timedelta(minutes=31)),
)


def test_everything_is_told_in_its_order() -> None:
    was = window(start=START - timedelta(days=2))
    moved = edited(published(was), FULL, at=NOW + timedelta(minutes=1), change=Change.MOVED)

    assert feed(moved).event("a@example.com").text("DESCRIPTION") == (
        "Dinsdag 7 december 2027, 21:00–21:20 (Europe/Amsterdam)\n"
        "Downtime: ca. 20 minuten niet beschikbaar\n"
        "De hele update duurt gemiddeld 30 minuten.\n"
        "\n"
        "Let op: exports.\n"
        "\n"
        "Standaard: Middelgroot onderhoud.\n"
        "\n"
        "Soms nog traag.\n"
        "\n"
        "Support is bereikbaar vanaf woensdag 8 december 2027 08:00: Support, support@example.com\n"
        "\n"
        "Reden: Leverancier was laat.\n"
        "Verplaatst: was zo 5 december 21:00, nu di 7 december 21:00\n"
        "Werkelijk: dinsdag 7 december 2027, 21:03–21:31 (28 minuten)\n"
        "\n"
        "https://maintenance.example.com/example/nl/a/\n"
        "Bijgewerkt 1 november 2027 13:01"
    )
    assert feed(moved, "/example/en/example.ics").event("a@example.com").text("DESCRIPTION") == (
        "Tuesday 7 December 2027, 21:00–21:20 (Europe/Amsterdam)\n"
        "Downtime: about 20 minutes unavailable\n"
        "The whole update takes 30 minutes on average.\n"
        "\n"
        "Mind your exports.\n"
        "\n"
        "Standard: Medium-sized maintenance.\n"
        "\n"
        "Sometimes still slow.\n"
        "\n"
        "Support is available from Wednesday 8 December 2027 08:00: Support, support@example.com\n"
        "\n"
        "Reason: The supplier was late.\n"
        "Moved: was Sun 5 December 21:00, now Tue 7 December 21:00\n"
        "Actual: Tuesday 7 December 2027, 21:03–21:31 (28 minutes)\n"
        "\n"
        "https://maintenance.example.com/example/en/a/\n"
        "Updated 1 November 2027 13:01"
    )


def test_what_a_class_does_not_say_is_left_out() -> None:
    assert described(window(kind="uitgebreid")) == (
        "Dinsdag 7 december 2027, 21:00–22:40 (Europe/Amsterdam)\n"
        "Downtime: 100 minuten of meer niet beschikbaar\n"
        "\n"
        "https://maintenance.example.com/example/nl/a/\n"
        "Bijgewerkt 1 november 2027 13:00"
    )


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (window(), "Downtime: ca. 20 minuten niet beschikbaar"),
        (window(kind="uitgebreid"), "Downtime: 100 minuten of meer niet beschikbaar"),
        (window(kind="standaard/uitgebreid"), "Downtime: 100 minuten of meer niet beschikbaar"),
        (window(kind="operationeel"), "Downtime: geen"),
        (window(end=START + timedelta(hours=15)), "Downtime: niet beschikbaar, verwacht tot woensdag 8 december 2027 12:00"),
        (
            window(kind="operationeel", end=START + timedelta(hours=1)),
            "Downtime: beschikbaar, werkzaamheden verwacht tot dinsdag 7 december 2027 22:00",
        ),
    ],
)
def test_the_second_line_is_the_downtime(one: Window, line: str) -> None:
    assert described(one).split("\n")[1] == line


def test_a_provisional_window_says_so_below_its_downtime() -> None:
    first, _, _ = described(window(status=Status.TENTATIVE)).partition("\n\n")
    assert first.split("\n")[-1] == "Dit is nog onder voorbehoud."
    assert "voorbehoud" not in described(window(status=Status.CANCELLED)) + described(window())


def test_a_class_that_limits_the_service_says_so() -> None:
    calendar = with_class("standaard", impact=Impact.DEGRADED)

    assert "\nDowntime: ca. 20 minuten beperkt beschikbaar\n" in described(window(), calendar=calendar)
    fixed = window(end=START + timedelta(hours=1))
    assert "\nDowntime: beperkt beschikbaar, verwacht tot dinsdag 7 december 2027 22:00\n" in described(fixed, calendar=calendar)


def test_a_class_with_downtime_but_without_impact_says_so() -> None:
    calendar = with_class("standaard", impact=Impact.NONE)

    assert "\nDowntime: ca. 20 minuten, zonder gevolgen\n" in described(window(), calendar=calendar)


def test_a_window_of_two_days_names_both() -> None:
    first = described(window(end=START + timedelta(hours=15))).split("\n")[0]

    assert first == "Dinsdag 7 december 2027 21:00 – woensdag 8 december 2027 12:00 (Europe/Amsterdam)"


def test_a_window_across_the_clock_change_says_which_time_it_is() -> None:
    first = described(window(start=datetime(2027, 10, 31, 0, 30, tzinfo=UTC), end=datetime(2027, 10, 31, 1, 30, tzinfo=UTC)))

    assert first.split("\n")[0] == "Zondag 31 oktober 2027, 02:30 (zomertijd)–02:30 (wintertijd) (Europe/Amsterdam)"


def test_a_window_during_which_the_clock_changes_says_which_time_each_is() -> None:
    one = window(start=datetime(2027, 10, 30, 22, 30, tzinfo=UTC), end=datetime(2027, 10, 31, 5, tzinfo=UTC))
    assert described(one).startswith("Zondag 31 oktober 2027, 00:30 (zomertijd)–06:00 (wintertijd) (Europe/Amsterdam)\n")


def test_a_fixed_end_leaves_out_how_long_an_update_takes_on_average() -> None:
    assert "gemiddeld" in described(window())
    assert "gemiddeld" not in described(window(end=START + timedelta(hours=1)))


def test_two_classes_are_both_described_and_the_heavier_one_says_what_follows() -> None:
    calendar = with_class("uitgebreid", description=text("Groot."), aftermath=text("Lang traag."))
    told = described(window(kind="standaard/uitgebreid"), calendar=calendar)

    assert "\n\nStandaard: Middelgroot onderhoud.\n\nUitgebreid: Groot.\n\nLang traag.\n\n" in told
    assert "Soms nog traag." not in told


@pytest.mark.parametrize(
    ("start", "there"),
    [
        (datetime(2027, 12, 7, 20, 0, tzinfo=UTC), "woensdag 8 december 2027 08:00"),
        (datetime(2027, 12, 7, 6, 40, tzinfo=UTC), "dinsdag 7 december 2027 08:00"),
        (datetime(2027, 12, 7, 6, 41, tzinfo=UTC), "woensdag 8 december 2027 08:00"),
        (datetime(2027, 12, 7, 3, 0, tzinfo=UTC), "dinsdag 7 december 2027 08:00"),
        (datetime(2027, 12, 31, 22, 59, tzinfo=UTC), "zaterdag 1 januari 2028 08:00"),
        (datetime(2027, 10, 30, 23, 0, tzinfo=UTC), "zondag 31 oktober 2027 08:00"),
    ],
)
def test_support_is_there_from_the_first_eight_after_the_planned_end(start: datetime, there: str) -> None:
    assert f"\nSupport is bereikbaar vanaf {there}: Support, support@example.com\n" in described(window(start=start))


def test_support_goes_by_a_fixed_end() -> None:
    one = window(end=datetime(2027, 12, 8, 11, tzinfo=UTC))

    assert "vanaf donderdag 9 december 2027 08:00" in described(one)


def test_support_is_left_out_where_the_heavier_class_names_no_time() -> None:
    assert "Support is" not in described(window(kind="standaard/uitgebreid"))
    assert "Support is" in described(window(kind="standaard/uitgebreid"), calendar=with_class("uitgebreid", support_from=time(8)))


def test_a_cancelled_window_says_that_it_will_not_take_place_and_why() -> None:
    told = described(window(status=Status.CANCELLED, reason=text("Niet meer nodig.")))

    assert told == (
        "Dinsdag 7 december 2027, 21:00–21:20 (Europe/Amsterdam)\n"
        "Dit onderhoud gaat niet door.\n"
        "\n"
        "Standaard: Middelgroot onderhoud.\n"
        "\n"
        "Soms nog traag.\n"
        "\n"
        "Reden: Niet meer nodig.\n"
        "\n"
        "https://maintenance.example.com/example/nl/a/\n"
        "Bijgewerkt 1 november 2027 13:00"
    )


def test_a_window_under_way_says_since_when() -> None:
    begun = window(actual=Actual(start=START + timedelta(minutes=3)))
    assert "\nBegonnen op dinsdag 7 december 2027 om 21:03 uur\n" in described(begun)


def moved_line(*windows: Window, at: datetime = NOW) -> str:
    result = published(windows[0], at=at)
    for count, each in enumerate(windows[1:], start=1):
        result = edited(result, each, at=at + timedelta(minutes=count), change=Change.MOVED)
    lines = feed(result, moment=at + timedelta(days=400)).event("a@example.com").text("DESCRIPTION").split("\n")
    (found,) = (line for line in lines if line.startswith("Verplaatst: "))
    return found


def test_a_move_tells_was_and_now_for_as_long_as_the_event_is_published() -> None:
    assert (
        moved_line(window(), window(start=START + timedelta(days=2)))
        == "Verplaatst: was di 7 december 21:00, nu do 9 december 21:00"
    )


def test_only_the_newest_move_is_told() -> None:
    line = moved_line(window(), window(start=START + timedelta(days=2)), window(start=START + timedelta(days=3)))

    assert line == "Verplaatst: was do 9 december 21:00, nu vr 10 december 21:00"


def test_a_move_into_another_year_names_the_years() -> None:
    line = moved_line(window(), window(start=datetime(2028, 1, 6, 20, tzinfo=UTC)))

    assert line == "Verplaatst: was di 7 december 2027 21:00, nu do 6 januari 2028 21:00"


def test_a_move_of_the_end_tells_the_ends() -> None:
    line = moved_line(window(end=START + timedelta(hours=2)), window(end=START + timedelta(hours=3)))

    assert line == ("Verplaatst: was di 7 december 21:00–23:00, nu di 7 december 21:00 – wo 8 december 00:00")


def test_a_change_after_a_move_keeps_the_move() -> None:
    moved = edited(
        published(window()), window(start=START + timedelta(days=2)), at=NOW + timedelta(minutes=1), change=Change.MOVED
    )
    changed = edited(moved, window(start=START + timedelta(days=2), note=text("Nieuw")), at=NOW + timedelta(minutes=2))

    told = feed(changed).event("a@example.com").text("DESCRIPTION")
    assert "Verplaatst: was di 7 december 21:00, nu do 9 december 21:00" in told
    assert told.endswith("\nBijgewerkt 1 november 2027 13:02")


def test_the_last_line_says_when_it_was_revised_in_local_time() -> None:
    summer = feed(published(window(), at=datetime(2027, 7, 1, 12, 0, tzinfo=UTC))).event("a@example.com")

    assert summer.text("DESCRIPTION").split("\n")[-2:] == [
        "https://maintenance.example.com/example/nl/a/",
        "Bijgewerkt 1 juli 2027 14:00",
    ]


def test_texts_keep_their_own_paragraphs() -> None:
    assert "\n\nEen.\n\n  Twee; drie, vier.\n\nStandaard: " in described(window(note=Text.of("Een.\n\n  Twee; drie, vier.")))


def test_a_text_only_in_the_other_language_is_told_all_the_same() -> None:
    assert "\nOnly English.\n" in described(window(note=Text.of({"en": "Only English."})))


def test_german_and_french_have_their_own_words() -> None:
    calendar = replace(CALENDAR, languages=("de", "fr"))
    one = window(kind="uitgebreid")

    german = event(one, calendar=calendar, language="de")
    french = event(one, calendar=calendar, language="fr")
    assert german.text("SUMMARY") != french.text("SUMMARY")
    assert "100" in german.text("SUMMARY")
    assert "100" in french.text("SUMMARY")


def test_no_lines_are_blank_at_their_ends_or_doubled() -> None:
    told = described(FULL)

    assert [line for line in told.split("\n") if line != line.rstrip()] == []
    assert "\n\n\n" not in told


def test_a_class_without_downtime_takes_what_it_takes() -> None:
    calendar = with_class("operationeel", downtime=Downtime(length=timedelta()), takes=timedelta(hours=4, minutes=30))

    assert "\nDowntime: geen\nDe hele update duurt gemiddeld 4 uur 30 minuten.\n" in described(
        window(kind="operationeel"), calendar=calendar
    )
