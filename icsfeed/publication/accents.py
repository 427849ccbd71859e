"""The calendar's colour as an accent that can be read: darkened on light paper, lightened on dark paper, as far as needed.

Lightness is changed in OKLCH, where hue and chroma then look the same; contrast is WCAG's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, sin

from icsfeed.model import COLOR_NAMES

LIGHT_PAPER = ("#FFFFFF", "#F8F8F5")
DARK_PAPER = ("#15171B", "#1D2025")
"""What the accent stands on: panels and the page."""

TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 for text, which is more than 1.4.11 asks for shapes."""

DEFAULT_COLOR = "steelblue"
"""The accent of a calendar without a colour."""

_Rgb = tuple[float, float, float]
_STEP = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Accent:
    """The colours of one scheme that follow the calendar's; each `#RRGGBB`.

    Attributes:
        ink: For text, links and shapes.
        wash: A hint of it, as a background of text in `ink` or in the colour of text.
        on: For text on a surface of `ink`.
    """

    ink: str
    wash: str
    on: str


@lru_cache(maxsize=64)
def accents_of(color: str | None) -> tuple[Accent, Accent]:
    """Return the accents of a CSS colour name on light paper and on dark paper."""
    lightness, chroma, hue = _to_oklch(COLOR_NAMES[color or DEFAULT_COLOR])
    pale, deep = _from_oklch(0.955, min(chroma, 0.022), hue), _from_oklch(0.275, min(chroma, 0.035), hue)
    darker = _until_readable(min(lightness, 0.6), -_STEP, chroma, hue, (*LIGHT_PAPER, pale))
    lighter = _until_readable(max(lightness, 0.72), _STEP, chroma, hue, (*DARK_PAPER, deep))
    return Accent(ink=darker, wash=pale, on=LIGHT_PAPER[0]), Accent(ink=lighter, wash=deep, on=DARK_PAPER[0])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _until_readable(lightness: float, step: float, chroma: float, hue: float, papers: Iterable[str]) -> str:
    """Return the colour once its lightness, changed step by step, has enough contrast with all papers."""
    papers = tuple(papers)
    while True:
        found = _from_oklch(lightness, chroma, hue)
        if all(contrast(found, paper) >= TEXT_CONTRAST for paper in papers):
            return found
        lightness += step


def _to_linear(hexadecimal: str) -> _Rgb:
    """Return linear red, green and blue from 0 to 1 of `#RRGGBB`."""
    red, green, blue = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _luminance(hexadecimal: str) -> float:
    red, green, blue = _to_linear(hexadecimal)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(hexadecimal: str) -> tuple[float, float, float]:
    """Return lightness, chroma and hue (in radians) of a colour (CSS Color 4, section 18)."""
    red, green, blue = _to_linear(hexadecimal)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, hypot(a, b), atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour as `#RRGGBB`, with as much of the chroma as a screen can show."""
    low, high = 0.0, chroma
    if not _is_shown(_oklch_to_linear(lightness, chroma, hue)):
        while high - low > 0.001:
            middle = (low + high) / 2
            low, high = (middle, high) if _is_shown(_oklch_to_linear(lightness, middle, hue)) else (low, middle)
        high = low
    return "#" + "".join(f"{round(255 * _encoded(value)):02X}" for value in _oklch_to_linear(lightness, high, hue))


def _is_shown(color: _Rgb) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in color)


def _encoded(value: float) -> float:
    """Return a linear value as screens take it."""
    value = min(1.0, max(0.0, value))
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _oklch_to_linear(lightness: float, chroma: float, hue: float) -> _Rgb:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
