"""A calendar program: what it has of a feed, and whether it takes over what is new."""

from dataclasses import dataclass, field
from datetime import datetime

from icsfeed.replay import PublishedCalendar
from tests.published import feed_body
from tests.publishing.desk import events_of, value


@dataclass(slots=True)
class Follower:
    """Follows the feed of a clone; it skips an event whose SEQUENCE and LAST-MODIFIED did not rise."""

    events: dict[str, bytes] = field(default_factory=dict)

    def look(self, published: PublishedCalendar, now: datetime) -> None:
        """Look at the feed; fail if an event changed and would be skipped, or fell."""
        events = dict(events_of(feed_body(published, "/example/en/example.ics", now)))
        for uid, event in events.items():
            known = self.events.get(uid)
            if known is not None and known != event:
                assert int(value(event, "SEQUENCE")) > int(value(known, "SEQUENCE")), (known, event)
                assert value(event, "LAST-MODIFIED") > value(known, "LAST-MODIFIED"), (known, event)
        self.events = self.events | events
