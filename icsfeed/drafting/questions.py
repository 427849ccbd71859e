"""What only a person can decide before a schedule is published, and the answers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from icsfeed.model import Status, Window
from icsfeed.problems import in_words
from icsfeed.recurrence import series_of

MOST_QUESTIONS = 3
"""How many windows of one kind are asked about one by one; more are one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Questions that a person has answered with yes.

    Attributes:
        withdraw: Ids of vanished windows to publish as cancelled.
        withdraw_all: Whether to publish all vanished windows as cancelled.
        past: Whether to announce windows that start in the past.
        restore: Ids of windows that were published as cancelled and are on again.
        cancelled: Ids of new windows to publish as cancelled.
        drafted: Whether one window's other differences go along with what a command changed in it.
    """

    withdraw: frozenset[str] = frozenset()
    withdraw_all: bool = False
    past: bool = False
    restore: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    drafted: bool = False

    def __or__(self, more: "Answers") -> "Answers":
        """Return the answers of both."""
        return Answers(
            withdraw=self.withdraw | more.withdraw,
            withdraw_all=self.withdraw_all or more.withdraw_all,
            past=self.past or more.past,
            restore=self.restore | more.restore,
            cancelled=self.cancelled | more.cancelled,
            drafted=self.drafted or more.drafted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that only a person can decide before it is published.

    Attributes:
        text: What happened, what it may mean, and the option that says yes.
        flags: The options that say yes, for `icsfeed publish`.
        yes: The answers that a yes adds.
        gone: Id of a vanished window that may have been renamed; else empty.
        twin: Id of the new window that it may be now; else empty.
    """

    text: str
    flags: str
    yes: Answers
    gone: str = ""
    twin: str = ""

    @property
    def text_with_command(self) -> str:
        """The text with the whole command that says yes, for messages of other commands than `publish`."""
        return self.text.replace(f"`{self.flags}`", f"`icsfeed publish {self.flags}`")


def find_questions(
    *,
    answers: Answers,
    now: datetime,
    added: Sequence[Window],
    vanished: Sequence[Window],
    restored: Sequence[str],
    drafted: Mapping[str, Sequence[str]],
    series: Collection[str],
) -> Iterator[Question]:
    """Yield what must be answered before some changes are published.

    Parameters:
        answers: These questions are not asked again.
        now: Decides which windows start in the past.
        added: The new windows.
        vanished: Those that are no longer in the schedule and still ahead or under way.
        restored: Ids of those that were published as cancelled and are on again.
        drafted: Keys in which a window differs though no command changed them, by its id.
        series: Ids of the repeated windows that are published.
    """
    yield from _ask_about_vanished(vanished, added, answers, series)
    yield from _ask_about_past(added, answers, now)
    if drafted and not answers.drafted:
        yield from map(_ask_about_drafted, drafted, drafted.values())
    else:
        yield from _ask_about_restored(restored, answers)
    yield from _ask_about_cancelled(added, answers)


def _ask_about_vanished(
    vanished: Sequence[Window], added: Sequence[Window], answers: Answers, series: Collection[str]
) -> Iterator[Question]:
    """Ask for each vanished window whether it was moved or will not take place.

    It may have been moved if a window with the same classes is new; of several, the nearest one is named, and only once.
    A single window takes the place of a single one only, a series that of a series, and nothing that of an occurrence.
    """
    unanswered = [window for window in vanished if window.id not in answers.withdraw]
    if answers.withdraw_all or not unanswered:
        return
    if len(unanswered) > MOST_QUESTIONS:
        yield _ask_about_many(unanswered, added)
        return
    fresh = list(added)
    for window in unanswered:
        alike = [
            each
            for each in fresh
            if each.classes == window.classes and (each.repeat is None) == (window.repeat is None)
            if series_of(window.id) not in series
        ]
        twin = min(alike, key=lambda each: abs(each.start - window.start), default=None)
        if twin is not None:
            fresh.remove(twin)
            text = f"{window.id} vanished and {twin.id} is new. Moved? Give the new one `id: {window.id}`. Both meant?"
        elif window.repeat is not None:
            text = f"{window.id}, a repeated window, vanished; its upcoming windows would be published as cancelled. Meant?"
        else:
            text = f"{window.id} vanished; it would be published as cancelled. Meant?"
        flags, yes = f"--withdraw {window.id}", Answers(withdraw=frozenset({window.id}))
        gone, new = (window.id, twin.id) if twin is not None else ("", "")
        yield Question(text=f"{text} `{flags}`", flags=flags, yes=yes, gone=gone, twin=new)


def _ask_about_past(added: Sequence[Window], answers: Answers, now: datetime) -> Iterator[Question]:
    """Ask about new windows that start in the past."""
    late = [window.id for window in added if window.start < now and window.planned]
    if late and not answers.past:
        starts, was = ("starts", "was") if len(late) == 1 else ("start", "were")
        text = f"{enumerate_ids(late)} {starts} in the past and {was} never published. Meant? `--past`"
        yield Question(text=text, flags="--past", yes=Answers(past=True))


def _ask_about_restored(restored: Sequence[str], answers: Answers) -> Iterator[Question]:
    """Ask about cancelled windows that are on again: git may have put `status: cancelled` under another window."""
    ids = [id_ for id_ in restored if id_ not in answers.restore]
    for group, flags in _group(ids, "--restore"):
        are = "were published as cancelled and are" if group[1:] else "was published as cancelled and is"
        confirm = "" if group[1:] else f", or run `icsfeed confirm {group[0]}`"
        text = f"{enumerate_ids(group)} {are} on again. Meant? `{flags}`{confirm}"
        yield Question(text=text, flags=flags, yes=Answers(restore=frozenset(group)))


def _ask_about_cancelled(added: Sequence[Window], answers: Answers) -> Iterator[Question]:
    """Ask about new windows that are cancelled already, for the same reason."""
    ids = [each.id for each in added if each.status is Status.CANCELLED and each.id not in answers.cancelled]
    for group, flags in _group(ids, "--cancelled"):
        are = "are" if group[1:] else "is"
        text = f"{enumerate_ids(group)} {are} new and cancelled already. Meant? `{flags}`"
        yield Question(text=text, flags=flags, yes=Answers(cancelled=frozenset(group)))


def _ask_about_drafted(id_: str, keys: Sequence[str]) -> Question:
    """Ask about differences in a window that a command did not make: somebody has drafted them."""
    text = f"{id_} also differs from what is published in {in_words(keys)}, which this command did not change"
    return Question(text=f"{text}. Publish that too?", flags="", yes=Answers(drafted=True, restore=frozenset({id_})))


def _group(ids: list[str], option: str) -> list[tuple[list[str], str]]:
    """Return the ids one by one, or many together, each with the options that answer for them."""
    groups = [ids] if len(ids) > MOST_QUESTIONS else [[id_] for id_ in ids]
    return [(group, " ".join(f"{option} {id_}" for id_ in group)) for group in groups]


def _ask_about_many(vanished: Sequence[Window], added: Sequence[Window]) -> Question:
    """Ask one question about all vanished windows."""
    names, classes = enumerate_ids([window.id for window in vanished]), {window.classes for window in vanished}
    twins = sum(window.classes in classes for window in added)
    if twins:
        new = "1 of the same class is" if twins == 1 else f"{twins} of the same classes are"
        text = f"{len(vanished)} windows vanished ({names}) and {new} new. Moved? Give the new ones the old ids. All meant?"
    else:
        text = f"{len(vanished)} windows vanished ({names}); they would be published as cancelled. All meant?"
    return Question(text=f"{text} `--withdraw-all`", flags="--withdraw-all", yes=Answers(withdraw_all=True))


def enumerate_ids(ids: list[str]) -> str:
    """Return the ids in a line; of more than three, the first three and a count."""
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
