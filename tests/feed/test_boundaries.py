from datetime import UTC, datetime, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from icsfeed.model import Status
from icsfeed.replay import PublishedCalendar, replay
from tests.published import START, all_documents, calendars, published, window
from tests.support import NOW, publication_of

CAREFUL = settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""What is found is not made smaller: that takes many minutes here."""

SECOND = timedelta(seconds=1)


@CAREFUL
@given(calendars(), st.floats(0, 1))
def test_documents_hold_until_the_publication_says_so(of: PublishedCalendar, part: float) -> None:
    now = max(NOW, of.newest)
    publication = publication_of(of, now)
    last = publication.until - SECOND if publication.until is not None else now + timedelta(days=4000)
    between = now + (last - now) * part

    assert all_documents(publication_of(of, between)) == all_documents(publication)
    assert all_documents(publication_of(of, last)) == all_documents(publication)


@CAREFUL
@given(calendars())
def test_stepping_from_boundary_to_boundary_gives_what_is_made_afresh(of: PublishedCalendar) -> None:
    publication = publication_of(of, of.lines[0].at)
    for _ in range(40):
        assert all_documents(publication) == all_documents(publication_of(of, publication.moment))
        if publication.until is None:
            return
        publication = publication_of(of, publication.until, before=publication)
    raise AssertionError("boundaries without end")


@CAREFUL
@given(calendars(), st.data())
def test_stepping_through_a_journal_gives_what_is_made_afresh(of: PublishedCalendar, data: st.DataObject) -> None:
    stamps = sorted({line.at for line in of.lines})
    publication = None
    for stamp in stamps:
        state = replay([line for line in of.lines if line.at <= stamp])
        moment = stamp + data.draw(st.sampled_from([timedelta(), timedelta(minutes=-4), timedelta(days=3)]))
        publication = publication_of(state, moment, before=publication)
        assert all_documents(publication) == all_documents(publication_of(state, moment))


@CAREFUL
@given(calendars())
def test_a_document_that_changes_with_the_clock_is_modified_later(of: PublishedCalendar) -> None:
    publication = publication_of(of, of.newest)
    for _ in range(40):
        if publication.until is None:
            return
        following = publication_of(of, publication.until, before=publication)
        for path in publication.paths():
            before, after = publication.find(path), following.find(path)
            assert before is not None
            assert after is not None
            if before.body != after.body:
                assert before.last_modified < after.last_modified == following.moment, path
            else:
                assert before.last_modified <= after.last_modified, path
        publication = following


def test_each_boundary_is_one_at_which_something_happens() -> None:
    of = published(window("a", status=Status.CANCELLED), window("b"), window("c", START + timedelta(days=1), kind="uitgebreid"))
    boundaries = []
    publication = publication_of(of)
    while publication.until is not None:
        boundaries.append(publication.until)
        following = publication_of(of, publication.until, before=publication)
        assert all_documents(following) != all_documents(publication)
        publication = following

    assert boundaries[0] == datetime(2027, 12, 5, 23, 0, tzinfo=UTC), "the midnight from which the next one is tomorrow"
    assert boundaries[-1] == START + timedelta(days=14, hours=3), "the midnight at which a cancelled one leaves"
