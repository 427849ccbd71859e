from datetime import UTC, datetime, timedelta

import pytest

from icsfeed.model import Status, Window
from icsfeed.publication.phases import boundaries
from icsfeed.replay import Change
from tests.published import START, edited, feed, published, uids, window
from tests.support import NOW, publication_of

GONE = Status.CANCELLED

BOUNDARIES = [
    (window(status=GONE), datetime(2027, 12, 21, 23, tzinfo=UTC)),
    (window(status=GONE, end=datetime(2027, 12, 7, 23, tzinfo=UTC)), datetime(2027, 12, 21, 23, tzinfo=UTC)),
    (window(status=GONE, end=datetime(2027, 12, 7, 23, 1, tzinfo=UTC)), datetime(2027, 12, 22, 23, tzinfo=UTC)),
    (window(start=datetime(2027, 10, 20, 19, tzinfo=UTC), status=GONE), datetime(2027, 11, 3, 23, tzinfo=UTC)),
    (window(start=datetime(2028, 3, 20, 20, tzinfo=UTC), status=GONE), datetime(2028, 4, 3, 22, tzinfo=UTC)),
    (window(start=datetime(2027, 12, 7, 22, 50, tzinfo=UTC), status=GONE), datetime(2027, 12, 22, 23, tzinfo=UTC)),
    (window(start=datetime(2027, 12, 7, 22, 40, tzinfo=UTC), status=GONE), datetime(2027, 12, 21, 23, tzinfo=UTC)),
]


@pytest.mark.parametrize(("one", "leaves"), BOUNDARIES)
def test_a_cancelled_window_stays_until_the_first_local_midnight_fourteen_days_after_its_end(
    one: Window, leaves: datetime
) -> None:
    result = published(one)
    before = leaves - timedelta(seconds=1)

    assert uids(feed(result, moment=before)) == ["a"]
    assert uids(feed(result, moment=leaves)) == []
    assert boundaries(result, before)[0] == leaves


def test_it_leaves_every_feed_but_its_page_and_file_stay() -> None:
    result = published(window(kind="uitgebreid", status=GONE), window("b", START + timedelta(days=300)))
    late = publication_of(result, START + timedelta(days=30))

    for path in (
        "/example.ics",
        "/example/en/example.ics",
        "/example/nl/example-standaard.ics",
        "/example/nl/example-reminders.ics",
    ):
        assert uids(feed(result, path, START + timedelta(days=30))) == ["b"]
    assert late.find("/example/nl/a.ics") is not None
    assert late.find("/example/nl/a/") is not None


def test_a_window_that_was_not_cancelled_stays() -> None:
    assert uids(feed(published(window()), moment=START + timedelta(days=3000))) == ["a"]


def test_a_restored_window_is_there_again() -> None:
    result = edited(published(window(status=GONE)), window(), at=NOW + timedelta(days=1), change=Change.RESTORED)

    one = feed(result, moment=START + timedelta(days=100)).event("a@example.com")
    assert one["STATUS"].value == "CONFIRMED"
    assert one["SEQUENCE"].value == "1"


def test_a_window_cancelled_long_after_its_end_is_not_shown_at_all() -> None:
    late = START + timedelta(days=100)
    result = edited(published(window()), window(status=GONE), at=late, change=Change.CANCELLED)

    assert uids(feed(result, moment=late)) == []
