"""What people see of a page, measured; and what axe-core sees."""

import shutil
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.clients.calendar_of_2021 import find_setting

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_AXE = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const alike = new Map();
  for (const rule of found.violations) for (const node of rule.nodes) {
    const key = `${rule.id}: ${node.failureSummary.split("\\n").slice(1).join("; ").trim()}`;
    alike.set(key, [...alike.get(key) ?? [], node.target.join(" ")]);
  }
  return [...alike].map(([key, targets]) => `${key}: ${targets.length} times: ${targets.slice(0, 3).join(", ")}`);
}"""

_SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.scrollingElement.scrollWidth <= window.innerWidth) return found;
  for (const each of document.querySelectorAll("body *")) {
    const box = each.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) {
      found.push(`${each.tagName.toLowerCase()}.${each.className} to ${Math.round(box.right)}`);
    }
  }
  return [`${document.scrollingElement.scrollWidth} wide`, ...found];
}"""


def find_packages() -> Path:
    """Return the folder of npm's packages, or skip with what to install."""
    packages = "axe-core, vnu-jar, fullcalendar@6, @fullcalendar/icalendar@6 and ical.js"
    return find_setting("ICSFEED_TEST_NODE_MODULES", f"install {packages} with npm into a folder, whose node_modules has them")


def find_package(name: str, file: str) -> Path:
    """Return a file of a package of npm, or skip with what to install."""
    path = find_packages() / name / file
    if not path.exists():
        pytest.skip(f"install {name} with npm into the folder that ICSFEED_TEST_NODE_MODULES names")
    return path


def find_java() -> str:
    """Return Java's path, or skip with what to install."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("install Debian's default-jre-headless, so that the checker of HTML can run")  # nobody can be made to
    return java


@cache
def _axe_source() -> str:
    return find_package("axe-core", "axe.min.js").read_text(encoding="utf-8")


def axe_findings(page: "Page") -> list[str]:
    """Return what axe-core finds wrong with a page as it is now: WCAG 2.2 A and AA, and best practices."""
    source = _axe_source()
    there: bool = page.evaluate("() => typeof axe === 'object'")
    if not there:
        page.evaluate(f"() => {{ {source} }}")
    found: list[str] = page.evaluate(_AXE, TAGS)
    return found


def require_faultless(page: "Page", *, thoroughly: bool = False) -> None:
    """Fail if axe-core finds anything, or the page scrolls sideways.

    Parameters:
        page: As it is now.
        thoroughly: In light and dark, each wide and narrow; else wide and light, and narrow and dark.
    """
    found: dict[str, list[str]] = {}
    for width, scheme in product(WIDTHS, SCHEMES) if thoroughly else zip(WIDTHS, SCHEMES, strict=True):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for finding in (*sideways(page), *axe_findings(page)):
            found.setdefault(finding, []).append(f"{scheme} {width} wide")
    assert not found, "\n".join(f"{finding} [{', '.join(forms)}]" for finding, forms in found.items())


def sideways(page: "Page") -> list[str]:
    """Return what makes a page scroll sideways, and how wide it is."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def shown(page: "Page", selector: str = "body") -> str:
    """Return the text that is shown, with single blanks."""
    return " ".join(page.inner_text(selector).split())


_STOPS = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")];
  const radios = new Set();
  return all.filter(each => {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true})) return false;
    if (each.type !== "radio") return true;
    const group = document.querySelectorAll(`input[type=radio][name="${each.name}"]`);
    const chosen = [...group].find(radio => radio.checked) ?? group[0];
    return each === chosen;
  });
}"""

_TELL = """each => {
  document.looks ??= new Map();
  const name = each.getAttribute("href") ?? each.name ?? each.textContent.trim().slice(0, 40);
  each.dataset.stop ??= `${document.looks.size + 1} ${each.tagName.toLowerCase()} ${name}`;
  document.looks.set(each, document.look(each));
  return each.dataset.stop;
}"""

_LOOK = """document.look = each => [each, each.closest("label"), ...each.labels ?? []].filter(Boolean).map(part => {
  const style = getComputedStyle(part);
  const outline = style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1 ? "" : style.outline;
  return [outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecorationLine].join();
}).join()"""

_FOCUS = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const lines = [...each.getClientRects()];
  const seen = lines.some(line => {
    const top = document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2);
    return top && (each.contains(top) || top.contains(each) || top.closest("label")?.control === each);
  });
  return {stop: each.dataset.stop ?? null, marked: document.look(each) !== document.looks.get(each), seen};
}"""


def keyboard_stops(page: "Page") -> list[str]:
    """Return everything that the tab key should reach, in the order of the document, and mark it."""
    found: list[str] = page.evaluate(f"() => {{ {_LOOK}; return ({_STOPS})().map({_TELL}); }}")
    return found


def walk_with_the_tab_key(page: "Page", *, most: int = 400) -> list[dict[str, Any]]:
    """Press the tab key until the focus leaves the page; return each stop, whether it is seen, and looks like the focus."""
    walked: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or (len(walked) > 1 and stop["stop"] == walked[0]["stop"]):
            return walked
        if walked and stop["stop"] == walked[-1]["stop"]:  # the next part of a date
            walked[-1] = {"stop": stop["stop"], **{sign: walked[-1][sign] or stop[sign] for sign in ("marked", "seen")}}
        else:
            walked.append(stop)
    pytest.fail(f"the tab key never left the page in {most} steps")
