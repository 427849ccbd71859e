"""One module for each format, with a function `documents(view)` that yields a calendar's documents with their paths.

`FORMATS` in `icsfeed/publication/publication.py` lists them: `feeds` (iCalendar), `page` and `window_page` (HTML), `data` (JSON),
`near` (JSON and a script, for other pages), `atom`, `statuspage`. A new format is a module here and a name there.
`plan` is rendered for each request; `plain` and `static` are independent of a calendar.
Parts of the HTML pages: `site` (what all share), `state_in_words`, `window_list`, `repeat_in_words`, `html_wording`, `months`,
`evenings`, `subscribing`, `json_ld`.
"""
