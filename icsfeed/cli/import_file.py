"""`import`: windows from calendars and tables that people have."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from icsfeed.cli.editing import STAYS
from icsfeed.cli.messages import FINDING, print_message, print_problems, stop
from icsfeed.cli.options import Options, common
from icsfeed.drafting.editor import add_windows, render_windows, save
from icsfeed.drafting.folder import Draft, Folder
from icsfeed.drafting.importing.entries import Found, ImportSettings, find_new, read_classes
from icsfeed.drafting.importing.ics_import import read_calendar
from icsfeed.drafting.importing.table_import import COLUMNS, read_html, read_markdown, read_separated
from icsfeed.drafting.schedule_file.loader import SUFFIX
from icsfeed.names import LANGUAGES
from icsfeed.problems import suggest
from icsfeed.reading import read_file
from icsfeed.zones import YEARS, zone_names


def _check_columns(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Return what the columns are."""
    columns = tuple(each.strip().casefold() or "-" for each in value.split(",")) if value else ()
    unknown = next((each for each in columns if each not in COLUMNS), None)
    if unknown is not None:
        raise click.BadParameter(f'"{unknown}" is not one of {", ".join(COLUMNS)}')
    if columns and not {"start", "date", "time"} & set(columns):
        raise click.BadParameter("one of them must be start, or date and time")
    return columns


def _check_zone(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return a zone's name."""
    if value is not None and value not in zone_names():
        raise click.BadParameter(f'unknown zone "{value}". {suggest(value, zone_names())}'.strip())
    return value


@click.command(name="import")
@click.argument("file", metavar="FILE|-")
@click.option("--into", type=click.Path(path_type=Path), metavar="FILE", help="Add the windows to this schedule file.")
@click.option("--class", "class_", metavar="CLASS", help="Class of rows and events without one.")
@click.option("--year", type=click.IntRange(YEARS[0], YEARS[-1]), metavar="Y", help="Year of dates without one.")
@click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), help="The order of dates in numbers.")
@click.option("--timezone", metavar="Z", callback=_check_zone, help="Zone of times without one.  [default: the calendar's]")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of dates in words.  [default: the calendar's]")
@click.option("--columns", metavar="NAMES", callback=_check_columns, help=f"What each column is: {', '.join(COLUMNS)}.")
@common
def import_windows(options: Options, file: str, *, into: Path | None, language: str | None, **how: Any) -> None:
    """Print windows from an .ics file, a .csv file, or tables in HTML or Markdown, or add them to a schedule file.

    What cannot be read with certainty is left out and named.
    """
    draft = _load(options, into)
    calendar = draft.schedule.calendar
    settings = ImportSettings(
        file="-" if file == "-" else Path(file).as_posix(),
        schedule=draft.schedule if into else replace(draft.schedule, windows=()),
        now=options.now(calendar),
        languages=(language,) if language else calendar.languages,
        **how,
    )
    if settings.class_ is not None:
        read_classes(settings.class_, settings)
    found = _read(sys.stdin.buffer.read() if file == "-" else read_file(Path(file)), settings)
    fresh, known = find_new(found, settings, draft.published if into else None)
    for note in found.notes:
        print_message(note)
    if found.refused:
        print_problems(found.refused)
    windows = [(each.window, each.changes) for each in fresh]
    if into is None:
        click.echo(render_windows(windows, calendar.timezone), nl=False)
    else:
        if windows:
            after = Draft(schedule=add_windows(draft.schedule, windows), published=draft.published, journal=draft.journal)
            Folder(into.parent).refuse_conflicts(after)
            save(into, draft.schedule.data, after.schedule.data)
        click.echo(f"{into}: {len(windows)} added, {known} known, {len(found.refused)} refused")
        if windows:
            click.echo(f"{calendar.key}: {STAYS}", err=True)
    if found.refused:
        raise SystemExit(FINDING)


def _load(options: Options, into: Path | None) -> Draft:
    """Return the calendar that windows are for; end where there are several and none was chosen."""
    if into is not None:
        options.refuse_now()
        if into.suffix != SUFFIX:
            stop(f"{into} is not a schedule file: its name must end in {SUFFIX}")
        return Folder(into.parent).load(into.stem)
    keys = options.keys_of_schedules()
    if len(keys) > 1:
        stop(f"several calendars: {', '.join(keys)}; add --calendar NAME to the command")
    return options.folder().load(keys[0])


def _read(data: bytes, settings: ImportSettings) -> Found:
    """Return what a file has, by what it is."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        stop(f"{settings.file} is not UTF-8; save it as UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8")
    suffix, plain = Path(settings.file).suffix.casefold(), text.lstrip().casefold()
    if plain.startswith("begin:vcalendar"):
        return read_calendar(text, settings)
    if suffix in {".csv", ".tsv"}:
        return read_separated(text, settings)
    if suffix in {".html", ".htm"} or plain.startswith(("<!doctype html", "<html", "<table")):
        return read_html(text, settings)
    if suffix in {".md", ".markdown"} or plain.startswith("|") or "\n|" in plain:
        return read_markdown(text, settings)
    return read_separated(text, settings)


COMMANDS = (import_windows,)
