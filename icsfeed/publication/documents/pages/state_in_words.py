"""The present state of the service in words: the first sentence of the pages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icsfeed.languages import format_day
from icsfeed.model import Impact, Status
from icsfeed.publication.availability import State, effect_of
from icsfeed.publication.phases import Phase, end_of, lacks_end
from icsfeed.publication.view import View
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from icsfeed.zones import to_local

TONIGHT_FROM = 18
"""The local hour from which "today" becomes "tonight"."""

_SECOND = timedelta(seconds=1)
_PHASES = (Phase.UNCONFIRMED, Phase.UNDER_WAY, Phase.SETTLING)
"""The phases of a current window, the most severe of those with the same effect first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateInWords:
    """The state of the service, or what a current window does to it.

    Attributes:
        kind: As a CSS class: `closed`, `at-risk`, `unknown` or `open`.
        sentence: Whether the service is available.
        more: Further sentences; may be empty.
        window: The window that the sentence is about; None if it is about none.
    """

    kind: str
    sentence: str
    more: tuple[str, ...] = ()
    window: PublishedWindow | None = None


def kind_of_state(state: State) -> str:
    """Return a state as a CSS class."""
    return state.value.replace(" ", "-")


def states_in_words(view: View, words: Words) -> list[StateInWords]:
    """Return the state of the service, then what each further current window does, the most severe first."""
    states = list(State)
    current = [(each, phase) for each, phase in view.phases if phase in _PHASES]
    current.sort(
        key=lambda each: (
            states.index(effect_of(*each)),
            _PHASES.index(each[1]),
            -end_of(view.phase_changes[each[0].uid]).timestamp(),
        )
    )
    found = [window_in_words(each, phase, view, words) for each, phase in current]
    state = view.availability.state(view.moment)
    if state in {State.CLOSED, State.AT_RISK}:
        return found
    return [StateInWords(kind=kind_of_state(state), sentence=_sentence_without_window(state, view, words)), *found]


def window_in_words(window: PublishedWindow, phase: Phase, view: View, words: Words) -> StateInWords:
    """Return what a window does to the service at the moment of the view; `phase` is its present one, and not ahead or over."""
    return StateInWords(
        kind="open" if _is_back(window) else kind_of_state(effect_of(window, phase)),
        sentence=_sentence(window, phase, view, words),
        more=tuple(_more(window, phase, view, words)),
        window=window,
    )


def _sentence_without_window(state: State, view: View, words: Words) -> str:
    """Return the state of the service while no window affects it."""
    if state is State.OPEN:
        return words.say("{service} is available.").format(service=words.text(view.calendar.service))
    until = view.availability.known_until
    if until is None:
        return words.say("No maintenance is known.")
    if any(each.end > until and not each.is_cancelled for each in view.published.windows):
        return words.say("Beyond what is announced, no maintenance is known.")
    day = to_local(until - _SECOND, view.calendar.timezone).date()
    date = format_day(day, words.say("d MMMM y"), words.language)
    return words.say("No maintenance is known after {date}.").format(date=date)


def _is_back(window: PublishedWindow) -> bool:
    """Return whether the end of a window was reported, though the update may go on."""
    return window.facts.actual is not None and window.facts.actual.end is not None


def _sentence(window: PublishedWindow, phase: Phase, view: View, words: Words) -> str:
    changes = view.phase_changes[window.uid]
    is_limited = window.heavier.impact is Impact.DEGRADED
    end = words.or_later(window, time_in_words(end_of(changes), window, view, words)) if phase is Phase.UNDER_WAY else ""
    if phase is Phase.UNDER_WAY and window.heavier.impact is Impact.NONE:
        sentence = words.say("Maintenance without downtime is under way, expected until {end}.")
    elif phase is Phase.UNDER_WAY and window.facts.status is Status.TENTATIVE:
        sentence = (
            words.say("{service} may have limited availability: provisionally planned until {end}.")
            if is_limited
            else words.say("{service} may be unavailable: provisionally planned until {end}.")
        )
    elif phase is Phase.UNDER_WAY:
        sentence = (
            words.say("{service} has limited availability, expected until {end}.")
            if is_limited
            else words.say("{service} is unavailable, expected until {end}.")
        )
    elif phase is Phase.SETTLING and _is_back(window):
        end = time_in_words(changes[-1][0], window, view, words)
        sentence = words.say("{service} is available again; the update goes on until about {end}.")
    elif lacks_end(window):
        sentence = (
            words.say("{service} may still have limited availability: started {start}, no end reported yet.")
            if is_limited
            else words.say("{service} may still be unavailable: started {start}, no end reported yet.")
        )
    else:
        sentence = (
            words.say("{service} may still have limited availability: due to finish {planned}, not confirmed yet.")
            if is_limited
            else words.say("{service} may still be unavailable: due to finish {planned}, not confirmed yet.")
        )
    return sentence.format(
        service=words.text(view.calendar.service),
        end=end,
        start=at_time_in_words(changes[0][0], view, words),
        planned=at_time_in_words(end_of(changes), view, words),
    )


def _more(window: PublishedWindow, phase: Phase, view: View, words: Words) -> list[str]:
    """Return what else is known about a current window."""
    changes, actual = view.phase_changes[window.uid], window.facts.actual
    more = []
    if actual is not None and actual.end is not None:
        more.append(words.say("It may be slower until then."))
        more.append(
            words.actual(actual, has_date=len({_day(each, view) for each in (actual.start, actual.end, view.moment)}) > 1)
        )
    elif phase is Phase.UNDER_WAY and actual is not None:
        more.append(words.say("Started {start}.").format(start=at_time_in_words(actual.start, view, words)))
    elif phase is Phase.UNCONFIRMED and actual is not None:
        more.append(words.say("It was due to finish {planned}.").format(planned=at_time_in_words(end_of(changes), view, words)))
    elif phase is Phase.UNCONFIRMED:
        more.append(words.say("Allow for an overrun until {end}.").format(end=time_in_words(changes[-1][0], window, view, words)))
    elif phase is Phase.SETTLING:
        end = time_in_words(changes[-1][0], window, view, words)
        more += [words.say("The update may go on until about {end}.").format(end=end), words.say("It may be slower until then.")]
    return more


def time_in_words(moment: datetime, window: PublishedWindow, view: View, words: Words) -> str:
    """Return a moment for use after "until": `21:20`, `today 12:00`, `tomorrow 02:40`, `midnight`, `Sunday 10 January 12:00`.

    "today" is left out if the window began today too.
    """
    clock, days = words.clock(moment), (_day(moment, view) - _day(view.moment, view)).days
    if days == 0:
        began_today = _day(view.phase_changes[window.uid][0][0], view) == _day(view.moment, view)
        return clock if began_today else words.say("today {time}").format(time=clock)
    if days == 1:
        return words.say("midnight") if clock == "00:00" else words.say("tomorrow {time}").format(time=clock)
    return words.say("{date} {time}").format(date=_date(moment, view, words), time=clock)


def at_time_in_words(moment: datetime, view: View, words: Words) -> str:
    """Return when something was or will be: `at 21:20`, `yesterday at 21:20`, `on Sunday 10 January at 12:00`."""
    days = (_day(moment, view) - _day(view.moment, view)).days
    message = {
        -1: words.say("yesterday at {time}"),
        0: words.say("at {time}"),
        1: words.say("tomorrow at {time}"),
    }.get(days) or words.say("on {date} at {time}")
    return message.format(date=_date(moment, view, words), time=words.clock(moment))


def next_in_words(view: View, words: Words) -> str:
    """Return when the next maintenance is in a sentence, or that none is announced."""
    if not view.ahead:
        return words.say("No maintenance is announced at present.")
    window = view.ahead[0]
    soon = soon_in_words(window.start, view, words)
    when = words.when(window) if soon is None else f"{soon}, {words.when(window)}"
    return words.say("Next maintenance: {when}.").format(when=when)


def soon_in_words(moment: datetime, view: View, words: Words) -> str | None:
    """Return `today`, `tonight` or `tomorrow`; None for another day."""
    days = (_day(moment, view) - _day(view.moment, view)).days
    if days == 0 and to_local(moment, view.calendar.timezone).hour >= TONIGHT_FROM:
        return words.say("tonight")
    return {0: words.say("today"), 1: words.say("tomorrow")}.get(days)


def _day(moment: datetime, view: View) -> date:
    return to_local(moment, view.calendar.timezone).date()


def _date(moment: datetime, view: View, words: Words) -> str:
    """Return a moment's date, without the year if it is the present one."""
    day = _day(moment, view)
    has_year = day.year != _day(view.moment, view).year
    return words.date(moment) if has_year else format_day(day, words.say("EEEE d MMMM"), words.language)
