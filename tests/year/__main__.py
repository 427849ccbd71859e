"""A year by hand, with its figures: `python -m tests.year`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.year.living import Life, Memory, live, objects_of


def main() -> int:
    """Live through a year and print what it took; 1 when a publication was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--boundaries", type=int, default=10_000)
    parser.add_argument("--publishes", type=int, default=1_000)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--check-every", type=int, default=100)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        life = Life(Path(place), windows=chosen.windows)
        source, began, first = life.begin(), time.process_time(), life.now
        for number in live(
            life, source, publishes=chosen.publishes, boundaries=chosen.boundaries, check_every=chosen.check_every
        ):
            if number % max(1, chosen.boundaries // 20) == 0:
                held = Memory.now()
                days, lines = (life.now - first).days, len(source.publication.views["example"].published.lines)
                sys.stdout.write(
                    f"{number} boundaries, {life.publishes} publishes, {days} days, {lines} lines, {life.checked} checked: "
                    f"{held.objects} objects, {held.size / 2**20:.1f} MB, {time.process_time() - began:.0f} s of CPU\n"
                )
                sys.stdout.flush()
        lived, fresh = objects_of(source), objects_of(life.wake())
        sys.stdout.write(f"objects: {lived} after all, {fresh} of one that just began, {lived / fresh:.2f} of it\n")
        sys.stdout.write(f"wrong: {len(life.wrong)} {life.wrong[:3]}\n")
    return 1 if life.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
