import gc
import weakref
from datetime import timedelta

import pytest

from icsfeed.publication.documents import ical
from icsfeed.publication.publication import publish_calendars
from icsfeed.replay import PublishedWindow
from icsfeed.wording import Words
from tests.published import CALENDAR, START, all_documents, edited, published, window
from tests.support import ADDRESS, NOW, publication_of

LATER = NOW + timedelta(days=1)
BEFORE = published(window("a"), window("b", START + timedelta(days=1)), window("c", START + timedelta(days=2), kind="uitgebreid"))


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """The events that were rendered: UID, language, and whether as one that left."""
    calls: list[tuple[str, str, bool]] = []
    render = ical.render_event

    def counting(one: PublishedWindow, *arguments: object, left: bool = False, **more: object) -> bytes:
        words = arguments[1]
        assert isinstance(words, Words)
        calls.append((one.window.id, words.language, left))
        return render(one, CALENDAR, words, address=str(more["address"]), left=left)

    monkeypatch.setattr(ical, "render_event", counting)
    return calls


def test_an_event_is_rendered_once_a_language_for_all_that_hold_it(rendered: list[tuple[str, str, bool]]) -> None:
    all_documents(publication_of(BEFORE))

    assert sorted(rendered) == [(id_, language, False) for id_ in "abc" for language in ("en", "nl")]


def test_a_changed_window_renders_only_its_own_event_again(rendered: list[tuple[str, str, bool]]) -> None:
    first = publication_of(BEFORE)
    rendered.clear()
    publication_of(edited(BEFORE, window("b", START + timedelta(days=1), planned=False), at=LATER), LATER, before=first)

    assert sorted(rendered) == [("b", "en", False), ("b", "nl", False)]


def test_documents_that_did_not_change_are_the_same_objects() -> None:
    first = publication_of(BEFORE)
    second = publication_of(edited(BEFORE, window("b", planned=False), at=LATER), LATER, before=first)

    same = {path for path in first.calendars["example"].documents if second.find(path) is first.find(path)}
    assert same == {f"/example/{language}/example-uitgebreid.ics" for language in ("nl", "en")}


def test_a_calendar_in_which_nothing_changed_is_taken_over_whole() -> None:
    first = publication_of(BEFORE)
    second = publication_of(BEFORE, LATER, before=first)

    assert second.calendars["example"] is first.calendars["example"]
    assert second.moment == LATER


def test_a_passed_boundary_changes_what_follows_the_clock_and_nothing_else() -> None:
    first = publication_of(BEFORE)
    assert first.until is not None
    second = publication_of(BEFORE, first.until, before=first)

    changed = {path for path in first.calendars["example"].documents if second.find(path) is not first.find(path)}
    assert changed == {"/example/", "/example/nl/", "/example/en/"}


def test_another_address_makes_everything_anew() -> None:
    first = publication_of(BEFORE)
    second = publish_calendars([BEFORE], NOW, lambda _: "https://elsewhere.example.com", predecessor=first)

    kept = [path for path in first.calendars["example"].documents if second.find(path) is first.find(path)]
    assert kept == []
    assert all(ADDRESS.encode() not in entry[0] for entry in all_documents(second).values() if isinstance(entry[0], bytes))


def test_predecessors_are_not_chained() -> None:
    first = publication_of(BEFORE)
    second = publication_of(edited(BEFORE, window("b", planned=False), at=LATER), LATER, before=first)
    gone = weakref.ref(first.calendars["example"])
    del first
    gc.collect()

    assert gone() is None
    assert second.find("/example.ics") is not None


def test_a_page_that_is_seldom_asked_for_is_made_once() -> None:
    publication = publication_of(BEFORE)

    assert publication.find("/example/nl/a/") is publication.find("/example/nl/a/")
    assert publication.find("/example/nl/a.ics") is publication.find("/example/nl/a.ics")
