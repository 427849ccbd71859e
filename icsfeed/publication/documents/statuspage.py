"""The calendar in the format of Statuspage's public API v2, for dashboards and chat programs.

A calendar is a page with one component, its service; its windows, except cancelled ones, are scheduled maintenances.
Times have milliseconds, because some clients require them.
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
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.history import HistoryEntry, headline, paragraphs
from icsfeed.publication.paths import page_path
from icsfeed.publication.phases import Phase, PhaseChanges, phase_of
from icsfeed.publication.view import View
from icsfeed.recurrence import series_of
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, to_local

ROOT = "api/v2/"
"""The folder of the documents, below the calendar's."""

MEDIA_TYPE = "application/json"
MOST_LISTED = 50
"""The most maintenances in a list, as in Statuspage."""

MOST_AHEAD = 25
"""The most future maintenances in a list, if there are others to fill it."""

IMPACTS = {Impact.NONE: "none", Impact.DEGRADED: "minor", Impact.OUTAGE: "major"}


PROGRESS = {
    Phase.AHEAD: "scheduled",
    Phase.UNDER_WAY: "in_progress",
    Phase.UNCONFIRMED: "in_progress",
    Phase.SETTLING: "in_progress",
    Phase.OVER: "completed",
}
"""Statuspage's status of a maintenance in each phase."""

ProgressChanges = tuple[tuple[datetime, str], ...]
"""When a maintenance's status changes, each moment with the new status, in order."""


def progress_of(phase_changes: PhaseChanges) -> ProgressChanges:
    """Return when the status of a window with these phase changes changes."""
    changes = ((at, PROGRESS[phase]) for at, phase in phase_changes)
    return tuple(next(equal) for _, equal in groupby(changes, key=itemgetter(1)))


# Documents


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield the documents with their paths."""
    calendar = view.calendar
    windows = [(each, PROGRESS[phase]) for each, phase in view.phases if not each.is_cancelled]
    updated = _updated(view)
    is_affected = any(progress == "in_progress" and each.heavier.impact is not Impact.NONE for each, progress in windows)
    component = _component(view, updated, is_affected=is_affected)
    everything = [_maintenance(each, view, component) for each in select_listed(windows)]
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
                cache_control=SHORT_LIVED,
                filename=name.rsplit("/", 1)[-1],
            ),
        )


def _render(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _updated(view: View) -> datetime:
    """Return when the documents last changed, through the journal or the clock."""
    published, moment = view.published, view.moment
    versions = pairwise(published.header_versions)
    changed = [at for (_, before), (at, after) in versions if _shown_facts(before) != _shown_facts(after)]
    progress = (progress_of(view.phase_changes[each.uid]) for each in published.windows if not each.is_cancelled)
    passed = [at for changes in progress for at, _ in changes if at <= moment]
    zone = view.calendar.timezone
    # at the new year the horizon of repeated windows moves, so new ones appear
    new_year = [midnight_of(date(to_local(moment, zone).year, 1, 1), zone)] if published.series else []
    return max([published.header_versions[0][0], *changed, *passed, *new_year, *(each.modified for each in published.windows)])


def _shown_facts(calendar: Calendar) -> tuple[object, ...]:
    """Return the facts of the calendar that the documents contain."""
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
    """Return the service; `is_affected` while a window with impact is in progress."""
    calendar = view.calendar
    return {
        "id": f"{calendar.key}-service",
        "name": _words(view).text(calendar.service),
        "status": "under_maintenance" if is_affected else "operational",
        "created_at": _moment(view.published.header_versions[0][0], calendar.timezone),
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
        return {"indicator": "maintenance", "description": _words(view).say("There is maintenance now")}
    return {"indicator": "none", "description": _words(view).say("There is no maintenance now")}


def _words(view: View) -> Words:
    """Return the wording in the default language."""
    return view.words[view.calendar.default_language]


# A maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceUpdate:
    """One update of a maintenance.

    Attributes:
        key: Unique among the updates of the maintenance.
        progress: The status of the maintenance at that time.
    """

    key: str
    at: datetime
    progress: str
    body: str


def _maintenance(window: PublishedWindow, view: View, component: Mapping[str, Any]) -> dict[str, Any]:
    """Return a window that is not cancelled as a scheduled maintenance."""
    calendar, facts, words = view.calendar, window.facts, _words(view)
    zone = calendar.timezone
    past = [(at, progress) for at, progress in progress_of(view.phase_changes[window.uid]) if at <= view.moment]
    status = past[-1][1] if past else "scheduled"
    began = next((at for at, progress in past if progress == "in_progress"), None)
    reported = _updates_from_journal(window, view)
    updates = sorted([*reported, *_updates_by_clock(window, words, reported, past)], key=lambda each: each.at)
    return {
        "id": facts.id,
        "name": words.summary(window),
        "status": status,
        "created_at": _moment(window.created, zone),
        "updated_at": _moment(max([window.modified, *(at for at, _ in past)]), zone),
        "monitoring_at": None,
        "resolved_at": _moment(past[-1][0], zone) if status == "completed" else None,
        "impact": IMPACTS[window.heavier.impact],
        "shortlink": view.window_address(window, words.language),
        "started_at": _moment(began or window.created, zone),
        "page_id": calendar.key,
        "incident_updates": [_incident_update(each, facts.id, zone) for each in reversed(updates)],
        "components": [component],
        "scheduled_for": _moment(window.start, zone),
        "scheduled_until": _moment(window.end, zone),
    }


def _updates_from_journal(window: PublishedWindow, view: View) -> tuple[MaintenanceUpdate, ...]:
    """Return the history of a window as updates; of an occurrence without entries of its own, that of its series."""
    id_, language = window.id, view.calendar.default_language
    history = view.history_by_window.get(id_) or view.history_by_window.get(series_of(id_), ())
    render = partial(_update_from_entry, language=language)
    return tuple(view.cache.render_each(f"updates of {window.uid}", language, history, render).values())


def _update_from_entry(entry: HistoryEntry, language: str) -> MaintenanceUpdate:
    """Return a history entry as an update."""
    body = [headline(entry, language), *("\n".join(part) for part in paragraphs(entry, language))]
    progress = PROGRESS[phase_of(entry.window, entry.at, entry.calendar.timezone)]
    return MaintenanceUpdate(key=entry.key, at=entry.at, progress=progress, body="\n\n".join(body))


def _updates_by_clock(
    window: PublishedWindow, words: Words, reported: Sequence[MaintenanceUpdate], past: Sequence[tuple[datetime, str]]
) -> Iterator[MaintenanceUpdate]:
    """Yield an update for each status that began by the clock and was not reported."""
    bodies = {
        "in_progress": words.say("The maintenance has started."),
        "completed": words.say("The maintenance is over."),
    }
    known = {each.progress for each in reported}
    for at, progress in past:
        if progress not in known and at > window.created:
            yield MaintenanceUpdate(key=progress, at=at, progress=progress, body=bodies[progress])


def _incident_update(update: MaintenanceUpdate, id_: str, zone: str) -> dict[str, Any]:
    """Return an update as Statuspage's object."""
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
    """Return a moment in RFC 3339 with milliseconds."""
    return to_local(moment, zone).isoformat(timespec="milliseconds")


# Which ones


def select_listed(windows: Iterable[tuple[PublishedWindow, str]]) -> tuple[PublishedWindow, ...]:
    """Return the maintenances to list, latest start first: the `MOST_LISTED` nearest to the present.

    Parameters:
        windows: With their status, in the order of their starts; no cancelled ones.
    """
    ahead: list[PublishedWindow] = []
    rest: list[PublishedWindow] = []
    for window, progress in windows:
        (ahead if progress == "scheduled" else rest).append(window)
    shown = ahead[: max(MOST_AHEAD, MOST_LISTED - len(rest))]
    return tuple(reversed([*rest[-(MOST_LISTED - len(shown)) :], *shown]))
