from pathlib import Path

import pytest

from tests.year.living import Life, live, objects_of


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def test_a_worker_publishes_what_is_right_however_long_it_lives(life: Life) -> None:
    source = life.begin()
    for _ in live(life, source, publishes=9, boundaries=60, check_every=10):
        pass

    assert (life.boundaries, life.publishes, life.checked) == (60, 9, 6)
    assert life.wrong == []


def test_a_worker_that_has_lived_long_holds_no_more_than_one_that_just_began(life: Life) -> None:
    source = life.begin()
    ratios = []
    for number in live(life, source, publishes=24, boundaries=24, check_every=999):
        if number % 12 == 0:
            fresh = life.wake()
            for each in (source, fresh):
                assert all(each.publication.find(path) for path in each.publication.documents)
            ratios.append(objects_of(source) / objects_of(fresh))

    assert max(ratios) < 1.05
