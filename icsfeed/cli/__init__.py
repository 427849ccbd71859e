"""The command line: `commands` finds a command in the module named after what one types.

`options` is what all commands share, `draft` how the editing ones save and publish.
Results go to standard output, everything else to standard error.
Exit status: 0 fine, 1 a finding, 2 wrong usage or nothing could be done.
"""


def main() -> None:
    """Run the command that was typed."""
    from icsfeed.cli.commands import main as run  # noqa: PLC0415  # the processes of `serve` begin here too, and need no commands

    run()
