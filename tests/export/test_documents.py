import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from icsfeed.model import Text
from icsfeed.publication.exporting import render_files
from icsfeed.publication.journals import JournalFolder
from icsfeed.publication.paths import Addresses
from icsfeed.publication.publication import Publication, render_publication
from icsfeed.publication.source import Source
from icsfeed.web.app import make_routes
from icsfeed.web.document_layer import DocumentLayer
from tests.export.states import make_states
from tests.published import CALENDAR, published, window
from tests.support import ADDRESS, NOW, REAL, publication_of


def real() -> Publication:
    return Source(
        JournalFolder(REAL, clock=lambda: NOW, quiet=True), Addresses(public_url=ADDRESS), clock=lambda: NOW
    ).publication


def manifest_of(publication: Publication) -> dict[str, dict[str, Any]]:
    content = json.loads(render_files(publication)[".manifest.json"])
    assert content["made_by"] == "icsfeed export"
    return {each["path"]: each for each in content["documents"]}


@pytest.fixture(params=[0, 1], ids=["real", "former names"])
def publication(request: pytest.FixtureRequest) -> Publication:
    renamed = published(window(), calendar=replace(CALENDAR, formerly=("onderhoud",)))
    return publication_of(renamed) if request.param else real()


def test_every_path_has_its_file_and_the_manifest_tells_it(publication: Publication) -> None:
    files, manifest = render_files(publication), manifest_of(publication)
    paths = set(publication.documents)
    assert set(manifest) == {"/", *paths}
    assert list(manifest) == sorted(manifest)
    for path in paths:
        document = publication.find(path)
        assert document is not None
        entry = manifest[path]
        assert entry["file"] == (f"{path[1:]}index.html" if path.endswith("/") else path[1:])
        assert files[entry["file"]] == document.body
        assert ("gzip" in entry) == document.compressible


def test_there_is_no_file_that_the_manifest_does_not_tell(publication: Publication) -> None:
    entries = manifest_of(publication).values()
    told = {each["file"] for each in entries} | {each["gzip"] for each in entries if "gzip" in each}
    assert set(render_files(publication)) == {*told, ".manifest.json"}


def test_the_manifest_tells_what_http_does(publication: Publication) -> None:
    files, manifest = render_files(publication), manifest_of(publication)
    for entry in manifest.values():
        digest = hashlib.sha256(files[entry["file"]]).hexdigest()[:32]
        assert entry["headers"]["ETag"] == f'"{digest}"'
    feed = manifest[next(path for path in manifest if path.endswith("-reminders.ics"))]["headers"]
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert feed["Content-Disposition"].startswith('inline; filename="')
    assert feed["X-Robots-Tag"] == "noindex"
    assert feed["Cache-Control"].startswith("public, max-age=300,")


def test_a_compressed_twin_is_the_same_document(publication: Publication) -> None:
    files = render_files(publication)
    twins = [name for name in files if name.endswith(".gz")]
    assert len(twins) > 3
    assert [name for name in twins if gzip.decompress(files[name]) != files[name.removesuffix(".gz")]] == []
    assert [name for name in twins if ".ics" in name] == []


def test_the_manifest_depends_on_nothing_but_the_publication() -> None:
    first, again = (render_files(make_states()[1])[".manifest.json"] for _ in range(2))
    assert first == again
    assert b"127.0.0.1" not in first


def test_no_calendar_can_have_the_manifests_name() -> None:
    names = [name for name in render_files(real()) if Path(name).name.startswith(".")]
    assert names == [".manifest.json"]


# What stands at the root


def of_two_calendars() -> Publication:
    both = [published(calendar=replace(CALENDAR, key=key, name=Text.of(f"<{key}> & co"))) for key in ("another", "example")]
    return render_publication(both, NOW, lambda _: ADDRESS)


def test_the_root_of_an_only_calendar_leads_on_to_its_page() -> None:
    text = render_files(publication_of(published()))["index.html"].decode()
    assert '<meta http-equiv="refresh" content="0; url=example/">' in text
    assert f'<link rel="canonical" href="{ADDRESS}/example/">' in text
    assert '<a href="example/"><bdi>Voorbeeld onderhoud</bdi></a>' in text


def test_the_root_of_several_lists_them_as_the_service_does() -> None:
    publication = of_two_calendars()
    source = Source(JournalFolder(Path("nowhere"), clock=lambda: NOW, quiet=True), Addresses(), clock=lambda: NOW)
    source.publication = publication
    answered = Client(DocumentLayer(source, make_routes(source))).get("/")
    assert render_files(publication)["index.html"] == answered.data
    assert b"<bdi>&lt;another&gt; &amp; co</bdi>" in answered.data
