"""The page to plan around maintenance with: the coming evenings, a form, and the answer in words.

It never promises what is not known: that nothing is planned is only said of time for which a plan is published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from icsfeed.model import Impact, Status
from icsfeed.problems import shorten
from icsfeed.publication.availability import Availability, Conflict, State
from icsfeed.publication.documents.evening_rows import Line, effect_of, glance_at, kind_of
from icsfeed.publication.documents.page import Site
from icsfeed.publication.documents.templates import render
from icsfeed.publication.evenings import Evening
from icsfeed.publication.questions import Fault, Form, Question, form_of
from icsfeed.wording import Words
from icsfeed.zones import midnight_of, next_time_of_day, to_local


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question is answered.

    Attributes:
        kind: The worst state of the stretch, as part of a class name.
        heading: Which stretch it is about.
        sentences: The answer.
        lines: The windows announced for it.
        free: Stretches without planned downtime, or that none is known; empty where the asked one is free.
    """

    kind: str
    heading: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    free: tuple["Free", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Another stretch, as long as the one that was asked about.

    Attributes:
        sentence: When it is.
        query: That asks about it; empty where no form can.
    """

    sentence: str
    query: str = ""


def render_plan(
    site: Site,
    availability: Availability,
    evenings: Sequence[Evening],
    *,
    form: Form,
    question: Question | None,
    moment: datetime,
    canonical: str,
) -> bytes:
    """Return the page.

    Parameters:
        site: Language and addresses.
        availability: What the answer is taken from.
        evenings: The coming ones, in order.
        form: The fields as they are shown, with their faults.
        question: What is asked, None where nothing is or a field is wrong.
        moment: The present.
        canonical: The page's own address.
    """
    telling = _Telling(site.words, availability, moment)
    return render(
        "plan.html",
        site=site,
        words=site.words,
        calendar=site.calendar,
        _=site.words.say,
        evenings=[glance_at(each, site.words, site.calendar.timezone) for each in evenings],
        plan_form=form,
        plan_faults=faults_in_words(form, site.words),
        answer=telling.answer(question, form) if question is not None else None,
        canonical=canonical,
    )


def faults_in_words(form: Form, words: Words) -> dict[str, str]:
    """Return what is wrong with fields, in sentences, by their names."""
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


class _Telling:
    """Says in one language what is planned."""

    def __init__(self, words: Words, availability: Availability, moment: datetime) -> None:
        self._words, self._availability, self._moment = words, availability, moment
        self._calendar = availability.published.calendar

    def answer(self, question: Question, form: Form) -> Answer:
        """Return what a question is answered."""
        state = self._availability.state(question.start, question.end)
        conflicts = self._availability.conflicts(question.start, question.end)
        return Answer(
            kind=kind_of(state),
            heading=self._words.span(question.start, question.end),
            sentences=(*self._about_clock(question, form), *self._about_state(state, question, has_conflicts=bool(conflicts))),
            lines=tuple(self._full_line(each) for each in conflicts),
            free=tuple(self._free(question)) if state is not State.OPEN else (),
        )

    def _about_clock(self, question: Question, form: Form) -> Iterator[str]:
        """Say that the clock skips or repeats the time that was entered."""
        words = self._words
        if question.clock == "skipped":
            sentence = words.say("On this date the clock skips {time}; the answer is about the time from {start} on.")
            yield sentence.format(time=form.time, start=words.clock(question.start))
        elif question.clock == "repeated":
            yield words.say("On this date the clock shows {time} twice; the answer is about the first time.").format(
                time=form.time
            )

    def _about_state(self, state: State, question: Question, *, has_conflicts: bool) -> Iterator[str]:
        """Say whether it fits."""
        words, until = self._words, self._availability.known_until
        is_past = question.end <= self._moment
        if is_past:
            yield words.say("This time is past.")
        sentences = {
            State.CLOSED: self._of_closed(is_past=is_past),
            State.AT_RISK: self._of_risk(is_past=is_past),
            State.OPEN: self._of_open(is_past=is_past, has_conflicts=has_conflicts),
        }
        if state in sentences:
            yield self._between(question, sentences[state])
        if until is None or until <= self._midnight_before(question):
            yield words.say("No plan is known yet for this date.")
        elif until < question.end:
            if state is State.UNKNOWN and not has_conflicts and until > question.start:
                sentence = words.say("Nothing is planned up to {moment}; for the time after that no plan is known yet.")
            else:
                sentence = words.say("For the time after {moment} no plan is known yet.")
            yield sentence.format(moment=words.moment(until))

    def _midnight_before(self, question: Question) -> datetime:
        """Return when the day begins on which the stretch does."""
        zone = self._calendar.timezone
        return midnight_of(to_local(question.start, zone).date(), zone)

    def _of_closed(self, *, is_past: bool) -> str:
        """Return the sentence for a stretch in which the service is closed."""
        if is_past:
            return self._words.say("{service} was to be unavailable for at least part of the time between {start} and {end}.")
        return self._words.say("{service} is unavailable for at least part of the time between {start} and {end}.")

    def _of_risk(self, *, is_past: bool) -> str:
        """Return the sentence for a stretch in which the service is at risk."""
        if is_past:
            return self._words.say(
                "{service} may have been unavailable or limited for part of the time between {start} and {end}."
            )
        return self._words.say("{service} may be unavailable or limited for part of the time between {start} and {end}.")

    def _of_open(self, *, is_past: bool, has_conflicts: bool) -> str:
        """Return the sentence for a stretch in which the service is open."""
        words = self._words
        if is_past:
            return words.say("No downtime was planned between {start} and {end}.")
        if has_conflicts:
            return words.say(
                "Only maintenance without downtime is planned between {start} and {end}. Unplanned maintenance remains possible."
            )
        return words.say("Nothing is planned between {start} and {end}. Unplanned maintenance remains possible.")

    def _between(self, question: Question, sentence: str) -> str:
        """Fill in a sentence: the times, with their dates where there are two."""
        words, zone = self._words, self._calendar.timezone
        days = {to_local(each, zone).date() for each in (question.start, question.end)}
        start, end = ((words.clock if len(days) == 1 else words.moment)(each) for each in (question.start, question.end))
        return sentence.format(service=words.text(self._calendar.service), start=start, end=end)

    def _full_line(self, conflict: Conflict) -> Line:
        """Return a window in the way with everything that plans may depend on."""
        window, words = conflict.window, self._words
        return Line(
            id=window.window.id,
            kind=effect_of(conflict),
            hours=words.span(conflict.start, conflict.end),
            what=words.summary(window),
            details=tuple(self._details(conflict)),
        )

    def _details(self, conflict: Conflict) -> Iterator[str]:
        window, words, actual = conflict.window, self._words, conflict.window.window.actual
        if actual is not None and actual.end is not None:
            span, length = words.span(actual.start, actual.end), words.duration(actual.end - actual.start)
            yield words.say("Actual: {span} ({duration})").format(span=span, duration=length)
        else:
            yield words.say("Downtime: {downtime}").format(downtime=words.downtime(window))
        if window.window.status is Status.TENTATIVE:
            yield words.say("It is not certain yet that this takes place.")
        if window.is_open_ended and conflict.is_unconfirmed:
            yield words.say("It may last longer.")
        if conflict.settled > max(conflict.end, self._moment):
            if conflict.is_unconfirmed:
                sentence = words.say("Allow for an overrun until {moment}.")
            else:
                sentence = words.say("It may be felt until {moment}.")
            yield sentence.format(moment=words.moment(conflict.settled))
        support_from = window.heavier.support_from
        if support_from is not None and window.heavier.impact is not Impact.NONE and conflict.settled > self._moment:
            there = next_time_of_day(window.end, support_from, self._calendar.timezone)
            sentence = words.say("Support is there from {moment}: {contact}")
            yield sentence.format(moment=words.moment(there), contact=words.contact())

    def _free(self, question: Question) -> Iterator[Free]:
        """Give the first stretch that is free, and the first at the same time of another day."""
        words, length = self._words, question.length
        start = self._availability.next_free(max(question.start, self._moment), length)
        if start is None:
            sentence = words.say("When there will be {duration} without planned downtime is not known yet.")
            yield Free(sentence=sentence.format(duration=words.hours(length)))
            return
        sentence = words.say("The first {duration} without planned downtime: {span}.")
        yield self._offer(sentence, Question(start=start, length=length))
        same = self._availability.free_at_same_time(question.start, length, self._moment)
        if same is not None and same != start:
            yield self._offer(words.say("At the same time of day: {span}."), Question(start=same, length=length))

    def _offer(self, sentence: str, free: Question) -> Free:
        words, form = self._words, form_of(free, self._calendar.timezone)
        said = sentence.format(duration=words.hours(free.length), span=words.span(free.start, free.end))
        return Free(sentence=said, query=urlencode(form.parameters()) if form is not None else "")
