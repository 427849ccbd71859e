import resource
from collections.abc import Iterator

import pytest

from tests.storm.processes import listeners
from tests.support import WINDOW, Service, make_folder, schedule_text, serving, wait_until

OTHERS = "".join(WINDOW.replace("20271207T2100", f"w{number}").replace("2027", str(2028 + number % 8)) for number in range(100))
"""So many windows that a feed does not fit into what a kernel keeps for a connection that nobody reads from."""


@pytest.fixture(scope="package")
def many_files() -> Iterator[int]:
    """How many connections this process may hold, a few left over; as many as it is ever allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield hard - 500
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, many_files: int) -> Iterator[Service]:
    """A running service; nobody changes anything in its folder."""
    folder = tmp_path_factory.mktemp("hostile")
    make_folder(folder, schedule_text(WINDOW, OTHERS))
    with serving(folder, workers=2) as running:
        wait_until(lambda: listeners(running.port) == 2)
        yield running
        assert "Traceback" not in running.log()
        assert running.process.poll() is None
