"""`python -m tests.pictures` takes the pictures of the README anew: the page on a phone, and the feed in FullCalendar.

It drives the browser of `tests/browser`, with the packages that `ICSFEED_TEST_NODE_MODULES` names.
"""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icsfeed.replay import PublishedCalendar
from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.looking import find_package
from tests.browser.serving import Elsewhere, Server, Site
from tests.browser.test_fullcalendar import PAGE, SCRIPTS
from tests.house.reading import GUIDE
from tests.manual.desk import guide_calendar
from tests.support import publish_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEY = "example"
ZONE = "Europe/Amsterdam"
BEGUN, NOW = (datetime(2027, *parts, tzinfo=ZoneInfo(ZONE)) for parts in ((11, 1, 9, 0), (12, 20, 20, 40)))
MORE = """\
  - id: 20271209T2100
    start: 2027-12-09 21:00
    class: standaard
    title: {nl: "Nieuwe mailserver", en: "New mail server"}
  - id: 20271216T2100
    start: 2027-12-16 21:00
    class: standaard
    status: cancelled
    reason: {nl: "Niet nodig", en: "Not needed"}
"""
STYLE = """
body { font: 14px/1.35 sans-serif; margin: 12px }
.fc-toolbar-title { font-size: 20px !important }
.fc-daygrid-event { display: block !important; white-space: normal !important; color: inherit !important }
.fc-daygrid-event .fc-daygrid-event-dot { display: none }
.fc-daygrid-event div { display: inline; font-weight: normal !important }
.fc-daygrid-event .fc-event-time { font-weight: bold !important; margin: 0 4px 0 0 !important }
"""
SHOW = """address => new Promise(ready => {
  const calendar = new FullCalendar.Calendar(document.getElementById("calendar"), {
    initialView: "dayGridMonth", initialDate: "2027-12-20", now: "2027-12-20T20:40:00",
    firstDay: 1, height: "auto", fixedWeekCount: false,
    headerToolbar: {start: "title", end: "today prev,next"}, eventTimeFormat: {hour: "2-digit", minute: "2-digit", hour12: false},
    events: {url: address, format: "ics"}, eventsSet: events => events.length && setTimeout(ready, 0),
  });
  calendar.render();
})"""


def calendar() -> PublishedCalendar:
    """Return the guide's calendar on the README's evening, after the move."""
    text = guide_calendar() + MORE
    moved = text.replace("20 december 2027 21:00", "20 december 2027 22:30")
    return publish_text(moved, publish_text(text, now=BEGUN), now=NOW)


def take(browser: "Browser", site: Site, elsewhere: Elsewhere) -> None:
    """Take both pictures."""
    phone = browser.new_page(viewport={"width": 360, "height": 640}, locale="en-GB", timezone_id=ZONE)
    phone.clock.set_fixed_time(NOW)
    phone.goto(f"{site.origin}/{KEY}/en/")
    phone.screenshot(path=GUIDE / "phone.png")

    files = {path: find_package(package, file).read_bytes() for path, (package, file) in SCRIPTS.items()}
    elsewhere.show({"/": PAGE, **files})
    program = browser.new_page(viewport={"width": 900, "height": 600}, locale="en-GB", timezone_id=ZONE)
    program.goto(f"{elsewhere.origin}/")
    program.add_style_tag(content=STYLE)
    program.evaluate(SHOW, f"{site.origin}/{KEY}/en/{KEY}.ics")
    program.screenshot(path=GUIDE / "calendar.png")


def main() -> None:
    """Serve the calendar, and look at it."""
    from playwright.sync_api import sync_playwright

    with (
        TemporaryDirectory() as folder,
        Server().running() as server,
        Server().running() as other,
        sync_playwright() as playwright,
    ):
        site = Site(server=server, folder=Path(folder))
        site.show(NOW, calendar())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        take(browser, site, Elsewhere(server=other))
        browser.close()


if __name__ == "__main__":
    main()
