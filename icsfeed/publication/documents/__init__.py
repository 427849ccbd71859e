"""One module a format, each with `documents(view)`, which yields a calendar's documents by their paths.

`feeds`, `data` (JSON), `atom`, `statuspage`, `page`, `window_page`; `publication.FORMATS` names them. `plan` is rendered for
each request, `plain` and `static` belong to no calendar. What pages have in common: `html_wording`, `months`, `evening_rows`,
`json_ld`, `add_to_calendar_links`, `templates`.
"""
