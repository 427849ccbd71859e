"""The draft: from a schedule file up to the journal.

Text becomes nodes with places (`reader`, `yaml_errors`), nodes become a `schedule` with every problem at once (`fields`,
`header`, `windows`, `loader`), and what differs from the journal is asked about and appended (`folder`, `comparison`,
`warnings`, `publishing`, `files`). What a command was told (`arguments`) changes only the lines that must (`editor`, `layout`).
"""
