"""The schema of the calendar as JSON describes every key: the manual leads there."""

import json
import re
from collections.abc import Iterator
from typing import Any

from icsfeed.publication.documents.static import static_documents

SCHEMA: dict[str, Any] = json.loads(static_documents([])["/schema/calendar.json"].body)


def described(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each key with its description."""
    for name, each in schema.get("properties", {}).items():
        yield name, each["description"]
        yield from described(each)
        yield from described(each.get("items", {}))


def test_every_key_has_a_description() -> None:
    found = list(described(SCHEMA))
    assert [name for name, description in found if not re.fullmatch(r"[A-Z].*\.", description)] == []
    assert len(found) > 40
