import re
import tomllib

import icsfeed
import tests
from tests.house.reading import code_blocks, readme, tracked
from tests.support import ROOT

VISIBLE = {"icsfeed", "schedule", "tests", "wsgi.py", "pyproject.toml", "README.md"}
BINARY = {".mo", ".png", ".ico", ".woff2"}


def texts(*, suffix: str = "") -> dict[str, str]:
    """Return the text files that belong to the project."""
    names = [name for name in tracked(others=True) if name.endswith(suffix) and (ROOT / name).suffix not in BINARY]
    return {name: (ROOT / name).read_bytes().decode("utf-8", "replace") for name in names}


def lines_with(pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name}:{number}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


def test_only_six_things_are_visible_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked() if not name.startswith(".")} == VISIBLE


def test_no_file_names_a_place_on_the_machine_where_it_was_written() -> None:
    assert lines_with(r"(?<![\w.}$/-])/(root|home|work|tmp|Users)/\w") == []


def test_no_file_names_a_registry_of_packages() -> None:
    assert (
        lines_with(
            r"pypi\.(org|python)|pythonhosted\.|registry\.(npmjs|yarnpkg)|deb\.debian\.|artifacts?\.|--(extra-)?index-url\b"
        )
        == []
    )


def test_code_has_neither_tabs_nor_trailing_blanks() -> None:
    files = {
        name: text
        for name, text in texts().items()
        if name.endswith((".py", ".html", ".css", ".toml", ".po")) or name == ".ci/run"
    }
    assert [name for name, text in files.items() if "\t" in text or re.search(r"[ \r]$", text, re.MULTILINE)] == []
    assert [name for name, text in files.items() if text and not text.endswith("\n")] == []


def test_the_version_stands_in_one_place() -> None:
    (place,) = lines_with(rf"(?<![\d.]){re.escape(icsfeed.__version__)}(?![\d.])")
    assert place.startswith("icsfeed/__init__.py:")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"] == ["version"]


def test_the_readme_begins_with_two_commands_one_to_serve_and_one_to_test() -> None:
    beginning = readme().partition("\n## ")[0]
    assert (len(code_blocks(beginning, "sh")), beginning.count("```")) == (2, 4)
    serve, test = (block.removesuffix("\n") for block in code_blocks(beginning, "sh"))
    assert serve.split(" && ") == ["python3 -m venv .venv", ".venv/bin/pip install .", ".venv/bin/icsfeed serve"]
    assert test.split(" && ") == ["python3 -m venv .venv", ".venv/bin/pip install -e '.[test]'", ".venv/bin/pytest"]


def test_the_check_before_a_merge_takes_its_commands_from_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111 == 0o111
    assert [each for each in ("'.[test]'", "bin/pytest", "icsfeed serve") if each in script.read_text(encoding="utf-8")] == []


def test_the_tests_name_all_their_folders() -> None:
    folders = {name.split("/")[1] for name in tracked() if re.fullmatch(r"tests/[^/]+/.+", name)}
    assert folders - set(re.findall(r"`(\w+)`", tests.__doc__ or "")) == set()
