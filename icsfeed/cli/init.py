"""`init`: creates a schedule file to start from."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
from dateutil.relativedelta import TH, relativedelta

from icsfeed.cli.messages import stop
from icsfeed.cli.options import Options, common
from icsfeed.drafting.folder import Folder
from icsfeed.drafting.schedule_file.loader import SUFFIX, load_schedule
from icsfeed.languages import find_zone_of_outlook
from icsfeed.names import LANGUAGES, find_fault_in_domain, find_fault_in_id, find_fault_in_name
from icsfeed.problems import suggest
from icsfeed.reading import read_file
from icsfeed.zones import to_local, zone_names

ATTRIBUTES = "*.journal.jsonl text eol=lf\n"
"""Journals have no merge driver, so that git says when two people published at once."""

IGNORED = ".*.lock\n.*.notified.json\n.*.served\n.*.tmp\n"
"""Files next to schedules and journals that belong to one machine: locks, temporary files, what was told and served."""

_TEMPLATE = """\
# Planned maintenance. After editing run `icsfeed check` and `icsfeed diff`, then `icsfeed publish`.
# A text for people is one string, or one per language: {{en: "Standard", nl: "Standaard"}}.

calendar:
  name: {name}
  # What is unavailable during a window.
  service: "{title}"
  # The part after @ in every event's UID. Never change it.
  domain: {domain}
  # Where the calendar is published; remove the "#" once that is known.
  # url: https://maintenance.{domain}
  timezone: {timezone}
  # The first is the default.
  languages: [{languages}]
  color: steelblue
  contact:
    name: "{title} Support"
    email: "support@{domain}"

# From light to heavy. `downtime` is the length of an event.
classes:
  operational:
    name: {operational}
    impact: none
    downtime: none
  standard:
    name: {standard}
    impact: outage
    downtime: 20 minutes
  extended:
    name: {extended}
    impact: outage
    downtime: at least 100 minutes

# To move a window, change `start` and keep `id`.
windows:
  - id: {id}
    start: {start}
    class: standard
"""

_TEXTS = {
    "name": {"en": "{title} maintenance", "nl": "{title} onderhoud", "de": "Wartung von {title}", "fr": "Maintenance {title}"},
    "operational": {"en": "Operational", "nl": "Operationeel", "de": "Betrieblich", "fr": "Opérationnelle"},
    "standard": {"en": "Standard", "nl": "Standaard", "de": "Standard", "fr": "Standard"},
    "extended": {"en": "Extended", "nl": "Uitgebreid", "de": "Umfangreich", "fr": "Étendue"},
}
"""The template's texts in each language."""


@click.command()
@click.argument("name")
@click.option("--domain", required=True, help="Part after @ in every event's UID; never changes.")
@click.option(
    "--languages", default="en", show_default=True, metavar="LIST", help="Languages, such as en,de; the first is the default."
)
@click.option("--timezone", metavar="ZONE", help="Time zone such as Europe/Amsterdam; default: this machine's.")
@common
def init(options: Options, name: str, *, domain: str, languages: str, timezone: str | None) -> None:
    """Create a commented schedule file with one window next month.

    The folder is created too.
    """
    options.refuse_now()
    codes = [code.strip() for code in languages.split(",")]
    is_given, timezone = timezone is not None, timezone if timezone is not None else _zone_of_machine()
    _check_arguments(name, domain, codes, timezone)
    path = options.schedule / f"{name}{SUFFIX}"
    if path.exists():
        stop(f"{path} already exists; nothing was changed")
    day = to_local(options.now(), timezone) + relativedelta(months=1, day=1, weekday=TH(1))
    id_ = f"{day:%Y%m%d}T2100"
    title = name.replace("-", " ").title()
    texts = {key: _in_languages(versions, codes).format(title=title) for key, versions in _TEXTS.items()}
    text = _TEMPLATE.format(
        **texts,
        title=title,
        domain=domain,
        timezone=timezone,
        languages=", ".join(codes),
        id=id_ if find_fault_in_id(id_, calendar=name) is None else "first",
        start=f"{day:%Y-%m-%d} 21:00",
    )
    schedule = load_schedule(text.encode(), file=path.as_posix(), key=name)
    for conflict in Folder(options.schedule).find_conflicts(schedule, None):
        stop(f"{conflict.message}; nothing was changed")
    options.schedule.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    _add_line(options.schedule / ".gitattributes", ATTRIBUTES)
    _add_line(options.schedule / ".gitignore", IGNORED)
    click.echo(f"created {path} with one window, {day:%Y-%m-%d} 21:00 {timezone}")
    if not is_given:
        click.echo(f"The time zone is this machine's, {timezone}; change `timezone` in {path} if that is not yours.", err=True)
    click.echo("Next: edit it, `icsfeed check`, `icsfeed publish`, `icsfeed serve`.", err=True)


def _in_languages(versions: Mapping[str, str], codes: list[str]) -> str:
    """Return a text in YAML: one string for one language, else a mapping, in braces that `format` keeps."""
    if len(codes) == 1:
        return f'"{versions[codes[0]]}"'
    return "{{" + ", ".join(f'{code}: "{versions[code]}"' for code in codes) + "}}"


def _zone_of_machine() -> str:
    """Return the IANA name of this machine's time zone; UTC if it has none that is known."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    candidates = (os.environ.get("TZ", "").removeprefix(":"), linked)
    return next((each for each in candidates if each in zone_names()), "UTC")


def _check_arguments(name: str, domain: str, codes: list[str], timezone: str) -> None:
    """Exit if an argument is wrong."""
    for what, fault in ((name, find_fault_in_name(name)), (domain, find_fault_in_domain(domain))):
        if fault is not None:
            stop(f'"{what}": {fault}')
    for code in codes:
        if code not in LANGUAGES or codes.count(code) > 1:
            stop(f'--languages: "{code}" is unknown or repeated; choose from {", ".join(LANGUAGES)}')
    if timezone not in zone_names():
        zone = find_zone_of_outlook(timezone)
        cure = f"This is Outlook's name for {zone}. " if zone else suggest(timezone, zone_names())
        stop(f'unknown time zone "{timezone}". {cure}Use an IANA name such as Europe/Amsterdam.')


def _add_line(path: Path, lines: str) -> None:
    """Append the lines that a file lacks."""
    present = read_file(path).decode() if path.exists() else ""
    missing = "".join(f"{line}\n" for line in lines.splitlines() if line not in present.splitlines())
    if missing:
        begun = present if not present or present.endswith("\n") else f"{present}\n"
        path.write_text(begun + missing, encoding="utf-8")


COMMANDS = (init,)
