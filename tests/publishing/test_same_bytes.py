"""The same moment and the same schedule give the same journal, on whatever machine and in whatever order."""

import subprocess
import sys
from pathlib import Path

from tests.publishing.desk import EVERY_YES, FIRST, SECOND, THIRD, Desk
from tests.support import ROOT, clean_environment, schedule_text

PUBLISH = """
from datetime import UTC, datetime
from pathlib import Path
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.publishing import Answers, publish
outcome = publish(Folder(Path("schedule")), "example", now=datetime(2027, 11, 1, 12, tzinfo=UTC), answers=Answers())
assert outcome.is_done
"""


def test_entries_in_another_order_are_nothing_to_publish(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST, SECOND, THIRD)
    desk.publish()
    desk.write(THIRD, FIRST, SECOND)
    assert desk.publish(EVERY_YES).difference.lines == ()


def test_keys_and_languages_in_another_order_are_nothing_to_publish(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(FIRST)
    desk.publish()
    turned = FIRST.replace(
        "    start: 2027-12-07 21:00\n    class: standaard\n", "    class: standaard\n    start: 2027-12-07 21:00\n"
    )
    desk.save(schedule_text(turned).replace('{nl: "Standaard", en: "Standard"}', '{en: "Standard", nl: "Standaard"}'))
    assert desk.publish().difference.lines == ()


def test_zone_hash_seed_and_folder_of_the_process_change_no_byte(tmp_path: Path) -> None:
    journals = set()
    for name, zone, seed in (("one", "Pacific/Auckland", "1"), ("elsewhere", "America/New_York", "4711")):
        desk = Desk(tmp_path / name)
        desk.root.mkdir()
        desk.write(THIRD, FIRST, SECOND)
        environment = clean_environment(TZ=zone, PYTHONHASHSEED=seed, PYTHONPATH=str(ROOT))
        subprocess.run([sys.executable, "-c", PUBLISH], cwd=desk.root, env=environment, check=True, timeout=60)
        journals.add(desk.journal.read_bytes())
    assert len(journals) == 1
