"""The schedule file that an import writes: block style, a key a line, nothing behind a value, guesses in comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from icsfeed.drafting.pasted_classes import PastedClass, spell_duration
from icsfeed.drafting.pasted_remarks import render_comment
from icsfeed.drafting.pasted_rows import PastedWindow
from icsfeed.drafting.pasted_texts import PastedLink
from icsfeed.drafting.spelling import render_pair, render_scalar, spell_moment
from icsfeed.model import Calendar, Status, Window
from icsfeed.moments import read_moment
from icsfeed.wording import words_for
from icsfeed.zones import MomentError

_BEGIN = """\
# Made from a pasted page. What stands in a comment below is a guess, or was decided
# where the page is silent or contradicts itself: look at each.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the windows.

    Attributes:
        comments: By the key above which they stand; empty ones do not.
    """

    name: str
    service: str
    domain: str
    timezone: str
    language: str
    contact: str
    email: str
    introduction: str
    links: Sequence[PastedLink]
    classes: Sequence[PastedClass]
    comments: dict[str, str] = field(default_factory=dict)


def render_head(head: Head) -> str:
    """Return the file up to its windows."""
    facts = {
        "name": head.name,
        "service": head.service,
        "domain": head.domain,
        "timezone": head.timezone,
    }
    lines = [_BEGIN, "calendar:\n", *(_pair(key, value, 2, head.comments) for key, value in facts.items())]
    lines += [_comment(head.comments, "languages", 2), f"  languages: [{head.language}]\n"]
    lines += [_comment(head.comments, "contact", 2), "  contact:\n"]
    lines += [_pair("name", head.contact, 4), _pair("email", head.email, 4)]
    if head.introduction:
        lines.append(_pair("introduction", head.introduction, 2))
    if head.links:
        lines += ["  links:\n", *(_render_link(link) for link in head.links)]
    lines += ["\n# From light to heavy.\n", _comment(head.comments, "classes", 0), "classes:\n"]
    return "".join([*lines, *(_render_class(each) for each in head.classes), "\n"])


def _comment(comments: Mapping[str, str], key: str, column: int) -> str:
    """Return the comment above a key."""
    return render_comment(comments.get(key, ""), column)


def _pair(key: str, value: str, column: int, comments: Mapping[str, str] | None = None) -> str:
    """Return the lines of a key."""
    return f"{_comment(comments or {}, key, column)}{' ' * column}{render_pair(key, value, column)}\n"


def _render_link(link: PastedLink) -> str:
    """Return an item of the links."""
    url = _pair("url", link.url, 6) if link.url else ""
    return f"{render_comment(link.comment, 4)}    - {render_pair('title', link.title, 6)}\n{url}"


def _render_class(each: PastedClass) -> str:
    """Return the lines of a class."""
    facts = {
        "name": each.name,
        "impact": "outage" if each.length else "none",
        "downtime": spell_duration(each.length, open_ended=each.open_ended),
        "takes": spell_duration(each.takes) if each.takes else "",
    }
    lines = [*(render_comment(comment, 2) for comment in each.comments), f"  {each.key}:\n"]
    lines += [_pair(key, value, 4) for key, value in facts.items() if value]
    if each.support_from:
        lines.append(f"    support_from: {render_scalar(each.support_from, flow=False, quote=chr(34))}\n")
    texts = {"description": each.description, "aftermath": each.aftermath}
    return "".join([*lines, *(_pair(key, value, 4) for key, value in texts.items() if value)])


def render_window(window: Window, pasted: PastedWindow, calendar: Calendar, language: str) -> str:
    """Return the entry of a window."""
    facts = {
        "start": _spell(window.start, calendar, language, weekday=pasted.weekdays),
        "end": _spell(window.end, calendar, language, weekday=pasted.weekdays) if window.end else "",
        "class": "/".join(window.classes),
        "title": pasted.title,
        "status": window.status.value if window.status is not Status.CONFIRMED else "",
    }
    comments = "".join(render_comment(comment, 2) for comment in pasted.comments)
    entry = "".join(_pair(key, value, 4) for key, value in facts.items() if value)
    return f"{comments}  - id: {window.id}\n{entry}"


def _spell(moment: datetime, calendar: Calendar, language: str, *, weekday: bool) -> str:
    """Return a moment in the page's words, or in digits where those do not say it."""
    words = words_for(calendar, language)
    day = words.date(moment) if weekday else words.date(moment).split(" ", 1)[1]
    text = f"{day} {words.clock(moment)}"
    try:
        is_meant = read_moment(text, zone=calendar.timezone, languages=calendar.languages) == moment
    except MomentError:
        is_meant = False
    return text if is_meant else spell_moment(moment, calendar)
