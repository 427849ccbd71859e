"""The texts of a pasted page: what it is about, its introduction, its links, whom to ask."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from icsfeed.drafting.pasted_classes import ClassNames
from icsfeed.drafting.pasted_lines import LINK, Line, split_sentences, without_links
from icsfeed.drafting.pasted_remarks import Remarks
from icsfeed.durations import read_time_of_day
from icsfeed.grammar import LONGEST_LINE, find_fault_in_address, find_fault_in_email
from icsfeed.zones import MomentError

_LONGEST_HEADING = 80
_LONGEST_LINK = 200
_ABOUT_MAINTENANCE = re.compile(r"onderhoud|maintenance|wartung|downtime|storing", re.IGNORECASE)
_NO_SERVICE = re.compile(
    r"\b(?:onderhoud\w*|maintenance|wartungs?\w*|calendar|calendrier|kalender|planning|schedule|agenda|downtime"
    r"|gepland\w*|planned|scheduled|geplante?|de|voor|for|für|van|of)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\w)(?:19[7-9]\d|20[0-3]\d)(?!\w)")
_GENERIC = re.compile(
    r"(?:klik |click )?(?:hier|here|ici)|(?:lees|read) (?:meer|more)|mehr|deze (?:link|pagina)|this (?:link|page)", re.I
)
_SUBJECT = re.compile(
    r"(?:(?:de|het|een|the|die|der|das|les?|la)\s+)?(.{3,120}?)\s+"
    r"(?:zijn|is|staa[nt]|vindt u|vind je|kunt u|kun je|are|can be|finden sie|sind|ist|sont|est|se trouvent?)\b.*",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SUPPORT = re.compile(r"\b(?:customer support|support|klantenservice|service ?desk|help ?desk|kundendienst)\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:vanaf|from|ab|dès|à partir de)\s+(\d{1,2}[:.]\d{2})", re.IGNORECASE)
_DUTCH = frozenset(
    {
        *("de", "het", "een", "en", "van", "is", "zijn", "niet", "wordt", "dat", "met", "voor", "op", "te", "uur"),
        *("onderhoud", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        *("januari", "februari", "maart", "mei", "juni", "juli", "augustus", "oktober"),
    }
)
_ENGLISH = frozenset(
    {
        *("the", "a", "an", "and", "of", "is", "are", "not", "will", "that", "with", "for", "on", "to", "time"),
        *("maintenance", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "may", "june", "july", "august", "october"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedLink:
    """A link of the page; without a url where the page's goes nowhere."""

    title: str
    url: str
    comment: str = ""


@dataclass(slots=True, kw_only=True)
class Texts:
    """What a page says besides its tables.

    Attributes:
        title: The heading about maintenance, or the first heading; empty where there is none.
        support: Names of the keys of classes after which support is there, and from when.
    """

    title: str = ""
    introduction: list[str] = field(default_factory=list)
    links: list[PastedLink] = field(default_factory=list)
    email: str = ""
    contact: str = ""
    support: dict[str, str] = field(default_factory=dict)
    support_sentence: str = ""


def is_dutch(lines: Iterable[Line]) -> bool:
    """Tell whether more of the words are Dutch than English."""
    words = Counter(re.findall(r"[^\W\d_]+", " ".join(line.text for line in lines).casefold()))
    return sum(words[each] for each in _DUTCH) > sum(words[each] for each in _ENGLISH)


def is_heading(line: Line) -> bool:
    """Tell whether a line reads as a heading: short, and no sentence."""
    text = line.text
    return not line.is_row and len(text) <= _LONGEST_HEADING and text[-1] not in ".!:;," and not LINK.search(text)


def find_year(line: Line) -> int | None:
    """Return the only year that a heading names, None for none."""
    found = set(_YEAR.findall(line.text))
    return int(found.pop()) if len(found) == 1 else None


def find_service(title: str) -> str:
    """Return what a title is about, without the words for maintenance and years; may be empty."""
    return " ".join(_YEAR.sub("", _NO_SERVICE.sub(" ", title)).split()).strip(" -–—:|,")


def read_texts(lines: Sequence[Line], names: ClassNames, remarks: Remarks) -> Texts:
    """Return what the lines say that are no rows of a table and no windows."""
    texts, headings = Texts(), [line for line in lines if is_heading(line) and re.search(r"[^\W\d_]", line.text)]
    about = [line for line in headings if _ABOUT_MAINTENANCE.search(line.text) and not line.text.endswith("?")]
    title = next(iter([*about, *headings]), None)
    if title is not None:
        texts.title = title.text
    seen: set[str] = set()
    for line in lines:
        if is_heading(line) or line.text in seen:
            continue
        seen.add(line.text)
        is_below = title is not None and line.number > title.number
        if not _read_links(line, texts, remarks, is_below=is_below):
            texts.introduction.append(without_links(line.text))
            _read_support(line, texts, names)
    for line in lines:
        _read_contact(line, texts)
    return texts


# Links


def _read_links(line: Line, texts: Texts, remarks: Remarks, *, is_below: bool) -> bool:
    """Keep the links of a line; tell whether it is there for them alone."""
    links = [link for link in LINK.finditer(line.text) if not link[2].startswith("mailto:")]
    if not links:
        return bool(LINK.search(line.text)) and not re.search(r"\w", LINK.sub("", line.text))
    is_bare = not re.search(r"\w", LINK.sub("", line.text))
    for link in links:
        goes = find_fault_in_address(link[2], schemes=("https",)) is None
        if not is_bare or (is_below and goes):
            _keep_link(line, link, texts, remarks, goes=goes)
    return is_bare or len(line.text) <= _LONGEST_LINK


def _keep_link(line: Line, link: re.Match[str], texts: Texts, remarks: Remarks, *, goes: bool) -> None:
    """Keep one link; its title is what its sentence is about where its words only say `here`."""
    title, comment = link[1].strip(), ""
    if _GENERIC.fullmatch(title):
        sentence = next(each for each in split_sentences(line.text) if link[0] in each)
        subject = _SUBJECT.match(without_links(sentence))
        title = subject[1] if subject else without_links(sentence)
        title = title[:1].upper() + title[1:]
    if not title or len(title) > LONGEST_LINE or title in {each.title for each in texts.links}:
        return
    if not goes and re.match(r"(?:#.*|javascript:.*)?$", link[2]):
        comment = remarks.guess(line, f'The page links "{link[1]}" to nowhere: "{title}" has no url.')
    elif not goes:
        remarks.unread(line, link[2], f'only addresses with https: can be links; "{title}" has no url')
        comment = "The page's address is none that can be a link."
    texts.links.append(PastedLink(title=title, url=link[2] if goes else "", comment=comment))


# Whom to ask


def _read_contact(line: Line, texts: Texts) -> None:
    """Keep the first e-mail address and the first name of the people who help."""
    found = next((each for each in _EMAIL.findall(line.text) if find_fault_in_email(each) is None), "")
    texts.email = texts.email or found
    if not texts.contact and not is_heading(line) and (support := _SUPPORT.search(line.text)):
        texts.contact = support[0]


def _read_support(line: Line, texts: Texts, names: ClassNames) -> None:
    """Keep from when support is there after which classes: those that the sentence names, else all."""
    for sentence in split_sentences(line.text):
        found = _FROM.search(sentence)
        if not found or not _SUPPORT.search(sentence) or texts.support:
            continue
        try:
            at = read_time_of_day(found[1])
        except MomentError:
            continue
        keys: Iterable[str] = names.find(sentence) or names.keys
        texts.support = dict.fromkeys(keys, f"{at:%H:%M}")
        texts.support_sentence = sentence
