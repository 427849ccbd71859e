import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.export.states import digests, expected, make_states
from tests.support import ROOT, clean_environment

KILLED = 100


@pytest.fixture
def export_and_kill(tmp_path: Path) -> Iterator[Callable[[int, str], float]]:
    command = [sys.executable, "-m", "tests.export.victim", str(tmp_path / "public")]
    environment = clean_environment(PYTHONPATH=str(ROOT))
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, text=True) as victim:
        assert victim.stdin is not None
        assert victim.stdout is not None
        told, answers = victim.stdin, victim.stdout

        def run(number: int, delay: str) -> float:
            told.write(f"{number} {delay}\n")
            told.flush()
            return float(answers.readline())

        yield run
        told.close()
        assert victim.wait(timeout=15) == 0


def test_whatever_kills_an_export_the_folder_is_whole_old_or_new(
    tmp_path: Path, export_and_kill: Callable[[int, str], float]
) -> None:
    states, folder = [expected(each) for each in make_states()], tmp_path / "public"
    chance = random.Random(20211220)
    export_and_kill(0, "-")
    assert digests(folder) == states[0], "an export that nobody kills is not what is expected"
    longest = max(export_and_kill(number, "-") for number in (1, 2, 0))
    present, ends = 0, Counter[str]()
    for _ in range(KILLED):
        wanted = chance.choice([number for number in range(len(states)) if number != present])
        export_and_kill(wanted, f"{chance.uniform(0, longest * 1.2):.4f}")
        found = digests(folder)
        assert found in (states[present], states[wanted])
        ends["new" if found == states[wanted] else "old"] += 1
        present = states.index(found)

    assert min(ends["old"], ends["new"]) > KILLED // 20, ends
    export_and_kill(1 - min(present, 1), "-")
    assert digests(folder) == states[1 - min(present, 1)]
    versions = [each for each in (tmp_path / ".public.icsfeed").iterdir() if each.name != "lock"]
    assert (folder.resolve() in versions, len(versions)) == (True, 2), "what killed exports left is not swept"


def test_a_folder_that_never_was_is_whole_or_still_not_there(
    tmp_path: Path, export_and_kill: Callable[[int, str], float]
) -> None:
    state, folder = expected(make_states()[2]), tmp_path / "public"
    longest = export_and_kill(2, "-")
    for number in range(10):
        folder.unlink(missing_ok=True)
        export_and_kill(2, f"{longest * number / 8:.4f}")
        assert not folder.is_symlink() or digests(folder) == state
