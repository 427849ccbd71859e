from pathlib import Path

from tests.commands.desk import run


def test_import_says_that_it_is_being_rebuilt_and_how_to_add_windows(tmp_path: Path) -> None:
    said = run(tmp_path, "import", "page.html", now=None)
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "icsfeed: import no longer reads pasted pages and is being rebuilt; "
        "add windows with `icsfeed add WHEN CLASS` or `icsfeed edit`\n"
    )
