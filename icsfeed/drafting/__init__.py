"""The schedule file, up to the journal: what operations people edit and how it becomes what is published."""
