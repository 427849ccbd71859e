"""Pages in HTML: a calendar's, and one for each window."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from icsfeed.model import Calendar
from icsfeed.publication.phases import Phase
from icsfeed.publication.situation import Situation
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE_PATH = "/static/icsfeed.css"
STYLE = (Path(__file__).parents[2] / "static" / "icsfeed.css").read_bytes()
MADE = datetime(2026, 11, 23, tzinfo=UTC)
"""When the files that every icsfeed serves were changed last."""

_templates = Environment(
    loader=PackageLoader("icsfeed", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every page of a calendar in a language names.

    Attributes:
        style: Where the page loads its style sheet from, relative to its path.
        windows: What the addresses of the windows' pages begin with.
        canonical: Address of the calendar's page.
        feeds: Names and addresses.
        data: Address of the calendar as JSON.
        languages: Languages and the page's address in each.
        preview: The moment that is previewed, None for the present.
    """

    words: Words
    calendar: Calendar
    style: str
    windows: str
    canonical: str
    feeds: tuple[tuple[str, str], ...]
    data: str
    languages: tuple[tuple[str, str], ...]
    preview: datetime | None


def render_page(site: Site, published: PublishedCalendar, situation: Situation, *, updated: datetime) -> bytes:
    """Return a calendar's page: addresses to subscribe to, and its windows, those that are not over first.

    Parameters:
        site: Language and addresses.
        published: The windows.
        situation: Which ones are over.
        updated: When something of it changed last.
    """
    phases = list(zip(published.windows, situation.phases, strict=True))
    ahead = [each for each, phase in phases if phase is not Phase.OVER]
    past = [each for each, phase in reversed(phases) if phase is Phase.OVER]
    return _render("calendar.html", site, ahead=ahead, past=past, updated=updated)


def render_window_page(site: Site, window: PublishedWindow, address: str) -> bytes:
    """Return one window's page.

    Parameters:
        site: Language and addresses.
        window: What to tell.
        address: The page's own.
    """
    return _render("window.html", site, window=window, address=address)


def _render(template: str, site: Site, **values: object) -> bytes:
    """Return a rendered template."""
    text = _templates.get_template(template).render(
        site=site, words=site.words, calendar=site.calendar, _=site.words.say, **values
    )
    return text.encode("utf-8")
