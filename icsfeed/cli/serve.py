"""`serve`: runs the web service, publishes clean saves and logs what changes."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import click

from icsfeed.cli.messages import stop
from icsfeed.cli.options import Options, common
from icsfeed.drafting.auto_publish import AutoPublisher, KeyedLine, list_changes
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.lost_lines import find_known_lines, read_served_lines, served_copy_of
from icsfeed.journal import SUFFIX
from icsfeed.model import Calendar
from icsfeed.problems import counted
from icsfeed.publication.journals import JournalFolder, find_journals, read_clock, warn_of_left_out, warn_of_missing_ends
from icsfeed.publication.phases import Phase, phase_of
from icsfeed.replay import PublishedCalendar
from icsfeed.web.logs import start_logging
from icsfeed.web.server import CannotStartError, run
from icsfeed.web.settings import Settings
from icsfeed.wording import words_for

POLL_SECONDS = 1.0
"""How often `serve` looks for saved schedules and changed journals."""

_log = logging.getLogger("icsfeed")


def _setting(name: str, **facts: Any) -> Callable[[Any], Any]:
    """Return an option whose help shows its default and its environment variable."""
    return click.option(name, show_default=True, show_envvar=True, **facts)


@click.command()
@_setting("--host", default="127.0.0.1", envvar="ICSFEED_HOST", help="Address to listen on.")
@_setting("--port", default=8000, type=click.IntRange(1, 65535), envvar="ICSFEED_PORT", help="Port to listen on.")
@_setting("--workers", default=2, type=click.IntRange(1, 64), envvar="ICSFEED_WORKERS", help="Number of worker processes.")
@click.option("--no-publish", is_flag=True, help="Only read journals; publish elsewhere.")
@click.option("--access-log", type=click.Choice(["plain", "json"]), help="Log each request.")
@click.option("--metrics", is_flag=True, help="Serve /metrics for Prometheus.")
@common
def serve(
    options: Options, *, host: str, port: int, workers: int, no_publish: bool, access_log: str | None, metrics: bool
) -> None:
    """Serve the published calendars, and publish each save that has no error and raises no question."""
    start_logging()
    folder = options.folder()
    options.refuse_unknown_calendar()  # all are served in any case
    now = options.now_of_folder()
    listen_on = _find_listen_address(host, port)
    preview_at = now if options.now_text is not None else None
    addresses = options.addresses(f"http://127.0.0.1:{port}")
    runtime_folder = _make_runtime_folder()
    journals, stopping = JournalFolder(folder.path, copies=runtime_folder, history=find_known_lines), threading.Event()
    journals.refresh()
    publisher = None if no_publish or preview_at else _make_publisher(folder, journals)
    if publisher is not None:
        publisher.publish_saves(at_start=True)
        journals.refresh()
    for line in _startup_lines(folder, journals, now, addresses.of, preview_text=options.now_text):
        click.echo(line, err=True)
    _copy_journals(journals, runtime_folder)
    watch = threading.Thread(
        target=_watch, args=(journals, publisher, runtime_folder, stopping), name="icsfeed-watch", daemon=True
    )
    watch.start()
    settings = Settings(
        folder=folder.path,
        addresses=addresses,
        preview_at=preview_at,
        quiet=True,
        access_log=access_log,
        runtime_folder=runtime_folder,
        metrics_folder=runtime_folder if metrics else None,
    )
    try:
        run(settings, listen_on, port, workers)
    except CannotStartError:
        stop("the service could not start; see the log above")
    finally:
        stopping.set()
        watch.join()
        journals.refresh()
        _copy_journals(journals, runtime_folder)
        if publisher is not None:
            publisher.keep_lost_lines(journals.lacking)
        if not _name_only_copies(folder, journals, runtime_folder):
            rmtree(runtime_folder, ignore_errors=True)


def _make_runtime_folder() -> Path:
    """Return a temporary folder for copies of journals and the workers' metrics."""
    try:
        return Path(mkdtemp(prefix="icsfeed-serve-", dir=os.environ.get("RUNTIME_DIRECTORY")))
    except OSError as error:
        stop(f"cannot create a temporary folder: {error.strerror or error}; set RUNTIME_DIRECTORY or TMPDIR")


def _name_only_copies(folder: Folder, journals: JournalFolder, runtime_folder: Path) -> bool:
    """Log which copies of journals have lines that neither the journal nor the copy beside it has; return whether one has."""
    only = [key for key, lines in journals.lacking.items() if not read_served_lines(folder.journal_path(key)).issuperset(lines)]
    for key in only:
        journal, copy = folder.journal_path(key), runtime_folder / f"{key}{SUFFIX}"
        cure = f"`cp {copy} {served_copy_of(journal)}` and then `icsfeed reconcile` bring them back"
        _log.warning("%s lacks lines; %s has them and is kept: %s", journal, copy, cure)
    return bool(only)


def _make_publisher(folder: Folder, journals: JournalFolder) -> AutoPublisher | None:
    """Return the publisher of clean saves; None if the folder is read-only."""
    if not os.access(folder.path, os.W_OK):
        _log.info("%s is read-only: this service publishes nothing", folder.path)
        return None
    return AutoPublisher(folder, read_clock, had=lambda key: journals.texts.get(key, ()))


def _find_listen_address(host: str, port: int) -> str:
    """Return the numeric IP address of a host; exit if it cannot be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        stop(f"cannot listen on {host}, port {port}: {reason}; choose another with --host or --port")
    return str(address[0])


def _startup_lines(
    folder: Folder,
    journals: JournalFolder,
    now: datetime,
    base_url_of: Callable[[Calendar], str],
    *,
    preview_text: str | None,
) -> list[str]:
    """Return the lines printed at the start; `preview_text` is `--now` as typed."""
    calendars, faults = journals.calendars, journals.faults
    preview = f"preview of {preview_text}, {now:%Y-%m-%d %H:%M} UTC: time stands still and nothing is published"
    lines = [preview] if preview_text else []
    if not calendars:
        unpublished = ", ".join(folder.keys())
        if unpublished and faults:
            return [*lines, f"cannot read what was published of {', '.join(faults)}: {next(iter(faults.values()))}"]
        if unpublished:
            return [*lines, f"nothing is published of {unpublished} yet; run `icsfeed publish` to see why"]
        return [*lines, f"{folder.path} is empty; `icsfeed init NAME --domain DOMAIN` creates a schedule"]
    lines.append(f"icsfeed serves {counted(len(calendars), 'calendar')} from {folder.path}")
    for each in calendars:
        published = each.at(now)
        calendar, base_url = published.calendar, base_url_of(published.calendar)
        lines.append(f"{calendar.key}: {counted(len(published.windows), 'window')}, {_describe_upcoming(published, now)}")
        lines.append(f"  subscribe: {base_url}/{calendar.key}.ics")
        lines.append(f"  page:      {base_url}/{calendar.key}/")
    return lines


def _describe_upcoming(published: PublishedCalendar, now: datetime) -> str:
    """Return the number of windows that have not begun and the next one; without any, the last one."""
    words, zone = words_for(published.calendar, "en"), published.calendar.timezone
    phases = [(each, phase_of(each, now, zone)) for each in published.windows if not each.is_cancelled]
    ahead = [each for each, phase in phases if phase is Phase.AHEAD]
    if ahead:
        return f"{len(ahead)} upcoming; next: {words.span(ahead[0].start, ahead[0].end)}"
    past = [each for each, phase in phases if phase is not Phase.AHEAD]
    if past:
        return f"none upcoming; the last was {words.moment(past[-1].start)}"
    return "none upcoming"


# While the service runs


def _watch(journals: JournalFolder, publisher: AutoPublisher | None, runtime_folder: Path, stopping: threading.Event) -> None:
    """Publish saves, copy changed journals into the runtime folder and log what changed, until the service stops."""
    left_out: dict[str, int] = {}
    without_end: set[str] = set()
    warn_of_left_out(journals.calendars, read_clock(), left_out)
    logged = {(each.calendar.key, line) for each in journals.calendars for line in each.lines}
    while not stopping.wait(POLL_SECONDS):
        try:
            if publisher is not None:
                publisher.publish_saves()
            warn_of_missing_ends(journals.calendars, read_clock(), without_end)
            if journals.refresh():
                warn_of_left_out(journals.calendars, read_clock(), left_out)
                logged |= publisher.published if publisher is not None else set()
                _log_changes_from_elsewhere(journals.calendars, logged)
                _copy_journals(journals, runtime_folder)
            if publisher is not None:
                publisher.keep_lost_lines(journals.lacking)
        except Exception:  # noqa: BLE001  # the next check may succeed
            _log.exception("cannot look for changes in the schedule folder; trying again")


def _log_changes_from_elsewhere(calendars: Iterable[PublishedCalendar], logged: set[KeyedLine]) -> None:
    """Log the lines that a command or another machine appended, and add them to `logged`."""
    for each in calendars:
        key = each.calendar.key
        lines = [line for line in each.lines if (key, line) not in logged]
        logged |= {(key, line) for line in lines}
        if lines:
            _log.info("%s of %s published elsewhere: %s", counted(len(lines), "change"), key, list_changes(lines))


def _copy_journals(journals: JournalFolder, folder: Path) -> None:
    """Write all lines that each journal ever had, for workers that start later."""
    for key, texts in journals.texts.items():
        path = folder / f"{key}{SUFFIX}"
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
            temporary.replace(path)
        except OSError as error:
            _log.error("%s: cannot copy the journal: %s", path, error.strerror or error)
    for key, path in find_journals(folder).items():
        if key not in journals.texts:
            path.unlink(missing_ok=True)


COMMANDS = (serve,)
