from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from icsfeed.languages import format_day
from icsfeed.model import Actual, Status
from icsfeed.publication.publication import render_publication
from icsfeed.replay import Change
from tests.page.reading import Element, events, page, read_page
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import ADDRESS, NOW, WINDOW, body_of, publication_of, publish_text, schedule_text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + DAY
A = "/example/nl/a/"


def facts(of: Element) -> dict[str, str]:
    found = of.one("dl", kind="facts")
    return dict(zip((each.text for each in found.find("dt")), (each.text for each in found.find("dd")), strict=True))


def history(of: Element) -> list[str]:
    return [each.text for each in of.one("section", kind="history").find("li")]


def standing(of: Element) -> list[str]:
    """Return what the first part says of where the window stands, a text each."""
    return [each.text for each in of.one("section", kind="standing").walk() if each.tag in {"h2", "p"}]


def test_everything_about_a_window_stands_on_its_page() -> None:
    one = window(
        "a",
        START + DAY,
        note=text("Sluit op tijd af.", "Close in time."),
        reason=text("De leverancier is later.", "The supplier is late."),
        actual=Actual(start=START + DAY + MINUTE, end=START + DAY + 19 * MINUTE),
    )
    found = page(edited(published(window("a")), one, at=LATER, change=Change.MOVED), START + 2 * DAY, path=A)

    assert found.one("h1").text == "Standaard onderhoud"
    assert standing(found) == [
        "Dit onderhoud is voorbij",
        "Woensdag 8 december 2027, 21:00–21:20",
        "Ca. 20 minuten niet beschikbaar",
        "Reden: De leverancier is later.",
    ]
    assert facts(found) == {
        "Verplaatst": "was di 7 december 21:00, nu wo 8 december 21:00",
        "Werkelijk verloop": "Werkelijk: 21:01–21:19 (18 minuten)",
        "Totale duur": "gemiddeld 30 minuten",
        "Let op": "Sluit op tijd af.",
        "Tijdzone": "Europe/Amsterdam",
    }
    assert found.one("section", kind="about").text == "Wat je kunt verwachten Middelgroot onderhoud. Soms nog traag."
    assert found.one("main").text.count("Standaard") == 1


def test_a_cancelled_window_promises_neither_downtime_nor_support() -> None:
    found = page(published(window("a", status=Status.CANCELLED, reason=text("Niet nodig."))), NOW, A)

    assert standing(found) == [
        "Geannuleerd",
        "Dinsdag 7 december 2027, 21:00–21:20",
        "Dit onderhoud gaat niet door.",
        "Reden: Niet nodig.",
    ]
    assert found.one("section", kind="standing").one("s").text == "Dinsdag 7 december 2027, 21:00–21:20"
    assert facts(found) == {"Tijdzone": "Europe/Amsterdam"}
    assert found.find("section", kind="adding") + found.find("section", kind="about") == []


def test_support_is_told_as_long_as_it_may_be_needed() -> None:
    told = [facts(page(published(window("a")), START + later, A)).get("Support") for later in (-DAY, HOUR, DAY)]
    assert told == [*["vanaf woensdag 8 december 2027 08:00, Support, support@example.com"] * 2, None]


BEGUN = Actual(start=START + MINUTE)
DONE = Actual(start=START, end=START + 10 * MINUTE)
LEAD = "Dinsdag 7 december 2027, 21:00–21:20"


@pytest.mark.parametrize(
    ("facts", "moment", "said", "is_ahead"),
    [
        ({}, START - 9 * DAY, ["Aangekondigd onderhoud", LEAD], True),
        ({}, START - DAY, ["Aangekondigd onderhoud: morgen", LEAD], True),
        ({}, START - MINUTE, ["Aangekondigd onderhoud: vanavond", LEAD], True),
        ({"status": Status.TENTATIVE}, START - HOUR, ["Onder voorbehoud aangekondigd: vanavond", LEAD], True),
        ({}, START, ["Example is nu niet beschikbaar, naar verwachting tot 21:20.", "Nu bezig", LEAD], False),
        (
            {},
            START + 25 * MINUTE,
            [
                "Example is mogelijk nog niet beschikbaar: zou om 21:20 klaar zijn, nog niet bevestigd.",
                "Houd rekening met uitloop tot 23:20.",
                "Loopt mogelijk uit",
            ],
            False,
        ),
        (
            {"actual": BEGUN},
            START + 3 * HOUR,
            [
                "Example is mogelijk nog niet beschikbaar: begonnen gisteren om 21:01, einde nog niet gemeld.",
            ],
            False,
        ),
        (
            {"actual": DONE},
            START + 11 * MINUTE,
            ["Example is weer beschikbaar; de update loopt nog tot ongeveer 21:30."],
            False,
        ),
        ({}, START + 3 * HOUR, ["Dit onderhoud is voorbij", LEAD], False),
        ({"actual": DONE}, START + 9 * DAY, ["Dit onderhoud is voorbij", LEAD], False),
    ],
    ids=["far", "tomorrow", "tonight", "provisional", "under-way", "overrunning", "forgotten", "settling", "over", "reported"],
)
def test_it_begins_with_where_the_window_stands_and_can_be_added_only_while_it_lies_ahead(
    facts: dict[str, Any],
    moment: datetime,
    said: list[str],
    is_ahead: bool,  # noqa: FBT001
) -> None:
    for dynamic in (True, False):  # an export says it too
        of = render_publication([published(window("a", **facts))], moment, lambda _: ADDRESS, dynamic=dynamic)
        found = read_page(body_of(of, A))
        assert standing(found)[: len(said)] == said
        assert len(found.find("section", kind="adding")) == is_ahead
        assert "Ca. 20 minuten niet beschikbaar" in standing(found)


def test_in_french_a_colon_has_a_space_and_the_first_of_a_month_is_the_first() -> None:
    french = replace(CALENDAR, languages=("nl", "fr"))
    first = window("a", START.replace(month=4, day=1, hour=19))
    found = page(published(first, calendar=french, at=NOW), path="/example/fr/a/")

    assert found.one("p", kind="lead").text == "Jeudi 1er avril 2027, 21:00–21:20"
    assert history(found) == ["lundi 1er novembre 2027 13:00 annoncée"]


def test_in_french_the_first_of_a_month_is_the_first_in_short_too() -> None:
    assert [format_day(date(2027, 12, day), "d MMM", "fr") for day in (1, 2)] == ["1er déc.", "2 déc."]


def test_the_history_tells_each_line_and_never_who_wrote_it() -> None:
    of = published(window("a", status=Status.TENTATIVE))
    of = edited(of, window("a"), at=NOW + HOUR)
    of = edited(of, window("a", START + 2 * DAY), at=NOW + 2 * HOUR, change=Change.MOVED)
    of = edited(of, window("a", START + 2 * DAY, kind="uitgebreid"), at=NOW + 3 * HOUR)
    of = edited(of, window("a", START + 2 * DAY, status=Status.CANCELLED), at=NOW + 4 * HOUR, change=Change.CANCELLED)
    of = edited(of, window("a", START + 2 * DAY), at=NOW + 5 * HOUR, change=Change.RESTORED)
    found = page(of, path=A)

    assert [each.removeprefix("maandag 1 november 2027 ") for each in history(found)] == [
        "13:00 onder voorbehoud aangekondigd",
        "14:00 bevestigd",
        "15:00 verplaatst: was di 7 december 21:00, nu do 9 december 21:00",
        "16:00 gewijzigd: was Standaard, nu Uitgebreid",
        "17:00 geannuleerd: was Uitgebreid, nu Standaard",
        "18:00 gaat toch door",
    ]
    assert "tests" not in found.text


def test_an_occurrence_has_the_history_of_its_series_and_its_own() -> None:
    entry = "  - id: ronde\n    start: 2027-12-02 21:00\n    class: standaard\n    repeat: FREQ=MONTHLY;BYDAY=1TH\n"
    of = publish_text(schedule_text(entry))
    moved = '    changes:\n      2028-01-06: {start: "2028-01-07 22:00"}\n'
    of = publish_text(schedule_text(entry + moved), of, now=LATER)

    assert history(page(of, path="/example/nl/ronde-20280203/"))[0].endswith("aangekondigd")
    own = history(page(of, path="/example/nl/ronde-20280106/"))
    assert own[0].endswith("aangekondigd")
    assert own[-1].endswith("verplaatst: was do 6 januari 21:00, nu vr 7 januari 22:00")


def test_it_leads_to_its_neighbours_and_back_to_the_calendar() -> None:
    of = published(window("a"), window("b", START - DAY), window("c", START + DAY))
    found = page(of, path=A)
    links = found.one("nav", kind="neighbours").find("a")

    assert [(each.attributes["rel"], each.attributes["href"].rsplit("/", 2)[1]) for each in links] == [
        ("prev", "b"),
        ("next", "c"),
    ]
    assert found.one("p", kind="back").one("a").attributes["href"] == "../../../example/"
    assert [each.attributes["rel"] for each in page(of, path="/example/nl/b/").one("nav", kind="neighbours").find("a")] == [
        "next"
    ]


def test_it_can_be_added_alone_by_file_google_and_outlook() -> None:
    links = {
        each.text: each.attributes["href"] for each in page(published(window("a")), NOW, A).one("ul", kind="links").find("a")
    }

    assert links["Outlook op de pc of Apple Agenda (.ics)"] == "../a.ics"
    google = parse_qs(urlsplit(links["Google Agenda"]).query)
    assert google["dates"] == ["20271207T200000Z/20271207T202000Z"]
    assert google["text"] == ["Example: Standaard onderhoud (ca. 20 min)"]
    assert "https://maintenance.example.com/example/nl/a/" in google["details"][0]
    outlook = parse_qs(urlsplit(links["Outlook.com"]).query)
    assert (outlook["startdt"], outlook["enddt"]) == (["2027-12-07T20:00:00Z"], ["2027-12-07T20:20:00Z"])
    assert outlook["subject"] == google["text"]
    assert "+" not in links["Outlook.com"]


def test_it_describes_an_event_for_search_engines() -> None:
    of = edited(published(window("a")), window("a", START + DAY), at=LATER, change=Change.MOVED)
    event = events(page(of, path=A))

    assert event["@type"] == "Event"
    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert (event["startDate"], event["previousStartDate"]) == ("2027-12-08T21:00:00+01:00", "2027-12-07T21:00:00+01:00")
    assert event["location"]["@type"] == "VirtualLocation"
    assert event["organizer"]["name"] == "Support"


def test_only_pages_of_windows_near_the_present_change_with_the_clock() -> None:
    of = published(window("a"), window("b", START + 9 * DAY))
    before, during = (publication_of(of, moment) for moment in (START - MINUTE, START))
    assert body_of(before, A) != body_of(during, A)
    assert body_of(before, "/example/nl/b/") == body_of(during, "/example/nl/b/")


def test_the_history_tells_why_a_window_was_moved_or_cancelled() -> None:
    reason, other = text("De leverancier is later.", "The supplier is late."), text("Niet nodig.", "Not needed.")
    of = edited(published(window("a")), window("a", START + DAY, reason=reason), at=LATER, change=Change.MOVED)
    of = edited(of, window("a", START + DAY, reason=reason, note=text("Let op.")), at=LATER + HOUR)
    of = edited(of, window("a", START + DAY, reason=other, status=Status.CANCELLED), at=LATER + DAY, change=Change.CANCELLED)
    assert [each.partition("Reden: ")[2] for each in history(page(of, NOW, A))] == [
        "",
        "De leverancier is later.",
        "",
        "Niet nodig.",
    ]


def test_a_title_stands_beside_the_class_and_a_window_of_two_classes_explains_both() -> None:
    titled = page(published(window("a", title=text("Nieuwe database"))), NOW, A)
    assert titled.one("h1").text == "Nieuwe database"
    assert standing(titled)[-2:] == ["Ca. 20 minuten niet beschikbaar", "Standaard"]
    two = page(published(window("a", kind="standaard/uitgebreid")), NOW, A)
    assert [each.text for each in two.one("section", kind="about").find("h3")] == ["Standaard"]


def test_work_without_downtime_says_so_wherever_it_is_copied() -> None:
    found = page(published(window("a", kind="operationeel")), NOW, A)
    assert events(found)["description"] == "Geen downtime"
    links = {each.text: each.attributes["href"] for each in found.one("ul", kind="links").find("a")}
    assert parse_qs(urlsplit(links["Google Agenda"]).query)["details"][0].startswith("Geen downtime\n\n")
    cancelled = page(published(window("a", status=Status.CANCELLED)), NOW, A)
    assert events(cancelled)["description"] == "Dit onderhoud gaat niet door."


def test_a_window_of_a_schedule_file_has_a_page() -> None:
    assert page(publish_text(schedule_text(WINDOW)), path="/example/en/20271207T2100/").one("h1").text == "Standard maintenance"
