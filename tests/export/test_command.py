import shutil
from pathlib import Path

import pytest

from tests.export.states import digests
from tests.repository import commit, make_repository
from tests.service.conftest import JOURNAL, write_journal
from tests.support import ADDRESS, WINDOW, copy_real_calendar, icsfeed, make_folder, schedule_text

PUBLIC_URL = ("--public-url", ADDRESS)


def test_it_says_in_a_line_what_it_did(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    first, again = (icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path) for _ in range(2))
    count = len(digests(tmp_path / "public"))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == f"exported to public: {count} written, 0 unchanged, 0 removed\n"
    assert again.stdout == f"exported to public: 0 written, {count} unchanged, 0 removed\n"


def test_without_a_public_address_it_says_where_to_set_one(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    done = icsfeed("export", "public", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    cure = "set url in its schedule, --public-url or ICSFEED_PUBLIC_URL"
    assert done.stderr == f"icsfeed: minox-online has no public address; {cure}\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["schedule"]


def test_another_moment_can_be_previewed(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    assert icsfeed("export", "public", *PUBLIC_URL, "--now", "2021-12-20 20:00", cwd=tmp_path).returncode == 0
    assert "20 december 2021" in (tmp_path / "public/minox-online/index.html").read_text(encoding="utf-8")


def test_a_moment_that_stands_still_cannot_be_watched(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    done = icsfeed("export", "--watch", "public", *PUBLIC_URL, "--now", "2021-12-20", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "icsfeed: --now and --watch cannot be used together; leave one of them out\n"


def test_while_nothing_is_published_there_is_nothing_to_export(tmp_path: Path) -> None:
    make_folder(tmp_path, schedule_text(WINDOW))
    done = icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "icsfeed: nothing was exported: nothing is published yet; run `icsfeed publish` first\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_git_knows_to_be_lost_is_exported_and_told(tmp_path: Path) -> None:
    journal = copy_real_calendar(tmp_path) / "minox-online.journal.jsonl"
    assert icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path).returncode == 0
    make_repository(tmp_path)
    journal.write_text("".join(journal.read_text(encoding="utf-8").splitlines(keepends=True)[:-3]), encoding="utf-8")
    commit(tmp_path)
    done = icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path)
    assert " 0 written, " in done.stdout
    assert done.stderr.startswith("icsfeed: minox-online.journal.jsonl lacks 3 lines that it had; all stay published, ")


@pytest.mark.parametrize("spoiled", [JOURNAL, "another.journal.jsonl"])
def test_a_broken_journal_takes_no_file_away(tmp_path: Path, spoiled: str) -> None:
    folder = tmp_path / "schedule"
    folder.mkdir()
    write_journal(folder, "first")
    assert icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path).returncode == 0
    before = digests(tmp_path / "public")
    (folder / spoiled).write_text("no journal\n")
    done = icsfeed("export", "public", *PUBLIC_URL, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"icsfeed: nothing was exported: cannot read schedule/{spoiled}:1 ")
    assert digests(tmp_path / "public") == before


def test_a_folder_that_it_did_not_make_is_refused_in_a_sentence(tmp_path: Path) -> None:
    copy_real_calendar(tmp_path)
    done = icsfeed("export", "schedule", *PUBLIC_URL, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    why = "was not made by `icsfeed export`; choose a new or empty folder"
    assert done.stderr == f"icsfeed: schedule {why}\n"
