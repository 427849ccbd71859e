from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Window
from icsfeed.replay import PublishedCalendar
from tests.icalendar_reader import Component, read_object
from tests.published import MOMENTS, after, calendars, feed, feed_body, published, windows
from tests.support import NOW, schedule_text

MANY = settings(max_examples=40, deadline=None, derandomize=True)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUTCH_MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober"]
DUTCH_MONTHS += ["november", "december"]
DUTCH_DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]


@MANY
@given(calendars())
def test_no_property_that_may_stand_once_stands_twice(of: PublishedCalendar) -> None:
    calendar = feed(of, "/example/nl/example-reminders.ics", of.newest)

    def repeated(component: Component) -> list[str]:
        counts = Counter(each.name.upper() for each in component.properties)
        return [name for name, count in counts.items() if count > 1]

    assert repeated(calendar) == []
    for each in calendar.events:
        assert repeated(each) == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND"} <= {found.name for found in each.properties}
        assert all(repeated(alarm) == [] for alarm in each.components)


@MANY
@given(calendars())
def test_every_event_ends_after_it_begins_and_was_created_before_it_changed(of: PublishedCalendar) -> None:
    for each in feed(of, moment=of.newest).events:
        assert each["DTSTART"].moment < each["DTEND"].moment
        assert each["CREATED"].moment <= each["LAST-MODIFIED"].moment == each["DTSTAMP"].moment


def spoken(moment: datetime, form: int) -> str | None:
    """Return a moment as people write it in one of several forms; None where the clock of the zone has it twice or never."""
    local = moment.astimezone(AMSTERDAM)
    if form == 0:
        return f"{local:%Y-%m-%d %H:%M}{local:%z}"[:-2] + ":" + f"{local:%z}"[-2:]
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return None
    month, day = DUTCH_MONTHS[local.month - 1], DUTCH_DAYS[local.weekday()]
    dutch = f"{local.day} {month} {local.year} {local:%H:%M}"
    return [f"{local:%Y-%m-%d %H:%M}", dutch, f"{day} {dutch} uur", f"{local:%a %d %B %Y at %H.%M}"][form - 1]


@MANY
@given(
    MOMENTS,
    st.none() | st.integers(1, 5000),
    st.sampled_from(["operationeel", "standaard", "uitgebreid", "standaard/uitgebreid"]),
    st.data(),
)
def test_any_window_survives_file_journal_feed_and_parser_with_the_same_instants(
    start: datetime, minutes: int | None, kind: str, data: st.DataObject
) -> None:
    end = start + timedelta(minutes=minutes) if minutes is not None else None
    told = [spoken(each, data.draw(st.integers(0, 4))) for each in (start, end) if each is not None]
    assume(None not in told)
    text = "  - id: any\n" + "".join(f"    {key}: {each}\n" for key, each in zip(("start", "end"), told, strict=False))
    of = after(schedule_text(f"{text}    class: {kind}\n"), None, NOW)
    journal = "".join(f"{render_line(line)}\n" for line in of.lines).encode()
    body = feed_body(load_journal(journal, file="a journal", key="example"))
    lengths = {"operationeel": 15, "standaard": 20, "uitgebreid": 100, "standaard/uitgebreid": 100}
    expected = (start, end or start + timedelta(minutes=lengths[kind]))

    (own,) = read_object(body).events
    theirs: Any
    (theirs,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert (own["DTSTART"].moment, own["DTEND"].moment) == expected
    assert (theirs["DTSTART"].dt, theirs["DTEND"].dt) == expected


@MANY
@given(windows("w"))
def test_every_kind_of_window_can_be_told(one: Window) -> None:
    moment = min(one.start, datetime(2027, 9, 1, tzinfo=UTC))
    (told,) = feed(published(one, at=moment), moment=moment).events

    assert told["DTSTART"].moment == one.start
    assert told["STATUS"].value == one.status.name
