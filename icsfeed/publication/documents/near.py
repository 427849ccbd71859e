"""What is under way or near, for scripts of other pages: `next.json`, and `strip.js`, which says it in one line."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from icsfeed.languages import format_day
from icsfeed.model import Impact, Status
from icsfeed.publication.availability import State, effect_of
from icsfeed.publication.document import SHORT_LIVED, Document
from icsfeed.publication.documents import data
from icsfeed.publication.documents.pages.state_in_words import at_time_in_words, soon_in_words, time_in_words
from icsfeed.publication.documents.static import strip_script
from icsfeed.publication.paths import path_in
from icsfeed.publication.phases import Phase, end_of, lacks_end
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, render_rfc3339, to_local

DAYS_AHEAD = 7
"""How many local days, today included, a window may begin in."""

MOST_AHEAD = 5
"""The most windows that have not begun; those with downtime count first."""


def documents(view: View) -> Iterator[tuple[str, Document]]:
    """Yield `next.json`, and the script with its path in each language; the default language's has two paths."""
    key = view.calendar.key
    yield (
        f"/{key}/next.json",
        Document(render=partial(_render, view), media_type=data.MEDIA_TYPE, cache_control=SHORT_LIVED, filename="next.json"),
    )
    for path in (f"/{key}/strip.js", *(path_in(view.calendar, each, "strip.js") for each in view.calendar.languages)):
        yield path, strip_script()


def _render(view: View) -> bytes:
    """Return a line in each language, and the windows in the order (start, UID)."""
    calendar, near = view.calendar, find_near(view)
    content = {
        "lines": {each: line_of(near, view, view.words[each]) for each in calendar.languages},
        "timezone": calendar.timezone,
        "windows": [_window(window, phase, view) for window, phase in near],
    }
    return f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode()


def find_near(view: View) -> list[tuple[PublishedWindow, Phase]]:
    """Return the windows under way, unconfirmed or settling, and the next ones, each with its phase; no cancelled ones."""
    zone = view.calendar.timezone
    until = midnight_of(to_local(view.moment, zone).date() + timedelta(days=DAYS_AHEAD), zone)
    ahead = [each for each in view.ahead if each.start < until]
    nearest = sorted(ahead, key=lambda each: each.heavier.impact is Impact.NONE)[:MOST_AHEAD]
    return [(each, phase) for each, phase in view.phases if phase not in {Phase.AHEAD, Phase.OVER} or each in nearest]


def _window(window: PublishedWindow, phase: Phase, view: View) -> dict[str, Any]:
    """Return a window as in the calendar's JSON, with its phase and when it is expected to end."""
    return {
        **data.window_data(window, view.calendar, address=view.address),
        "phase": phase.value,
        "until": render_rfc3339(end_of(view.phase_changes[window.uid]), view.calendar.timezone),
    }


def line_of(near: Iterable[tuple[PublishedWindow, Phase]], view: View, words: Words) -> str | None:
    """Return the window with downtime that has begun, the worst first, else the next one, in one line; None without either."""
    shown = [(each, phase) for each, phase in near if each.heavier.impact is not Impact.NONE and phase is not Phase.SETTLING]
    states, phases = list(State), [Phase.UNCONFIRMED, Phase.UNDER_WAY, Phase.AHEAD]
    first = min(shown, key=lambda each: (states.index(effect_of(*each)), phases.index(each[1])), default=None)
    if first is None:
        return None
    window, phase = first
    line = _line(window, phase, view, words)
    return words.say("{line} (provisional)").format(line=line) if window.facts.status is Status.TENTATIVE else line


def _line(window: PublishedWindow, phase: Phase, view: View, words: Words) -> str:
    changes = view.phase_changes[window.uid]
    if phase is Phase.AHEAD:
        day = format_day(to_local(window.start, view.calendar.timezone).date(), "EEEE", words.language)
        day = soon_in_words(window.start, view, words) or words.say("on {day}").format(day=day)
        return words.say("Maintenance {day} at {time}").format(day=day, time=words.clock(window.start))
    if phase is Phase.UNDER_WAY:
        end = words.or_later(window, time_in_words(end_of(changes), window, view, words))
        return words.say("Maintenance under way, expected until {end}").format(end=end)
    if lacks_end(window):
        start = at_time_in_words(changes[0][0], view, words)
        return words.say("Maintenance started {start}, no end reported yet").format(start=start)
    planned = at_time_in_words(end_of(changes), view, words)
    return words.say("Maintenance was due to finish {planned}, not confirmed yet").format(planned=planned)
