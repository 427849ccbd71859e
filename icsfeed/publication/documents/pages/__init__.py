"""The HTML pages: `calendar_page`, `window_page`, `plan` (rendered for each request), `plain` (errors, the list of calendars).

They share `site` (templates, links between pages) and their parts: `state_in_words`, `html_wording`, `window_list` with
`repeat_in_words`, `months`, `evenings`, `subscribing`, `json_ld`.
"""
