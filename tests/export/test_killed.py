import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.export.states import digests, expected, make_states
from tests.support import ROOT, clean_environment

KILLED = 40
BESIDE = ".manifest.json.new"


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
        assert victim.wait(timeout=60) == 0


def test_whatever_kills_an_export_each_file_is_whole_old_or_new(
    tmp_path: Path, export_and_kill: Callable[[int, str], float]
) -> None:
    states, folder = [expected(each) for each in make_states()], tmp_path / "public"
    chance = random.Random(20211220)
    export_and_kill(0, "-")
    assert digests(folder) == states[0], "an export that nobody kills is not what is expected"
    longest = max(export_and_kill(number, "-") for number in (1, 2, 0))
    before, ends = digests(folder), Counter[str]()
    for _ in range(KILLED):
        wanted = states[number := chance.randrange(len(states))]
        export_and_kill(number, f"{chance.uniform(0, longest * 1.2):.4f}")
        found = {name: digest for name, digest in digests(folder).items() if name != BESIDE}
        assert [name for name, digest in found.items() if digest not in {before.get(name), wanted.get(name)}] == []
        assert {*before} & {*wanted} <= {*found}, "a file that stays was away"
        ends["new" if found == wanted else "old" if found == before else "between"] += 1
        before = found

    assert ends["new"] > 0, ends
    assert ends["between"] > 0, ends
    export_and_kill(1, "-")
    assert digests(folder) == states[1], "what killed exports left is not mended"


def test_a_first_export_that_is_killed_leaves_no_folder_that_the_next_one_refuses(
    tmp_path: Path, export_and_kill: Callable[[int, str], float]
) -> None:
    state, folder = expected(make_states()[2]), tmp_path / "public"
    longest = export_and_kill(2, "-")
    for number in range(0, 10, 2):
        shutil.rmtree(folder, ignore_errors=True)
        export_and_kill(2, f"{longest * number / 8:.4f}")
        export_and_kill(2, "-")
        assert digests(folder) == state
