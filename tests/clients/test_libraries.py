from datetime import datetime
from typing import Any

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream

from tests.clients.conftest import Seen

Feed = tuple[bytes, list[Seen]]


def test_icalendar_sees_all_eighteen_windows(feed: Feed) -> None:
    body, expected = feed
    calendar: Any = icalendar.Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    seen = [
        Seen(
            uid=str(each["UID"]),
            start=each.DTSTART,
            end=each.DTEND,
            summary=str(each["SUMMARY"]),
            description=str(each["DESCRIPTION"]),
            status=str(each["STATUS"]),
            sequence=int(each["SEQUENCE"]),
            categories=tuple(str(name) for name in each["CATEGORIES"].cats),
        )
        for each in events
    ]

    assert seen == expected
    assert calendar.errors == []
    assert [each.errors for each in calendar.walk()] == [[]] * len(calendar.walk())


def moment(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value


def test_ical_sees_all_eighteen_windows(feed: Feed) -> None:
    body, expected = feed
    calendar = IcsCalendarStream.calendar_from_ics(body.decode("utf-8"))
    seen = [
        Seen(
            uid=each.uid or "",
            start=moment(each.dtstart),
            end=moment(each.dtend),
            summary=each.summary or "",
            description=each.description or "",
            status=each.status or "",
            sequence=each.sequence or 0,
            categories=tuple(each.categories),
        )
        for each in calendar.events
    ]

    assert seen == expected


def test_vobject_sees_all_eighteen_windows_and_finds_the_calendar_valid(feed: Feed) -> None:
    body, expected = feed
    calendar: Any = vobject.readOne(body.decode("utf-8"))
    seen = [
        Seen(
            uid=each.uid.value,
            start=each.dtstart.value,
            end=each.dtend.value,
            summary=each.summary.value,
            description=each.description.value,
            status=each.status.value,
            sequence=int(each.sequence.value),
            categories=tuple(each.categories.value),
        )
        for each in calendar.vevent_list
    ]

    assert seen == expected
    assert calendar.validate(raiseException=True)


def test_the_known_moments_of_2021_are_there(feed: Feed) -> None:
    body, expected = feed
    spans = {each.uid: f"{each.start:%Y-%m-%dT%H:%MZ} {each.end:%Y-%m-%dT%H:%MZ}" for each in expected}

    assert spans["20211220T2100@minox.nl"] == "2021-12-20T20:00Z 2021-12-20T20:20Z"
    assert spans["20210610T2100@minox.nl"] == "2021-06-10T19:00Z 2021-06-10T19:20Z"
    assert spans["20210816T2100@minox.nl"] == "2021-08-16T19:00Z 2021-08-16T20:40Z"
    assert spans["20210206T2100@minox.nl"] == "2021-02-06T20:00Z 2021-02-07T11:00Z"
    assert body.count(b"BEGIN:VEVENT\r\n") == 18


def test_the_reminders_are_read_by_all_three(feed: Feed) -> None:
    body, _ = feed
    count = body.count(b"BEGIN:VALARM\r\n")
    theirs: Any = vobject.readOne(body.decode("utf-8"))

    assert count in {0, 18}
    assert len(icalendar.Calendar.from_ical(body).walk("VALARM")) == count
    assert sum(len(each.alarm) for each in IcsCalendarStream.calendar_from_ics(body.decode("utf-8")).events) == count
    assert sum(len(each.contents.get("valarm", [])) for each in theirs.vevent_list) == count
