"""`notify`: sends published changes and reminders to the places of an Apprise configuration."""

import logging
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import click

from icsfeed.cli.export import pause_until_signal
from icsfeed.cli.messages import FINDING, print_message, stop
from icsfeed.cli.options import Options, common
from icsfeed.drafting.lost_lines import find_known_lines
from icsfeed.durations import read_duration
from icsfeed.moments import read_moment
from icsfeed.names import LANGUAGES
from icsfeed.notifying.messages import test_message
from icsfeed.notifying.notifier import Notifier
from icsfeed.notifying.places import REMINDERS, Place, read_places
from icsfeed.problems import explain
from icsfeed.publication.journals import JournalFolder, read_clock
from icsfeed.publication.source import POLL_SECONDS
from icsfeed.replay import PublishedCalendar
from icsfeed.web.logs import start_logging
from icsfeed.zones import MomentError

INSTALL = "notifications need Apprise: `pip install 'icsfeed[notify]'`"


@click.command()
@click.option("--watch", is_flag=True, help="Keep running, and send each change as soon as it is published.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="ICSFEED_NOTIFY",
    show_envvar=True,
    metavar="FILE",
    help="Apprise's YAML or text configuration: places, with tags for what each gets.",
)
@click.option("--ahead", multiple=True, metavar="DURATION", help="Remind this long before downtime, such as 24h; repeatable.")
@click.option("--since", metavar="MOMENT", help="At the first run, send what was published from this moment on.")
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the file that remembers what was sent.  [default: that of --schedule]",
)
@click.option("--test", is_flag=True, help="Send a test message to each place, and nothing else.")
@common
def notify(
    options: Options,
    *,
    watch: bool,
    config: Path | None,
    ahead: tuple[str, ...],
    since: str | None,
    state: Path | None,
    test: bool,
) -> None:
    """Send each published change to the places of an Apprise configuration."""
    options.refuse_now()
    start_logging()
    for handler in logging.getLogger().handlers:
        handler.addFilter(logging.Filter("icsfeed"))  # what libraries log may hold addresses and passwords
    aheads = [_read_ahead(each) for each in ahead]
    if config is None:
        stop("no configuration of places; use --config FILE or ICSFEED_NOTIFY")
    journals = JournalFolder(options.folder().path, history=find_known_lines)
    options.refuse_unknown_calendar()
    journals.refresh()
    places = _read_places(config, journals, has_aheads=bool(aheads))
    if test:
        _send_tests(places, journals.calendars)
        return
    notifier = Notifier(
        journals=journals,
        places=places,
        addresses=options.addresses(None),
        folder=state or options.schedule,
        clock=read_clock,
        only=options.calendar,
        aheads=aheads,
        since=_read_since(since, journals.calendars),
        tries_once=not watch,
    )
    try:
        with closing(notifier):
            _run(notifier, watch=watch)
    except OSError as error:
        stop(f"cannot remember what was told, so nothing more is sent: {explain(error)}; --state DIR names another folder")
    if not watch and (notifier.has_failed or journals.faults):
        raise SystemExit(FINDING)


def _run(notifier: Notifier, *, watch: bool) -> None:
    """Send what is due: once, or until a signal arrives; a message on its way then is finished."""
    pause = pause_until_signal()
    is_busy = True
    while not pause(0.0 if is_busy else POLL_SECONDS):
        is_busy = notifier.step() or (not watch and notifier.finish())
        if not is_busy and not watch:
            break
    notifier.finish()


def _read_places(config: Path, journals: JournalFolder, *, has_aheads: bool) -> tuple[Place, ...]:
    """Return the places; exit if they cannot be read."""
    if config.stat().st_mode & 0o004:
        print_message(f"{config} has secrets, and everybody on this machine can read it; `chmod o-r {config}`")
    try:
        calendars = [each.calendar for each in journals.calendars]
        places = read_places(config, calendars, unreadable=journals.faults)
    except ModuleNotFoundError as error:
        if error.name != "apprise":
            raise
        stop(INSTALL)
    has_reminders = any(each.is_for_reminders for each in places)
    if has_reminders and not has_aheads:
        print_message(f"a place has the tag `{REMINDERS}`, but without --ahead DURATION there are none")
    if has_aheads and not has_reminders:
        print_message(f"--ahead has no effect, as no place has the tag `{REMINDERS}`")
    return places


def _send_tests(places: tuple[Place, ...], calendars: tuple[PublishedCalendar, ...]) -> None:
    """Send a test message to each place and print how it went; exit 1 if one failed."""
    if not calendars:
        stop("nothing is published yet; run `icsfeed publish` first")
    failed = 0
    for place in places:
        languages = [(each.calendar, found) for each in calendars if (found := place.find_language(each.calendar)) is not None]
        if languages:
            has_arrived = place.send(test_message(*languages[0]))
            failed += not has_arrived
            click.echo(f"{place.name}: {'sent' if has_arrived else 'failed'}")
    if failed:
        raise SystemExit(FINDING)


def _read_ahead(text: str) -> timedelta:
    """Return how long ahead a reminder is; exit if that is no duration."""
    try:
        length, is_open_ended = read_duration(text)
    except MomentError as error:
        stop(f"--ahead: {error.message}. {error.cure}")
    if not length or is_open_ended:
        stop(f'--ahead: "{text}" must be one length of time, such as 24h')
    return length


def _read_since(text: str | None, calendars: tuple[PublishedCalendar, ...]) -> datetime | None:
    """Return the moment of `--since`, read in the calendars' zone if they agree, else in UTC; exit if it is none."""
    zones = {each.calendar.timezone for each in calendars}
    try:
        return read_moment(text, zone=zones.pop() if len(zones) == 1 else "UTC", languages=LANGUAGES) if text else None
    except MomentError as error:
        stop(f"--since: {error.message}. {error.cure}")


COMMANDS = (notify,)
