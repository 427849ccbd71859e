import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.deployment.test_nginx import find_program
from tests.export.states import files_in, inodes
from tests.house.reading import code_blocks, page
from tests.support import ROOT, clean_environment, copy_real_calendar

RECORDING = """\
#!/bin/sh
case " $* " in
*" --files-from-raw - "*) cat >"{folder}/names" ;;
*) : >"{folder}/names" ;;
esac
jq -nc --rawfile names "{folder}/names" '[$ARGS.positional, $names]' --args -- "$@" >>"{folder}/calls"
exec "{rclone}" "$@" <"{folder}/names"
"""
"""An rclone that also notes how it was called, and with which names."""

EXPORTING = '#!/bin/sh\nexec {python} -m icsfeed "$@"\n'


class Store:
    """A machine with the guide's script, and an object store that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.first: list[tuple[list[str], list[str]]] = []
        self.folder, self.objects, self.bin = folder, folder / "store" / "maintenance", folder / "bin"
        rclone = find_program("rclone", "install rclone")
        find_program("jq", "install jq")
        copy_real_calendar(folder)
        self.bin.mkdir()
        self._put("rclone", RECORDING.format(folder=folder, rclone=rclone))
        self._put("icsfeed", EXPORTING.format(python=sys.executable))

    def _put(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self) -> list[tuple[list[str], list[str]]]:
        """Run the script, and return what rclone was called with: arguments and names."""
        (self.folder / "calls").write_text("")
        (script,) = [each for each in code_blocks(page("many-subscribers"), "sh") if "rclone" in each]
        settings = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "ICSFEED_PUBLIC_URL": "https://onderhoud.example.com",
            "RCLONE_CONFIG": str(self.folder / "rclone.conf"),
            "RCLONE_CONFIG_STORE_TYPE": "alias",
            "RCLONE_CONFIG_STORE_REMOTE": str(self.folder / "store"),
        }
        environment = clean_environment(**settings)
        done = subprocess.run(
            ["sh", "-eu", "-c", script], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        calls = [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]
        return [(arguments, names.splitlines()) for arguments, names in calls]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that was filled once."""
    made = Store(tmp_path_factory.mktemp("store"))
    made.first = made.run()
    return made


def test_each_document_is_an_object_with_the_headers_of_the_manifest(store: Store) -> None:
    documents = json.loads((store.folder / "public" / ".manifest.json").read_bytes())["documents"]
    sent: dict[str, list[dict[str, str]]] = defaultdict(list)
    for arguments, names in store.first:
        given = [arguments[at + 1].partition(": ") for at, each in enumerate(arguments) if each == "--header-upload"]
        for name in names:
            sent[name].append({name: value for name, _, value in given})
    told = {each["file"]: [{name: each["headers"][name] for name in ("Content-Type", "Cache-Control")}] for each in documents}
    assert dict(sent) == told
    assert {name: path.read_bytes() for name, path in files_in(store.objects).items()} == {
        name: (store.folder / "public" / name).read_bytes() for name in told
    }


def test_a_second_time_nothing_moves_and_what_is_gone_is_removed(store: Store) -> None:
    before = inodes(store.objects)
    (store.objects / "gone.ics").write_text("no more")
    (store.objects / "minox-online.ics").unlink()
    store.run()
    after = inodes(store.objects)
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == {"minox-online.ics"}
