"""Import of windows from calendars and tables. What cannot be read with certainty is refused.

`ics_import` and `table_import` read; `entries` has the settings, the results, and what is new beside the schedule.
"""
