"""What a change looks like in the file, layout by layout."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.drafting.editor import add_window, change_window
from icsfeed.drafting.layout import LayoutError
from icsfeed.model import Actual, Status, Text, Window
from icsfeed.problems import ScheduleError
from tests.support import HEAD, load

SEVENTH = datetime(2027, 12, 7, 20, tzinfo=UTC)
NEW = Window(id="new", start=datetime(2027, 12, 10, 20, tzinfo=UTC), classes=("standaard",))

BLOCK = """\
windows:
  # Eerste.
  - id: a  # vast
    start: dinsdag 7 december 2027 21:00
    # Nog niet zeker.
    class: standaard
  - {id: b, start: 2027-12-01 21:00, class: uitgebreid}  # kort
"""


def after(windows: str, make: Callable[[Window], Window], id_: str = "a") -> str:
    """Return the section of the windows after one was changed."""
    schedule = load(HEAD + windows)
    window = next(each for each in schedule.windows if each.id == id_)
    changed = change_window(schedule, make(window)).data.decode()
    assert changed.startswith(HEAD)
    return changed.removeprefix(HEAD)


def with_new(windows: str, window: Window = NEW) -> str:
    """Return the section of the windows with a new one."""
    return add_window(load(HEAD + windows), window).data.decode().removeprefix(HEAD)


def moved(window: Window) -> Window:
    return replace(window, start=window.start + timedelta(days=1, hours=1))


def noted(text: Text | None) -> Callable[[Window], Window]:
    return lambda window: replace(window, note=text)


def titled(words: str) -> Callable[[Window], Window]:
    return lambda window: replace(window, title=Text.of(words))


# A value that is there


@pytest.mark.parametrize(
    "written",
    [
        "2027-12-07 21:00",
        "2027-12-07T21:00",
        '"2027-12-07 21:00"',
        "Dinsdag 7 december 2027 21:00 uur",
        "7 december 2027 om 21.00 uur",
        "2027-12-07T20:00:00Z",
        "\n      2027-12-07 21:00",
    ],
)
def test_a_new_start_is_written_in_digits_however_the_old_one_was(written: str) -> None:
    windows = "windows:\n  - id: a\n    start: {}  # Begin.\n    class: standaard\n"
    assert after(windows.format(written), moved) == windows.format("2027-12-08 22:00")


def test_a_start_in_a_repeated_hour_says_which_one() -> None:
    twice = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    expected = BLOCK.replace("dinsdag 7 december 2027 21:00", "2027-10-31 02:30+02:00")
    assert after(BLOCK, lambda window: replace(window, start=twice)) == expected


def test_a_value_in_braces_is_changed_there_and_the_comment_behind_it_stays() -> None:
    assert after(BLOCK, moved, "b") == BLOCK.replace("2027-12-01 21:00", "2027-12-02 22:00")


def test_a_text_gets_quotes_only_where_it_needs_them() -> None:
    windows = "windows:\n  - id: a\n    start: 2027-12-07 21:00\n    class: standaard\n    title: {}  # Titel.\n"
    for old, words, new in (
        ('"Een"', "Twee", "Twee"),
        ("'Een'", "Collega's", "Collega's"),
        ("Een", "'s Avonds", '"\'s Avonds"'),
        ("Een", "💥: \t", '"💥:"'),
        ("Een", "Let op: BTW", '"Let op: BTW"'),
        ("Een", "#4711", '"#4711"'),
        ("Een", "Nee: ja?", '"Nee: ja?"'),
        ("Een", "no", "no"),
        ("Een", "C:\\Nieuw", "C:\\Nieuw"),
        ("Een", "- 50 %, {x} & 'y'", "\"- 50 %, {x} & 'y'\""),
        ("Een", "50 %, {x} & 'y'", "50 %, {x} & 'y'"),
        ("Een", "a\u2028b", '"a\\u2028b"'),
    ):
        assert after(windows.format(old), titled(words)) == windows.format(new)


def test_of_a_text_in_languages_only_the_line_of_the_one_that_differs_changes() -> None:
    windows = BLOCK.replace(
        "    class: standaard\n", "    class: standaard\n    note:  # Voor klanten.\n      en: 'One'\n      nl: Een\n"
    )
    changed = after(windows, noted(Text.of({"nl": "Twee", "en": "One"})))
    assert changed == windows.replace("nl: Een", "nl: Twee")


def test_a_language_that_a_text_lacks_is_put_behind_the_others() -> None:
    windows = BLOCK.replace("class: uitgebreid}", "class: uitgebreid, note: {nl: Een}}")
    assert after(windows, noted(Text.of({"nl": "Een", "en": "One, two"})), "b") == windows.replace(
        "{nl: Een}", '{nl: Een, en: "One, two"}'
    )


def test_several_lines_stand_below_their_key_in_block_style_and_in_quotes_in_braces() -> None:
    lines = noted(Text.of("Een\n\n  twee: x # y"))
    block = "    note: |\n      Een\n\n        twee: x # y\n"
    assert after(BLOCK, lines) == BLOCK.replace("# vast\n", f"# vast\n{block}")
    assert after(BLOCK, lines, "b") == BLOCK.replace("id: b", 'id: b, note: "Een\\n\\n  twee: x # y"')
    odd = BLOCK.replace("# vast\n", '# vast\n    note: " Een\\ntwee\\u2028x"\n')
    assert after(BLOCK, noted(Text.of(" Een\ntwee\u2028x"))) == odd


def test_several_lines_that_would_swallow_the_comment_below_are_refused() -> None:
    windows = (
        "windows:\n  - id: a\n    start: 2027-12-07 21:00\n    class: standaard\n    note: x\n\n        # Ver naar rechts.\n"
    )
    with pytest.raises(LayoutError, match="something else would change"):
        after(windows, noted(Text.of("Een\ntwee")))


# A key that was not there, and one that goes


def test_new_keys_stand_right_below_the_id() -> None:
    changed = after(
        BLOCK,
        lambda window: replace(
            window,
            end=SEVENTH + timedelta(hours=3),
            status=Status.CANCELLED,
            reason=Text.of({"nl": "Geen tijd", "en": "No time"}),
            actual=Actual(start=SEVENTH, end=SEVENTH + timedelta(minutes=28)),
        ),
    )
    assert changed == BLOCK.replace(
        "# vast\n",
        "# vast\n    end: 2027-12-08 00:00\n    status: cancelled\n    reason: {nl: Geen tijd, en: No time}\n"
        "    actual: {start: 2027-12-07 21:00, end: 2027-12-07 21:28}\n",
    )
    assert after(BLOCK, noted(Text.of("Een")), "b") == BLOCK.replace("id: b", "id: b, note: Een")


def test_long_texts_in_languages_stand_below_each_other() -> None:
    words = {"nl": "Het nieuwe opslagsysteem wordt aangesloten.", "en": "The new storage system is connected, at last."}
    assert after(BLOCK, noted(Text.of(words))) == BLOCK.replace(
        "# vast\n", f"# vast\n    note:\n      nl: {words['nl']}\n      en: {words['en']}\n"
    )


def test_an_end_is_put_into_what_really_happened() -> None:
    actual = Actual(start=SEVENTH + timedelta(minutes=3), end=SEVENTH + timedelta(minutes=31))
    for old, new in (
        ("{start: 2027-12-07 21:03}", "{start: 2027-12-07 21:03, end: 2027-12-07 21:31}"),
        ("\n      start: di 7 dec 2027 21:03  # Jan", "\n      start: di 7 dec 2027 21:03  # Jan\n      end: 2027-12-07 21:31"),
    ):
        windows = BLOCK.replace("class: standaard", f"class: standaard\n    actual: {old}")
        assert after(windows, lambda window: replace(window, actual=actual)) == windows.replace(old, new)


def test_a_window_without_an_id_gets_the_one_that_it_had_before_it_changes() -> None:
    windows = "windows:\n  - class: standaard\n    start: 2027-12-07 21:00\n  - {start: 2027-12-01 21:00, class: standaard}\n"
    assert after(windows, moved, "20271207T2100") == windows.replace("- class", "- id: 20271207T2100\n    class").replace(
        "2027-12-07 21:00", "2027-12-08 22:00"
    )
    assert after(windows, moved, "20271201T2100") == windows.replace(
        "{start: 2027-12-01 21", "{id: 20271201T2100, start: 2027-12-02 22"
    )


def test_an_id_can_take_the_place_of_a_key_that_goes() -> None:
    for hyphen in ("  - ", "  -\n    "):
        windows = f"windows:\n{hyphen}note: Een\n    # Twee.\n    start: 2027-12-07 21:00\n    class: standaard\n"
        assert after(windows, noted(None), "20271207T2100") == windows.replace(hyphen + "note: Een", hyphen.rstrip()).replace(
            "start", "id: 20271207T2100\n    start"
        )
    braces = "windows:\n  - {note: Een, start: 2027-12-07 21:00, class: standaard}\n"
    assert after(braces, noted(None), "20271207T2100") == braces.replace("note: Een", "id: 20271207T2100")


def test_a_key_that_goes_takes_its_lines_along_and_no_others() -> None:
    windows = BLOCK.replace(
        "    class: standaard\n", "    note: |\n      Een\n\n      twee\n\n    # Klasse.\n    class: standaard\n"
    )
    assert after(windows, noted(None)) == windows.replace("    note: |\n      Een\n\n      twee\n", "")
    first = "windows:\n  - note: Een  # Twee.\n    # Drie.\n    start: 2027-12-07 21:00\n    class: standaard\n    id: a"
    assert after(first, noted(None)) == first.replace("- note: Een", "-")
    last = "windows:\n  - id: a\n    start: 2027-12-07 21:00\n    class: standaard\n    note: Een"
    assert after(last, noted(None)) == last.removesuffix("\n    note: Een")


def test_keys_that_go_together_take_only_their_own_lines_along() -> None:
    windows = "windows:\n  - id: a\n    start: 2027-12-07 21:00\n    class: standaard\n    title: x\n    # Noot.\n    note: Een"
    bare = windows.replace("    title: x\n", "").removesuffix("\n    note: Een")
    assert after(windows, lambda window: replace(window, title=None, note=None)) == bare
    assert after(f"{windows}\n", lambda window: replace(window, title=None, note=None)) == f"{bare}\n"
    braces = "windows:\n  - {title: x, note: y, id: a, start: 2027-12-07 21:00, class: standaard, status: cancelled, reason: z}\n"
    assert after(
        braces, lambda window: replace(window, title=None, note=None, reason=None, status=Status.CONFIRMED)
    ) == braces.replace("title: x, note: y, ", "").replace(", status: cancelled, reason: z", "")


def test_a_key_in_braces_goes_with_its_comma() -> None:
    for old, new in (("{note: x, id: b,", "{id: b,"), ("{id: b, note: 'x' ,", "{id: b, ")):
        windows = BLOCK.replace("{id: b,", old)
        assert after(windows, noted(None), "b") == BLOCK.replace("{id: b, ", new if new.endswith(" ") else f"{new} ")
    windows = BLOCK.replace("class: uitgebreid}", "class: uitgebreid, note: x}")
    assert after(windows, noted(None), "b") == BLOCK


# A new window


def test_a_new_window_stands_above_older_ones_where_the_newest_is_first() -> None:
    entry = "  - id: new\n    start: 2027-12-10 21:00\n    class: standaard\n"
    assert with_new(BLOCK) == BLOCK.replace("windows:\n", f"windows:\n{entry}")


def test_a_new_window_is_written_like_the_one_above_it() -> None:
    older = replace(NEW, start=datetime(2027, 12, 2, 20, tzinfo=UTC))
    entry = "  - id: new\n    start: 2027-12-02 21:00\n    class: standaard\n"
    assert with_new(BLOCK, older) == BLOCK.replace("  - {", f"{entry}  - {{")
    oldest = replace(NEW, start=datetime(2027, 11, 2, 20, tzinfo=UTC))
    assert with_new(BLOCK, oldest) == f"{BLOCK}  - {{id: new, start: 2027-11-02 21:00, class: standaard}}\n"


def test_where_the_oldest_is_first_a_new_window_comes_behind_it() -> None:
    first = "- id: a\n  start: 2027-12-01 21:00\n  class: standaard\n"
    windows = f"windows:\n{first}\n- id: b\n  start: 2027-12-14 21:00\n  class: standaard\n"
    entry = "- id: new\n  start: 2027-12-10 21:00\n  class: standaard\n\n"
    assert with_new(windows) == windows.replace("- id: b", f"{entry}- id: b")


def test_without_an_order_a_new_window_comes_last() -> None:
    one = "windows:\n  - id: a\n    start: 2027-12-01 21:00\n    class: standaard\n"
    entry = "  - id: new\n    start: 2027-12-10 21:00\n    class: standaard\n"
    assert with_new(one) == one + entry
    assert with_new(one.removesuffix("\n")) == (one + entry).removesuffix("\n")


def test_comments_stay_with_the_window_they_stand_above_or_are_indented_below() -> None:
    windows = BLOCK.replace("    class: standaard\n", "    class: standaard\n    # Hoort bij a.\n  # Hoort bij b.\n")
    older = replace(NEW, start=datetime(2027, 12, 2, 20, tzinfo=UTC))
    entry = "  - id: new\n    start: 2027-12-02 21:00\n    class: standaard\n"
    assert with_new(windows, older) == windows.replace("  # Hoort bij b.", f"{entry}  # Hoort bij b.")


@pytest.mark.parametrize("empty", ["windows: []", "windows:", "windows: [ ]  # Nog niets.", "windows:  # Nog niets."])
def test_the_first_window_of_all_takes_the_place_of_the_empty_list(empty: str) -> None:
    entry = "\n  - id: new\n    start: 2027-12-10 21:00\n    class: standaard"
    kept = empty.replace(" []", "").replace(" [ ]", "")
    assert with_new(empty) == kept + entry
    assert with_new(f"{empty}\n# Einde.\n") == f"{kept}{entry}\n# Einde.\n"


# Bytes


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    data = b"\xef\xbb\xbf" + (HEAD + BLOCK).replace("\n", "\r\n").encode()
    changed = add_window(load(data.decode()), NEW).data
    assert changed == b"\xef\xbb\xbf" + (HEAD + with_new(BLOCK)).replace("\n", "\r\n").encode()


def test_a_file_that_would_have_an_error_is_never_returned() -> None:
    with pytest.raises(ScheduleError, match="an id must not begin with"):
        with_new(BLOCK, replace(NEW, id="example1"))
    with pytest.raises(ScheduleError, match="duplicate id"):
        with_new(BLOCK, replace(NEW, id="A"))
