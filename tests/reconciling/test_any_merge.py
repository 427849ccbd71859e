"""Any series of edits on three clones, published and merged, the schedule's conflicts settled well or in a hurry."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reconciling.team import Team

VALUES: dict[tuple[str, str], tuple[str | None, ...]] = {
    ("", "contact"): ("Support", "Help"),
    ("", "downtime"): ("20 minutes", "30 minutes"),
    ("", "introduction"): ("Onderhoud.", "Gepland onderhoud."),
    ("s", "repeat"): ("FREQ=WEEKLY;COUNT=6", "FREQ=WEEKLY;COUNT=8", "FREQ=WEEKLY;INTERVAL=2;COUNT=4"),
    ("s", "start"): ("2027-11-09 22:00", "2027-11-09 23:00", "2027-11-16 22:00"),
    ("s", "on 2027-11-23"): (None, "cancelled", "{start: 2027-11-24 20:00}", "{note: Kort.}"),
    ("s", "on 2027-12-07"): (None, "cancelled", "{start: 2027-12-08 20:00, class: standaard}"),
    **{(id_, "note"): (None, "Kort.", "Lang.") for id_ in "abcs"},
    **{(id_, "status"): (None, "cancelled", "tentative") for id_ in "abcs"},
    **{(id_, "class"): (None, "standaard", "uitgebreid", "standaard/uitgebreid") for id_ in "abcs"},
    **{(id_, "start"): (None, "2027-12-07 21:00", "2027-12-08 21:00", "2027-11-12 20:00") for id_ in "abc"},
}
EDITS = st.sampled_from([(key, value) for key, values in VALUES.items() for value in values])
STEPS = st.one_of(
    st.tuples(st.just("save"), st.integers(0, 2), st.lists(EDITS, min_size=1, max_size=3)),
    st.tuples(st.just("publish"), st.integers(0, 2), st.lists(EDITS, min_size=1, max_size=3)),
    st.tuples(st.just("publish"), st.integers(0, 2), st.lists(EDITS, min_size=1, max_size=3)),
    st.tuples(st.just("merge"), st.permutations([0, 1, 2]), st.sampled_from(["well", "ours", "theirs"])),
    st.tuples(st.just("wait"), st.integers(0, 12), st.none()),
)


def edit(file: dict[tuple[str, str], str], edits: list[tuple[tuple[str, str], str | None]]) -> dict[tuple[str, str], str]:
    """Return a file with values set or taken away; a window without a start or a class is none."""
    for (id_, key), value in edits:
        file.pop((id_, key), None)
        if value is not None:
            file[id_, key] = value
            if id_:
                file.setdefault((id_, "class"), "standaard")
                file.setdefault((id_, "start"), "2027-12-07 21:00" if id_ != "s" else "2027-11-09 22:00")
        elif key in {"start", "class"}:
            for each in [each for each in file if each[0] == id_]:
                del file[each]
    return file


def live(steps: list[tuple[str, Any, Any]]) -> Team:
    """Return a team that lived through steps, and then merged everything."""
    team = Team.begin("ann", "bob", "eve")
    for step, who, what in steps:
        if step == "wait":
            team.wait(who)
            continue
        team.wait(0)
        if step == "merge":
            team.merge(team.clones[who[0]], team.clones[who[1]], what)
        elif team.save(team.clones[who], edit(dict(team.clones[who].file), what)) and step == "publish":
            team.publish(team.clones[who])
    ann, bob, eve = team.clones
    for clone, other in ((ann, bob), (ann, eve), (bob, ann), (eve, ann)):
        team.wait(0)
        team.merge(clone, other, "well")
    assert ann.journal == bob.journal == eve.journal
    return team


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_what_is_in_question_is_asked_and_followers_of_every_clone_take_over_what_changed(steps: list[Any]) -> None:
    live(steps)
