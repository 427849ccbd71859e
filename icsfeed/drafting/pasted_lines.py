"""A page, copied from a browser or saved as HTML, into its lines of text.

Both ways give the same lines: what a browser shows as a row of a table is one line of several cells, and a link reads
`[words](address)`.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

LARGEST = 2_000_000
"""The most bytes that a page may have."""

MOST_LINES = 20_000
_MOST_CELLS = 50

_HTML = re.compile(
    r"<(?:!doctype|html|head|body|table|t[rdh]|div|p|h[1-6]|[uo]l|li|br|section|main)\b[^<>]{0,2000}>", re.IGNORECASE
)
_HIDDEN = re.compile(r"<!--|<[!?]|<(script|style)\b", re.IGNORECASE)
_SKIPPED = frozenset({"title", "noscript", "template", "nav", "footer", "aside", "svg", "iframe", "select", "button", "textarea"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "data", "dfn", "del", "em", "font", "i", "img", "ins", "kbd"),
        *("mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
LINK = re.compile(r"\[([^\[\]]{1,300})\]\(([^()\s]{0,2000})\)")
"""How a link reads: its words, and its address."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ])")


class PageError(ValueError):
    """What was pasted is no page; the message is a sentence without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as a browser shows it.

    Attributes:
        number: Where it begins in what was pasted, from 1.
        cells: The cells of a table's row, or one text; each without blanks around it, not all of them empty.
    """

    number: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(cell for cell in self.cells if cell)

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return len(self.cells) > 1


def read_page(data: bytes) -> tuple[Line, ...]:
    """Return the lines of a page that are not blank.

    Raises:
        PageError: It is no text, or too large.
    """
    if len(data) > LARGEST:
        raise PageError(f"it has more than {LARGEST:,} bytes")
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    lines = _lines_of_html(text) if _HTML.search(text) else _lines_of_text(text)
    if len(lines) > MOST_LINES:
        raise PageError(f"it has more than {MOST_LINES:,} lines")
    return tuple(Line(number=line.number, cells=_simplify(line.cells)) if line.is_row else line for line in lines)


def _simplify(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells of a row without links; of very many the last ones are one."""
    plain = tuple(without_links(cell) for cell in cells)
    return plain if len(plain) <= _MOST_CELLS else (*plain[: _MOST_CELLS - 1], " ".join(plain[_MOST_CELLS - 1 :]))


def without_links(text: str) -> str:
    """Return a text with the words of its links alone."""
    return LINK.sub(r"\1", text)


def _decode(data: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with a byte order mark, or else what old Windows programs write."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for each in (encoding, "cp1252"):
        try:
            text = data.decode(each)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise PageError("it is no text")


def clean(text: str) -> str:
    """Return a text on one line, without what nobody sees, every blank a single space."""
    return " ".join(_UNSEEN.sub("", text).split())


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return _SENTENCES.split(text)


# Text


def _lines_of_text(text: str) -> tuple[Line, ...]:
    """Return the lines of a text; a paragraph that was broken to a width becomes one line again."""
    lines: list[Line] = []
    goes_on = False
    for number, source in enumerate(text.split("\n"), 1):
        cells = _split(source)
        if not any(cells):
            goes_on = False
            continue
        line = Line(number=number, cells=cells)
        if goes_on and not line.is_row:
            lines[-1] = Line(number=lines[-1].number, cells=(f"{lines[-1].text} {line.text}",))
        else:
            lines.append(line)
        goes_on = not line.is_row and 60 <= len(line.text) <= 120 and line.text[-1] not in ".!?:;"
    return tuple(lines)


def _split(source: str) -> tuple[str, ...]:
    """Return the cells of a line: between tabs, upright strokes, or three and more blanks."""
    stripped = source.strip()
    if stripped.startswith("|") and stripped.count("|") > 2:
        cells = stripped.strip("|").split("|")
        return () if all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in cells) else tuple(clean(cell) for cell in cells)
    cells = source.strip("\n ").split("\t") if "\t" in stripped else re.split(r" {3,}", stripped)
    return tuple(clean(cell) for cell in cells)


# HTML


def _lines_of_html(text: str) -> tuple[Line, ...]:
    """Return the lines that a browser would show."""
    reader = _Reader()
    reader.feed(_without_hidden(text))
    reader.close()
    reader.finish()
    return tuple(reader.lines)


def _without_hidden(text: str) -> str:
    """Return HTML without comments, declarations, scripts and styles; each line stays in its place.

    The library's parser takes a time that grows with the square of their number where they are not closed, and gives up at
    some of them.
    """
    kept, position = [], 0
    while found := _HIDDEN.search(text, position):
        kept.append(text[position : found.start()])
        closing = "-->" if found[0] == "<!--" else ">"
        begin = found.end()
        if found[1]:
            closing_tag = re.compile(rf"</{found[1]}", re.IGNORECASE).search(text, begin)
            begin = closing_tag.end() if closing_tag else len(text)
        end = text.find(closing, begin)
        position = len(text) if end < 0 else end + len(closing)
        kept.append(" " + "\n" * text.count("\n", found.start(), position))
    rest = "".join(kept) + text[position:]
    last = rest.rfind(">") + 1
    return rest[:last] + rest[last:].replace("<", "&lt;")


class _Reader(HTMLParser):
    """Puts together what stands on one line.

    Attributes:
        lines: Those that are whole.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None
        self._is_cell = False
        self._number = 0
        self._skipped = 0
        self._preformatted = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a cell or a link, or go on."""
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "a":
            self._end_link()
            self._link = (dict(attrs).get("href") or "", len(self._text))
        elif tag == "tr":
            self._end_row()
            self._cells = []
        elif tag in {"td", "th"}:
            if self._cells is None:
                self._end_line()
            self._end_cell()
            self._is_cell = True
        elif tag == "table" or tag not in _INLINE:
            self._break(tag)
        elif tag == "sup":
            self._text.append(" ")
        self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """End a line, a cell or a link."""
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag == "a":
            self._end_link()
        elif tag in {"td", "th"} and self._cells is not None:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()
        elif tag not in _INLINE:
            self._break(tag)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        """Add words."""
        if self._skipped:
            return
        if self._preformatted and self._cells is None:
            for offset, part in enumerate(data.split("\n")):
                if offset:
                    self._end_line()
                self._add(part, self.getpos()[0] + offset)
            return
        blank = len(data) - len(data.lstrip())
        self._add(" ".join(data.split("\n")), self.getpos()[0] + data.count("\n", 0, blank))

    def _add(self, words: str, number: int) -> None:
        if words.strip() and not self._number:
            self._number = number
        self._text.append(words)

    def _break(self, tag: str) -> None:
        """Begin a new line; in a cell a table of its own does that, anything else is a blank."""
        if self._cells is None:
            self._end_line()
        elif tag == "table":
            self._end_row()
        else:
            self._text.append("\n")

    def _end_link(self) -> None:
        """Put the words since the link began between brackets, with its address."""
        if self._link is None:
            return
        (address, begin), self._link = self._link, None
        words = clean("".join(self._text[begin:]))
        if words and not set("[]") & set(words):
            address = re.sub(r"[\s()]", lambda char: f"%{ord(char[0]):02X}", address.strip())
            self._text[begin:] = [f"[{words}]({address})"]

    def _end_cell(self) -> None:
        """Keep the cell that ends here, if one does."""
        if self._cells is None:
            self._cells = []
        cell = "".join(self._text)
        if self._is_cell or cell.strip():
            self._cells.append(cell)
        self._text, self._link, self._is_cell = [], None, False

    def _end_row(self) -> None:
        """Keep the row that ends here, if one does."""
        if self._cells is None:
            self._end_line()
            return
        self._end_cell()
        cells = [clean(cell) for cell in self._cells]
        if len(cells) == 1:  # a table that only gives a page its shape
            pieces = (clean(piece) for piece in self._cells[0].split("\n"))
            self.lines += [Line(number=self._number, cells=(piece,)) for piece in pieces if piece]
        elif any(cells):
            self.lines.append(Line(number=self._number, cells=tuple(cells)))
        self._cells, self._number, self._is_cell = None, 0, False

    def _end_line(self) -> None:
        """Keep the line that ends here, if it has something."""
        self._link = None
        if text := clean("".join(self._text)):
            self.lines.append(Line(number=self._number, cells=(text,)))
        self._text, self._number = [], 0

    def finish(self) -> None:
        """Keep what the page's end cut off."""
        self._end_row()
