"""Two people published at once: git says so, nothing more is published, and `reconcile` settles it."""

import shutil
from pathlib import Path

import pytest

from icsfeed.journal import CONFLICT
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
    return CONFLICT in str(caught.value)


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
