"""Two people published at once: git says so, nothing more is published, and `reconcile` settles it."""

import shutil
from pathlib import Path

import pytest

from icsfeed.problems import ScheduleError
from tests.publishing.desk import FIRST, SECOND, THIRD, value
from tests.reconciling.clones import Clone, make_clones
from tests.support import schedule_text

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CANCELLED = FIRST.replace("first\n", "first\n    status: cancelled\n")
MOVED = FIRST.replace("12-07", "12-09")
NOTED = FIRST.replace("first\n", "first\n    note: Kort.\n")


@pytest.fixture
def clones(tmp_path: Path) -> list[Clone]:
    """Ann's and Bob's clone of a repository with two published windows."""
    return make_clones(tmp_path, schedule_text(FIRST, SECOND), "ann", "bob")


def is_refused(clone: Clone) -> bool:
    """Tell whether nothing is published onto the journal."""
    with pytest.raises(ScheduleError) as caught:
        clone.publish()
    return "two people published at once; `icsfeed reconcile` settles it" in str(caught.value)


def test_one_cancelled_what_the_other_moved_beside_a_new_window(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(CANCELLED, SECOND))
    bob.publish(schedule_text(MOVED, THIRD, SECOND))
    bob.pull(ann)
    bob.save(schedule_text(MOVED, THIRD, SECOND))
    assert is_refused(bob)
    (dispute,) = bob.reconcile(yes=False).unsettled
    assert dispute.text == (
        "first was cancelled by ann and moved by bob; the schedule says: Thursday 9 December 21:00, confirmed"
    )
    assert is_refused(bob)
    bob.settle()
    assert bob.revision("first") == (2, "2027-12-09 20:00")
    assert bob.revision("third") == (0, "2027-12-21 20:00")
    assert bob.drafts().lines == ()
    ann.take(bob)
    assert ann.follower.events == bob.follower.events


def test_a_move_beside_a_note_that_knew_nothing_of_it(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    ann.publish(schedule_text(MOVED, SECOND).replace('Support"', 'Help"'))
    ann.pull(bob)
    both = schedule_text(NOTED.replace("12-07", "12-09"), SECOND).replace('Support"', 'Help"')
    (asked,) = ann.settle(both)
    assert asked == "first was moved by ann and changed by bob; the schedule says: Thursday 9 December 21:00, confirmed"
    assert ann.revision("first") == (3, "2027-12-09 20:00")
    assert "Kort." in value(ann.desk.event("first"), "DESCRIPTION")
    assert ann.drafts().lines == ()
    bob.take(ann)
    assert bob.reconcile().settlement is None


def test_a_change_of_class_beside_changes_of_the_class_that_it_had(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(FIRST.replace("standaard", "uitgebreid"), SECOND))
    for minutes in (25, 30, 35):
        bob.publish(schedule_text(FIRST, SECOND).replace("downtime: 20 minutes", f"downtime: {minutes} minutes"))
    assert (ann.revision("first")[0], bob.revision("first")[0]) == (1, 3)
    bob.pull(ann)
    text = schedule_text(FIRST.replace("standaard", "uitgebreid"), SECOND)
    assert bob.settle(text.replace("downtime: 20 minutes", "downtime: 35 minutes")) == []
    assert bob.revision("first")[0] == 4
    ann.take(bob)
    assert ann.follower.events == bob.follower.events


def test_both_moved_the_same_window(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(FIRST.replace("12-07", "12-10"), SECOND))
    bob.pull(ann)
    (asked,) = bob.settle(schedule_text(FIRST.replace("12-07", "12-11"), SECOND))
    told, says = asked.split("; ", maxsplit=1)
    assert told == "first was moved by ann and moved by bob"
    assert says == "the schedule says: Saturday 11 December 21:00, confirmed; never published: start"
    assert bob.revision("first") == (2, "2027-12-11 20:00")
    assert "was Fri 10 December 21:00\\, now Sat 11 December 21:00" in value(bob.desk.event("first"), "DESCRIPTION")
    ann.take(bob)


def test_windows_that_only_one_of_them_touched_are_published_without_a_question(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(FIRST, SECOND, THIRD))
    ann.pull(bob)
    assert ann.settle(schedule_text(MOVED, SECOND, THIRD)) == []
    assert [ann.revision(id_)[0] for id_ in ("first", "second", "third")] == [1, 0, 0]
    assert len(ann.desk.lines()) == 5
    bob.take(ann)


def test_one_changed_what_the_other_withdrew(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(SECOND), every_yes=True)
    bob.publish(schedule_text(NOTED, SECOND))
    ann.pull(bob)
    ann.save(schedule_text(SECOND))
    (dispute,) = ann.reconcile().unsettled
    assert dispute.text == "first was withdrawn by ann and changed by bob; the schedule says: nothing; the window is gone"
    assert dispute.vanished == ("first",)
    ann.settle(None, "first")
    assert value(ann.desk.event("first"), "STATUS") == "CANCELLED"
    assert ann.revision("first")[0] == 2
    assert ann.drafts().lines == ()
    bob.take(ann)


def test_what_one_published_and_the_merged_file_says_otherwise_is_asked(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(CANCELLED, SECOND))
    bob.publish(schedule_text(FIRST, SECOND, THIRD))
    bob.pull(ann)
    assert bob.settle(schedule_text(FIRST, SECOND, THIRD)) == [
        "first was cancelled by ann; the schedule says: Tuesday 7 December 21:00, confirmed"
    ]
    assert bob.revision("first")[0] == 2
    ann.take(bob)


def test_drafts_of_others_stay_drafts(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    bob.pull(ann)
    bob.settle(schedule_text(MOVED, SECOND.replace("12-14", "12-15"), THIRD))
    assert [(line.change.value, line.window and line.window.id) for line in bob.drafts().lines] == [
        ("moved", "second"),
        ("announced", "third"),
    ]
    assert bob.revision("second") == (0, "2027-12-14 20:00")


SERIES = """\
  - id: s
    start: 2027-11-09 22:00
    class: operationeel
    repeat: FREQ=WEEKLY;COUNT=6
"""
LATER = SERIES.replace("22:00", "23:00")
EXCEPTION = """\
    changes:
      2027-12-07: {start: 2027-12-08 20:00}
"""


def test_a_series_changed_beside_one_of_its_occurrences(tmp_path: Path) -> None:
    ann, bob = make_clones(tmp_path, schedule_text(SERIES), "ann", "bob")
    ann.publish(schedule_text(LATER))
    bob.publish(schedule_text(SERIES + EXCEPTION))
    bob.pull(ann)
    (asked,) = bob.settle(schedule_text(LATER + EXCEPTION))
    assert asked == (
        "s was moved by ann, s-20271207 was moved by bob; the schedule says: FREQ=WEEKLY;COUNT=6 from Tuesday 9 November 23:00,"
        " confirmed; s-20271207: Wednesday 8 December 20:00, confirmed"
    )
    assert bob.revision("s-20271207") == (2, "2027-12-08 19:00")
    assert bob.revision("s-20271116") == (2, "2027-11-16 22:00")
    assert bob.drafts().lines == ()
    ann.take(bob)


def test_both_announced_a_series_of_one_name(tmp_path: Path) -> None:
    ann, bob = make_clones(tmp_path, schedule_text(FIRST), "ann", "bob")
    bob.publish(schedule_text(FIRST, SERIES))
    past = SERIES.replace("11-09", "10-19").replace("22:00", "20:00").replace("COUNT=6", "COUNT=9")
    ann.publish(schedule_text(FIRST, past), every_yes=True)
    bob.pull(ann)
    bob.settle(schedule_text(FIRST, past))
    assert bob.desk.events().keys() >= ann.desk.events().keys()
    assert (bob.revision("s-20271019")[0], bob.revision("s-20271109")) == (1, (1, "2027-11-09 19:00"))
    assert bob.drafts().lines == ()
    ann.take(bob)


def test_the_header_changed_on_both_sides(clones: list[Clone]) -> None:
    ann, bob = clones
    text = schedule_text(FIRST, SECOND)
    ann.publish(text.replace('"Support"', '"Help"'))
    bob.publish(text.replace('service: "Example"', 'service: "Sample"'))
    ann.pull(bob)
    both = text.replace('"Support"', '"Help"').replace('service: "Example"', 'service: "Sample"')
    assert ann.settle(both) == [
        "the header was changed by ann and changed by bob; the schedule says: a different service and contact"
    ]
    assert [ann.revision(id_)[0] for id_ in ("first", "second")] == [2, 2]
    assert ann.published.calendar.contact.name == "Help"
    assert ann.drafts().lines == ()
    bob.take(ann)


def test_a_header_in_question_publishes_no_draft_of_a_window(clones: list[Clone]) -> None:
    ann, bob = clones
    text = schedule_text(FIRST, SECOND)
    ann.publish(text.replace('"Support"', '"Help"'))
    bob.publish(text.replace('"Support"', '"Desk"'))
    ann.pull(bob)
    (asked,) = ann.settle(schedule_text(MOVED, THIRD).replace('"Support"', '"Desk"'))
    assert asked.startswith("the header was changed by ann and changed by bob; ")
    assert ann.revision("first") == (2, "2027-12-07 20:00")
    assert [line.window and line.window.id for line in ann.drafts().lines] == ["first", "second", "third"]
    bob.take(ann)


def test_a_class_that_only_the_draft_has_is_published_with_the_window_that_needs_it(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    bob.pull(ann)
    new_class = "  groot:\n    name: Groot\n    impact: outage\n    downtime: 4 hours\nwindows:"
    text = schedule_text(MOVED.replace("standaard", "groot"), SECOND)
    bob.settle(text.replace("windows:", new_class).replace('"Support"', '"Help"'))
    assert [each.key for each in bob.published.calendar.classes] == ["operationeel", "standaard", "uitgebreid", "groot"]
    assert bob.revision("first")[0] == 2
    assert bob.revision("second")[0] == 0
    assert [line.change.value for line in bob.drafts().lines] == ["calendar"]
    ann.take(bob)


def test_three_branches(tmp_path: Path) -> None:
    ann, bob, eve = make_clones(tmp_path, schedule_text(FIRST, SECOND), "ann", "bob", "eve")
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    eve.publish(schedule_text(CANCELLED, SECOND, THIRD))
    bob.pull(ann)
    bob.settle(schedule_text(NOTED.replace("12-07", "12-09"), SECOND))
    bob.pull(eve)
    (asked,) = bob.settle(schedule_text(MOVED, SECOND, THIRD))
    assert asked.startswith("first was moved by ann, changed by bob, cancelled by eve and moved by bob; ")
    assert bob.revision("first") == (3, "2027-12-09 20:00")
    for each in (ann, eve):
        each.take(bob)
        assert each.follower.events == bob.follower.events


# Settled in a hurry


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_one_side_of_the_journal_was_thrown_away(clones: list[Clone], side: str) -> None:
    ann, bob = clones
    ann.publish(schedule_text(CANCELLED, SECOND))
    bob.publish(schedule_text(MOVED, SECOND, THIRD))
    bob.pull(ann)
    bob.git("checkout", f"--{side}", "schedule")
    bob.commit()
    kept, lost = ("bob", "ann") if side == "ours" else ("ann", "bob")
    asked = bob.settle(schedule_text(MOVED, SECOND, THIRD))
    assert asked[0] == "first was cancelled by ann and moved by bob; the schedule says: Thursday 9 December 21:00, confirmed"
    assert {f'"by":"{name}"' in "".join(bob.desk.lines()) for name in (kept, lost)} == {True}
    assert bob.revision("first")[1] == "2027-12-09 20:00"
    assert bob.drafts().lines == ()
    ann.take(bob)
    assert bob.reconcile().settlement is None


def test_both_sides_of_the_journal_were_kept_by_hand(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    ann.publish(schedule_text(MOVED, SECOND).replace('"Support"', '"Help"'))
    bob.pull(ann)
    kept = [line for line in bob.desk.lines() if line.startswith("{")]
    bob.desk.journal.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    bob.save(schedule_text(NOTED.replace("12-07", "12-09"), SECOND).replace('"Support"', '"Help"'))
    (asked,) = bob.settle()
    assert asked.startswith("first was changed by bob; the schedule says: Thursday 9 December")
    assert bob.drafts().lines == ()
    bob.look()
    ann.take(bob)
    assert bob.reconcile().settlement is None


def test_a_commit_that_published_was_reverted(clones: list[Clone]) -> None:
    ann, _ = clones
    ann.publish(schedule_text(MOVED, SECOND))
    ann.git("revert", "--no-edit", "HEAD")
    assert ann.settle() == ["first was moved by ann; the schedule says: Tuesday 7 December 21:00, confirmed"]
    assert ann.revision("first") == (2, "2027-12-07 20:00")
    ann.look()
    assert ann.reconcile().settlement is None


def test_a_journal_that_was_deleted_comes_back_beside_a_draft(clones: list[Clone]) -> None:
    ann, _ = clones
    before = ann.desk.lines()
    ann.desk.journal.unlink()
    assert ann.settle(schedule_text(MOVED, SECOND)) == []
    assert ann.desk.lines() == before
    assert [line.change.value for line in ann.drafts().lines] == ["moved"]


# Rebases and cherry-picks


def test_a_rebase_of_two_publications(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(CANCELLED, SECOND))
    bob.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(MOVED, SECOND, THIRD))
    bob.pull(ann, "--rebase")
    bob.settle_without_commit(schedule_text(MOVED, SECOND))
    bob.git("add", "--all")
    bob.git("rebase", "--continue", succeeds=False)
    bob.settle_without_commit(schedule_text(MOVED, SECOND, THIRD))
    bob.git("add", "--all")
    bob.git("rebase", "--continue")
    assert bob.revision("first")[1] == "2027-12-09 20:00"
    assert bob.drafts().lines == ()
    bob.look()
    ann.take(bob)


def test_a_picked_publication_is_told_once(clones: list[Clone]) -> None:
    ann, bob = clones
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(FIRST, SECOND, THIRD))
    bob.git("fetch", "--quiet", str(ann.root), "main")
    bob.git("cherry-pick", "FETCH_HEAD", succeeds=False)
    assert bob.settle(schedule_text(MOVED, SECOND, THIRD)) == []
    bob.pull(ann)
    assert bob.settle() == []
    assert len(bob.desk.lines()) == 5
    ann.take(bob)


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_each_style_of_markers_is_read(clones: list[Clone], style: str) -> None:
    ann, bob = clones
    bob.git("config", "merge.conflictStyle", style)
    ann.publish(schedule_text(MOVED, SECOND))
    bob.publish(schedule_text(NOTED, SECOND))
    bob.pull(ann)
    assert ("|||||||" in bob.desk.journal.read_text(encoding="utf-8")) is (style != "merge")
    bob.settle(schedule_text(MOVED, SECOND))
    assert bob.revision("first") == (2, "2027-12-09 20:00")
    ann.take(bob)
