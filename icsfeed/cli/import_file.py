"""`import`: says that it is being rebuilt."""

import click

from icsfeed.cli.options import Options, common, stop


@click.command(name="import")
@click.argument("file", metavar="FILE")
@common
def import_windows(options: Options, file: str) -> None:  # noqa: ARG001  # it takes what it will take
    """Being rebuilt: imports nothing for now."""
    stop("import no longer reads pasted pages and is being rebuilt; add windows with `icsfeed add WHEN CLASS` or `icsfeed edit`")


COMMANDS = (import_windows,)
