from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings

from icsfeed.replay import PublishedCalendar, replay
from tests.icalendar_reader import Component
from tests.published import calendars, feed


def events(of: PublishedCalendar) -> dict[str, Component]:
    return {each.text("UID"): each for each in feed(of, moment=of.lines[0].at).events}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(calendars())
def test_an_event_that_changes_has_a_higher_sequence_and_later_stamps_and_the_rest_stays(of: PublishedCalendar) -> None:
    stamps = sorted({line.at for line in of.lines})
    states = [events(replay([line for line in of.lines if line.at <= stamp])) for stamp in stamps]
    for old, new in pairwise(states):
        assert old.keys() <= new.keys()
        for uid, was in old.items():
            now = new[uid]
            if now.properties == was.properties:
                continue
            assert int(now["SEQUENCE"].value) == int(was["SEQUENCE"].value) + 1
            assert now["LAST-MODIFIED"].moment - was["LAST-MODIFIED"].moment >= timedelta(seconds=1)
            assert now["CREATED"] == was["CREATED"]
