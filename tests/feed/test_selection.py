from datetime import datetime, timedelta

from icsfeed.model import Status
from icsfeed.publication.selection import select_windows
from icsfeed.replay import PublishedCalendar
from tests.published import START, feed, feed_body, published, uids, window
from tests.support import body_of, publication_of

DAY = timedelta(days=1)


def many(count: int) -> PublishedCalendar:
    """Return windows `0000`, `0001`, …, one a day."""
    return published(*(window(f"{number:04}", START + number * DAY) for number in range(count)))


def chosen(of: PublishedCalendar, moment: datetime) -> tuple[str, str, int, int]:
    """Return the first and the last chosen, how many there are, and how many had no room."""
    found = select_windows(of, moment)
    return found.windows[0].facts.id, found.windows[-1].facts.id, len(found.windows), found.left_out


def test_five_hundred_have_room() -> None:
    assert chosen(many(500), START + 1000 * DAY) == ("0000", "0499", 500, 0)


def test_the_oldest_ended_ones_leave_first() -> None:
    assert chosen(many(503), START + 1000 * DAY) == ("0003", "0502", 500, 0)
    assert chosen(many(503), START + 3 * DAY) == ("0003", "0502", 500, 0)


def test_the_oldest_is_the_one_that_ended_first_whenever_it_began() -> None:
    long = window("long", START - DAY, end=START + 900 * DAY)
    rest = [window(f"{number:04}", START + number * DAY) for number in range(500)]

    found = select_windows(published(long, *rest), START + 1000 * DAY)
    assert [each.id for each in found.windows[:2]] == ["long", "0001"]


def test_where_too_many_lie_ahead_the_nearest_are_kept_and_the_rest_is_counted() -> None:
    assert chosen(many(503), START - DAY) == ("0000", "0499", 500, 3)
    assert chosen(many(503), START + timedelta(minutes=19)) == ("0000", "0499", 500, 3)
    assert chosen(many(503), START + timedelta(minutes=20)) == ("0001", "0500", 500, 2)


def test_cancelled_ones_that_left_take_no_room() -> None:
    gone = [window(f"x{number}", START - 100 * DAY, status=Status.CANCELLED) for number in range(20)]
    rest = [window(f"{number:04}", START + number * DAY) for number in range(500)]

    assert chosen(published(*gone, *rest), START) == ("0000", "0499", 500, 0)


def test_all_feeds_choose_from_the_same_and_page_and_json_keep_every_window() -> None:
    heavy = [window(f"h{number:03}", START + number * DAY, kind="uitgebreid") for number in range(300)]
    light = [window(f"l{number:03}", START + number * DAY, kind="operationeel") for number in range(300)]
    late = START + 1000 * DAY
    crowd = published(*heavy, *light)

    assert len(feed(crowd, moment=late).events) == 500
    assert uids(feed(crowd, "/example/nl/example-uitgebreid.ics", late)) == [f"h{number:03}" for number in range(50, 300)]
    publication = publication_of(crowd, late)
    assert body_of(publication, "/example.json").count(b'"uid"') == 600
    assert body_of(publication, "/example/").count(b"<li>") >= 600


def test_a_window_without_room_still_has_its_file() -> None:
    assert b"UID:0000@example.com" in feed_body(many(501), "/example/nl/0000.ics", START + 1000 * DAY)
