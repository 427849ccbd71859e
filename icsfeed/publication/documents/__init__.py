"""One module for each format, with a function `documents(view)` that yields a calendar's documents with their paths.

`FORMATS` in `icsfeed/publication/publication.py` lists them: `feeds` (iCalendar), `pages` (HTML), `data` (JSON),
`near` (JSON and a script, for other pages), `atom`, `statuspage`. A new format is a module here and a name there.
`static` has the files that are the same for every calendar.
"""
