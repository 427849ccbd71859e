"""`export`: the publication as files, once or kept current."""

import logging
import os
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from icsfeed.cli.options import FINDING, NOTHING_DONE, Options, common, stop
from icsfeed.problems import explain
from icsfeed.publication.exporting import MANIFEST, ExportError, FileCounts, export
from icsfeed.publication.journals import Addresses, JournalFolder, NoAddressError, read_clock
from icsfeed.publication.publication import Publication
from icsfeed.publication.source import Source
from icsfeed.web.logs import begin_log

RETRY = timedelta(seconds=10)
"""How often an export that failed is tried again."""

_log = logging.getLogger("icsfeed")


class IncompleteError(Exception):
    """A calendar cannot be shown, and an export without it would take its files away; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Writes what a source publishes into a folder."""

    source: Source
    folder: Path

    def write(self) -> FileCounts:
        """Write the present publication.

        Raises:
            IncompleteError: A calendar is missing in it.
            ExportError: The folder is somebody else's.
            OSError: The disk is full, or the like.
        """
        publication, faults, only = self.source.publication, self.source.journals.faults, self.source.only
        unreadable = [key for key in faults if key not in publication.calendars and only in {None, key}]
        if unreadable:
            raise IncompleteError(f"cannot read {faults[unreadable[0]]}")
        known = [each.calendar.key for each in self.source.journals.calendars if only in {None, each.calendar.key}]
        without_address = [key for key in known if key not in publication.calendars]
        if without_address:
            raise IncompleteError(f"{without_address[0]} has no public address")
        if not publication.calendars:
            raise IncompleteError("nothing is published yet; `icsfeed publish` does that")
        return export(publication, self.folder)


def keep_exported(exporter: Exporter, *, clock: Callable[[], datetime], pause: Callable[[float], bool]) -> None:
    """Write each publication of a source as it comes, until told to stop; an export under way is finished first.

    A folder that somebody removed is written again. What fails is said once and tried again.

    Parameters:
        exporter: Knows source and folder.
        clock: Gives the present.
        pause: Waits for so many seconds, and returns whether to stop.

    Raises:
        ExportError: The folder was somebody else's from the beginning.
    """
    source = exporter.source
    written: Publication | None = None
    tried: tuple[Publication, datetime] | None = None
    told = ""
    while True:
        try:
            source.refresh()
            present, now = source.publication, clock()
            waits = tried is not None and tried[0] is present and timedelta(0) <= now - tried[1] < RETRY
            if (present is not written or not (exporter.folder / MANIFEST).exists()) and not waits:
                tried = (present, now)
                outcome = exporter.write()
                if told or outcome.written or outcome.removed or written is None:
                    _log.info("%s", _tell(outcome, exporter.folder))
                written, told = present, ""
        except Exception as error:  # whatever happens, each file stays whole and the next look may be better
            if isinstance(error, ExportError) and written is None:
                raise
            message = explain(error)
            if message != told:
                told = message
                is_known = isinstance(error, OSError | ExportError | IncompleteError)
                _log.error("not exported: %s; it is tried again", message, exc_info=not is_known)
        if pause(source.seconds_to_next_poll()):
            return


def _tell(outcome: FileCounts, folder: Path) -> str:
    """Return in a line what was done."""
    return f"exported to {folder}: {outcome.written} written, {outcome.unchanged} unchanged, {outcome.removed} removed"


@click.command(name="export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Go on: at each boundary and each publish, until told to stop.")
@common
def export_folder(options: Options, folder: Path, *, watch: bool) -> None:
    """Write what is published as files, for any web server.

    DIR is made where it is not there; else it has to be empty, or made by an earlier export.
    """
    if watch and options.now_text is not None:
        stop("--now stands still, so there is nothing to watch; leave out --now or --watch")
    if watch:
        begin_log()
    if options.calendar is not None:
        options.keys()  # ends where there is no such calendar
    exporter = Exporter(source=_open_source(options, quiet=not watch), folder=folder)
    try:
        if watch:
            keep_exported(exporter, clock=read_clock, pause=_pause_until_signal())
        else:
            click.echo(_tell(exporter.write(), folder))
    except IncompleteError as error:
        stop(f"{error}; nothing was exported", FINDING if exporter.source.journals.faults else NOTHING_DONE)
    except ExportError as error:
        stop(str(error))
    except OSError as error:
        stop(f"{explain(error)}; {folder} may be updated in part, run this again")


def _open_source(options: Options, *, quiet: bool) -> Source:
    """Return the source of what is exported, or end where a calendar has no public address."""
    journals = JournalFolder(options.folder().path, quiet=quiet)
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
        click.echo(f"preview of {options.now_text}, {now:%Y-%m-%d %H:%M} UTC: every page says so", err=True)
    clock = (lambda: now) if is_preview else read_clock
    return Source(journals, addresses, clock=clock, preview=is_preview, dynamic=False, only=options.calendar)


def _pause_until_signal() -> Callable[[float], bool]:
    """Return what waits for so many seconds and tells whether SIGTERM or SIGINT came since; neither ends anything by itself."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(writer, b"!"))
    return lambda seconds: bool(select.select([reader], [], [], seconds)[0])


COMMANDS = (export_folder,)
