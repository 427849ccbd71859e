"""The forms for programs of published calendars, without their feeds and pages."""

import json
from datetime import datetime
from typing import Any

from icsfeed.publication.document import Document
from icsfeed.publication.forms import Forms
from icsfeed.publication.making import Kept, Making
from icsfeed.replay import PublishedCalendar
from tests.support import ADDRESS, NOW


def forms_of(published: PublishedCalendar, moment: datetime = NOW, *, kept: Kept | None = None) -> dict[str, Document]:
    """Return every form at a moment, by path."""
    making = Making(published=published.at(moment), moment=moment, address=ADDRESS, kept=kept if kept is not None else Kept())
    return dict(Forms(making=making).documents())


def read_json(document: Document) -> Any:
    """Return what a document of JSON says."""
    return json.loads(document.body)
