import re

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.publication.documents.pages.subscribing import draw_qr_code
from tests.published import CALENDAR
from tests.subscribing.rendering import subscribe_part, subscription

SCALE = 6


def modules_of(svg: str) -> list[list[bool]]:
    """Return which squares of a drawing are dark, the quiet zone too: from its path, run by run."""
    view = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    path = re.search(r'<path stroke="#000" d="([^"]+)"', svg)
    assert view is not None
    assert path is not None
    dark = [[False] * int(view[1]) for _ in range(int(view[2]))]
    x, y = 0.0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path[1]):
        if command == "h":
            for column in range(int(x), int(x + float(first))):
                dark[int(y)][column] = True
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return dark


def decode(svg: str) -> str:
    """Return what a scanner reads."""
    zxing = pytest.importorskip("zxingcpp", reason="install zxing-cpp, which reads QR codes")
    rows = [bytes(0 if dark else 255 for dark in row for _ in range(SCALE)) for row in modules_of(svg) for _ in range(SCALE)]
    picture = memoryview(b"".join(rows)).cast("B", shape=[len(rows), len(rows[0])])
    (found,) = zxing.read_barcodes(picture)
    text: str = found.text
    return text


def test_a_scanner_reads_the_address_of_the_page_with_this_part_in_view() -> None:
    said = subscription(language="en")
    assert said.qr_code is not None
    assert decode(said.qr_code) == "https://maintenance.example.com/example/en/#subscribe"


@settings(deadline=None)
@given(st.from_regex(r"https://[a-z]{1,40}\.nl(:[1-9][0-9]{3})?(/[a-z]{1,60})?/example/#subscribe", fullmatch=True))
def test_any_address_is_drawn_as_the_library_encodes_it(address: str) -> None:
    code = segno.make_qr(address, error="m")
    drawn = modules_of(draw_qr_code(address))
    assert drawn == [[bool(each) for each in row] for row in code.matrix_iter(border=4)]


def test_it_is_black_on_white_in_every_light_and_says_what_it_is() -> None:
    part = subscribe_part(language="en")
    picture = part.one("div", role="img")
    assert picture.attributes["aria-label"] == "QR code with the address of this page"
    assert [(each.attributes.get("fill"), each.attributes.get("stroke")) for each in picture.all("path")] == [
        ("#fff", None),
        (None, "#000"),
    ]


def test_a_code_that_no_phone_could_follow_is_left_out() -> None:
    assert list(subscribe_part(address="http://localhost:8000").all("figure")) == []
    assert len(list(subscribe_part(CALENDAR, address="http://192.168.1.4:8000").all("figure"))) == 1
