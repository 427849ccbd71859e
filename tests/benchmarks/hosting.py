"""A process that serves an application of `applications` with Granian, as `icsfeed serve` serves its own.

It imports nothing of icsfeed, so that a bare application starts as cheaply as it can.
"""

import json
import multiprocessing
import sys
from functools import partial
from importlib import import_module
from typing import Any
from wsgiref.types import WSGIApplication

from granian import Granian


def main(name: str, folder: str, options_text: str) -> None:
    """Serve until told to stop.

    Parameters:
        name: Of a function in `applications`.
        folder: What that function is given.
        options_text: What icsfeed tells its own server, as JSON.
    """
    multiprocessing.set_start_method("spawn", force=True)
    options: dict[str, Any] = json.loads(options_text)
    Granian("tests.benchmarks", **options).serve(target_loader=partial(_load, name, folder), wrap_loader=False)


def _load(name: str, folder: str) -> WSGIApplication:
    """Return the application, in a worker's process."""
    made: WSGIApplication = getattr(import_module("tests.benchmarks.applications"), name)(folder)
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
