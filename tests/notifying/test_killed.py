import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.notifying.desk import Desk, write_config
from tests.notifying.receivers import Hook
from tests.published import START, published, window
from tests.support import ROOT, clean_environment

KILLS = int(os.environ.get("ICSFEED_TEST_KILLS", "10"))
"""How often it is killed; 100 take two minutes."""

PLACES = ("a", "b", "c")


@pytest.fixture
def desk(tmp_path: Path, hook: Hook) -> Desk:
    """A desk at the present, without anything told."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Desk(root=tmp_path, hook=hook, tags=dict.fromkeys(PLACES, "en"), now=now, of=published(at=now - timedelta(days=1)))


@pytest.fixture
def notify_and_kill(desk: Desk, tmp_path: Path) -> Iterator[Callable[[str], float]]:
    config = write_config(tmp_path / "places.yaml", {desk.hook.url(path): "en" for path in PLACES})
    command = [sys.executable, "-m", "tests.notifying.victim", str(desk.folder), str(config)]
    environment = clean_environment(PYTHONPATH=str(ROOT))
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, stderr=-3, text=True) as victim:
        assert victim.stdin is not None
        assert victim.stdout is not None
        told, answers = victim.stdin, victim.stdout

        def run(delay: str) -> float:
            told.write(f"{delay}\n")
            told.flush()
            return float(answers.readline())

        yield run
        told.close()
        assert victim.wait(timeout=60) == 0


def test_whatever_kills_it_each_message_is_sent_and_at_most_one_twice_for_each_kill(
    desk: Desk, notify_and_kill: Callable[[str], float]
) -> None:
    chance, number = random.Random(20271207), 0
    notify_and_kill("-")
    assert desk.hook.got == []

    def publish() -> None:
        nonlocal number
        for _ in range(4):
            number += 1
            desk.publish(window(f"w{number}", START + number * timedelta(hours=1)))

    publish()
    longest = notify_and_kill("-")
    for _ in range(KILLS):
        publish()
        notify_and_kill(f"{chance.uniform(0, longest):.4f}")
    notify_and_kill("-")

    counts = Counter((path, text) for path, _, text in desk.hook.got)
    assert len(counts) == number * len(PLACES)
    twice = sum(counts.values()) - len(counts)
    sys.stderr.write(f"{KILLS} kills, {len(counts)} messages, {twice} of them twice\n")
    assert twice <= KILLS
    for path in PLACES:
        told = [int(found) for text in desk.hook.texts(path) for found in re.findall(r"/w(\d+)/$", text)]
        assert list(dict.fromkeys(told)) == list(range(1, number + 1))
