from pathlib import Path

import pytest

from icsfeed.cli.guide import FOLDER
from tests.commands.desk import converse
from tests.support import icsfeed

PAGES = sorted(path.stem for path in FOLDER.glob("*.md"))


def text(page: str) -> str:
    return (FOLDER / f"{page}.md").read_text(encoding="utf-8")


def test_without_a_page_it_lists_all_with_what_they_are_for(tmp_path: Path) -> None:
    listed = icsfeed("guide", cwd=tmp_path)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert [tuple(line.split(maxsplit=1)) for line in listed.stdout.splitlines()] == [
        (page, text(page).splitlines()[2]) for page in PAGES
    ]


@pytest.mark.parametrize("page", ["commands", "serving"])
def test_a_page_is_printed_as_it_is(tmp_path: Path, page: str) -> None:
    shown = icsfeed("guide", page, cwd=tmp_path)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, text(page), "")


def test_on_a_terminal_a_page_goes_through_the_pager(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\nsed 's/^/paged: /'\n")
    pager.chmod(0o755)
    status, shown = converse(tmp_path, b"", "guide", "commands", PAGER=str(pager))
    assert status == 0
    assert shown.startswith("paged: # Commands\n")


def test_an_unknown_page_gets_a_suggestion_and_the_names_of_all(tmp_path: Path) -> None:
    refused = icsfeed("guide", "comands", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f'icsfeed: page "comands" not found. Did you mean "commands"? Pages: {", ".join(PAGES)}.\n'
