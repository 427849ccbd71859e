"""`serve`: the web service with its workers, and the publishing of clean saves beside it."""

import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click

from icsfeed.cli.options import Options, common, stop
from icsfeed.drafting.comparison import Answers
from icsfeed.drafting.files import BusyError
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.loader import find_schedules
from icsfeed.drafting.publishing import ClockError, Outcome
from icsfeed.problems import ScheduleError, Severity
from icsfeed.publication.journals import JournalFolder, read_clock, tell_of_crowds
from icsfeed.replay import Line, PublishedCalendar
from icsfeed.web.metrics import forget
from icsfeed.web.settings import Settings
from icsfeed.web.workers import begin_log, load, make_server
from icsfeed.wording import words_for

LOOK_SECONDS = 1.0
"""How often `serve` looks whether a schedule was saved."""

RETRY_SECONDS = 60.0
"""How often it tries again what it could not publish: a question may have settled itself."""

_log = logging.getLogger("icsfeed")


@dataclass(slots=True)
class _Seen:
    """A schedule as the publisher saw it last."""

    signature: tuple[object, ...] | None = None
    tried: tuple[object, ...] | None = None
    tried_at: float = 0.0
    told: str = ""


@dataclass(slots=True)
class Publisher:
    """Publishes what schedules say, if it has no error and raises no question.

    A save counts once the file has stayed as it is for a look, so that no half-written one is read.
    """

    folder: Folder
    clock: Callable[[], datetime] = read_clock
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _journals: set[str] = field(default_factory=set)

    def look(self, *, first: bool = False) -> None:
        """Publish each schedule that was saved since the last look.

        Parameters:
            first: Whether a service begins, which does not wait for a second look.
        """
        for key, path in find_schedules(self.folder.path).items():
            seen = self._seen.setdefault(key, _Seen())
            signature = (_sign(path), _sign(self.folder.journal_path(key)))
            settled = first or signature == seen.signature
            due = signature != seen.tried or time.monotonic() - seen.tried_at >= RETRY_SECONDS
            seen.signature = signature
            if settled and due:
                self._publish(key, seen)
                seen.tried, seen.tried_at = (signature[0], _sign(self.folder.journal_path(key))), time.monotonic()
                seen.signature = seen.tried

    def _publish(self, key: str, seen: _Seen) -> None:
        """Publish one schedule and say so, or say once why not.

        A journal that was there and is gone is not begun anew: a restored or checked-out one would be lost.
        """
        path = self.folder.journal_path(key)
        if _has_content(path):
            self._journals.add(key)
        elif key in self._journals:
            self._tell(seen, f"{path} is gone or empty; restore it from git")
            return
        try:
            outcome = self.folder.publish(key, now=self.clock(), answers=Answers())
        except ScheduleError as error:
            errors = [each for each in error.problems if each.severity is Severity.ERROR]
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            self._tell(seen, f"{errors[0].headline()}{more}")
        except (BusyError, ClockError) as error:
            self._tell(seen, str(error))
        except OSError as error:
            self._tell(seen, f"{error.filename or key}: {error.strerror or error}")
        else:
            self._report(key, outcome, seen)

    def _report(self, key: str, outcome: Outcome, seen: _Seen) -> None:
        """Say what was published, what was dropped, or what must be asked first."""
        if not outcome.is_done:
            self._tell(seen, f"{key}: {outcome.difference.questions[0].text}; `icsfeed publish` asks")
            return
        lines = outcome.difference.lines
        if outcome.before and outcome.before.warnings:
            path = self.folder.journal_path(key)
            _log.warning("the last line of %s was cut off while it was written, and is dropped", path)
        if lines:
            self._journals.add(key)
            _log.info("published %d %s of %s: %s", len(lines), "change" if len(lines) == 1 else "changes", key, _name(lines))
        elif seen.told:
            _log.info("%s is in order again, and there is nothing to publish", key)
        seen.told = ""

    def _tell(self, seen: _Seen, message: str) -> None:
        """Log why a schedule is not published, once for each reason."""
        if message != seen.told:
            seen.told = message
            _log.warning("not published: %s", message)


def _has_content(path: Path) -> bool:
    """Tell whether there is a file with something in it."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _name(lines: tuple[Line, ...]) -> str:
    """Return what a few lines say happened to which windows."""
    told = [each.change.value + (f" {each.window.id}" if each.window else "") for each in lines[:3]]
    return ", ".join(told) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")


def _sign(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file does, None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _watch(journals: JournalFolder, publisher: Publisher | None) -> None:
    """Publish saves and tell the log about journals, once a second, for as long as the service runs."""
    pause = threading.Event()
    crowds: dict[str, int] = {}
    tell_of_crowds(journals.calendars, read_clock(), crowds)
    while not pause.wait(LOOK_SECONDS):
        try:
            if publisher is not None:
                publisher.look()
            if journals.refresh():
                tell_of_crowds(journals.calendars, read_clock(), crowds)
        except Exception:  # noqa: BLE001  # one bad look must not end the watching
            _log.exception("the folder could not be looked at")


def _setting(name: str, **facts: Any) -> Callable[[Any], Any]:
    """Return an option that tells its default and its environment variable."""
    return click.option(name, show_default=True, show_envvar=True, **facts)


@click.command()
@_setting("--host", default="127.0.0.1", envvar="ICSFEED_HOST", help="Address to listen on.")
@_setting("--port", default=8000, type=click.IntRange(1, 65535), envvar="ICSFEED_PORT", help="Port to listen on.")
@_setting("--workers", default=2, type=click.IntRange(1, 64), envvar="ICSFEED_WORKERS", help="How many processes answer.")
@click.option("--no-publish", is_flag=True, help="Only read journals; another machine publishes.")
@click.option("--access-log", type=click.Choice(["plain", "json"]), help="Log a line for each request.")
@click.option("--metrics", is_flag=True, help="Answer /metrics, for Prometheus.")
@common
def serve(
    options: Options, *, host: str, port: int, workers: int, no_publish: bool, access_log: str | None, metrics: bool
) -> None:
    """Serve what is published, and publish each clean save of a schedule within seconds."""
    begin_log()
    folder = options.folder()
    if options.calendar is not None:
        options.keys()  # ends where there is no such calendar; all are served anyway
    now = options.now_of_folder()
    address = _find_address(host, port)
    preview = now if options.now_text is not None else None
    publisher = None if no_publish or preview else _find_publisher(folder)
    if publisher is not None:
        publisher.look(first=True)
    addresses = options.addresses(f"http://127.0.0.1:{port}")
    journals = JournalFolder(folder.path)
    journals.refresh()
    calendars = list(journals.calendars)
    for line in _introduce(folder, calendars, now, addresses.of, preview=preview is not None):
        click.echo(line, err=True)
    threading.Thread(target=_watch, args=(journals, publisher), name="icsfeed-publisher", daemon=True).start()
    settings = Settings(folder=folder.path, addresses=addresses, preview=preview, quiet=True, access_log=access_log)
    if not metrics:
        _run(settings, address, port, workers)
        return
    counted = Path(mkdtemp(prefix="icsfeed-metrics-", dir=os.environ.get("RUNTIME_DIRECTORY")))
    try:
        _run(replace(settings, metrics=counted), address, port, workers)
    finally:
        forget(counted)


def _find_publisher(folder: Folder) -> Publisher | None:
    """Return who publishes; nobody where the folder cannot be written."""
    if not os.access(folder.path, os.W_OK):
        _log.info("%s is read-only: nothing is published from here", folder.path)
        return None
    return Publisher(folder)


def _find_address(host: str, port: int) -> str:
    """Return the numeric address of a host, or end with a sentence where it cannot be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        stop(f"cannot listen on {host}, port {port}: {reason}; use --host, --port")
    return str(address[0])


def _introduce(
    folder: Folder,
    calendars: list[PublishedCalendar],
    now: datetime,
    address_of: Callable[[Any], str],
    *,
    preview: bool,
) -> list[str]:
    """Return what a service says when it begins."""
    lines = [f"preview of {now:%Y-%m-%d %H:%M} UTC: the clock stands still and nothing is published"] if preview else []
    if not calendars:
        unpublished = ", ".join(folder.keys())
        if unpublished:
            return [*lines, f"nothing is published of {unpublished} yet; `icsfeed publish` says why"]
        return [*lines, f"{folder.path} is empty; `icsfeed init NAME --domain DOMAIN` makes a schedule"]
    lines.append(f"icsfeed serves {len(calendars)} {'calendar' if len(calendars) == 1 else 'calendars'} from {folder.path}")
    for each in calendars:
        published = each.at(now)
        calendar, address = published.calendar, address_of(published.calendar)
        count = len(published.windows)
        lines.append(f"{calendar.key}: {count} {'window' if count == 1 else 'windows'}, {_what_lies_ahead(published, now)}")
        lines.append(f"  subscribe: {address}/{calendar.key}.ics")
        lines.append(f"  page:      {address}/{calendar.key}/")
    return lines


def _what_lies_ahead(published: PublishedCalendar, now: datetime) -> str:
    """Return the next window, or the last one where nothing lies ahead."""
    words = words_for(published.calendar, "en")
    ahead = [each for each in published.windows if not each.has_ended(now) and not each.is_cancelled]
    if ahead:
        return f"{len(ahead)} ahead; next: {words.span(ahead[0].start, ahead[0].end)}"
    past = [each for each in published.windows if each.has_ended(now) and not each.is_cancelled]
    if past:
        return f"none ahead; the last was {words.moment(past[-1].start)}"
    return "none ahead"


def _run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; a worker that dies is replaced."""
    multiprocessing.set_start_method("spawn", force=True)  # a fork would copy the publisher's thread half alive
    make_server(host, port, workers).serve(target_loader=partial(load, settings), wrap_loader=False)


COMMANDS = (serve,)
