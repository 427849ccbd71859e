"""`guide`: shows a page of the manual."""

import sys
from pathlib import Path

import click

from icsfeed.cli.messages import FINDING, stop
from icsfeed.problems import suggest

FOLDER = Path(__file__).parents[1] / "guide"


@click.command()
@click.argument("page", required=False)
def guide(page: str | None) -> None:
    """Show a page of the manual; without PAGE, list the pages."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
    if page is None:
        _list(pages)
    elif page not in pages:
        stop(f'page "{page}" not found. {suggest(page, pages)}Pages: {", ".join(pages)}.', FINDING)
    elif sys.stdout.isatty():
        click.echo_via_pager(pages[page])
    else:
        click.echo(pages[page], nl=False)


def _list(pages: dict[str, str]) -> None:
    """Print the name of each page, and the sentence below its heading."""
    width = max(map(len, pages))
    for name, text in pages.items():
        click.echo(f"{name:{width}}  {text.splitlines()[2]}")


COMMANDS = (guide,)
