"""icsfeed publishes planned maintenance as calendars that people subscribe to.

A schedule file is the draft (`drafting`), a journal beside it is what is published (`publication`), `web` and `cli` face people.
They share, each building on those before it: `problems`, `names`, `model`; `zones`, `durations`, `moments`, `recurrence`;
`replay` and `journal`; `languages` and `wording`.
"""

__version__ = "0.1.0"
