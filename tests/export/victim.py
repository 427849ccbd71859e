"""A process that exports as it is told, and is killed in between: `python -m tests.export.victim FOLDER`.

Each line of standard input is the number of a state and a delay in seconds. A child begins to export that state and is killed
after the delay; `-` never kills it. Each is answered by how long it took, once the child is gone.
"""

import os
import signal
import sys
import time
from pathlib import Path

from icsfeed.publication.exporting import export, render_files
from tests.export.states import make_states


def main() -> None:
    folder, states = Path(sys.argv[1]), make_states()
    for each in states:
        render_files(each)  # rendered once and for all, so that the killed children are mostly at the folder
    for line in sys.stdin:
        number, delay = line.split()
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            export(states[int(number)], folder)
            os._exit(0)
        if delay != "-":
            time.sleep(float(delay))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert status in {0, signal.SIGKILL}, status
        sys.stdout.write(f"{time.monotonic() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
