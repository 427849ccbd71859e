"""`edit`: a schedule file in an editor, on a copy, so that no mistake and no failure reaches the file itself."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from icsfeed.cli.draft import find_only_key, publishing_option, show_and_publish
from icsfeed.cli.options import FINDING, NOTHING_DONE, Options, common, is_terminal, stop, tell, tell_problems
from icsfeed.drafting.editor import save
from icsfeed.drafting.folder import Draft
from icsfeed.problems import REFUSALS, ScheduleError, explain


@click.command()
@publishing_option
@common
def edit(options: Options, *, answer: bool | None) -> None:
    """Edit the schedule file in $VISUAL or $EDITOR.

    It is a copy that is edited, and it counts once it has no error.
    """
    key = find_only_key(options)
    path = options.folder().schedule_path(key)
    before = path.read_bytes()
    editor = _find_editor()
    copy = Path(tempfile.mkdtemp(prefix="icsfeed-")) / path.name
    copy.write_bytes(before)
    with _keeping(copy, before):
        draft = _edit(options, key, editor, copy, before)
        if draft is not None:
            save(path, before, draft.schedule.data)
    shutil.rmtree(copy.parent)
    if draft is None:
        click.echo(f"{path} was not changed (an editor that returns at once needs a flag, such as `code --wait`)")
        return
    click.echo(f"changed {path}")
    show_and_publish(options, draft, answer=answer)


def _find_editor() -> list[str]:
    """Return the command of the editor."""
    wished = [command for name in ("VISUAL", "EDITOR") if (command := os.environ.get(name, "").strip())]
    found = [*wished, *(command for command in ("nano", "vi") if shutil.which(command))]
    if not found:
        stop("no editor is known; set VISUAL or EDITOR")
    return shlex.split(found[0])


@contextmanager
def _keeping(copy: Path, before: bytes) -> Iterator[None]:
    """Say where the copy is, if it says something else than the file, whatever ends this."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, REFUSALS):
            tell(explain(error))
        if copy.exists() and copy.read_bytes() != before:
            tell(f"the schedule was not changed; your version is kept in {copy}")
        else:
            shutil.rmtree(copy.parent, ignore_errors=True)
            tell("the schedule was not changed")
        if isinstance(error, REFUSALS):
            raise SystemExit(NOTHING_DONE) from error
        raise


def _edit(options: Options, key: str, editor: list[str], copy: Path, before: bytes) -> Draft | None:
    """Let a person edit the copy until it has no error, and return the draft that it is then; None where nothing was typed."""
    folder = options.folder()
    while True:
        _run(editor, copy)
        after = copy.read_bytes()
        if after == before:
            return None
        try:
            draft = folder.load(key, data=after)
            folder.refuse_conflicts(draft)
        except ScheduleError as error:
            tell_problems(error.problems)
            if not is_terminal() or not click.confirm("Edit again?", default=True, err=True):
                raise SystemExit(FINDING) from error
        else:
            return draft


def _run(editor: list[str], copy: Path) -> None:
    """Run the editor; it alone hears Ctrl-C. End where it fails."""
    heard = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.run([*editor, str(copy)], check=False).returncode  # noqa: S603  # the user's own editor
    finally:
        signal.signal(signal.SIGINT, heard)
    if status:
        stop(f"{editor[0]} ended with {status}")


COMMANDS = (edit,)
