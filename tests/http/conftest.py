from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import WINDOW, Service, icsfeed, make_folder, schedule_text, serving


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with the example calendar, which also had the name `onderhoud`."""
    folder: Path = tmp_path_factory.mktemp("http")
    make_folder(folder, schedule_text(WINDOW).replace("  color:", "  formerly: [onderhoud]\n  color:"))
    published = icsfeed("publish", cwd=folder)
    assert published.returncode == 0, published.stderr
    with serving(folder, "--no-publish") as running:
        yield running
