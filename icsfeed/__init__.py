"""icsfeed publishes planned maintenance as calendars that people subscribe to."""

__version__ = "0.1.0"
