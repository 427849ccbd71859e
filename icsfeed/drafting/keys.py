"""The keys of a schedule file, each with what it is for."""

CALENDAR_KEYS = {
    "name": "what the calendar is called in calendar programs",
    "service": "what is away during a window",
    "domain": "right-hand side of every UID; never changes",
    "url": "where it is published",
    "timezone": "IANA zone of times without an offset",
    "languages": "the first is the default; nl, en, de and fr can be had",
    "color": "a CSS colour name",
    "contact": "name and email of whom to ask",
    "planned_until": "last date for which the plan is known",
    "notice": "how long ahead a planned window should be announced",
    "formerly": "names that this calendar had",
    "introduction": "why maintenance, shown on the page",
    "links": "title and url of links shown on the page",
}
CLASS_KEYS = {
    "name": "what customers call it; no comma",
    "impact": "none, degraded or outage",
    "downtime": "how long the service is away, on average; perhaps `at least`",
    "takes": "how long the whole update takes, on average",
    "description": "what it means",
    "aftermath": "what may still be felt after the service is back",
    "support_from": "time of day from which support is there after a window",
}
WINDOW_KEYS = {
    "id": "what stays when the window moves; without one it is the start in local time",
    "start": "when it begins",
    "end": "when it is expected to end; outranks the class's downtime",
    "class": "a class, or two with a slash between them",
    "title": "what it is, in a line",
    "status": "tentative, confirmed or cancelled",
    "planned": "false for maintenance that nobody could announce in time",
    "reason": "why it was moved or cancelled",
    "note": "what to know about this window",
    "actual": "start and end of what really happened",
    "repeat": "an RFC 5545 RRULE",
    "changes": "exceptions of a repeated window",
}
