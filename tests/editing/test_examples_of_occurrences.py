"""What a change of one occurrence looks like in the file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.drafting.editor import add_window, change_window, find_window
from icsfeed.drafting.layout import LayoutError
from icsfeed.model import Actual, Status, Text, Window
from icsfeed.problems import ScheduleError
from tests.support import HEAD, load

SERIES = """\
windows:
  - id: round
    start: donderdag 6 januari 2028 21:00
    class: standaard  # vast
    repeat: FREQ=MONTHLY;BYDAY=1TH  # elke maand
  - {id: b, start: 2027-12-01 21:00, class: uitgebreid}
"""
FLOW = 'windows:\n  - {id: round, start: 2028-01-06 21:00, class: standaard, repeat: "FREQ=MONTHLY;BYDAY=1TH"}\n'


def with_changes(*lines: str) -> str:
    """Return the file whose repeated window has these lines below `changes`."""
    changes = "\n      ".join(["    changes:", *lines]) + "\n" if lines else ""
    return SERIES.replace("- id: round\n", f"- id: round\n{changes}")


def after(windows: str, make: Callable[[Window], Window], id_: str = "round-20280302") -> str:
    """Return the section of the windows after one was changed."""
    schedule = load(HEAD + windows)
    return change_window(schedule, make(find_window(schedule, id_))).data.decode().removeprefix(HEAD)


def cancelled(window: Window) -> Window:
    return replace(window, status=Status.CANCELLED)


def confirmed(window: Window) -> Window:
    return replace(window, status=Status.CONFIRMED, reason=None)


def because(words: str) -> Callable[[Window], Window]:
    return lambda window: replace(window, status=Status.CANCELLED, reason=Text.of(words))


def moved(window: Window) -> Window:
    by = timedelta(days=1, hours=1)
    return replace(window, start=window.start + by, end=window.end + by if window.end else None)


def test_the_first_cancelled_occurrence_brings_changes_along() -> None:
    assert after(SERIES, cancelled) == with_changes("2028-03-02: cancelled")
    assert after(FLOW, cancelled) == FLOW.replace("id: round", "id: round, changes: {2028-03-02: cancelled}")


def test_dates_stand_in_their_order_however_they_are_written() -> None:
    lines = ("# Februari", "3 februari 2028: cancelled  # druk", "# April", "6 april 2028: cancelled")
    assert after(with_changes(*lines), cancelled) == with_changes(*lines[:2], "2028-03-02: cancelled", *lines[2:])
    assert after(with_changes(*lines[2:]), cancelled) == with_changes("2028-03-02: cancelled", *lines[2:])
    assert after(with_changes("Thursday 6 April 2028: cancelled"), cancelled, "round-20280504") == with_changes(
        "Thursday 6 April 2028: cancelled", "2028-05-04: cancelled"
    )


def test_only_what_differs_from_the_series_is_written() -> None:
    assert after(SERIES, moved) == with_changes("2028-03-02: {start: 2028-03-03 22:00}")
    assert after(SERIES, because("Geen tijd")) == with_changes("2028-03-02: {status: cancelled, reason: Geen tijd}")
    start = datetime(2028, 3, 2, 20, tzinfo=UTC)
    real = Actual(start=start, end=start + timedelta(minutes=28))
    assert after(SERIES, lambda window: replace(window, actual=real)) == with_changes(
        "2028-03-02: {actual: {start: 2028-03-02 21:00, end: 2028-03-02 21:28}}"
    )


def test_an_end_that_the_series_fixes_shifts_along_unwritten() -> None:
    windows = SERIES.replace("    class", "    end: 2028-01-06 23:00\n    class", 1)
    assert "2028-03-02: {start: 2028-03-03 22:00}\n" in after(windows, moved)


def test_long_texts_stand_below_each_other() -> None:
    changed = after(SERIES, because("Het nieuwe opslagsysteem wordt die avond aangesloten,\nen dat duurt."))
    assert changed == with_changes(
        "2028-03-02:",
        "  status: cancelled",
        "  reason: |",
        "    Het nieuwe opslagsysteem wordt die avond aangesloten,",
        "    en dat duurt.",
    )


def test_a_word_becomes_a_mapping_where_more_is_to_be_said() -> None:
    before = with_changes("2 maart 2028: cancelled  # druk")
    assert after(before, because("Geen tijd")) == before.replace("cancelled", "{status: cancelled, reason: Geen tijd}")
    tentative = before.replace("cancelled", "tentative")
    assert after(tentative, cancelled) == before


def test_a_mapping_gets_lines_and_loses_them() -> None:
    before = with_changes("2 maart 2028:  # druk", "  # later", "  start: 3 maart 2028 22:00", "  class: uitgebreid")
    assert after(before, cancelled) == before.replace("# druk\n", "# druk\n        status: cancelled\n")
    back = after(before, lambda window: replace(window, start=window.start - timedelta(days=1, hours=1)))
    assert back == before.replace("        start: 3 maart 2028 22:00\n", "")
    assert after(before, lambda window: replace(moved(window), classes=("standaard",))) == before.replace(
        "3 maart 2028 22:00", "2028-03-04 23:00"
    ).replace("        class: uitgebreid\n", "")


def test_a_confirmed_occurrence_has_no_exception_any_more_and_the_last_one_takes_changes_along() -> None:
    two = with_changes("3 februari 2028: cancelled", "2 maart 2028: {status: cancelled, reason: Geen tijd}")
    assert after(two, confirmed) == with_changes("3 februari 2028: cancelled")
    assert after(with_changes("2 maart 2028: cancelled"), confirmed) == SERIES
    kept = with_changes("2 maart 2028: {status: cancelled, class: uitgebreid}")
    assert after(kept, confirmed) == kept.replace("status: cancelled, ", "")
    assert after(FLOW.replace('1TH"}', '1TH", changes: {2028-03-02: cancelled}}'), confirmed) == FLOW
    words = "{2 maart 2028: {status: cancelled, class: 'uitgebreid'}, \"June 1, 2028\": cancelled}"
    braces = FLOW.replace("id: round", f"id: round, changes: {words}")
    assert after(braces, confirmed) == braces.replace("status: cancelled, ", "")
    assert after(braces, confirmed, "round-20280601") == braces.replace(', "June 1, 2028": cancelled', "")
    assert after(braces, because("x"), "round-20280601") == braces.replace('8": cancelled', '8": {status: cancelled, reason: x}')


def test_an_occurrence_of_a_cancelled_series_can_take_place() -> None:
    windows = SERIES.replace("    repeat", "    status: cancelled\n    repeat")
    assert "      2028-03-02: {status: confirmed}\n" in after(windows, confirmed)


def test_an_occurrence_cannot_go_without_what_its_series_has() -> None:
    windows = SERIES.replace("    repeat", "    title: Ronde\n    repeat")
    with pytest.raises(LayoutError, match="an occurrence cannot lack the title that round has"):
        after(windows, lambda window: replace(window, title=None))


def test_a_series_changes_as_a_whole_and_its_exceptions_stay() -> None:
    windows = with_changes("2 maart 2028: {start: 3 maart 2028 22:00}")
    later = after(windows, lambda window: replace(window, start=window.start + timedelta(hours=1)), "round")
    assert later == windows.replace("donderdag 6 januari 2028 21:00", "2028-01-06 22:00")
    long = after(windows, lambda window: replace(window, end=window.start + timedelta(hours=3)), "round")
    assert "    end: 2028-01-07 00:00\n" in long
    assert find_window(load(HEAD + long), "round-20280302").end == datetime(2028, 3, 4, 0, tzinfo=UTC)


def test_a_series_cannot_begin_where_its_rule_gives_no_date() -> None:
    with pytest.raises(ScheduleError, match='is not a date of the "repeat" rule'):
        after(SERIES, lambda window: replace(window, start=window.start + timedelta(days=1)), "round")


def test_a_new_window_may_repeat() -> None:
    window = Window(
        id="new", start=datetime(2028, 2, 1, 20, tzinfo=UTC), classes=("standaard",), repeat="FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH"
    )
    changed = add_window(load(HEAD + SERIES), window).data.decode()
    assert "  - id: new\n    start: 2028-02-01 21:00\n    class: standaard\n    repeat: FREQ=WEEKLY" in changed
    assert find_window(load(changed), "new") == window
