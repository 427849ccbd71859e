"""Whatever happens to a journal's bytes, it is refused with problems, or it is a calendar that can be served."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.comparison import compare
from icsfeed.drafting.questions import Answers
from icsfeed.journal import load_journal, render_line
from icsfeed.problems import ScheduleError
from icsfeed.publication.publication import render_publication
from icsfeed.replay import PublishedCalendar, replay
from tests.publishing.desk import FIRST, SECOND, window
from tests.support import ADDRESS, NOW, load, schedule_text

RICH = schedule_text(
    FIRST,
    SECOND,
    window(
        "third",
        "2027-12-20 10:00",
        "end: 2027-12-20 14:00",
        'title: {nl: "Werk", en: "Work"}',
        "note: Kort.",
        "reason: Daarom.",
        "status: tentative",
        "planned: false",
        "actual: {start: 2027-12-20 10:00, end: 2027-12-20 11:00}",
        kind="standaard/uitgebreid",
    ),
).replace(
    "  color: steelblue\n",
    "  color: steelblue\n  url: https://example.com/x\n  planned_until: 2027-12-31\n  notice: 7 days\n  formerly: [old]\n"
    "  introduction: {nl: Waarom., en: Why.}\n  links:\n    - title: Notes\n      url: https://example.com\n    - title: Plan\n",
)
LATER = schedule_text(SECOND.replace("12-14", "12-15"))
YES = Answers(withdraw_all=True, past=True)


def lines_of_a_journal() -> list[str]:
    first = compare(load(RICH), None, now=NOW, answers=YES, by="tests").lines
    then = compare(load(LATER), replay(first), now=NOW + timedelta(hours=1), answers=YES, by="others").lines
    return [render_line(line) for line in (*first, *then)]


LINES = lines_of_a_journal()
VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        10**18,
        1e308,
        "",
        " ",
        "x",
        "\ud800",
        "\x00",
        "\u2028",
        "a,b",
        'a"b',
        "a;b\\N",
        "é" * 300,
        [],
        {},
    ),
    *("2027-12-20T10:00:00Z", "2027-12-20T10:00:00.5Z", "2027-12-20T10:00:00+02:00", "2027-12-20", "08:00:00Z", "24:00"),
    *("0001-01-01T00:00:00Z", "1969-01-01T00:00:00Z", "2037-12-31T23:59:59Z", "2100-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    *("P1D", "PT0S", "PT0.5S", "PT0.000001S", "P366D", "P999999999D", "-PT5M", "nl", "en", "xx", "none", "outage", "cancelled"),
    *("UTC", "Pacific/Apia", "Africa/Cairo", "posixrules", "moved", "withdrawn", "calendar", "first", "FIRST", "-", "a" * 65),
    *("https://[::1]:80/x", "https://x:99999", "http://é.example", "mailto:x", "a'b@x", "a%b@x", "example", "red"),
    *([[]], {"nl": "x"}, {"nl": 1}, {"": "x"}, {"": "x", "nl": "y"}, ["fr", "en"], ["uitgebreid"], ["uitgebreid", "standaard"]),
]

Path = tuple[str | int, ...]


def paths_in(content: Any, path: Path = ()) -> list[Path]:
    """Return where in JSON something stands."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(content, dict):
        inner = list(content.items())
    elif isinstance(content, list):
        inner = list(enumerate(content))
    return [path, *(found for key, each in inner for found in paths_in(each, (*path, key)))]


def put(content: Any, path: Path, value: Any) -> Any:
    """Return JSON with something else at a place; with nothing for `...`."""
    if not path:
        return value
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return content


@st.composite
def altered_facts(draw: st.DrawFn) -> bytes:
    """Give a journal in which facts are others, or gone."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        content = json.loads(lines[index])
        if isinstance(content, dict):
            path = draw(st.sampled_from(paths_in(content)[1:] or [()]))
            value = ... if path and draw(st.integers(0, 4)) == 0 else draw(st.sampled_from(VALUES))
            lines[index] = json.dumps(put(content, path, value))
    return "".join(f"{line}\n" for line in lines).encode()


@st.composite
def altered_bytes(draw: st.DrawFn) -> bytes:
    """Give a journal whose bytes were changed, doubled or cut."""
    data = "".join(f"{line}\n" for line in LINES).encode()
    for _ in range(draw(st.integers(1, 4))):
        begin, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        data = (
            data[:begin]
            + draw(st.binary(max_size=4) | st.text(max_size=4).map(lambda text: text.encode()))
            + data[begin + length :]
        )
    return data


@st.composite
def altered_lines(draw: st.DrawFn) -> bytes:
    """Give a journal whose lines were shuffled, doubled, dropped or cut."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=12))
    data = "".join(f"{line}\n" for line in lines).encode()
    return data[: draw(st.integers(0, len(data)))]


def render_everything(published: PublishedCalendar, days: int) -> None:
    """Make every document."""
    moment = NOW + timedelta(days=days)
    publication = render_publication([published], moment, lambda calendar: calendar.url or ADDRESS)
    for path in publication.documents:
        publication.find(path)
    for line in published.lines:
        render_line(line).encode()


def require_sense(data: bytes, days: int) -> bool:
    """Fail unless bytes are refused, or are a calendar that can be served; tell whether they are a calendar."""
    try:
        published = load_journal(data, file="example.journal.jsonl", key="example")
    except ScheduleError as error:
        problems = error.problems
    else:
        render_everything(published, days)
        return True
    assert problems
    return False


moments = st.sampled_from([0, 36, 50, 400])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=altered_facts(), days=moments)
def test_other_facts_are_refused_or_served(data: bytes, days: int) -> None:
    require_sense(data, days)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=altered_bytes(), days=moments)
def test_other_bytes_are_refused_or_served(data: bytes, days: int) -> None:
    require_sense(data, days)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=altered_lines(), days=moments)
def test_other_lines_are_refused_or_served(data: bytes, days: int) -> None:
    require_sense(data, days)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    assert require_sense(data, 0) is False


def test_a_deeply_nested_line_is_refused() -> None:
    for deep in ('{"at":' + "[" * 100_000, '{"weather":' + "[" * 100_000 + "]" * 100_000 + "}"):
        assert require_sense(f"{LINES[0]}\n{deep}\n".encode(), 0) is False


def test_the_journal_that_is_altered_can_be_served() -> None:
    assert require_sense("".join(f"{line}\n" for line in LINES).encode(), 0) is True
