from datetime import UTC, datetime, timedelta

from icsfeed.publication.publication import Publication
from tests.published import all_documents
from tests.repeats.test_the_life_of_a_series import CHANGES, SERIES, publish, text_of
from tests.support import NOW, publication_of

MOMENTS = [
    NOW,
    datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC),
    datetime(2027, 12, 31, 23, tzinfo=UTC),
    datetime(2028, 2, 3, 20, 15, tzinfo=UTC),
    datetime(2028, 12, 31, 23, tzinfo=UTC),
    datetime(2030, 6, 1, tzinfo=UTC),
]
FIRST = publish(text_of(SERIES))
REVISED = publish(
    text_of(SERIES.replace("operationeel", "standaard") + CHANGES.replace("3 maart", "2 maart")),
    FIRST,
    now=NOW + timedelta(days=100),
)


def test_stepping_over_new_years_equals_a_fresh_publication() -> None:
    before: Publication | None = None
    for moment in MOMENTS:
        before = publication_of(REVISED, moment, before=before)
        assert all_documents(before) == all_documents(publication_of(REVISED, moment))


def test_a_journal_that_grew_equals_a_fresh_publication() -> None:
    moment = NOW + timedelta(days=101)
    stepped = publication_of(REVISED, moment, before=publication_of(FIRST, moment))
    assert all_documents(stepped) == all_documents(publication_of(REVISED, moment))
