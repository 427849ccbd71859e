"""The files that every icsfeed serves tell when they were changed last; nobody but these tests would notice if they did not."""

import hashlib
from pathlib import Path

import pytest

from icsfeed.publication import statics
from icsfeed.publication.statics import MADE, static_documents

DOCUMENTS = static_documents([])
FILES = {path.rsplit("/", 1)[-1]: document for path, document in DOCUMENTS.items()}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_and_the_moment_of_its_last_change_fit(name: str) -> None:
    """After a change write both anew: the moment of the change, and the digest that this test names."""
    moment, digest = MADE[name]
    assert digest == hashlib.sha256(FILES[name].body).hexdigest()[:16]
    assert FILES[name].last_modified == moment


def test_every_file_is_served() -> None:
    folder = Path(statics.__file__).parents[1] / "static"
    assert sorted(each.name for each in folder.iterdir()) == sorted(set(MADE) - {"robots.txt", "calendar.json"})
    assert sorted(MADE) == sorted(FILES)
