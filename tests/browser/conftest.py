import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.serving import PUBLIC_HOST, Elsewhere, Server, Site
from tests.browser.witness import Witness

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # root has none in a container
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP {PUBLIC_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str:
    """Return the browser's path, or skip with what to install; one that `ICSFEED_TEST_CHROMIUM` names must be there."""
    named = os.environ.get("ICSFEED_TEST_CHROMIUM")
    if named:
        assert Path(named).exists(), f"ICSFEED_TEST_CHROMIUM names {named}, which is not there"
        return named
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.skip("install Debian's chromium-headless-shell, or name a Chromium in ICSFEED_TEST_CHROMIUM")
    return found


@pytest.fixture(scope="package")
def chromium() -> "Iterator[Browser]":
    """A browser without a window; it finds no host but this machine."""
    program = find_chromium()
    sync_api = pytest.importorskip("playwright.sync_api", reason="install playwright, which drives Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="package")
def _site_server() -> Iterator[Server]:
    with Server().running() as server:
        yield server


@pytest.fixture(scope="package")
def _other_server() -> Iterator[Server]:
    with Server().running() as server:
        yield server


@pytest.fixture
def site(_site_server: Server, tmp_path: Path) -> Site:
    """Where icsfeed will be, once `show` says what and when."""
    folder = tmp_path / "journals"
    folder.mkdir()
    return Site(server=_site_server, folder=folder)


@pytest.fixture
def elsewhere(_other_server: Server) -> Elsewhere:
    """Somebody else's web site, once `show` says what is on it."""
    return Elsewhere(server=_other_server)


@pytest.fixture
def witness(site: Site) -> Iterator[Witness]:
    """Whoever saw every page of the test; at its end nobody may have complained, and only the site been asked.

    A test on another page says before its end whom that may ask: `witness.welcome`.
    """
    found = Witness()
    yield found
    found.welcome.add(site.origin)
    found.testify()


@pytest.fixture
def browse(chromium: "Browser", witness: Witness) -> "Iterator[Callable[..., Page]]":
    """Opens a page as somebody with these settings of their browser would; see playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def open_page(*, width: int = 1280, height: int = 900, **settings: Any) -> "Page":
        settings = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "reduced_motion": "reduce", **settings}
        context = chromium.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        context.set_default_timeout(15_000)
        witness.watch(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(browse: "Callable[..., Page]") -> "Page":
    """A page of a browser with a wide window, in Amsterdam."""
    return browse()
