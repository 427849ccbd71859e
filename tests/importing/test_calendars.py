from pathlib import Path

import pytest

from tests.importing.desk import DATA, import_file, spans, windows_of
from tests.support import NOW, WINDOW, body_of, make_folder, publication_of, publish_text, schedule_text

STANDARD = ("--class", "standaard")


def ics(*events: str, head: str = "PRODID:-//Example//Example//EN") -> str:
    """Return an iCalendar file; the lines of an event are parted by blanks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", head]
    for number, event in enumerate(events):
        uid = [] if "UID:" in event else [f"UID:{number}@example.net"]
        lines += ["BEGIN:VEVENT", *uid, "DTSTAMP:20270901T080000Z", *event.split(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def data(name: str) -> str:
    return (DATA / name).read_bytes().decode()


# What other programs export


def test_an_outlook_calendar(tmp_path: Path) -> None:
    said = import_file(tmp_path, "outlook.ics", data("outlook.ics"), *STANDARD)
    assert said.status == 1
    assert (
        said.out
        == """\
  - id: 20271106T2200
    start: 2027-11-06 22:00
    end: 2027-11-07 02:00
    class: uitgebreid
    title: Database upgrade
"""
        + "".join(
            f"""\
  - id: {begins[:10].replace("-", "")}T{begins[11:].replace(":", "")}
    start: {begins}
    end: {ends}
    class: standaard
    title: Patchronde
"""
            for begins, ends in (
                ("2027-03-04 22:00", "2027-03-05 00:00"),
                ("2027-03-11 22:00", "2027-03-12 00:00"),
                ("2027-03-25 22:00", "2027-03-26 00:00"),
                ("2027-04-08 22:00", "2027-04-09 00:00"),
                ("2027-04-15 22:00", "2027-04-16 00:00"),
                ("2027-04-02 23:00", "2027-04-03 01:00"),
            )
        )
    )
    assert "its rule is in the time zone Europe/Berlin; imported as 7 single windows" in said.err
    assert said.err.endswith("outlook.ics:77: error: left out: Kerst\n  all-day event; give it a time.\n")


def test_an_outlook_table(tmp_path: Path) -> None:
    said = import_file(tmp_path, "outlook.csv", data("outlook.csv"), *STANDARD, "--dates", "mdy")
    assert (said.status, spans(said)) == (
        1,
        [
            "2027-11-06 22:00 to 2027-11-07 02:00 Database upgrade",
            "2027-12-02 21:00 to 2027-12-02 21:30 Patchronde",
        ],
    )
    assert [each["class"] for each in windows_of(said)] == ["uitgebreid", "standaard"]
    assert "outlook.csv:5: error: left out: Kerst" in said.err
    assert '"Canceled" may mean' in said.err
    assert said.err.count("ignored columns: Reminder on/off, ") == 1


def test_an_outlook_table_is_refused_without_the_order_of_its_dates(tmp_path: Path) -> None:
    said = import_file(tmp_path, "outlook.csv", data("outlook.csv"), *STANDARD)
    assert (said.status, said.out) == (1, "")
    assert "Write 2027-06-11 (11 June 2027) or 2027-11-06 (6 November 2027). Or give the order" in said.err


def test_a_google_calendar_with_rules_of_other_zones_over_clock_changes(tmp_path: Path) -> None:
    said = import_file(tmp_path, "google.ics", data("google.ics"), *STANDARD)
    assert said.status == 0
    entries = windows_of(said)
    assert [each["start"] for each in entries if each["title"] == "Supplier in New York"] == [
        "2027-10-21 22:00",
        "2027-10-28 22:00",
        "2027-11-04 21:00",  # the clock in Amsterdam is put back, that in New York not yet
        "2027-11-11 22:00",
        "2027-11-18 22:00",
    ]
    assert [each["start"] for each in entries if each["title"] == "Network"] == [
        "2027-10-20 22:00",
        "2027-10-27 22:00",
        "2027-11-03 21:00",
    ]
    assert {each["status"] for each in entries if each["title"] == "Network"} == {"cancelled"}
    [storage] = [each for each in entries if each["title"] == "Storage"]
    assert storage["repeat"] == "FREQ=WEEKLY;COUNT=5;BYDAY=SA"
    assert storage["changes"] == {
        "2027-10-16": {"status": "confirmed", "start": "2027-10-17 01:00", "end": "2027-10-17 03:00"},
        "2027-10-23": "cancelled",
    }
    assert said.err == (
        "icsfeed: google.ics:61: Supplier in New York: its rule is in the time zone America/New_York; "
        "imported as 5 single windows up to 2028-12-31\n"
        "icsfeed: google.ics:72: Network: its rule is in the time zone UTC; imported as 3 single windows up to 2028-12-31\n"
    )


# Times and rules


def test_times_in_utc_and_in_a_zone_with_a_rule(tmp_path: Path) -> None:
    first = "DTSTART:20271106T210000Z DTEND:20271106T220000Z"
    second = "DTSTART;TZID=Europe/Amsterdam:20271107T220000 RRULE:FREQ=MONTHLY;BYDAY=1SU"
    said = import_file(tmp_path, "c.ics", ics(first, second), *STANDARD)
    assert (said.status, said.err) == (0, "")
    assert spans(said) == ["2027-11-06 22:00 to 2027-11-06 23:00", "2027-11-07 22:00 FREQ=MONTHLY;BYDAY=1SU"]


def test_a_rule_without_an_end_gives_dates_up_to_the_end_of_next_year(tmp_path: Path) -> None:
    event = "DTSTART;TZID=America/New_York:20271201T160000 RRULE:FREQ=MONTHLY SUMMARY:Backup"
    said = import_file(tmp_path, "c.ics", ics(event), *STANDARD)
    assert len(windows_of(said)) == 13
    assert "imported as 13 single windows up to 2028-12-31" in said.err


def test_a_rule_that_is_none_of_ours_gives_dates(tmp_path: Path) -> None:
    event = "DTSTART;TZID=Europe/Amsterdam:20271201T220000 RRULE:FREQ=DAILY;BYHOUR=4,22;COUNT=3"
    said = import_file(tmp_path, "c.ics", ics(event), *STANDARD)
    assert spans(said) == ["2027-12-01 22:00", "2027-12-02 04:00", "2027-12-02 22:00"]
    assert 'unknown part "BYHOUR"' in said.err


@pytest.mark.parametrize(
    ("until", "last"),
    [("20271218T210000Z", "2027-12-18"), ("20271218T205959Z", "2027-12-17"), ("20271218", "2027-12-18")],
)
def test_until_counts_to_the_second(tmp_path: Path, until: str, last: str) -> None:
    event = f"DTSTART;TZID=Europe/Amsterdam:20271204T220000 RRULE:FREQ=WEEKLY;UNTIL={until}"
    said = import_file(tmp_path, "c.ics", ics(event), *STANDARD)
    assert spans(said) == [f"2027-12-04 22:00 FREQ=WEEKLY;UNTIL={last}"]


def test_further_dates_are_windows_beside_the_rule(tmp_path: Path) -> None:
    event = (
        "DTSTART;TZID=Europe/Amsterdam:20271204T220000 DTEND;TZID=Europe/Amsterdam:20271204T230000 RRULE:FREQ=WEEKLY;COUNT=2 "
        "RDATE;TZID=Europe/Amsterdam:20271214T220000,20271211T220000"
    )
    said = import_file(tmp_path, "c.ics", ics(event), *STANDARD)
    assert spans(said) == [
        "2027-12-04 22:00 to 2027-12-04 23:00 FREQ=WEEKLY;COUNT=2",
        "2027-12-14 22:00 to 2027-12-14 23:00",
    ]


def test_exceptions_of_a_rule_that_became_dates(tmp_path: Path) -> None:
    rule = "UID:a DTSTART:20271204T210000Z DTEND:20271204T220000Z RRULE:FREQ=WEEKLY;COUNT=4 EXDATE:20271211T210000Z"
    moved = "UID:a RECURRENCE-ID:20271218T210000Z DTSTART:20271219T210000Z DTEND:20271219T220000Z"
    said = import_file(tmp_path, "c.ics", ics(rule, moved), *STANDARD)
    assert [each.partition(" to ")[0] for each in spans(said)] == ["2027-12-04 22:00", "2027-12-25 22:00", "2027-12-19 22:00"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("DTSTART;VALUE=DATE:20271106", "all-day event"),
        ("DTSTART:20271106T220000", "set one with --timezone"),
        ("DTSTART;TZID=Customized:20271106T220000", 'unknown zone "Customized"'),
        ("DTSTART:20271106T220000Z DURATION:PT1H", "DURATION is not supported"),
        ("DTSTART:20271106T220000Z RDATE;VALUE=PERIOD:20271215T200000Z/PT30M", "RDATE is a period"),
        ("DTSTART:20271106T220000Z RDATE;TZID=Europe/Amsterdam:20271215T200000", "different time zones"),
        ("DTSTART:20271399T220000Z", "DTSTART"),
        ("SUMMARY:x", "no DTSTART"),
        ("DTSTART:20271106T220000Z DTEND:20271106T220000Z", "the end is not after the start"),
        ("DTSTART:20271106T220000Z DTSTART:20271106T230000Z", "more than one DTSTART"),
        ("DTSTART:20271106T220000Z STATUS:NEEDS-ACTION", "is not a status"),
        ("DTSTART:20271106T220000Z SUMMARY:Moved:x", '"Moved" may mean'),
        ("DTSTART:20271106T220000Z CATEGORIES:Standaard,Uitgebreid", "several classes"),
        ("DTSTART:20271106T220000Z RRULE:FREQ=HOURLY;COUNT=3", "more often than daily"),
        ("DTSTART:20271106T220000Z RRULE:FREQ=WEEKLY;BYDAY=MO", "not one of the dates"),
        ("DTSTART:20271106T220000Z RRULE:FREQ=WEEKLY EXRULE:FREQ=DAILY", "EXRULE"),
        ("DTSTART:20271106T220000Z RRULE:FREQ=WEEKLY EXDATE;VALUE=DATE:20271113", "EXDATE is a date without a time"),
        ("DTSTART:20271106T220000Z RECURRENCE-ID;RANGE=THISANDFUTURE:20271106T210000Z", "THISANDFUTURE"),
        ("DTSTART:19601106T220000Z", "not in a year from 1970"),
    ],
)
def test_an_event_that_is_not_certain_is_refused_and_the_one_beside_it_read(tmp_path: Path, event: str, why: str) -> None:
    said = import_file(tmp_path, "c.ics", ics(event, "DTSTART:20271206T210000Z"), *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-12-06 22:00"])
    assert said.err.startswith("c.ics:4: error: left out: ")
    assert why in said.err


def test_a_rule_is_refused_with_an_exception_of_it(tmp_path: Path) -> None:
    rule = "UID:a DTSTART;TZID=Europe/Amsterdam:20271204T220000 RRULE:FREQ=WEEKLY;COUNT=4"
    moved = "UID:a RECURRENCE-ID;TZID=Europe/Amsterdam:20271211T220000 DTSTART;VALUE=DATE:20271212"
    said = import_file(tmp_path, "c.ics", ics(rule, moved), *STANDARD)
    assert (said.status, said.out) == (1, "[]\n" if said.out else "")
    assert "c.ics:10: error: left out: a\n  DTSTART is a date without a time" in said.err


def test_two_events_with_one_uid_are_refused(tmp_path: Path) -> None:
    events = ("UID:a DTSTART:20271204T210000Z", "UID:a DTSTART:20271205T210000Z", "UID:b DTSTART:20271206T210000Z")
    said = import_file(tmp_path, "c.ics", ics(*events), *STANDARD)
    assert (said.status, spans(said)) == (1, ["2027-12-06 22:00"])
    assert "its UID is used twice" in said.err


def test_a_file_with_a_zone_and_utc_in_one_time_is_refused(tmp_path: Path) -> None:
    said = import_file(tmp_path, "c.ics", ics("DTSTART;TZID=Europe/Amsterdam:20271106T220000Z"), *STANDARD)
    assert (said.status, said.out) == (2, "")
    assert "a time has both a TZID and a Z for UTC" in said.err


def test_what_is_no_calendar_is_said(tmp_path: Path) -> None:
    said = import_file(tmp_path, "c.ics", "BEGIN:VCALENDAR\r\nnonsense\r\n", *STANDARD)
    assert said.status in {0, 2}
    assert said.out == ""


# What icsfeed published

OWN = (
    WINDOW,
    "  - {id: upgrade, start: 2027-12-11 21:00, end: 2027-12-12 06:00, class: standaard/uitgebreid, status: tentative}\n",
    "  - {id: gone, start: 2027-12-13 21:00, class: operationeel, status: cancelled, title: Weg, reason: Niet nodig}\n",
    "  - {id: emergency, start: 2027-12-14 21:00, class: uitgebreid, planned: false}\n",
    "  - {id: weekly, start: 2027-12-16 21:00, class: standaard, repeat: FREQ=WEEKLY;COUNT=2}\n",
)
COMES_BACK = """\
  - id: 20271207T2100
    start: 2027-12-07 21:00
    class: standaard
  - id: upgrade
    start: 2027-12-11 21:00
    end: 2027-12-12 06:00
    class: uitgebreid
    status: tentative
  - id: gone
    start: 2027-12-13 21:00
    class: operationeel
    status: cancelled
  - id: emergency
    start: 2027-12-14 21:00
    class: uitgebreid
    planned: false
  - id: weekly-20271216
    start: 2027-12-16 21:00
    class: standaard
  - id: weekly-20271223
    start: 2027-12-23 21:00
    class: standaard
"""


@pytest.mark.parametrize("path", ["/example.ics", "/example/en/example.ics", "/example/nl/example-reminders.ics"])
def test_what_icsfeed_published_comes_back(tmp_path: Path, path: str) -> None:
    feed = body_of(publication_of(publish_text(schedule_text(*OWN)), NOW), path).decode()
    said = import_file(tmp_path, "own.ics", feed)
    assert (said.status, said.err, said.out) == (0, "", COMES_BACK)


def test_what_icsfeed_published_is_known_to_its_own_schedule(tmp_path: Path) -> None:
    feed = body_of(publication_of(publish_text(schedule_text(*OWN)), NOW), "/example.ics").decode()
    file = make_folder(tmp_path, schedule_text(*OWN))
    said = import_file(tmp_path, "own.ics", feed, "--into", str(file))
    assert (said.status, said.out, said.err) == (0, "schedule/example.yaml: 0 added, 6 known, 0 refused\n", "")
    assert file.read_text(encoding="utf-8") == schedule_text(*OWN)
