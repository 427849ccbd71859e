from datetime import timedelta

from icsfeed.model import Actual
from icsfeed.publication.documents.pages import calendar_page
from icsfeed.publication.phases import boundaries
from tests.published import START, documents_of, published, window

PLANNED_END = START + timedelta(minutes=20)


def page_of(actual: Actual | None, minutes: int) -> str:
    found = documents_of(published(window(actual=actual)), START + timedelta(minutes=minutes), calendar_page)
    return found["/example/"].body.decode()


def is_announced(said: str) -> bool:
    return "Er is geen onderhoud bekend na" not in said


def test_a_window_is_over_two_hours_after_an_end_that_nobody_reported() -> None:
    assert [is_announced(page_of(None, minutes)) for minutes in (139, 140)] == [True, False]


def test_a_window_is_over_at_its_reported_end_once_the_whole_update_is() -> None:
    actual = Actual(start=START, end=START + timedelta(minutes=12))
    assert [is_announced(page_of(actual, minutes)) for minutes in (29, 30)] == [True, False]


def test_the_page_holds_until_the_reported_end() -> None:
    end = START + timedelta(minutes=35)
    of = published(window(actual=Actual(start=START, end=end)))
    assert boundaries(of, PLANNED_END)[0] == end
