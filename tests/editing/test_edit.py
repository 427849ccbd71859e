"""`edit`: an editor on a copy; only what has no error reaches the file, and nothing that was typed is lost."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.commands.desk import Said, converse
from tests.editing.desk import DRAFT, WINDOWS, Desk, make_desk

MISTAKE = "s/class: standaard/clas: standaard/"
CURE = "s/clas:/class:/"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return make_desk(tmp_path)


def copies(desk: Desk) -> list[Path]:
    """Return the copies that were kept."""
    return list((desk.root / "tmp").rglob("*.yaml"))


def script(desk: Desk, text: str) -> str:
    """Return an editor: a script in Python that has the copy's path as `path`."""
    file = desk.root / "editor.py"
    file.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n{text}\n", encoding="utf-8")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(file))}"


def edit(desk: Desk, monkeypatch: pytest.MonkeyPatch, editor: str, *arguments: str) -> Said:
    monkeypatch.setenv("EDITOR", editor)
    return desk.run("edit", *arguments)


def test_what_was_typed_reaches_the_file_and_is_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish")
    said = edit(desk, monkeypatch, "sed -i 's/2036 21:00/2036 22:00/'")
    assert (said.status, said.err) == (0, DRAFT)
    assert said.out.startswith(
        "changed schedule/example.yaml\nexample: 1 change to publish\n  moved      later  was Sun 14 December"
    )
    assert desk.windows() == WINDOWS.replace("2036 21:00", "2036 22:00")
    assert copies(desk) == []


def test_visual_goes_before_editor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "sed -i s/later/other/")
    assert edit(desk, monkeypatch, "false", "--draft").status == 0
    assert "id: other" in desk.windows()


def test_nothing_typed_is_nothing_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.file.stat()
    said = edit(desk, monkeypatch, "true")
    assert said.status == 0
    assert said.out.startswith("schedule/example.yaml was not changed")
    assert desk.file.stat() == before
    assert copies(desk) == []


def test_the_editor_sees_a_copy_with_the_name_of_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    look = "assert path.name == 'example.yaml' and 'schedule' not in path.parts\npath.write_text(path.read_text() + '# seen\\n')"
    assert edit(desk, monkeypatch, script(desk, look)).status == 0
    assert desk.windows() == f"{WINDOWS}# seen\n"


def test_without_a_terminal_a_mistake_is_told_and_the_text_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = edit(desk, monkeypatch, f"sed -i '{MISTAKE}'")
    assert said.status == 1
    assert 'schedule/example.yaml:30:5: error: unknown key "clas"' in said.err
    assert desk.windows() == WINDOWS
    (copy,) = copies(desk)
    assert said.err.endswith(f"the schedule was not changed; your version is kept in {copy.relative_to(desk.root)}\n")
    assert "clas: standaard" in copy.read_text(encoding="utf-8")


def test_on_a_terminal_a_mistake_can_be_mended(desk: Desk) -> None:
    second_time = (
        "text.replace('clas:', 'class:') if 'clas:' in text else text.replace('class: stand', 'clas: stand', 1) + '# x\\n'"
    )
    again = script(desk, f"text = path.read_text()\npath.write_text({second_time})")
    status, shown = converse(desk.root, b"\nn\n", "edit", EDITOR=again)
    assert status == 0
    assert 'error: unknown key "clas"' in shown
    assert "Edit again? [Y/n]: " in shown
    assert "Publish this now? [Y/n]: " in shown
    assert desk.windows() == f"{WINDOWS}# x\n"


def test_who_does_not_want_to_mend_it_finds_it_again(desk: Desk) -> None:
    status, shown = converse(desk.root, b"n\n", "edit", EDITOR=f"sed -i '{MISTAKE}'", TMPDIR=str(desk.root / "tmp"))
    assert status == 1
    (copy,) = copies(desk)
    assert shown.endswith(f"your version is kept in {copy}\n")
    assert desk.windows() == WINDOWS


@pytest.mark.parametrize("text", ["sys.exit(3)", "import os\nos.kill(os.getpid(), 9)"])
def test_an_editor_that_fails_changes_nothing_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    said = edit(desk, monkeypatch, script(desk, f"path.write_text('half')\n{text}"))
    assert said.status == 2
    assert re.search(r"failed with exit status (3|-9)\n", said.err)
    assert [copy.read_text(encoding="utf-8") for copy in copies(desk)] == ["half"]
    assert desk.windows() == WINDOWS


@pytest.mark.parametrize("editor", ["false", "/nowhere/at-all"])
def test_an_editor_that_does_not_start_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch, editor: str) -> None:
    said = edit(desk, monkeypatch, editor)
    assert said.status == 2
    assert said.err.endswith("icsfeed: the schedule was not changed\n")
    assert copies(desk) == []


def test_an_editor_that_deletes_the_copy_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert edit(desk, monkeypatch, "rm").status == 2
    assert desk.windows() == WINDOWS


def test_a_save_by_somebody_else_meanwhile_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    append = "{0}.write_text({0}.read_text() + '# {1}\\n')"
    both = f"other = pathlib.Path({str(desk.file)!r})\n{append.format('other', 'other')}\n{append.format('path', 'mine')}"
    said = edit(desk, monkeypatch, script(desk, both))
    assert said.status == 2
    assert "schedule/example.yaml was saved by somebody else meanwhile; nothing was overwritten" in said.err
    assert desk.windows() == f"{WINDOWS}# other\n"
    assert [copy.read_text(encoding="utf-8").endswith("# mine\n") for copy in copies(desk)] == [True]


def test_a_file_with_an_error_can_be_mended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.file.write_text(desk.file.read_text(encoding="utf-8").replace("class: standaard", "clas: standaard"), encoding="utf-8")
    assert edit(desk, monkeypatch, f"sed -i '{CURE}'").status == 0
    assert desk.windows() == WINDOWS


def test_what_can_be_said_of_no_schedule_is_refused_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run("publish")
    said = edit(desk, monkeypatch, "sed -i s/example.com/example.org/")
    assert said.status == 1
    assert 'the domain was published as "example.com" and cannot change' in said.err
