"""A calendar's page in HTML: what is going on and what comes next, the windows, and what there is to know."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from icsfeed.model import Calendar
from icsfeed.publication.days import Month, months_of, name_day, weekdays
from icsfeed.publication.documents.structured import MOST_EVENTS, describe_events
from icsfeed.publication.documents.telling import Telling
from icsfeed.publication.documents.templates import render
from icsfeed.publication.making import Kept
from icsfeed.publication.phases import Phase
from icsfeed.publication.questions import Form
from icsfeed.publication.realised import Realised
from icsfeed.publication.situation import Situation
from icsfeed.publication.subscribing import Subscription
from icsfeed.replay import PublishedCalendar, PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local

MEDIA_TYPE = "text/html; charset=utf-8"
PAPERS = ("#F8F8F5", "#15171B")
"""What the page stands on, in light and dark, for the browser's own edges."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every page of a calendar in a language names.

    Attributes:
        root: What leads from the page to the top of the site, relative: what a page loads itself begins with it.
        style: Where the page loads its style sheet from, relative too.
        windows: What the addresses of the windows' pages begin with.
        canonical: Address of the calendar's page.
        feeds: Names and addresses.
        data: Address of the calendar as JSON.
        changes: Address of its changes as Atom.
        languages: Languages and the page's address in each; the calendar's default language first.
        preview: The moment that is previewed, None for the present.
    """

    words: Words
    calendar: Calendar
    root: str
    style: str
    windows: str
    canonical: str
    feeds: tuple[tuple[str, str], ...]
    data: str
    changes: str
    languages: tuple[tuple[str, str], ...]
    preview: datetime | None

    @property
    def papers(self) -> tuple[str, str]:
        """The page's background in light and dark."""
        return PAPERS


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The parts of a page that stay the same while other windows change, rendered.

    Attributes:
        ahead: A list's items for the windows that are not over; empty where there are none.
        months: Tables of the months that these touch; empty where there are none.
        past: Years, newest first, each with a list's items.
        events: The windows ahead as JSON-LD; empty where there are none.
        subscribing: The part that is about subscribing.
    """

    ahead: Markup
    months: Markup
    past: Sequence[tuple[int, Markup]]
    events: Markup
    subscribing: Markup


def render_pieces(
    site: Site, published: PublishedCalendar, situation: Situation, subscription: Callable[[], Subscription], kept: Kept
) -> Pieces:
    """Return the parts of a page of which most are taken from an earlier one.

    Parameters:
        site: Language and addresses; those that are relative have no part in it.
        published: The windows.
        situation: Which ones are over.
        subscription: Gives what the page says of subscribing.
        kept: What was rendered before.
    """
    words, calendar = site.words, published.calendar
    telling = Telling(published, words)
    facts = (site.windows, calendar)

    def rows(template: str, windows: list[PublishedWindow]) -> list[tuple[int, Markup]]:
        """Return a list's items, each with its year."""

        def make(window: PublishedWindow) -> tuple[int, Markup]:
            year = to_local(window.start, calendar.timezone).year
            return year, _piece(template, site, tell=telling, window=window)

        return kept.take_each((template, words.language), facts, ((each.uid, each) for each in windows), make)

    def month(each: Month) -> Markup:
        return kept.take(("month", words.language, each.first), (*facts, each), lambda: _month(site, telling, each))

    phases = list(zip(published.windows, situation.phases, strict=True))
    ahead = [window for window, phase in phases if phase is not Phase.OVER]
    past = rows("_past.html", [window for window, phase in reversed(phases) if phase is Phase.OVER])
    described = tuple(ahead[:MOST_EVENTS])
    return Pieces(
        ahead=_join(each for _, each in rows("_ahead.html", ahead)),
        months=_join(month(each) for each in months_of(ahead, calendar.timezone, words.language)),
        past=[(year, _join(each for _, each in rows)) for year, rows in groupby(past, key=itemgetter(0))],
        events=kept.take(
            ("described", words.language), (*facts, described), lambda: _events(site, described) if described else Markup("")
        ),
        subscribing=kept.take(
            ("subscribing", words.language), facts, lambda: _piece("_subscribe.html", site, subscription=subscription())
        ),
    )


def _join(pieces: Iterable[Markup]) -> Markup:
    """Return pieces one after the other."""
    return Markup("".join(pieces))  # noqa: S704  # each was escaped when it was rendered


def render_page(
    site: Site,
    published: PublishedCalendar,
    situation: Situation,
    pieces: Pieces,
    *,
    updated: datetime,
    realised: tuple[Realised, ...],
    dynamic: bool,
) -> bytes:
    """Return a calendar's page.

    Parameters:
        site: Language and addresses.
        published: The windows.
        situation: What the clock says of them.
        pieces: What was rendered of them.
        updated: When something of it changed last.
        realised: What became of the plan.
        dynamic: Whether somebody answers the plan form.
    """
    words, telling = site.words, Telling(published, site.words)
    until = published.calendar.planned_until
    return render(
        "calendar.html",
        **_common(site),
        tell=telling,
        panel=telling.panel(published, situation),
        last=telling.last(published, situation),
        pieces=pieces,
        planned_until=_name_date(until, words) if until is not None else None,
        updated=updated,
        realised=realised,
        dynamic=dynamic,
        plan_form=Form(),
        plan_faults={},
    )


def _common(site: Site) -> dict[str, object]:
    """Return what every template of a page wants."""
    return {"site": site, "words": site.words, "calendar": site.calendar, "_": site.words.say}


def _piece(template: str, site: Site, **values: object) -> Markup:
    """Return a rendered part of a page."""
    return Markup(render(template, **_common(site), **values).decode())  # noqa: S704 - templates escape what they are given


def _month(site: Site, telling: Telling, month: Month) -> Markup:
    """Return a month as a table."""
    words = site.words
    return _piece(
        "_month.html",
        site,
        tell=telling,
        month=month,
        name=name_day(month.first, "LLLL y", words.language),
        weekdays=weekdays(words.language),
    )


def _events(site: Site, windows: Sequence[PublishedWindow]) -> Markup:
    """Return windows as JSON-LD."""
    return describe_events(((each, f"{site.windows}{each.window.id}/") for each in windows), site.calendar, site.words)


def _name_date(day: date, words: Words) -> str:
    return name_day(day, words.say("EEEE d MMMM y"), words.language)
