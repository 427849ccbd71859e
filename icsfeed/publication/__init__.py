"""Renders published calendars: from journals to feeds, pages and data at their paths.

In this order: `journals` loads a folder; `source` keeps its current `publication`, which makes a `view` of each calendar;
its `boundaries` are the moments at which documents change, midnight included. The formats in `documents` render views to
`document`s at `paths`; `exporting` writes them to a folder.
What a view offers: `phases` (of windows, and when they change), `availability` (of the service), `evenings`, `history`,
`actual_vs_planned` (durations), `selection` (the windows in the feeds), `subscribing` and `plan_form`.
"""
