"""Published calendars for tests, made of values without a schedule file, and hypothesis' strategies for them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from hypothesis import strategies as st

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.model import Actual, Calendar, Status, Text, Window
from icsfeed.publication.document import Document
from icsfeed.publication.documents import feeds
from icsfeed.publication.publication import Publication
from icsfeed.publication.view import View
from icsfeed.replay import Change, Line, PublishedCalendar, replay
from tests.icalendar_reader import Component, read_object
from tests.support import ADDRESS, NOW, load, schedule_text

CALENDAR: Calendar = load(schedule_text()).calendar
"""The calendar of `support.HEAD`."""

START = datetime(2027, 12, 7, 20, 0, tzinfo=UTC)
"""Tuesday 7 December 2027, 21:00 in Amsterdam."""


def text(nl: str, en: str | None = None) -> Text:
    """Return a text in Dutch and English, or in one string for both."""
    return Text.of(nl) if en is None else Text.of({"nl": nl, "en": en})


def window(id_: str = "a", start: datetime = START, *, kind: str = "standaard", **facts: Any) -> Window:
    """Return a window; `kind` is its class, or two with a slash."""
    return Window(id=id_, start=start, classes=tuple(kind.split("/")), **facts)


def published(*windows: Window, calendar: Calendar = CALENDAR, at: datetime = NOW) -> PublishedCalendar:
    """Return what is published once these windows were announced with their calendar."""
    lines = [Line(at=at, by="tests", change=Change.CALENDAR, calendar=calendar)]
    lines += [Line(at=at, by="tests", change=Change.ANNOUNCED, window=each) for each in windows]
    return replay(lines)


def edited(
    before: PublishedCalendar, *windows: Window, at: datetime, change: Change = Change.CHANGED, calendar: Calendar | None = None
) -> PublishedCalendar:
    """Return what is published after lines that say what a calendar or windows now are."""
    lines = [Line(at=at, by="tests", change=Change.CALENDAR, calendar=calendar)] if calendar is not None else []
    lines += [Line(at=at, by="tests", change=change, window=each) for each in windows]
    return replay((*before.lines, *lines))


def with_class(key: str, **facts: Any) -> Calendar:
    """Return the calendar with a class changed."""
    return replace(CALENDAR, classes=tuple(replace(each, **facts) if each.key == key else each for each in CALENDAR.classes))


class Format(Protocol):
    """A module of `documents/`."""

    def documents(self, view: View) -> Iterator[tuple[str, Document]]:
        """Give its documents by their paths."""


def documents_of(of: PublishedCalendar, moment: datetime, *formats: Format) -> Mapping[str, Document]:
    """Return the documents of some formats at a moment by path, each rendered only if somebody asks for its body."""
    view = View(published=of.at(moment), moment=moment, address=ADDRESS)
    return {path: document for each in formats for path, document in each.documents(view)}


def feed_body(of: PublishedCalendar, path: str = "/example.ics", moment: datetime = NOW) -> bytes:
    """Return the bytes of the feed at a path at a moment."""
    return documents_of(of, moment, feeds)[path].body


def read_json(document: Document) -> Any:
    """Return what a document of JSON says."""
    return json.loads(document.body)


def feed(of: PublishedCalendar, path: str = "/example.ics", moment: datetime = NOW) -> Component:
    """Return the feed at a path at a moment, read."""
    return read_object(feed_body(of, path, moment))


def event(one: Window, *, calendar: Calendar = CALENDAR, language: str = "nl", moment: datetime = NOW) -> Component:
    """Return the event of a window that was just announced."""
    return feed(published(one, calendar=calendar), f"/example/{language}/example.ics", moment).event(f"{one.id}@example.com")


def uids(of: Component) -> list[str]:
    """Return the UIDs of the events, in order, without the domain."""
    return [each.text("UID").removesuffix("@example.com") for each in of.events]


def all_documents(publication: Publication) -> dict[str, tuple[object, ...]]:
    """Return every document with what HTTP says of it; what is sent compressed follows from the body."""
    return {
        path: (each.body, each.media_type, each.etag, each.compressible, each.filename)
        for path, each in publication.documents.items()
    }


def after(file: str, before: PublishedCalendar | None, now: datetime) -> PublishedCalendar:
    """Return what is published after the schedule file said this, without questions."""
    difference = compare(load(file), before, now=now, answers=Answers(withdraw_all=True, past=True), by="tests")
    return replay((*(before.lines if before else ()), *difference.lines))


# Strategies

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in (*range(32), 127)])
"""What any text may be made of, but for tab and line feed."""

NASTY = st.sampled_from(
    [
        "\\N",
        "\\n",
        "C:\\Nieuw",
        "a;b,c:d",
        "\"gezegd\" 'zo'",
        "🛠️👩‍🔧",
        "é" * 40,
        "\u0085",
        "\u2028",
        "\u2029",
        "\u00a0",
        "\ufeff",
        "שלום עולם",
        "\u202emirrored\u202c",
        "^n ^' ^^",
        "\\",
        "\\\\;",
        "%0A",
        "BEGIN:VEVENT",
        "\tx\t",
        "  two  blanks  ",
        "END:VCALENDAR",
    ]
)


def _joined(parts: Iterable[str]) -> str:
    return "".join(parts)


LINES = (
    st.lists(st.one_of(NASTY, st.text(CHARACTERS, max_size=30)), min_size=1, max_size=6)
    .map(_joined)
    .filter(lambda line: bool(line.strip()) and len(line.rstrip()) <= 255)
)
"""Any text of one line that a name may be."""

PARAGRAPHS = (
    st.lists(st.one_of(NASTY, st.text(CHARACTERS, max_size=60), st.just("\n"), st.just("\n\n ")), min_size=1, max_size=12)
    .map(_joined)
    .filter(lambda words: bool(words.strip()))
)
"""Any text of several lines."""

MOMENTS = st.integers(0, 60 * 24 * 60).map(lambda minutes: datetime(2027, 9, 15, tzinfo=UTC) + timedelta(minutes=minutes))
"""Whole minutes of two months in which the clock changes."""

_LENGTHS = st.integers(1, 60 * 24 * 3).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def windows(draw: st.DrawFn, id_: str) -> Window:
    """Draw any window with this id."""
    start = draw(MOMENTS)
    end = draw(st.none() | _LENGTHS.map(lambda length: start + length))
    begun = draw(MOMENTS)
    return Window(
        id=id_,
        start=start,
        end=end,
        classes=draw(st.sampled_from([("operationeel",), ("standaard",), ("uitgebreid",), ("standaard", "uitgebreid")])),
        status=draw(st.sampled_from(list(Status))),
        planned=draw(st.booleans()),
        title=draw(st.none() | LINES.map(Text.of)),
        reason=draw(st.none() | st.just(text("een reden", "a reason"))),
        actual=draw(
            st.none() | st.builds(Actual, start=st.just(begun), end=st.none() | _LENGTHS.map(lambda length: begun + length))
        ),
    )


@st.composite
def calendars(draw: st.DrawFn) -> PublishedCalendar:
    """Draw a journal's outcome: windows announced, then a few of them changed, at growing stamps."""
    ids = [f"w{number}" for number in range(draw(st.integers(0, 4)))]
    at = datetime(2027, 9, 1, tzinfo=UTC)
    result = published(*[draw(windows(id_)) for id_ in ids], at=at)
    for _ in range(draw(st.integers(0, 4))):
        at += draw(st.integers(1, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes)))
        of_a_window: bool = draw(st.booleans())
        if ids and of_a_window:
            result = edited(result, draw(windows(draw(st.sampled_from(ids)))), at=at, change=draw(st.sampled_from(_REVISIONS)))
        else:
            result = edited(result, at=at, calendar=draw(st.sampled_from(_CALENDARS)))
    return result


_REVISIONS = [Change.CHANGED, Change.MOVED, Change.CANCELLED, Change.RESTORED, Change.COMPLETED]
_CALENDARS = [
    CALENDAR,
    replace(CALENDAR, timezone="America/New_York"),
    replace(CALENDAR, classes=(CALENDAR.classes[0], CALENDAR.classes[2], CALENDAR.classes[1])),
    replace(CALENDAR, notice=timedelta(days=7)),
    replace(CALENDAR, name=text("Anders", "Different"), formerly=("oud",)),
    with_class("standaard", name=text("Gewoon", "Plain")),
]
