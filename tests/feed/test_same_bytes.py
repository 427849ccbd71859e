import hashlib
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings

from icsfeed.journal import load_journal, render_line
from icsfeed.replay import PublishedCalendar
from tests.published import after, all_documents, calendars
from tests.support import NOW, REAL, ROOT, WINDOW, clean_environment, publication_of, schedule_text

PROGRAM = """
import hashlib, sys
from datetime import UTC, datetime
from pathlib import Path
from icsfeed.journal import load_journal
from icsfeed.publication.publication import publish_calendars
published = load_journal(Path(sys.argv[1]).read_bytes(), file="a journal", key="minox-online")
publication = publish_calendars([published], datetime(2021, 6, 1, tzinfo=UTC), lambda _: "https://example.com")
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


def entry(number: int) -> str:
    kind, day = ["standaard", "uitgebreid"][number % 2], number % 28 + 1
    return f"  - id: w{number}\n    start: 2027-12-{day:02} 21:00\n    class: {kind}\n"


def test_entries_in_reversed_order_give_the_same_bytes() -> None:
    entries = [entry(number) for number in range(40)]
    there, back = (after(schedule_text(*each), None, NOW) for each in (entries, entries[::-1]))

    assert all_documents(publication_of(there)) == all_documents(publication_of(back))


def test_a_schedule_whose_entries_only_change_places_publishes_nothing() -> None:
    before = after(schedule_text(WINDOW, entry(1)), None, NOW)

    assert after(schedule_text(entry(1), WINDOW), before, NOW).lines == before.lines


@settings(max_examples=40, deadline=None, derandomize=True)
@given(calendars())
def test_a_journal_written_and_read_again_gives_the_same_bytes(of: PublishedCalendar) -> None:
    written = "".join(f"{render_line(line)}\n" for line in of.lines).encode()
    read = load_journal(written, file="a journal", key="example")

    assert all_documents(publication_of(read)) == all_documents(publication_of(of))
