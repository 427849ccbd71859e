"""FullCalendar with its iCalendar plugin, on a page of another origin, shows the shipped calendar's feed."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.browser.looking import find_package
from tests.browser.serving import Elsewhere, Site
from tests.browser.witness import Witness
from tests.clients.calendar_of_2021 import EVENTS
from tests.support import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

ZONES = ["Europe/Amsterdam", "America/New_York"]
SCRIPTS = {
    "/ical.js": ("ical.js-1", "build/ical.min.js"),
    "/fullcalendar.js": ("fullcalendar", "index.global.min.js"),
    "/icalendar.js": ("@fullcalendar/icalendar", "index.global.min.js"),
}
"""What FullCalendar's documentation tells to load; the plugin needs the first line of ical.js."""

PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title><link rel="icon" href="data:,">
<main id="calendar"></main>
<script src="/ical.js"></script><script src="/fullcalendar.js"></script><script src="/icalendar.js"></script>
"""
SHOW = """address => new Promise(ready => {
  const calendar = new FullCalendar.Calendar(document.getElementById("calendar"), {
    initialView: "listYear", initialDate: "2021-06-01", timeZone: "local", displayEventEnd: true, height: "auto",
    eventTimeFormat: {hour: "2-digit", minute: "2-digit", hour12: false},
    listDayFormat: false, listDaySideFormat: false,
    events: {url: address, format: "ics"},
    eventsSet: events => events.length && setTimeout(() => ready(events.map(each => [
      each.start.toISOString().replace(".000", ""), each.end.toISOString().replace(".000", ""), each.title])), 0),
  });
  calendar.render();
})"""


@pytest.fixture
def show(
    browse: "Callable[..., Page]", site: Site, elsewhere: Elsewhere, witness: Witness
) -> "Callable[[str], tuple[Page, list[list[str]]]]":
    """Opens a page elsewhere, in a zone, that shows the feed, and returns it with the events that the program has."""
    files = {path: find_package(package, file).read_bytes() for path, (package, file) in SCRIPTS.items()}

    def open_page(zone: str) -> "tuple[Page, list[list[str]]]":
        site.show(NOW)
        elsewhere.show({"/": PAGE, **files})
        witness.welcome.add(elsewhere.origin)
        page = browse(timezone_id=zone)
        page.goto(f"{elsewhere.origin}/")
        events: list[list[str]] = page.evaluate(SHOW, f"{site.origin}/minox-online.ics")
        return page, events

    return open_page


def rows_of(start: str, end: str, name: str, zone: str) -> list[tuple[str, str]]:
    """Return the rows of an event in a list by days: its times on a wall clock, and its name; one row for each of its days."""
    begins, ends = (datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)) for moment in (start, end))
    if begins.date() == ends.date():
        return [(f"{begins:%H:%M} - {ends:%H:%M}", name)]
    return [(f"{begins:%H:%M} - 00:00", name), (f"00:00 - {ends:%H:%M}", name)]


@pytest.mark.parametrize("zone", ZONES)
def test_it_has_every_window_at_its_time(show: "Callable[[str], tuple[Page, list[list[str]]]]", zone: str) -> None:
    _, events = show(zone)
    assert sorted(map(tuple, events)) == EVENTS


@pytest.mark.parametrize("zone", ZONES)
def test_its_readers_see_every_window_by_their_own_clock(
    show: "Callable[[str], tuple[Page, list[list[str]]]]", zone: str
) -> None:
    page, _ = show(zone)
    rows = page.locator(".fc-list-event")
    times, titles = rows.locator(".fc-list-event-time").all_inner_texts(), rows.locator(".fc-list-event-title").all_inner_texts()
    seen = [(time.replace("24:", "00:"), title) for time, title in zip(times, titles, strict=True)]
    assert seen == [row for start, end, name in EVENTS for row in rows_of(start, end, name, zone)]
