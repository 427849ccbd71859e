"""Renders published calendars: from journals to feeds, pages and data at their paths.

`journals` loads a folder. `source` keeps the current publication and replaces it when a journal changes or a boundary passes;
`publication` renders it. It makes a `view` of each calendar, from which the formats
in `documents` make `document`s at `paths`. `exporting` writes them to a folder.
What a view offers: `phases` (of windows, and when they change), `availability` (of the service), `history`,
`actual_vs_planned` (durations), `selection` (the windows in the feeds). `plan_form` reads what customers ask.
"""
