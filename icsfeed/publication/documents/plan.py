"""The HTML page for planning work around maintenance: the coming evenings, a form, and the answer.

It says "nothing is planned" only for time up to which the plan is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from icsfeed.model import Calendar, Impact, Status
from icsfeed.problems import shorten
from icsfeed.publication.availability import Availability, Overlap, State
from icsfeed.publication.documents.evenings import WindowRow, coming_evenings, evening_row, kind_of_overlap, kind_of_state
from icsfeed.publication.documents.site import Site, render_page
from icsfeed.publication.plan_form import Fault, Form, PlannedWork, find_form
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, next_time_of_day, to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether the planned work fits.

    Attributes:
        kind: The worst state during the work, as a CSS class.
        heading: When the work is planned.
        sentences: The answer in words.
        windows: The windows announced for that time.
        alternatives: Times without planned downtime, or a sentence that none is known; empty if the work fits.
    """

    kind: str
    heading: str
    sentences: tuple[str, ...]
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
    availability: Availability,
    *,
    form: Form,
    work: PlannedWork | None,
    moment: datetime,
) -> bytes:
    """Return the page.

    Parameters:
        site: Language and addresses.
        availability: Of the calendar.
        form: The fields as entered, with their faults.
        work: The planned work, None if nothing was entered or a field has a fault.
        moment: The present.
    """
    return render_page(
        "plan.html",
        site,
        evenings=[evening_row(each, site.words, site.calendar.timezone) for each in coming_evenings(availability, moment)],
        plan_form=form,
        plan_faults=_describe_faults(form, site.words),
        answer=_answer(work, form, availability, site.words, moment) if work is not None else None,
    )


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


def _answer(work: PlannedWork, form: Form, availability: Availability, words: Words, moment: datetime) -> Answer:
    """Return whether the work fits, and if not, when it would."""
    calendar = availability.published.calendar
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
        windows=tuple(_window_row(each, calendar, words, moment) for each in overlaps),
        alternatives=tuple(_alternatives(work, availability, words, moment)) if state is not State.OPEN else (),
    )


def _about_clock_change(work: PlannedWork, form: Form, words: Words) -> Iterator[str]:
    """Yield a sentence if the clock skips or repeats the entered time."""
    if work.clock_change == "skipped":
        sentence = words.say("On this date the clock skips {time}; the answer is about the time from {start} on.")
        yield sentence.format(time=form.time, start=words.clock(work.start))
    elif work.clock_change == "repeated":
        sentence = words.say("On this date the clock shows {time} twice; the answer is about the first time.")
        yield sentence.format(time=form.time)


def _about_state(
    work: PlannedWork, calendar: Calendar, words: Words, *, state: State, is_past: bool, has_overlaps: bool
) -> Iterator[str]:
    """Yield the worst state during the work in words; nothing if it is unknown."""
    if is_past:
        yield words.say("This time is past.")
    if state is not State.UNKNOWN:
        days = {to_local(each, calendar.timezone).date() for each in (work.start, work.end)}
        start, end = ((words.clock if len(days) == 1 else words.moment)(each) for each in (work.start, work.end))
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
            sentence = words.say("Nothing is planned up to {moment}; for the time after that no plan is known yet.")
        else:
            sentence = words.say("For the time after {moment} no plan is known yet.")
        yield sentence.format(moment=words.moment(until))


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
        yield words.say("Downtime: {downtime}").format(downtime=words.downtime(window))
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
            sentence = words.say("It may be felt until {moment}.")
        yield sentence.format(moment=words.moment(overlap.settled))
    support_from = window.heavier.support_from
    if support_from is not None and window.heavier.impact is not Impact.NONE and overlap.settled > moment:
        support_start = next_time_of_day(window.end, support_from, calendar.timezone)
        sentence = words.say("Support is there from {moment}: {contact}")
        yield sentence.format(moment=words.moment(support_start), contact=words.contact())


def _alternatives(work: PlannedWork, availability: Availability, words: Words, moment: datetime) -> Iterator[Alternative]:
    """Yield the first free time, and the first at the same time of day on another date."""
    zone, length = availability.published.calendar.timezone, work.length
    start = availability.next_free(max(work.start, moment), length)
    if start is None:
        sentence = words.say("When there will be {duration} without planned downtime is not known yet.")
        yield Alternative(sentence=sentence.format(duration=words.hours(length)))
        return
    sentence = words.say("The first {duration} without planned downtime: {span}.")
    yield _alternative(sentence, PlannedWork(start=start, length=length), words, zone)
    same_time = availability.free_at_same_time(work.start, length, moment)
    if same_time is not None and same_time != start:
        sentence = words.say("At the same time of day: {span}.")
        yield _alternative(sentence, PlannedWork(start=same_time, length=length), words, zone)


def _alternative(sentence: str, work: PlannedWork, words: Words, zone: str) -> Alternative:
    form = find_form(work, zone)
    return Alternative(
        sentence=sentence.format(duration=words.hours(work.length), span=words.span(work.start, work.end)),
        query=urlencode(form.parameters()) if form is not None else "",
    )
