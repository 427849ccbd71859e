from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.calendars import AMID, fifty_windows
from tests.browser.looking import shown
from tests.browser.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LINKS = "each => each.filter(link => link.checkVisibility()).map(link => link.getAttribute('href'))"


def links_of(page: "Page") -> list[str]:
    found: list[str] = page.locator("a[href]").evaluate_all(_LINKS)
    return found


def unfold(page: "Page") -> None:
    """Open everything that is folded, from the end, so that what is opened moves nothing that is still to be clicked."""
    for each in reversed(page.locator("summary").all()):
        each.click()


def test_everything_is_there_without_script(browse: "Callable[..., Page]", site: Site) -> None:
    published = fifty_windows()
    site.show(AMID, published)
    with_script, without = browse(), browse(java_script_enabled=False)
    for page in (with_script, without):
        page.goto(f"{site.origin}/example/nl/", wait_until="networkidle")
        unfold(page)
    with_script.evaluate("() => document.querySelectorAll('button').forEach(each => each.remove())")
    words = shown(without)
    assert "Laad deze pagina opnieuw" in words
    assert [each for each in shown(with_script).split() if each not in words] == []
    assert [link for link in links_of(with_script) if link not in links_of(without)] == []
    pages = [f"/{each.id}/" for each in published.windows]
    assert [path for path in pages if not any(path in link for link in links_of(without))] == []


def test_a_windows_page_and_the_way_back_work_without_script(browse: "Callable[..., Page]", site: Site) -> None:
    site.show(AMID, fifty_windows())
    page = browse(java_script_enabled=False)
    page.goto(f"{site.origin}/example/nl/")
    page.locator("main a[href*='/w46/']:visible").first.click()
    assert page.url == f"{site.origin}/example/nl/w46/"
    page.locator("a[href$='/example/'], a[href$='/example/nl/'], a[href='../']").first.click()
    assert page.url in {f"{site.origin}/example/", f"{site.origin}/example/nl/"}
