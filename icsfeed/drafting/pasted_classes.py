"""The classes of a pasted page: its table of kinds of maintenance, and which of them the words of a row name."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from icsfeed.drafting.pasted_lines import Line, split_sentences
from icsfeed.drafting.pasted_remarks import Remarks
from icsfeed.durations import read_duration
from icsfeed.grammar import LONGEST_LINE, find_fault_in_name
from icsfeed.model import LONGEST_SPAN, Calendar
from icsfeed.zones import MomentError

MOST_CLASSES = 20
"""How many classes a page has at most; more rows of that kind tell something else."""

_DOWNTIME = re.compile(
    r"downtime|duur|uitval|niet beschikbaar|ausfall|dauer|duration|outage|unavailab|durée|indispon", re.IGNORECASE
)
_OPEN_ENDED = re.compile(r"\s*(?:\+|\b(?:of|en|or|and|oder|und|ou)\s+(?:meer|langer|more|longer|mehr|länger|plus)\b\.?)$")
_ABOUT = re.compile(
    r"^(?:circa|ca\.?|ongeveer|gemiddeld|about|approximately|approx\.?|average|etwa|environ|max\.?|maximaal|[±~<])\s*"
)
_RANGE = re.compile(r"^\d{1,4}\s*(?:-|–|tot|to|bis|à)\s*(\d{1,4}\s*\w{1,10})$")
_AVERAGE = re.compile(
    r"\b(?:gemiddelde?|average|durchschnittlich|moyenne)\b[^.]{0,80}?\b(\d{1,4} ?(?:min\w{0,6}|uur|uren|h\w{0,6}))\b", re.I
)
_AFTERWARDS = re.compile(r"^(?:nadat|na afloop|after|afterwards|nachdem|danach|après)\b", re.IGNORECASE)
_TRIMMED = " ,;:/–—-|&+·•"
_JOINS = frozenset({"of", "or", "oder", "ou", "en", "and", "und", "et", "en/of"})
_MAINTENANCE = frozenset({"onderhoud", "maintenance", "wartung", "entretien"})
_FOOTNOTE = re.compile(r"(?:(?<=\s)|^)(?:\d{1,2}|\[\d{1,2}\]|\(\d{1,2}\))$|[⁰¹²³⁴-⁹]{1,2}$|\*{1,3}$")


@dataclass(slots=True, kw_only=True)
class PastedClass:
    """A row of the table of classes.

    Attributes:
        length: Of the downtime; zero for none.
        comments: What was guessed.
    """

    key: str
    name: str
    length: timedelta
    open_ended: bool = False
    takes: timedelta | None = None
    description: str = ""
    aftermath: str = ""
    support_from: str = ""
    comments: list[str] = field(default_factory=list)

    @property
    def weight(self) -> tuple[timedelta, bool]:
        """By which classes are sorted from light to heavy."""
        return self.length, self.open_ended


# The table


def read_downtime(text: str) -> tuple[timedelta, bool] | None:
    """Return how long a cell says that the service is away, and whether it may last longer; None if it says no such thing."""
    plain = text.casefold().strip()
    bare = _OPEN_ENDED.sub("", plain)
    is_open = bare != plain
    bare = _ABOUT.sub("", bare)
    if found := _RANGE.match(bare):
        bare = found[1]
    try:
        length, at_least = read_duration(bare)
    except (MomentError, OverflowError):
        return (timedelta(), False) if re.fullmatch(r"0( \w+)?", bare) else None
    return (length, bool(length) and (at_least or is_open)) if length <= LONGEST_SPAN else None


def find_downtime_column(line: Line) -> int | None:
    """Return which cell of a header is above downtimes, None where none is."""
    return next((number for number, cell in enumerate(line.cells) if len(cell) <= 60 and _DOWNTIME.search(cell)), None)


def find_downtime_cell(line: Line) -> int | None:
    """Return which cell of a row, but the first, is a downtime."""
    return next((number for number, cell in enumerate(line.cells) if number and read_downtime(cell)), None)


def read_class(line: Line, column: int, *, taken: Collection[str], remarks: Remarks) -> PastedClass | None:
    """Return the class that a row tells, or None after a remark.

    Parameters:
        column: Which cell is the downtime.
        taken: The keys of the classes above it.
    """
    cells = [*line.cells, *[""] * column]
    full = _FOOTNOTE.sub("", cells[0]).strip()
    name = " ".join(full.replace(",", " ").split())
    if not name or len(name) > LONGEST_LINE or make_key(name) in taken or len(taken) == MOST_CLASSES:
        remarks.unread(line, line.text, "it names no class of its own" if name else "it names no class")
        return None
    found = read_downtime(cells[column])
    length, open_ended = found or (timedelta(hours=1), True)
    read = PastedClass(key=make_key(name), name=name, length=length, open_ended=open_ended)
    if found is None:
        remarks.unread(line, cells[column], "it is no downtime")
        read.comments.append(remarks.guess(line, f'The downtime of "{name}" is a guess: the page\'s is not understood.'))
    elif _ABOUT.match(cells[column].casefold()) or _RANGE.match(_ABOUT.sub("", cells[column].casefold())):
        read.comments.append(remarks.guess(line, f'The page says "{cells[column]}".'))
    if "," in full:
        read.comments.append(remarks.guess(line, f'The page says "{full}"; a class name has no comma.'))
    others = [cell for number, cell in enumerate(line.cells) if number not in {0, column} and cell]
    if others:
        _read_description(read, max(others, key=len), line, remarks)
    return read


def _read_description(read: PastedClass, text: str, line: Line, remarks: Remarks) -> None:
    """Keep what a class means, what it means afterwards, and how long it takes."""
    sentences = split_sentences(text)
    after = [each for each in sentences if _AFTERWARDS.match(each)]
    before = [each for each in sentences if each not in after]
    if after and before:
        read.description, read.aftermath = " ".join(before), " ".join(after)
        guess = f'What may be felt after "{read.name}" is the sentence that begins with "{" ".join(after[0].split()[:3])}".'
        read.comments.append(remarks.guess(line, guess))
    else:
        read.description = text
    average = _AVERAGE.search(text)
    takes = read_downtime(average[1]) if average else None
    if average and takes and takes[0] and takes[0] != read.length:
        read.takes = takes[0]
        guess = f'Of "{read.name}" the table\'s downtime is how long the service is away; "{average[0]}" how long all takes.'
        read.comments.append(remarks.guess(line, guess))


def make_key(name: str) -> str:
    """Return a class's key: its name in small letters, digits and hyphens."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if char.isascii())
    key = re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "class"
    return f"{key}-1" if find_fault_in_name(key) else key


def spell_duration(length: timedelta, *, open_ended: bool = False) -> str:
    """Return `none`, `20 minutes`, `at least 100 minutes`."""
    if not length:
        return "none"
    days, rest = divmod(length, timedelta(days=1))
    count, unit = (days, "day") if not rest else (int(length.total_seconds()) // 60, "minute")
    return f"{'at least ' if open_ended else ''}{count} {unit}{'' if count == 1 else 's'}"


# The words of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the words of a row say.

    Attributes:
        keys: Of one class or two, the lighter first; empty where no class is named, or too many are.
        title: The other words.
        footnote: Stray digits that were dropped.
    """

    keys: tuple[str, ...]
    title: str = ""
    footnote: str = ""


class ClassNames:
    """The names of some classes.

    Attributes:
        keys: From light to heavy.
    """

    def __init__(self, names: Sequence[tuple[str, Iterable[str]]]) -> None:
        """Keep keys, each with its names."""
        self.keys = tuple(key for key, _ in names)
        spelt = {name.casefold(): key for key, each in names for name in each}
        self._key_of = spelt
        longest_first = sorted(spelt, key=len, reverse=True)
        alternatives = "|".join(re.escape(name) for name in longest_first) or "(?!)"
        self._pattern = re.compile(rf"(?<!\w)({alternatives})(?:e|-?onderhoud|-?maintenance|wartung)?(?!\w)", re.IGNORECASE)

    @classmethod
    def of_calendar(cls, calendar: Calendar) -> "ClassNames":
        """Return the names of a calendar's classes in all languages."""
        return cls([(each.key, (each.key, *(words for _, words in each.name.versions))) for each in calendar.classes])

    def find(self, text: str) -> tuple[str, ...]:
        """Return the keys of all classes that a text names, from light to heavy."""
        found = {self._key_of.get(match[1].casefold(), "") for match in self._pattern.finditer(text)}
        return tuple(key for key in self.keys if key in found)

    def read(self, text: str) -> Named:
        """Return the class or classes that a row's words name, and what else they say."""
        footnote = _FOOTNOTE.search(text.strip())
        bare = text.strip()[: footnote.start()].strip() if footnote else text
        keys = self.find(bare)
        pieces = [piece.strip(_TRIMMED) for piece in self._between(bare)]
        kept = [_without_brackets(piece) for piece in pieces if piece and piece.casefold() not in _JOINS]
        title = " ".join(kept)
        if footnote and title:  # digits behind words that are no class's belong to them
            title, footnote = _without_brackets(" ".join(piece.strip(_TRIMMED) for piece in self._between(text)).strip()), None
        if {word.casefold() for word in title.split()} <= _MAINTENANCE:
            title = ""
        return Named(keys=keys if len(keys) <= 2 else (), title=title, footnote=footnote[0] if footnote else "")

    def _between(self, text: str) -> list[str]:
        """Return what stands before, between and behind the names."""
        pieces, end = [], 0
        for match in self._pattern.finditer(text):
            pieces.append(text[end : match.start()])
            end = match.end()
        return [*pieces, text[end:]]


def _without_brackets(text: str) -> str:
    """Return a text without the brackets around all of it."""
    inner = text[1:-1]
    return inner.strip() if text[:1] == "(" and text[-1:] == ")" and not set("()") & set(inner) else text
