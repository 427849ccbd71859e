"""Calendars that try a page: four languages, fifty windows of every kind, texts that break layouts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from icsfeed.model import Actual, Calendar, Link, Status, Text, Window
from icsfeed.replay import Change, PublishedCalendar
from tests.published import CALENDAR, edited, published, window
from tests.support import load

LAST = datetime(2021, 12, 20, 20, 0, tzinfo=UTC)
"""When the last window of the shipped calendar begins."""

EVENING = {
    "before": LAST - timedelta(minutes=5),
    "under-way": LAST + timedelta(minutes=10),
    "overdue": LAST + timedelta(minutes=25),
    "next-morning": LAST + timedelta(hours=11),
}
"""Moments of that evening, in UTC."""

LANGUAGES = ("nl", "en", "de", "fr")

_FOUR = """\
calendar:
  name: {nl: "Voorbeeld onderhoud", en: "Example maintenance", de: "Beispielwartung", fr: "Maintenance Exemple"}
  service: "Example"
  domain: example.com
  timezone: Europe/Amsterdam
  languages: [nl, en, de, fr]
  color: gold
  contact: {name: "Support", email: "support@example.com"}
  planned_until: 2028-06-30
  introduction:
    nl: "Waarom onderhoud.\\n\\nTweede alinea."
    en: "Why maintenance.\\n\\nSecond paragraph."
    de: "Warum Wartung.\\n\\nZweiter Absatz."
    fr: "Pourquoi une maintenance.\\n\\nSecond alinéa."
  links:
    - title: {nl: "Wat er nieuw is", en: "What is new", de: "Was neu ist", fr: "Nouveautés"}
      url: https://example.com/news
classes:
  operationeel:
    name: {nl: "Operationeel", en: "Operational", de: "Betrieblich", fr: "Opérationnelle"}
    impact: none
    downtime: none
  traag:
    name: {nl: "Traag", en: "Slow", de: "Langsam", fr: "Lente"}
    impact: degraded
    downtime: 1 hour
  standaard:
    name: {nl: "Standaard", en: "Standard", de: "Standard", fr: "Standard"}
    impact: outage
    downtime: 20 minutes
    takes: 30 minutes
    support_from: "08:00"
    description: {nl: "Middelgroot onderhoud.", en: "Medium maintenance.", de: "Mittlere Wartung.", fr: "Maintenance moyenne."}
    aftermath: {nl: "Soms nog traag.", en: "Sometimes still slow.", de: "Manchmal noch langsam.", fr: "Parfois encore lent."}
  uitgebreid:
    name: {nl: "Uitgebreid", en: "Extended", de: "Umfangreich", fr: "Étendue"}
    impact: outage
    downtime: at least 100 minutes
windows: []
"""

FOUR_LANGUAGES: Calendar = load(_FOUR).calendar
"""A calendar in all languages, whose colour is too light for text."""

FIRST = datetime(2027, 1, 7, 20, 0, tzinfo=UTC)
AMID = datetime(2027, 9, 23, 18, 0, tzinfo=UTC)
"""An hour before a window of `fifty_windows`, with others behind and ahead."""

_KINDS = ("standaard", "operationeel", "traag", "uitgebreid", "standaard/uitgebreid")


def _nth(number: int) -> Window:
    """Return the window of a week; of those behind `AMID`, two of three were reported."""
    start = FIRST + timedelta(weeks=number) - timedelta(hours=1 if 12 <= number <= 42 else 0)
    kind = _KINDS[number % len(_KINDS)]
    facts = window(f"w{number:02}", start, kind=kind, planned=number % 11 != 10)
    if number % 7 == 3:
        facts = replace(facts, title=Text.of({"nl": "Nieuwe database", "en": "New database"}), end=start + timedelta(hours=15))
    if number % 9 == 4:
        facts = replace(facts, status=Status.TENTATIVE)
    if number % 8 == 6:
        facts = replace(facts, note=Text.of("Exports wait until the morning."))
    if start < AMID and number % 3:
        facts = replace(facts, actual=Actual(start=start, end=start + timedelta(minutes=12 + 5 * (number % 9))))
    return facts


@cache
def fifty_windows() -> PublishedCalendar:
    """Return a year of weekly windows of every class and kind in four languages; two are cancelled, one ahead was moved."""
    announced = published(*map(_nth, range(50)), calendar=FOUR_LANGUAGES, at=FIRST - timedelta(days=30))
    reason = Text.of({"nl": "De leverancier is te laat.", "en": "The supplier is late."})
    cancelled = [replace(_nth(number), status=Status.CANCELLED, reason=reason, actual=None) for number in (20, 40)]
    moved = replace(_nth(46), start=_nth(46).start + timedelta(days=1), reason=reason)
    result = edited(announced, *cancelled, at=FIRST, change=Change.CANCELLED)
    return edited(result, moved, at=FIRST + timedelta(days=1), change=Change.MOVED)


LONG = "Gegevensverwerkingsovereenkomst" * 8 + "s" * 7
HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd: \u05ea\u05d7\u05d6\u05d5\u05e7\u05d4 (1)"
NASTY = (
    LONG,
    "<script>window.broken = 1; alert(1)</script>",
    '"><img src="/x" onerror="window.broken = 1"><!--',
    "</title></textarea></style></script>&lt;b&gt; &amp; {{ 7 * 7 }} {% raw %} %(name)s {name}",
    HEBREW,
    "\u202emirrored",
    "\U0001f6e0\ufe0f\U0001f469\u200d\U0001f527 \U0001f1f3\U0001f1f1 emoji \u2603",
    "W" * 255,
    "https://example.com/" + "very-long-path/" * 15,
)
"""Texts that must be shown as they are, and may break nothing."""


@cache
def nasty_texts() -> PublishedCalendar:
    """Return a calendar whose every text is nasty: a window for each of `NASTY`, a week apart from 2027-12-07 on."""
    assert len(LONG) == 255
    classes = tuple(
        replace(each, name=Text.of(name), description=Text.of(LONG), aftermath=Text.of(HEBREW))
        for each, name in zip(CALENDAR.classes, ("<b>Klein</b>", "S" * 255, HEBREW), strict=True)
    )
    calendar = replace(
        CALENDAR,
        name=Text.of(LONG),
        service=Text.of("Dienst<br>" + "d" * 200),
        classes=classes,
        introduction=Text.of("\n\n".join(NASTY)),
        links=(Link(title=Text.of(LONG), url="https://example.com/" + "a" * 200),),
    )
    start = datetime(2027, 12, 7, 20, 0, tzinfo=UTC)
    kinds = ("standaard", "uitgebreid", "operationeel", "standaard/uitgebreid")
    windows = [
        window(f"nasty{number}", start + timedelta(weeks=number), kind=kinds[number % 4], title=Text.of(text), note=Text.of(text))
        for number, text in enumerate(NASTY)
    ]
    announced = published(*windows, calendar=calendar)
    reason = Text.of(LONG)
    cancelled = replace(windows[1], status=Status.CANCELLED, reason=reason)
    moved = replace(windows[2], start=windows[2].start + timedelta(days=1), reason=reason)
    result = edited(announced, cancelled, at=datetime(2027, 11, 2, tzinfo=UTC), change=Change.CANCELLED)
    return edited(result, moved, at=datetime(2027, 11, 3, tzinfo=UTC), change=Change.MOVED)
