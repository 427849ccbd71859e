"""A few random series of edits on three clones, merged by git itself."""

import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from icsfeed.problems import ScheduleError
from icsfeed.replay import Line
from tests.reconciling.clones import Clone, make_clones
from tests.reconciling.follower import Follower
from tests.reconciling.team import FIRST_FILE, File, merge_files, read_file, render_file, unit_of
from tests.reconciling.test_any_merge import VALUES, edit
from tests.support import load

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

EVERY_EDIT = [(key, value) for key, values in VALUES.items() for value in values]


def head_of(clone: Clone) -> str:
    return clone.git("rev-parse", "HEAD").strip()


def lines_of(clone: Clone) -> set[Line]:
    return set(clone.published.lines)


def is_readable(clone: Clone) -> bool:
    """Tell whether a schedule has no error."""
    with suppress(ScheduleError):
        load(clone.desk.file.read_text(encoding="utf-8"))
        return True
    return False


def merge(clone: Clone, other: Clone, files: dict[str, File], way: str) -> None:
    """Merge another clone, settle its schedule well or in a hurry, and its journal with `reconcile`."""
    clone.git("fetch", "--quiet", str(other.root), "main")
    head, theirs = head_of(clone), clone.git("rev-parse", "FETCH_HEAD").strip()
    base = clone.git("merge-base", head, theirs).strip()
    if base == theirs:
        return
    if base == head:
        clone.take(other)
        return
    merged = merge_files(files[base], files[head], files[theirs], "well" if way == "git" else way)
    merged = merged if read_file(merged) else files[head]
    journals = {clone.git("show", f"{commit}:./schedule/example.journal.jsonl") for commit in (base, head, theirs)}
    ours, others = lines_of(clone), lines_of(other)
    with suppress(AssertionError):
        clone.git("merge", "--quiet", "--no-edit", "FETCH_HEAD")
    is_conflict = "<<<<<<<" in clone.desk.journal.read_text(encoding="utf-8")
    assert is_conflict is (len(journals) == 3)
    for settles_schedule in (False, True):
        if settles_schedule and (way != "git" or not is_readable(clone)):
            clone.desk.save(render_file(merged))
        if is_conflict:
            with pytest.raises(ScheduleError):
                clone.publish(every_yes=True)
    if is_conflict:
        asked = clone.reconcile(yes=False).unsettled
        if asked:
            assert "<<<<<<<" in clone.desk.journal.read_text(encoding="utf-8")
        clone.settle(None, *(id_ for dispute in asked for id_ in dispute.vanished))
        touched = {unit_of(line) for line in ours ^ others}
        assert {unit_of(line) for line in clone.drafts().lines} & touched == set()
        Follower(dict(other.follower.events)).look(clone.published, clone.clock.now)
    else:
        clone.commit()
    files[head_of(clone)] = merged


@pytest.mark.parametrize("seed", range(4))
def test_followers_of_every_clone_take_over_what_changed(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    ann, bob, eve = clones = make_clones(tmp_path, render_file(FIRST_FILE), "ann", "bob", "eve")
    files: dict[str, File] = {head_of(ann): FIRST_FILE}
    for _ in range(9):
        clone, other = chance.sample(clones, k=2)
        clone.clock.now += timedelta(days=chance.choice([0, 0, 1, 6]))
        if chance.random() < 0.4:
            merge(clone, other, files, chance.choice(["git", "well", "ours", "theirs"]))
            continue
        file = edit(dict(files[head_of(clone)]), chance.sample(EVERY_EDIT, k=2))
        if read_file(file) is not None:
            text = render_file(file)
            if chance.random() < 0.3:
                clone.save(text)
            else:
                clone.publish(text, every_yes=True)
            files[head_of(clone)] = file
    for clone, other in ((ann, bob), (ann, eve), (bob, ann), (eve, ann)):
        clone.clock.tick()
        merge(clone, other, files, "well")
    assert ann.desk.lines() == bob.desk.lines() == eve.desk.lines()
    assert [each.reconcile().settlement for each in clones] == [None, None, None]
