"""The two dynamic answers: `state` for programs, `plan` for people.

Both depend on the publication, the clock, the path and the query alone.
"""

import json
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from icsfeed.durations import read_duration
from icsfeed.problems import shorten
from icsfeed.publication.availability import Availability
from icsfeed.publication.documents import data
from icsfeed.publication.documents.pages.plan import render_plan
from icsfeed.publication.documents.pages.site import Site, site_of
from icsfeed.publication.paths import page_path
from icsfeed.publication.plan_form import DEFAULT_TIME, PlannedWork, read_form
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.publication.view import View
from icsfeed.zones import MomentError, next_midnight, next_time_of_day, read_rfc3339, render_rfc3339

FRESH = timedelta(seconds=60)
"""The longest that an answer may be cached."""

LONGEST = timedelta(days=366)
"""The longest period that `state` answers for."""

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(?:([Zz])|([ +-])([0-9]{2}:[0-9]{2}))"
)
_USE_OF_AT = "at must be an RFC 3339 moment in a year from 1970 to 2037, such as 2027-12-20T20:00:00Z"
_USE_OF_FOR = "for must be an ISO 8601 duration in weeks, days, hours and minutes, such as PT3H or P1DT30M, of at most 366 days"

Query = MultiDict[str, str]


def is_answered(publication: Publication, path: str) -> bool:
    """Return whether a path is that of a `state` or `plan`."""
    name, *rest = path[1:].split("/")
    view = _find_view(publication, name)
    if view is None:
        return False
    return rest in (["state"], ["plan"]) or (len(rest) == 2 and rest[0] in view.calendar.languages and rest[1] == "plan")


def _find_view(publication: Publication, name: str) -> View | None:
    """Return the view of the calendar that has or had a name, or None."""
    found = publication.find_view(f"/{name}")
    return found if found is not None and name in {found.calendar.key, *found.calendar.formerly} else None


def _get_view(publication: Publication, name: str) -> View:
    """Return the view of the calendar that has or had a name.

    Raises:
        NotFound: There is none.
    """
    found = _find_view(publication, name)
    if found is None:
        raise NotFound
    return found


def _max_age(*waits: timedelta | None) -> str:
    """Return the Cache-Control for an answer: until the shortest wait, at most `FRESH`."""
    shortest = min([FRESH, *(each for each in waits if each is not None)])
    return f"public, max-age={max(0, shortest // timedelta(seconds=1))}"


# For programs


def answer_state(source: Source, name: str, query: Query) -> Response:
    """Return the state of the service at a moment or during a period, as JSON.

    Parameters:
        source: The present publication and the clock.
        name: Of the calendar, a former one too.
        query: `at` (default: the present) and `for`; a repeated one is refused, others are ignored.

    Raises:
        NotFound: There is no such calendar.
    """
    publication, now = source.publication, source.now()
    view = _get_view(publication, name)
    try:
        asked = _get_single(query, "at")
        at = now.replace(microsecond=0) if asked is None else _read_at(asked)
        length = _read_for(_get_single(query, "for"))
    except MomentError as error:
        return _render_problem(error.message)
    availability = view.availability
    response = Response(_render_state(view, availability, at, length), mimetype=data.MEDIA_TYPE)
    moving = availability.valid_for(at, length) if asked is None else None
    waits = [moving - (now - at)] if moving is not None else []
    if publication.until is not None:
        waits.append(publication.until - now)
    response.headers["Cache-Control"] = _max_age(*waits)
    return response


def _get_single(query: Query, key: str) -> str | None:
    """Return the value of a query parameter, None if it is missing.

    Raises:
        MomentError: It is given more than once.
    """
    values = query.getlist(key)
    if len(values) > 1:
        raise MomentError(f"{key} is given {len(values)} times; give it once")
    return values[0] if values else None


def _read_at(text: str) -> datetime:
    """Return the moment of `at` without fractions of a second; a space stands for the `+` that it was before decoding.

    Raises:
        MomentError: It is not RFC 3339.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise MomentError(f'"{shorten(text)}" is not understood: {_USE_OF_AT}')
    day, clock, utc, sign, offset = match.groups()
    try:
        return read_rfc3339(f"{day}T{clock}Z" if utc else f"{day}T{clock}{sign.replace(' ', '+')}{offset}")
    except MomentError as error:
        raise MomentError(f'"{shorten(text)}" is not understood: {_USE_OF_AT}') from error


def _read_for(text: str | None) -> timedelta:
    """Return the length of the period of `for`; zero if it is missing.

    Raises:
        MomentError: It is no ISO 8601 duration, has years or months, or is too long.
    """
    if text is None:
        return timedelta()
    plain = text.upper()
    if re.match(r"P[0-9.,]+[YM]", plain):
        raise MomentError(f'"{shorten(text)}" has years or months, whose length varies: {_USE_OF_FOR}')
    try:
        length = read_duration(text)[0] if plain.startswith("P") else timedelta()
    except MomentError as error:
        raise MomentError(f'"{shorten(text)}" is not understood: {_USE_OF_FOR}') from error
    if not timedelta() < length <= LONGEST:
        raise MomentError(f'"{shorten(text)}" is {"too long" if length else "not understood"}: {_USE_OF_FOR}')
    return length


def _render_state(view: View, availability: Availability, at: datetime, length: timedelta) -> str:
    """Return the answer as JSON: windows as in the calendar's JSON, times in its zone."""
    header, end = view.calendar, at + length

    def moment(when: datetime | None) -> str | None:
        return render_rfc3339(when, header.timezone) if when is not None else None

    content = {
        "state": availability.state(at, end).value,
        "at": moment(at),
        "until": moment(end) if length else None,
        "windows": [data.window_data(each.window, header, address=view.address) for each in availability.overlaps(at, end)],
        "next_change": moment(availability.next_change(at)),
        "next_free": moment(availability.next_free(at, length)),
        "planned_until": header.planned_until.isoformat() if header.planned_until else None,
        "known_until": moment(availability.known_until),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _render_problem(detail: str) -> Response:
    """Return a wrong query as a problem document (RFC 9457)."""
    status = HTTPStatus.BAD_REQUEST
    content = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": f"{detail}."}
    response = Response(json.dumps(content, ensure_ascii=False), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = _max_age()
    return response


# For people


def answer_plan(source: Source, name: str, language: str | None, query: Query) -> Response:
    """Return the planning page; its status is 400 if a field of the form is wrong.

    Parameters:
        source: The present publication and the clock.
        name: Of the calendar, a former one too.
        language: None for the default one.
        query: `date`, `time` and `hours` of the form; of a repeated one the first counts, others are ignored.

    Raises:
        NotFound: There is no such calendar, or it lacks the language.
    """
    publication, now = source.publication, source.now()
    view = _get_view(publication, name)
    header = view.calendar
    if language is not None and language not in header.languages:
        raise NotFound
    form, work = read_form(query.to_dict(), now, header, language=language or header.default_language)
    availability = view.availability
    asked = f"?{urlencode(form.parameters())}" if work is not None or form.faults else ""
    body = render_plan(
        _site(view, language, asked),
        view,
        form=form,
        work=work,
        moment=now,
    )
    response = Response(body, HTTPStatus.BAD_REQUEST if form.faults else HTTPStatus.OK, mimetype="text/html")
    response.headers["Cache-Control"] = _max_age(*_waits(availability, work, now, header.timezone))
    return response


def _site(view: View, language: str | None, query: str) -> Site:
    """Return the addresses on the page; the language switch keeps the query."""
    header = view.calendar
    path = f"/{header.key}/plan" if language is None else f"/{header.key}/{language}/plan"
    paths = {each: f"{page_path(header, each)}plan" for each in header.languages}
    return site_of(view, language or header.default_language, path, paths=paths, query=query)


def _waits(availability: Availability, work: PlannedWork | None, now: datetime, zone: str) -> list[timedelta | None]:
    """Return the times until the page changes: at midnight, at the default time, when the work starts or ends, at a boundary."""
    moments = [next_midnight(now, zone), next_time_of_day(now, DEFAULT_TIME, zone)]
    waits = [availability.valid_for(now, work.length if work is not None else timedelta())]
    if work is not None:
        moments += [each for each in (work.start, work.end) if each > now]
    return waits + [each - now for each in moments]
