"""One module for each format, with a function `documents(view)` that yields a calendar's documents with their paths.

`publication.FORMATS` lists them: `feeds` (iCalendar), `page` and `window_page` (HTML), `data` (JSON), `atom`, `statuspage`.
`plan` is rendered for each request; `plain` and `static` are independent of a calendar.
Shared by the HTML pages: `site`, `html_wording`, `months`, `evening_rows`, `json_ld`.
"""
