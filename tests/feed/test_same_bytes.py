import hashlib
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings

from icsfeed.journal import load_journal, render_line
from icsfeed.replay import PublishedCalendar
from tests.published import all_documents, calendars
from tests.support import REAL, ROOT, clean_environment, publication_of

PROGRAM = """
import hashlib, sys
from datetime import UTC, datetime
from pathlib import Path
from icsfeed.journal import load_journal
from icsfeed.publication.publication import render_publication
published = load_journal(Path(sys.argv[1]).read_bytes(), file="a journal", key="minox-online")
publication = render_publication([published], datetime(2021, 6, 1, tzinfo=UTC), lambda _: "https://example.com")
digest = hashlib.sha256()
for path in publication.documents:
    found = publication.find(path)
    digest.update(repr((path, found.body, found.etag, found.compressed)).encode())
print(digest.hexdigest())
"""


def digest(journal: Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(journal)],
        cwd=folder,
        env=clean_environment(PYTHONPATH=str(ROOT), **environment),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_two_processes_give_the_same_bytes_whatever_surrounds_them(tmp_path: Path) -> None:
    copy = tmp_path / "another.jsonl"
    copy.write_bytes((REAL / "minox-online.journal.jsonl").read_bytes())

    one = digest(
        REAL / "minox-online.journal.jsonl", ROOT, PYTHONHASHSEED="1", TZ="Pacific/Auckland", LANG="de_DE.UTF-8", LC_ALL="C"
    )
    other = digest(copy, tmp_path, PYTHONHASHSEED="2", TZ="America/New_York", LANG="nl_NL", LANGUAGE="fr", PYTHONUTF8="0")
    assert len(one.strip()) == hashlib.sha256().digest_size * 2
    assert one == other


@settings(max_examples=40, deadline=None, derandomize=True)
@given(calendars())
def test_a_journal_written_and_read_again_gives_the_same_bytes(of: PublishedCalendar) -> None:
    written = "".join(f"{render_line(line)}\n" for line in of.lines).encode()
    read = load_journal(written, file="a journal", key="example")

    assert all_documents(publication_of(read)) == all_documents(publication_of(of))
