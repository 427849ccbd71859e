from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icsfeed.model import Actual, Calendar, Impact, Status, Text, Window
from icsfeed.names import LANGUAGES
from icsfeed.publication.actual_vs_planned import FEWEST_PLOTTED, ActualVsPlanned, Plot, actual_vs_planned_by_class, draw_plot
from icsfeed.publication.documents.pages import site
from icsfeed.replay import Change, PublishedCalendar
from icsfeed.wording import words_for
from tests.published import CALENDAR, START, calendars, edited, published, window, with_class
from tests.subscribing.rendering import EVERYWHERE, Element, read
from tests.support import NOW


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def done(id_: str, took: float, *, begun: float = 0, kind: str = "standaard", **facts: Any) -> Window:
    """Return a window that began so many minutes late and took so many."""
    start = START + minutes(begun)
    return window(id_, kind=kind, actual=Actual(start=start, end=start + minutes(took)), **facts)


def several(*took: float, kind: str = "standaard") -> list[Window]:
    return [done(f"{kind}-{number}", each, kind=kind) for number, each in enumerate(took)]


def of(*windows: Window, calendar: Calendar = CALENDAR) -> tuple[ActualVsPlanned, ...]:
    return actual_vs_planned_by_class(calendar, published(*windows, calendar=calendar).windows)


def only(*windows: Window, calendar: Calendar = CALENDAR) -> ActualVsPlanned:
    (found,) = of(*windows, calendar=calendar)
    return found


def render(result: PublishedCalendar, language: str = "en", calendar: Calendar = EVERYWHERE) -> bytes:
    words = words_for(calendar, language)
    return site.render_template(
        "_actual_vs_planned.html",
        actual_vs_planned=actual_vs_planned_by_class(calendar, result.windows),
        words=words,
        calendar=calendar,
        _=words.say,
    )


def part(*windows: Window, language: str = "en", calendar: Calendar = EVERYWHERE) -> Element:
    return read(render(published(*windows, calendar=calendar), language, calendar)).one("section", id="realised")


# What counts


@pytest.mark.parametrize(
    ("took", "median"), [([24], 24), ([31, 24], 27.5), ([60, 18, 24], 24), ([10, 40, 20, 30], 25), ([5, 5, 5, 90, 90], 5)]
)
def test_the_median_is_the_middle_one_or_the_mean_of_the_two_in_the_middle(took: list[float], median: float) -> None:
    assert only(*several(*took)).median == minutes(median)


def test_planned_is_what_the_class_says_or_the_end_that_operations_named() -> None:
    assert only(*several(24)).planned == minutes(20)
    assert only(done("a", 24, end=START + minutes(90))).planned == minutes(90)
    assert only(done("a", 24), done("b", 24), done("c", 24, end=START + minutes(90))).planned == minutes(20)


def test_actual_is_from_the_reported_start_to_the_reported_end() -> None:
    assert only(done("a", 24, begun=7)).actual == (minutes(24),)


def test_what_does_not_count() -> None:
    assert of() == ()
    assert of(window("ahead"), window("begun", actual=Actual(start=START))) == ()
    assert of(done("cancelled", 20, status=Status.CANCELLED), done("harmless", 20, kind="operationeel")) == ()


def test_limited_availability_counts_as_an_outage_does() -> None:
    assert only(done("a", 24), calendar=with_class("standaard", impact=Impact.DEGRADED)).count == 1


def test_a_window_of_two_classes_counts_with_the_heavier() -> None:
    assert [(each.downtime_class.key, each.count) for each in of(done("a", 24), done("b", 90, kind="standaard/uitgebreid"))] == [
        ("standaard", 1),
        ("uitgebreid", 1),
    ]


def test_classes_come_from_light_to_heavy_and_one_that_is_gone_last() -> None:
    before = published(done("a", 24), done("b", 90, kind="uitgebreid"), done("c", 95, kind="uitgebreid"))
    after = edited(before, at=NOW + minutes(1), calendar=replace(CALENDAR, classes=CALENDAR.classes[::2]))
    found = actual_vs_planned_by_class(after.calendar, after.windows)
    assert [(each.downtime_class.key, each.count) for each in found] == [("uitgebreid", 2), ("standaard", 1)]


def test_one_that_may_last_longer_makes_the_plan_open_ended() -> None:
    assert only(*several(90, kind="uitgebreid")).open_ended
    assert not only(done("a", 90, kind="uitgebreid", end=START + minutes(90))).open_ended


def test_a_correction_of_what_was_reported_counts_instead() -> None:
    before = published(done("a", 24))
    after = edited(before, done("a", 35), at=NOW + minutes(1), change=Change.COMPLETED)
    assert actual_vs_planned_by_class(CALENDAR, after.windows)[0].actual == (minutes(35),)


@settings(deadline=None)
@given(calendars())
def test_every_class_is_told_once_and_its_median_lies_between_its_shortest_and_longest(result: PublishedCalendar) -> None:
    found = actual_vs_planned_by_class(result.calendar, result.windows)
    assert len({each.downtime_class.key for each in found}) == len(found)
    counted = [each for each in result.windows if each.facts.actual and each.facts.actual.end and not each.is_cancelled]
    assert sum(each.count for each in found) == sum(each.heavier.impact is not Impact.NONE for each in counted)
    for each in found:
        assert each.actual == tuple(sorted(each.actual))
        assert each.actual[0] <= each.median <= each.actual[-1]
        assert sum(length <= each.median for length in each.actual) * 2 >= each.count


# The drawing

LENGTHS = st.lists(
    st.one_of(st.integers(1, 200), st.integers(1, 7200), st.integers(1, 366 * 86400)).map(lambda each: timedelta(seconds=each)),
    min_size=1,
    max_size=300,
).map(sorted)


def require_within(plot: Plot, count: int) -> None:
    assert len(plot.dots) == count
    for x, y in plot.dots:
        assert plot.left <= x <= plot.right
        assert plot.radius <= y <= plot.height - plot.radius
    assert 0 < plot.left < plot.right < plot.width
    assert plot.left <= plot.planned <= plot.right
    assert plot.dots[0][0] <= plot.median <= plot.dots[-1][0]


@settings(deadline=None)
@given(LENGTHS, st.integers(0, 366 * 86400).map(lambda each: timedelta(seconds=each)))
def test_whatever_lengths_there_are_every_dot_lies_within_the_drawing(lengths: list[timedelta], planned: timedelta) -> None:
    plot = draw_plot(lengths, planned=planned)
    require_within(plot, len(lengths))
    assert [x for x, _ in plot.dots] == sorted(x for x, _ in plot.dots)
    assert 2 <= len(plot.ticks) <= 7
    assert (plot.ticks[0], plot.ticks[-1][0]) == ((plot.left, 0), plot.right)
    unit = timedelta(hours=1) if plot.in_hours else timedelta(minutes=1)
    assert plot.ticks[-1][1] * unit >= max(*lengths, planned)
    assert len({number for _, number in plot.ticks}) == len(plot.ticks)


@settings(deadline=None)
@given(st.lists(st.integers(15 * 60, 45 * 60), min_size=1, max_size=15).map(sorted))
def test_few_dots_never_touch(seconds: list[int]) -> None:
    plot = draw_plot([timedelta(seconds=each) for each in seconds], planned=minutes(20))
    if plot.height < 95:
        for number, (x, y) in enumerate(plot.dots):
            for other_x, other_y in plot.dots[number + 1 :]:
                assert abs(x - other_x) >= 2 * plot.radius or abs(y - other_y) >= 2 * plot.radius


def test_lengths_stand_where_the_axis_says() -> None:
    plot = draw_plot([minutes(each) for each in (15, 20, 30)], planned=minutes(20))
    places = {number: x for x, number in plot.ticks}
    assert [x for x, _ in plot.dots] == [places[15], places[20], places[30]]
    assert plot.planned == plot.median == places[20]
    assert not plot.in_hours


def test_long_ones_are_told_in_hours() -> None:
    plot = draw_plot([timedelta(hours=each) for each in (2, 9)], planned=timedelta(hours=8))
    assert plot.in_hours
    assert [number for _, number in plot.ticks] == [0, 2, 4, 6, 8, 10]


# What customers read


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_shown_where_no_end_was_reported(language: str) -> None:
    assert render(published(window(), calendar=EVERYWHERE), language).strip() == b""


def test_a_row_tells_plan_and_median_and_on_how_many_windows_it_rests() -> None:
    rows = [
        each.text for each in part(*several(24, 31, 22), *several(95, kind="uitgebreid"), language="nl").one("tbody").all("tr")
    ]
    assert rows == [
        "Standaard 20 minuten 24 minuten mediaan van 3 keer",
        "Uitgebreid 100 minuten of meer 95 minuten één keer",
    ]


def test_where_nothing_was_planned_it_says_none() -> None:
    calendar = with_class("standaard", downtime=CALENDAR.classes[0].downtime)
    assert part(*several(4), calendar=calendar).one("tbody").text == "Standard none 4 minutes once"


def test_the_drawing_comes_with_the_fifth_window_and_says_the_same_in_words() -> None:
    assert list(part(*several(*[20] * (FEWEST_PLOTTED - 1))).all("svg")) == []
    drawing = part(*several(31, 24, 22, 60, 18)).one("svg")
    assert drawing.attributes["role"] == "img"
    assert drawing.attributes["aria-label"] == (
        "Standard: planned 20 minutes, actual 24 minutes as the median of 5 maintenance windows; "
        "the shortest took 18 minutes, the longest 60 minutes."
    )
    assert len(list(drawing.all("circle"))) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_is_told_in_every_language_with_presentation_attributes_alone(language: str) -> None:
    shown = part(*several(*range(18, 40)), language=language)
    assert "22" in shown.one("svg").attributes["aria-label"]
    assert "22" in shown.one("tbody").text
    for each in shown.all():
        assert not [name for name in each.attributes if name == "style" or name.startswith("on")]


def test_any_name_of_a_class_is_shown_as_text() -> None:
    nasty = "\"><script>alert('&amp;')</script> 🛠️"
    shown = part(*several(1, 2, 3, 4, 5), calendar=with_class("standaard", name=Text.of(nasty)))
    assert list(shown.all("script")) == []
    assert shown.one("th", scope="row").text == nasty
    assert shown.one("svg").attributes["aria-label"].startswith(f"{nasty}: planned")


@settings(deadline=None)
@given(calendars())
def test_whatever_was_published_is_shown_without_a_fault(result: PublishedCalendar) -> None:
    for language in result.calendar.languages:
        read(render(result, language, result.calendar))
