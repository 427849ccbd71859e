from datetime import UTC, date, datetime, time, timedelta

import pytest

from icsfeed.drafting.schedule import Schedule
from icsfeed.model import Actual, Contact, Downtime, DowntimeClass, Impact, Link, Status, Text, Window
from icsfeed.problems import ScheduleError
from tests.support import HEAD, WINDOW, load, schedule_text

WHOLE = """\
# A comment.
calendar:
  name:
    nl: "Minox Online onderhoud"
    en: "Minox Online maintenance"
  service: "Minox Online"            # a comment behind a value
  domain: minox.nl
  url: https://onderhoud.minox.nl/kalender/
  website: https://www.minox.nl
  timezone: Europe/Amsterdam
  languages: [nl, en]
  color: SteelBlue
  contact: {name: "Minox Customer Support", email: "support@minox.example"}
  planned_until: vrijdag 31 december 2021
  notice: 7 dagen
  formerly: [onderhoud, oud-onderhoud]
  introduction: {nl: "Waarom?\\nDaarom.", en: "Why?"}
  links:
    - title: {nl: "Releasenotes", en: "Release notes"}
      url: https://example.com/notes?v=1#top
    - title: "Roadmap"
    - title: "Post"
      url: mailto:post@example.com
classes:
  operationeel:
    name: {nl: "Operationeel", en: "Operational"}
    impact: none
    downtime: none
    description: "Klein."
  traag:
    name: "Traag"
    impact: degraded
    downtime: 1 uur 40 minuten
  standaard:
    name: {nl: "Standaard", en: "Standard"}
    impact: outage
    downtime: 20 minutes
    takes: 30 minutes
    aftermath: {nl: "Nog traag.", en: "Still slow."}
    support_from: "08:00"
    description: |
      Twee
      regels.
  uitgebreid:
    name: {nl: "Uitgebreid", en: "Extended"}
    impact: outage
    downtime: at least 100 minutes
windows:
  - id: 20211220T2100
    start: maandag 20 december 2021 21:00
    class: standaard
  - id: 20210816T2100
    start: 2021-08-16 21:00
    class: uitgebreid/standaard
  - id: 20210206T2100
    start: zaterdag 6 februari 2021 21:00
    end: zondag 7 februari 2021 12:00
    class: uitgebreid
    title: "Database upgrade"
    status: tentative
    planned: false
    reason: {nl: "Verzet.", en: "Moved."}
    note: "Let op: BTW"
    actual: {start: 2021-02-06 21:03, end: 2021-02-07T10:00:00Z}
  - start: 2021-03-01T21:00:30+05:30
    class: operationeel
    status: cancelled
    actual:
      start: 1 maart 2021 om 16:31
"""


@pytest.fixture(scope="module")
def whole() -> Schedule:
    return load(WHOLE)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_calendar_has_every_fact(whole: Schedule) -> None:
    calendar = whole.calendar
    assert calendar.key == "example"
    assert calendar.name == Text.of({"nl": "Minox Online onderhoud", "en": "Minox Online maintenance"})
    assert calendar.service == Text.of("Minox Online")
    assert calendar.domain == "minox.nl"
    assert calendar.url == "https://onderhoud.minox.nl/kalender"
    assert calendar.website == "https://www.minox.nl"
    assert calendar.timezone == "Europe/Amsterdam"
    assert calendar.languages == ("nl", "en")
    assert calendar.default_language == "nl"
    assert calendar.color == "steelblue"
    assert calendar.contact == Contact(name="Minox Customer Support", email="support@minox.example")
    assert calendar.planned_until == date(2021, 12, 31)
    assert calendar.notice == timedelta(days=7)
    assert calendar.formerly == ("onderhoud", "oud-onderhoud")
    assert calendar.introduction == Text.of({"nl": "Waarom?\nDaarom.", "en": "Why?"})
    assert calendar.links == (
        Link(title=Text.of({"nl": "Releasenotes", "en": "Release notes"}), url="https://example.com/notes?v=1#top"),
        Link(title=Text.of("Roadmap")),
        Link(title=Text.of("Post"), url="mailto:post@example.com"),
    )


def test_the_classes_stand_in_the_order_of_the_file_with_every_fact(whole: Schedule) -> None:
    assert whole.calendar.classes == (
        DowntimeClass(
            key="operationeel",
            name=Text.of({"nl": "Operationeel", "en": "Operational"}),
            impact=Impact.NONE,
            downtime=Downtime(length=timedelta()),
            description=Text.of("Klein."),
        ),
        DowntimeClass(
            key="traag", name=Text.of("Traag"), impact=Impact.DEGRADED, downtime=Downtime(length=timedelta(minutes=100))
        ),
        DowntimeClass(
            key="standaard",
            name=Text.of({"nl": "Standaard", "en": "Standard"}),
            impact=Impact.OUTAGE,
            downtime=Downtime(length=timedelta(minutes=20)),
            takes=timedelta(minutes=30),
            description=Text.of("Twee\nregels."),
            aftermath=Text.of({"nl": "Nog traag.", "en": "Still slow."}),
            support_from=time(8),
        ),
        DowntimeClass(
            key="uitgebreid",
            name=Text.of({"nl": "Uitgebreid", "en": "Extended"}),
            impact=Impact.OUTAGE,
            downtime=Downtime(length=timedelta(minutes=100), open_ended=True),
        ),
    )


def test_the_windows_stand_in_the_order_of_their_starts_with_every_fact(whole: Schedule) -> None:
    assert whole.windows == (
        Window(
            id="20210206T2100",
            start=utc("2021-02-06 20:00"),
            end=utc("2021-02-07 11:00"),
            classes=("uitgebreid",),
            status=Status.TENTATIVE,
            planned=False,
            title=Text.of("Database upgrade"),
            reason=Text.of({"nl": "Verzet.", "en": "Moved."}),
            note=Text.of("Let op: BTW"),
            actual=Actual(start=utc("2021-02-06 20:03"), end=utc("2021-02-07 10:00")),
        ),
        Window(
            id="20210301T163030",
            start=utc("2021-03-01 15:30:30"),
            classes=("operationeel",),
            status=Status.CANCELLED,
            actual=Actual(start=utc("2021-03-01 15:31")),
        ),
        Window(id="20210816T2100", start=utc("2021-08-16 19:00"), classes=("standaard", "uitgebreid")),
        Window(id="20211220T2100", start=utc("2021-12-20 20:00"), classes=("standaard",)),
    )


def test_every_window_knows_its_place(whole: Schedule) -> None:
    assert {id_: place.line for id_, place in whole.places.items() if id_[0].isdigit()} == {
        "20211220T2100": 49,
        "20210816T2100": 52,
        "20210206T2100": 55,
        "20210301T163030": 65,
    }


def test_the_whole_format_gives_no_warning(whole: Schedule) -> None:
    assert whole.warnings == ()


def test_the_heavier_of_two_classes_gives_the_length(whole: Schedule) -> None:
    window = next(each for each in whole.windows if each.id == "20210816T2100")
    assert whole.heavier_class(window).key == "uitgebreid"
    assert whole.end_of(window) - window.start == timedelta(minutes=100)


def test_a_class_that_takes_no_time_is_shown_for_a_quarter(whole: Schedule) -> None:
    window = next(each for each in whole.windows if each.classes == ("operationeel",))
    assert whole.end_of(window) - window.start == timedelta(minutes=15)


@pytest.mark.parametrize("written", ["standaard/uitgebreid", "uitgebreid/standaard", "uitgebreid / standaard"])
def test_two_classes_may_be_written_in_either_order(written: str) -> None:
    schedule = load(schedule_text(WINDOW.replace("standaard", written)))
    assert schedule.windows[0].classes == ("standaard", "uitgebreid")


@pytest.mark.parametrize("word", ["no", "yes", "nul", "21:00", "1e3", "0x1F", "2027-12-07", "12", "true", ".inf", "1_000"])
def test_every_value_is_text(word: str) -> None:
    schedule = load(schedule_text(f"{WINDOW}    title: {word}\n"))
    assert schedule.windows[0].title == Text.of(word)


@pytest.mark.parametrize("written", ["windows:\n", "windows: []\n", "windows:  # nog niets\n"])
def test_windows_may_be_empty(written: str) -> None:
    assert load(HEAD + written).windows == ()


def test_texts_lose_trailing_blanks() -> None:
    schedule = load(schedule_text(f'{WINDOW}    title: "Update \\t "\n    note: |+\n      Een\n      twee  \n\n\n'))
    assert (schedule.windows[0].title, schedule.windows[0].note) == (Text.of("Update"), Text.of("Een\ntwee"))


@pytest.mark.parametrize("text", [WHOLE, schedule_text(WINDOW)])
def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing(text: str) -> None:
    plain, other = load(text), load("\ufeff" + text.replace("\n", "\r\n"))
    assert (other.calendar, other.windows, other.warnings) == (plain.calendar, plain.windows, plain.warnings)


def test_line_ends_of_windows_in_a_text_become_line_feeds() -> None:
    schedule = load(schedule_text(f"{WINDOW}    note: |\n      Een\n      twee\n").replace("\n", "\r\n"))
    assert schedule.windows[0].note == Text.of("Een\ntwee")


def test_an_alias_stands_for_its_value() -> None:
    schedule = load(schedule_text(f"{WINDOW}    title: &titel Update\n    note: *titel\n"))
    assert schedule.windows[0].note == Text.of("Update")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2021-12-20 21:00", "20211220T2100"),
        ("2021-12-20T20:00:00Z", "20211220T2100"),
        ("2021-12-20 21:00:30", "20211220T210030"),
        ("2021-10-31 02:30+02:00", "20211031T0230A"),
        ("2021-10-31 02:30+01:00", "20211031T0230B"),
        ("2021-10-31 02:00+02:00", "20211031T0200A"),
        ("2021-10-31 03:00", "20211031T0300"),
        ("2021-10-31 01:59", "20211031T0159"),
        ("2021-03-28 01:30Z", "20210328T0330"),
    ],
)
def test_a_window_without_an_id_has_its_start_in_local_time(start: str, expected: str) -> None:
    schedule = load(schedule_text(f"  - start: {start}\n    class: standaard\n"))
    assert [window.id for window in schedule.windows] == [expected]


@pytest.mark.parametrize("id_", ["a", "20271207T2100", "Database-upgrade", "a--b", "a-", "x" * 64, "Api2", "maintenance"])
def test_an_id_has_letters_digits_and_hyphens(id_: str) -> None:
    assert load(schedule_text(WINDOW.replace("20271207T2100", id_))).windows[0].id == id_


def test_a_title_may_have_255_characters() -> None:
    assert load(schedule_text(f"{WINDOW}    title: {'é' * 255}\n")).windows[0].title == Text.of("é" * 255)


def test_a_text_in_a_language_that_the_calendar_has_not_is_kept() -> None:
    schedule = load(schedule_text(f"{WINDOW}    title: {{nl: Een, en: One, de: Eins}}\n"))
    assert schedule.windows[0].title == Text.of({"nl": "Een", "en": "One", "de": "Eins"})
    assert schedule.warnings == ()


def test_dates_are_read_in_the_languages_of_the_calendar_alone() -> None:
    german = WINDOW.replace("2027-12-07 21:00", "Dienstag, 7. Dezember 2027 21 Uhr")
    with pytest.raises(ScheduleError):
        load(schedule_text(german))
    schedule = load(schedule_text(german).replace("languages: [nl, en]", "languages: [nl, de]"))
    assert schedule.windows[0].start == utc("2027-12-07 20:00")


def test_windows_in_reversed_order_are_the_same() -> None:
    windows = [f"  - start: 2027-12-{day:02} 21:00\n    class: standaard\n" for day in range(1, 20)]
    assert load(schedule_text(*windows)).windows == load(schedule_text(*reversed(windows))).windows


def test_the_file_of_a_calendar_whose_header_is_wrong_still_tells_of_its_windows() -> None:
    text = schedule_text(WINDOW.replace("standaard", "standard")).replace("example.com\n", "example com\n")
    with pytest.raises(ScheduleError) as caught:
        load(text)
    assert [problem.message for problem in caught.value.problems] == [
        'domain "example com": a domain is a host name such as example.com',
        'unknown class "standard"',
    ]


def test_other_ways_to_be_told_are_links() -> None:
    follow = "  follow: [{title: E-mail, url: https://example.com/mail}, {title: Bel ons}]\n  color:"
    found = load(schedule_text().replace("  color:", follow, 1)).calendar.follow
    assert found == (Link(title=Text.of("E-mail"), url="https://example.com/mail"), Link(title=Text.of("Bel ons")))
