"""Tells published changes to the places of an Apprise configuration: `icsfeed notify`.

1. `due` compares a journal with the `memory` of what was told: which changes wait for which place.
2. It makes the next message of them, in words of `messages`; `notifier` sends it through `places`, which alone knows Apprise.
3. Once it arrived, the memory without these changes is written, and only then the next message is sent.
"""
