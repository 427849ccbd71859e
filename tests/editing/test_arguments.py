"""What a command asks for, read beside the window that it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.drafting.arguments import Arguments, ArgumentsError
from icsfeed.model import Actual, Status, Text, Window
from icsfeed.zones import render_with_offset
from tests.support import WINDOW, load, schedule_text

SCHEDULE = load(schedule_text(WINDOW))
WIND = SCHEDULE.windows[0]
START = WIND.start


def arguments(now: str = "2027-12-07 21:40:59") -> Arguments:
    """Return arguments read at a local time in December."""
    return Arguments(SCHEDULE, datetime.fromisoformat(f"{now}+01:00").astimezone(UTC))


def told(moment: datetime | None) -> str:
    assert moment is not None
    return render_with_offset(moment, "Europe/Amsterdam")[:16]


def span(window: Window) -> tuple[str, str | None]:
    assert window.actual is not None
    return told(window.actual.start), told(window.actual.end) if window.actual.end else None


def refusal(work: object) -> str:
    assert callable(work)
    with pytest.raises(ArgumentsError) as caught:
        work()
    return str(caught.value)


@pytest.mark.parametrize("word", ["now", "nu", "NOW", " nu "])
def test_now_is_the_present_minute(word: str) -> None:
    assert told(arguments().moment(word)) == "2027-12-07 21:40"


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("22:00", "2027-12-07 22:00"),
        ("22.00", "2027-12-07 22:00"),
        ("om 22:00 uur", "2027-12-07 22:00"),
        ("10 pm", "2027-12-07 22:00"),
        ("22 uur", "2027-12-07 22:00"),
        ("17 december", "2027-12-17 21:00"),
        ("vrijdag 17 dec", "2027-12-17 21:00"),
        ("December 17", "2027-12-17 21:00"),
        ("17 december 22:00", "2027-12-17 22:00"),
        ("17 december 2028", "2028-12-17 21:00"),
        ("2028-01-06", "2028-01-06 21:00"),
        ("2028-01-06 20:30", "2028-01-06 20:30"),
        ("6 januari 2028 om 8 pm", "2028-01-06 20:00"),
    ],
)
def test_a_move_keeps_what_it_does_not_say(text: str, then: str) -> None:
    assert told(arguments().move(WIND, text).start) == then


def test_an_end_that_was_fixed_shifts_along() -> None:
    fixed = replace(WIND, end=START + timedelta(hours=15))
    assert told(arguments().move(fixed, "17 december").end) == "2027-12-18 12:00"
    assert arguments().move(WIND, "17 december").end is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("25:00", "a time that does not exist"),
        ("donderdag 17 december", "17 December 2027 is a Friday"),
        ("17 decembr", 'Did you mean "december"?'),
        ("30 februari", "a date that does not exist"),
        ("6-7-2028", "write dates in numbers as year-month-day"),
        ("28 maart 02:30", "does not exist in Europe/Amsterdam"),
        ("", "lacks"),
    ],
)
def test_a_move_to_nowhere_is_refused_with_its_cure(text: str, words: str) -> None:
    assert words in refusal(lambda: arguments().move(WIND, text))


def test_a_window_begins_now_or_when_it_is_said() -> None:
    assert span(arguments().begin(WIND, None)) == ("2027-12-07 21:40", None)
    assert span(arguments().begin(WIND, "21:03")) == ("2027-12-07 21:03", None)
    assert span(arguments().begin(WIND, "20:58")) == ("2027-12-07 20:58", None)
    assert span(arguments().begin(WIND, "2027-12-07 09:00")) == ("2027-12-07 09:00", None)


def test_a_time_alone_is_the_one_nearest_to_the_planned_start() -> None:
    late = replace(WIND, start=START + timedelta(hours=2, minutes=55))
    assert span(arguments("2027-12-08 00:30").begin(late, "00:05")) == ("2027-12-08 00:05", None)
    early = replace(WIND, start=START + timedelta(hours=3, minutes=5))
    assert span(arguments("2027-12-08 00:30").begin(early, "23:58")) == ("2027-12-07 23:58", None)


def test_what_has_begun_begins_again_only_to_correct_that() -> None:
    begun = arguments().begin(WIND, "21:03")
    assert "began at 2027-12-07 21:03" in refusal(lambda: arguments().begin(begun, None))
    assert span(arguments().begin(begun, "21:05")) == ("2027-12-07 21:05", None)
    ended = replace(begun, actual=Actual(start=START, end=START + timedelta(minutes=20)))
    assert "ended at 2027-12-07 21:20" in refusal(lambda: arguments().begin(ended, "21:30"))


def test_nothing_that_lies_ahead_has_happened() -> None:
    assert "2027-12-07 21:50 is in the future" in refusal(lambda: arguments().begin(WIND, "21:50"))
    assert "2027-12-07 21:50 is in the future" in refusal(lambda: arguments().complete(WIND, begun=None, until="21:50"))


def test_a_window_is_complete_from_what_begin_said_or_its_planned_start_until_now() -> None:
    assert span(arguments().complete(WIND, begun=None, until=None)) == ("2027-12-07 21:00", "2027-12-07 21:40")
    begun = arguments().begin(WIND, "21:03")
    assert span(arguments().complete(begun, begun=None, until=None)) == ("2027-12-07 21:03", "2027-12-07 21:40")
    assert span(arguments().complete(begun, begun="20:59", until="21:31")) == ("2027-12-07 20:59", "2027-12-07 21:31")


def test_two_hours_after_the_planned_end_the_end_must_be_said() -> None:
    just = arguments("2027-12-07 23:20").complete(WIND, begun=None, until=None)
    assert span(just) == ("2027-12-07 21:00", "2027-12-07 23:20")
    assert refusal(lambda: arguments("2027-12-07 23:21").complete(WIND, begun=None, until=None)) == (
        "20271207T2100 was planned until 2027-12-07 21:20, more than two hours ago; give the actual end, such as --until 21:20"
    )


def test_a_time_alone_is_the_one_that_follows_the_start() -> None:
    next_morning = arguments("2027-12-08 08:00")
    assert span(next_morning.complete(WIND, begun="21:03", until="21:31")) == ("2027-12-07 21:03", "2027-12-07 21:31")
    assert span(next_morning.complete(WIND, begun=None, until="00:10")) == ("2027-12-07 21:00", "2027-12-08 00:10")
    assert refusal(lambda: next_morning.complete(WIND, begun=None, until="21:00")) == (
        "--until 21:00: more than twelve hours after the start (2027-12-07 21:00); "
        "write --until '2027-12-07 21:00' or --until '2027-12-08 21:00'"
    )


def test_twelve_hours_from_its_planned_start_another_window_is_likely_meant() -> None:
    assert refusal(lambda: arguments("2027-11-27 21:00").begin(WIND, None)) == (
        "20271207T2100 starts at 2027-12-07 21:00, more than twelve hours from 2027-11-27 21:00: "
        "is this the right window? If so, run `icsfeed move 20271207T2100 now` first"
    )
    assert span(arguments("2027-12-07 09:00").begin(WIND, None)) == ("2027-12-07 09:00", None)
    assert "twelve hours" in refusal(lambda: arguments("2027-12-07 08:59").begin(WIND, None))
    assert span(arguments("2027-12-08 09:00").begin(WIND, None)) == ("2027-12-08 09:00", None)
    assert "twelve hours" in refusal(lambda: arguments("2027-12-08 09:01").begin(WIND, None))
    assert span(arguments("2027-12-20 09:00").begin(WIND, "21:03")) == ("2027-12-07 21:03", None)
    assert "`icsfeed move 20271207T2100 '2027-12-06 20:00'`" in refusal(lambda: arguments().begin(WIND, "2027-12-06 20:00"))


def test_twelve_hours_from_its_planned_end_a_window_that_never_began_is_likely_another() -> None:
    assert refusal(lambda: arguments("2027-11-27 21:00").complete(WIND, begun=None, until=None)) == (
        "20271207T2100 ends at 2027-12-07 21:20 and was never begun, more than twelve hours from 2027-11-27 21:00: "
        "is this the right window? If so, run `icsfeed move 20271207T2100 now` first"
    )
    long_ago = arguments("2027-12-20 12:00")
    assert "or `icsfeed begin 20271207T2100 '2027-12-07 21:00'` first" in refusal(
        lambda: long_ago.complete(WIND, begun=None, until="2027-12-08 10:00")
    )
    begun = long_ago.begin(WIND, "21:00")
    assert span(long_ago.complete(begun, begun=None, until="2027-12-08 10:00")) == ("2027-12-07 21:00", "2027-12-08 10:00")


def test_what_was_reported_is_taken_back() -> None:
    done = arguments().complete(WIND, begun="21:03", until="21:31")
    assert span(arguments().reopen(done)) == ("2027-12-07 21:03", None)
    for begun in (done, arguments().reopen(done), WIND, replace(done, status=Status.CANCELLED)):
        assert arguments().begin(begun, "none") == replace(begun, actual=None)
    assert arguments().reopen(WIND) == WIND


def test_a_window_moves_to_now() -> None:
    assert told(arguments().move(WIND, "now").start) == "2027-12-07 21:40"


@pytest.mark.parametrize(
    ("start", "clock", "end"),
    [
        ("2027-12-07 23:30", "11:30", "2027-12-08 11:30"),
        ("2027-12-07 23:30", "11:31", None),
        ("2027-12-07 23:30", "22:00", None),
        ("2027-12-07 08:00", "20:00", "2027-12-07 20:00"),
        ("2027-12-07 08:00", "22:00", None),
    ],
)
def test_an_end_without_a_date_comes_within_twelve_hours(start: str, clock: str, end: str | None) -> None:
    begins = datetime.fromisoformat(f"{start}+01:00").astimezone(UTC)
    if end is None:
        assert "more than twelve hours after the start" in refusal(lambda: arguments().lengths(begins, length=None, until=clock))
    else:
        assert told(arguments().lengths(begins, length=None, until=clock)["end"]) == end


def test_what_is_complete_is_completed_again_only_to_correct_that() -> None:
    done = arguments().complete(WIND, begun="21:03", until="21:31")
    assert "is already completed, 2027-12-07 21:03 to 2027-12-07 21:31" in refusal(
        lambda: arguments().complete(done, begun=None, until=None)
    )
    assert span(arguments().complete(done, begun="21:01", until=None)) == ("2027-12-07 21:01", "2027-12-07 21:31")
    assert span(arguments().complete(done, begun=None, until="21:35")) == ("2027-12-07 21:03", "2027-12-07 21:35")


def test_nothing_ends_before_it_began() -> None:
    assert "is not after the start" in refusal(lambda: arguments("2027-12-07 20:00").complete(WIND, begun=None, until=None))


def test_what_began_within_the_same_minute_ends_a_minute_later() -> None:
    refused = refusal(lambda: arguments("2027-12-07 21:00").complete(WIND, begun=None, until=None))
    assert refused.endswith("; wait a minute, or give the actual times with --from and --until")


def test_what_is_cancelled_neither_begins_nor_ends() -> None:
    cancelled = replace(WIND, status=Status.CANCELLED)
    assert "to revive it, run `icsfeed confirm 20271207T2100`" in refusal(lambda: arguments().begin(cancelled, None))
    assert "is cancelled" in refusal(lambda: arguments().complete(cancelled, begun=None, until=None))


def test_confirming_takes_the_reason_of_a_cancelled_window_away_but_no_other() -> None:
    why = Text.of("Geen tijd")
    assert arguments().confirm(replace(WIND, status=Status.CANCELLED, reason=why)) == WIND
    assert arguments().confirm(replace(WIND, status=Status.TENTATIVE, reason=why)) == replace(WIND, reason=why)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("standaard", ("standaard",)),
        ("Standard", ("standaard",)),
        ("EXTENDED", ("uitgebreid",)),
        ("Uitgebreid/standard", ("standaard", "uitgebreid")),
    ],
)
def test_a_class_is_told_by_key_or_name(text: str, keys: tuple[str, ...]) -> None:
    assert arguments().classes(text) == keys


def test_an_unknown_class_is_refused_with_the_one_that_may_be_meant() -> None:
    assert refusal(lambda: arguments().classes("Standart")) == (
        'unknown class "Standart". Did you mean "standard"? Classes: operationeel, standaard, uitgebreid.'
    )
    assert "one class, or two different ones" in refusal(lambda: arguments().classes("standaard/standard"))


def test_a_text_is_one_for_all_or_one_for_each_language() -> None:
    old = Text.of({"nl": "Een", "en": "One"})
    assert arguments().text((), old, what="--note") == old
    assert arguments().text(("Twee",), old, what="--note") == Text.of("Twee")
    assert arguments().text(("nl=Twee",), old, what="--note") == Text.of({"nl": "Twee", "en": "One"})
    assert arguments().text(("nl=a=b", "en=c"), None, what="--note") == Text.of({"nl": "a=b", "en": "c"})
    assert arguments().text(("en=",), old, what="--note") == Text.of({"nl": "Een"})
    assert arguments().text(("",), old, what="--note") is None
    assert arguments().text(("xx=y",), old, what="--note") == Text.of("xx=y")


def test_a_language_of_its_own_leaves_the_text_of_all_others() -> None:
    assert arguments().text(("nl=Twee",), Text.of("Both"), what="--note") == Text.of({"nl": "Twee", "en": "Both"})


def test_texts_that_contradict_each_other_are_refused() -> None:
    assert "--note is given twice" in refusal(lambda: arguments().text(("a", "b"), None, what="--note"))
    for doubled in (("nl=a", "b"), ("nl=a", "nl=b"), ("de=a",)):
        assert "one for each language: nl, en" in refusal(lambda told=doubled: arguments().text(told, None, what="--note"))


def test_a_language_that_the_calendar_lacks_is_named() -> None:
    assert '"de" is not a language of this calendar' in refusal(lambda: arguments().text(("de=a",), None, what="--note"))
