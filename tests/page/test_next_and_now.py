from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from icsfeed.model import Actual, Status
from icsfeed.publication.publication import boundaries
from icsfeed.replay import Change
from tests.page.reading import page, panel
from tests.published import START, edited, published, text, window
from tests.support import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONE = published(window("a"))
MIDNIGHT = datetime(2027, 12, 6, 23, tzinfo=UTC)
"""When the day of the window begins in Amsterdam."""


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "Volgend onderhoud Dinsdag 7 december, 21:00–21:20 Standaard · ca. 20 minuten niet beschikbaar · Details"),
        (MIDNIGHT - DAY - MINUTE, "Volgend onderhoud Dinsdag 7 december, 21:00–21:20"),
        (MIDNIGHT - DAY, "Volgend onderhoud Morgen, dinsdag 7 december, 21:00–21:20"),
        (MIDNIGHT, "Volgend onderhoud Vanavond, dinsdag 7 december, 21:00–21:20"),
        (START - MINUTE, "Volgend onderhoud Vanavond, dinsdag 7 december, 21:00–21:20"),
        (START, "Nu bezig Naar verwachting tot 21:20 Standaard"),
        (START + 20 * MINUTE, "Loopt mogelijk uit Zou om 21:20 klaar zijn; nog niet bevestigd Standaard"),
        (START + 20 * MINUTE + 2 * HOUR - MINUTE, "Loopt mogelijk uit Zou om 21:20 klaar zijn; nog niet bevestigd"),
        (
            START + 20 * MINUTE + 2 * HOUR,
            "Volgend onderhoud Er is nu geen onderhoud aangekondigd. Het laatste was dinsdag 7 december 2027. Abonneer je, dan",
        ),
    ],
)
def test_the_panel_says_what_is_right_at_the_moment(moment: datetime, said: str) -> None:
    (item,) = panel(ONE, moment)
    assert item.startswith(said)


def test_every_moment_at_which_the_panel_changes_is_a_boundary() -> None:
    moments = [NOW]
    while moments[-1] < MIDNIGHT + 3 * DAY:
        moments.append(boundaries(ONE, moments[-1])[0])
    said = [panel(ONE, moment) for moment in moments]
    changes = [moment for moment, (was, now) in zip(moments[1:], pairwise(said), strict=True) if was != now]
    assert changes == [MIDNIGHT - DAY, MIDNIGHT, START, START + 20 * MINUTE, START + 20 * MINUTE + 2 * HOUR]


def test_a_window_of_another_year_is_told_with_it_until_that_year_begins() -> None:
    of = published(window("a", datetime(2028, 3, 7, 20, tzinfo=UTC)))
    new_year = datetime(2027, 12, 31, 23, tzinfo=UTC)

    assert "7 maart 2028, 21:00–21:20" in panel(of, new_year - MINUTE)[0]
    assert "7 maart, 21:00–21:20" in panel(of, new_year)[0]
    assert boundaries(of, new_year - MINUTE)[0] == new_year


def test_by_day_a_window_is_today() -> None:
    of = published(window("a", datetime(2027, 12, 7, 12, tzinfo=UTC)))
    assert panel(of, MIDNIGHT)[0].startswith("Volgend onderhoud Vandaag, dinsdag 7 december, 13:00–13:20")


def test_a_reported_beginning_is_told() -> None:
    of = published(window("a", actual=Actual(start=START + 3 * MINUTE)))
    assert "Begonnen: dinsdag 7 december 2027 21:03" in panel(of, START + 5 * MINUTE)[0]


def test_after_a_reported_end_the_update_goes_on_and_more_is_not_promised() -> None:
    of = published(window("a", actual=Actual(start=START, end=START + 18 * MINUTE)))
    (item,) = panel(of, START + 18 * MINUTE)

    assert "Weer beschikbaar; de update loopt nog tot ca. 21:30, het kan trager zijn" in item
    assert "Werkelijk: 21:00–21:18 (18 minuten)" in item
    assert "geen onderhoud aangekondigd" in panel(of, START + 30 * MINUTE)[0]


def test_without_a_reported_end_it_is_not_said_that_the_service_is_back() -> None:
    every = [item for minutes in range(0, 300, 5) for item in panel(ONE, START + minutes * MINUTE)]
    assert [item for item in every if "eer beschikbaar" in item] == []


def test_how_long_an_overrun_may_last_is_said() -> None:
    assert "Houd rekening met uitloop tot 23:20." in panel(ONE, START + 20 * MINUTE)[0]
    over_midnight = published(window("a", kind="uitgebreid"))
    assert "Houd rekening met uitloop tot woensdag 8 december 2027 02:40." in panel(over_midnight, START + 101 * MINUTE)[0]


def test_an_open_end_is_said_to_be_open() -> None:
    of = published(window("a", kind="uitgebreid"))

    assert "21:00–22:40 of later" in panel(of, NOW)[0]
    assert "Naar verwachting tot 22:40 of later" in panel(of, START)[0]


def test_a_window_over_midnight_is_told_with_both_days() -> None:
    of = published(window("a", end=START + 15 * HOUR))

    assert "Dinsdag 7 december 2027 21:00 – woensdag 8 december 2027 12:00" in panel(of, NOW)[0]
    assert "Naar verwachting tot woensdag 8 december 2027 12:00" in panel(of, START)[0]
    assert "Zou woensdag 8 december 2027 12:00 klaar zijn; nog niet bevestigd" in panel(of, START + 16 * HOUR)[0]


def test_what_is_under_way_and_what_comes_next_are_both_told() -> None:
    of = published(window("a"), window("b", START + 10 * MINUTE), window("c", START + DAY), window("d", START + 2 * DAY))
    said = panel(of, START + 25 * MINUTE)

    assert [each.split(" ")[0] for each in said] == ["Loopt", "Nu", "Daarna"]
    assert "Morgen, woensdag 8 december, 21:00–21:20" in said[2]


def test_windows_that_begin_at_once_are_all_next() -> None:
    of = published(window("a"), window("b", kind="uitgebreid"), window("c", START + DAY))
    assert len(panel(of, NOW)) == 2


def test_provisional_and_unplanned_windows_say_so() -> None:
    of = published(window("a", status=Status.TENTATIVE), window("b", planned=False))
    tentative, unplanned = panel(of, NOW)

    assert "Onder voorbehoud Standaard" in tentative
    assert "Ongepland Standaard" in unplanned
    assert panel(published(window("a", status=Status.TENTATIVE)), START)[0].startswith(
        "Nu, onder voorbehoud Zou nu bezig zijn, tot 21:20"
    )


def test_a_moved_window_says_from_where_and_why() -> None:
    later = window("a", START + 2 * DAY, reason=text("De leverancier is later.", "The supplier is late."))
    (item,) = panel(edited(ONE, later, at=NOW + DAY, change=Change.MOVED), NOW + DAY)

    assert "Verplaatst: was di 7 december 21:00, nu do 9 december 21:00" in item
    assert "Reden: De leverancier is later." in item


def test_a_cancelled_window_is_not_what_comes_next() -> None:
    of = published(window("a", status=Status.CANCELLED))

    assert "Er is nu geen onderhoud aangekondigd." in panel(of, NOW)[0]
    assert "Het laatste was" not in panel(of, START + 100 * DAY)[0]


def test_a_window_without_downtime_says_so() -> None:
    assert "Dinsdag 7 december, 21:00 Operationeel · geen downtime" in panel(published(window("a", kind="operationeel")), NOW)[0]


def test_when_it_was_updated_comes_from_the_journal() -> None:
    for moment in (NOW, START, START + 100 * DAY):
        assert page(ONE, moment).one("p", kind="updated").text == "Laatst bijgewerkt maandag 1 november 2027 13:00"
