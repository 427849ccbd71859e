from dataclasses import replace

from hypothesis import example, given, settings

from icsfeed.model import Contact
from tests.published import CALENDAR, LINES, event, window


@settings(max_examples=40, deadline=None, derandomize=True)
@given(LINES)
@example('Support "24/7"; a, b: c')
@example("^n ^^ ^'")
@example("C:\\Nieuw")
@example("tab\there")
def test_any_name_comes_back_from_the_organizers_cn(name: str) -> None:
    calendar = replace(CALENDAR, contact=Contact(name=name, email="support@example.com"))
    organizer = event(window(), calendar=calendar)["ORGANIZER"]

    assert organizer.parameters == {"CN": name}
    assert organizer.value == "mailto:support@example.com"
