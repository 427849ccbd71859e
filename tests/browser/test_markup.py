import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.browser.calendars import AMID, EVENING, fifty_windows, nasty_texts
from tests.browser.looking import find_java, find_package
from tests.browser.serving import PUBLIC_HOST, Site
from tests.published import CALENDAR, published
from tests.support import NOW


def check(folder: Path, *options: str) -> list[str]:
    """Return what the Nu Html Checker, the one that W3C runs, says of a folder's files; information aside."""
    jar = find_package("vnu-jar", "build/dist/vnu.jar")
    java = [find_java(), "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar)]
    said_as = ["--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([*java, *said_as, *options, str(folder)], capture_output=True, text=True, timeout=120, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    said = [
        f"{each['url'].rpartition('/')[2]}:{each.get('lastLine')}: {each['message']} {each.get('extract', '')!r}"
        for each in messages
        if each["type"] != "info" or each.get("subType") == "warning"
    ]
    return said + ([done.stderr] if done.stderr else [])


def write(site: Site, folder: Path, *paths: str) -> int:
    """Write what is at paths of a site into an empty folder, and return how many they are."""
    folder.mkdir(parents=True)
    for number, path in enumerate(paths):
        name = re.sub(r"\W+", "-", path).strip("-")
        (folder / f"{number}-{name}.html").write_bytes(site.get(path).data)
    return len(paths)


def test_every_page_of_a_full_calendar_is_valid_and_so_it_is_before_during_and_after_a_window(site: Site, tmp_path: Path) -> None:
    site.show(AMID, fifty_windows(), host=PUBLIC_HOST)
    assert write(site, tmp_path / "pages" / "full", *site.pages()) >= 4 * 51
    for moment, now in EVENING.items():
        site.show(now)
        write(site, tmp_path / "pages" / moment, "/minox-online/", "/minox-online/en/", "/minox-online/nl/20211220T2100/")
    assert check(tmp_path / "pages") == []


def test_pages_full_of_nasty_texts_without_a_window_and_of_what_is_not_there_are_valid(site: Site, tmp_path: Path) -> None:
    site.show(NOW, nasty_texts())
    write(site, tmp_path / "pages" / "nasty", *site.pages())
    site.show(NOW, published(), published(calendar=replace(CALENDAR, key="other", domain="other.example.com")))
    write(site, tmp_path / "pages" / "empty", "/", "/example/", "/example/en/", "/nowhere", "/example/nl/nothing/")
    assert check(tmp_path / "pages", "--no-langdetect") == []


def test_the_style_sheet_is_valid(site: Site, tmp_path: Path) -> None:
    site.show(AMID, fifty_windows())
    assert site.source is not None
    sheets = [path for path in site.source.publication.documents if path.endswith(".css")] or ["/static/icsfeed.css"]
    (tmp_path / "sheets").mkdir()
    for path in sheets:
        (tmp_path / "sheets" / Path(path).name).write_bytes(site.get(path).data)
    assert check(tmp_path / "sheets", "--also-check-css") == []
