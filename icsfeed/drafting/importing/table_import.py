"""Windows from tables: separated values, HTML and Markdown. A row with more than one reading is refused."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lxml import html
from markdown_it import MarkdownIt

from icsfeed.drafting.importing.entries import (
    Entry,
    Found,
    ImportSettings,
    explain,
    is_class,
    read_categories,
    read_classes,
    read_status,
    read_title,
    refuse_doubt,
    split_class,
)
from icsfeed.durations import read_duration
from icsfeed.model import Status, Window
from icsfeed.moments import read_date, read_moment
from icsfeed.problems import Place, RefusedError, shorten
from icsfeed.zones import MomentError, id_from_start, zone_names

COLUMNS = ("start", "end", "for", "class", "title", "status", "zone", "date", "time", "-")
"""Values of `--columns`; date and time are parts of the start, `-` is not read."""

_HEADS = {
    "for": "duur|duration|dauer|durée|tijdsduur|geschatte duur|expected duration",
    "class": "class|klasse|classe|soort|soort onderhoud|type|type onderhoud|type of maintenance|maintenance type|kind|art|"
    "art der wartung|wartungsart|type de maintenance|categorie|category|kategorie|catégorie",
    "categories": "categories|categorieën|kategorien|catégories",
    "title": "title|titel|titre|subject|onderwerp|betreff|objet|summary",
    "status": "status|state|statut",
    "zone": "time zone|timezone|tijdzone|zeitzone|fuseau horaire",
    "all-day": "all day event|all-day event|gebeurtenis, duurt hele dag|duurt hele dag|ganztägiges ereignis|journée entière",
}
_WORDS = {
    "start": "datum date weekdag weekday wochentag dag day tag jour tijd tijden time times tijdstip zeit uhrzeit heure heures "
    "horaire start starts begin begint begins beginn beginnt aanvang van vanaf from von ab début wanneer when wann quand "
    "startdatum begindatum anfangsdatum startzeit starttijd begintijd anfangszeit",
    "end": "end ends eind einde eindigt tot to until ende endet bis fin jusqu einddatum eindtijd enddatum endzeit",
    "joint": "de of en and und et am um à l d uur uhr",
}
_ROLE_OF = {head: role for role, heads in _HEADS.items() for head in heads.split("|")}
_START, _END, _JOINT = (frozenset(words.split()) for words in _WORDS.values())
_REMINDER = re.compile(r"reminder|herinnering|erinnerung|rappel|show time as|tijd weergeven als|zeitspanne zeigen als")
_NO = frozenset({"", "false", "onwaar", "falsch", "faux", "no", "nee", "nein", "non"})

_STRIKE = re.compile(r"<(?:s|del|strike)\b|line-through", re.IGNORECASE)
_STRUCK = "struck-out text"
_JOINED = "cells over several rows or columns, a table inside, or all struck out; write each row in full"
_HALF = r"\s*[ap]\.?m\b\.?(?!\s*\d{1,2}\.)"  # not the German `am` of `um 12:00 am 7. Dezember`
_CLOCK = re.compile(
    rf"""(?<![\d.:/])(?:(?P<hour>\d{{1,2}})(?:[:.]|\s?[hu]\s?)(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.0+)?)?(?![\d:/]|\.\d)
        (?P<half>{_HALF})?(?:\s?(?:uur|uhr|heures|h|u)\b)?
    | (?P<bare>\d{{1,2}})(?:\s?(?:uur|uhr|heures?|h|u)\b|(?P<half_of_bare>{_HALF})))
    (?:\s?(?P<zone>[+−]\d\d:?\d\d(?![\d:])|z\b|utc\b(?!\s?[+-]\d)|[a-z]+/[a-z_]+(?:/[a-z_]+)?))?""",
    re.VERBOSE,
)
_TO = re.compile(r"\s*(?:[–—-]|(?:tot|to|until|till|bis|jusqu'à|à)\b)\s*")
_BETWEEN = re.compile(r"\b(?:tussen|between|zwischen|entre)\s")
_FROM = re.compile(r"\b(?:van|vanaf|from|von|ab|de|dès)\s+(?=\d)")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)t(\d\d:\d\d(?::\d\d(?:\.0+)?)?)-(?=\d\d:?\d\d\b)")
_OFFSET = r"-(?:0\d|1[0-2]):?(?:00|30|45)(?![\d:])"
_OFFSET_OR_END = re.compile(rf"\d([-/.])\d{{1,2}}\1\d.*?\w\.?\s?{_OFFSET}|\d\s{_OFFSET}")
"""`22:00-02:00` after a date in digits; after one in words it is a span, as in a schedule file."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `fault` says why its cells cannot be trusted."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""

    def __str__(self) -> str:
        """Return the cells on one line."""
        return " | ".join(self.cells)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A day as written, perhaps empty, and a time of it; `half` is the a or p of am and pm."""

    day: str
    clock: str
    half: str
    zone: str


# Tables


def read_separated(text: str, settings: ImportSettings) -> Found:
    """Return the windows of separated values; the separator is the one that gives most known columns."""
    tables: list[list[Row]] = []
    for separator in "\t;,":
        reader, rows, line = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [], 1
        try:
            for cells in reader:
                rows.append(Row(line, tuple(" ".join(cell.split()) for cell in cells)))
                line = reader.line_num + 1
        except csv.Error:
            continue
        tables.append(rows)
    return _read_tables(_divide(max(tables, key=lambda rows: _count_known(rows, settings), default=[]), settings), settings)


def _count_known(rows: Sequence[Row], settings: ImportSettings) -> int:
    """Return how well rows fit the columns: how many have their number, or how many the best head names."""
    if settings.columns:
        return sum(len(row.cells) == len(settings.columns) for row in rows)
    return max((sum(_role(cell)[0] != "-" for cell in row.cells) for row in rows), default=0)


def read_markdown(text: str, settings: ImportSettings) -> Found:
    """Return the windows of the tables in a Markdown file."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type == "tr_open" and token.map:
            token.attrSet("data-line", str(token.map[0] + 1))
    return read_html(markdown.renderer.render(tokens, markdown.options, {}), settings)


def read_html(text: str, settings: ImportSettings) -> Found:
    """Return the windows of the tables in an HTML page; tables with joined cells or tables inside are refused."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
    page = html.document_fromstring(f"<html>{text}".encode(), parser=parser)
    tables: list[list[Row]] = []
    for table in page.iter("table"):
        rows = []
        is_joined = table.xpath(".//@rowspan[. != '1'] | .//@colspan[. != '1'] | .//table | ./ancestor::*[self::s or self::del]")
        for row in table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"):
            fault = _JOINED if is_joined else _STRUCK if _STRIKE.search(html.tostring(row, encoding="unicode")) else ""
            cells = tuple(" ".join(" ".join(cell.itertext()).split()) for cell in row.iterchildren("td", "th"))
            rows.append(Row(int(row.get("data-line") or row.sourceline or 0), cells, fault))
        tables += _divide(rows, settings)
    return _read_tables(tables, settings)


def _divide(rows: Sequence[Row], settings: ImportSettings) -> list[list[Row]]:
    """Return the tables that follow each other: each head begins one."""
    tables: list[list[Row]] = [[]]
    for row in rows:
        if tables[-1] and not settings.columns and _is_head(row):
            tables.append([])
        if any(row.cells):
            tables[-1].append(row)
    return [table for table in tables if table]


def _is_head(row: Row) -> bool:
    """Tell whether a row names a start column."""
    return not re.search(r"\d", str(row)) and "start" in {_role(cell)[0] for cell in row.cells}


def _role(head: str) -> tuple[str, str]:
    """Return what a column is by its head (`-` if unknown, `?` if unclear), and the zone that the head names."""
    plain, zone = " ".join(head.casefold().strip(" :*").split()), ""
    behind = re.fullmatch(r"(.+?)[\s,]*[(\[]?\b(utc|[a-z]+/[a-z_]+)[)\]]?", plain)
    if behind is not None and (behind[2] == "utc" or behind[2] in {each.casefold() for each in zone_names()}):
        plain, zone = behind[1], behind[2]
    words = set(re.findall(r"[^\W_]+", plain))
    if plain in _ROLE_OF or _REMINDER.search(plain) or not words & (_START | _END):
        return _ROLE_OF.get(plain, "-"), zone
    if words - _START - _END - _JOINT:
        return "?", zone
    return ("end" if words & _END else "start"), zone


def _read_tables(tables: Sequence[Sequence[Row]], settings: ImportSettings) -> Found:
    """Return the windows of tables, of which one at least must have a start column."""
    found = Found()
    fitting = [table for table in tables if settings.columns or _is_head(table[0])]
    for table in tables:
        if table not in fitting:
            head = shorten(str(table[0]))
            found.notes.append(f"{settings.file}:{table[0].line}: table skipped, it has no start column: {head}")
    if not fitting:
        fault = f"{settings.file}: no table with a start column; name the columns with --columns"
        raise RefusedError("\n".join([fault, *found.notes]))
    for table in fitting:
        _read_table(table, settings, found)
    return found


def _read_table(table: Sequence[Row], settings: ImportSettings, found: Found) -> None:
    """Add the windows of a table."""
    head, *rows = table
    place = Place(file=settings.file, line=head.line)
    known = [_role(cell) for cell in head.cells]
    zones = {} if settings.columns else {role: zone for role, zone in known if zone}
    roles = ["start" if each in {"date", "time"} else each for each in settings.columns] or [role for role, _ in known]
    if settings.columns and re.search(r"\d", str(head)):
        rows = [head, *rows]
    elif head.fault or "?" in roles:
        why = head.fault or f'Unclear column "{head.cells[roles.index("?")]}". Name the columns with --columns'
        found.refuse(place, f"the table {shorten(str(head))}", f"{why}.")
        return
    words = [cell for row in rows for role, cell in zip(roles, row.cells, strict=False) if role == "class"]
    if settings.class_ and not any(is_class(split_class(word, settings)[0], settings) for word in words):
        roles = ["-" if role == "class" else role for role in roles]
    ignored = [cell for role, cell in zip(roles, head.cells, strict=False) if role == "-" and cell]
    if ignored and not settings.columns:
        found.notes.append(f"{place}: ignored columns: {', '.join(ignored)}")
    for row in rows:
        place = Place(file=settings.file, line=row.line)
        try:
            found.entries.append(_read_row(row, roles, zones, place, settings))
        except RefusedError as error:
            found.refuse(place, shorten(str(row)), explain(error))


# Rows


def _read_row(row: Row, roles: Sequence[str], zones: Mapping[str, str], place: Place, settings: ImportSettings) -> Entry:
    """Return the window of a row, or raise RefusedError with every reason."""
    if row.fault or any(row.cells[len(roles) :]):
        raise RefusedError(row.fault or f"It has {len(row.cells)} cells, more than the {len(roles)} columns")
    cells: dict[str, str] = {}
    for role, cell in zip(roles, row.cells, strict=False):
        cells[role] = f"{cells.get(role, '')}\t{cell}".strip()
    faults = []
    try:
        start, end = _read_span(cells, zones, settings)
    except (MomentError, RefusedError) as error:
        faults.append(explain(error))
    try:
        word, status = split_class(cells.get("class", ""), settings)
        categories = re.split("[;,]", cells.get("categories", ""))
        classes = read_classes(word, settings) if word else read_categories(categories, settings)
        said = {each for each in (status, read_status(cells.get("status", ""))) if each is not None}
        if len(said) > 1:
            raise RefusedError(f"both {' and '.join(sorted(each.value for each in said))}")
        title = read_title(cells.get("title", ""))
        refuse_doubt(cells.get("-", ""))
    except RefusedError as error:
        faults.append(explain(error))
    if faults:
        raise RefusedError(" ".join(faults))
    window = Window(
        id=id_from_start(start, settings.schedule.calendar.timezone),
        start=start,
        end=end,
        classes=classes,
        title=title,
        status=said.pop() if said else Status.CONFIRMED,
    )
    return Entry(place=place, window=window)


def _read_span(cells: Mapping[str, str], zones: Mapping[str, str], settings: ImportSettings) -> tuple[datetime, datetime | None]:
    """Return start and end, None for no end."""
    if cells.get("all-day", "").casefold() not in _NO:
        raise RefusedError("all-day event; give it a start and an end time")
    first, *rest = _split(cells.get("start", ""))
    ends = _split(cells["end"]) if cells.get("end") else []
    if len(rest) + len(ends) > 1:
        raise RefusedError("more than one end")
    last = next(iter((*rest, *ends)), None)
    zone = _find_zone(first, zones.get("start", ""), cells.get("zone", ""))
    zone_of_end = _find_zone(last, zones.get("start" if rest else "end", ""), cells.get("zone", "")) if last else zone
    zone = zone or (zone_of_end if rest else "")
    if last and (bool(zone) != bool(zone_of_end) or (zone != zone_of_end and not last.day)):
        raise RefusedError("start and end have different time zones; write the zone after both")
    if last and bool(first.half) != bool(last.half):
        raise RefusedError("it has more than one reading; write both in full, such as 21:00–22:00 or 9:00 am – 10:00 pm")
    day = _read_day(first.day, settings)
    start = _read_instant(day, first, zone, settings)
    end = _read_end(last, day, start, zone_of_end, settings) if last else None
    if cells.get("for"):
        length, open_ended = read_duration(cells["for"])
        if open_ended or not length or end not in {None, start + length}:
            raise RefusedError(f'"{cells["for"]}" is not its length' + (", as its end says otherwise" if end else ""))
        end = start + length
    return start, end


def _split(text: str) -> list[_Moment]:
    """Return the start, and the end if there is one, that a text names."""
    plain = _RFC3339.sub(r"\1 \2−", unicodedata.normalize("NFC", text).casefold().replace("−", "–"))
    plain = re.sub(r"(?<=\d\d-\d\d)t(?=\d\d:)", " ", plain)
    if _OFFSET_OR_END.search(plain):
        cure = "write 22:00 – 02:00, or T22:00:00-02:00 after the date"
        raise RefusedError(f'"{shorten(text)}" has more than one reading, an offset or an end: {cure}')
    is_between = _BETWEEN.search(plain) is not None
    plain = re.sub(r"\b(?:and|und|en|et)\b", "–", _BETWEEN.sub("", plain)) if is_between else plain
    plain = _FROM.sub("", plain)
    clocks = list(_CLOCK.finditer(plain))
    before = plain[: clocks[0].start()].rstrip(" \t,–—-") if clocks else ""
    if len(clocks) == 1 and not is_between:
        return [_moment(f"{before} {plain[clocks[0].end() :]}", clocks[0])]
    middle = plain[clocks[0].end() : clocks[1].start()] if len(clocks) == 2 else ""
    to = _TO.match(middle)
    if to is None or plain[clocks[1].end() :].strip():
        fault = "no time" if not clocks else "lacks an end" if len(clocks) == 1 else "has two times, but is not START – END"
        raise RefusedError(f'"{shorten(text)}" {fault}' if clocks else fault)
    return [_moment(before, clocks[0]), _moment(middle[to.end() :], clocks[1])]


def _moment(day: str, found: re.Match[str]) -> _Moment:
    """Return a day with a time; hours to twelve become those of a day, an impossible one 99."""
    hour, half = int(found["hour"] or found["bare"]), (found["half"] or found["half_of_bare"] or "").strip()[:1]
    if half:
        hour = hour % 12 + 12 * (half == "p") if 1 <= hour <= 12 else 99
    clock = f"{hour:02}:{found['minute'] or '00'}:{found['second'] or '00'}"
    return _Moment(" ".join(day.split()), clock, half, found["zone"] or "")


def _find_zone(moment: _Moment, head: str, column: str) -> str:
    """Return the zone or offset that a time, its head or a column names, empty for none."""
    known = {name.casefold(): name for name in zone_names() if "/" in name} | {"z": "UTC", "utc": "UTC"}
    said = [each.casefold() for each in (moment.zone, head, column) if each]
    zones = {each.replace("−", "-") if each[0] in "+−" else known.get(each, "") for each in said}
    if "" in zones:
        raise RefusedError(f'"{said[-1]}" is not a zone such as UTC or Europe/Amsterdam')
    if len(zones) > 1:
        raise RefusedError(f"more than one time zone: {', '.join(said)}")
    return zones.pop() if zones else ""


def _read_day(text: str, settings: ImportSettings) -> date:
    """Return the date that a text names, in the year of `--year` if it has none."""
    found = re.search(r"(?<!\d)(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?!\d)", text) if settings.dates else None
    if found is not None and (settings.dates == "ymd" or len(found[1]) < 4 or found[2] != "-"):
        parts = dict(zip(settings.dates or "", found.group(1, 3, 4), strict=True))
        if len(parts["y"]) == 4:
            text = text.replace(found[0], f"{parts['y']}-{parts['m']:0>2}-{parts['d']:0>2}")
    if settings.year and text and not re.search(r"(?<!\d)\d{4}(?!\d)", text):
        text = f"{text} {settings.year}"
    if not text:
        raise RefusedError("no date")
    try:
        return read_date(text, languages=settings.languages)
    except MomentError as error:
        cure = " Or give the order of all dates with --dates." if "dates in numbers" in error.message else ""
        cure = " Or give the year of all such dates with --year." if "a year" in error.message else cure
        raise MomentError(error.message, f"{error.cure}{cure}") from error


def _read_instant(day: date, moment: _Moment, zone: str, settings: ImportSettings) -> datetime:
    """Return the instant of a local time on a day."""
    offset, name = (zone, "UTC") if zone[:1] in {"+", "-"} else ("", zone or settings.timezone)
    zone = name or settings.schedule.calendar.timezone
    return read_moment(f"{day.isoformat()} {moment.clock}{offset}", zone=zone, languages=settings.languages)


def _read_end(moment: _Moment, day: date, start: datetime, zone: str, settings: ImportSettings) -> datetime:
    """Return an end; a time without a date is the first one after the start, at most twelve hours later on the next day."""
    day = _read_day(moment.day, settings) if moment.day else day
    following = day + timedelta(days=1)
    if moment.clock == "24:00:00":
        end = _read_instant(following, replace(moment, clock="00:00:00"), zone, settings)
    else:
        end = _read_instant(day, moment, zone, settings)
    if end < start and not moment.day:
        end = _read_instant(following, moment, zone, settings)
        if end - start > timedelta(hours=12):
            raise RefusedError(f"{moment.clock} as an end is more than twelve hours later, on the next day; write its date")
    if end <= start:
        raise RefusedError("the end is not after the start; write the date of both")
    return end
