import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import apprise
import pytest

from tests.notifying.desk import Desk
from tests.notifying.receivers import Hook, Mailbox, receiving_hooks, receiving_mail

with warnings.catch_warnings(action="ignore"):
    apprise.Apprise().add("json://127.0.0.1")  # loads all plugins, some of which import what Python no longer likes


@pytest.fixture
def hook() -> Iterator[Hook]:
    with receiving_hooks() as receiver:
        yield receiver


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving_mail() as receiver:
        yield receiver


@pytest.fixture
def make_desk(tmp_path: Path, hook: Hook) -> Iterator[Callable[..., Desk]]:
    """A function that makes a desk: places by their paths, with their tags."""
    made: list[Desk] = []

    def make(**tags: str) -> Desk:
        made.append(Desk(root=tmp_path, hook=hook, tags=tags))
        return made[-1]

    yield make
    for each in made:
        each.close()
