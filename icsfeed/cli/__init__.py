"""The command line: `commands` finds each command in the module that is named after it; `listing` tells which there are.

`options` has the options of every command, `messages` prints, `editing` saves and publishes for the commands that edit.
Results go to standard output, everything else to standard error.
Exit status: 0 fine, 1 a finding, 2 wrong usage or nothing could be done.
"""


def main() -> None:
    """Run a command; entry point of `icsfeed`."""
    from icsfeed.cli.commands import main as run  # noqa: PLC0415  # the processes of `serve` begin here too, and need no commands

    run()
