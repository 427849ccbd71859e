"""Tables whose rows are known before they are written: each is read right, or refused."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icsfeed.drafting.importing.entries import Found, ImportSettings
from icsfeed.drafting.importing.table_import import read_html, read_markdown, read_separated
from icsfeed.zones import id_from_start
from tests.support import NOW, load, schedule_text

ZONE = ZoneInfo("Europe/Amsterdam")
SCHEDULE = load(schedule_text())
LANGUAGES = ("nl", "en", "de", "fr")
HEADS = {
    "nl": ("Datum", "Tijd", "Einde", "Duur", "Soort"),
    "en": ("Date", "Time", "End", "Duration", "Type"),
    "de": ("Datum", "Uhrzeit", "Ende", "Dauer", "Art"),
    "fr": ("Date", "Heure", "Fin", "Durée", "Type"),
}
TO = {"nl": "tot", "en": "to", "de": "bis", "fr": "à"}
BETWEEN = {"nl": "tussen {} en {}", "en": "between {} and {}", "de": "zwischen {} und {}", "fr": "entre {} et {}"}
HOURS = {"nl": "uur", "en": "hours", "de": "Stunden", "fr": "heures"}


@dataclass(frozen=True)
class Truth:
    """What a row means, and how it is written."""

    start: datetime
    end: datetime | None
    class_: str
    cells: tuple[str, str, str, str, str]
    sure: bool


def local(moment: datetime, zone: ZoneInfo = ZONE) -> datetime:
    return moment.astimezone(zone)


def is_plain(moment: datetime) -> bool:
    """Tell whether the clock shows a moment's time once."""
    wall = local(moment).replace(tzinfo=None)
    return len({wall.replace(tzinfo=ZONE, fold=fold).astimezone(UTC) for fold in (0, 1)}) == 1


@st.composite
def days(draw: st.DrawFn, language: str, dates: str | None) -> str:
    """Give a pattern of a date; `*` stands for numbers in the order of `dates`."""
    words = ["d MMMM y", "EEEE d MMMM y", "EEE d MMM y", "d MMM y", "EEEE d MMMM, y"]
    if language == "en":
        words += ["MMMM d, y", "EEEE, MMMM d, y"]
    if language == "de":
        words += ["d. MMMM y", "EEEE, d. MMMM y"]
    return draw(st.sampled_from([*words, "y-MM-dd", *(["*"] if dates else [])]))


def spell_day(moment: datetime, pattern: str, language: str, dates: str | None) -> str:
    if pattern != "*":
        text = format_date(moment.date(), pattern, locale=language)
        return text.replace(" 1 ", " 1er ") if language == "fr" and moment.day == 1 else text
    parts = {"d": f"{moment.day}", "m": f"{moment.month}", "y": f"{moment.year}"}
    return ("/" if dates == "mdy" else "-").join(parts[each] for each in dates or "")


CLOCKS = (
    "{:%H:%M}",
    "{:%H.%M}",
    "{:%H:%M:%S}",
    "{:%Hu%M}",
    "{:%H h %M}",
    "{:%I:%M %p}",
    "{:%I:%M%p}",
    "{:%H:%M} uur",
    "{:%H:%M} Uhr",
)
RANGES = ("{}-{}", "{} - {}", "{}–{}", "{} – {}", "to", "between")


@st.composite
def rows(draw: st.DrawFn, language: str, dates: str | None, head_zone: str) -> Truth:
    start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 2 * 366 * 1440)))
    kind = draw(st.sampled_from(["none", "range", "end", "full end", "duration", "full range"]))
    length = timedelta(minutes=draw(st.integers(1, 60 * (23 if kind in {"range", "end"} else 30))))
    pattern, clock = draw(days(language, dates)), draw(st.sampled_from(CLOCKS))
    behind = ["-05:00"] if pattern in {"*", "y-MM-dd"} else []  # as in a schedule file, behind a date in words it is an end
    mark = "" if head_zone else draw(st.sampled_from(["", "", "", " UTC", "Z", "+02:00", " Europe/Amsterdam", *behind]))
    mark = f" {mark.strip()}" if mark and not clock.endswith(("%M}", "%S}")) else mark
    shift = {"+02:00": 2, "-05:00": -5}.get(mark.strip(), 0)
    stays = not head_zone and mark.strip() in {"", "Europe/Amsterdam"}
    begins, ends = ((local(each) if stays else each + timedelta(hours=shift)) for each in (start, start + length))
    day, time = spell_day(begins, pattern, language, dates), clock.format(begins) + mark
    last, last_day = clock.format(ends) + mark, spell_day(ends, pattern, language, dates)
    class_ = draw(st.sampled_from(["standaard", "Uitgebreid", "Standard", "operationeel"]))
    cells = {"none": (day, time, "", ""), "end": (day, time, last, ""), "full end": (day, time, f"{last_day} {last}", "")}
    joined = draw(st.sampled_from(RANGES))
    joined = {"to": f"{{}} {TO[language]} {{}}", "between": BETWEEN[language]}.get(joined, joined)
    cells["range"] = (day, joined.format(time, last), "", "")
    cells["full range"] = (joined.format(f"{day} {time}", f"{last_day} {last}"), "", "", "")
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    spelt = f"{hours}h{minutes:02}" if hours and minutes else f"{hours} {HOURS[language]}" if hours else f"{minutes} min"
    cells["duration"] = (day, time, "", spelt)
    wraps = begins.date() != ends.date()
    sure = not stays or (is_plain(start) and (kind in {"none", "duration"} or is_plain(start + length)))
    if kind in {"range", "end"}:  # an end without a date is the first one after the start, by twelve hours at most
        sure = sure and (not wraps or (length <= timedelta(hours=11)))
    sure = sure and "-05" not in mark and not (kind in {"range", "full range"} and joined == "{}-{}")
    return Truth(
        start=start,
        end=None if kind == "none" else start + length,
        class_={"Uitgebreid": "uitgebreid", "Standard": "standaard"}.get(class_, class_),
        cells=(*cells[kind], class_),
        sure=sure,
    )


def write_separated(table: Sequence[tuple[str, ...]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(table)
    return text.getvalue()


def write_html(table: Sequence[tuple[str, ...]]) -> str:
    lines = ["".join(f"<td>{escape(cell)}" for cell in row) for row in table]
    return "<!doctype html><table>" + "\n".join(f"<tr>{line}" for line in lines) + "</table>"


def write_markdown(table: Sequence[tuple[str, ...]]) -> str:
    head, *lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([head, "|---" * len(table[0]) + "|", *lines, ""])


def read_as(form: str, table: Sequence[tuple[str, ...]], terms: ImportSettings) -> Found:
    if form == "html":
        return read_html(write_html(table), terms)
    if form == "markdown":
        return read_markdown(write_markdown(table), terms)
    return read_separated(write_separated(table, form), terms)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_table_is_read_right_or_refused(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    dates = data.draw(st.sampled_from([None, "dmy", "mdy", "ymd"]))
    head_zone = data.draw(st.sampled_from(["", "", " (UTC)"]))
    form = data.draw(st.sampled_from([",", ";", "\t", "html", "markdown"]))
    truths = data.draw(st.lists(rows(language, dates, head_zone), min_size=1, max_size=4))
    names = HEADS[language]
    table = [(names[0], names[1] + head_zone, names[2] + head_zone, *names[3:]), *(each.cells for each in truths)]
    terms = ImportSettings(file="table", schedule=SCHEDULE, now=NOW, languages=(language,), dates=dates)
    found = read_as(form, table, terms)
    lines = {number + (2 if form == "markdown" else 1): each for number, each in enumerate(truths, start=1)}
    read = {each.place.line: each.window for each in found.entries}
    refused = {each.place.line: each.cure for each in found.refused}
    assert read.keys() | refused.keys() == lines.keys()
    assert not read.keys() & refused.keys()
    for line, window in read.items():
        truth = lines[line]
        assert (window.start, window.end, window.classes) == (truth.start, truth.end, (truth.class_,)), truth
        assert window.id == id_from_start(truth.start, "Europe/Amsterdam")
    assert {line: why for line, why in refused.items() if lines[line].sure} == {}


WRONG = ("{day}x", "{day} {day}", "{noyear}", "~{day}", "{day} of later", "{day} (verplaatst)", "ca. {day}", "{wrong} {plain}")


@given(
    language=st.sampled_from(LANGUAGES),
    day=st.dates(date(2027, 1, 1), date(2029, 12, 31)),
    shape=st.sampled_from(WRONG),
)
@example(language="nl", day=date(2027, 11, 6), shape="{wrong} {plain}")
def test_a_date_that_is_not_certain_is_never_read(language: str, day: date, shape: str) -> None:
    full, plain = (format_date(day, pattern, locale=language) for pattern in ("EEEE d MMMM y", "d MMMM y"))
    no_year = format_date(day, "EEEE d MMMM", locale=language)
    wrong = format_date(day + timedelta(days=1), "EEEE", locale=language)
    cell = shape.format(day=full, plain=plain, noyear=no_year, wrong=wrong)
    terms = ImportSettings(file="table", schedule=SCHEDULE, now=NOW, languages=(language,))
    found = read_as(";", [("Datum", "Tijd", "Soort"), (cell, "12:00", "standaard")], terms)
    assert (found.entries, len(found.refused)) == ([], 1)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from([",", "html", "markdown"]))
def test_any_text_is_read_or_refused(text: str, form: str) -> None:
    table = [("Datum", "Tijd", "Soort"), ("6 november 2027", re.sub(r"[|\r\n]", "", text), "standaard")]
    found = read_as(form, table, ImportSettings(file="table", schedule=SCHEDULE, now=NOW, languages=("nl",)))
    assert len(found.entries) + len(found.refused) <= 1
