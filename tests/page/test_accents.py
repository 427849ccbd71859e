import re
from pathlib import Path

import pytest

from icsfeed.model import COLOR_NAMES
from icsfeed.publication import statics
from icsfeed.publication.accents import DARK_PAPER, LIGHT_PAPER, accents_of, contrast
from icsfeed.publication.statics import sheet_path, static_documents
from tests.published import published
from tests.support import publication_of

BASE = (Path(statics.__file__).parents[1] / "static" / "icsfeed.css").read_text(encoding="utf-8")
VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6});")
IN_LIGHT, IN_DARK = BASE.split("@media screen and (prefers-color-scheme: dark)")[:2]
LIGHT, DARK = dict(VARIABLE.findall(IN_LIGHT)), dict(VARIABLE.findall(IN_DARK.split("*,")[0]))


def full(color: str) -> str:
    return color if len(color) == 7 else "#" + "".join(each * 2 for each in color[1:])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("color", [None, *COLOR_NAMES])
def test_an_accent_can_be_read_in_both_schemes(color: str | None) -> None:
    light, dark = accents_of(color)
    for accent, papers, scheme in ((light, LIGHT_PAPER, LIGHT), (dark, DARK_PAPER, DARK)):
        assert [paper for paper in (*papers, accent.wash) if contrast(accent.ink, paper) < 4.5] == []
        assert contrast(accent.on, accent.ink) >= 4.5
        inks = ("text", "soft", "calm", "mild", "firm", "heavy", "extreme")
        assert [each for each in inks if contrast(full(scheme[each]), accent.wash) < 4.5] == []


def test_the_accents_stand_on_the_papers_of_the_style_sheet() -> None:
    assert {full(LIGHT[each]).upper() for each in ("paper", "panel")} == set(LIGHT_PAPER)
    assert {full(DARK[each]).upper() for each in ("paper", "panel")} == set(DARK_PAPER)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_every_ink_can_be_read_on_every_paper(scheme: dict[str, str]) -> None:
    papers = [full(scheme[each]) for each in ("paper", "panel", "alert")]
    for ink in ("text", "soft", "calm", "mild", "firm", "heavy", "extreme"):
        assert [paper for paper in papers if contrast(full(scheme[ink]), paper) < 4.5] == []
    assert [paper for paper in papers if contrast(full(scheme["edge"]), paper) < 3] == []


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    light, _ = accents_of("navy")
    assert light.ink == "#000080"


def test_there_is_a_style_sheet_for_each_colour_in_use() -> None:
    publication = publication_of(published())
    assert sheet_path("steelblue") == "/static/icsfeed-steelblue.css"
    assert {path for path in publication.paths() if path.endswith(".css")} == {
        "/static/icsfeed.css",
        "/static/icsfeed-steelblue.css",
    }
    sheet = static_documents(["red"])["/static/icsfeed-red.css"].body.decode()
    assert all(each.ink in sheet for each in accents_of("red"))
    assert sheet.endswith(BASE)
