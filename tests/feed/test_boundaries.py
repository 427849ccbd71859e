from datetime import UTC, datetime, timedelta

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from icsfeed.model import Actual, Status
from icsfeed.publication.phases import boundaries
from icsfeed.publication.publication import render_publication
from icsfeed.replay import PublishedCalendar, replay
from tests.published import START, all_documents, calendars, edited, published, window
from tests.support import ADDRESS, NOW, publication_of

CAREFUL = settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""What is found is not made smaller: that takes many minutes here."""

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SHORTER = published(window("a", actual=Actual(start=START, end=START + timedelta(minutes=5)), kind="uitgebreid"))
"""Whose end was reported long before the planned one, up to which the plan is known."""

SERIES = published(window("ronde", repeat="FREQ=MONTHLY;BYDAY=1TU", kind="uitgebreid"), window("b", status=Status.CANCELLED))
MOMENTS = st.integers(0, 120 * 24 * 3600).map(lambda seconds: datetime(2027, 9, 15, tzinfo=UTC) + seconds * SECOND)


@CAREFUL
@given(calendars(), MOMENTS, st.floats(0, 1))
@example(of=SERIES, moment=datetime(2027, 12, 31, 22, 30, tzinfo=UTC), part=0.5)
@example(of=SHORTER, moment=START + timedelta(minutes=10), part=0.9)
def test_between_two_boundaries_every_byte_stays_the_same(of: PublishedCalendar, moment: datetime, part: float) -> None:
    publication = publication_of(of, moment)
    assert publication.until is not None
    last = publication.until - SECOND
    documents = all_documents(publication)

    for later in (moment + (last - moment) * part, last):
        assert all_documents(publication_of(of, later)) == documents


@CAREFUL
@given(calendars())
@example(of=SERIES)
def test_stepping_from_boundary_to_boundary_gives_what_is_made_afresh(of: PublishedCalendar) -> None:
    publication = None
    for moment in [of.newest, *boundaries(of.at(of.newest), of.newest)[:10]]:
        publication = publication_of(of, moment, before=publication)
        assert all_documents(publication) == all_documents(publication_of(of, moment))


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


def test_boundaries_are_ends_and_starts_and_the_next_midnight() -> None:
    of = published(window("a"), window("b", START + DAY, status=Status.CANCELLED))

    assert boundaries(of, NOW) == (
        datetime(2027, 11, 1, 23, tzinfo=UTC),
        START,
        START + timedelta(minutes=20),
        START + timedelta(hours=2, minutes=20),
        START + DAY + timedelta(minutes=20),
    )


def test_another_address_makes_everything_anew() -> None:
    of = published(window("a"))
    elsewhere = render_publication([of], NOW, lambda _: "https://elsewhere.example.com", before=publication_of(of))

    assert [path for path, each in elsewhere.documents.items() if ADDRESS.encode() in each.body] == []


def test_what_stayed_the_same_is_not_rendered_again() -> None:
    of = published(*(window(f"w{number}", START + number * DAY) for number in range(5)))
    first = publication_of(of)
    second = publication_of(edited(of, window("w3", START + 3 * DAY, planned=False), at=NOW + DAY), NOW + DAY, before=first)

    for kind, items in first.cache.rendered.items():
        again = {uid: part for item, part in second.cache.rendered[kind].items() if (uid := getattr(item, "uid", None))}
        same = [item.uid for item, part in items.items() if getattr(item, "uid", None) and again[item.uid] is part]
        assert same == [f"w{number}@example.com" for number in (0, 1, 2, 4)] or not again, kind
