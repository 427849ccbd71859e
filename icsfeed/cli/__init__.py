"""The command line: `commands` finds a command in its module, `listing` names them all with their examples.

`check_list_show` look; `add_move_cancel` and `edit` edit, through `editing`; `diff_publish` and `reconcile` publish; `serve`,
`export` and `notify` serve; `init`, `import_file` and `guide` are the others. `options` has the options of every command,
`messages` prints.
Results go to standard output, everything else to standard error.
Exit status: 0 fine, 1 a finding, 2 wrong usage or nothing could be done.
"""


def main() -> None:
    """Run a command; entry point of `icsfeed`."""
    from icsfeed.cli.commands import main as run  # noqa: PLC0415  # the processes of `serve` begin here too, and need no commands

    run()
