"""The commands that change a window: what they say, what they write, and how they end."""

import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from icsfeed.publication.journals import read_clock
from icsfeed.zones import to_local
from tests.editing.desk import DRAFT, WINDOWS, Desk, make_desk
from tests.support import HEAD, make_folder

MOVED = "was Sun 14 December 21:00, now Sun 14 December 22:00"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.fixture
def published(desk: Desk) -> Desk:
    assert desk.run("publish").status == 0
    return desk


def ago(**length: float) -> str:
    """Return a moment that long ago, in local time."""
    return f"{to_local(read_clock() - timedelta(**length), 'Europe/Amsterdam'):%Y-%m-%d %H:%M}"


# One line each, and what the file says then


def test_a_move_is_told_in_a_line_and_shown_as_subscribers_will_read_it(published: Desk) -> None:
    said = published.run("move", "later", "22:00")
    assert (said.status, said.err) == (0, DRAFT)
    assert said.out == (
        f"moved later: {MOVED}\nexample: 1 change to publish\n"
        f"  moved      later  {MOVED}  Example: Standard maintenance (about 20 min)\n"
    )
    assert published.windows() == WINDOWS.replace("zondag 14 december 2036 21:00", "2036-12-14 22:00")


def test_a_move_into_the_past_is_done_and_remarked(desk: Desk) -> None:
    said = desk.run("move", "later", "14 december 2020")
    assert said.status == 0
    assert "icsfeed: 2020-12-14 21:00 is in the past; to change the year, give it\n" in said.err
    assert desk.run("cancel", "later").err == DRAFT


def test_a_new_window_is_told_with_its_id_its_time_and_its_class(published: Desk) -> None:
    said = published.run("add", "10 december 2036 21:00", "Standard", "--for", "1 uur", "--title", "Let op: BTW")
    assert said.status == 0
    assert said.out.splitlines()[0] == "added 20361210T2100: Wednesday 10 December 2036, 21:00–22:00 Europe/Amsterdam, standaard"
    entry = (
        '  - id: 20361210T2100\n    start: 2036-12-10 21:00\n    for: 1 hour\n    class: standaard\n    title: "Let op: BTW"\n'
    )
    assert published.windows() == WINDOWS.replace("  # De eerste", f"{entry}  # De eerste")


def test_a_new_window_may_be_tentative_and_have_texts_per_language(desk: Desk) -> None:
    texts = ("--note", "nl=Een", "--note", "en=One")
    assert desk.run("add", "2036-12-20 21:00", "operationeel", "--end", "01:30", "--tentative", *texts).status == 0
    assert (
        "    start: 2036-12-20 21:00\n    end: 2036-12-21 01:30\n    class: operationeel\n"
        "    status: tentative\n    note: {nl: Een, en: One}\n"
    ) in desk.windows()


def test_a_second_window_at_the_same_start_gets_an_id_of_its_own(published: Desk) -> None:
    for expected in ("20361220T2100", "20361220T2100-2", "20361220T2100-3"):
        assert published.run("add", "2036-12-20 21:00", "standaard", "--publish").out.startswith(f"added {expected}:")


def test_an_id_that_was_published_is_not_given_to_another_window(published: Desk) -> None:
    published.run("add", "2036-12-20 21:00", "standaard", "--publish")
    make_folder(published.root, HEAD + WINDOWS)
    assert published.run("add", "2036-12-20 21:00", "standaard").out.startswith("added 20361220T2100-2:")


def test_an_unplanned_announcement_says_how_slow_calendars_are(published: Desk) -> None:
    said = published.run("add", "now", "standaard", "--unplanned", "--publish")
    assert said.status == 0
    assert said.err == "On the page within seconds; calendar programs follow in 1 to 24 hours. Tell customers another way too.\n"
    assert "  announced  " in said.out
    assert "Unplanned: Example: Standard maintenance" in said.out
    assert "    planned: false\n" in published.windows() or ", planned: false}" in published.windows()


def test_an_unplanned_draft_does_not_say_that_it_is_on_the_page(published: Desk) -> None:
    assert published.run("add", "nu", "standaard", "--unplanned").err == DRAFT


def test_a_cancelled_window_is_revived_without_the_reason(published: Desk) -> None:
    said = published.run("cancel", "sooner", "--reason", "nl=Geen tijd", "--reason", "en=No time", "--publish")
    assert said.out.splitlines()[:2] == [
        "cancelled sooner: Sunday 7 December 2036, 21:00–22:40 Europe/Amsterdam",
        "example: 1 change published",
    ]
    assert "{id: sooner, status: cancelled, reason: {nl: Geen tijd, en: No time}, start" in published.windows()
    said = published.run("confirm", "sooner", "--publish")
    assert said.out.splitlines()[0] == (
        "revived sooner: Sunday 7 December 2036, 21:00–22:40 Europe/Amsterdam; the reason for the cancellation was removed"
    )
    assert published.windows() == WINDOWS


def test_what_is_changed_is_named(desk: Desk) -> None:
    said = desk.run("change", "sooner", "--class", "Standard/Extended", "--note", "x", "--for", "4h", "--tentative")
    assert said.out.splitlines()[0] == "changed sooner: class, for, status, note"
    facts = "id: sooner, for: 4 hours, status: tentative, note: x, start: 2036-12-07 21:00, class: standaard/uitgebreid"
    assert desk.windows().splitlines()[-1] == f"  - {{{facts}}}"
    assert desk.run("change", "sooner", "--end", "none", "--note", "").out.splitlines()[0] == "changed sooner: for, note"
    assert desk.run("confirm", "sooner").out.startswith("confirmed sooner: ")


def test_a_window_begins_and_is_complete_with_its_real_times_echoed(desk: Desk) -> None:
    start = read_clock() - timedelta(hours=1)
    at, real, end = (f"{to_local(start + timedelta(minutes=m), 'Europe/Amsterdam'):%Y-%m-%d %H:%M}" for m in (0, 3, 31))
    added = desk.run("add", at, "standaard", "--unplanned").out
    id_ = re.findall(r"added (\S+):", added)[0]
    assert desk.run("begin", id_, real).out.splitlines()[0].startswith(f"begun {id_}: ")
    said = desk.run("complete", id_, "--until", end[-5:])
    if real[:10] == end[:10]:
        assert said.out.splitlines()[0] == f"completed {id_}: {real[-5:]}–{end[-5:]} Europe/Amsterdam, 28 minutes"
    assert said.out.splitlines()[0].endswith(" Europe/Amsterdam, 28 minutes")
    assert f"actual: {{start: {real}, end: {end}}}" in desk.windows()


def test_what_is_so_already_leaves_the_file_alone_and_can_still_be_published(published: Desk) -> None:
    published.run("cancel", "later", "--draft")
    before = published.file.stat()
    said = published.run("cancel", "LATER", "--publish")
    assert said.status == 0
    assert said.out.startswith("no change: later already has these values\nexample: 1 change published\n")
    assert published.file.stat() == before
    said = published.run("cancel", "later", "--publish")
    assert (said.status, said.out) == (0, "no change: later already has these values\nexample: nothing to publish\n")


# What they refuse


def test_an_unknown_id_is_a_finding_with_the_one_that_may_be_meant(desk: Desk) -> None:
    for command in (("move", "latr", "22:00"), ("cancel", "latr"), ("begin", "latr"), ("change", "latr", "--note", "x")):
        said = desk.run(*command)
        assert (said.status, said.err) == (
            1,
            'icsfeed: window "latr" not found. Did you mean "later"? `icsfeed list --all` lists all windows.\n',
        )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "10 december 21:00", "standaard"), "lacks a year"),
        (("add", "2036-12-10 21:00", "Standart"), 'Did you mean "standard"?'),
        (("add", "2036-12-10 21:00", "standaard", "--for", "1h", "--end", "23:00"), "--for and --end cannot be used together"),
        (("add", "2036-12-10 21:00", "standaard", "--end", "4 hours"), "is a duration, not a moment; write `--for '4 hours'`"),
        (("add", "2036-12-10 21:00", "standaard", "--end", "2036-12-09 21:00"), "is not after the start"),
        (("add", "maandag 10 december 2036 21:00", "standaard"), "is a Wednesday"),
        (("change", "later"), "nothing to change; give --class"),
        (("change", "later", "--title", "x" * 300), "at most 255"),
        (("change", "later", "--title", "a\nb"), "one line"),
        (("change", "later", "--note", "a\x07b"), "control character"),
        (("change", "later", "--for", "400 days"), "longer than a year"),
        (("change", "later", "--note", "nl=a", "--note", "b"), "one for each language: nl, en"),
        (("begin", "later", "2036-12-14 21:03"), "is in the future"),
        (("complete", "later"), "is this the right window? If so, run `icsfeed move later now` first"),
        (("complete", "later", "21:30"), "run `icsfeed complete later --until '21:30'`"),
        (("begin", "later"), "is this the right window? If so, run `icsfeed move later now` first"),
        (("change", "later", "--end", "20:00"), "write --end '2036-12-14 20:00' or --end '2036-12-15 20:00'"),
        (("add", "2036-12-10 08:00", "standaard", "--end", "22:00"), "--end '2036-12-09 22:00' or --end '2036-12-10 22:00'"),
        (("move", "later", "25:00"), "a time that does not exist"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_changed(
    desk: Desk, arguments: tuple[str, ...], words: str
) -> None:
    said = desk.run(*arguments)
    assert said.status == 2
    assert words in said.err
    assert said.err.startswith("icsfeed: ")
    assert desk.windows() == WINDOWS


@pytest.mark.parametrize("command", [("add", "now", "standaard"), ("cancel", "later"), ("edit",)])
def test_no_other_moment_can_be_previewed(desk: Desk, command: tuple[str, ...]) -> None:
    said = desk.run(*command, "--now", "2027-01-01 12:00")
    assert said.status == 2
    assert "--now only previews" in said.err
    assert desk.windows() == WINDOWS


def test_a_file_that_would_not_check_is_not_written(desk: Desk) -> None:
    head = HEAD.replace("languages:", "formerly: [twin]\n  languages:")
    make_folder(desk.root, head + WINDOWS.replace("id: later", "id: 20361214T2100"))
    make_folder(desk.root, HEAD.replace("domain: example.com", "domain: other.example") + "windows: []\n", key="twin")
    said = desk.run("cancel", "sooner")
    assert said.status == 1
    assert 'calendar "twin" already uses the name "twin" in its addresses' in said.err
    assert "cancelled" not in desk.file.read_text(encoding="utf-8")


def test_a_window_with_an_error_must_be_mended_first(desk: Desk) -> None:
    make_folder(desk.root, HEAD + WINDOWS.replace("class: standaard", "clas: standaard"))
    said = desk.run("cancel", "later")
    assert said.status == 1
    assert 'unknown key "clas"' in said.err
    assert said.err.endswith(
        "nothing was changed because of the errors above; `icsfeed edit` opens the file, "
        "and `git stash push schedule/example.yaml` puts uncommitted changes aside until `git stash pop`\n"
    )


def test_an_overlap_that_is_new_is_told_and_others_are_not(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, WINDOWS + "  - {id: twin, start: 2036-12-07 21:10, class: standaard}\n")
    assert "overlaps" not in desk.run("move", "later", "22:00").err
    said = desk.run("move", "later", "7 december 21:05")
    assert said.status == 0
    assert '"later" overlaps "sooner"' in said.err
    assert '"twin" overlaps "sooner"' not in said.err


# Several calendars, modes and links


def test_with_several_calendars_an_id_finds_its_own_and_a_new_window_needs_a_name(desk: Desk) -> None:
    make_folder(
        desk.root, HEAD.replace("domain: example.com", "domain: other.example") + WINDOWS.replace("later", "other"), key="second"
    )
    assert desk.run("cancel", "other", "--draft").status == 0
    said = desk.run("add", "2036-12-20 21:00", "standaard")
    assert (said.status, said.err) == (2, "icsfeed: several calendars: example, second; add --calendar NAME to the command\n")
    said = desk.run("cancel", "sooner")
    assert (said.status, said.err) == (
        2,
        "icsfeed: sooner is in several calendars: example, second; add --calendar NAME to the command\n",
    )
    assert desk.run("cancel", "sooner", "--calendar", "second", "--draft").status == 0
    assert desk.windows() == WINDOWS


def test_another_calendar_with_an_error_is_in_nobodys_way(desk: Desk) -> None:
    make_folder(desk.root, "nonsense", key="second")
    assert desk.run("cancel", "later", "--draft").status == 0


def test_mode_and_links_stay_and_nothing_is_left_behind(desk: Desk) -> None:
    real = desk.file.parent / "kept" / "elsewhere.yaml"
    real.parent.mkdir()
    desk.file.rename(real)
    desk.file.symlink_to(real)
    real.chmod(0o640)
    assert desk.run("move", "later", "22:00", "--draft").status == 0
    assert desk.file.is_symlink()
    assert "2036-12-14 22:00" in real.read_text(encoding="utf-8")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert list(desk.root.glob("**/.*.tmp")) == []


def test_a_question_keeps_the_change_a_draft_and_ends_with_one(published: Desk) -> None:
    said = published.run("add", ago(days=2), "standaard", "--publish")
    assert said.status == 1
    assert "starts in the past and was never published. Meant? `icsfeed publish --past`" in said.err
    assert said.err.endswith(DRAFT)
    assert "  announced " not in said.out
