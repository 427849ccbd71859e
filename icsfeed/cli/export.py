"""`export`: writes all published documents as files, once or whenever they change."""

import logging
import os
import select
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from icsfeed.cli.messages import FINDING, NOTHING_DONE, print_message, stop
from icsfeed.cli.options import Options, common
from icsfeed.drafting.lost_lines import find_known_lines
from icsfeed.problems import explain
from icsfeed.publication.exporting import MANIFEST, ExportError, FileCounts, export
from icsfeed.publication.journals import JournalFolder, read_clock
from icsfeed.publication.paths import Addresses, NoAddressError
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.web.logs import start_logging

RETRY = timedelta(seconds=10)
"""How long to wait before a failed export is tried again."""

_log = logging.getLogger("icsfeed")


class IncompleteError(Exception):
    """An export would lack a calendar and delete its files; the message has the reason."""


def export_source(source: Source, folder: Path) -> FileCounts:
    """Write the present publication of a source.

    Raises:
        IncompleteError: A calendar is missing in it.
        ExportError: The folder was not made by an export.
        OSError: A file cannot be written, or another export is running.
    """
    publication, faults, only = source.publication, source.journals.faults, source.only
    unreadable = [key for key in faults if key not in publication.views and only in {None, key}]
    if unreadable:
        raise IncompleteError(f"cannot read {faults[unreadable[0]]}")
    known = [each.calendar.key for each in source.journals.calendars if only in {None, each.calendar.key}]
    without_address = [key for key in known if key not in publication.views]
    if without_address:
        raise IncompleteError(f"{without_address[0]} has no public address")
    if not publication.views:
        raise IncompleteError("nothing is published yet; run `icsfeed publish` first")
    return export(publication, folder)


def keep_exported(source: Source, folder: Path, *, clock: Callable[[], datetime], pause: Callable[[float], bool]) -> None:
    """Export each new publication until `pause` returns True; an export under way is finished first.

    A removed folder is written again. A failure is logged once and tried again.

    Parameters:
        source: What to export.
        folder: Where to write it.
        clock: Returns the present.
        pause: Waits for this many seconds; returns whether to stop.

    Raises:
        ExportError: At the first export, the folder was not made by an export.
    """
    written: Publication | None = None
    tried: tuple[Publication, datetime] | None = None
    logged = ""
    while True:
        try:
            source.refresh()
            present, now = source.publication, clock()
            waits = tried is not None and tried[0] is present and timedelta(0) <= now - tried[1] < RETRY
            if (present is not written or not (folder / MANIFEST).exists()) and not waits:
                tried = (present, now)
                outcome = export_source(source, folder)
                if logged or outcome.written or outcome.removed or written is None:
                    _log.info("%s", _summarize(outcome, folder))
                written, logged = present, ""
        except Exception as error:  # every file is complete, and the next attempt may succeed
            if isinstance(error, ExportError) and written is None:
                raise
            message = explain(error)
            if message != logged:
                logged = message
                is_known = isinstance(error, OSError | ExportError | IncompleteError)
                _log.error("not exported: %s; trying again", message, exc_info=not is_known)
        if pause(source.seconds_to_next_poll()):
            return


def _summarize(counts: FileCounts, folder: Path) -> str:
    """Return how many files were written, unchanged and removed."""
    return f"exported to {folder}: {counts.written} written, {counts.unchanged} unchanged, {counts.removed} removed"


@click.command(name="export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Keep running, and export again whenever something changes.")
@common
def export_folder(options: Options, folder: Path, *, watch: bool) -> None:
    """Write all published documents as files, for any web server.

    DIR is created. If it exists, it must be empty or made by an earlier export.
    """
    if watch and options.now_text is not None:
        stop("--now and --watch cannot be used together; leave one of them out")
    if watch:
        start_logging()
    options.refuse_unknown_calendar()
    source = _open_source(options, quiet=not watch)
    try:
        if watch:
            keep_exported(source, folder, clock=read_clock, pause=pause_until_signal())
            return
        counts = export_source(source, folder)
    except IncompleteError as error:
        stop(f"nothing was exported: {error}", FINDING if source.journals.faults else NOTHING_DONE)
    except ExportError as error:
        stop(str(error))
    except OSError as error:
        stop(f"{explain(error)}; {folder} may be updated only in part, so run this again")
    click.echo(_summarize(counts, folder))
    for reason in source.journals.reasons:
        print_message(reason)


def _open_source(options: Options, *, quiet: bool) -> Source:
    """Return what to export; exit if a calendar has no public address."""
    journals = JournalFolder(options.folder().path, quiet=quiet, history=find_known_lines)
    journals.refresh()
    addresses = Addresses(public_url=options.public_url)
    now = options.now_of_folder()
    try:
        for published in journals.calendars:
            if options.calendar in {None, published.calendar.key}:
                addresses.of(published.calendar)
    except NoAddressError as error:
        stop(str(error))
    is_preview = options.now_text is not None
    if is_preview:
        click.echo(f"preview of {options.now_text}, {now:%Y-%m-%d %H:%M} UTC: every page is marked as a preview", err=True)
    clock = (lambda: now) if is_preview else read_clock
    return Source(journals, addresses, clock=clock, is_preview=is_preview, dynamic=False, only=options.calendar)


def pause_until_signal() -> Callable[[float], bool]:
    """Return a function that waits some seconds and returns whether SIGTERM or SIGINT arrived; neither ends the process."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(writer, b"!"))
    return lambda seconds: bool(select.select([reader], [], [], seconds)[0])


COMMANDS = (export_folder,)
