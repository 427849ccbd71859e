"""Import of windows from calendars and tables. What cannot be read with certainty is refused."""
