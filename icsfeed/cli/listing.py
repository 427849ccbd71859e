"""Which commands there are, in the groups of `icsfeed --help`."""

from collections.abc import Mapping
from typing import NamedTuple


class Listed(NamedTuple):
    """A command before its module is imported.

    Attributes:
        module: The module of `icsfeed.cli` whose `COMMANDS` it is among.
        summary: What `icsfeed --help` says of it.
        examples: What its own help ends with; each is a line to type.
    """

    module: str
    summary: str
    examples: tuple[str, str]


GROUPS: Mapping[str, Mapping[str, Listed]] = {
    "Look": {
        "check": Listed(
            "check_list_show",
            "Report errors and warnings.",
            ("icsfeed check", "icsfeed check --strict --calendar minox-online"),
        ),
        "list": Listed(
            "check_list_show",
            "List upcoming windows.",
            ("icsfeed list", "icsfeed list --all --json"),
        ),
        "show": Listed(
            "check_list_show",
            "Show one window and its history.",
            ("icsfeed show 20271220T2100", "icsfeed show 20271220T2100 --json"),
        ),
    },
    "Edit": {
        "add": Listed(
            "add_move_cancel",
            "Add a window.",
            (
                'icsfeed add "2027-12-09 21:00" standaard --title "New mail server"',
                'icsfeed add now standaard --unplanned --note "The database is restarted."',
            ),
        ),
        "move": Listed(
            "add_move_cancel",
            "Move a window to a new start.",
            ("icsfeed move 20271220T2100 22:00", 'icsfeed move 20271220T2100 "17 december" --reason "Payroll runs late."'),
        ),
        "change": Listed(
            "add_move_cancel",
            "Change a window's class, length or texts.",
            ("icsfeed change 20271220T2100 --class uitgebreid", "icsfeed change 20271220T2100 --end 23:30 --publish"),
        ),
        "cancel": Listed(
            "add_move_cancel",
            "Cancel a window.",
            ("icsfeed cancel 20271220T2100", 'icsfeed cancel 20271220T2100 --reason nl="Niet nodig" --reason en="Not needed"'),
        ),
        "confirm": Listed(
            "add_move_cancel",
            "Confirm a tentative window, or revive a cancelled one.",
            ("icsfeed confirm 20271220T2100", "icsfeed confirm 20271220T2100 --draft"),
        ),
        "begin": Listed(
            "add_move_cancel",
            "Report when a window began.",
            ("icsfeed begin 20271220T2100 --publish", "icsfeed begin 20271220T2100 21:05"),
        ),
        "complete": Listed(
            "add_move_cancel",
            "Report when a window ended.",
            ("icsfeed complete 20271220T2100 --publish", "icsfeed complete 20271220T2100 --from 21:03 --until 21:31"),
        ),
        "edit": Listed(
            "edit",
            "Edit the schedule file in your editor.",
            ("icsfeed edit", "icsfeed edit --calendar minox-online --draft"),
        ),
    },
    "Publish": {
        "diff": Listed(
            "diff_publish",
            "Show what would be published.",
            ("icsfeed diff", "icsfeed diff --json"),
        ),
        "publish": Listed(
            "diff_publish",
            "Publish what changed in the schedule.",
            ("icsfeed publish", "icsfeed publish --past"),
        ),
        "reconcile": Listed(
            "reconcile",
            "Settle what two people published at once.",
            ("icsfeed reconcile", "icsfeed reconcile --yes --withdraw 20271220T2100"),
        ),
    },
    "Serve": {
        "serve": Listed(
            "serve",
            "Serve pages and feeds, and publish each clean save.",
            ("icsfeed serve", 'icsfeed serve --now "2021-12-13 12:00" --port 8001'),
        ),
        "export": Listed(
            "export",
            "Write everything published as files.",
            (
                "icsfeed export public --public-url https://onderhoud.example.com",
                "icsfeed export public --public-url https://onderhoud.example.com --watch",
            ),
        ),
        "notify": Listed(
            "notify",
            "Tell people about changes by e-mail or chat.",
            ("icsfeed notify --config places.yaml --test", "icsfeed notify --config places.yaml --watch --ahead 24h"),
        ),
    },
    "More": {
        "init": Listed(
            "init",
            "Start a new calendar.",
            ("icsfeed init office --domain example.com", "icsfeed init kantoor --domain example.org --languages nl,en"),
        ),
        "import": Listed(
            "import_file",
            "Bring in windows from a calendar or a table.",
            ("icsfeed import list.csv --dates dmy", "icsfeed import calendar.ics --into schedule/minox-online.yaml"),
        ),
        "guide": Listed(
            "guide",
            "Read the manual.",
            ("icsfeed guide", "icsfeed guide schedule-file"),
        ),
    },
}

COMMANDS: Mapping[str, Listed] = {name: listed for group in GROUPS.values() for name, listed in group.items()}
