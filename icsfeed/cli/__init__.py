"""The command line: `commands` finds each command in the module that is named after it.

`options` has the options and messages of all commands, `editing` saves and publishes for those that edit.
Results go to standard output, everything else to standard error.
Exit status: 0 fine, 1 a finding, 2 wrong usage or nothing could be done.
"""


def main() -> None:
    """Run a command; entry point of `icsfeed`."""
    from icsfeed.cli.commands import main as run  # noqa: PLC0415  # the processes of `serve` begin here too, and need no commands

    run()
