"""Documents for programs, read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icsfeed.publication.document import Document
from icsfeed.replay import PublishedCalendar
from tests.support import NOW, publication_of


def forms_of(published: PublishedCalendar, moment: datetime = NOW) -> Mapping[str, Document]:
    """Return every document at a moment, by path."""
    return publication_of(published, moment).documents


def read_json(document: Document) -> Any:
    """Return what a document of JSON says."""
    return json.loads(document.body)
