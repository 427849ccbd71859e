"""A storm by hand, with its figures: `python -m tests.storm --minutes 10`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.storm.running import run_storm


def main() -> int:
    """Run a storm and print what came of it; 1 when something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", type=int, help="how many workers are killed; one in four seconds by default")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    saves = round(chosen.minutes * 600)
    kills = chosen.kills if chosen.kills is not None else saves // 40
    with tempfile.TemporaryDirectory() as place:
        outcome = run_storm(Path(place), saves=saves, kills=kills, seed=chosen.seed, seconds=chosen.minutes * 60)
    for name, value in outcome.figures.items():
        sys.stdout.write(f"{name}: {value}\n")
    for fault in outcome.faults[:100]:
        sys.stdout.write(f"FAULT: {fault}\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
