from pathlib import Path

from tests.storm.running import run_storm


def test_in_a_storm_every_whole_answer_is_a_state_that_was_published(tmp_path: Path) -> None:
    outcome = run_storm(tmp_path, saves=45, kills=3, seed=7)

    assert outcome.faults == []
    assert outcome.figures["states of example seen"] != 0
    assert outcome.figures["broken saves"] == 15
    assert outcome.figures["workers killed"] in range(1, 4)
