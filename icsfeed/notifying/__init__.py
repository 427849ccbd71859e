"""Tells published changes to the places of an Apprise configuration: `icsfeed notify`.

`places` reads who gets what and sends; it alone knows Apprise. `messages` puts changes and reminders in words.
`memory` remembers in a file what was told; `notifier` watches journals, and sends what is due.
"""
