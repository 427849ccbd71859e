"""The guide's table of the calendar as JSON says what its schema says."""

import json
import re
from collections.abc import Iterator
from typing import Any

from icsfeed.publication.documents.static import static_documents
from tests.house.reading import chapter

SCHEMA: dict[str, Any] = json.loads(static_documents([])["/schema/calendar.json"].body)


def described(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Give each part's place and description; items of a list stand behind `[]`."""
    for name, each in schema.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        items = each.get("items", {})
        yield (f"{place}[]" if "properties" in items else place), each["description"]
        yield from described(each, place)
        yield from described(items, f"{place}[]")


def table() -> str:
    """Return the guide's table as it has to be."""
    return "\n".join(f"| `{place}` | {description} |" for place, description in described(SCHEMA))


def test_the_guide_tells_every_part_as_the_schema_does() -> None:
    rows = re.findall(r"^\| `(?:calendar|windows).*$", chapter("formats", "The calendar as JSON"), re.MULTILINE)
    assert "\n".join(rows) == table(), f"the table has to be:\n{table()}"


def test_every_part_has_a_description() -> None:
    found = list(described(SCHEMA))
    assert [place for place, description in found if not re.fullmatch(r"[A-Z].*\.", description)] == []
    assert len(found) > 40
