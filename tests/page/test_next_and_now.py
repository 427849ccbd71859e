from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from icsfeed.model import Actual, Status
from icsfeed.publication.phases import boundaries
from icsfeed.publication.publication import render_publication
from icsfeed.replay import Change
from tests.page.reading import coming, page, read_page, states
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import ADDRESS, NOW, body_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONE = published(window("a"))
MIDNIGHT = datetime(2027, 12, 6, 23, tzinfo=UTC)
"""When the day of the window begins in Amsterdam."""


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "Volgend onderhoud Dinsdag 7 december, 21:00–21:20 Ca. 20 minuten niet beschikbaar Standaard · Details, Dinsdag"),
        (MIDNIGHT - DAY - MINUTE, "Volgend onderhoud Dinsdag 7 december, 21:00–21:20"),
        (MIDNIGHT - DAY, "Volgend onderhoud Morgen, dinsdag 7 december, 21:00–21:20"),
        (MIDNIGHT, "Volgend onderhoud Vanavond, dinsdag 7 december, 21:00–21:20"),
        (START - MINUTE, "Volgend onderhoud Vanavond, dinsdag 7 december, 21:00–21:20"),
        (START, "Daarna Er is nu geen onderhoud aangekondigd. Abonneer je, dan"),
        (
            START + 20 * MINUTE + 2 * HOUR,
            "Volgend onderhoud Er is nu geen onderhoud aangekondigd. Het laatste onderhoud was op dinsdag 7 december 2027.",
        ),
    ],
)
def test_what_comes_next_is_said_as_is_right_at_the_moment(moment: datetime, said: str) -> None:
    assert coming(ONE, moment).startswith(said)


def test_every_moment_at_which_the_top_changes_is_a_boundary() -> None:
    moments = [NOW]
    while moments[-1] < MIDNIGHT + 3 * DAY:
        moments.append(boundaries(ONE, moments[-1])[0])
    said = [(states(ONE, moment), coming(ONE, moment)) for moment in moments]
    changes = [moment for moment, (was, now) in zip(moments[1:], pairwise(said), strict=True) if was != now]
    assert changes == [MIDNIGHT - DAY, MIDNIGHT, START, START + 20 * MINUTE, START + 20 * MINUTE + 2 * HOUR]


def test_the_page_says_when_it_changes_next() -> None:
    now = page(ONE, START - MINUTE).one("section", where=lambda each: each.attributes.get("id") == "now")
    assert now.attributes["data-until"] == "2027-12-07T20:00:00Z"


def test_a_window_of_another_year_is_told_with_it_until_that_year_begins() -> None:
    of = published(window("a", datetime(2028, 3, 7, 20, tzinfo=UTC)))
    new_year = datetime(2027, 12, 31, 23, tzinfo=UTC)

    assert "Dinsdag 7 maart 2028, 21:00–21:20 Ca." in coming(of, new_year - MINUTE)
    assert "Dinsdag 7 maart, 21:00–21:20 Ca." in coming(of, new_year)
    assert boundaries(of, new_year - MINUTE)[0] == new_year


def test_by_day_a_window_is_today() -> None:
    of = published(window("a", datetime(2027, 12, 7, 12, tzinfo=UTC)))
    assert coming(of, MIDNIGHT).startswith("Volgend onderhoud Vandaag, dinsdag 7 december, 13:00–13:20")


def test_a_reported_beginning_is_told() -> None:
    of = published(window("a", actual=Actual(start=START + 3 * MINUTE)))
    assert states(of, START + 5 * MINUTE)[0].endswith("Begonnen om 21:03.")


def test_after_a_reported_end_the_update_goes_on_and_more_is_not_promised() -> None:
    of = published(window("a", actual=Actual(start=START, end=START + 18 * MINUTE)))
    (state,) = states(of, START + 18 * MINUTE)

    assert state.startswith("Example is weer beschikbaar; de update loopt nog tot ongeveer 21:30.")
    assert state.endswith("Tot die tijd kan het trager zijn. Werkelijk: 21:00–21:18 (18 minuten)")
    assert states(of, START + 30 * MINUTE) == ["Er is geen onderhoud bekend na 7 december 2027."]


def test_without_a_reported_end_it_is_not_said_that_the_service_is_back() -> None:
    every = [item for minutes in range(0, 300, 5) for item in states(ONE, START + minutes * MINUTE)]
    assert [item for item in every if "eer beschikbaar" in item] == []


def test_how_long_an_overrun_may_last_is_said() -> None:
    assert "Houd rekening met uitloop tot 23:20." in states(ONE, START + 20 * MINUTE)[0]
    over_midnight = published(window("a", kind="uitgebreid"))
    assert "Houd rekening met uitloop tot morgen 02:40." in states(over_midnight, START + 101 * MINUTE)[0]


def test_an_open_end_is_said_to_be_open() -> None:
    assert "21:00–22:40 of later" in coming(published(window("a", kind="uitgebreid")), NOW)


def test_a_window_over_midnight_is_told_with_both_days() -> None:
    of = published(window("a", end=START + 15 * HOUR))
    assert "Dinsdag 7 december 2027 21:00 – woensdag 8 december 2027 12:00 Niet beschikbaar" in coming(of, NOW)


def test_what_is_under_way_and_what_comes_next_are_both_told() -> None:
    of = published(window("a"), window("b", START + 10 * MINUTE), window("c", START + DAY), window("d", START + 2 * DAY))
    moment = START + 25 * MINUTE

    assert [each.split(",")[0] for each in states(of, moment)] == [
        "Example is nu niet beschikbaar",
        "Example is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn",
    ]
    assert coming(of, moment).startswith("Daarna Morgen, woensdag 8 december, 21:00–21:20")


def test_windows_that_begin_at_once_are_all_next() -> None:
    of = published(window("a"), window("b", kind="uitgebreid"), window("c", START + DAY))
    assert [part in coming(of, NOW) for part in ("21:00–21:20", "21:00–22:40 of later", "8 december")] == [True, True, False]


def test_provisional_and_unplanned_windows_say_so() -> None:
    of = published(window("a", status=Status.TENTATIVE), window("b", planned=False))

    assert "Standaard Onder voorbehoud" in coming(of, NOW)
    assert "Standaard Ongepland" in coming(of, NOW)
    assert sorted("Ongepland" in each for each in states(of, START)) == [False, True]


def test_a_moved_window_says_from_where_and_why() -> None:
    later = window("a", START + 2 * DAY, reason=text("De leverancier is later.", "The supplier is late."))
    said = coming(edited(ONE, later, at=NOW + DAY, change=Change.MOVED), NOW + DAY)

    assert "Verplaatst: was di 7 december 21:00, nu do 9 december 21:00" in said
    assert "Reden: De leverancier is later." in said


def test_a_cancelled_window_is_not_what_comes_next() -> None:
    of = published(window("a", status=Status.CANCELLED))

    assert "Er is nu geen onderhoud aangekondigd." in coming(of, NOW)
    assert "Het laatste onderhoud was" not in coming(of, START + 100 * DAY)


def test_a_window_without_downtime_says_so() -> None:
    said = coming(published(window("a", kind="operationeel")), NOW)
    assert "Dinsdag 7 december, 21:00 Geen downtime Operationeel" in said


def test_the_next_downtime_is_told_where_work_without_it_comes_first() -> None:
    light = window("b", START - DAY, kind="operationeel")
    said = coming(published(window("a"), light), NOW)
    assert said.startswith("Volgend onderhoud Maandag 6 december, 21:00 Geen downtime")
    assert "Eerstvolgende downtime: dinsdag 7 december 2027, 21:00–21:20" in said
    for of in (ONE, published(light), published(light, window("a", status=Status.CANCELLED))):
        assert "Eerstvolgende" not in coming(of, NOW)


def test_the_zone_and_when_it_was_updated_are_said_once() -> None:
    for moment in (NOW, START, START + 100 * DAY):
        said = page(ONE, moment).one("p", kind="updated").text
        assert said == (
            "Alle tijden in Amsterdam (CET) · Laatst bijgewerkt op maandag 1 november 2027 om 13:00"
            " · Laad deze pagina opnieuw om wijzigingen te zien."
        )


def test_the_zone_is_named_as_on_that_day() -> None:
    for day, name in (("2028-03-25", "CET"), ("2028-03-26", "CEST"), ("2028-10-28", "CEST"), ("2028-10-29", "CET")):
        for hour in (1, 21):
            moment = datetime.fromisoformat(f"{day}T{hour:02}:30+01:00")
            assert f"Amsterdam ({name})" in page(ONE, moment).one("p", kind="updated").text


def test_a_zone_without_a_name_of_its_own_is_told_by_its_city() -> None:
    for zone, said in (("UTC", "Alle tijden in UTC ·"), ("Asia/Dubai", "Alle tijden in Dubai ·")):
        of = published(calendar=replace(CALENDAR, timezone=zone))
        assert page(of, NOW).one("p", kind="updated").text.startswith(said)


def test_a_preview_of_the_past_does_not_say_what_was_updated_later() -> None:
    shown = render_publication([ONE], NOW - DAY, lambda _: ADDRESS, is_preview=True)
    updated = read_page(body_of(shown, "/example/")).one("p", kind="updated").text
    assert "bijgewerkt" not in updated


@pytest.mark.parametrize("name", ["Salaris, verlof en verzuim", "Example: Online"])
def test_the_name_of_the_service_is_in_the_first_clause_also_with_a_comma(name: str) -> None:
    of = published(window("a"), calendar=replace(CALENDAR, service=text(name)))
    for moment, smaller in ((NOW, []), (START, ["naar verwachting tot 21:20."])):
        assert [each.text for each in page(of, moment).one("h2", kind="sentence").find("span")] == smaller
