"""The calendar in the shape of Statuspage's public API (version 2), for dashboards and chat programs that read it.

A calendar is a page with one component, its service; its windows are scheduled maintenances, cancelled ones left out.
Unlike everywhere else, moments have milliseconds here: some readers take no others.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from icsfeed.model import Calendar, Impact
from icsfeed.publication.document import FLEETING, Document
from icsfeed.publication.history import Told, headline, paragraphs
from icsfeed.publication.paths import page_path
from icsfeed.publication.phases import Phase, Turns, phase_at, turns_of
from icsfeed.publication.view import View
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, to_local

ROOT = "api/v2/"
"""Below which the documents stand, behind a calendar's name."""

MEDIA_TYPE = "application/json"
MOST_LISTED = 50
"""How many maintenances any list has at most, as Statuspage's have."""

MOST_AHEAD = 25
"""How many of them may lie ahead while there are others to list."""

IMPACTS = {Impact.NONE: "none", Impact.DEGRADED: "minor", Impact.OUTAGE: "major"}


PROGRESS = {
    Phase.AHEAD: "scheduled",
    Phase.UNDER_WAY: "in_progress",
    Phase.UNCONFIRMED: "in_progress",
    Phase.SETTLING: "in_progress",
    Phase.OVER: "completed",
}
"""Where a maintenance stands, in Statuspage's words."""

Changes = tuple[tuple[datetime, str], ...]
"""Moments at which a maintenance's progress changes, each with what it is from there; in the order of time."""


def progress_of(turns: Turns) -> Changes:
    """Return the moments at which the progress of a window with these turns changes."""
    told = ((turn, PROGRESS[phase]) for turn, phase in turns)
    return tuple(next(alike) for _, alike in groupby(told, key=itemgetter(1)))


# Documents


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Give the documents by their paths."""
    calendar = view.calendar
    windows = [(each, PROGRESS[phase]) for each, phase in view.phases if not each.is_cancelled]
    updated = _updated(view)
    is_affected = any(progress == "in_progress" and each.heavier.impact is not Impact.NONE for each, progress in windows)
    component = _component(view, updated, is_affected=is_affected)
    everything = [_maintenance(each, view, component) for each in listed(windows)]
    ahead = [each for each in reversed(everything) if each["status"] == "scheduled"]
    active = [each for each in reversed(everything) if each["status"] == "in_progress"]
    status, components = {"status": _status(view, is_affected=is_affected)}, {"components": [component]}
    incidents: dict[str, list[Any]] = {"incidents": []}
    contents: dict[str, dict[str, Any]] = {
        "summary.json": {**components, **incidents, "scheduled_maintenances": [*active, *ahead], **status},
        "status.json": status,
        "components.json": components,
        "incidents.json": incidents,
        "incidents/unresolved.json": incidents,
        "scheduled-maintenances.json": {"scheduled_maintenances": everything},
        "scheduled-maintenances/upcoming.json": {"scheduled_maintenances": ahead},
        "scheduled-maintenances/active.json": {"scheduled_maintenances": active},
    }
    page = _page(view, updated)
    for name, content in contents.items():
        yield (
            f"/{calendar.key}/{ROOT}{name}",
            Document(
                render=partial(_render, {"page": page, **content}),
                media_type=MEDIA_TYPE,
                cache_control=FLEETING,
                filename=name.rsplit("/", 1)[-1],
            ),
        )


def _render(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _updated(view: View) -> datetime:
    """Return when the documents changed last: by a line of the journal, or by the clock."""
    published, moment = view.published, view.moment
    changed = [at for (_, was), (at, now) in pairwise(published.calendars) if _facts(was) != _facts(now)]
    told = (progress_of(view.turns[each.uid]) for each in published.windows if not each.is_cancelled)
    passed = [turn for changes in told for turn, _ in changes if turn <= moment]
    zone = view.calendar.timezone
    new_year = [midnight_of(date(to_local(moment, zone).year, 1, 1), zone)] if published.series else []
    return max([published.calendars[0][0], *changed, *passed, *new_year, *(each.modified for each in published.windows)])


def _facts(calendar: Calendar) -> tuple[object, ...]:
    """Return what the documents say of their calendar."""
    return (calendar.name, calendar.service, calendar.timezone, calendar.default_language, calendar.url)


def _page(view: View, updated: datetime) -> dict[str, Any]:
    calendar = view.calendar
    return {
        "id": calendar.key,
        "name": _words(view).text(calendar.name),
        "url": view.address + page_path(calendar, calendar.default_language),
        "time_zone": calendar.timezone,
        "updated_at": _moment(updated, calendar.timezone),
    }


def _component(view: View, updated: datetime, *, is_affected: bool) -> dict[str, Any]:
    """Return the service; it is affected while it is away, limited or at risk."""
    calendar = view.calendar
    return {
        "id": f"{calendar.key}-service",
        "name": _words(view).text(calendar.service),
        "status": "under_maintenance" if is_affected else "operational",
        "created_at": _moment(view.published.calendars[0][0], calendar.timezone),
        "updated_at": _moment(updated, calendar.timezone),
        "position": 1,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": calendar.key,
        "group": False,
        "only_show_if_degraded": False,
    }


def _status(view: View, *, is_affected: bool) -> dict[str, str]:
    if is_affected:
        return {"indicator": "maintenance", "description": _words(view).say("Maintenance under way")}
    return {"indicator": "none", "description": _words(view).say("No maintenance under way")}


def _words(view: View) -> Words:
    """Return the default language's words."""
    return view.words[view.calendar.default_language]


# A maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something to tell about a maintenance.

    Attributes:
        key: Tells it from others of the same maintenance.
        progress: Where the maintenance stood then.
    """

    key: str
    at: datetime
    progress: str
    body: str


def _maintenance(window: PublishedWindow, view: View, component: Mapping[str, Any]) -> dict[str, Any]:
    """Return a window that is not cancelled as a scheduled maintenance."""
    calendar, facts, words = view.calendar, window.window, _words(view)
    zone = calendar.timezone
    past = [(turn, progress) for turn, progress in progress_of(view.turns[window.uid]) if turn <= view.moment]
    status = past[-1][1] if past else "scheduled"
    began = next((turn for turn, progress in past if progress == "in_progress"), None)
    said = _said(window, view)
    updates = sorted([*said, *_passed(window, words, said, past)], key=lambda each: each.at)
    return {
        "id": facts.id,
        "name": words.summary(window),
        "status": status,
        "created_at": _moment(window.created, zone),
        "updated_at": _moment(max([window.modified, *(turn for turn, _ in past)]), zone),
        "monitoring_at": None,
        "resolved_at": _moment(past[-1][0], zone) if status == "completed" else None,
        "impact": IMPACTS[window.heavier.impact],
        "shortlink": view.window_address(window, words.language),
        "started_at": _moment(began or window.created, zone),
        "page_id": calendar.key,
        "incident_updates": [_update(each, facts.id, zone) for each in reversed(updates)],
        "components": [component],
        "scheduled_for": _moment(window.start, zone),
        "scheduled_until": _moment(window.end, zone),
    }


def _said(window: PublishedWindow, view: View) -> tuple[Update, ...]:
    """Return what the journal says happened to a window, or to the repeated window that it is of."""
    id_, language = window.window.id, view.calendar.default_language
    told = view.told_by_window.get(id_) or view.told_by_window.get(series_of(id_), ())
    return tuple(
        view.parts.render_each(f"updates of {window.uid}", language, told, partial(update_of, language=language)).values()
    )


def update_of(told: Told, language: str) -> Update:
    """Return what the journal says happened as an update."""
    body = [headline(told, language), *("\n".join(part) for part in paragraphs(told, language))]
    progress = PROGRESS[phase_at(turns_of(told.window), told.at)]
    return Update(key=told.key, at=told.at, progress=progress, body="\n\n".join(body))


def _passed(
    window: PublishedWindow, words: Words, said: Sequence[Update], past: Sequence[tuple[datetime, str]]
) -> Iterator[Update]:
    """Give what the clock alone made of a window."""
    bodies = {
        "in_progress": words.say("The maintenance has started."),
        "completed": words.say("The maintenance is over."),
    }
    known = {each.progress for each in said}
    for turn, progress in past:
        if progress not in known and turn > window.created:
            yield Update(key=progress, at=turn, progress=progress, body=bodies[progress])


def _update(update: Update, id_: str, zone: str) -> dict[str, Any]:
    """Return an update as Statuspage has it."""
    at = _moment(update.at, zone)
    return {
        "id": f"{id_}-{update.key}",
        "status": update.progress,
        "body": update.body,
        "incident_id": id_,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _moment(moment: datetime, zone: str) -> str:
    """Return a moment as RFC 3339 has it, with milliseconds."""
    return to_local(moment, zone).isoformat(timespec="milliseconds")


# Which ones


def listed(windows: Iterable[tuple[PublishedWindow, str]]) -> tuple[PublishedWindow, ...]:
    """Return the maintenances that are listed at all, the newest first: at most fifty, those nearest to the present.

    Parameters:
        windows: In the order of their starts; no cancelled ones.
    """
    ahead: list[PublishedWindow] = []
    rest: list[PublishedWindow] = []
    for window, progress in windows:
        (ahead if progress == "scheduled" else rest).append(window)
    shown = ahead[: max(MOST_AHEAD, MOST_LISTED - len(rest))]
    return tuple(reversed([*rest[-(MOST_LISTED - len(shown)) :], *shown]))
