"""The draft: from a schedule file up to the journal.

Text becomes nodes with places (`reader`, `yaml_errors`), nodes become a `schedule` with every problem at once (`fields`,
`header`, `windows`, `loader`). What differs from the journal is asked about and appended (`folder`, `comparison`, `warnings`,
`publishing`, `files`), by `auto_publish` at each clean save; `reconciling` settles what two people published at once, by
`git_history`. A command's `arguments` change only the lines that must change
(`editor`, `layout`). Calendars and tables of other programs become windows in `importing`.
"""
