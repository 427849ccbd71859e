import os
import signal

import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would each service

SLOW = {"storm", "deployment", "service", "browser", "editing", "export", "repeats"}
"""Folders of tests that take long."""


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors, as many tests wait for a service or a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that the processes end together."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)
