"""The rows of a pasted page: which of its lines are windows, which are classes, and when each window begins and ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from icsfeed.drafting.pasted_classes import (
    ClassNames,
    PastedClass,
    find_downtime_cell,
    find_downtime_column,
    read_class,
    read_downtime,
)
from icsfeed.drafting.pasted_dates import Found, PartialDate, YearlessDate, find_contradiction, find_status, infer_years, scan
from icsfeed.drafting.pasted_lines import Line, without_links
from icsfeed.drafting.pasted_remarks import Remarks
from icsfeed.drafting.pasted_texts import find_year, is_heading
from icsfeed.grammar import LONGEST_LINE
from icsfeed.model import Status
from icsfeed.moments import read_moment
from icsfeed.zones import MomentError

MOST_ROWS = 5000
"""How many rows with a date are read."""

_NO_DATE = "no date is understood in this row"
_LONGEST_ROW = 2000
_LONGEST_LINE_WITH_DATE = 200
_BULLET = re.compile(r"^[-–—•*·]\s+")
_HEADER = re.compile(
    r"\b(?:datum|date|dag|day|tag|jour|tijd\w*|time|zeit|uhrzeit|heure|soort\w*|type|art|onderhoud|maintenance|wartung|class|klasse"
    r"|omschrijving|description|beschreibung|wanneer|when|wann|start|begin|einde?|end|duur)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line that tells a window.

    Attributes:
        found: Its dates and times.
        words: What it says besides.
        unknown: Words beside the dates and times that mean nothing here.
        heading: The year of the nearest heading above that has one.
        section: Rows below the same such heading have the same number.
    """

    line: Line
    found: Found
    words: str
    unknown: str
    heading: int | None
    section: int


@dataclass(slots=True, kw_only=True)
class Rows:
    """The lines of a page by what they are."""

    windows: list[Row] = field(default_factory=list)
    classes: list[PastedClass] = field(default_factory=list)
    texts: list[Line] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class PastedWindow:
    """A window of the page.

    Attributes:
        weekdays: Whether the page names the weekday of its start, and that one is right.
        comments: What was guessed.
    """

    line: Line
    start: datetime
    end: datetime | None
    classes: tuple[str, ...]
    title: str
    status: Status
    weekdays: bool
    comments: list[str]


# What each line is


def sort_lines(lines: Sequence[Line], language: str, remarks: Remarks) -> Rows:
    """Return the lines of a page by what they are; a row that is nothing known gets a remark."""
    rows, heading, section = Rows(), None, 0
    header: Line | None = None
    for line in lines:
        row = _find_row(line, language, heading, section)
        if row is not None:
            rows.windows.append(row)
        elif not line.is_row:
            rows.texts.append(line)
            header = None
            if is_heading(line) and (year := find_year(line)):
                heading, section = year, section + 1
        elif _is_header(line, is_first=header is None):
            header = line
        elif (column := _find_downtime(line, header)) is not None:
            read = read_class(line, column, taken=[each.key for each in rows.classes], remarks=remarks)
            rows.classes += [read] if read else []
        else:
            remarks.unread(line, line.text, _NO_DATE)
    return rows


def _is_header(line: Line, *, is_first: bool) -> bool:
    """Tell whether a row is the head of a table; inside of a table all its cells must say so."""
    known = [bool(_HEADER.search(cell)) for cell in line.cells if cell]
    short = all(len(cell) <= 60 for cell in line.cells)
    return short and (any(known) if is_first else all(known)) and not any(read_downtime(cell) for cell in line.cells)


def _find_downtime(line: Line, header: Line | None) -> int | None:
    """Return which cell of a row is a downtime: as the table's head says, else by what it says."""
    return find_downtime_cell(line) if header is None else find_downtime_column(header)


def _find_row(line: Line, language: str, heading: int | None, section: int) -> Row | None:
    """Return what a line says if it tells a window, else None."""
    if len(line.text) > (_LONGEST_ROW if line.is_row else _LONGEST_LINE_WITH_DATE):
        return None
    found, words, unknown = (_scan_cells if line.is_row else _scan_line)(line, language)
    is_sentence = not line.is_row and re.search(r"\w+\W+\w+\W+\w.*[.!?]$", words)
    if not found.dates or is_sentence:
        return None
    return Row(line=line, found=found, words=words, unknown=unknown, heading=heading, section=section)


def _scan_line(line: Line, language: str) -> tuple[Found, str, str]:
    """Return dates, times and words of a line that begins with its date."""
    found = scan(_BULLET.sub("", without_links(line.text)), language)
    return found, found.rest, ""


def _scan_cells(line: Line, language: str) -> tuple[Found, str, str]:
    """Return the dates and times of those cells that have nothing else or come first, and the words of the others."""
    whole, words, unknown = Found(), [], []
    for cell in line.cells:
        found = scan(cell, language)
        if not found.is_something and found.status and not found.rest:
            whole.status = found.status
        elif not found.is_something or (found.rest and whole.dates and whole.clocks):
            words.append(cell)
        else:
            whole.dates += found.dates
            whole.clocks += found.clocks
            whole.footnotes += found.footnotes
            whole.status = whole.status or found.status
            unknown.append(found.rest)
    return whole, ", ".join(filter(None, words)), " ".join(filter(None, unknown))


# When each window begins and ends


def read_windows(rows: Sequence[Row], names: ClassNames, *, zone: str, language: str, remarks: Remarks) -> Iterator[PastedWindow]:
    """Give the windows that the rows tell, in the order of the page; a row that cannot be read gets a remark."""
    anchors = [_anchor(row) for row in rows]
    for row, anchor, year in zip(rows, anchors, infer_years(anchors), strict=True):
        reading = _Reading(row=row, zone=zone, language=language, remarks=remarks)
        try:
            window = reading.read(names, anchor.partial, year)
        except MomentError as error:
            remarks.unread(row.line, row.line.text, f"{error.message}. {error.cure}".strip())
            continue
        yield window


def _anchor(row: Row) -> YearlessDate:
    """Return a row's first date; where only its second one has a year, it is of that year or the one before."""
    first, *others = row.found.dates
    if first.year is None and others and others[0].year is not None:
        fits = first.in_year(others[0].year), others[0].in_year(others[0].year)
        year = others[0].year - 1 if fits[0] and fits[1] and fits[0] > fits[1] else others[0].year
        first = PartialDate(text=first.text, day=first.day, month=first.month, year=year, weekday=first.weekday)
    return YearlessDate(partial=first, heading=row.heading, section=row.section)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One row on its way to a window."""

    row: Row
    zone: str
    language: str
    remarks: Remarks
    guesses: list[str] = field(default_factory=list)

    def read(self, names: ClassNames, first: PartialDate, year: int | None) -> PastedWindow:
        """Return the window.

        Raises:
            MomentError: The row cannot be read.
        """
        self._require_shape()
        found, named = self.row.found, names.read(self.row.words)
        status, title = found.status or find_status(named.title), "" if find_status(named.title) else named.title
        if not named.keys:
            raise MomentError(
                "it names no class that is known" if not names.find(self.row.words) else "it names too many classes"
            )
        if found.dates[0].year is None:
            source = "the heading and the rows around it" if self.row.heading == year else "the rows around it"
            self._guess(f"The page gives no year: {year} follows from {'the second date' if first.year else source}.")
        day = self._date(first, year)
        start = self._moment(day, found.clocks[0])
        end = self._end(day, start)
        for partial in found.dates:
            if partial.guess:
                self._guess(partial.guess)
        for footnote in [*found.footnotes, *filter(None, [named.footnote])]:
            self._guess(f'The stray "{footnote}" is left out.')
        self._tell_words(named.keys, title, status)
        return PastedWindow(
            line=self.row.line,
            start=start,
            end=end,
            classes=named.keys,
            title=title if len(title) <= LONGEST_LINE else "",
            status=Status(status or Status.CONFIRMED.value),
            weekdays=first.weekday is not None and first.weekday == day.weekday(),
            comments=[self.remarks.guess(self.row.line, guess) for guess in self.guesses],
        )

    def _guess(self, text: str) -> None:
        self.guesses.append(text)

    def _require_shape(self) -> None:
        """Raise MomentError unless there are as many dates and times as a window has."""
        found = self.row.found
        if re.search(r"\d", self.row.unknown):
            raise MomentError(f'"{self.row.unknown}" is not understood')
        if not found.clocks:
            raise MomentError("there is no time in this row")
        if len(found.dates) > 2 or len(found.clocks) > 2 or len(found.dates) > len(found.clocks):
            raise MomentError(f"{len(found.dates)} dates and {len(found.clocks)} times are no start and end")

    def _date(self, partial: PartialDate, year: int | None) -> date:
        """Return a date; a weekday that contradicts it is dropped, and told."""
        if year is None:
            raise MomentError("neither the row nor its neighbours nor a heading says the year")
        day = partial.in_year(year)
        if day is None:
            raise MomentError(f'"{partial.text}" does not exist in {year}')
        if partial.weekday is not None and partial.weekday != day.weekday():
            why = find_contradiction(partial, day, self.language)
            self._guess(f'The page says "{partial.text}", but {why}: the date is kept, the weekday is left out.')
        return day

    def _moment(self, day: date, clock: str) -> datetime:
        return read_moment(f"{day.isoformat()} {clock}", zone=self.zone, languages=(self.language,))

    def _end(self, day: date, start: datetime) -> datetime | None:
        """Return the end: of the second date, or of the second time on the first one; None where there is neither."""
        dates, clocks = self.row.found.dates, self.row.found.clocks
        if len(clocks) < 2:
            return None
        if len(dates) < 2:
            end = self._moment(day, clocks[1])
            if end <= start:
                end = self._moment(day + timedelta(days=1), clocks[1])
                self._guess(f'"{clocks[1]}" is not after "{clocks[0]}": the end is on the next day.')
            return end
        years = (dates[1].year,) if dates[1].year is not None else (day.year, day.year + 1)
        later = [each for year in years if (each := dates[1].in_year(year)) and each >= day]
        if not later:
            raise MomentError("its second date is before its first")
        if dates[1].year is None:
            self._guess(f"The page gives no year for the end: {later[0].year} follows from the start.")
        end = self._moment(self._date(dates[1], later[0].year), clocks[1])
        if end <= start:
            raise MomentError("its end is not after its start")
        self._guess("The page gives two dates: they are start and expected end.")
        return end

    def _tell_words(self, keys: tuple[str, ...], title: str, status: str) -> None:
        """Say what became of the words of the row."""
        if len(keys) > 1:
            self._guess(f'The page says "{self.row.words}": planned as the heavier, named as both.')
        elif len(title) > LONGEST_LINE:
            self.remarks.unread(self.row.line, title, f"a title has at most {LONGEST_LINE} characters")
        elif title:
            self._guess(f'The page says "{self.row.words}": the class is "{keys[0]}", the rest is the title.')
        if status:
            self._guess(f"The page says that it is {status}.")
        if self.row.unknown:
            self.remarks.unread(self.row.line, self.row.unknown, "these words beside date and time mean nothing here")
