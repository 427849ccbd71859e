"""icsfeed publishes planned maintenance as calendars that people subscribe to.

A schedule file is the draft (`drafting`), a journal beside it is what is published (`publication`).
`web`, `notifying` and `cli` face people.
They share, each building on those before it: `problems`, `names`, `model`; `reading` (files that anybody may have put there) and
`git_operation` (what git is in the middle of); `zones`, `durations`, `moments` (dates as people write them), `recurrence`;
`replay` (journal lines become published windows, and SEQUENCE is counted) and `journal` (lines as text); `languages`, `wording`.
"""

__version__ = "1.0.0"
