"""A pasted maintenance page into a schedule file, with a word on every guess; or its new windows into a file that is there.

Whatever comes out checks: it is loaded before it is returned.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from icsfeed.drafting.editor import add_window
from icsfeed.drafting.layout import Layout
from icsfeed.drafting.loader import load_schedule
from icsfeed.drafting.pasted_classes import MOST_CLASSES, ClassNames, PastedClass, make_key
from icsfeed.drafting.pasted_file import Head, render_head, render_window
from icsfeed.drafting.pasted_lines import Line, PageError, read_page
from icsfeed.drafting.pasted_remarks import Remark, Remarks, render_comment
from icsfeed.drafting.pasted_rows import MOST_ROWS, PastedWindow, Rows, read_windows, sort_lines
from icsfeed.drafting.pasted_texts import find_service, is_dutch, read_texts
from icsfeed.drafting.schedule import Schedule
from icsfeed.grammar import LONGEST_LINE, find_fault_in_id
from icsfeed.model import Calendar, Text, Window
from icsfeed.zones import id_from_start, render_with_offset

MOST_ADDED = 500
"""How many windows are added to a file at once: each is proven, and that takes its time."""

_UNNAMED = {"nl": "Onderhoud", "de": "Wartung", "fr": "Maintenance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the user said about a page; None where it is to be inferred."""

    domain: str | None = None
    timezone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A schedule file and what is to be said about it.

    Attributes:
        data: The whole file.
        schedule: What it says.
        added: Ids of the windows that came from the page.
        remarks: By line.
    """

    data: bytes
    schedule: Schedule
    added: tuple[str, ...]
    remarks: tuple[Remark, ...]


def make_schedule(page: bytes, *, file: str, key: str, hints: Hints) -> Imported:
    """Return a new schedule file for a page.

    Parameters:
        page: As copied from a browser, or HTML.
        file: The name under which problems tell the new file.
        key: The calendar's name.

    Raises:
        PageError: There is no window in it.
        ScheduleError: The file's name makes no calendar.
    """
    remarks = Remarks()
    lines = read_page(page)
    language, comment = _choose_language(lines, hints.language, remarks)
    rows = _sort_lines(lines, language, remarks)
    classes = _order_classes(rows.classes, remarks) or _derive_classes(rows, language, remarks)
    names = ClassNames([(each.key, (each.name, each.key)) for each in classes])
    head = _make_head(rows, classes, names, language=language, hints=hints, remarks=remarks)
    head.comments["languages"] = comment
    begin = render_head(head)
    calendar = load_schedule(f"{begin}windows: []\n".encode(), file=file, key=key).calendar
    pasted = read_windows(rows.windows, names, zone=head.timezone, language=language, remarks=remarks)
    windows = _without_doubles(list(pasted), remarks)
    if not windows:
        raise PageError(_say_nothing(remarks))
    made = _name(windows, calendar, taken=())
    entries = (render_window(window, each, calendar, language) for window, each in made)
    data = "".join([begin, "windows:\n", *entries]).encode()
    schedule = load_schedule(data, file=file, key=key)
    return Imported(data=data, schedule=schedule, added=tuple(each.id for each, _ in made), remarks=tuple(remarks.sorted()))


def add_to_schedule(page: bytes, data: bytes, schedule: Schedule, hints: Hints) -> Imported:
    """Return a schedule file with the windows of a page that it lacks; no other byte is changed.

    A window is there already if one has its start, or the id that its start gives, as one has that was moved since.

    Raises:
        PageError: There is no window in the page.
        ScheduleError: The file would have an error.
        LayoutError: The file is laid out in a way in which this cannot be done safely.
    """
    remarks, calendar = Remarks(), schedule.calendar
    lines = read_page(page)
    language, _ = _choose_language(lines, hints.language, None)
    rows = _sort_lines(lines, language, remarks)
    remarks.made = [remark for remark in remarks.made if not remark.is_guess]  # guesses on classes change nothing here
    names = ClassNames.of_calendar(calendar)
    unnamed = _UNNAMED.get(language, "Maintenance")
    if not rows.classes and make_key(unnamed) in names.keys:
        _name_rows(rows, names, unnamed)
    pasted = list(read_windows(rows.windows, names, zone=calendar.timezone, language=language, remarks=remarks))
    if not pasted:
        raise PageError(_say_nothing(remarks))
    windows = _find_new(_without_doubles(pasted, remarks), schedule, remarks)
    if len(windows) > MOST_ADDED:
        raise PageError(f"it has {len(windows):,} windows that the file lacks; at most {MOST_ADDED} are added at once")
    made = _name(windows, calendar, taken=[each.id for each in schedule.windows])
    for window, _ in made:
        data = add_window(data, schedule, window)
        schedule = load_schedule(data, file=schedule.file, key=calendar.key)
    data = _add_comments(data, schedule, made)
    return Imported(data=data, schedule=schedule, added=tuple(each.id for each, _ in made), remarks=tuple(remarks.sorted()))


def _sort_lines(lines: Sequence[Line], language: str, remarks: Remarks) -> Rows:
    """Return the lines by what they are, if they are not too many."""
    rows = sort_lines(lines, language, remarks)
    if len(rows.windows) > MOST_ROWS:
        raise PageError(f"it has {len(rows.windows):,} rows with a date; at most {MOST_ROWS:,} are read")
    return rows


def _say_nothing(remarks: Remarks) -> str:
    """Return why nothing comes of a page."""
    unread = [str(remark) for remark in remarks.sorted() if not remark.is_guess]
    return "\n".join(["no window was found in it", *unread])


# What the page says about the calendar


def _choose_language(lines: Sequence[Line], hint: str | None, remarks: Remarks | None) -> tuple[str, str]:
    """Return the language of a page, and the guess in words where nobody said it."""
    if hint is not None:
        return hint, ""
    language, name = ("nl", "Dutch") if is_dutch(lines) else ("en", "English")
    return language, remarks.guess(None, f"The page's words are {name}.") if remarks else ""


def _order_classes(classes: list[PastedClass], remarks: Remarks) -> list[PastedClass]:
    """Return the classes from light to heavy."""
    ordered = sorted(classes, key=lambda each: each.weight)
    if ordered != classes:
        ordered[0].comments.insert(
            0, remarks.guess(None, "The classes are put in order, from the shortest downtime to the longest.")
        )
    return ordered


def _derive_classes(rows: Rows, language: str, remarks: Remarks) -> list[PastedClass]:
    """Return the classes of a page without a table of them: what its rows are called."""
    called = Counter(row.words for row in rows.windows if row.words and not re.search(r"[,/]", row.words))
    found = {make_key(words): words for words in called if len(words) <= LONGEST_LINE}
    unnamed = _UNNAMED.get(language, "Maintenance")
    if not 0 < len(found) <= MOST_CLASSES:
        found = {make_key(unnamed): unnamed}
    known = ClassNames([(key, (name, key)) for key, name in found.items()])
    if _name_rows(rows, known, unnamed):
        found.setdefault(make_key(unnamed), unnamed)
    guess = "The page has no table of classes: how long the service is away is a guess."
    comments = [remarks.guess(None, guess)] if rows.windows else []
    derived = [PastedClass(key=key, name=name, length=timedelta(hours=1), open_ended=True) for key, name in found.items()]
    derived[0].comments = comments
    return derived


def _name_rows(rows: Rows, known: ClassNames, unnamed: str) -> bool:
    """Put the name of the class for all else into the rows that name none; tell whether there are such rows."""
    nameless = [number for number, row in enumerate(rows.windows) if not known.find(row.words)]
    for number in nameless:
        words = rows.windows[number].words
        rows.windows[number] = replace(rows.windows[number], words=f"{unnamed}: {words}" if words else unnamed)
    return bool(nameless)


def _make_head(
    rows: Rows, classes: list[PastedClass], names: ClassNames, *, language: str, hints: Hints, remarks: Remarks
) -> Head:
    """Return what stands above the windows."""
    texts = read_texts(rows.texts, names, remarks)
    unnamed = _UNNAMED.get(language, "Maintenance")
    title, comments = texts.title or unnamed, {}
    service = find_service(title) or title
    source = f'the heading "{title}"' if texts.title else "nothing; the page has no heading"
    comments["service"] = remarks.guess(None, f"The name of the service is taken from {source}.")
    if hints.domain is None:
        guess = "The page does not name the domain: example.org is a guess. It never changes once events are published."
        comments["domain"] = remarks.guess(None, guess)
    zone = hints.timezone or ("Europe/Amsterdam" if language == "nl" else "UTC")
    if hints.timezone is None:
        comments["timezone"] = remarks.guess(None, f"The page does not name its zone: {zone} is a guess.")
    email = texts.email or f"support@{hints.domain or 'example.org'}"
    contact = texts.contact or f"{service} support"[:LONGEST_LINE]
    told = f"{email} stands on the page" if texts.email else f"The page gives no address for support: {email} is a guess"
    told += "" if texts.contact else f'; the name "{contact}" is a guess'
    comments["contact"] = remarks.guess(None, f"{told}.")
    if texts.support:
        for each in classes:
            each.support_from = texts.support.get(each.key, "")
        guess = f'Support is there from {next(iter(texts.support.values()))}: "{texts.support_sentence}"'
        first = next((each for each in classes if each.support_from), classes[0])
        first.comments.append(remarks.guess(None, guess))
    comments["classes"] = remarks.guess(None, "No downtime is taken for no impact, any downtime for an outage.")
    return Head(
        name=title,
        service=service,
        domain=hints.domain or "example.org",
        timezone=zone,
        language=language,
        contact=contact,
        email=email,
        introduction="\n\n".join(texts.introduction),
        links=texts.links,
        classes=classes,
        comments=comments,
    )


# Windows


def _without_doubles(windows: list[PastedWindow], remarks: Remarks) -> list[PastedWindow]:
    """Return the windows without those that stand on the page twice."""
    kept: dict[tuple[object, ...], PastedWindow] = {}
    for window in windows:
        same = (window.start, window.end, window.classes, window.title)
        if same in kept:
            remarks.guess(window.line, f'"{window.line.text}" stands in line {kept[same].line.number} already.')
        kept.setdefault(same, window)
    return list(kept.values())


def _find_new(windows: list[PastedWindow], schedule: Schedule, remarks: Remarks) -> list[PastedWindow]:
    """Return the windows that a schedule lacks."""
    zone = schedule.calendar.timezone
    by_id = {each.id.casefold(): each for each in schedule.windows}
    starts, new = Counter(each.start for each in schedule.windows), []
    for window in windows:
        id_ = id_from_start(window.start, zone)
        known = by_id.get(id_.casefold())
        if starts[window.start]:
            starts[window.start] -= 1
        elif known is not None and known.start != window.start:
            moved = f"{id_} is in the file already, moved to {render_with_offset(known.start, zone)}: it is left as it is."
            remarks.guess(window.line, moved)
        else:
            new.append(window)
    return new


def _name(windows: list[PastedWindow], calendar: Calendar, taken: Iterable[str]) -> list[tuple[Window, PastedWindow]]:
    """Return the windows with ids that nothing else has."""
    used, named = {id_.casefold() for id_ in taken}, []
    for each in windows:
        plain = id_from_start(each.start, calendar.timezone)
        if any(find_fault_in_id(plain, calendar=name) for name in (calendar.key, *calendar.formerly)):
            plain = f"window-{plain}"
        id_, number = plain, 2
        while id_.casefold() in used:
            id_, number = f"{plain}-{number}", number + 1
        used.add(id_.casefold())
        title = Text.of(each.title) if each.title else None
        named.append(
            (Window(id=id_, start=each.start, end=each.end, classes=each.classes, title=title, status=each.status), each)
        )
    return named


def _add_comments(data: bytes, schedule: Schedule, made: list[tuple[Window, PastedWindow]]) -> bytes:
    """Put what was guessed above the new entries, where they have lines of their own."""
    layout = Layout(data)
    for window, pasted in made:
        place = schedule.places[window.id]
        index = layout.index(place.line, place.column)
        before = layout.before(index)
        if before.strip() == "-":
            column = len(before) - len(before.lstrip())
            comments = "".join(render_comment(each, column) for each in pasted.comments)
            layout.insert(layout.line_begin(index), comments)
    commented = layout.bytes_after()
    after = load_schedule(commented, file=schedule.file, key=schedule.calendar.key)
    return commented if (after.calendar, after.windows) == (schedule.calendar, schedule.windows) else data
