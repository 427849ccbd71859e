from pathlib import Path

from icsfeed.publication.documents import static
from icsfeed.publication.documents.static import sheet_path, static_documents
from tests.published import published
from tests.support import publication_of

FOLDER = Path(static.__file__).parents[2] / "static"
SHEET = (FOLDER / "icsfeed.css").read_text(encoding="utf-8")


def test_every_file_is_served_as_it_is() -> None:
    served = sorted(document.body for document in (*static_documents([]).values(), static.strip_script()))
    assert served == sorted(each.read_bytes() for each in FOLDER.iterdir())


def test_there_is_a_style_sheet_for_each_colour_in_use() -> None:
    publication = publication_of(published())
    assert sheet_path("steelblue") == "/static/icsfeed-steelblue.css"
    assert {path for path in publication.documents if path.endswith(".css")} == {
        "/static/icsfeed.css",
        "/static/icsfeed-steelblue.css",
    }


def test_a_colours_sheet_is_the_plain_one_with_the_colour_at_its_end() -> None:
    sheet = static_documents(["red"])["/static/icsfeed-red.css"].body.decode()
    assert sheet == f"{SHEET}\n:root {{ --calendar: red; }}\n"
