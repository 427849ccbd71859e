from typing import TYPE_CHECKING, Any

import pytest

from icsfeed.model import COLOR_NAMES
from icsfeed.publication.documents.pages.site import BACKGROUNDS
from tests.browser.looking import SCHEMES
from tests.browser.serving import Site
from tests.support import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAPER_NAMES = ("paper", "panel", "alert", "wash")
INKS = ("text", "soft", "calm", "mild", "firm", "heavy", "extreme")
PAIRS = {
    **{("accent", paper): 4.5 for paper in ("paper", "panel", "wash")},
    ("on-accent", "accent"): 4.5,
    **{(ink, paper): 4.5 for ink in INKS for paper in PAPER_NAMES},
    **{("edge", paper): 3.0 for paper in ("paper", "panel", "alert")},
}
"""What stands in one colour on another, by their custom properties, and the contrast that WCAG 2.2 asks for at least."""

MEASURE = """([names, pairs]) => {
  const root = document.documentElement, probe = document.body.appendChild(document.createElement("i"));
  const paper = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const luminance = property => {
    probe.style.color = `var(--${property})`;
    paper.fillStyle = getComputedStyle(probe).color;
    paper.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...paper.getImageData(0, 0, 1, 1).data].map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const measure = name => {
    root.style.setProperty("--calendar", name);
    return pairs.map(([ink, on]) => {
      const [dark, light] = [luminance(ink), luminance(on)].sort((one, other) => one - other);
      return (light + 0.05) / (dark + 0.05);
    });
  };
  return {
    contrasts: names.map(measure),
    accents: names.map(name => {
      root.style.setProperty("--calendar", name);
      probe.style.color = "var(--accent)";
      return getComputedStyle(probe).color;
    }),
    paper: getComputedStyle(document.body).backgroundColor,
  };
}"""
"""Returns each pair's contrast with each colour as the calendar's, from 1 to 21 (WCAG 2.2): of what the screen then shows."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_colour_can_be_read_as_the_calendars(scheme: str, site: Site, page: "Page") -> None:
    site.show(NOW)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{site.origin}/minox-online/")
    found: Any = page.evaluate(MEASURE, [list(COLOR_NAMES), list(PAIRS)])
    poor = [
        f"{ink} on {on} of {name}: {contrast:.2f}"
        for name, contrasts in zip(COLOR_NAMES, found["contrasts"], strict=True)
        for ((ink, on), least), contrast in zip(PAIRS.items(), contrasts, strict=True)
        if contrast < least
    ]
    assert poor == []
    assert len(set(found["accents"])) > 100, "the accent does not follow the calendar's colour"
    red, green, blue = (int(BACKGROUNDS[SCHEMES.index(scheme)][at : at + 2], 16) for at in (1, 3, 5))
    assert found["paper"] == f"rgb({red}, {green}, {blue})"
