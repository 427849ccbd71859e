"""The draft: from a schedule file up to the journal.

`schedule_file` reads the file as a `schedule`. `folder` loads it beside its journal; `comparison` finds what differs,
`questions` what to ask, `warnings` what is doubtful; `publishing` appends through `files`, `auto_publish` does so at
each clean save. `reconciling` settles what two people published at once, `git_history` and `lost_lines` know what a journal had.
A command's `arguments` become a changed window, of which `editor` and `layout` change only the lines that must change.
`importing` reads calendars and tables of other programs.
"""
