"""The command line: one module a group of commands.

Results go to standard output, everything else to standard error.
Exit status: 0 fine, 1 a finding, 2 wrong usage or nothing could be done.
"""

import click

from icsfeed import __version__
from icsfeed.cli import beginning, editing, exporting, importing, opening, publishing, reading, serving
from icsfeed.cli.options import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="icsfeed")
def main() -> None:
    """Publish planned maintenance as calendars that people subscribe to."""


for _command in (
    *serving.COMMANDS,
    *reading.COMMANDS,
    *publishing.COMMANDS,
    *editing.COMMANDS,
    *opening.COMMANDS,
    *beginning.COMMANDS,
    *importing.COMMANDS,
    *exporting.COMMANDS,
):
    main.add_command(_command)
