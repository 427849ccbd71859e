"""`import`: a pasted page becomes a schedule file, or adds its windows to one."""

import sys
from pathlib import Path

import click

from icsfeed.cli.options import FINDING, Options, common, stop, tell_problems
from icsfeed.drafting.editor import ChangedError, save
from icsfeed.drafting.files import replace_file
from icsfeed.drafting.folder import Folder, find_collisions
from icsfeed.drafting.loader import SUFFIX, load_schedule
from icsfeed.drafting.pasted import Hints, Imported, add_to_schedule, make_schedule
from icsfeed.drafting.pasted_lines import LARGEST, PageError
from icsfeed.drafting.pasted_remarks import show
from icsfeed.drafting.publishing import find_conflicts
from icsfeed.drafting.spots import LayoutError
from icsfeed.grammar import LANGUAGES, find_fault_in_domain, find_fault_in_name
from icsfeed.problems import ScheduleError, suggest
from icsfeed.zones import zone_names

_UNNAMED = "imported"


@click.command(name="import")
@click.argument("page", metavar="FILE|-")
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="FILE", help="Add the windows to this schedule file, or make it."
)
@click.option("--domain", metavar="DOMAIN", help="Right-hand side of every event's UID; never changes.  [default: example.org]")
@click.option("--timezone", metavar="ZONE", help="IANA zone of the page's times.  [default: a guess]")
@click.option("--language", metavar="CODE", help="The language of the page.  [default: nl or en, by its words]")
@common
def import_page(
    options: Options, page: str, *, into: Path | None, domain: str | None, timezone: str | None, language: str | None
) -> None:
    """Turn a maintenance page, as copied from a browser or saved as HTML, into a schedule file."""
    options.refuse_now()
    _check_arguments(into, domain, timezone, language)
    hints, text = Hints(domain=domain, timezone=timezone, language=language), _read(page)
    try:
        if into is None:
            imported = make_schedule(text, file=f"{_UNNAMED}{SUFFIX}", key=_UNNAMED, hints=hints)
            click.echo(imported.data, nl=False)
        else:
            imported = _import_into(into, text, hints)
    except PageError as error:
        message, *unread = str(error).splitlines()
        for line in unread:
            click.echo(line, err=True)
        stop(f"{show(page)}: {message}")
    except ScheduleError as error:
        tell_problems(error.problems)
        stop("nothing was written", FINDING)
    _tell(imported, into)


def _check_arguments(into: Path | None, domain: str | None, timezone: str | None, language: str | None) -> None:
    """End with what is wrong with an argument."""
    fault = find_fault_in_domain(domain) if domain is not None else None
    if fault is not None:
        stop(f'"{domain}": {fault}')
    if language is not None and language not in LANGUAGES:
        stop(f'"{language}": languages are {", ".join(LANGUAGES)}')
    if timezone is not None and timezone not in zone_names():
        stop(f'unknown zone "{timezone}". {suggest(timezone, zone_names())}Zones have names such as Europe/Amsterdam.')
    if into is not None and into.suffix != SUFFIX:
        stop(f"{into}: the name of a schedule file ends in {SUFFIX}")
    fault = find_fault_in_name(into.name.removesuffix(SUFFIX)) if into is not None else None
    if fault is not None:
        stop(f"{into}: {fault}")


def _read(page: str) -> bytes:
    """Return what was pasted, at most a byte more than is read."""
    if page == "-":
        if sys.stdin is None:
            stop("standard input is closed")
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(page).open("rb") as file:
        return file.read(LARGEST + 1)


def _import_into(into: Path, text: bytes, hints: Hints) -> Imported:
    """Make a schedule file, or add to it what it lacks."""
    key = into.name.removesuffix(SUFFIX)
    try:
        before = into.read_bytes()
    except FileNotFoundError:
        imported = make_schedule(text, file=into.as_posix(), key=key, hints=hints)
        _require_room(into, imported)
        _create(into, imported.data)
        return imported
    schedule = load_schedule(before, file=into.as_posix(), key=key)
    for name, hint, present in (
        ("--domain", hints.domain, schedule.calendar.domain),
        ("--timezone", hints.timezone, schedule.calendar.timezone),
    ):
        if hint not in {None, present}:
            stop(f"{name} is for a new file; {into} has {present}")
    try:
        imported = add_to_schedule(text, before, schedule, hints)
        if imported.data != before:
            _require_room(into, imported)
            save(into, before, imported.data)
    except LayoutError as error:
        stop(f"{into}: {error}; nothing was changed")
    except ChangedError:
        stop(f"{into} was saved by somebody else meanwhile; nothing was changed, try again")
    return imported


def _require_room(into: Path, imported: Imported) -> None:
    """Raise ScheduleError where the file would contradict its journal or another calendar of its folder."""
    folder, schedule = Folder(into.parent), imported.schedule
    published, others = folder.published(schedule.calendar.key), folder.others(schedule.calendar.key)
    conflicts = [*find_conflicts(schedule, published), *find_collisions(schedule, others)]
    if conflicts:
        raise ScheduleError(conflicts)


def _create(path: Path, data: bytes) -> None:
    """Make a file, whole from its first moment, with the mode that new files get here."""
    model = path.with_name(f".{path.name}.new")
    try:
        model.touch()
        replace_file(path, data, like=model)
    finally:
        model.unlink(missing_ok=True)


def _tell(imported: Imported, into: Path | None) -> None:
    """Say every guess and what was left out; end with 1 where something was."""
    for remark in imported.remarks:
        click.echo(str(remark), err=True)
    unread = [remark for remark in imported.remarks if not remark.is_guess]
    count = len(imported.added)
    windows = f"{count} {'window' if count == 1 else 'windows'}"
    if into is not None:
        click.echo(f"{into}: {windows} added" if count else f"{into}: nothing to add", err=True)
    else:
        click.echo(f"{windows}, {len(imported.remarks) - len(unread)} guesses, {len(unread)} left out", err=True)
    if unread:
        raise SystemExit(FINDING)


COMMANDS = (import_page,)
