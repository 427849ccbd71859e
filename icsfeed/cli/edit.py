"""`edit`: edits a copy of a schedule file, and replaces the file once the copy has no errors."""

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

from icsfeed.cli.editing import find_only_key, publishing_option, show_and_publish
from icsfeed.cli.messages import FINDING, NOTHING_DONE, print_message, print_problems, stop
from icsfeed.cli.options import Options, common, is_terminal
from icsfeed.drafting.editor import save
from icsfeed.drafting.folder import Draft
from icsfeed.problems import REFUSALS, ScheduleError, explain


@click.command()
@publishing_option
@common
def edit(options: Options, *, publish_now: bool | None) -> None:
    """Edit the schedule file in $VISUAL or $EDITOR.

    You edit a copy, which replaces the file once it has no errors.
    """
    key = find_only_key(options)
    options.folder().refuse_loss(key)
    path = options.folder().schedule_path(key)
    before = options.folder().read_schedule(key)
    editor = _find_editor()
    copy = Path(tempfile.mkdtemp(prefix="icsfeed-")) / path.name
    copy.write_bytes(before)
    with _keep_copy_on_failure(copy, before):
        draft = _edit_until_valid(options, key, editor, copy, before)
        if draft is not None:
            save(path, before, draft.schedule.data)
    shutil.rmtree(copy.parent)
    if draft is None:
        click.echo(f"{path} was not changed (an editor that returns at once needs an option, such as `code --wait`)")
        return
    click.echo(f"changed {path}")
    show_and_publish(options, draft, publish_now=publish_now)


def _find_editor() -> list[str]:
    """Return the editor's command, split into words."""
    chosen = [command for name in ("VISUAL", "EDITOR") if (command := os.environ.get(name, "").strip())]
    found = [*chosen, *(command for command in ("nano", "vi") if shutil.which(command))]
    if not found:
        stop("no editor found; set VISUAL or EDITOR")
    return shlex.split(found[0])


@contextmanager
def _keep_copy_on_failure(copy: Path, before: bytes) -> Iterator[None]:
    """Whatever fails inside, keep the edited copy and print its path; without edits remove it."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, REFUSALS):
            print_message(explain(error))
        if copy.exists() and copy.read_bytes() != before:
            print_message(f"the schedule was not changed; your version is kept in {copy}")
        else:
            shutil.rmtree(copy.parent, ignore_errors=True)
            print_message("the schedule was not changed")
        if isinstance(error, REFUSALS):
            raise SystemExit(NOTHING_DONE) from error
        raise


def _edit_until_valid(options: Options, key: str, editor: list[str], copy: Path, before: bytes) -> Draft | None:
    """Return the draft once the copy has no errors; None if nothing was changed."""
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
            print_problems(error.problems)
            if not is_terminal() or not click.confirm("Edit again?", default=True, err=True):
                raise SystemExit(FINDING) from error
        else:
            return draft


def _run(editor: list[str], copy: Path) -> None:
    """Run the editor, ignoring Ctrl-C meanwhile; exit if it fails."""
    handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.run([*editor, str(copy)], check=False).returncode  # noqa: S603  # the user's own editor
    finally:
        signal.signal(signal.SIGINT, handler)
    if status:
        stop(f"{editor[0]} failed with exit status {status}")


COMMANDS = (edit,)
