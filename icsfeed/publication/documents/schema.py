"""What the calendar as JSON may hold and what each part of it means, as a JSON Schema (draft 2020-12).

The README's table is held equal to these descriptions, and `data` to the schema itself.
"""

import json
from typing import Any

from icsfeed.grammar import LANGUAGES
from icsfeed.model import COLOR_NAMES, Impact, Status

PATH = "/schema/calendar.json"
MEDIA_TYPE = "application/schema+json"

Schema = dict[str, Any]


def _object(description: str, /, **properties: Schema) -> Schema:
    """Return what an object with exactly these properties is."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text(description: str, **more: Any) -> Schema:
    return {"description": description, "type": "string", **more}


def _flag(description: str) -> Schema:
    return {"description": description, "type": "boolean"}


def _list(description: str, items: Schema, **more: Any) -> Schema:
    return {"description": description, "type": "array", "items": items, **more}


def _moment(description: str) -> Schema:
    return _text(description, format="date-time", pattern=r"T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$")


def _duration(description: str) -> Schema:
    return _text(description, format="duration", pattern="^PT[0-9]+M$")


def _address(description: str) -> Schema:
    return _text(description, format="uri")


def _choice(description: str, *values: str) -> Schema:
    return _text(description, enum=list(values))


def _translated(description: str, **of: Any) -> Schema:
    """Return what a text, or anything else that is a string, in each of the calendar's languages is."""
    return {
        "description": description,
        "type": "object",
        "propertyNames": {"enum": list(LANGUAGES)},
        "additionalProperties": {"type": "string", **of},
        "minProperties": 1,
    }


def _or_null(schema: Schema) -> Schema:
    """Return a schema that takes null too."""
    return {**schema, "type": [schema["type"], "null"]}


_CONTACT = _object(
    "Whom to ask.",
    name=_text("Name."),
    email=_text("E-mail address."),
)
_LINK = _object(
    "A link.",
    title=_translated("What it leads to."),
    url=_or_null(_address("Its address; null where there is none, then it is just text.")),
)
_CLASS = _object(
    "A kind of maintenance.",
    name=_text("What `windows[].classes` calls it.", pattern="^[a-z0-9]+(-[a-z0-9]+)*$"),
    title=_translated("Name for people."),
    impact=_choice("What it does to the service.", *(each.value for each in Impact)),
    downtime=_duration("How long the service is away or limited on average, an ISO 8601 duration in minutes."),
    open_ended=_flag("Whether it may well last longer than that."),
    takes=_or_null(_duration("How long the whole update takes on average; null where that is not known.")),
    description=_or_null(_translated("What it is.")),
    aftermath=_or_null(_translated("What may still be felt after the service is back.")),
    support_from=_or_null(
        _text("Local time from which support is there after a window.", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    ),
)
_CALENDAR = _object(
    "The calendar's own facts.",
    name=_text("Its name in addresses.", pattern="^[a-z0-9]+(-[a-z0-9]+)*$"),
    title=_translated("Name for people."),
    service=_translated("What is away during a window."),
    domain=_text("Right-hand side of every UID."),
    timezone=_text("IANA name of the zone in whose local time every moment is told."),
    languages=_list("Languages of its texts, the default one first.", {"enum": list(LANGUAGES)}, minItems=1, uniqueItems=True),
    color=_or_null(_text("CSS name of its colour.", enum=[*COLOR_NAMES, None])),
    contact=_CONTACT,
    planned_until=_or_null(_text("Last local date for which the plan is known; null where that was not said.", format="date")),
    introduction=_or_null(_translated("What the maintenance is about.")),
    links=_list("Where to read on.", _LINK),
    classes=_list("Kinds of maintenance, from light to heavy.", _CLASS, minItems=1),
    pages=_translated("Address of its page in each language.", format="uri"),
    feeds=_translated("Address of the feed of every window in each language.", format="uri"),
    changes=_translated("Address of the Atom feed of changes in each language.", format="uri"),
)
_ACTUAL = _object(
    "What really happened; null until it was reported.",
    start=_moment("When it began."),
    end=_or_null(_moment("When it was over; null while it is under way.")),
)
_WINDOW = _object(
    "A period of maintenance.",
    id=_text("What stays when it moves; unique in the calendar.", pattern="^[A-Za-z0-9][A-Za-z0-9-]{0,63}$"),
    uid=_text("UID of its event in the feeds."),
    start=_moment("Planned start."),
    end=_moment("Planned end; a window without downtime is shown for fifteen minutes."),
    open_ended=_flag("Whether it may well last longer."),
    classes=_list(
        "Names of its class, or of two while it is not decided which, the lighter first.",
        {"type": "string"},
        minItems=1,
        maxItems=2,
        uniqueItems=True,
    ),
    impact=_choice("What it does to the service, by the heavier class.", *(each.value for each in Impact)),
    status=_choice("Whether it will take place; a cancelled one stays listed.", *(each.value for each in Status)),
    planned=_flag("Whether it could be announced in time."),
    title=_or_null(_translated("What it is for, where it has a title of its own.")),
    reason=_or_null(_translated("Why it was moved or cancelled.")),
    note=_or_null(_translated("What to know about it.")),
    actual=_or_null(_ACTUAL),
    previous_start=_or_null(_moment("Planned start before its newest move; null if it never moved.")),
    sequence={
        "description": "How often it was revised since it was announced.",
        "type": "integer",
        "minimum": 0,
    },
    created=_moment("When it was announced."),
    last_modified=_moment("When it was revised last."),
    url=_address("Its own page in the default language."),
)

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A calendar of planned maintenance",
    **_object(
        "A calendar and every window that it ever published.",
        calendar=_CALENDAR,
        windows=_list("Every window, in the order of start and UID.", _WINDOW),
    ),
}


def render_schema() -> bytes:
    """Return the schema as JSON."""
    return (json.dumps(SCHEMA, ensure_ascii=False, indent=1) + "\n").encode()
