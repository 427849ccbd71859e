from datetime import timedelta
from typing import Any

import pytest

from icsfeed.publication.documents import page, templates
from tests.published import START, edited, published, window
from tests.support import NOW, body_of, publication_of

DAY = timedelta(days=1)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The pieces that were rendered: template, and the window's id or the month."""
    calls: list[tuple[str, str]] = []
    render = templates.render

    def counting(template: str, **values: Any) -> bytes:
        if template == "_month.html":
            calls.append((template, f"{values['month'].first:%Y-%m}"))
        elif template in {"_ahead.html", "_past.html"}:
            calls.append((template, values["window"].window.id))
        return render(template, **values)

    monkeypatch.setattr(page, "render", counting)
    return calls


def test_a_changed_window_renders_only_its_own_row_and_month_again(rendered: list[tuple[str, str]]) -> None:
    before = published(window("a"), window("b", START + DAY), window("c", START + 60 * DAY))
    first = publication_of(before)
    assert sorted(set(rendered)) == [("_ahead.html", each) for each in "abc"] + [
        ("_month.html", "2027-12"),
        ("_month.html", "2028-02"),
    ]
    rendered.clear()
    publication_of(edited(before, window("b", START + DAY, planned=False), at=NOW + DAY), NOW + DAY, before=first)
    assert sorted(set(rendered)) == [("_ahead.html", "b"), ("_month.html", "2027-12")]


def test_a_row_is_rendered_once_for_both_paths_of_the_default_language(rendered: list[tuple[str, str]]) -> None:
    publication_of(published(window("a")))
    assert rendered.count(("_ahead.html", "a")) == 2


def test_a_passed_boundary_renders_no_row_of_what_stays_ahead(rendered: list[tuple[str, str]]) -> None:
    first = publication_of(published(window("a"), window("b", START + DAY)))
    rendered.clear()
    assert first.until is not None
    publication_of(first.calendars["example"].published, first.until, before=first)
    assert rendered == []


def test_the_two_paths_of_the_default_language_differ_in_what_is_relative_alone() -> None:
    publication = publication_of(published(window("a")))
    one, other = (body_of(publication, path).decode() for path in ("/example/", "/example/nl/"))
    assert one != other
    assert one.replace('"../static', '"../../static') == other


def test_fifty_windows_weigh_little() -> None:
    publication = publication_of(published(*(window(f"w{number}", START + number * 3 * DAY) for number in range(50))))
    paths = ("/example/", "/static/icsfeed-steelblue.css", "/static/icon.svg", "/static/icsfeed.js")
    found = [publication.find(path) for path in paths]
    assert sum(len(each.compressed or b"") for each in found if each is not None) < 60_000
