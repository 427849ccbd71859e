"""The publication: from journals out to the world.

`journals` reads a folder, `source` keeps its present `publication`: a `view` of each calendar, which `documents` render to
`document`s at `paths`; `exporting` writes them as files. A view knows where windows stand and when that changes (`phases`),
what they make of the service (`availability`, `evenings`, `questions`), what happened to them (`history`, `actual_vs_planned`),
which of them the feeds hold (`selection`) and how to subscribe (`subscribing`).
"""
