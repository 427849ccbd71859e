"""Every code block of the README and the guide is run, or says why it cannot be.

`blocks` finds them; `desk` is the folder that a chapter's commands run in. Blocks of nginx, systemd and HTML are run by
`tests/deployment` and `tests/browser`.
"""
