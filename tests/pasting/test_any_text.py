"""Whatever is pasted, something that checks comes out of it, or a sentence; and a second import adds nothing."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.pasted import Hints, Imported, add_to_schedule, make_schedule
from icsfeed.drafting.pasted_lines import LARGEST, PageError
from tests.support import ROOT, load, schedule_text

SEED = (ROOT / "tests" / "data" / "pasted" / "minox.txt").read_bytes()
PARTS = [
    *("<table>", "<tr>", "<td>", "</td>", "</tr>", "<th>", "</table>", "<p>", "<!--", "-->", "<script>", "</script>", "<![if"),
    *("<pre>", "<a href='x'>", "</a>", "<nav>", "</nav>", "&#0;", "&nbsp;", "&#x2028;", "&lt;", "<"),
    *("\t", "\n", "\r\n", "\r", "|", "    ", "\u2028", "\x85", "\ufeff", "\x1b[31m", "²", "٣"),
    *(
        "maandag 20 december 2021",
        "20 december",
        "6 februari 2021 7 februari 2021",
        "29 februari",
        "31 december 2037",
        "1 mei 1970",
    ),
    *("28 maart 2021\t02:30", "31 oktober 2021\t02:30", "21:00 uur", "24:00", "9 pm", "00:00", "21:00 - 02:00", "2021", "7"),
    *("Onderhoud\tDowntime\n", "Geen", "20 minuten", "100 minuten of meer", "0 minuten", "99999999999 weken", "Database, "),
    *("standaard", "/", "uitgebreid", "vervallen", "[hier](#)", "[a](https://b.example/)", "x@y.nl", "support vanaf 8.00."),
    *(": ", " #", "'", '"', "\\", "- ", "{", "%", "windows:", "---", "x" * 300, "vanaf 25.00 support", "nl", "api", ","),
]
LANGUAGES = st.sampled_from([None, "nl", "en", "de", "fr"])


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """Draw parts in any order, the real page with some of it replaced, or any bytes."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=200))
    parts = draw(st.lists(st.sampled_from(PARTS), max_size=60))
    if kind == 1:
        return draw(st.sampled_from(["", " ", "\t"])).join(parts).encode()
    page = bytearray(SEED)
    for part in parts[:25]:
        begin = draw(st.integers(0, len(page)))
        page[begin : begin + draw(st.integers(0, 20))] = part.encode()
    return bytes(page)


def try_import(page: bytes, language: str | None) -> Imported | None:
    """Return what comes of a page, None where that is a sentence."""
    try:
        return make_schedule(page, file="x.yaml", key="x", hints=Hints(language=language))
    except PageError:
        return None


@settings(max_examples=250, deadline=None, derandomize=True)
@given(page=pages(), language=LANGUAGES)
def test_any_text_gives_a_file_that_checks_or_a_sentence(page: bytes, language: str | None) -> None:
    imported = try_import(page, language)
    if imported is not None:
        assert load_schedule(imported.data, file="x.yaml", key="x").windows == imported.schedule.windows
        assert sorted(imported.added) == sorted(window.id for window in imported.schedule.windows)
        assert all(str(remark).isprintable() for remark in imported.remarks)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(page=pages(), language=LANGUAGES)
def test_a_second_import_of_any_text_adds_nothing(page: bytes, language: str | None) -> None:
    imported = try_import(page, language)
    if imported is not None:
        again = add_to_schedule(page, imported.data, imported.schedule, Hints(language=language))
        assert (again.added, again.data) == ((), imported.data)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(page=pages(), language=LANGUAGES)
def test_any_text_changes_no_line_of_a_file_that_is_there(page: bytes, language: str | None) -> None:
    days = ("2021-12-01", "2021-01-01", "2021-06-01")
    text = schedule_text(*(f"  - id: w{day}\n    start: {day} 21:00\n    class: standaard  # mine\n" for day in days))
    before = load(text)
    try:
        once = add_to_schedule(page, text.encode(), before, Hints(language=language))
    except PageError:
        return
    assert set(before.windows) <= set(once.schedule.windows)
    assert once.data.startswith(text.encode())
    twice = add_to_schedule(page, once.data, load(once.data.decode()), Hints(language=language))
    assert (twice.added, twice.data) == ((), once.data)


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<a ",
        "<!--",
        "<![",
        "</",
        "<script>",
        "<td>",
        "<table>",
        "&#x",
        "x\t",
        "[a](",
        "1 ",
        "a@",
        "²",
        "x\tGeen\n",
        "maandag ",
    ],
)
def test_a_large_page_of_one_thing_takes_seconds(part: str) -> None:
    page = f"<p>{part * (LARGEST // 10 // len(part))}>".encode()
    begun = time.process_time()
    try_import(page, "nl")
    assert time.process_time() - begun < 20


def test_what_would_steer_a_terminal_is_not_repeated() -> None:
    page = "Onderhoud\n\n1 maart 2027\t21:00\tNetwerk\n4 maart 2027\tooit\x1b[31m \u202e\u2066\tNetwerk\n".encode()
    imported = try_import(page, "nl")
    assert imported is not None
    said = [str(remark) for remark in imported.remarks if not remark.is_guess]
    assert said == ['line 4: left out: "4 maart 2027 ooit[31m �� Netwerk": there is no time in this row.']
