"""Tells published changes to the places of an Apprise configuration: `icsfeed notify`.

`due` notes which lines of a journal each place waits for, and makes a place's next message of them, in words of `messages`.
`notifier` has `places`, which alone knows Apprise, send it; once it arrived, `memory` drops what it told and is written.
"""
