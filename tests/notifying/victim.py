"""A process whose children notify and are killed: `python -m tests.notifying.victim FOLDER CONFIG`.

Each line of standard input is a delay in seconds, after which a child that sends what is due is killed; `-` never kills it.
Each is answered by how long the child lived.
"""

import os
import signal
import sys
import time
import warnings
from pathlib import Path

from icsfeed.notifying.notifier import Notifier
from icsfeed.notifying.places import read_places
from icsfeed.publication.journals import JournalFolder, read_clock
from icsfeed.publication.paths import Addresses
from tests.notifying.desk import run
from tests.published import CALENDAR
from tests.support import ADDRESS


def main() -> None:
    warnings.simplefilter("ignore")
    folder, config = map(Path, sys.argv[1:])
    places = read_places(config, (CALENDAR,))  # once and for all, so that children are killed while they send
    addresses = Addresses(public_url=ADDRESS)
    for line in sys.stdin:
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            journals = JournalFolder(folder)
            run(Notifier(journals=journals, places=places, addresses=addresses, folder=folder, clock=read_clock))
            os._exit(0)
        if line.strip() != "-":
            time.sleep(float(line))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert status in {0, signal.SIGKILL}, status
        sys.stdout.write(f"{time.monotonic() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
