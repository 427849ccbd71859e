from datetime import timedelta

from icsfeed.model import Actual
from tests.published import START, published, window
from tests.support import body_of, publication_of

PLANNED_END = START + timedelta(minutes=20)


def page_of(actual: Actual | None, minutes: int) -> str:
    publication = publication_of(published(window(actual=actual)), START + timedelta(minutes=minutes))
    return body_of(publication, "/example/").decode()


def is_announced(page: str) -> bool:
    return "Er is nu geen onderhoud aangekondigd." not in page


def test_a_window_is_over_two_hours_after_an_end_that_nobody_reported() -> None:
    assert [is_announced(page_of(None, minutes)) for minutes in (139, 140)] == [True, False]


def test_a_window_is_over_at_its_reported_end_once_the_whole_update_is() -> None:
    actual = Actual(start=START, end=START + timedelta(minutes=12))
    assert [is_announced(page_of(actual, minutes)) for minutes in (29, 30)] == [True, False]


def test_the_page_holds_until_the_reported_end() -> None:
    end = START + timedelta(minutes=35)
    of = published(window(actual=Actual(start=START, end=end)))
    assert publication_of(of, PLANNED_END).until == end
