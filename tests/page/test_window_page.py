from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from icsfeed.languages import format_day
from icsfeed.model import Actual, Status
from icsfeed.replay import Change
from tests.page.reading import Element, events, page
from tests.published import CALENDAR, START, edited, published, text, window
from tests.support import NOW, WINDOW, publication_of, publish_text, schedule_text

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + DAY
A = "/example/nl/a/"


def facts(of: Element) -> dict[str, str]:
    found = of.one("dl", kind="facts")
    return dict(zip((each.text for each in found.find("dt")), (each.text for each in found.find("dd")), strict=True))


def history(of: Element) -> list[str]:
    return [each.text for each in of.one("section", kind="history").find("li")]


def test_everything_about_a_window_stands_on_its_page() -> None:
    one = window(
        "a",
        START + DAY,
        note=text("Sluit op tijd af.", "Close in time."),
        reason=text("De leverancier is later.", "The supplier is late."),
        actual=Actual(start=START + DAY + MINUTE, end=START + DAY + 19 * MINUTE),
    )
    found = page(edited(published(window("a")), one, at=LATER, change=Change.MOVED), path=A)

    assert found.one("h1").text == "Standaard onderhoud"
    assert found.one("article").one("p", kind="lead").text == "Woensdag 8 december 2027, 21:00–21:20"
    assert facts(found) == {
        "Reden": "De leverancier is later.",
        "Verplaatst": "was di 7 december 21:00, nu wo 8 december 21:00",
        "Werkelijk verloop": "Werkelijk: 21:01–21:19 (18 minuten)",
        "Downtime": "ca. 20 minuten niet beschikbaar",
        "Hele update": "gemiddeld 30 minuten",
        "Let op": "Sluit op tijd af.",
        "Support": "vanaf donderdag 9 december 2027 08:00, Support, support@example.com",
        "Tijdzone": "Europe/Amsterdam",
    }
    assert found.one("section", kind="about").text.endswith("Standaard Middelgroot onderhoud. Soms nog traag.")


def test_a_cancelled_window_promises_neither_downtime_nor_support() -> None:
    found = page(published(window("a", status=Status.CANCELLED, reason=text("Niet nodig."))), path=A)

    assert found.one("article").one("s").text == "Dinsdag 7 december 2027, 21:00–21:20"
    assert "Geannuleerd Standaard · Dit onderhoud gaat niet door." in found.text
    assert facts(found) == {"Reden": "Niet nodig.", "Tijdzone": "Europe/Amsterdam"}
    assert found.find("section", kind="adding") == []


def test_a_window_whose_end_nobody_reported_leads_to_how_things_stand_and_can_be_added() -> None:
    begun = window("a", actual=Actual(start=START))
    done = window("a", actual=Actual(start=START, end=START + 19 * MINUTE))
    planned, under_way, ended = (page(published(each), path=A) for each in (window("a"), begun, done))

    assert [len(each.find("p", kind="standing")) for each in (planned, under_way, ended)] == [1, 1, 0]
    assert [len(each.find("section", kind="adding")) for each in (planned, under_way, ended)] == [1, 1, 0]
    assert planned.one("p", kind="standing").text == "Hoe het er nu voor staat: Voorbeeld onderhoud"


def test_in_french_a_colon_has_a_space_and_the_first_of_a_month_is_the_first() -> None:
    french = replace(CALENDAR, languages=("nl", "fr"))
    first = window("a", START.replace(month=4, day=1, hour=19))
    found = page(published(first, calendar=french, at=NOW), path="/example/fr/a/")

    assert found.one("article").one("p", kind="lead").text == "Jeudi 1er avril 2027, 21:00–21:20"
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
        each.text: each.attributes["href"] for each in page(published(window("a")), path=A).one("ul", kind="links").find("a")
    }

    assert links["Bestand (.ics)"] == "../a.ics"
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


def test_it_does_not_follow_the_clock() -> None:
    of = published(window("a"), window("b", START + DAY))
    first, last = (publication_of(of, moment).find(A) for moment in (NOW, START + 300 * DAY))
    assert first is not None
    assert last is not None
    assert first.body == last.body


def test_a_window_of_a_schedule_file_has_a_page() -> None:
    assert page(publish_text(schedule_text(WINDOW)), path="/example/en/20271207T2100/").one("h1").text == "Standard maintenance"
