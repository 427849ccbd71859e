"""The calendar in the shape of Statuspage's public API (version 2), for dashboards and chat programs that read it.

A calendar is a page with one component, its service; its windows are scheduled maintenances, cancelled ones left out.
Unlike everywhere else, moments have milliseconds here: some readers take no others.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from icsfeed.model import Calendar, Impact
from icsfeed.publication.history import Told, headline, paragraphs
from icsfeed.publication.phases import Phase, turns_of
from icsfeed.publication.phases import Turns as PhaseTurns
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local

MEDIA_TYPE = "application/json"
MOST_LISTED = 50
"""How many maintenances any list has at most, as Statuspage's have."""

MOST_AHEAD = 25
"""How many of them may lie ahead while there are others to list."""

IMPACTS = {Impact.NONE: "none", Impact.DEGRADED: "minor", Impact.OUTAGE: "major"}


class Progress(Enum):
    """Where a maintenance stands, in Statuspage's words."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


_PROGRESS = {
    Phase.AHEAD: Progress.SCHEDULED,
    Phase.UNDER_WAY: Progress.IN_PROGRESS,
    Phase.UNCONFIRMED: Progress.IN_PROGRESS,
    Phase.SETTLING: Progress.IN_PROGRESS,
    Phase.OVER: Progress.COMPLETED,
}


Turns = tuple[tuple[datetime, Progress], ...]
"""Moments at which a window's progress changes, each with what it is from there; in the order of time."""


def turns(phases: PhaseTurns) -> Turns:
    """Return the moments at which the progress of a window with these turns changes."""
    found: list[tuple[datetime, Progress]] = []
    for turn, phase in phases:
        if not found or found[-1][1] is not _PROGRESS[phase]:
            found.append((turn, _PROGRESS[phase]))
    return tuple(found)


def progress_at(turns: Turns, moment: datetime) -> Progress:
    """Return where a window with these turns stands at a moment."""
    return next((progress for turn, progress in reversed(turns) if turn <= moment), Progress.SCHEDULED)


# A maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A rendered maintenance, but for the component that it concerns: what stands before it, and what behind it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something to tell about a maintenance.

    Attributes:
        key: Tells it from others of the same maintenance.
        progress: Where the maintenance stood then.
    """

    key: str
    at: datetime
    progress: Progress
    body: str


def update_of(told: Told, language: str) -> Update:
    """Return what the journal says happened as an update."""
    body = [headline(told, language), *("\n".join(part) for part in paragraphs(told, language))]
    progress = progress_at(turns(turns_of(told.window)), told.at)
    return Update(key=told.key, at=told.at, progress=progress, body="\n\n".join(body))


def render_maintenance(
    window: PublishedWindow, calendar: Calendar, words: Words, *, said: Sequence[Update], passed: int, address: str
) -> Maintenance:
    """Return a window as a scheduled maintenance.

    Parameters:
        window: What to tell; not cancelled.
        calendar: Its calendar.
        words: The default language.
        said: What the journal says happened to it, or to the repeated window that it is of.
        passed: How many of its `turns` are past.
        address: Of its own page.
    """
    zone, facts = calendar.timezone, window.window
    past = turns(turns_of(window))[:passed]
    progress = past[-1][1] if past else Progress.SCHEDULED
    began = next((turn for turn, each in past if each is Progress.IN_PROGRESS), None)
    updates = sorted([*said, *_passed(window, words, said, past)], key=lambda each: each.at)
    content: dict[str, Any] = {
        "id": facts.id,
        "name": words.summary(window),
        "status": progress.value,
        "created_at": _moment(window.created, zone),
        "updated_at": _moment(max([window.shown_since, *(turn for turn, _ in past)]), zone),
        "monitoring_at": None,
        "resolved_at": _moment(past[-1][0], zone) if progress is Progress.COMPLETED else None,
        "impact": IMPACTS[window.heavier.impact],
        "shortlink": address,
        "started_at": _moment(began or window.created, zone),
        "page_id": calendar.key,
        "incident_updates": [_update(each, facts.id, zone) for each in reversed(updates)],
        "components": [],
        "scheduled_for": _moment(window.start, zone),
        "scheduled_until": _moment(window.end, zone),
    }
    before, _, after = json.dumps(content, ensure_ascii=False).rpartition('"components": []')
    return Maintenance(before=f'{before}"components": [', after=f"]{after}")


def _passed(
    window: PublishedWindow, words: Words, said: Sequence[Update], past: Sequence[tuple[datetime, Progress]]
) -> Iterator[Update]:
    """Give what the clock alone made of a window."""
    bodies = {
        Progress.IN_PROGRESS: words.say("The maintenance has started."),
        Progress.COMPLETED: words.say("The maintenance is over."),
    }
    known = {each.progress for each in said}
    for turn, progress in past:
        if progress not in known and turn > window.created:
            yield Update(key=progress.value, at=turn, progress=progress, body=bodies[progress])


def _update(update: Update, id_: str, zone: str) -> dict[str, Any]:
    """Return an update as Statuspage has it."""
    at = _moment(update.at, zone)
    return {
        "id": f"{id_}-{update.key}",
        "status": update.progress.value,
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


def listed(windows: Iterable[tuple[PublishedWindow, Progress]]) -> tuple[PublishedWindow, ...]:
    """Return the maintenances that are listed at all, the newest first: at most fifty, those nearest to the present.

    Parameters:
        windows: In the order of their starts; no cancelled ones.
    """
    ahead: list[PublishedWindow] = []
    rest: list[PublishedWindow] = []
    for window, progress in windows:
        (ahead if progress is Progress.SCHEDULED else rest).append(window)
    shown = ahead[: max(MOST_AHEAD, MOST_LISTED - len(rest))]
    return tuple(reversed([*rest[-(MOST_LISTED - len(shown)) :], *shown]))


# Documents


@dataclass(frozen=True, kw_only=True)
class StatusPage:
    """Everything that the documents of a calendar say.

    Attributes:
        words: The default language.
        page: Address of its page.
        updated: The newest change of anything here.
        maintenances: Each listed maintenance with its progress, the newest first.
        is_affected: Whether the service is away, limited or at risk.
    """

    calendar: Calendar
    words: Words
    page: str
    created: datetime
    updated: datetime
    maintenances: tuple[tuple[Progress, Maintenance], ...]
    is_affected: bool

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Give the documents by their paths behind `api/v2/`."""
        ahead, active = self._list(Progress.SCHEDULED), self._list(Progress.IN_PROGRESS)
        components = f"[{self._component()}]"
        status = json.dumps(self._status(), ensure_ascii=False)
        everything = self._join(each for _, each in self.maintenances)
        yield (
            "summary.json",
            self._document(
                components=components, incidents="[]", scheduled_maintenances=self._join([*active, *ahead]), status=status
            ),
        )
        yield "status.json", self._document(status=status)
        yield "components.json", self._document(components=components)
        yield "incidents.json", self._document(incidents="[]")
        yield "incidents/unresolved.json", self._document(incidents="[]")
        yield "scheduled-maintenances.json", self._document(scheduled_maintenances=everything)
        yield "scheduled-maintenances/upcoming.json", self._document(scheduled_maintenances=self._join(ahead))
        yield "scheduled-maintenances/active.json", self._document(scheduled_maintenances=self._join(active))

    def _list(self, progress: Progress) -> list[Maintenance]:
        """Return the maintenances that stand there, the oldest first."""
        return [each for stands, each in reversed(self.maintenances) if stands is progress]

    def _join(self, maintenances: Iterable[Maintenance]) -> str:
        """Return maintenances as a list, with their component."""
        component = self._component()
        return f"[{', '.join(f'{each.before}{component}{each.after}' for each in maintenances)}]"

    def _document(self, **parts: str) -> bytes:
        """Return a document of rendered parts, below the page that they are of."""
        page = json.dumps(self._page(), ensure_ascii=False)
        rendered = ",\n".join(f'"{name}": {part}' for name, part in {"page": page, **parts}.items())
        return f"{{{rendered}}}\n".encode()

    def _page(self) -> dict[str, Any]:
        return {
            "id": self.calendar.key,
            "name": self.words.text(self.calendar.name),
            "url": self.page,
            "time_zone": self.calendar.timezone,
            "updated_at": _moment(self.updated, self.calendar.timezone),
        }

    def _component(self) -> str:
        content = {
            "id": f"{self.calendar.key}-service",
            "name": self.words.text(self.calendar.service),
            "status": "under_maintenance" if self.is_affected else "operational",
            "created_at": _moment(self.created, self.calendar.timezone),
            "updated_at": _moment(self.updated, self.calendar.timezone),
            "position": 1,
            "description": None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": self.calendar.key,
            "group": False,
            "only_show_if_degraded": False,
        }
        return json.dumps(content, ensure_ascii=False)

    def _status(self) -> dict[str, str]:
        if self.is_affected:
            return {"indicator": "maintenance", "description": self.words.say("Maintenance under way")}
        return {"indicator": "none", "description": self.words.say("No maintenance under way")}
