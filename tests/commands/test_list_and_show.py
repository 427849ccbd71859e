import json
from pathlib import Path

import pytest

from tests.commands.desk import Said, run, save
from tests.publishing.desk import FIRST, SECOND, THIRD, window
from tests.support import ADDRESS, HEAD, publication_of, publish_text, schedule_text

OTHER = HEAD.replace("example.com", "other.example.com") + "windows:\n" + FIRST.replace("first", "elsewhere")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    save(tmp_path, schedule_text(FIRST, SECOND))
    assert run(tmp_path, "publish").status == 0
    return tmp_path


def test_windows_ahead_are_listed_with_class_state_and_revision(root: Path) -> None:
    assert run(root, "list") == Said(
        0,
        "first   Tuesday 7 December 2027, 21:00–21:20   standaard   planned  revision 0\n"
        "second  Tuesday 14 December 2027, 21:00–22:40  uitgebreid  planned  revision 0\n",
        "",
    )


def test_what_is_not_yet_published_is_told(root: Path) -> None:
    save(root, schedule_text(FIRST.replace("12-07", "12-08"), SECOND + "    title: Upgrade\n", THIRD))
    assert [line.split("planned  ")[1] for line in run(root, "list").out.splitlines()] == [
        "revision 0, moved but not yet published",
        "revision 0, changed but not yet published  Upgrade",
        "new, not yet published",
    ]


def test_windows_that_are_over_are_listed_on_demand(root: Path) -> None:
    now = "2027-12-10 12:00"
    ids = {
        flag: [line.split()[0] for line in run(root, "list", *flag, now=now).out.splitlines()]
        for flag in ((), ("--past",), ("--all",))
    }
    assert ids == {(): ["second"], ("--past",): ["first"], ("--all",): ["first", "second"]}


def test_nothing_ahead_names_the_last_window_and_the_flag(root: Path) -> None:
    assert run(root, "list", now="2028-02-01 12:00") == Said(
        0, "example: no upcoming windows; the last one was second, Tuesday 14 December 2027 21:00 (see --past)\n", ""
    )


def test_nothing_over_and_nothing_at_all_are_told(root: Path) -> None:
    assert run(root, "list", "--past").out == "example: no past windows\n"
    save(root, schedule_text())
    assert [run(root, "list", *flag).out for flag in ((), ("--past",), ("--all",))] == ["example: no windows\n"] * 3


STATES = {
    "planned": FIRST,
    "tentative": window("first", "2027-12-07 21:00", "status: tentative"),
    "unplanned": window("first", "2027-12-07 21:00", "planned: false"),
    "cancelled": window("first", "2027-12-07 21:00", "status: cancelled"),
    "under way": window("first", "2027-12-07 21:00", "actual: {start: 2027-11-01 10:00}"),
    "completed": window("first", "2027-12-07 21:00", "actual: {start: 2027-11-01 10:00, end: 2027-11-01 11:00}"),
}


@pytest.mark.parametrize(("state", "entry"), STATES.items(), ids=STATES.keys())
def test_the_state_is_said_in_a_word_or_two(tmp_path: Path, state: str, entry: str) -> None:
    save(tmp_path, schedule_text(entry))
    assert f"  standaard  {state}  new" in run(tmp_path, "list", "--all").out
    assert f"  state     {state}\n" in run(tmp_path, "show", "first").out


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2027-12-07 20:59", "planned"),
        ("2027-12-07 21:00", "under way"),
        ("2027-12-07 21:20", "at risk"),
        ("2027-12-07 23:20", "ended"),
    ],
)
def test_the_state_follows_the_moment(root: Path, now: str, state: str) -> None:
    assert f"  {state}  " in run(root, "list", "--all", now=now).out.splitlines()[0]


def test_several_calendars_are_listed_under_their_names(root: Path) -> None:
    save(root, OTHER, key="other")
    assert [line.split("  Tue")[0] for line in run(root, "list").out.splitlines()] == [
        "example:",
        "  first ",
        "  second",
        "other:",
        "  elsewhere",
    ]
    assert run(root, "list", "--calendar", "other").out.startswith("elsewhere  ")


def test_a_faulty_calendar_does_not_hide_the_others(root: Path) -> None:
    save(root, "nonsense", key="a-faulty-one")
    said = run(root, "list")
    assert said.status == 1
    assert "first   Tuesday" in said.out
    assert "schedule/a-faulty-one.yaml:1:1: error" in said.err


def test_json_has_windows_as_the_published_document_has_them(root: Path) -> None:
    said = run(root, "list", "--all", "--json", "--public-url", ADDRESS)
    document = publication_of(publish_text(schedule_text(FIRST, SECOND))).find("/example.json")
    assert document is not None
    wanted = json.loads(document.body)["windows"]
    stamps = ("created", "last_modified")
    assert [{**each, **dict.fromkeys(stamps)} for each in json.loads(said.out)] == [
        {**each, **dict.fromkeys(stamps)} for each in wanted
    ]


def test_json_of_nothing_is_an_empty_array(root: Path) -> None:
    assert run(root, "list", "--json", now="2028-02-01 12:00") == Said(0, "[]\n", "")


# One window


def test_a_window_is_shown_with_its_history(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "ann")
    save(root, schedule_text(FIRST.replace("12-07", "12-09") + "    note: Kort.\n", SECOND))
    run(root, "publish")
    save(root, schedule_text(FIRST.replace("12-07", "12-09") + "    note: |\n      Kort.\n      Heel kort.\n", SECOND))
    said = run(root, "show", "first")
    lines = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert lines[:5] == [
        "Example: Standard maintenance (about 20 min)",
        "  id        first",
        "  when      Thursday 9 December 2027, 21:00–21:20 (Europe/Amsterdam)",
        "  class     standaard",
        "  state     planned",
    ]
    assert lines[5] == "  revision  1, changed but not yet published"
    assert lines[6:8] == ["  uid       first@example.com", "  address   http://127.0.0.1:8000/example/nl/first/"]
    assert lines[9:11] == ["  note      Kort.", "            Heel kort."]
    assert lines[11] == "history"
    assert [line.split("  ", 2)[-1] for line in lines[13:]] == [
        "moved  by ann  was Tue 7 December 21:00, now Thu 9 December 21:00",
        "   changed",
    ]


def test_an_id_is_found_in_other_letters(root: Path) -> None:
    assert run(root, "show", "FIRST").status == 0


def test_an_unknown_id_is_a_finding_with_a_guess(root: Path) -> None:
    assert run(root, "show", "frist") == Said(
        1, "", 'icsfeed: window "frist" not found. Did you mean "first"? `icsfeed list --all` lists all windows.\n'
    )


def test_a_window_that_is_gone_from_the_file_is_shown(root: Path) -> None:
    save(root, schedule_text(SECOND))
    assert run(root, "show", "first", now="2028-02-01 12:00").status == 0


def test_a_window_is_shown_when_only_the_journal_is_left(root: Path) -> None:
    (root / "schedule" / "example.yaml").unlink()
    assert run(root, "show", "first").out.startswith("Example: Standard maintenance")
    assert run(root, "list", "--calendar", "example") == Said(
        1, "", "icsfeed: schedule/example.yaml not found; `icsfeed show ID` shows what was published\n"
    )


def test_a_window_is_found_in_any_calendar(root: Path) -> None:
    save(root, "nonsense", key="a-faulty-one")
    save(root, OTHER, key="other")
    assert run(root, "show", "elsewhere").out.startswith("Example: Standard")


def test_a_window_is_shown_as_json_with_its_history(root: Path) -> None:
    content = json.loads(run(root, "show", "first", "--json").out)
    assert (content["id"], content["sequence"], [line["change"] for line in content["history"]]) == ("first", 0, ["announced"])
