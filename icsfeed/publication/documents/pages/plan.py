"""The HTML page for planning work around maintenance: the coming evenings, a form, and the answer.

It says "nothing is planned" only for time up to which the plan is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from icsfeed.languages import capitalized, format_day
from icsfeed.model import Calendar, Impact, Status
from icsfeed.problems import shorten
from icsfeed.publication.availability import Availability, Overlap, State
from icsfeed.publication.documents.pages.evenings import (
    EVENING_START,
    WindowRow,
    coming_evenings,
    kind_of_overlap,
)
from icsfeed.publication.documents.pages.html_wording import HtmlWording
from icsfeed.publication.documents.pages.site import Site, render_page
from icsfeed.publication.documents.pages.state_in_words import kind_of_state
from icsfeed.publication.plan_form import Fault, Form, PlannedWork, find_form
from icsfeed.publication.view import View
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, next_time_of_day, to_local

DAY_START = time(8)
"""The earliest local time that is offered for work by day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether the planned work fits.

    Attributes:
        kind: The worst state during the work, as a CSS class.
        heading: When the work is planned.
        sentences: The answer in words.
        freezes: Sentences about freezes at that time.
        windows: The windows announced for that time.
        alternatives: Times without planned downtime, or a sentence that none is known; empty if the work fits.
    """

    kind: str
    heading: str
    sentences: tuple[str, ...]
    freezes: tuple[Markup, ...]
    windows: tuple[WindowRow, ...]
    alternatives: tuple["Alternative", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another time for the work.

    Attributes:
        sentence: When it is.
        query: The form filled in with it, as a URL query; empty if the form cannot express it.
    """

    sentence: str
    query: str = ""


def render_plan(
    site: Site,
    view: View,
    *,
    form: Form,
    work: PlannedWork | None,
    moment: datetime,
) -> bytes:
    """Return the page.

    Parameters:
        site: Language and addresses.
        view: The calendar.
        form: The fields as entered, with their faults.
        work: The planned work, None if nothing was entered or a field has a fault.
        moment: The present.
    """
    words, html = site.words, HtmlWording(view.published, site.words)
    evenings = coming_evenings(view.availability, words, moment)
    return render_page(
        "plan.html",
        site,
        evenings=evenings,
        time_zone=words.time_zone(moment),
        freezes=html.freezes(view, (evenings[0].day, evenings[-1].day)),
        **form_values(form, words),
        answer=_answer(work, form, view, html, moment) if work is not None else None,
    )


def form_values(form: Form, words: Words) -> dict[str, object]:
    """Return what the form's template needs: the fields as shown, their faults in sentences, and the date with its weekday."""
    shown = form.parameters()
    day = date.fromisoformat(form.date) if form.date and "date" not in form.faults else None
    if day is not None:
        shown["date"] = format_day(day, words.say("d MMMM y"), words.language)
    chosen = format_day(day, words.say("EEEE d MMMM y"), words.language) if day is not None else ""
    return {"plan_fields": shown, "plan_faults": _describe_faults(form, words), "plan_date": chosen}


def _describe_faults(form: Form, words: Words) -> dict[str, str]:
    """Return a sentence for each field with a fault, by the field's name."""
    sentences = {
        ("date", Fault.MISSING): words.say("Enter a date."),
        ("date", Fault.NOT_UNDERSTOOD): words.say(
            "“{text}” is not understood as a date. Enter one such as 2027-12-20 or 20 December 2027."
        ),
        ("date", Fault.OUT_OF_BOUNDS): words.say("Enter a date from 1970 to 2037."),
        ("time", Fault.MISSING): words.say("Enter a start time."),
        ("time", Fault.NOT_UNDERSTOOD): words.say("“{text}” is not a time. Enter one such as 19:00."),
        ("hours", Fault.MISSING): words.say("Enter a number of hours."),
        ("hours", Fault.NOT_UNDERSTOOD): words.say("“{text}” is not a number of hours. Enter one such as 3 or 1.5."),
        ("hours", Fault.OUT_OF_BOUNDS): words.say("Enter at least one minute and at most 336 hours, which is 14 days."),
    }
    entered = form.parameters()
    return {name: sentences[name, fault].format(text=shorten(entered[name])) for name, fault in form.faults.items()}


def _answer(work: PlannedWork, form: Form, view: View, html: HtmlWording, moment: datetime) -> Answer:
    """Return whether the work fits, and if not, when it would."""
    calendar, availability, words = view.calendar, view.availability, html.words
    first, last = (to_local(each, calendar.timezone).date() for each in (work.start, work.end - timedelta(seconds=1)))
    state = availability.state(work.start, work.end)
    overlaps = availability.overlaps(work.start, work.end)
    return Answer(
        kind=kind_of_state(state),
        heading=words.span(work.start, work.end),
        sentences=(
            *_about_clock_change(work, form, words),
            *_about_state(work, calendar, words, state=state, is_past=work.end <= moment, has_overlaps=bool(overlaps)),
            *_about_end_of_plan(work, availability, words, state=state, has_overlaps=bool(overlaps)),
        ),
        freezes=tuple(html.freezes(view, (first, last))),
        windows=tuple(_window_row(each, calendar, words, moment) for each in overlaps),
        alternatives=tuple(_alternatives(work, availability, words, moment)) if state is not State.OPEN else (),
    )


def _about_clock_change(work: PlannedWork, form: Form, words: Words) -> Iterator[str]:
    """Yield a sentence if the clock skips or repeats the entered time."""
    if work.clock_change == "skipped":
        sentence = words.say("The clock goes forward that night and skips {time}; the answer is about the time from {start} on.")
        yield sentence.format(time=form.time, start=words.clock(work.start))
    elif work.clock_change == "repeated":
        sentence = words.say("The clock goes back that night and shows {time} twice; the answer is about the first time.")
        yield sentence.format(time=form.time)


def _about_state(
    work: PlannedWork, calendar: Calendar, words: Words, *, state: State, is_past: bool, has_overlaps: bool
) -> Iterator[str]:
    """Yield the worst state during the work in words; nothing if it is unknown."""
    if is_past:
        yield words.say("This time is already past.")
    if state is not State.UNKNOWN:
        end = _time(work.end, work.start, words, calendar.timezone)
        is_on_one_day = end != words.moment(work.end)
        start = words.clock(work.start) if is_on_one_day else words.moment(work.start)
        sentence = _state_sentence(state, words, is_past=is_past, has_overlaps=has_overlaps)
        yield sentence.format(service=words.text(calendar.service), start=start, end=end)


def _state_sentence(state: State, words: Words, *, is_past: bool, has_overlaps: bool) -> str:
    """Return the sentence for a known state, with places for `service`, `start` and `end`."""
    if is_past:
        return {
            State.CLOSED: words.say("{service} was to be unavailable for at least part of the time between {start} and {end}."),
            State.AT_RISK: words.say(
                "{service} may have been unavailable or limited for part of the time between {start} and {end}."
            ),
            State.OPEN: words.say("No downtime was planned between {start} and {end}."),
        }[state]
    if state is State.OPEN and has_overlaps:
        return words.say(
            "Only maintenance without downtime is planned between {start} and {end}. Unplanned maintenance remains possible."
        )
    return {
        State.CLOSED: words.say("{service} is unavailable for at least part of the time between {start} and {end}."),
        State.AT_RISK: words.say("{service} may be unavailable or limited for part of the time between {start} and {end}."),
        State.OPEN: words.say("Nothing is planned between {start} and {end}. Unplanned maintenance remains possible."),
    }[state]


def _about_end_of_plan(
    work: PlannedWork, availability: Availability, words: Words, *, state: State, has_overlaps: bool
) -> Iterator[str]:
    """Yield a sentence if the plan is not known up to the end of the work."""
    zone, until = availability.published.calendar.timezone, availability.known_until
    if until is None or until <= midnight_of(to_local(work.start, zone).date(), zone):
        yield words.say("No plan is known yet for this date.")
    elif until < work.end:
        if state is State.UNKNOWN and not has_overlaps and until > work.start:
            sentence = words.say("Nothing is planned up to {moment}; no plan is known yet for the time after that.")
        else:
            sentence = words.say("No plan is known yet for the time after {moment}.")
        yield sentence.format(moment=_time(until, work.start, words, zone, has_date=True))


def _window_row(overlap: Overlap, calendar: Calendar, words: Words, moment: datetime) -> WindowRow:
    """Return a window that overlaps the work, with every detail that matters for planning."""
    return WindowRow(
        id=overlap.window.id,
        kind=kind_of_overlap(overlap),
        hours=words.span(overlap.start, overlap.end),
        what=words.summary(overlap.window),
        details=tuple(_details(overlap, calendar, words, moment)),
    )


def _details(overlap: Overlap, calendar: Calendar, words: Words, moment: datetime) -> Iterator[str]:
    window, actual = overlap.window, overlap.window.facts.actual
    if actual is not None and actual.end is not None:
        yield words.actual(actual)
    else:
        yield capitalized(words.effect(window))
    if window.facts.status is Status.TENTATIVE:
        yield words.say("It is not certain yet that this takes place.")
    if window.is_open_ended and overlap.is_unconfirmed:
        yield words.say("It may last longer.")
    if actual is not None and actual.end is None and overlap.is_unconfirmed:
        yield words.say("Started on {moment}; no end reported yet.").format(moment=words.moment(actual.start))
    elif overlap.settled > max(overlap.end, moment):
        if overlap.is_unconfirmed:
            sentence = words.say("Allow for an overrun until {moment}.")
        else:
            sentence = words.say("You may notice it until {moment}.")
        yield sentence.format(moment=_time(overlap.settled, overlap.start, words, calendar.timezone))
    support_from = window.heavier.support_from
    if support_from is not None and window.heavier.impact is not Impact.NONE and overlap.settled > moment:
        support_start = next_time_of_day(window.end, support_from, calendar.timezone)
        sentence = words.say("Support is available from {moment}: {contact}")
        yield sentence.format(moment=words.moment(support_start), contact=words.contact())


def _time(moment: datetime, start: datetime, words: Words, zone: str, *, has_date: bool = False) -> str:
    """Return a moment's clock time if it is on the local day of `start`, whose midnight is its end; else with its date."""
    day = to_local(start, zone).date()
    if moment == midnight_of(day + timedelta(days=1), zone):
        return words.say("24:00 (midnight)")
    is_on_day = to_local(moment, zone).date() == day and not has_date
    return words.clock(moment) if is_on_day else words.moment(moment)


def _alternatives(work: PlannedWork, availability: Availability, words: Words, moment: datetime) -> Iterator[Alternative]:
    """Yield free times, the most useful first: earlier that day, at the same time on another date, the first one."""
    zone, length = availability.published.calendar.timezone, work.length
    first = availability.next_free(max(work.start, moment), length)
    offers = [
        (_find_earlier(work, availability, moment), words.say("Earlier that day: {span}.")),
        (availability.free_at_same_time(work.start, length, moment), words.say("At the same time of day: {span}.")),
        (first, words.say("Next slot of {duration} without planned downtime: {span}.")),
    ]
    sentences = {start: sentence for start, sentence in reversed(offers) if start is not None}
    for start, sentence in reversed(sentences.items()):
        yield _alternative(sentence, PlannedWork(start=start, length=length), words, zone)
    if first is None:
        sentence = words.say("It is not known yet when there will be {duration} without planned downtime.")
        yield Alternative(sentence=sentence.format(duration=words.hours(length)))


def _find_earlier(work: PlannedWork, availability: Availability, moment: datetime) -> datetime | None:
    """Return the last start before the work's from which it would end before downtime begins, on the same evening or day."""
    zone = availability.published.calendar.timezone
    local = to_local(work.start, zone)
    opening = EVENING_START if local.time() >= EVENING_START else DAY_START
    earliest = max(moment, next_time_of_day(midnight_of(local.date(), zone), opening, zone))
    overlaps = availability.overlaps(work.start, work.end)
    start = min((each.start for each in overlaps if each.state is not State.OPEN), default=work.start) - work.length
    is_free = earliest <= start < work.start and availability.state(start, start + work.length) is State.OPEN
    return start if is_free else None


def _alternative(sentence: str, work: PlannedWork, words: Words, zone: str) -> Alternative:
    form = find_form(work, zone)
    return Alternative(
        sentence=sentence.format(duration=words.hours(work.length), span=words.span(work.start, work.end)),
        query=urlencode(form.parameters()) if form is not None else "",
    )
