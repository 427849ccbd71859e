"""The copy that a service keeps beside a journal that lost lines."""

from pathlib import Path

import pytest

from icsfeed.drafting.lost_lines import keep_served_lines, read_served_lines, served_copy_of


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "example.journal.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return path


def test_a_damaged_line_of_the_copy_takes_no_other_line_along(journal: Path) -> None:
    served_copy_of(journal).write_bytes(b'{"a": 1}\n{"b": "\xff"}\n{"c": 1}\n')
    assert read_served_lines(journal) == {'{"a": 1}', '{"c": 1}'}


def test_a_copy_is_removed_once_the_journal_is_whole(journal: Path) -> None:
    keep_served_lines(journal, {'{"a": 1}'}, like=journal)
    assert read_served_lines(journal) == {'{"a": 1}'}
    keep_served_lines(journal, (), like=journal)
    keep_served_lines(journal, (), like=journal)
    assert not served_copy_of(journal).exists()


def test_a_copy_that_cannot_be_read_is_not_removed(journal: Path) -> None:
    served_copy_of(journal).mkdir()
    with pytest.raises(OSError, match="served"):
        keep_served_lines(journal, (), like=journal)
    assert served_copy_of(journal).exists()
