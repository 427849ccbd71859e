from dataclasses import replace
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import example, given, settings
from ical.calendar_stream import IcsCalendarStream

from icsfeed.model import Calendar, Contact, Text
from tests.icalendar_reader import Component, read_object
from tests.published import LINES, PARAGRAPHS, feed_body, published, window, with_class

MANY = settings(max_examples=40, deadline=None, derandomize=True)
TEXTS = [
    "\\N",
    "\\n",
    "C:\\Nieuw\\nog",
    "een; twee, drie: vier",
    "🛠️ 👩‍🔧",
    '"gezegd"',
    "eerste\n\nderde\n  ingesprongen",
    "twee  blanks   erin",
    "blank aan het eind \nvan een regel",
    "שלום \u202eolleh\u202c",
    "x" * 10_000,
    "é; " * 3_000 + ".",
    "\\\\;\\,\\",
    "\ttab\t.",
    "BEGIN:VEVENT\nEND:VCALENDAR",
    "=0D=0A&amp;<b>",
]
SEPARATORS = ["\u0085 en \u2028 en \u2029", "\ufeffx"]


def noted(note: str) -> bytes:
    return feed_body(published(window(note=Text.of(note))))


def around(note: str) -> tuple[str, str]:
    """Return what stands in the description before and after a note."""
    (one,) = read_object(noted("MARK")).events
    before, after = one.text("DESCRIPTION").split("MARK")
    return before, after


def expected(note: str) -> str:
    before, after = around(note)
    return f"{before}{note.rstrip()}{after}"


@MANY
@given(PARAGRAPHS)
def test_any_text_comes_back_from_the_description_as_it_went_in(note: str) -> None:
    assert read_object(noted(note)).events[0].text("DESCRIPTION") == expected(note)


@pytest.mark.parametrize("note", [*TEXTS, *SEPARATORS])
def test_each_known_trap_comes_back_from_the_description_whoever_reads_it(note: str) -> None:
    data = noted(note)

    assert read_object(data).events[0].text("DESCRIPTION") == expected(note)
    assert read_by_others(data, "description") == [expected(note)] * 3


def read_by_others(data: bytes, name: str) -> list[str]:
    """Return what icalendar, ical and vobject read as a property of the only event.

    Of NAME and X-WR-CALNAME icalendar 7.3 gives the escaped text, which is its own fault.
    """
    (one,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    (two,) = IcsCalendarStream.calendar_from_ics(data.decode()).events
    three: Any = vobject.readOne(data.decode())
    return [str(one[name.upper()]), getattr(two, name), getattr(three.vevent, name).value]


def lines_of(calendar: Calendar, line: str, kind: str) -> tuple[Component, Component]:
    one = window(kind=kind, title=Text.of(line))
    found = read_object(feed_body(published(one, calendar=calendar)))
    return found, found.events[0]


@MANY
@given(LINES)
@example("C:\\Nieuw")
@example("\\N; \\n, \\\\")
@example("x \u0085\u2028 y")
def test_any_line_comes_back_from_every_property_that_tells_it(line: str) -> None:
    kept = line.rstrip()
    calendar = replace(with_class("uitgebreid", name=Text.of(line.replace(",", " ").strip() or "x")), name=Text.of(line))
    calendar = replace(
        calendar, service=Text.of(line), contact=Contact(name=kept, email="a@example.com"), introduction=Text.of(line)
    )
    whole, one = lines_of(calendar, line, "uitgebreid")
    kind = line.replace(",", " ").strip() or "x"

    assert whole.text("NAME") == whole.text("X-WR-CALNAME") == kept
    assert whole.text("DESCRIPTION") == whole.text("X-WR-CALDESC") == kept
    assert one.text("SUMMARY") == f"{kept}: {kept} ({kind}, 100 min of meer)"
    assert one.text("CATEGORIES") == kind
    assert one.text("CONTACT") == f"{kept}, a@example.com"


@MANY
@given(LINES)
def test_others_read_any_line_of_a_summary_as_it_went_in(line: str) -> None:
    data = feed_body(published(window(title=Text.of(line))))

    assert read_by_others(data, "summary") == [f"Example: {line.rstrip()} (Standaard, ca. 20 min)"] * 3


def test_the_summary_is_never_empty_and_has_no_blank_at_its_end() -> None:
    summary = read_object(feed_body(published(window(title=Text.of("x  "))))).events[0].text("SUMMARY")

    assert summary == "Example: x (Standaard, ca. 20 min)"
