import gc
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from tests.year.living import Life, live


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def test_a_worker_publishes_what_is_right_however_long_it_lives(life: Life) -> None:
    source = life.begin()
    for _ in live(life, source, publishes=15, boundaries=100, check_every=10):
        pass

    assert (life.boundaries, life.publishes, life.checked) == (100, 15, 10)
    assert life.wrong == []


def test_a_worker_that_has_lived_long_holds_at_most_twice_what_one_holds_that_just_began(life: Life) -> None:
    """What it took over from earlier publications still has their windows; as it is replaced, so are they."""
    source = life.begin()
    ratios = []
    for number in live(life, source, publishes=36, boundaries=36, check_every=999):
        if number % 12 == 0:
            fresh = life.wake()
            for each in (source, fresh):
                assert all(each.publication.find(path) for path in each.publication.paths())
            ratios.append(_objects_of(source) / _objects_of(fresh))

    assert max(ratios) < 2
    assert ratios[-1] < 1.1 * ratios[0]


def _objects_of(holding: object) -> int:
    """Return how many objects are reached from one, but for what modules and classes hold anyway."""
    seen: set[int] = set()
    waiting = [holding]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and gc.is_tracked(each) and not isinstance(each, type | ModuleType | FunctionType):
            seen.add(id(each))
            waiting += gc.get_referents(each)
    return len(seen)
