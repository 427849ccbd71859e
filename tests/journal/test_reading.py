import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from icsfeed.journal import load_journal, render_line
from icsfeed.model import Text
from icsfeed.problems import ScheduleError, Severity
from icsfeed.replay import Change, Line, PublishedCalendar
from tests.published import CALENDAR, window
from tests.publishing.desk import EVERY_YES, FIRST, SECOND, Desk
from tests.support import NOW

HEADER = render_line(Line(at=NOW, by="tests", change=Change.CALENDAR, calendar=CALENDAR))
ANNOUNCED = render_line(Line(at=NOW, by="tests", change=Change.ANNOUNCED, window=window()))
CHANGED = render_line(Line(at=NOW + timedelta(hours=1), by="tests", change=Change.CHANGED, window=window(note=Text.of("Kort."))))
FILE = "/srv/schedule/example.journal.jsonl"
CURE = "Restore the file from git; a journal is only ever appended to, by `icsfeed publish`."


def read(data: bytes) -> PublishedCalendar:
    return load_journal(data, file=FILE, key="example")


def read_lines(*lines: str) -> PublishedCalendar:
    return read("".join(f"{line}\n" for line in lines).encode())


def faults(*lines: str) -> list[str]:
    with pytest.raises(ScheduleError) as caught:
        read_lines(*lines)
    assert {problem.cure for problem in caught.value.problems} == {CURE}
    return [problem.headline() for problem in caught.value.problems]


def altered(line: str, **facts: Any) -> str:
    content = {**json.loads(line), **facts}
    return json.dumps({name: value for name, value in content.items() if value is not ...})


def test_a_line_is_one_json_object_with_its_keys_sorted() -> None:
    assert render_line(Line(at=NOW, by="ann", change=Change.ANNOUNCED, window=window(note=Text.of("Ruimte é 🚀\n2")))) == (
        '{"at":"2027-11-01T12:00:00Z","by":"ann","change":"announced","id":"a","window":'
        '{"classes":["standaard"],"note":"Ruimte é 🚀\\n2","planned":true,"start":"2027-12-07T20:00:00Z","status":"confirmed"}}'
    )


def test_the_author_has_no_character_that_a_terminal_obeys() -> None:
    line = altered(ANNOUNCED, by="ann\x1b[2J\r\nbob\u202e\x9b é")
    assert read_lines(HEADER, line).lines[1].by == "ann[2Jbob é"


def test_a_line_says_all_languages() -> None:
    both = window(note=Text.of({"nl": "Kort.", "en": "Short."}))
    line = Line(at=NOW, by="ann", change=Change.ANNOUNCED, window=both)
    assert json.loads(render_line(line))["window"]["note"] == {"en": "Short.", "nl": "Kort."}
    assert read_lines(HEADER, render_line(line)).by_id["a"].facts == both


def test_a_journal_read_again_is_what_it_says_now_and_keeps_the_lines_that_stayed() -> None:
    known: dict[str, Line] = {}
    for lines in ((HEADER, ANNOUNCED), (HEADER, ANNOUNCED, CHANGED), (HEADER, CHANGED), (HEADER, ANNOUNCED)):
        before = dict(known)
        again = load_journal("".join(f"{line}\n" for line in lines).encode(), file=FILE, key="example", known=known)
        assert again == read_lines(*lines)
        assert set(known) == set(lines)
        assert all(known[line] is before[line] for line in lines if line in before)


def test_facts_that_are_not_known_are_ignored() -> None:
    later = json.loads(ANNOUNCED)
    later["window"]["weather"] = {"wind": 3}
    later["mood"] = "good"
    header = json.loads(HEADER)
    header["calendar"]["moon"] = "full"
    header["calendar"]["contact"]["phone"] = "112"
    assert read_lines(json.dumps(header), json.dumps(later)).windows == read_lines(HEADER, ANNOUNCED).windows


def test_facts_that_are_not_known_are_kept_by_the_next_publication(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.publish()
    later = desk.journal.read_text().replace('"window":{', '"weather":"wind","window":{"moon":"full",')
    desk.journal.write_text(later)
    desk.write(FIRST, SECOND)
    desk.publish()
    assert desk.journal.read_text().startswith(later)


def test_a_fact_that_a_line_leaves_out_has_its_default() -> None:
    short = json.loads(ANNOUNCED)
    del short["window"]["planned"], short["window"]["status"]
    assert read_lines(HEADER, json.dumps(short)).by_id["a"].facts == window()


def test_a_change_that_is_not_known_is_an_error() -> None:
    found = faults(HEADER, altered(ANNOUNCED, change="exploded"))
    assert found == [f"{FILE}:2 this line of the journal has a wrong fact: Invalid enum value 'exploded' - at `$.change`"]


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("at", "has a wrong fact: Object missing required field `at`"),
        ("by", "has a wrong fact: Object missing required field `by`"),
        ("change", "has a wrong fact: Object missing required field `change`"),
        ("id", "has a wrong fact: id: not an id"),
        ("window", "is wrong: it lacks the fact `window`"),
    ],
)
def test_a_line_that_lacks_a_fact_is_an_error_with_its_number(fact: str, message: str) -> None:
    assert faults(HEADER, CHANGED, altered(ANNOUNCED, **{fact: ...})) == [f"{FILE}:3 this line of the journal {message}"]


def test_a_window_that_lacks_its_start_is_an_error_with_its_number() -> None:
    content = json.loads(ANNOUNCED)
    del content["window"]["start"]
    wanted = f"{FILE}:2 this line of the journal has a wrong fact: Object missing required field `start`"
    assert faults(HEADER, json.dumps(content)) == [wanted]


def test_a_calendar_line_without_calendar_is_an_error() -> None:
    found = faults(altered(HEADER, calendar=...), ANNOUNCED)
    assert found == [f"{FILE}:1 this line of the journal is wrong: it lacks the fact `calendar`"]


@pytest.mark.parametrize("text", ["nonsense", "{", '{"at":', "\x00"])
def test_a_line_that_is_not_json_is_an_error_with_its_number(text: str) -> None:
    (found,) = faults(HEADER, text, ANNOUNCED)
    assert found.startswith(f"{FILE}:2 this line of the journal is not JSON: ")


def test_every_line_with_a_fault_is_told() -> None:
    assert [found.split(" ")[0] for found in faults("x", HEADER, "y", ANNOUNCED)] == [f"{FILE}:1", f"{FILE}:3"]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2027-11-01", "2027-11-01T12:00:00", "2027-11-01T12:00Z", "2099-01-01T00:00:00Z"]
)
def test_a_stamp_that_is_no_moment_is_an_error(moment: str) -> None:
    wanted = f'{FILE}:2 this line of the journal is wrong: "{moment}" is not a moment such as 2021-12-20T20:00:00Z'
    assert faults(HEADER, altered(ANNOUNCED, at=moment)) == [wanted]


def test_an_unknown_zone_is_an_error() -> None:
    header = json.loads(HEADER)
    header["calendar"]["timezone"] = "Europe/Nowhere"
    assert faults(json.dumps(header)) == [f'{FILE}:1 this line of the journal is wrong: there is no zone "Europe/Nowhere"']


def test_a_class_that_no_line_has_is_an_error() -> None:
    content = json.loads(ANNOUNCED)
    content["window"]["classes"] = ["groot"]
    assert faults(HEADER, CHANGED, json.dumps(content)) == [f'{FILE}:3 no line of the journal has the class "groot"']


def test_a_journal_without_a_calendar_is_an_error() -> None:
    assert faults(ANNOUNCED) == [f"{FILE}:1 no line of the journal says what the calendar is"]


def test_a_line_that_is_not_utf_8_is_an_error_with_its_number() -> None:
    with pytest.raises(ScheduleError) as caught:
        read(HEADER.encode() + b"\n" + ANNOUNCED.encode() + b"\n\xff\n")
    assert [each.headline() for each in caught.value.problems] == [f"{FILE}:3 this line is not UTF-8"]


def test_a_last_line_without_line_feed_that_is_not_utf_8_is_torn() -> None:
    found = read(HEADER.encode() + b"\n" + b'{"\xe9": 1}')
    assert [each.place.line for each in found.warnings] == [2]


def test_blank_lines_and_line_ends_of_windows_are_read() -> None:
    assert read(f"\r\n{HEADER}\r\n\r\n{ANNOUNCED}\r\n  \n".encode()) == read_lines(HEADER, ANNOUNCED)


def test_a_whole_last_line_without_line_feed_counts() -> None:
    assert read(f"{HEADER}\n{ANNOUNCED}".encode()) == read_lines(HEADER, ANNOUNCED)


# A torn line


def test_a_torn_last_line_is_left_out_wherever_it_was_cut() -> None:
    whole, torn = f"{HEADER}\n{ANNOUNCED}\n".encode(), CHANGED.replace("Kort.", "Één 🚀.").encode()
    expected = read(whole)
    for length in range(1, len(torn)):
        found = read(whole + torn[:length])
        assert (found.windows, found.lines) == (expected.windows, expected.lines)
        assert len(found.warnings) == 1


def test_a_torn_last_line_is_a_warning_with_its_number() -> None:
    (warning,) = read(f"{HEADER}\n{ANNOUNCED}\n{CHANGED[:50]}".encode()).warnings
    assert (warning.headline(), warning.cure, warning.severity) == (
        f"{FILE}:3 the last line was cut off while it was written, and is left out",
        "The next `icsfeed publish` drops it.",
        Severity.WARNING,
    )


def test_a_torn_line_that_is_not_the_last_is_an_error() -> None:
    (found,) = faults(HEADER, CHANGED[:50], ANNOUNCED)
    assert found.startswith(f"{FILE}:2 this line of the journal is not JSON: ")


def test_a_torn_last_line_is_dropped_by_the_next_publication(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.publish()
    whole = desk.journal.read_bytes()
    desk.journal.write_bytes(whole + b'{"at":"2027-11-01T13')
    desk.write(FIRST, SECOND)
    desk.publish()
    assert desk.journal.read_bytes().startswith(whole + b'{"at":"2027-11-01T12:02:00Z","by":')
    assert desk.published().warnings == ()


def test_a_torn_last_line_is_dropped_also_when_there_is_nothing_to_publish(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.publish()
    whole = desk.journal.read_bytes()
    desk.journal.write_bytes(whole + b'{"at":"2027-11-01T13')
    assert desk.publish().difference.lines == ()
    assert desk.journal.read_bytes() == whole


def test_what_a_torn_line_said_is_published_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.publish()
    desk.journal.write_bytes(desk.journal.read_bytes()[:-30])
    assert [line.change for line in desk.publish().difference.lines] == [Change.ANNOUNCED]


# Nothing


@pytest.mark.parametrize("data", [b"", b"\n", b" \n\n"])
def test_an_empty_journal_publishes_nothing(tmp_path: Path, data: bytes) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.journal.write_bytes(data)
    assert desk.folder.published("example") is None


def test_an_empty_journal_is_begun_like_a_new_one(tmp_path: Path) -> None:
    desk, new = Desk(tmp_path / "empty"), Desk(tmp_path / "new")
    for each in (desk, new):
        each.root.mkdir()
        each.write(FIRST)
    desk.journal.write_bytes(b"")
    for each in (desk, new):
        each.publish(EVERY_YES)
    assert desk.journal.read_bytes() == new.journal.read_bytes()


def test_an_empty_journal_has_no_calendar_to_serve() -> None:
    with pytest.raises(ScheduleError):
        read(b"")


# Conflicts

OURS, THEIRS, END = "<<<<<<< HEAD", "=======", ">>>>>>> branch"
CURE_OF_CONFLICT = "two people published at once; `icsfeed reconcile` settles it (or `git merge --abort` undoes the merge)"


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([HEADER, OURS, ANNOUNCED, THEIRS, CHANGED, END], 2),
        ([HEADER, OURS, ANNOUNCED, "||||||| 1a2b3c4", THEIRS, CHANGED, END], 2),
        ([OURS, HEADER, THEIRS, HEADER, END], 1),
        ([HEADER, ANNOUNCED, END], 3),
        ([HEADER, ANNOUNCED, THEIRS, CHANGED], 3),
        ([HEADER, "not JSON", OURS, THEIRS, END], 3),
    ],
)
def test_a_journal_with_conflict_markers_cannot_be_read_and_names_the_cure(lines: list[str], number: int) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_lines(*lines)
    assert [problem.headline() for problem in caught.value.problems] == [f"{FILE}:{number} {CURE_OF_CONFLICT}"]
