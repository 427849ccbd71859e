from datetime import time, timedelta

import pytest

from icsfeed.drafting.pasted import Hints, make_schedule
from icsfeed.drafting.pasted_classes import read_downtime
from icsfeed.drafting.pasted_lines import PageError, read_page
from icsfeed.model import Impact
from tests.pasting.pages import page_of, read

ROW = "1 maart 2027|21:00 uur|Standaard"


@pytest.mark.parametrize(
    ("text", "minutes", "open_ended"),
    [
        ("Geen", 0, False),
        ("0 minuten", 0, False),
        ("20 minuten", 20, False),
        ("100 minuten of meer", 100, True),
        ("2 hours+", 120, True),
        ("minimaal 1 uur", 60, True),
        ("ca. 15 min", 15, False),
        ("10-15 minuten", 15, False),
    ],
)
def test_a_cell_is_a_downtime(text: str, minutes: int, *, open_ended: bool) -> None:
    assert read_downtime(text) == (timedelta(minutes=minutes), open_ended)


@pytest.mark.parametrize("text", ["", "Omschrijving", "tot het klaar is", "400 dagen", "99999999999 weken"])
def test_a_cell_is_no_downtime(text: str) -> None:
    assert read_downtime(text) is None


def test_classes_are_put_from_light_to_heavy() -> None:
    page = "Soort\tDuur\nZwaar\t1 uur\nLicht\tGeen\n\n1 maart 2027\t21:00\tLicht\n"
    assert [(each.key, each.impact) for each in read(page).schedule.calendar.classes] == [
        ("licht", Impact.NONE),
        ("zwaar", Impact.OUTAGE),
    ]


def test_support_is_there_after_the_classes_that_its_sentence_names() -> None:
    page = page_of(ROW) + b"\nNa Uitgebreid onderhoud is de helpdesk vanaf 7.30 bereikbaar.\n"
    calendar = read(page).schedule.calendar
    assert [each.support_from for each in calendar.classes] == [None, time(7, 30)]
    assert calendar.contact.name == "helpdesk"


def test_an_address_on_the_page_is_the_contact() -> None:
    page = page_of(ROW) + b"\nVragen? Mail naar hulp@voorbeeld.example, dan helpen wij.\n"
    assert read(page).schedule.calendar.contact.email == "hulp@voorbeeld.example"


def test_without_a_domain_it_is_a_guess() -> None:
    calendar = read(page_of(ROW)).schedule.calendar
    assert (calendar.domain, calendar.contact.email) == ("example.org", "support@example.org")


def test_domain_zone_and_language_are_taken_as_given() -> None:
    hints = Hints(domain="voorbeeld.example", timezone="Europe/Brussels", language="nl")
    imported = make_schedule(page_of(ROW), file="x.yaml", key="x", hints=hints)
    calendar = imported.schedule.calendar
    assert (calendar.domain, calendar.timezone, calendar.languages) == ("voorbeeld.example", "Europe/Brussels", ("nl",))
    assert not any(word in str(remark) for remark in imported.remarks for word in ("example.org", "zone", "words are"))


def test_the_language_is_that_of_the_words() -> None:
    dutch = make_schedule(page_of(ROW), file="x.yaml", key="x", hints=Hints()).schedule.calendar
    english = make_schedule(
        b"Maintenance of the X\n1 March 2027\t21:00\tX", file="x.yaml", key="x", hints=Hints()
    ).schedule.calendar
    assert (dutch.languages, dutch.timezone) == (("nl",), "Europe/Amsterdam")
    assert (english.languages, english.timezone) == (("en",), "UTC")


@pytest.mark.parametrize(
    ("line", "title", "url"),
    [
        ("De releasenotes zijn [hier](#) te vinden.", "Releasenotes", None),
        ("Lees ook [ons beleid](https://voorbeeld.example/beleid).", "ons beleid", "https://voorbeeld.example/beleid"),
        ("Zie [het archief](http://voorbeeld.example/oud) daarover.", "het archief", None),
    ],
)
def test_a_link_has_a_title_and_perhaps_a_url(line: str, title: str, url: str | None) -> None:
    page = page_of(ROW) + f"\n{line}\n".encode()
    assert [(link.title.in_language("nl", "nl"), link.url) for link in read(page).schedule.calendar.links] == [(title, url)]


def test_texts_are_quoted_only_where_yaml_needs_it() -> None:
    row = '1 maart 2027|21:00|Standaard, stap #1: "C:\\Nieuw" & meer'
    plain = "1 maart 2027|22:00|Standaard, collega's & co. (fase 1)"
    text = read(page_of(row, plain)).data.decode()
    assert '    title: "stap #1: \\"C:\\\\Nieuw\\" & meer"\n' in text
    assert "    title: collega's & co. (fase 1)\n" in text


def test_a_paragraph_broken_to_a_width_is_one_again() -> None:
    (line,) = read_page(
        b"Dit is een alinea die door een programma voor post is afgebroken op\neen breedte die bij brieven past.\n"
    )
    assert line.text == "Dit is een alinea die door een programma voor post is afgebroken op een breedte die bij brieven past."


def test_scripts_styles_comments_and_menus_are_not_read() -> None:
    page = b"<nav><p>Menu</nav><script>'<p>a</p>'</script><style>b</style><!-- <p>c --><![if x]><p>d<footer>e</footer>"
    assert [line.text for line in read_page(page)] == ["d"]


def test_cells_need_no_end_tags_and_may_have_blocks_in_them() -> None:
    page = b"<table><tr><th>a<th>b<tr><td><p>1<br>2</p><td></table><p>c"
    assert [line.cells for line in read_page(page)] == [("a", "b"), ("1 2", ""), ("c",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_may_have_the_encodings_that_programs_write(encoding: str) -> None:
    assert [line.text for line in read_page("café – één".encode(encoding))] == ["café – één"]


@pytest.mark.parametrize("data", [b"\x00\x01", b"\xff\xfe\x00", b"%PDF\x81\x8d", b"a" * 2_000_001, b"a\n" * 20_001])
def test_what_is_no_page_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PageError, match=r"it is no text|it has more than"):
        read_page(data)
